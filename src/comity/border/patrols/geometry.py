"""Whether a straight piece of track comes into an area or its margin, in metres on a local plane.

Arrays in, arrays out. Over the extent of a patrol (tens of kilometres) the plane is off by far less than any
margin; positions of tracks and areas are surveyed no better.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Points = NDArray[np.float64]

METRES_PER_MICRODEGREE: Final = 0.111_319_49
"""Of latitude, on a sphere of 6,378,137 m."""


def plane(micro: NDArray[np.int64], origin: NDArray[np.int64]) -> Points:
    """Return (n, 2) millionths of a degree (latitude, longitude) as (n, 2) metres east and north."""
    north = (micro[:, 0] - origin[0]) * METRES_PER_MICRODEGREE
    east = (micro[:, 1] - origin[1]) * METRES_PER_MICRODEGREE * np.cos(np.radians(origin[0] / 1e6))
    return np.column_stack([east, north])


def enters(a: Points, b: Points, area: Points, margin: float) -> NDArray[np.bool_]:
    """Return which pieces come within a margin of an area, or lie in it.

    Args:
        a: (n, 2) starts of the pieces, metres.
        b: (n, 2) their ends.
        area: (k, 2) corners of the area in order.
        margin: Metres around it.
    """
    c, d = area, np.roll(area, -1, axis=0)
    met = _meets(a, b, c, d).any(axis=1) | _inside(a, area) | _inside(b, area)
    if margin <= 0:
        return np.asarray(met)
    near = np.full(len(a), np.inf)
    for point, one, other in ((a, c, d), (b, c, d)):
        near = np.minimum(near, _distance(point[:, None], one[None], other[None]).min(axis=1))
    near = np.minimum(near, _distance(c[None], a[:, None], b[:, None]).min(axis=1))
    return np.asarray(met | (near <= margin))


def _cross(u: Points, v: Points) -> Points:
    return np.asarray(u[..., 0] * v[..., 1] - u[..., 1] * v[..., 0])


def _meets(a: Points, b: Points, c: Points, d: Points) -> NDArray[np.bool_]:
    """Return (n, k): whether pieces ab cross or touch edges cd (orientations; collinear ones by distance)."""
    a, b, c, d = a[:, None], b[:, None], c[None], d[None]
    one, two = _cross(b - a, c - a), _cross(b - a, d - a)
    three, four = _cross(d - c, a - c), _cross(d - c, b - c)
    proper = (one * two < 0) & (three * four < 0)
    touch = np.zeros(proper.shape, dtype=bool)
    for point, start, end in ((c, a, b), (d, a, b), (a, c, d), (b, c, d)):
        touch |= _distance(point, start, end) <= 0
    return np.asarray(proper | touch)


def _distance(point: Points, start: Points, end: Points) -> Points:
    """Return the distance of points from pieces, broadcast."""
    along = end - start
    length = (along * along).sum(axis=-1)
    share = ((point - start) * along).sum(axis=-1) / np.where(length > 0, length, 1.0)
    nearest = start + np.clip(share, 0.0, 1.0)[..., None] * along
    return np.asarray(np.hypot(*np.moveaxis(point - nearest, -1, 0)))


def _inside(point: Points, area: Points) -> NDArray[np.bool_]:
    """Return which points lie in an area, by crossings of a ray to the east."""
    c, d = area[None], np.roll(area, -1, axis=0)[None]
    x, y = point[:, None, 0], point[:, None, 1]
    straddles = (c[..., 1] > y) != (d[..., 1] > y)
    rise = np.where(straddles, d[..., 1] - c[..., 1], 1.0)
    at = c[..., 0] + (y - c[..., 1]) * (d[..., 0] - c[..., 0]) / rise
    return np.asarray((straddles & (x < at)).sum(axis=1) % 2 == 1)
