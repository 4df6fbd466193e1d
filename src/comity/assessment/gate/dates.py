"""EDTF dates as spans of days that say whether the day is known (ISO 8601-2, as the record writes them).

    >>> read("2016-12")
    Days(first=datetime.date(2016, 12, 1), last=datetime.date(2016, 12, 31), certain=True)
    >>> read("2016-12-20~").exact is None
    True

A deadline needs one day: what is uncertain (?), approximate (~) or coarser than a day has none.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date
from typing import Literal

from comity.assessment.gate.errors import GateDateError
from comity.record.text import check_edtf

_DECEMBER = 12


@dataclass(frozen=True, slots=True)
class Days:
    """The days, both included, between which something lies; None is an end not known."""

    first: date | None
    last: date | None
    certain: bool = True

    @property
    def exact(self) -> date | None:
        """The one day it can be, or None."""
        return self.first if self.certain and self.first == self.last else None

    def reached(self, on: date) -> Literal["yes", "no", "maybe"]:
        """Say whether it lies on or before a day."""
        if self.certain and self.last is not None and self.last <= on:
            return "yes"
        if self.certain and self.first is not None and self.first > on:
            return "no"
        return "maybe"

    def overlaps(self, other: Days) -> bool:
        """Whether one day can lie in both."""
        return not self.before(other) and not other.before(self)

    def before(self, other: Days) -> bool:
        """Whether every day of this lies before every day of the other."""
        return self.last is not None and other.first is not None and self.last < other.first

    def narrowed(self, other: Days) -> Days:
        """Return the days that lie in both."""
        firsts = [day for day in (self.first, other.first) if day is not None]
        lasts = [day for day in (self.last, other.last) if day is not None]
        both = self.certain or other.certain
        return Days(max(firsts, default=None), min(lasts, default=None), both)

    def hull(self, other: Days) -> Days:
        """Return the days from the earlier of both to the later."""
        first = None if self.first is None or other.first is None else min(self.first, other.first)
        last = None if self.last is None or other.last is None else max(self.last, other.last)
        return Days(first, last, self.certain and other.certain)


UNKNOWN = Days(None, None)


def read(text: str) -> Days:
    """Return the days that an EDTF date or interval can mean.

    Raises:
        GateDateError: it is no EDTF date.
    """
    try:
        check_edtf(text)
    except ValueError as error:
        raise GateDateError(str(error)) from error
    start, slash, end = text.partition("/")
    certain = not any(mark in text for mark in "?~%")
    return Days(_end(start, last=False), _end(end if slash else start, last=True), certain)


def day(text: str) -> date:
    """Return a calendar day.

    Raises:
        GateDateError: it is none.
    """
    found = read(text).exact
    if found is None:
        raise GateDateError(f"{text!r} is not one day")
    return found


def _end(text: str, *, last: bool) -> date | None:
    plain = text.rstrip("?~%")
    if plain in ("", ".."):
        return None
    year, month, at = (*plain.split("-"), "", "")[:3]
    if month == "XX" and at not in ("", "XX"):
        return date(int(year.replace("X", "9" if last else "0")), _DECEMBER if last else 1, 31 if last else 1)
    number = max(int(year.replace("X", "9" if last else "0")), 1)
    chosen = (_DECEMBER if last else 1) if month in ("", "XX") else int(month)
    final = calendar.monthrange(number, chosen)[1]
    return date(number, chosen, (final if last else 1) if at in ("", "XX") else min(int(at), final))
