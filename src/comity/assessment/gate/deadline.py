"""When a consultation ends: start + n calendar months (or days) - 1 day, extended.

    >>> end_of(date(2016, 12, 20), Period(months=6, minus_days=1), ())
    datetime.date(2017, 6, 19)
    >>> end_of(date(2023, 8, 31), Period(months=6, minus_days=1), ())     # no 31 February
    datetime.date(2024, 2, 28)

Convention, stated because others exist: the day n months on is the same day of the month, or the last day of
a month that lacks it; `minus_days` is taken off then. Months of extensions add to those of the period and
are counted from the start once, so that a short February does not shorten what follows. Days are added after.
An extension until a day ends there, and what comes later is counted from the day after.
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from comity.assessment.gate import dates
from comity.assessment.gate.dates import Days
from comity.assessment.gate.errors import GateDateError, PastDeadlineError

if TYPE_CHECKING:
    from collections.abc import Sequence

METHOD: Final = "gate-deadline@1"
_LENGTH: Final = re.compile(
    r"P?([1-9][0-9]{0,3}) ?(y|years?|m|months?|w|weeks?|d|days?)", re.ASCII | re.IGNORECASE
)
_MONTHS: Final = 12
_WEEK: Final = 7


@dataclass(frozen=True, slots=True)
class Period:
    """How long a consultation lasts: whole months, days, and what is taken off at the end."""

    months: int = 0
    days: int = 0
    minus_days: int = 1


@dataclass(frozen=True, slots=True)
class Extension:
    """By how much a period is extended: months, days, or until a day."""

    months: int = 0
    days: int = 0
    until: date | None = None


@dataclass(frozen=True, slots=True)
class Reckoned:
    """An end: `end` where it is one day, else None with the days between which it lies and the reason."""

    end: date | None
    earliest: date | None
    latest: date | None
    reason: str = ""
    shortened: bool = False

    @property
    def days(self) -> Days:
        """The end as a span."""
        return Days(self.earliest, self.latest, self.end is not None or self.reason == "coarse")


def parse_extension(text: str) -> Extension:
    """Return the extension that a text names: `6m`, `30 days`, `2w`, `P6M`, `1y`, or a day it lasts until.

    Raises:
        GateDateError: it names none.
    """
    match = _LENGTH.fullmatch(text)
    if not match:
        return Extension(until=dates.day(text))
    count, unit = int(match[1]), match[2][0].lower()
    if unit in "my":
        return Extension(months=count * (_MONTHS if unit == "y" else 1))
    return Extension(days=count * (_WEEK if unit == "w" else 1))


def end_of(start: date, period: Period, extensions: Sequence[Extension]) -> date:
    """Return the last day of a period.

    Raises:
        PastDeadlineError: an extension ends before what it extends.
        GateDateError: the end lies beyond the calendar.
    """
    anchor, months, days = start, period.months, period.days - period.minus_days
    end = _at(anchor, months, days)
    for extension in extensions:
        if extension.until is None:
            months, days = months + extension.months, days + extension.days
        else:
            if extension.until <= end:
                raise PastDeadlineError(f"an extension until {extension.until} of what ends on {end}")
            anchor, months, days = extension.until + timedelta(days=1), 0, -1
        end = _at(anchor, months, days)
    return end


def reckon(start: str, period: Period, extensions: Sequence[Extension] = ()) -> Reckoned:
    """Return the end of a period that starts on an EDTF date; what the date leaves open is left open.

    Raises:
        GateDateError: the start is no EDTF date.
        PastDeadlineError: an extension ends before what it extends.
    """
    return reckon_days(dates.read(start), period, extensions)


def reckon_days(start: Days, period: Period, extensions: Sequence[Extension] = ()) -> Reckoned:
    """Return the end of a period that starts within some days."""
    earliest = None if start.first is None else end_of(start.first, period, extensions)
    latest = None if start.last is None else end_of(start.last, period, extensions)
    if start.exact is not None and earliest is not None:
        months = period.months + sum(extension.months for extension in extensions)
        shortened = start.exact.day > add_months(start.exact, months).day
        return Reckoned(earliest, earliest, earliest, "", shortened)
    if earliest is None or latest is None:
        return Reckoned(None, earliest, latest, "unknown")
    return Reckoned(None, earliest, latest, "coarse" if start.certain else "uncertain")


def add_months(start: date, months: int) -> date:
    """Return the same day `months` later, or the last day of a month that lacks it.

    Raises:
        GateDateError: it lies beyond the calendar.
    """
    year, month = divmod(start.year * _MONTHS + start.month - 1 + months, _MONTHS)
    if not date.min.year <= year <= date.max.year:
        raise GateDateError(f"{start} and {months} months lie beyond the calendar")
    return date(year, month + 1, min(start.day, calendar.monthrange(year, month + 1)[1]))


def _at(anchor: date, months: int, days: int) -> date:
    try:
        return add_months(anchor, months) + timedelta(days=days)
    except OverflowError as error:
        raise GateDateError(f"{anchor} and {days} days lie beyond the calendar") from error
