"""Where the marks of the comparison's charts stand: one row of a table each, numbers beside it.

The table holds the same numbers, so a drawing is for the eye alone. Coordinates are of a view box of
`WIDTH` x `HEIGHT`; values outside the scale are drawn at its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from comity.perspectives.comparison.pairs import Compared
    from comity.perspectives.comparison.sides import Cell
    from comity.perspectives.record_claims import Fulfilment

WIDTH: Final = 440
HEIGHT: Final = 30
EDGE: Final = 20


@dataclass(frozen=True)
class Mark:
    """A dot: where it stands, and how large it is drawn by the number of statements behind it."""

    x: float
    radius: float


@dataclass(frozen=True)
class Drawn:
    """A row of a chart: the grid, a band that matters, an outer and an inner bar, dots, and the mean.

    Bars and band are pairs of x; what there is nothing to draw of is None.
    """

    grid: tuple[float, ...]
    band: tuple[float, float] | None = None
    outer: tuple[float, float] | None = None
    inner: tuple[float, float] | None = None
    dots: tuple[Mark, ...] = ()
    mean: float | None = None


def side(cell: Cell) -> Drawn:
    """Draw one perspective from -2 to 2: a dot for each origin cluster, and their mean."""
    dots = tuple(
        Mark(_x(float(one.mean), -2, 2), round(3 + min(len(one.voices), 9) ** 0.5, 1))
        for one in cell.clusters
    )
    return Drawn(_grid(-2, 2), dots=dots, mean=None if cell.mean is None else _x(float(cell.mean), -2, 2))


def difference(pair: Compared, near: float) -> Drawn:
    """Draw a difference from -4 to 4: the limit as a band, the range leaving one out, the interval."""
    found, span = pair.pairing.described, pair.pairing.interval
    if found is None:
        return Drawn(_grid(-4, 4), band=(_x(-near, -4, 4), _x(near, -4, 4)))
    return Drawn(
        _grid(-4, 4),
        band=(_x(-near, -4, 4), _x(near, -4, 4)),
        outer=None if span is None else (_x(span[0], -4, 4), _x(span[1], -4, 4)),
        inner=(_x(float(found.low), -4, 4), _x(float(found.high), -4, 4)),
        mean=_x(float(found.difference), -4, 4),
    )


def share(found: Fulfilment) -> Drawn:
    """Draw a proportion from 0 to 1: the worst and best bounds, the interval, the share."""
    grid = tuple(_x(value / 4, 0, 1) for value in range(5))
    if found.worst is None or found.best is None:
        return Drawn(grid)
    return Drawn(
        grid,
        outer=(_x(found.worst, 0, 1), _x(found.best, 0, 1)),
        inner=None if found.interval is None else (_x(found.interval[0], 0, 1), _x(found.interval[1], 0, 1)),
        mean=None if found.share is None else _x(found.share, 0, 1),
    )


def alpha(value: float | None, interval: tuple[float, float] | None) -> Drawn:
    """Draw an alpha from 0 to 1, with its interval."""
    grid = tuple(_x(mark, 0, 1) for mark in (0, 0.25, 0.5, 0.75, 1))
    if value is None:
        return Drawn(grid)
    span = None if interval is None else (_x(interval[0], 0, 1), _x(interval[1], 0, 1))
    return Drawn(grid, inner=span, mean=_x(value, 0, 1))


def _grid(low: int, high: int) -> tuple[float, ...]:
    return tuple(_x(value, low, high) for value in range(low, high + 1))


def _x(value: float, low: float, high: float) -> float:
    part = (min(max(value, low), high) - low) / (high - low)
    return round(EDGE + part * (WIDTH - 2 * EDGE), 1)
