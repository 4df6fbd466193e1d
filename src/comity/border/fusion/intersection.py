"""Fusion of two estimates whose correlation nobody knows: covariance intersection.

Julier and Uhlmann 1997, "A non-divergent estimation algorithm in the presence of unknown correlations", ACC:
P^-1 = w A^-1 + (1 - w) B^-1 is never over-confident, for every w in [0, 1] and every correlation.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from scipy.optimize import minimize_scalar

from comity.border.errors import FusionInputError

if TYPE_CHECKING:
    from comity.border.fusion.observations import Floats


def intersect(
    one: tuple[Floats, Floats], other: tuple[Floats, Floats], weight: float | None = None
) -> tuple[Floats, Floats, float]:
    """Fuse two estimates.

    Args:
        one: Mean (d,) and covariance (d, d).
        other: The same.
        weight: Of `one`, between 0 and 1; without it, the one that makes log det of the covariance least.

    Returns:
        Mean, covariance, and the weight of `one`.

    Raises:
        FusionInputError: a covariance is not positive definite.
    """
    (x, a), (y, b) = one, other
    inverse_a, inverse_b = information(a), information(b)
    if weight is None:

        def volume(w: float) -> float:
            return -float(np.linalg.slogdet(w * inverse_a + (1 - w) * inverse_b)[1])

        found = minimize_scalar(volume, bounds=(0.0, 1.0), method="bounded", options={"xatol": 1e-9})
        weight = min((0.0, 1.0, float(found.x)), key=volume)
    fused = information(weight * inverse_a + (1 - weight) * inverse_b)
    mean = fused @ (weight * inverse_a @ x + (1 - weight) * inverse_b @ y)
    return mean, fused, weight


def information(covariance: Floats) -> Floats:
    """Return the inverse of a covariance (d, d), symmetric.

    Raises:
        FusionInputError: it is not positive definite.
    """
    try:
        root = np.linalg.inv(np.linalg.cholesky(covariance))
    except np.linalg.LinAlgError as error:
        raise FusionInputError("a covariance that is not positive definite") from error
    if not np.isfinite(root).all():
        raise FusionInputError("a covariance with numbers that are not finite")
    found: Floats = root.T @ root
    return found
