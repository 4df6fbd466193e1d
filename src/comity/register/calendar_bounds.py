"""The first and the last day that an EDTF date can mean (ISO 8601-2, levels 0 and 1 as Comity writes them).

    >>> bounds("2025-02")
    Bounds(first=datetime.date(2025, 2, 1), last=datetime.date(2025, 2, 28))

None is an end that is open or not known: it limits nothing, and nothing is concluded from it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date

_MONTHS = 12


@dataclass(frozen=True, slots=True)
class Bounds:
    """The days between which a date lies, both included."""

    first: date | None
    last: date | None

    def overlaps(self, other: Bounds) -> bool:
        """Whether a day can lie in both; an open end reaches as far as needed."""
        return not _before(self.last, other.first) and not _before(other.last, self.first)

    def holds(self, day: date) -> bool:
        """Whether the day can lie inside."""
        return self.overlaps(Bounds(day, day))

    def days_to(self, other: Bounds) -> int:
        """Return how many days lie between the two; 0 where they overlap."""
        if self.overlaps(other):
            return 0
        early, late = (self, other) if _before(self.last, other.first) else (other, self)
        assert early.last is not None
        assert late.first is not None
        return (late.first - early.last).days


def bounds(text: str | None) -> Bounds:
    """Return the bounds of an EDTF date or interval; what is absent or not understood has none."""
    if not text:
        return Bounds(None, None)
    start, slash, end = text.partition("/")
    return Bounds(_end(start, last=False), _end(end if slash else start, last=True))


def _end(text: str, *, last: bool) -> date | None:
    plain = text.rstrip("?~%")
    if plain.strip(".") == "":
        return None
    year, _, rest = plain.partition("-")
    month, _, day = rest.partition("-")
    try:
        number = int(year.replace("X", "9" if last else "0"))
        at = (_MONTHS if last else 1) if month in ("", "XX") else int(month)
        final = calendar.monthrange(number, at)[1]
        return date(number, at, (final if last else 1) if day in ("", "XX") else int(day))
    except ValueError:
        return None


def _before(one: date | None, other: date | None) -> bool:
    return one is not None and other is not None and one < other
