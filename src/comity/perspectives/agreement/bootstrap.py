"""Intervals by resampling documents: passages of one text are not independent of each other.

Percentile bootstrap over clusters (Davison and Hinkley, Bootstrap Methods and their Application, 1997,
sections 2.4 and 3.8): whole documents are drawn with replacement. The draw is seeded by what is measured, so
that two nodes print the same interval.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

RESAMPLES: Final = 1000
COVERAGE: Final = 0.95
MIN_DOCUMENTS: Final = 2
MIN_SHARE: Final = 0.5
"""Least share of resamples that must give an estimate."""


@dataclass(frozen=True)
class Interval:
    """An interval, and the share of resamples that gave an estimate."""

    low: float
    high: float
    estimable: float


def generator(*names: str) -> np.random.Generator:
    """Return a generator seeded by the names of what is measured: the same on every node."""
    digest = hashlib.sha256("\n".join(names).encode()).digest()
    return np.random.Generator(np.random.PCG64(int.from_bytes(digest[:16], "big")))


def by_document(
    documents: Sequence[int],
    statistic: Callable[[NDArray[np.int64]], float | None],
    *,
    seed: Sequence[str],
    resamples: int = RESAMPLES,
    coverage: float = COVERAGE,
) -> Interval | None:
    """Return the interval of a statistic, or None where it cannot be estimated.

    Args:
        documents: the document of each unit.
        statistic: from the places of the units drawn (repeated as drawn) to its value, or None.
        seed: names of what is measured.
        resamples: how many draws.
        coverage: coverage aimed at.
    """
    of = np.asarray(documents)
    names = np.unique(of)
    if len(names) < MIN_DOCUMENTS:
        return None
    places = [np.flatnonzero(of == name) for name in names]
    draw = generator(*seed).integers(0, len(names), (resamples, len(names)))
    found = [statistic(np.concatenate([places[at] for at in row])) for row in draw]
    values = [value for value in found if value is not None]
    if len(values) < MIN_SHARE * resamples:
        return None
    low, high = np.quantile(values, [(1 - coverage) / 2, (1 + coverage) / 2])
    return Interval(float(low), float(high), len(values) / resamples)
