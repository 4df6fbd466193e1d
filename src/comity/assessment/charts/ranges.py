"""Ranges: a row for each party or answer, with its 5 to 95 %, its 25 to 75 % and its median on one axis."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.charts.axis import Axis, Tick

LEVELS: Final = (0.05, 0.25, 0.5, 0.75, 0.95)
"""The levels of the five values of a row."""


@dataclass(frozen=True, slots=True)
class Range:
    """A row: whose, and where its values stand; `outer` and `inner` are None where only a point is known."""

    party: str
    outer: tuple[float, float] | None
    inner: tuple[float, float] | None
    middle: float


@dataclass(frozen=True, slots=True)
class Ranges:
    """Rows over one axis."""

    rows: tuple[Range, ...]
    columns: tuple[Tick, ...]


def ranges(values: Mapping[str, Sequence[float]], axis: Axis) -> Ranges:
    """Return the rows.

    Args:
        values: By name: one value; three (5, 50 and 95 %); or five, at `LEVELS`.
        axis: Along which.

    Raises:
        ValueError: another number of values.
    """
    return Ranges(tuple(_row(name, given, axis) for name, given in values.items()), axis.ticks())


def _row(name: str, given: Sequence[float], axis: Axis) -> Range:
    places = [axis.place(value) for value in given]
    match places:
        case [middle]:
            return Range(name, None, None, middle)
        case [low, middle, high]:
            return Range(name, (low, high), None, middle)
        case [low, left, middle, right, high]:
            return Range(name, (low, high), (left, right), middle)
    raise ValueError(f"{name}: {len(places)} values make no row")
