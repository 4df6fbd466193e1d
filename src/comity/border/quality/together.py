"""Places of one form looked at together: most are where they can be, and then no row is looked at twice."""

from __future__ import annotations

from math import inf
from typing import TYPE_CHECKING, Any, Final

import numpy as np
import orjson

from comity.border.quality.positions import ANTIMERIDIAN, NULL_ISLAND, POLE

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.border.quality.positions import Box

FIGURES: Final = frozenset({int, float})
OTHERWISE: Final = frozenset({"detections", "velocity", "coordinates"})
"""Members for which each row is looked at by itself."""


def sound(texts: Sequence[str], box: Box | None) -> NDArray[np.bool_]:
    """Return which results (n,) are surely a place that can be; of the others nothing is said.

    Args:
        texts: Results of one datastream, JSON.
        box: The sector of its sensor.
    """
    nothing = np.zeros(len(texts), bool)
    found: list[Any] = orjson.loads(f"[{','.join(texts)}]")
    if set(map(type, found)) != {dict} or len(set(map(tuple, found))) != 1 or OTHERWISE & found[0].keys():
        return nothing
    columns = dict(zip(found[0], zip(*map(dict.values, found), strict=True), strict=True))
    names = ("lat", "lon") if {"lat", "lon"} <= columns.keys() else ("x", "y")
    if (
        not set(names) <= columns.keys()
        or not {type(one) for name in names for one in columns[name]} <= FIGURES
    ):
        return nothing
    a, b = (np.array(columns[name], np.float64) for name in names)
    if names == ("x", "y"):
        west, south, east, north = box.plane if box and box.plane else (-inf, -inf, inf, inf)
        return (west <= a) & (a <= east) & (south <= b) & (b <= north) & np.isfinite(a) & np.isfinite(b)
    fine = (
        (np.abs(a) <= POLE)
        & (np.abs(b) <= ANTIMERIDIAN)
        & ~((np.abs(a) < NULL_ISLAND) & (np.abs(b) < NULL_ISLAND))
    )
    if box is not None:
        fine &= (box.south <= a) & (a <= box.north) & (box.west <= b) & (b <= box.east)
    return np.asarray(fine)
