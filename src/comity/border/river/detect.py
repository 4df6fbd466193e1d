"""What stages give cause to warn of: thresholds, forecasts, fast rise, records of the day of year.

Every alert is one day of one method; days in a row share the day on which they began, so that one flood is
one occurrence. What cannot be judged is said, with its reason, and never passes for normal.
"""

from __future__ import annotations

import itertools
from bisect import bisect_right
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from comity.border.river.quality import Checked
    from comity.border.river.readings import Reading
    from comity.border.river.thresholds import Threshold

METHOD: Final = "gauge-detect@1"
DAY: Final = timedelta(days=1)
RISE_SPAN: Final = (timedelta(hours=18), timedelta(hours=30))
"""Between which two readings must lie to speak of a rise within a day."""
FORECAST_SPAN: Final = timedelta(days=3)
LEAP: Final = (2, 29)
BESIDE_LEAP: Final = ((2, 28), (3, 1))
UNSURE: Final = {
    "unconfirmed": "no later reading confirms it yet",
    "step": "after a step: the zero of the gauge was moved, or a wave came; cannot tell",
    "flat": "in a flat line: the gauge may be stuck",
}


@dataclass(frozen=True, slots=True)
class Alert:
    """A day that gives cause to warn.

    Attributes:
        day: As the file writes it.
        level: Metres.
        limit: Metres, what the level is held against.
        method: Name of the rule.
        reason: In words.
        time: Of the reading, UTC.
        row: Of the reading in its file.
        quality: Why the reading may be wrong, or nothing.
        since: First day of the same occurrence.
        authority: Who set the limit, where somebody did.
        source: Where the limit was read.
        unverified: Whether nobody read it at the authority.
    """

    day: date
    level: float
    limit: float
    method: str
    reason: str
    time: datetime
    row: int
    quality: str = ""
    since: date | None = None
    authority: str = ""
    source: str = ""
    unverified: bool = False


@dataclass(frozen=True, slots=True)
class Unknown:
    """What cannot be told: which method, from which day to which, how many days, and why."""

    method: str
    first: date
    last: date
    days: int
    reason: str


@dataclass(frozen=True, slots=True)
class DayOf:
    """The highest and the lowest usable reading of a day, by their places in the series."""

    day: date
    high: int
    low: int


def days(checked: Checked) -> list[DayOf]:
    """Return the days of a series that have a usable reading, in order."""
    found = []
    for day, group in itertools.groupby(checked.usable(), key=lambda pair: pair[1].day):
        places = [at for at, _ in group]
        high = max(places, key=lambda at: (checked.items[at].level, -at))
        low = min(places, key=lambda at: (checked.items[at].level, at))
        found.append(DayOf(day, high, low))
    return found


def over_thresholds(checked: Checked, each: Sequence[DayOf], limits: Iterable[Threshold]) -> list[Alert]:
    """Return the days on which a stage is at a threshold or beyond it."""
    found = []
    for limit in limits:
        high, level = limit.direction == "high", float(limit.level)
        for one in each:
            at = one.high if high else one.low
            reading = checked.items[at]
            if reading.level >= level if high else reading.level <= level:
                words = f"at or {'above' if high else 'below'} the {limit.name} level of {limit.authority}"
                doubt = ", which nobody read at the authority" if limit.unverified else ""
                alert = _alert(checked, at, level, f"threshold-{limit.name}", words + doubt)
                found.append(_with_source(alert, limit))
    return found


def spikes_over(checked: Checked, limits: Iterable[Threshold]) -> list[Unknown]:
    """Return the spikes that would have reached a threshold: taken out, and said to whoever must decide."""
    return [
        Unknown(
            f"threshold-{limit.name}",
            one.day,
            one.day,
            1,
            f"a reading of {one.level:g} m, beyond {limit.level} m, was taken for a spike: look at the gauge",
        )
        for limit in limits
        for one in checked.flagged("spike")
        if (one.level >= float(limit.level) if limit.direction == "high" else one.level <= float(limit.level))
    ]


def over_forecast(
    items: Sequence[Reading], limits: Iterable[Threshold], issued: datetime
) -> tuple[list[Alert], list[Unknown]]:
    """Return the forecast days within three days of the issue on which a threshold is reached."""
    found = []
    near = [one for one in items if one.time - issued <= FORECAST_SPAN]
    far = [one for one in items if one.time - issued > FORECAST_SPAN]
    for limit in (one for one in limits if one.direction == "high"):
        for _, group in itertools.groupby(near, key=lambda one: one.day):
            top = max(group, key=lambda one: one.level)
            if top.level >= float(limit.level):
                words = f"forecast to reach the {limit.name} level of {limit.authority} within three days"
                alert = Alert(
                    top.day, top.level, float(limit.level), f"forecast-{limit.name}", words, top.time, top.row
                )
                found.append(_with_source(alert, limit))
    unknown = []
    if far:
        words = "forecasts beyond three days are not held against thresholds"
        unknown.append(Unknown("forecast", far[0].day, far[-1].day, len({one.day for one in far}), words))
    return found, unknown


