"""Whether a batch is beyond doubt, in one pass: most are, and then no row is looked at twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from comity.border.fusion.compiled import machine

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats, Ints


@machine
def clean(
    numbers: tuple[Ints, Ints, Ints],
    most: tuple[int, int, int, int],
    measured: tuple[Floats, Floats, Floats],
    bounds: tuple[float, float, float, float, float, float],
) -> bool:
    """Return whether every row is well within what is possible; what is not a number is within nothing.

    Args:
        numbers: (m,) time, sensor, class.
        most: A time before all others, the latest one; how many sensors there are; how many classes.
        measured: place (m, 2), noise (m, 3), speed (m,): no speed may be claimed here, and no tilted noise.
        bounds: West, south, east, north of the area, m; least and largest variance, m².
    """
    time, sensor, kind = numbers
    place, noise, speed = measured
    west, south, east, north, sharp, blunt = bounds
    before, latest, sensors, classes = most
    for j in range(len(time)):
        if not (before < time[j] <= latest and 0 <= sensor[j] < sensors and 0 <= kind[j] < classes):
            return False
        if not (west <= place[j, 0] <= east and south <= place[j, 1] <= north):
            return False
        if not (sharp <= noise[j, 0] <= blunt and sharp <= noise[j, 2] <= blunt and noise[j, 1] == 0.0):
            return False
        if not np.isnan(speed[j]):
            return False
    return True
