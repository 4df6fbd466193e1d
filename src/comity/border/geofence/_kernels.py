"""Signed distance of points to the edges of one zone, by a grid of candidates and bands of rays.

Deterministic: fixed order, no fast mathematics, no threads. The side is exact: an orientation that the bound
of rounding (Shewchuk 1997, "Adaptive precision floating-point arithmetic", section 4.3, filter A) leaves
open marks the point as doubtful, and `distance` settles it with whole numbers.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar, cast

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Places = NDArray[np.int32]
    Counts = NDArray[np.int64]
    Sides = NDArray[np.int8]
    Made = TypeVar("Made", bound=Callable[..., Any])

CLOSE: Final = 1e-9
INSIDE, EDGE, OUTSIDE, NO_POINT, DOUBTFUL = 1, 0, -1, -2, 2
EPSILON: Final = 2.0**-53
BOUND: Final = (3.0 + 16.0 * EPSILON) * EPSILON
SLACK: Final = 1.0 + 1e-9
"""By which lists are longer than need be, against rounding."""


class Layout(NamedTuple):
    """A zone, laid out.

    Attributes:
        edges: (m, 7) ends, run, and one over the squared length.
        grid: low x, low y, step x, step y of the cells, low y and step y of the bands,
            one over step x and step y.
        starts: (cells + 1,) where each cell's candidates for the nearest edge begin.
        items: these candidates.
        known: (cells,) the side of each, `DOUBTFUL` where an edge is near.
        across: cells across, and as many down.
        bands: where each band's edges begin, and these edges.
    """

    edges: Floats
    grid: tuple[float, float, float, float, float, float, float, float]
    starts: Counts
    items: Places
    known: Sides
    across: int
    bands: tuple[Counts, Places]


def machine(function: Made) -> Made:
    """Compile a function; the code is kept beside the source or in the user's cache, if one is writable."""
    try:
        return cast("Made", njit(cache=True, nogil=True, error_model="numpy")(function))
    except RuntimeError:  # neither is
        return cast("Made", njit(nogil=True, error_model="numpy")(function))


@machine
def squared(px: float, py: float, edge: Floats) -> tuple[float, float]:
    """Return the squared distance of a point to an edge and the place of the nearest point on it, 0 to 1."""
    along = ((px - edge[0]) * edge[4] + (py - edge[1]) * edge[5]) * edge[6]
    if along >= 1.0:
        ex, ey, along = px - edge[2], py - edge[3], 1.0
    elif along <= 0.0:
        ex, ey, along = px - edge[0], py - edge[1], 0.0
    else:
        ex, ey = px - (edge[0] + along * edge[4]), py - (edge[1] + along * edge[5])
    return ex * ex + ey * ey, along


