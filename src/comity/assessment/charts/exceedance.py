"""Exceedance curves of the parties: loss along, the probability of more upwards on logarithms."""

from __future__ import annotations

from math import log10
from typing import TYPE_CHECKING, Any, Final

from comity.assessment.charts.axis import FULL, Axis, Tick
from comity.assessment.charts.plot import Line, Plot, dashes, points

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DECADES: Final = 4
"""From 100 % at the top down to 0.01 %."""


def exceedance(curves: Mapping[str, Sequence[Mapping[str, Any]]]) -> Plot:
    """Return the curves of one dimension, each party's beside the other's; nothing is summed.

    Args:
        curves: By party, points with `loss`, rising, and `exceeding`, a share of the draws.
    """
    most = max((point["loss"] for curve in curves.values() for point in curve), default=0.0)
    axis = Axis(0.0, most or 1.0)
    broken = dashes(curves)
    lines = tuple(
        Line(party, points(_steps(curve, axis)), broken[party]) for party, curve in curves.items() if curve
    )
    rows = tuple(Tick(_depth(10.0**-power), 10.0**-power, "start") for power in range(DECADES + 1))
    return Plot(lines, rows, axis.ticks())


def _steps(curve: Sequence[Mapping[str, Any]], axis: Axis) -> list[tuple[float, float]]:
    """Return a step at every loss drawn: up to it, the probability of more is that of the loss below."""
    places: list[tuple[float, float]] = []
    for point in curve:
        x, y = axis.place(point["loss"]), _depth(point["exceeding"])
        places += [(x, places[-1][1])] if places else []
        places.append((x, y))
    return places


def _depth(probability: float) -> float:
    depth = min(-log10(probability), DECADES) / DECADES if probability > 0 else 1.0
    return round(FULL * depth, 1)
