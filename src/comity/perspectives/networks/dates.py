"""When something was said, as a span of days; windows over days, aligned to the calendar.

A day is a number: the proleptic Gregorian ordinal, 1 January of year 1 is 1; 0 stands for not known. An EDTF
date of a month or a year is a span, and a statement is inside a window only if its whole span is.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date
from typing import Final, Literal

from comity.perspectives.networks.errors import NetworkError

UNKNOWN: Final = 0
MOST: Final = 400
"""Windows beyond which a request is refused."""
_LENGTH: Final = re.compile(r"([1-9][0-9]{0,3})([ymd])")
_MONTHS: Final = 12


@dataclass(frozen=True, slots=True)
class Length:
    """A length of time in whole years, months or days."""

    count: int
    unit: Literal["y", "m", "d"]

    @classmethod
    def parse(cls, text: str) -> Length:
        """Return the length that a text such as `5y`, `6m` or `90d` names.

        Raises:
            NetworkError: it names none.
        """
        match = _LENGTH.fullmatch(text)
        if not match:
            raise NetworkError(f"{text!r} is no length of time: write 5y, 6m or 90d")
        unit: Literal["y", "m", "d"] = "y" if match[2] == "y" else "m" if match[2] == "m" else "d"
        return cls(int(match[1]), unit)

    def after(self, day: date) -> date:
        """Return the day that lies this length after the first of a year or month, or after any day."""
        if self.unit == "d":
            return date.fromordinal(min(day.toordinal() + self.count, date.max.toordinal()))
        months = self.count * (_MONTHS if self.unit == "y" else 1)
        year, month = divmod(day.year * _MONTHS + day.month - 1 + months, _MONTHS)
        return date.max if year > date.max.year else date(year, month + 1, 1)

    def aligned(self, day: date) -> date:
        """Return the first day of the year or month of `day`, or itself."""
        return {"y": date(day.year, 1, 1), "m": date(day.year, day.month, 1), "d": day}[self.unit]


@dataclass(frozen=True, slots=True)
class Span:
    """Days from `first` to `last`, both included."""

    first: int
    last: int

    @property
    def dates(self) -> tuple[str, str]:
        """The two days as ISO 8601 dates."""
        return date.fromordinal(self.first).isoformat(), date.fromordinal(self.last).isoformat()


def span(text: str | None) -> tuple[int, int]:
    """Return the first and the last day that an EDTF date or interval can mean; 0 is an end not known."""
    if not text:
        return UNKNOWN, UNKNOWN
    start, slash, end = text.partition("/")
    return _end(start, last=False), _end(end if slash else start, last=True)


def windows(first: int, last: int, width: Length, step: Length | None = None) -> list[Span]:
    """Return windows of `width`, one every `step` (by default the width), that together cover the days.

    The first begins with the year or month that holds `first`, in whole units of the step.

    Raises:
        NetworkError: there would be too many.
    """
    step = step or width
    found: list[Span] = []
    start = step.aligned(date.fromordinal(first))
    while len(found) < MOST:
        end = width.after(start)
        # The calendar of the standard library ends, and then its last day belongs to the window.
        found.append(Span(start.toordinal(), end.toordinal() - (end < date.max)))
        if found[-1].last >= last or step.after(start).toordinal() > last:
            return found
        start = step.after(start)
    raise NetworkError(f"more than {MOST} windows: take a longer step")


def _end(text: str, *, last: bool) -> int:
    plain = text.rstrip("?~%")
    year, _, rest = plain.partition("-")
    month, _, day = rest.partition("-")
    try:
        number = int(year.replace("X", "9" if last else "0"))
        at = (_MONTHS if last else 1) if month in ("", "XX") else int(month)
        final = calendar.monthrange(number, at)[1]
        chosen = (final if last else 1) if day in ("", "XX") else int(day)
        return date(number, at, chosen).toordinal()
    except ValueError:
        return UNKNOWN
