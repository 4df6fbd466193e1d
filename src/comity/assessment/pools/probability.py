"""Pools of probabilities: linear, median, log-odds (Genest and Zidek 1986, Statistical Science 1:114-135).

The linear pool keeps what anybody holds possible; the log-odds pool averages evidence and is sharper; the
median heeds no single voice. None is extremised: a panel that shares its sources has no independent
evidence to add up.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.pools.errors import PoolError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

Name = Literal["linear", "median", "log_odds"]

CLIP: Final = 0.01
"""Log-odds of 0 and 1 are infinite: one voice would decide alone. They count as this far from the end."""


def linear(probabilities: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return the weighted mean.

    Args:
        probabilities: Shape (..., E), each between 0 and 1.
        weights: Shape (E,), not negative; equal where none are given.
    """
    given, held = _checked(probabilities, weights)
    return given @ held


def median(probabilities: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return the weighted median; the middle between two where half the weight lies at either side."""
    given, held = _checked(probabilities, weights)
    order = np.argsort(given, axis=-1, kind="stable")
    values = np.take_along_axis(given, order, -1)
    below = np.cumsum(held[order], axis=-1)
    at = np.minimum((below < 0.5 - _EVEN).sum(axis=-1, keepdims=True), given.shape[-1] - 1)
    after = np.minimum((below <= 0.5 + _EVEN).sum(axis=-1, keepdims=True), given.shape[-1] - 1)
    middle: Floats = (np.take_along_axis(values, at, -1) + np.take_along_axis(values, after, -1))[..., 0] / 2
    return middle


def log_odds(probabilities: ArrayLike, weights: ArrayLike | None = None) -> Floats:
    """Return the probability whose log-odds are the weighted mean of the log-odds."""
    given, held = _checked(probabilities, weights)
    kept = np.clip(given, CLIP, 1 - CLIP)
    mean = np.log(kept / (1 - kept)) @ held
    found: Floats = 1 / (1 + np.exp(-mean))
    return found


POOLS: Final[Mapping[Name, Callable[..., Floats]]] = {
    "linear": linear,
    "median": median,
    "log_odds": log_odds,
}
METHODS: Final[Mapping[Name, str]] = {
    "linear": "linear@1",
    "median": "median@1",
    "log_odds": "log-odds-1-percent@1",
}
_EVEN: Final = 1e-12


def _checked(probabilities: ArrayLike, weights: ArrayLike | None) -> tuple[Floats, Floats]:
    given = np.asarray(probabilities, float)
    if given.ndim == 0 or not given.shape[-1]:
        raise PoolError("nobody answered")
    if not ((given >= 0) & (given <= 1)).all():
        raise PoolError("a probability is not between 0 and 1")
    return given, normal(np.ones(given.shape[-1]) if weights is None else np.asarray(weights, float))


def normal(weights: Floats) -> Floats:
    """Return weights that sum to 1.

    Raises:
        PoolError: one is negative or none, or all are 0.
    """
    if not (np.isfinite(weights).all() and (weights >= 0).all() and weights.sum() > 0):
        raise PoolError("weights must be numbers, not negative, and not all 0")
    found: Floats = weights / weights.sum()
    return found
