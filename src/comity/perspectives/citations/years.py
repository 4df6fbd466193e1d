"""Years as citations write them: with a letter, in brackets of their own, not known, or to come."""

from __future__ import annotations

import re
from typing import Final

YEAR: Final = r"(?:1[5-9]\d\d|20\d\d)(?:[a-z](?![\w'\u2019]))?"
UNDATED: Final = r"n\.\s?d\.?|no date|forthcoming|in press|in preparation|k\.\s?n\.?|sắp xuất bản|đang in"
ANY: Final = rf"(?:{YEAR}|{UNDATED})"
PERIOD: Final = r"\s*(?:[\u2013\u2014-]|to|until|đến)\s*(?:\d{2,4}\b|present|now|nay)"


def year_key(printed: str) -> str:
    """Return a year as it stands in a key: `2024a`, `nd`, `forthcoming`."""
    plain = printed.strip().lower()
    if plain[:1].isdigit():
        return plain
    return "nd" if re.match(r"n|k", plain) else "forthcoming"


def bare(year: str) -> str:
    """Return a year without its letter."""
    return year[:4] if year[:1].isdigit() else year


def number(year: str) -> int | None:
    """Return a year as a number, or None where it has none."""
    return int(year[:4]) if year[:4].isdigit() else None
