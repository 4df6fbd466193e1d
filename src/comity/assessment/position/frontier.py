"""The Pareto frontier of pairs: those that no other betters for one side without loss for the other.

A pair is dominated if another is at least as good for both sides and better for one. Survivors of a coarse
sieve (2^12 buckets over the first side) are sorted, and one pass keeps whatever raises the second side's
best so far (H. T. Kung, F. Luccio, F. P. Preparata, "On finding the maxima of a set of vectors", JACM
22(4), 1975, section 3).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

BUCKETS: Final = 1 << 12


def pareto(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the distinct pairs that none dominates, an array (pairs, 2), rising in the first side."""
    if not first.size:
        return np.empty((0, 2), np.int64)
    kept = _sieve(first, second)
    first, second = first[kept], second[kept]
    order = np.lexsort((-second, -first))
    first, second = first[order], second[order]
    best = np.maximum.accumulate(second)
    rises = np.ones(len(second), bool)
    rises[1:] = second[1:] > best[:-1]
    return np.stack((first[rises], second[rises]), axis=1)[::-1]


def _sieve(first: NDArray[np.int64], second: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Say which pairs are not beaten by the best pair of a higher bucket: no pair of the frontier is lost."""
    low, span = int(first.min()), int(first.max()) - int(first.min())
    bucket = (first - low) // (span // BUCKETS + 1)
    best = np.full(BUCKETS + 1, np.iinfo(np.int64).min)
    np.maximum.at(best, bucket, second)
    above = np.maximum.accumulate(best[::-1])[::-1]
    # A pair of a higher bucket is better for the first side; as good for the second, it dominates.
    return np.asarray(second > above[bucket + 1])
