"""Finds the names of states in English text, in every spelling that the vocabulary lists.

Spellings are matched without case and accents; between the words of a name any run of spaces, line breaks,
hyphens and soft-hyphen marks may stand, or nothing ("Viet-Nam", "Viet Nam", "Vietnam" are one name). The
longest spelling wins, so a name inside a longer one is counted once, and a phrase listed under `without`
hides the name in it. Adjectives do not match: a spelling ends where no letter follows.
"""

from __future__ import annotations

import re
import tomllib
import unicodedata
from functools import cache
from importlib.resources import files
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.study.errors import StudyError

if TYPE_CHECKING:
    from collections.abc import Iterator

_GAP: Final = r"[\s\-\u00ad\u00ac\u2010-\u2015]*"
_APOSTROPHE: Final = r"[^\w\s]{0,2}\w?[^\w\s]{0,2}"
"""An apostrophe in any of its forms, also where bytes of it were read as letters."""
_WORDS: Final = re.compile(r"[\s\-]+")


@cache
def vocabulary() -> dict[str, dict[str, Any]]:
    """Return the spellings by ISO 3166-1 alpha-3 code."""
    text = files("comity.perspectives.study").joinpath("country_names.toml").read_text("utf-8")
    return {entry["code"]: entry for entry in tomllib.loads(text)["country"]}


def fold(text: str) -> str:
    """Return the text without case and accents, code point for code point of its decomposed form."""
    decomposed = unicodedata.normalize("NFD", text)
    return "".join(char for char in decomposed if not unicodedata.combining(char)).replace("đ", "d").lower()


def spelling(name: str) -> str:
    """Return the pattern of one spelling, without its edges."""
    words = [
        re.escape(word).replace("'", _APOSTROPHE).replace(r"\.", r"\.?") for word in _WORDS.split(fold(name))
    ]
    return _GAP.join(words)


@cache
def pattern(code: str) -> re.Pattern[str]:
    """Return the pattern of a state's names; group `name` matches, or a phrase that is to be passed over.

    Raises:
        StudyError: The vocabulary does not hold the state.
    """
    known = vocabulary()
    if code not in known:
        raise StudyError(f"no spellings are known for {code}; there are {', '.join(sorted(known))}")
    entry = known[code]
    names = [spelling(name) for name in _longest_first([*entry["names"], *entry.get("misread", [])])]
    passed = [spelling(name) for name in _longest_first(entry.get("without", []))]
    named = rf"(?P<name>(?:{'|'.join(names)})s?)"
    return re.compile(rf"(?<!\w)(?:{'|'.join([*passed, named])})(?!\w)")


def find(code: str, text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end, in the folded text, of every naming of a state.

    Args:
        code: ISO 3166-1 alpha-3.
        text: Already folded by `fold`, so that several states can be looked for in one folding.
    """
    for match in pattern(code).finditer(text):
        if match["name"]:
            yield match.span()


def _longest_first(names: list[str]) -> list[str]:
    return sorted(names, key=len, reverse=True)
