"""The cut-off of calibration below which an expert has no weight (Cooke 1991, 12.1).

Every distinct calibration is tried as cut-off, and the decision maker with the largest calibration times
information on the seeds is kept; of equals, the lowest cut-off, which keeps the most experts. Calibrations
that agree in ten digits are one: which of two equal experts falls out would otherwise hang on the last bit
of a sum.

Convention `eligible`, the default and that of the field's programs: a decision maker counts only where its
own calibration reaches its cut-off. Convention `free` drops this condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from comity.assessment.classical import scores
from comity.assessment.classical.pooling import curves, decision_makers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.scale import Scaled
    from comity.assessment.classical.study import Floats
    from comity.assessment.classical.weighing import Weighed

Convention = Literal["eligible", "free"]


@dataclass(frozen=True)
class Scores:
    """Scores of decision makers on the seeds of each choice; all of shape (B, W).

    Attributes:
        calibration: NaN where no seed has an answer.
        information_seeds: Mean over the seeds.
    """

    calibration: Floats
    information_seeds: Floats

    @property
    def combined(self) -> Floats:
        """Calibration times information; 0 where there is none."""
        return np.nan_to_num(scores.canonical(self.calibration * self.information_seeds))


@dataclass(frozen=True)
class Best:
    """The decision maker of the best cut-off in each of B choices.

    Attributes:
        alpha: Shape (B,): the cut-off; NaN where no cut-off gives a decision maker.
        calibration, information_seeds: Shape (B,).
        weights: Shape (B, E), not normalised.
        quantiles: Shape (B, H, K) over the items that were looked at.
    """

    alpha: Floats
    calibration: Floats
    information_seeds: Floats
    weights: Floats
    quantiles: Floats


def score(put: Scaled, weighed: Weighed, items: NDArray[np.bool_], quantiles: Floats) -> Scores:
    """Score decision makers.

    Args:
        put: The study on its scales.
        weighed: The choices.
        items: Shape (J,): the items that were looked at, H of them.
        quantiles: Shape (B, W, H, K), what the decision makers say of those.
    """
    counted = weighed.choices.seeds[:, None, items] & ~np.isnan(quantiles[..., 0])
    fell = scores.hits(quantiles, put.realisations[items])
    counts = np.stack([((fell == k) & counted).sum(axis=-1) for k in range(len(put.masses))], axis=-1)
    held = counts.sum(axis=-1)
    power = np.minimum(weighed.power[:, None], held)
    informed = scores.information(quantiles, weighed.ends[:, None, items], put.masses)
    with np.errstate(invalid="ignore", divide="ignore"):
        mean = np.where(counted, informed, 0.0).sum(axis=-1) / held
    return Scores(scores.calibration(counts, put.masses, power), mean)


def best(
    put: Scaled, weighed: Weighed, items: NDArray[np.bool_], convention: Convention = "eligible"
) -> Best:
    """Return the decision maker of the best cut-off in each choice.

    Args:
        put: The study on its scales.
        weighed: The choices and their scores.
        items: Shape (J,): the items to look at, all seeds among them.
        convention: Whether a decision maker must reach its own cut-off.
    """
    held = np.where(weighed.weighable, weighed.calibration, 0.0)
    cuts = np.sort(held, axis=1)
    fresh = (cuts > 0) & (np.diff(cuts, axis=1, prepend=0) > 0)
    reaching = (held[:, None, :] >= cuts[:, :, None]) & fresh[:, :, None]
    weights = np.where(reaching, (held * np.nan_to_num(weighed.information_seeds))[:, None, :], 0.0)
    quantiles = decision_makers(curves(put, items, weighed.ends), weights)
    found = score(put, weighed, items, quantiles)
    value = np.where(fresh, found.combined, 0.0)
    if convention == "eligible":
        value = np.where(found.calibration >= cuts, value, 0.0)
    at = np.argmax(value, axis=1)
    rows = np.arange(len(at))
    none = value[rows, at] <= 0
    return Best(
        alpha=np.where(none, np.nan, cuts[rows, at]),
        calibration=np.where(none, np.nan, found.calibration[rows, at]),
        information_seeds=np.where(none, np.nan, found.information_seeds[rows, at]),
        weights=weights[rows, at],
        quantiles=np.where(none[:, None, None], np.nan, quantiles[rows, at]),
    )
