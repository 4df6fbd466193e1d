"""Pictures of series as coordinates, for a page to write as SVG; a table beside it holds the same figures.

Places are thousandths of the width and the height of the picture: it fills a phone and a desk alike, and
its words keep their size. A line is broken where readings are missing: nothing is drawn across a gap.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from math import ceil, floor, log10
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    Across = Callable[[date], float]
    Down = Callable[[float], float]

FULL: Final = 1000
MOST_TICKS: Final = 5
SHORT: Final = 45
"""Days up to which an axis names days; then months, then years."""
LONG: Final = 800


@dataclass(frozen=True, slots=True)
class Tick:
    """A place on an axis and what it is called: an EDTF date, or a number."""

    place: float
    name: str
    anchor: Literal["start", "middle", "end"] = "middle"


@dataclass(frozen=True, slots=True)
class Limit:
    """A level drawn across the picture."""

    place: float
    name: str
    value: float


@dataclass(frozen=True, slots=True)
class Picture:
    """Lines and bands as SVG points, limits, marks, and the two axes."""

    lines: tuple[str, ...]
    bands: tuple[str, ...]
    seconds: tuple[str, ...]
    limits: tuple[Limit, ...]
    marks: tuple[tuple[float, float], ...]
    columns: tuple[Tick, ...]
    rows: tuple[Tick, ...]


@dataclass(frozen=True, slots=True)
class Point:
    """A day with a value, and perhaps a range and a second value; None where it is not known."""

    day: date
    value: float | None
    low: float | None = None
    high: float | None = None
    second: float | None = None
    mark: bool = False


def picture(points: Sequence[Point], step: timedelta, limits: Sequence[tuple[str, float]] = ()) -> Picture:
    """Return the picture of a series.

    Args:
        points: In the order of days, at least one with a value.
        step: Above this distance two points are not joined.
        limits: Names and values of levels that are drawn across, where they are near what is drawn.
    """
    values = [one.value for one in points if one.value is not None]
    known = values + [edge for one in points for edge in (one.low, one.high, one.second) if edge is not None]
    low, high = min(known), max(known)
    reach = max(high - low, 1e-9)
    near = [(name, level) for name, level in limits if low - reach <= level <= high + reach]
    low, high = min([low, *(level for _, level in near)]), max([high, *(level for _, level in near)])
    pad = (high - low or 1.0) * 0.06
    low, high = (0.0 if low >= 0 and low < (high - low) * 0.5 else low - pad), high + pad
    first, last = points[0].day, points[-1].day
    days = max((last - first).days, 1)

    def across(day: date) -> float:
        return round((day - first).days / days * FULL, 1)

    def down(value: float) -> float:
        return round((1 - (value - low) / (high - low)) * FULL, 1)

    def line(part: Sequence[Point], values: Callable[[Point], float | None]) -> str:
        given = ((one.day, values(one)) for one in part)
        return _line([(across(day), down(value)) for day, value in given if value is not None])

    drawn = _parts([one for one in points if one.value is not None], step)
    ranges = _parts([one for one in points if one.low is not None], step)
    beside = _parts([one for one in points if one.second is not None], step)
    return Picture(
        lines=tuple(line(part, lambda one: one.value) for part in drawn),
        bands=tuple(_band(part, across, down) for part in ranges),
        seconds=tuple(line(part, lambda one: one.second) for part in beside),
        limits=tuple(Limit(down(level), name, level) for name, level in near),
        marks=tuple(
            (across(one.day), down(one.value)) for one in points if one.mark and one.value is not None
        ),
        columns=_columns(first, last, across),
        rows=tuple(Tick(down(value), f"{value:g}") for value in _rounds(low, high)),
    )


def _parts(points: Sequence[Point], step: timedelta) -> list[list[Point]]:
    parts: list[list[Point]] = []
    for one in points:
        if parts and one.day - parts[-1][-1].day <= step:
            parts[-1].append(one)
        else:
            parts.append([one])
    return parts


def _line(places: Sequence[tuple[float, float]]) -> str:
    # A single reading between two gaps is drawn as a short stroke: it was read, and is seen.
    ends = places if len(places) > 1 else [places[0], (places[0][0] + 1, places[0][1])]
    return " ".join(f"{x:g},{y:g}" for x, y in ends)


def _band(part: Sequence[Point], across: Across, down: Down) -> str:
    upper = [(across(one.day), down(one.high)) for one in part if one.high is not None]
    lower = [(across(one.day), down(one.low)) for one in part if one.low is not None]
    return _line([*upper, *reversed(lower)])


def _columns(first: date, last: date, across: Across) -> tuple[Tick, ...]:
    days = (last - first).days
    if days <= SHORT:
        gap = max(ceil(days / MOST_TICKS), 1)
        found = [first + timedelta(n) for n in range(0, days + 1, gap)]
        return tuple(_tick(across(day), day.isoformat()) for day in found)
    months = [date(first.year + n // 12, n % 12 + 1, 1) for n in range(12 * (last.year - first.year + 1))]
    months = [day for day in months if first <= day <= last]
    if days > LONG:
        years = [day for day in months if day.month == 1]
        return tuple(
            _tick(across(day), f"{day.year}") for day in years[:: ceil(len(years) / MOST_TICKS) or 1]
        )
    each = ceil(len(months) / MOST_TICKS) or 1
    return tuple(_tick(across(day), f"{day:%Y-%m}") for day in months[::each])


def _tick(place: float, name: str) -> Tick:
    edge = FULL / 14
    return Tick(place, name, "start" if place < edge else "end" if place > FULL - edge else "middle")


def _rounds(low: float, high: float) -> list[float]:
    least = (high - low) / MOST_TICKS
    power = 10.0 ** floor(log10(least))
    step = next((power * part for part in (1, 2, 5, 10) if power * part >= least * (1 - 1e-9)), 10 * power)
    return [round(n * step, 10) for n in range(ceil(low / step), floor(high / step) + 1)]
