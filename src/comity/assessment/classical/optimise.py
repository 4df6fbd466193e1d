"""The cut-off of calibration below which an expert has no weight (Cooke 1991, 12.1).

Every distinct calibration is tried as cut-off, and the decision maker with the largest calibration times information on
the seeds is kept; of equals, the lowest cut-off, which keeps the most experts. Calibrations that agree in ten digits are
one: which of two equal experts falls out would otherwise hang on the last bit of a sum.

Convention `eligible`, the default and that of the field's programs: a decision maker counts only where its own calibration
reaches its cut-off. Convention `free` drops this condition.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from comity.assessment.classical import scores
from comity.assessment.classical.pooling import decision_makers

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.pooling import Curves
    from comity.assessment.classical.study import Floats, Scaled

Convention = Literal["eligible", "free"]


@dataclass(frozen=True)
class Scored:
    """A decision maker with its scores on the seeds.

    Attributes:
        quantiles: Shape (J, K + 2), on the items' scales, ends included.
        calibration: On the seeds.
        information_seeds: Mean over the seeds.
        information: Mean over all items.
        alpha: The cut-off; None where there is none.
        weights: Shape (E,), summing to 1; NaN where weights differ by item.
    """

    quantiles: Floats
    calibration: float
    information_seeds: float
    information: float
    alpha: float | None
    weights: Floats


def score(
    put: Scaled, seeds: NDArray[np.bool_], power: int, quantiles: Floats
) -> tuple[Floats, Floats, Floats]:
    """Return calibration, information on the seeds and on all items, of decision makers (B, J, K + 2)."""
    given = ~np.isnan(quantiles[:, :, 1])
    held = scores.counts(scores.hits(quantiles, put.realisations), given & seeds, len(put.masses))
    informed = scores.information(quantiles, put.masses)
    return (
        scores.calibration(held, put.masses, power),
        _mean(informed, given & seeds),
        _mean(informed, given),
    )


def _mean(values: Floats, counted: NDArray[np.bool_]) -> Floats:
    with np.errstate(invalid="ignore", divide="ignore"):
        mean: Floats = np.where(counted, values, 0.0).sum(axis=1) / counted.sum(axis=1)
    return mean


def best(
    put: Scaled,
    drawn: Curves,
    seeds: NDArray[np.bool_],
    power: int,
    calibration: Floats,
    information: Floats,
    convention: Convention = "eligible",
) -> Scored | None:
    """Return the decision maker of the best cut-off, or None where no cut-off gives one.

    Args:
        put: The study on its scales.
        drawn: The experts' distributions.
        seeds: Shape (J,).
        power: The number of seeds as which all are judged.
        calibration: Shape (E,); NaN or 0 gives no weight.
        information: Shape (E,) for weights of experts, (E, J) for weights by item.
        convention: Whether a decision maker must reach its own cut-off.
    """
    cuts = np.unique(calibration[calibration > 0])
    if not len(cuts):
        return None
    kept = np.where(calibration[None] >= cuts[:, None], np.nan_to_num(calibration)[None], 0.0)
    by_item = information.ndim == 2  # noqa: PLR2004 - a value by item
    weights = kept[:, :, None] * np.nan_to_num(information)[None] if by_item else kept * information[None]
    quantiles = decision_makers(drawn, weights)
    reached, on_seeds, on_all = score(put, seeds, power, quantiles)
    value = scores.canonical(reached * on_seeds)
    if convention == "eligible":
        value = np.where(reached >= cuts, value, 0.0)
    if not (np.nan_to_num(value) > 0).any():
        return None
    at = int(np.nanargmax(value))
    shared = np.full(len(calibration), np.nan) if by_item else weights[at] / weights[at].sum()
    return Scored(
        quantiles[at], float(reached[at]), float(on_seeds[at]), float(on_all[at]), float(cuts[at]), shared
    )
