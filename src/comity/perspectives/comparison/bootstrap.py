"""The interval of a difference of means, by resampling origin clusters.

The plain percentile bootstrap of a few coded clusters is far too sure of itself: four clusters that happen
to be coded alike give an interval of no width. Two known corrections are made, and
`tests/perspectives/comparison/test_rates.py` measures what they bring:

- *smoothed* (Silverman and Young, "The bootstrap: to smooth or not to smooth?", Biometrika 74(3), 1987): a
  stance is coded in whole steps, so every cluster drawn is moved by up to half a step, uniformly;
- *expanded percentile* (Hesterberg, "What Teachers Should Know About the Bootstrap", The American
  Statistician 69(4), 2015): quantiles are taken further out, at Phi(-sqrt(n / (n - 1)) t(n - 1)), where n is
  the smaller side (the least degrees of freedom that Welch's approximation can give).
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, stdtrit

if TYPE_CHECKING:
    from collections.abc import Sequence

STEP: Final = 1.0
"""Stances are coded in steps of this size."""


def generator(seed: Sequence[str]) -> np.random.Generator:
    """Return a generator seeded by the names of what is computed: the same on every node."""
    digest = hashlib.sha256("\n".join(seed).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def tail(size: int, coverage: float) -> float:
    """Return the quantile at which the lower end is taken, with `size` clusters on the smaller side."""
    ahead = np.sqrt(size / (size - 1)) * stdtrit(size - 1, (1 + coverage) / 2)
    return float(ndtr(-ahead))


def interval(
    one: Sequence[float],
    other: Sequence[float],
    *,
    coverage: float,
    resamples: int,
    seed: Sequence[str],
) -> tuple[float, float]:
    """Return the interval of mean(one) - mean(other); each side has the means of two clusters or more.

    Args:
        one: means of the clusters of one side.
        other: means of the clusters of the other.
        coverage: coverage aimed at, as in 0.9.
        resamples: draws.
        seed: names of what is computed.
    """
    rng = generator(seed)
    drawn = _means(np.asarray(one, float), resamples, rng) - _means(np.asarray(other, float), resamples, rng)
    at = tail(min(len(one), len(other)), coverage)
    low, high = np.quantile(drawn, [at, 1 - at])
    return float(low), float(high)


def _means(values: np.ndarray, resamples: int, rng: np.random.Generator) -> np.ndarray:
    """Return the mean of each resample, smoothed."""
    shape = (resamples, len(values))
    drawn = values[rng.integers(0, len(values), shape)] + rng.uniform(-STEP / 2, STEP / 2, shape)
    return np.asarray(drawn.mean(axis=1))
