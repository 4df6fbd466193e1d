"""A permutation test of two sides that permutes origin clusters, and the least p it could have given.

Under the null the means of all clusters are exchangeable between the sides, so the p-value is the share of
assignments whose absolute difference of means is at least the one seen: exact by full enumeration up to
`MOST_EXACT` assignments, else (b + 1) / (m + 1) over m random ones (Phipson and Smyth, "Permutation p-values
should never be zero", SAGMB 9(1), 2010). The least attainable p depends on the pooled values alone (Tarone,
"A modified Bonferroni method for discrete data", Biometrics 46(2), 1990); so whether a row can be tested is
known without looking at which side said what.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from math import comb
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.comparison.bootstrap import generator

if TYPE_CHECKING:
    from collections.abc import Sequence

MOST_EXACT: Final = 20_000
DRAWS: Final = 9999
TOLERANCE: Final = 1e-9
"""Differences this close are ties; means of whole steps are never nearer by chance."""


@dataclass(frozen=True)
class Permuted:
    """The p-value, the least that these clusters could have given, and whether every assignment was seen."""

    p: float
    least: float
    exact: bool


def permute(one: Sequence[float], other: Sequence[float], seed: Sequence[str]) -> Permuted:
    """Test whether two sides differ; each has the means of its clusters, one at least."""
    pooled = np.asarray([*one, *other], float)
    if comb(len(pooled), len(one)) <= MOST_EXACT:
        return _exact(pooled, len(one))
    seen = difference(pooled, np.arange(len(one)), len(one))
    rng = generator((*seed, "permutation"))
    order = rng.permuted(np.tile(np.arange(len(pooled)), (DRAWS, 1)), axis=1)[:, : len(one)]
    drawn = differences(pooled, order)
    p = float((np.sum(drawn >= seen - TOLERANCE) + 1) / (DRAWS + 1))
    widest = _widest(pooled, len(one))
    least = float((np.sum(drawn >= widest - TOLERANCE) + 1) / (DRAWS + 1))
    return Permuted(p, least, exact=False)


def differences(pooled: np.ndarray, chosen: np.ndarray) -> np.ndarray:
    """Return |mean(chosen) - mean(others)| for each row of places in `chosen`."""
    size, total = chosen.shape[1], pooled.sum()
    taken = pooled[chosen].sum(axis=1)
    return np.asarray(np.abs(taken / size - (total - taken) / (len(pooled) - size)))


def difference(pooled: np.ndarray, chosen: np.ndarray, size: int) -> float:
    """Return the statistic of one assignment."""
    return float(differences(pooled, chosen.reshape(1, size))[0])


def _exact(pooled: np.ndarray, size: int) -> Permuted:
    found = differences(pooled, _assignments(len(pooled), size))
    seen = difference(pooled, np.arange(size), size)
    p = float(np.mean(found >= seen - TOLERANCE))
    return Permuted(p, float(np.mean(found >= found.max() - TOLERANCE)), exact=True)


@lru_cache(maxsize=16)
def _assignments(total: int, size: int) -> np.ndarray:
    """Return every choice of `size` places of `total`, one a row: the same for every row of a family."""
    every = np.array(list(combinations(range(total), size)))
    every.flags.writeable = False
    return every


def _widest(pooled: np.ndarray, size: int) -> float:
    """Return the largest difference that any assignment gives: the smallest or the largest go to one side."""
    order = np.argsort(pooled, kind="stable")
    return max(difference(pooled, order[:size], size), difference(pooled, order[-size:], size))
