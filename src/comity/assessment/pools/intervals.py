"""Intervals brought to one level (Hemming et al. 2018, Methods in Ecology and Evolution 9:169-180).

Experts name a lowest, a best and a highest value, and how sure they are that the truth lies between. To
compare them, the distances from the best value are stretched in proportion to the level, and held to the
natural domain.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.pools.errors import PoolError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

METHOD: Final = "idea-linear@1"


def standardised(
    answers: ArrayLike, sure: ArrayLike, level: float, domain: tuple[float, float] = (-np.inf, np.inf)
) -> Floats:
    """Return lowest, best and highest values at one level.

    Args:
        answers: Shape (..., 3): lowest, best, highest, in the unit of the question.
        sure: Shape (...): how sure the expert is of the interval, above 0, at most 1.
        level: The level to bring them to, above 0 and below 1.
        domain: The natural limits of the quantity; a best value outside of them is refused.

    Raises:
        PoolError: values that cross, a certainty or level that is none, a best value outside the domain.
    """
    given, held = np.asarray(answers, float), np.asarray(sure, float)[..., None]
    if not (np.diff(given, axis=-1) >= 0).all():
        raise PoolError("lowest, best and highest value must rise")
    if not ((held > 0) & (held <= 1)).all() or not 0 < level < 1:
        raise PoolError("how sure an expert is lies above 0 and at most at 1")
    best = given[..., 1:2]
    if not ((best >= domain[0]) & (best <= domain[1])).all():
        raise PoolError(f"a best value lies outside the domain from {domain[0]:g} to {domain[1]:g}")
    stretched: Floats = np.clip(best + (given - best) * level / held, *domain)
    return stretched
