"""How well quantiles were judged: calibration and information (Cooke 1991, sections 8.5, 8.6, 12.1).

Calibration is the probability of a deviation at least as large as the one seen, if the realisations were
drawn from the stated distributions: 2 N times the relative entropy of the hits to the masses is compared
with a chi-square distribution with as many degrees of freedom as there are levels. N is the least number of
seeds that an expert answered, so that nobody is judged more sharply for answering more. A hit is `lower < x
<= upper`. Information is the relative entropy of an answer to the uniform density over the item's range, on
its scale.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.study import Floats

DIGITS: Final = 10
"""Significant digits in which two calibrations are the same: their last bits depend on the order of sums."""


def hits(quantiles: Floats, realisations: Floats) -> NDArray[np.int64]:
    """Return for each answer the interval in which the realisation fell.

    Args:
        quantiles: Shape (..., J, K), without the ends of the range.
        realisations: Shape (J,); NaN gives an interval that must not be counted.

    Returns:
        Shape (..., J), from 0 to K.
    """
    below: NDArray[np.int64] = (quantiles < realisations[:, None]).sum(axis=-1)
    return below


def calibration(counts: NDArray[np.int64], masses: Floats, power: NDArray[np.int64] | int) -> Floats:
    """Return the calibration of each row of hit counts.

    Args:
        counts: Shape (..., K + 1): how many realisations fell into each interval.
        masses: Shape (K + 1,).
        power: N, the number of seeds as which a row is judged; a number, or one for each row.

    Returns:
        Shape (...), between 0 and 1, to `DIGITS` significant digits; NaN where nothing was counted.
    """
    from scipy import special  # noqa: PLC0415 - a node that scores nobody does without scipy

    total = counts.sum(axis=-1, keepdims=True)
    with np.errstate(divide="ignore", invalid="ignore"):
        seen = counts / total
        terms = np.where(counts > 0, seen * np.log(seen / masses), 0.0)
    deviation = 2 * np.asarray(power) * terms.sum(axis=-1)
    score = special.chdtrc(len(masses) - 1, np.maximum(deviation, 0.0))
    return canonical(np.where((total[..., 0] > 0) & (np.asarray(power) > 0), score, np.nan))


def canonical(values: Floats) -> Floats:
    """Round to `DIGITS` significant digits."""
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        places = np.where(values > 0, np.floor(np.log10(values)), 0.0)
        # Below the smallest normal numbers the factor would overflow; nothing there is a weight of any use.
        factor = 10.0 ** np.minimum(DIGITS - 1 - places, 300)
        rounded: Floats = np.round(values * factor) / factor
    return rounded


def information(quantiles: Floats, ends: Floats, masses: Floats) -> Floats:
    """Return the information of each answer, in nats.

    Args:
        quantiles: Shape (..., K), strictly rising.
        ends: Shape (..., 2), the ends of the range; broadcast against the answers.
        masses: Shape (K + 1,).

    Returns:
        Shape (...), at least 0; NaN where there is no answer.
    """
    low, high = ends[..., 0], ends[..., 1]
    with np.errstate(divide="ignore", invalid="ignore"):
        inner = (masses[1:-1] * np.log(np.diff(quantiles, axis=-1))).sum(axis=-1)
        outer = masses[0] * np.log(quantiles[..., 0] - low) + masses[-1] * np.log(high - quantiles[..., -1])
        found: Floats = np.log(high - low) + (masses * np.log(masses)).sum() - inner - outer
    return found
