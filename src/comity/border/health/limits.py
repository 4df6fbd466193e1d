"""Historical limits: a week's count against the same weeks of the five years before.

After Stroup, Williamson, Herndon and Karon (1989), Statistics in Medicine 8(3), 323-329, in the weekly form:
for week t the baseline is the weeks nearest to the same calendar day one to five years before, and the two
weeks before and after each, 25 counts in all; an alert is a count above

    limit(t) = mean + 2 · SD

with the sample standard deviation (n - 1). Every one of the five years must be there with three of its five
weeks at least; otherwise the answer is *cannot tell*. Missing weeks are left out, never counted as zero.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from comity.border.health.counts import WEEK

if TYPE_CHECKING:
    from collections.abc import Mapping

METHOD: Final = "historical-limits"
YEARS: Final = 5
AROUND: Final = 2
LEAST_OF_YEAR: Final = 3
FACTOR: Final = 2.0


@dataclass(frozen=True, slots=True)
class Limit:
    """A limit and what it was reckoned from."""

    value: float
    mean: float
    deviation: float
    weeks: int


@dataclass(frozen=True, slots=True)
class CannotTell:
    """Why there is no limit."""

    reason: str


def historical_limit(cases: Mapping[date, int], week: date) -> Limit | CannotTell:
    """Return the limit of a week.

    Args:
        cases: Counts by the first day of each week that is there; all on one weekday.
        week: First day of the week to judge, on the same weekday.
    """
    baseline = list[int]()
    short = list[int]()
    for back in range(1, YEARS + 1):
        middle = same_week(week, back)
        near = [middle + WEEK * n for n in range(-AROUND, AROUND + 1)]
        values = [cases[one] for one in near if one in cases and one < week]
        if len(values) < LEAST_OF_YEAR:
            short.append(week.year - back)
        baseline += values
    if short:
        have = YEARS - len(short)
        missing = ", ".join(map(str, reversed(short)))
        return CannotTell(f"{have} of the {YEARS} years before have these weeks; not {missing}")
    mean = statistics.fmean(baseline)
    deviation = statistics.stdev(baseline)
    return Limit(mean + FACTOR * deviation, mean, deviation, len(baseline))


def same_week(week: date, years: int) -> date:
    """Return the week nearest to the same calendar day so many years before, on the same weekday."""
    day = min(week.day, 28) if week.month == 2 else week.day  # noqa: PLR2004 - 29 February
    then = date(week.year - years, week.month, day)
    apart = (week.weekday() - then.weekday()) % 7
    return then + timedelta(days=apart if apart <= 3 else apart - 7)  # noqa: PLR2004 - the nearer side
