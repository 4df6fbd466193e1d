"""Names made comparable: without diacritics, case, punctuation and invisible characters.

Folding is for finding, never for showing and never for deciding: two places may fold to one key. Vietnamese
loses its tone and vowel marks and đ becomes d; in Lao the tone marks go and the vowels stay, because a Lao
vowel is part of the word; digits of every script become ASCII.
"""

from __future__ import annotations

import re
import unicodedata
from typing import Final

_LAO_TONES: Final = frozenset("\u0ec8\u0ec9\u0eca\u0ecb\u0ecc")
_LETTERS: Final = str.maketrans({"đ": "d", "Đ": "d", "ð": "d", "ø": "o", "ł": "l"})
_ROMAN_ENDINGS: Final = (
    (re.compile(r"h\b"), ""),  # Dansavanh, Houaphanh
    (re.compile(r"(?<=[aeiou])n\b"), "n"),
    (re.compile(r"ou|oo|u"), "u"),  # Houaphan, Huaphan
    (re.compile(r"ph"), "p"),
    (re.compile(r"kh"), "k"),
    (re.compile(r"th"), "t"),
    (re.compile(r"x|ch|s"), "s"),  # Xepon, Sepon
    (re.compile(r"v|w"), "v"),
    (re.compile(r"e|ae|a"), "a"),  # Densavan, Dansavan
    (re.compile(r"i|y"), "i"),
    (re.compile(r"(.)\1+"), r"\1"),
)


def fold(text: str) -> str:
    """Return the search key of a name: lower-case words of letters and digits, one space between them."""
    kept = []
    for char in unicodedata.normalize(
        "NFKD", unicodedata.normalize("NFKD", text).casefold().translate(_LETTERS)
    ):
        kind = unicodedata.category(char)
        if char.isdecimal():
            kept.append(str(unicodedata.decimal(char)))
        elif kind == "Cf" or char in _LAO_TONES or (kind == "Mn" and not _is_lao(char)):
            continue
        elif kind[0] == "L" or _is_lao(char):
            kept.append(char.casefold())
        else:
            kept.append(" ")
    return " ".join("".join(kept).split())


def roman_key(text: str) -> str:
    """Return a key under which the usual romanisations of one Lao name meet; no spaces.

    It is coarse on purpose: it proposes candidates for a person, and never settles which place is meant.
    """
    key = fold(text)
    for pattern, replacement in _ROMAN_ENDINGS:
        key = pattern.sub(replacement, key)
    return key.replace(" ", "")


def numbers(text: str) -> tuple[str, ...]:
    """Return the numbers in a text, in order: names that differ in one are names of different things."""
    return tuple(found.lstrip("0") or "0" for found in re.findall(r"\d+", fold(text)))


def _is_lao(char: str) -> bool:
    return "\u0e80" <= char <= "\u0eff"
