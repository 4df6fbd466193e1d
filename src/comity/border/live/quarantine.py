"""Places that cannot be, set aside before anything is detected: each for what it is.

A place outside of its sector is looked at twice: with latitude and longitude exchanged it may be inside, and
at 0, 0 a receiver has no fix. What is nothing of that is outside, and the tracker's own intake says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.quality.positions import Fix, place_flag
from comity.border.quality.sectors import box_of

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats
    from comity.border.sector.queries import SectorView

MISTAKEN: Final = frozenset({"swapped", "null-island"})
"""Flags of places that say something of their sender, and nothing of where anything is."""
FEW: Final = 16
REASONS: Final = {
    "swapped": "swapped",
    "null-island": "null-island",
    "outside": "outside-area",
    "speed": "impossible-speed",
}
"""The reason that a flag of `quality.words` is set aside with; those of the tracker keep its names."""


class Bounds:
    """The bounds of a sector.

    Args:
        view: The sector.
    """

    def __init__(self, view: SectorView) -> None:
        model = view.model
        self.box = box_of(view)
        self._plane = view.plane
        self._middle = np.array([(model.west + model.east) / 2, (model.south + model.north) / 2])
        self._edges = (model.west, model.south, model.east, model.north)
        self._half = np.array([(model.east - model.west) / 2, (model.north - model.south) / 2])

    def mistaken(self, place: Floats) -> list[tuple[int, str]]:
        """Return the rows of (n, 2) places in metres that are mistaken, each with its flag.

        What is not finite is the tracker's to refuse.
        """
        if len(place) < FEW:  # arrays of a few cost more than they save
            west, south, east, north = self._edges
            places = enumerate(place.tolist())
            rows = [row for row, (x, y) in places if not (west <= x <= east and south <= y <= north)]
        else:
            off = np.abs(place - self._middle) > self._half
            rows = np.flatnonzero(off.any(axis=1)).tolist() if off.any() else []
        return [(row, word) for row in rows if (word := self._word(*place[row].tolist())) in MISTAKEN]

    def _word(self, x: float, y: float) -> str:
        lat, lon = self._plane.earth(x, y)
        return place_flag(Fix(0, lat, lon, False, "unknown", 0.0), self.box)
