"""The names that a sentence speaks right before a bracket: `Scholars such as Mary Alvarez (1980: 191)`."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.authors import is_capital, is_name_word
from comity.perspectives.citations.names import PARTICLES
from comity.perspectives.citations.vocabulary import words

if TYPE_CHECKING:
    from collections.abc import Iterator

_POSSESSIVE: Final = re.compile(r"(?:['\u2019]s?|(?<=s)['\u2019])$")
_STARTERS: Final = words("folded", "sentence_starters")
_JOINS: Final = frozenset({"and", "&", "và", "et", "al.", "al", "al.,", "of", "the", "for", "colleagues"})
_MOST: Final = 14


def names_before(text: str) -> Iterator[tuple[int, str]]:
    """Yield (offset, name) for every list of names that ends where `text` ends, the longest first."""
    spoken = [(match.start(), match[0]) for match in re.finditer(r"\S+", text)][-_MOST:]
    if not spoken:
        return
    last_at, last = spoken[-1]
    spoken[-1] = (last_at, _POSSESSIVE.sub("", last).rstrip(","))
    first = len(spoken)
    while first and _belongs(spoken[first - 1][1], final=first == len(spoken)):
        first -= 1
    end = spoken[-1][0] + len(spoken[-1][1])
    for start in range(first, len(spoken)):
        offset, word = spoken[start]
        plain = word.strip(",.\"“”'\u2018\u2019(").casefold()
        if plain in PARTICLES or (is_capital(word) and not (plain in _STARTERS and start < len(spoken) - 1)):
            lead = len(word) - len(word.lstrip("\"“'\u2018("))
            yield offset + lead, text[offset + lead : end]


def _belongs(word: str, *, final: bool) -> bool:
    """Whether a word may stand in a list of names: a sentence's end or any other word ends the list."""
    if word in _JOINS:
        return True
    if not final and re.search(r"[.;:!?)\]]$", word) and not re.fullmatch(r"(?:[^\W\d_]\.-?){1,4},?", word):
        return False
    return is_name_word(word) and not any(sign.isdigit() for sign in word)
