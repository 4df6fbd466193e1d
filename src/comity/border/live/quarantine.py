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
    from numpy.typing import NDArray

    from comity.border.fusion.observations import Floats
    from comity.border.sector.queries import SectorView

MISTAKEN: Final = frozenset({"swapped", "null-island"})
"""Flags of places that say something of their sender, and nothing of where anything is."""
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
        self._half = np.array([(model.east - model.west) / 2, (model.north - model.south) / 2])

    def mistaken(self, place: Floats) -> list[tuple[int, str]]:
        """Return the rows of (n, 2) places in metres that are mistaken, each with its flag.

        What is not finite is the tracker's to refuse.
        """
        off = np.abs(place - self._middle) > self._half
        if not off.any():
            return []
        return [
            (row, word)
            for row in np.flatnonzero(off.any(axis=1)).tolist()
            if (word := self._word(place[row])) in MISTAKEN
        ]

    def _word(self, place: NDArray[np.float64]) -> str:
        x, y = place.tolist()
        lat, lon = self._plane.earth(x, y)
        return place_flag(Fix(0, lat, lon, False, "unknown", 0.0), self.box)