@machine
def candidates(
    edges: Floats, grid: tuple[float, float, float, float], across: int, down: int
) -> tuple[Counts, Places, NDArray[np.uint8]]:
    """Return each cell's candidates for the nearest edge (starts, items), and whether an edge is near it.

    With c the centre, h half the diagonal and d the distance of c to its nearest edge, the nearest edge of
    any point of the cell is within d + 2h of c.
    """
    low_x, low_y, step_x, step_y = grid
    half = 0.5 * np.sqrt(step_x * step_x + step_y * step_y)
    reach = np.empty(edges.shape[0])
    starts = np.zeros(across * down + 1, dtype=np.int64)
    touched = np.zeros(across * down, dtype=np.uint8)
    items = np.empty(edges.shape[0] * 4 + 64, dtype=np.int32)
    used = 0
    for cell in range(across * down):
        cx = low_x + (cell % across + 0.5) * step_x
        cy = low_y + (cell // across + 0.5) * step_y
        best = np.inf
        for e in range(edges.shape[0]):
            found, _ = squared(cx, cy, edges[e])
            reach[e] = np.sqrt(found)
            best = min(best, reach[e])
        limit = (best + 2.0 * half) * SLACK
        touched[cell] = best <= half * SLACK
        for e in range(edges.shape[0]):
            if reach[e] <= limit:
                if used == items.size:
                    larger = np.empty(items.size * 2, dtype=np.int32)
                    larger[:used] = items
                    items = larger
                items[used] = e
                used += 1
        starts[cell + 1] = used
    return starts, items[:used].copy(), touched


@machine
def side_of(px: float, py: float, edges: Floats, bands: tuple[Counts, Places], row: int) -> int:
    """Return the side of a point by a ray towards larger x through the edges listed.

    An edge counts where exactly one of its ends is above the point (half-open, so that a vertex counts once).
    """
    starts, items = bands
    odd = False
    for at in range(starts[row], starts[row + 1]):
        e = items[at]
        x, y, u, v = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
        if max(x, u) < px or py < min(y, v) or py > max(y, v):
            continue
        if (x == px and y == py) or (u == px and v == py):
            return EDGE
        if y == v:
            if min(x, u) <= px:
                return EDGE
            continue
        crosses = (y > py) != (v > py)
        if min(x, u) > px:
            odd ^= crosses
            continue
        left, right = (x - px) * (v - py), (u - px) * (y - py)
        turn = left - right
        if abs(turn) <= BOUND * (abs(left) + abs(right)):
            return DOUBTFUL
        # Of an upward edge the point is to the left, so that the edge is ahead, where the turn is positive.
        odd ^= crosses and ((turn > 0.0) == (v > y))
    return INSIDE if odd else OUTSIDE


@machine
def sides(points: Floats, edges: Floats, bands: tuple[Counts, Places], low_y: float, step_y: float) -> Sides:
    """Return the side of each point by the bands alone."""
    found = np.empty(points.shape[0], dtype=np.int8)
    for i in range(points.shape[0]):
        row = min(max(int((points[i, 1] - low_y) / step_y), 0), bands[0].size - 2)
        found[i] = side_of(points[i, 0], points[i, 1], edges, bands, row)
    return found


@machine
def band_rows(edges: Floats, low_y: float, step_y: float, rows: int) -> tuple[Counts, Places]:
    """Return for each band the edges that reach into it, with a neighbour's margin (starts, items)."""
    starts = np.zeros(rows + 1, dtype=np.int64)
    first = np.empty(edges.shape[0], dtype=np.int64)
    last = np.empty(edges.shape[0], dtype=np.int64)
    for e in range(edges.shape[0]):
        low, high = min(edges[e, 1], edges[e, 3]), max(edges[e, 1], edges[e, 3])
        # A band more on either side: the division may round a point into its neighbour.
        first[e] = max(int((low - low_y) / step_y) - 1, 0)
        last[e] = min(int((high - low_y) / step_y) + 1, rows - 1)
        for row in range(first[e], last[e] + 1):
            starts[row + 1] += 1
    for row in range(rows):
        starts[row + 1] += starts[row]
    items = np.empty(starts[rows], dtype=np.int32)
    place = starts[:rows].copy()
    for e in range(edges.shape[0]):
        for row in range(first[e], last[e] + 1):
            items[place[row]] = e
            place[row] += 1
    return starts, items


@machine
def side_at(px: float, py: float, layout: Layout) -> tuple[int, int]:
    """Return the side of a point of an area, and its cell or -1 beyond the grid."""
    grid, known, across = layout.grid, layout.known, layout.across
    if not (np.isfinite(px) and np.isfinite(py)):
        return NO_POINT, -1
    column, line = np.floor((px - grid[0]) * grid[6]), np.floor((py - grid[1]) * grid[7])
    if column < 0 or line < 0 or column >= across or line >= across:
        return OUTSIDE, -1
    cell = int(line) * across + int(column)
    side = int(known[cell])
    if side == DOUBTFUL:
        row = min(max(int((py - grid[4]) / grid[5]), 0), layout.bands[0].size - 2)
        side = side_of(px, py, layout.edges, layout.bands, row)
    return side, cell


@machine
def sides_at(points: Floats, layout: Layout) -> Sides:
    """Return the side of each point of an area, by the grid; `DOUBTFUL` where rounding leaves it open."""
    found = np.empty(points.shape[0], dtype=np.int8)
    for i in range(points.shape[0]):
        found[i], _ = side_at(points[i, 0], points[i, 1], layout)
    return found


@machine
def locate(points: Floats, layout: Layout, reach: float) -> tuple[Floats, Sides, Places, Floats, Floats]:
    """Return for each point distance (unsigned), side, nearest edge, place on it, unit vector away from it.

    Args:
        points: (n, 2) m.
        layout: of the zone.
        reach: beyond this distance outside, the distance is infinite.
    """
    edges, starts, items = layout.edges, layout.starts, layout.items
    count = points.shape[0]
    distance = np.empty(count)
    side = np.empty(count, dtype=np.int8)
    nearest = np.full(count, -1, dtype=np.int32)
    place = np.zeros(count)
    away = np.zeros((count, 2))
    for i in range(count):
        px, py = points[i, 0], points[i, 1]
        side[i], cell = side_at(px, py, layout)
        if cell < 0:
            distance[i] = np.nan if side[i] == NO_POINT else np.inf
            continue
        best, e, at = np.inf, -1, 0.0
        for item in range(starts[cell], starts[cell + 1]):
            found, along = squared(px, py, edges[items[item]])
            if found < best:
                best, e, at = found, items[item], along
        far = np.sqrt(best)
        if far > reach and side[i] == OUTSIDE:
            distance[i] = np.inf
            continue
        distance[i], nearest[i], place[i] = far, e, at
        ex, ey = px - (edges[e, 0] + at * edges[e, 4]), py - (edges[e, 1] + at * edges[e, 5])
        length = np.sqrt(ex * ex + ey * ey)
        if length < CLOSE:
            # On the edge itself the way out is across it.
            ex, ey = -edges[e, 5], edges[e, 4]
            length = np.sqrt(ex * ex + ey * ey)
        away[i, 0], away[i, 1] = ex / length, ey / length
    return distance, side, nearest, place, away
