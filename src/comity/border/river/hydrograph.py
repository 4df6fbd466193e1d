"""The hydrograph of a gauge: a stretch of days with the range of the same days in earlier years."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Final

from comity.border.drawing import Picture, Point, picture
from comity.border.river import detect, quality

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.river.readings import Readings
    from comity.border.river.thresholds import Threshold

SPAN: Final = timedelta(days=120)
MOST_SPAN: Final = timedelta(days=1100)
JOINED: Final = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class DayRow:
    """A day as the table shows it: its highest reading, the range of earlier years, and what is doubtful."""

    day: date
    level: float | None
    low: float | None
    high: float | None
    years: int
    flag: str


@dataclass(frozen=True, slots=True)
class Hydrograph:
    """The picture, its table (newest first), and the stretch that it shows."""

    picture: Picture | None
    rows: tuple[DayRow, ...]
    first: date
    last: date


def hydrograph(
    found: Readings, limits: Sequence[Threshold], last: date | None = None, span: timedelta = SPAN
) -> Hydrograph:
    """Return the hydrograph of the days up to `last`, the newest where none is given.

    Args:
        found: Readings of one gauge.
        limits: Its thresholds.
        last: The last day to show.
        span: How many days before it.
    """
    checked = quality.check(found.items)
    each = {one.day: one for one in detect.days(checked)}
    end = min(max(last or found.items[-1].day, found.items[0].day), found.items[-1].day)
    first = max(end - min(max(span, timedelta(days=7)), MOST_SPAN), found.items[0].day)
    earlier: dict[tuple[int, int], list[tuple[int, float, float]]] = {}
    for day, one in each.items():
        low, high = checked.items[one.low].level, checked.items[one.high].level
        earlier.setdefault((day.month, day.day), []).append((day.year, low, high))
    rows = []
    for number in range((end - first).days + 1):
        day = first + timedelta(days=number)
        known = [past for past in earlier.get((day.month, day.day), ()) if past[0] < day.year]
        here = each.get(day)
        rows.append(
            DayRow(
                day,
                checked.items[here.high].level if here else None,
                min((past[1] for past in known), default=None),
                max((past[2] for past in known), default=None),
                len(known),
                checked.flags[here.high] if here else "gap",
            )
        )
    points = [
        Point(one.day, one.level, one.low, one.high, mark=one.flag in {"step", "unconfirmed"}) for one in rows
    ]
    drawn = None
    if any(one.level is not None for one in rows):
        joined = max(JOINED, checked.spacing * quality.GAP)
        drawn = picture(points, joined, [(one.name, float(one.level)) for one in limits])
    return Hydrograph(drawn, tuple(reversed(rows)), first, end)
