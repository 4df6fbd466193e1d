"""EARS C1, C2 and C3, the Early Aberration Reporting System's methods for short series, adapted to weeks.

Hutwagner, Thompson, Seeman and Treadwell (2003), Journal of Urban Health 80(2 Suppl 1), i89-i96, define them
on days; here one week stands where they have one day, which makes the baseline seven weeks:

    C1(t) = (Y(t) - mean(t)) / S(t),   baseline t-7 … t-1     alarm above 3
    C2(t) = (Y(t) - mean(t)) / S(t),   baseline t-9 … t-3     alarm above 3
    C3(t) = Σ max(0, C2(i) - 1) over i = t-2 … t              alarm above 2

S is the sample standard deviation. Written as a limit of the count: mean + 3 S for C1 and C2, and
mean + S (3 - rest) for C3, where rest is what the two weeks before put into the sum; an alarm of C3 is a
count above that limit, as in Salmon, Schumacher and Höhle (2016), Journal of Statistical Software 70(10).
The baseline must be complete: with a week missing the answer is *cannot tell*. A baseline without any
variation has S = 0, and any count above its mean is beyond the limit.
"""

from __future__ import annotations

import statistics
from typing import TYPE_CHECKING, Final, Literal

from comity.border.health.counts import WEEK
from comity.border.health.limits import CannotTell, Limit

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date

Method = Literal["C1", "C2", "C3"]
METHODS: Final[tuple[Method, ...]] = ("C1", "C2", "C3")
BASELINE: Final = 7
LAG: Final[dict[Method, int]] = {"C1": 0, "C2": 2, "C3": 2}
ALARM: Final = 3.0
C3_ALARM: Final = 2.0
C3_WEEKS: Final = 3


def ears_limit(method: Method, cases: Mapping[date, int], week: date) -> Limit | CannotTell:
    """Return the count above which a week is an alarm.

    Args:
        method: C1, C2 or C3.
        cases: Counts by the first day of each week that is there.
        week: First day of the week to judge.
    """
    found = baseline(cases, week, LAG[method])
    if isinstance(found, CannotTell):
        return found
    mean, deviation = found
    factor = ALARM
    if method == "C3":
        rest = _carried(cases, week)
        if isinstance(rest, CannotTell):
            return rest
        factor = C3_ALARM + 1 - rest
    return Limit(max(mean + factor * deviation, 0.0), mean, deviation, BASELINE)


def baseline(cases: Mapping[date, int], week: date, lag: int) -> tuple[float, float] | CannotTell:
    """Return mean and sample standard deviation of the seven weeks that end `lag` + 1 weeks before."""
    weeks = [week - WEEK * (lag + back) for back in range(1, BASELINE + 1)]
    values = [cases[one] for one in weeks if one in cases]
    if len(values) < BASELINE:
        return CannotTell(f"the {BASELINE} weeks of the baseline are not all there")
    return statistics.fmean(values), statistics.stdev(values)


def _carried(cases: Mapping[date, int], week: date) -> float | CannotTell:
    """Return what the two weeks before put into C3."""
    total = 0.0
    for back in range(1, C3_WEEKS):
        earlier = week - WEEK * back
        found = baseline(cases, earlier, LAG["C2"])
        if isinstance(found, CannotTell) or earlier not in cases:
            return CannotTell("the two weeks before cannot be judged by C2")
        mean, deviation = found
        if deviation > 0:
            total += max(0.0, (cases[earlier] - mean) / deviation - 1)
        elif cases[earlier] > mean:
            # Beyond any number of standard deviations: the sum is over its limit by this week alone.
            total += C3_ALARM + 1
    return total
