"""Distribution functions laid over each other: with which probability the value is not above x."""

from __future__ import annotations

from itertools import accumulate, pairwise
from typing import TYPE_CHECKING, Final

from comity.assessment.charts.axis import FULL, Axis, Tick
from comity.assessment.charts.plot import Line, Plot, dashes, points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

QUARTERS: Final = tuple(Tick(FULL - FULL * part / 4, part / 4, "start") for part in range(5))


def cumulative(masses: Mapping[str, Sequence[float]], edges: Sequence[float], axis: Axis) -> Plot:
    """Return the functions of every party and of the pool on one pair of axes.

    Args:
        masses: By party (`plot.JOINT` for the pool), what falls into each cell; each sums to 1.
        edges: The ends of the cells, one more than masses, in the unit of the question.
        axis: Along which; a line ends where the axis does, at the height that it has there.
    """
    broken = dashes(masses)
    lines = []
    for party, parts in masses.items():
        seen = _seen(list(zip(edges, [0.0, *accumulate(parts)], strict=True)), axis)
        rising = [(axis.place(x), round(FULL * (1 - min(y, 1.0)), 1)) for x, y in seen]
        lines.append(Line(party, points(_bends(rising)), broken[party]))
    return Plot(tuple(lines), QUARTERS, axis.ticks())


def _seen(places: list[tuple[float, float]], axis: Axis) -> list[tuple[float, float]]:
    """Return the part of a function that lies on the axis, cut at its ends."""
    inside = [place for place in places if axis.low < place[0] < axis.high]
    return [_at(places, axis.low), *inside, _at(places, axis.high)]


def _at(places: list[tuple[float, float]], value: float) -> tuple[float, float]:
    """Return the place of a function at a value; inside a cell it is straight."""
    for (x0, y0), (x1, y1) in pairwise(places):
        if x0 <= value <= x1:
            return value, y0 + (y1 - y0) * (value - x0) / (x1 - x0)
    return value, places[0][1] if value < places[0][0] else places[-1][1]


def _bends(places: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Leave out what lies on the straight line between its neighbours, so that a page stays small."""
    kept = places[:1]
    for at in range(1, len(places) - 1):
        (x0, y0), (x1, y1), (x2, y2) = kept[-1], places[at], places[at + 1]
        if abs((x2 - x0) * (y1 - y0) - (x1 - x0) * (y2 - y0)) > FULL / 10:
            kept.append(places[at])
    return kept + places[-1:]
