"""What can be an author in running text, and what only looks like one.

A citation that no reference answers is reported as dangling, so what is taken for one has to be one: months,
places, laws, events and parts of the paper itself are followed by years, too.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Final

from comity.perspectives.citations.names import PARTICLES, fold
from comity.perspectives.citations.vocabulary import alternatives, words

_JOINING: Final = words("plain", "joining")
_NO_AUTHOR: Final = words("folded", "not_authors")
_BODIES: Final = words("folded", "bodies")
_DIRECTIONS: Final = words("folded", "directions")
_SIGNALS: Final = re.compile(
    rf"[\s,]*(?:and (?:colleagues|co-authors),? )?(?:(?:{alternatives('phrases', 'adverbs')}) )*"
    rf"(?:{alternatives('phrases', 'signals_patterns')})",
    re.IGNORECASE,
)
_BEFORE: Final = re.compile(rf"\b(?:{alternatives('phrases', 'author_before')}|cf\.)\s*$", re.IGNORECASE)
_PREPOSITION: Final = (
    r"\b(?:in|to|from|near|across|between|within|throughout|into|around|toward|towards|via)\s+(?:the\s+)?"
)


def is_capital(word: str) -> bool:
    """Whether a word begins as names do: with a capital, or in a script that has none."""
    first = word.lstrip("'\u2018\u2019\"“(")[:1]
    return bool(first) and first.isalpha() and not first.islower()


def is_name_word(word: str) -> bool:
    """Whether a word may stand in a list of authors."""
    plain = word.strip(",.;:'\u2019\"“”")
    return is_capital(plain) or plain.casefold() in PARTICLES or plain in _JOINING or plain in {"", "&"}


def looks_like_authors(text: str) -> bool:
    """Whether a text reads as a list of authors: names and what joins them, and nothing else."""
    parts = text.split()
    if not parts or len(parts) > 16 or len(text) > 160:  # noqa: PLR2004 - the longest name of a body, twice
        return False
    first = parts[0].strip(",.")
    if not (is_capital(first) or first.casefold() in PARTICLES) or any(sign.isdigit() for sign in text):
        return False
    return all(is_name_word(part) for part in parts) and any(is_capital(part) for part in parts)


def is_false_friend(text: str) -> bool:
    """Whether what stands before a year is a time, a place, a law, an event or a part of a paper."""
    parts = fold(text).split()
    if not parts or parts[0] in _NO_AUTHOR or parts[-1] in _NO_AUTHOR or _is_place(" ".join(parts)):
        return True
    return parts[0] in _DIRECTIONS and _is_place(" ".join(parts[1:]))


def is_body(text: str) -> bool:
    """Whether a name has a word that only bodies have."""
    return any(word in _BODIES for word in fold(text).split())


def speaks(before: str, after: str) -> bool:
    """Whether the words around a name and a year say that somebody is quoted."""
    return bool(_SIGNALS.match(after) or _BEFORE.search(before))


def used_as_place(name: str, running: str) -> bool:
    """Whether the text uses a single word as a place elsewhere (`in Hanoi`)."""
    if len(name.split()) > 1:
        return False
    return re.search(rf"{_PREPOSITION}{re.escape(name)}\b(?!\s*[(,]?\s*\d{{4}})", running) is not None


@lru_cache(maxsize=4096)
def _is_place(name: str) -> bool:
    return name in _places()


@lru_cache(maxsize=1)
def _places() -> frozenset[str]:
    """Return countries and regions (CLDR), the cities that name time zones, and other cities."""
    from zoneinfo import available_timezones  # noqa: PLC0415 - read where a name is doubtful only

    from babel import Locale  # noqa: PLC0415 - the same

    countries = {fold(str(name)) for code in ("en", "vi") for name in Locale(code).territories.values()}
    cities = {fold(zone.rpartition("/")[2].replace("_", " ")) for zone in available_timezones()}
    return words("folded", "places") | frozenset(countries | cities)
