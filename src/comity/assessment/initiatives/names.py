"""Which rows speak of one plant: the name without what every name has, numerals read as numbers.

    >>> key("Nam Ngum-2 Hydroelectric Power Project Laos", "LAO")
    ('namngum', (2,))
    >>> key("Xeset  (Se Xet) I Hydroelectric Power Plant Laos", "LAO") == key("Xeset 1", "LAO")
    True

A match of names is a reason to compare and no finding that two rows mean one thing.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

from comity.assessment.initiatives.countries import country

_COMMON: Final = frozenset(
    (
        *("hydropower", "hydro", "hydroelectric", "hydroelectrical", "electric", "power", "plant", "project"),
        *("station", "dam", "scheme", "thermal", "ccgt", "gas", "coal", "solar", "wind", "biomass"),
        *("cogeneration", "the", "of", "and", "complex", "wpp", "spp"),
    )
)
"""Words that say what kind of thing it is, and not which."""
_ROMAN: Final = {"i": 1, "ii": 2, "iii": 3, "iv": 4, "v": 5, "vi": 6}
_BRACKETS: Final = re.compile(r"\s*\([^)]*\)\s*")
_WORD: Final = re.compile(r"[a-z]+|\d+")
_LONGEST: Final = 9


def key(name: str, code: str) -> tuple[str, tuple[int, ...]]:
    """Return the letters and the numbers of a name; ('', …) where nothing of its own is left.

    Args:
        name: As the source writes it.
        code: Alpha-3 code of its country, whose names say nothing here.
    """
    # CDMDB lost the commas of its names and left two spaces: what follows is where, and not what.
    plain = _BRACKETS.sub(" ", name).strip().partition("  ")[0]
    folded = unicodedata.normalize("NFD", plain).replace("đ", "d").replace("Đ", "D").replace("!", "1")
    text = "".join(char for char in folded.casefold() if not unicodedata.combining(char))
    own = (
        {word for spelling in country(code).names for word in spelling.casefold().split()} if code else set()
    )
    letters: list[str] = []
    numbers: list[int] = []
    for word in _WORD.findall(text):
        if word.isdigit():
            numbers.append(int(word[:_LONGEST]))
        elif word in _ROMAN and letters:
            numbers.append(_ROMAN[word])
        elif word not in _COMMON and word not in own:
            letters.append(word)
    return "".join(letters), tuple(numbers)
