"""A place on the borderline as patrols say it: a marker's number, and metres along the line from it.

>>> parse_marker("mốc 578 + 150 m")
MarkerLocation(marker='578', offset_m=150)
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

from comity.register.places_fold import fold

_WORDS: Final = (
    "cot moc bien gioi so",
    "cot moc so",
    "moc quoc gioi so",
    "moc quoc gioi",
    "moc bien gioi",
    "cot moc",
    "moc so",
    "moc",
    "boundary marker",
    "border marker",
    "marker no",
    "marker",
    "ຫຼັກໝາຍຊາຍແດນ",
    "ຫຼັກໝາຍເຂດແດນ",
    "ຫຼັກເຂດແດນ",
    "ຫຼັກໝາຍ",
    "ຫຼັກ",
)
_OFFSET: Final = re.compile(
    r"^(?P<number>\d{1,4}(?:[/.]\d{1,2}|\(\d{1,2}\))?)"
    r"(?:\s*(?P<sign>[+\-\N{MINUS SIGN}\N{EN DASH}\N{PLUS-MINUS SIGN}±])\s*"
    r"(?P<size>\d{1,5}(?:[.,]\d{1,3})?)\s*(?P<unit>km|m|ກມ|ແມັດ|ມ)?)?\.?$"
)
_NUMBER_WORD: Final = fold("ເລກທີ")
MOST_METRES: Final = 20_000
_THOUSAND: Final = 1000


@dataclass(frozen=True, slots=True)
class MarkerLocation:
    """A point on the line: the number as it stands on the marker, and metres along the line.

    `offset_m` is positive in the direction of rising numbers. `either_way` says that the direction was left
    open (±): then the point lies at that distance on one of the two sides.
    """

    marker: str
    offset_m: int = 0
    either_way: bool = False


def parse_marker(text: str) -> MarkerLocation | None:
    """Return the location that a text names by a marker, in Vietnamese, Lao or English; None if it does not.

    A number alone is no marker: the word for it must stand before it.
    """
    rest = _after_word(text)
    match = _OFFSET.match(rest) if rest else None
    if not match:
        return None
    metres = _metres(match["size"], match["unit"] or "m")
    if metres is None:
        return None
    sign = match["sign"] or "+"
    either = sign in "±\N{PLUS-MINUS SIGN}"
    return MarkerLocation(match["number"], metres if sign == "+" or either else -metres, either)


def _after_word(text: str) -> str:
    """Return what follows the word for a marker, its digits in ASCII; empty where no such word begins it."""
    plain = "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() else char
        for char in unicodedata.normalize("NFC", text).strip().casefold()
    )
    digits = re.search(r"\d", plain)
    if not digits:
        return ""
    word = fold(plain[: digits.start()].replace(".", " ").replace("º", " ").replace("°", " "))
    return plain[digits.start() :].strip() if _plain_word(word) in _KNOWN else ""


def _plain_word(word: str) -> str:
    """Return a folded word without spaces, without "number", and with one of the two spellings of Lao hl."""
    return word.removesuffix(_NUMBER_WORD).replace(" ", "").replace("ຫລ", "ຫຼ")


_KNOWN: Final = frozenset(_plain_word(fold(item)) for item in _WORDS)


def _metres(size: str | None, unit: str) -> int | None:
    if size is None:
        return 0
    kilometres = unit in ("km", "ກມ")
    if not kilometres and re.search(r"[.,]\d{3}$", size):
        size = re.sub(r"[.,]", "", size)  # 1.200 m is twelve hundred metres
    metres = round(float(size.replace(",", ".")) * (_THOUSAND if kilometres else 1))
    return metres if metres <= MOST_METRES else None
