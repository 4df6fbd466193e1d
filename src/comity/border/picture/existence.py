"""Whether something is there, by two centres: the geometric mean of two Bernoulli densities.

Generalized covariance intersection with equal weights: Clark, Julier, Mahler and Ristic 2010, "Robust
multi-object sensor fusion with unknown correlations", IET SSPD; Üney, Clark and Julier 2013, "Distributed
fusion of PHD filters via exponential mixture densities", IEEE JSTSP 7(3), section III-B:

    r = a k / (b + a k),  a = sqrt(r1 r2),  b = sqrt((1 - r1) (1 - r2)),  k = ∫ sqrt(p1 p2)

`k`, the Bhattacharyya coefficient of the two places, says how far they speak of the same one.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from comity.border.fusion.tracklets import Estimate


def together(one: tuple[float, Estimate], other: tuple[float, Estimate]) -> float:
    """Return the probability of existence by both.

    Args:
        one: Probability and estimate.
        other: The same, at the same time.
    """
    there = math.sqrt(one[0] * other[0]) * overlap(one[1], other[1])
    gone = math.sqrt((1 - one[0]) * (1 - other[0]))
    return there / (there + gone) if there + gone > 0 else 0.0


def overlap(one: Estimate, other: Estimate) -> float:
    """Return the Bhattacharyya coefficient of the places of two estimates, in [0, 1]."""
    a, b = one.covariance[:2, :2], other.covariance[:2, :2]
    mean = (a + b) / 2
    gap = one.mean[:2] - other.mean[:2]
    distance = float(gap @ np.linalg.solve(mean, gap)) / 8
    shape = math.sqrt(math.sqrt(float(np.linalg.det(a) * np.linalg.det(b))) / float(np.linalg.det(mean)))
    return min(1.0, shape * math.exp(-distance))