def fast_rise(checked: Checked, limit: float) -> list[Alert]:
    """Return the days with a rise of more than `limit` metres within a day, across no gap; spikes are out."""
    usable = list(checked.usable())
    times = [one.time for _, one in usable]
    best: dict[date, tuple[float, int, int, float]] = {}
    for place, (at, one) in enumerate(usable):
        before = _day_before(times, place)
        if before is None or checked.segment[usable[before][0]] != checked.segment[at]:
            continue
        allowed = limit * ((one.time - times[before]) / DAY)
        over = one.level - usable[before][1].level - allowed
        if over > 1e-9 and (one.day not in best or over > best[one.day][0]):  # noqa: PLR2004 - rounding
            best[one.day] = (over, at, usable[before][0], allowed)
    found = []
    for _, at, earlier, allowed in best.values():
        low = checked.items[earlier].level
        rise = checked.items[at].level - low
        when = f"{checked.items[earlier].time:%Y-%m-%dT%H:%MZ}"
        words = f"rose by {rise:.2f} m since {when}, limit {limit:g} m a day"
        found.append(_alert(checked, at, round(low + allowed, 4), "rate-of-rise", words))
    return found


def records(checked: Checked, each: Sequence[DayOf], least_years: int) -> tuple[list[Alert], list[Unknown]]:
    """Return the days above the highest or below the lowest of the same day in EARLIER years only.

    29 February is held against 28 February, 29 February and 1 March. Flat lines and steps make no record and
    break none.
    """
    past: dict[tuple[int, int], list[DayOf]] = {}
    found, short = list[Alert](), list[date]()
    for one in each:
        key = (one.day.month, one.day.day)
        sound = all(checked.flags[at] not in {"flat", "step"} for at in (one.high, one.low))
        keys = (key, *BESIDE_LEAP) if key == LEAP else (key,)
        earlier = [old for name in keys for old in past.get(name, ()) if old.day.year < one.day.year]
        years = {old.day.year for old in earlier}
        if len(years) < least_years:
            short.append(one.day)
        elif sound:
            found += _broken(checked, one, earlier, len(years))
        if sound:
            past.setdefault(key, []).append(one)
    unknown = []
    if short:
        words = f"fewer than {least_years} earlier years have this day"
        unknown.append(Unknown("record", short[0], short[-1], len(short), words))
    return found, unknown


def episodes(alerts: Iterable[Alert]) -> list[Alert]:
    """Return alerts in the order of days, each with the first day of its occurrence."""
    ordered = sorted(alerts, key=lambda one: (one.method, one.authority, one.day, one.time))
    found = list[Alert]()
    for one in ordered:
        last = found[-1] if found else None
        same = last is not None and (last.method, last.authority) == (one.method, one.authority)
        goes_on = same and last is not None and one.day - last.day <= DAY
        found.append(replace(one, since=last.since if goes_on and last is not None else one.day))
    return sorted(found, key=lambda one: (one.day, one.method, one.authority, one.limit))


def _broken(checked: Checked, one: DayOf, earlier: Sequence[DayOf], years: int) -> list[Alert]:
    top = max(checked.items[old.high].level for old in earlier)
    bottom = min(checked.items[old.low].level for old in earlier)
    words = f"{{}} of this day of the year in {years} earlier years, {min(o.day.year for o in earlier)} on"
    found = []
    if checked.items[one.high].level > top:
        found.append(
            _alert(checked, one.high, top, "record-high", "above the highest " + words.format("level"))
        )
    if checked.items[one.low].level < bottom:
        found.append(
            _alert(checked, one.low, bottom, "record-low", "below the lowest " + words.format("level"))
        )
    return found


def _day_before(times: Sequence[datetime], place: int) -> int | None:
    """Return the place of the reading nearest to a day before, if one lies between 18 and 30 hours before."""
    target = times[place] - DAY
    after = bisect_right(times, target)
    near = [at for at in (after - 1, after) if 0 <= at < place]
    best = min(near, key=lambda at: abs(times[at] - target), default=None)
    if best is None or not RISE_SPAN[0] <= times[place] - times[best] <= RISE_SPAN[1]:
        return None
    return best


def _alert(checked: Checked, at: int, limit: float, method: str, reason: str) -> Alert:
    reading = checked.items[at]
    quality = UNSURE.get(checked.flags[at], "")
    words = f"{reason}; {quality}" if quality else reason
    return Alert(reading.day, reading.level, limit, method, words, reading.time, reading.row, quality)


def _with_source(alert: Alert, limit: Threshold) -> Alert:
    return replace(alert, authority=limit.authority, source=limit.source, unverified=limit.unverified)
