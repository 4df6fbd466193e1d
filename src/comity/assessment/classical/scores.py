"""How well quantiles were judged: calibration and information (Cooke 1991, sections 8.5, 8.6, 12.1).

Calibration is the probability of a deviation at least as large as the one seen, if the realisations were drawn
from the stated distributions: 2 N times the relative entropy of the hits to the masses is compared with a chi-square
distribution with as many degrees of freedom as there are levels. N is the least number of seeds that any expert
answered, so that nobody is judged more sharply for answering more. A hit is `lower < x <= upper`. Information is the
mean relative entropy of the answers to the uniform density over the item's range, on the item's scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.stats import chi2

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.study import Floats, Scaled

DIGITS: Final = 10
"""Significant digits in which two calibrations are the same: their last bits depend on the order of sums."""


def hits(quantiles: Floats, realisations: Floats) -> NDArray[np.int64]:
    """Return for each answer the interval in which the realisation fell.

    Args:
        quantiles: Shape (..., J, K + 2), ends included.
        realisations: Shape (J,); NaN gives an interval that must not be counted.

    Returns:
        Shape (..., J), from 0 to K.
    """
    inner = quantiles[..., 1:-1]
    below: NDArray[np.int64] = (inner < realisations[:, None]).sum(axis=-1)
    return below


def counts(found: NDArray[np.int64], counted: NDArray[np.bool_], intervals: int) -> NDArray[np.int64]:
    """Return how many realisations fell into each interval.

    Args:
        found: Shape (..., J), what `hits` gave.
        counted: Shape (..., J) or (J,): which of them count.
        intervals: K + 1.

    Returns:
        Shape (..., K + 1).
    """
    marks = (found[..., None] == np.arange(intervals)) & np.broadcast_to(counted, found.shape)[..., None]
    total: NDArray[np.int64] = marks.sum(axis=-2)
    return total


def calibration(hit_counts: NDArray[np.int64], masses: Floats, power: int) -> Floats:
    """Return the calibration of each row of hit counts.

    Args:
        hit_counts: Shape (..., K + 1).
        masses: Shape (K + 1,).
        power: N, the number of seeds as which all are judged; 0 gives NaN.

    Returns:
        Shape (...), between 0 and 1, to `DIGITS` significant digits; NaN where nothing was counted.
    """
    total = hit_counts.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = hit_counts / total
        terms = np.where(hit_counts > 0, seen * np.log(seen / masses), 0.0)
    deviation = 2 * power * np.sort(terms, axis=-1).sum(axis=-1)
    score = np.where(total[..., 0] > 0, chi2.sf(np.maximum(deviation, 0.0), len(masses) - 1), np.nan)
    return canonical(score if power else np.full_like(score, np.nan))


def canonical(values: Floats) -> Floats:
    """Round to `DIGITS` significant digits."""
    with np.errstate(divide="ignore", invalid="ignore"):
        places = np.where(values > 0, np.floor(np.log10(values)), 0.0)
    factor = 10.0 ** (DIGITS - 1 - places)
    rounded: Floats = np.round(values * factor) / factor
    return rounded


def information(quantiles: Floats, masses: Floats) -> Floats:
    """Return the information of each answer, in nats.

    Args:
        quantiles: Shape (..., K + 2), ends included.
        masses: Shape (K + 1,).

    Returns:
        Shape (...), at least 0; NaN where there is no answer.
    """
    width = quantiles[..., -1] - quantiles[..., 0]
    with np.errstate(divide="ignore", invalid="ignore"):
        density = np.log(masses / np.diff(quantiles, axis=-1))
    found: Floats = np.log(width) + (masses * density).sum(axis=-1)
    return found


def power(answered: NDArray[np.bool_], seeds: NDArray[np.bool_]) -> int:
    """Return the least number of seeds that any expert answered, of those who answered any."""
    numbers = (answered & seeds).sum(axis=1)
    return int(numbers[numbers > 0].min()) if (numbers > 0).any() else 0


def experts(put: Scaled, answered: NDArray[np.bool_], seeds: NDArray[np.bool_]) -> tuple[Floats, Floats]:
    """Return calibration, shape (E,), and information by item, shape (E, J), of every expert."""
    fallen = hits(put.quantiles, put.realisations)
    held = counts(fallen, answered & seeds, len(put.masses))
    return calibration(held, put.masses, power(answered, seeds)), information(put.quantiles, put.masses)
