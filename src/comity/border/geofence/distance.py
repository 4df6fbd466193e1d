"""The signed distance of points to a zone.

    located = Fence(zone).locate(points)
    located.distance, located.side

Of an area the distance is negative inside, zero on an edge, positive outside; of a line it is positive to
the left of its direction and negative to the right. Sides are exact.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import sqrt
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.errors import ZoneError
from comity.border.geofence import _kernels as kernels

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

    from comity.border.geofence.zones import Zone

    Floats = NDArray[np.float64]
    Sides = NDArray[np.int8]

METHOD: Final = "geofence-distance@1"
FEWEST_CELLS, MOST_CELLS = 8, 256
CELLS: Final = 16
"""Cells along each side, for the root of the number of edges."""
WORK: Final = 2e7
"""Cells times edges that are looked at to lay out a zone."""
FEWEST_BANDS, MOST_BANDS = 8, 2048
DOUBT: Final = 1e-12
SHORTEST: Final = 1e-6
BESIDE: Final = 1000.0
"""Metres around what is asked in which distances are still told."""


@dataclass(frozen=True, slots=True)
class Located:
    """Where points lie.

    Attributes:
        distance: (n,) signed metres; infinite beyond the reach, NaN for what is no point.
        side: (n,) `INSIDE`, `EDGE`, `OUTSIDE` or `NO_POINT` of an area; of a line `EDGE` where it is on it,
            else 1 to the left and -1 to the right.
        normal: (n, 2) unit vector in which the distance grows; zero where it is infinite.
    """

    distance: Floats
    side: Sides
    normal: Floats


class Fence:
    """A zone, laid out for many points.

    Args:
        zone: The zone.
        reach: Metres up to which distances outside are told; beyond, they are infinite.
    """

    def __init__(self, zone: Zone, reach: float | None = None) -> None:
        self.zone = zone
        self.reach = zone.approach + BESIDE if reach is None else reach
        self._area = zone.shape == "area"
        self._layout = _layout(zone, self.reach)

    def locate(self, points: ArrayLike) -> Located:
        """Return where points lie.

        Args:
            points: (n, 2) metres in the plane of the zone.
        """
        given = _rows(points)
        far, side, nearest, place, away = kernels.locate(given, self._layout, self.reach)
        side = self._settled(given, side) if self._area else self._line_side(given, side, nearest, place)
        far[side == kernels.EDGE] = 0.0
        sign = np.where(side == (kernels.INSIDE if self._area else kernels.OUTSIDE), -1.0, 1.0)
        return Located(far * sign, side, away * sign[:, None])

    def sides(self, points: ArrayLike) -> Sides:
        """Return the sides alone of points of an area, (n,): several times faster than `locate`.

        Raises:
            ZoneError: the zone is a line.
        """
        if not self._area:
            raise ZoneError(f"{self.zone.slug}: a line has no inside: ask for the distance")
        given = _rows(points)
        return self._settled(given, kernels.sides_at(given, self._layout))

    def _settled(self, given: Floats, side: Sides) -> Sides:
        for at in np.flatnonzero(side == kernels.DOUBTFUL):
            side[at] = exact_side(given[at, 0], given[at, 1], self.zone.edges)
        return side

    def _line_side(self, given: Floats, side: Sides, nearest: NDArray[np.int32], place: Floats) -> Sides:
        """Return on which side of a line points lie: of the nearest edge; at a bend, outside the bend."""
        edges = self._layout.edges
        along = edges[:, 4:6]
        first = np.where(place == 0.0, np.maximum(nearest - 1, 0), nearest)
        second = np.where(place == 1.0, np.minimum(nearest + 1, len(along) - 1), nearest)
        bend = _cross(along[first], along[second])
        apart = given - edges[nearest, :2]
        own = _cross(along[nearest], apart)
        found = np.where((first != second) & (bend != 0), -bend, own)
        told: Sides = np.where(found > 0, kernels.INSIDE, kernels.OUTSIDE).astype(np.int8)
        doubt = DOUBT * (np.abs(along[nearest]) * np.abs(apart[:, ::-1])).sum(axis=1)
        for at in np.flatnonzero((np.abs(own) <= doubt) & (nearest >= 0)):
            if exact_side(given[at, 0], given[at, 1], (self.zone.edges[nearest[at]],)) == kernels.EDGE:
                told[at] = kernels.EDGE
        told[side == kernels.NO_POINT] = kernels.NO_POINT
        return told


def exact_side(px: float, py: float, edges: Sequence[tuple[float, float, float, float]]) -> int:
    """Return the side of a point in whole numbers: what the bound of rounding leaves open."""
    x, y = Fraction(float(px)), Fraction(float(py))
    odd = False
    for edge in edges:
        ax, ay, bx, by = map(Fraction, edge)
        turn = (ax - x) * (by - y) - (bx - x) * (ay - y)
        if turn == 0 and min(ax, bx) <= x <= max(ax, bx) and min(ay, by) <= y <= max(ay, by):
            return kernels.EDGE
        if (ay > y) != (by > y):
            odd ^= (turn > 0) == (by > ay)
    return kernels.INSIDE if odd else kernels.OUTSIDE


def _layout(zone: Zone, reach: float) -> kernels.Layout:
    ends = np.array(zone.edges, dtype=np.float64)
    run = ends[:, 2:] - ends[:, :2]
    edges = np.column_stack((ends, run, 1.0 / (run**2).sum(axis=1)))
    corners = ends.reshape(-1, 2)
    low, high = corners.min(axis=0) - reach, corners.max(axis=0) + reach
    finest = min(CELLS * sqrt(len(ends)), sqrt(WORK / len(ends)), MOST_CELLS)
    size = max(int(finest), FEWEST_CELLS)
    # Widened by a step, so that whatever is within reach lies in the grid whatever rounding does.
    steps = np.maximum((high - low) / (size - 2), SHORTEST)
    left, below = float(low[0] - steps[0]), float(low[1] - steps[1])
    rows = min(max(len(ends), FEWEST_BANDS), MOST_BANDS)
    bottom = float(corners[:, 1].min())
    band = max(float(np.ptp(corners[:, 1])) / rows, SHORTEST)
    step_x, step_y = float(steps[0]), float(steps[1])
    grid = (left, below, step_x, step_y, bottom, band, 1.0 / step_x, 1.0 / step_y)
    bands = kernels.band_rows(edges, bottom, band, rows)
    starts, items, touched = kernels.candidates(edges, grid[:4], size, size)
    known = np.full(size * size, kernels.OUTSIDE, dtype=np.int8)
    if zone.shape == "area":
        row, column = np.divmod(np.arange(size * size), size)
        centres = np.column_stack((left + (column + 0.5) * step_x, below + (row + 0.5) * step_y))
        known = kernels.sides(centres, edges, bands, bottom, band)
        known[touched == 1] = kernels.DOUBTFUL
    return kernels.Layout(edges, grid, starts, items, known, size, bands)


def _cross(one: Floats, other: Floats) -> Floats:
    return one[..., 0] * other[..., 1] - one[..., 1] * other[..., 0]


def _rows(points: ArrayLike) -> Floats:
    return np.ascontiguousarray(points, dtype=np.float64).reshape(-1, 2)
