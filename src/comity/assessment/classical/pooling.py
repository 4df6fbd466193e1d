"""Decision makers: weighted means of the experts' distributions, item by item (Cooke 1991, 11.4 and 12.1).

An expert's distribution is piecewise linear between the quantiles, over the item's range. Who did not answer an item
has no weight for it. Everything is done for a batch of weightings at once: that is what makes robustness cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.study import Floats, Scaled


@dataclass(frozen=True)
class Curves:
    """The experts' distribution functions at every point where one of them bends.

    Attributes:
        points: Shape (J, G), rising; the last ones repeat the end of the range where there are fewer.
        heights: Shape (J, E, G); 0 for who did not answer.
        answered: Shape (E, J).
        levels: Shape (K + 2,): 0, the levels, 1.
        ends: Shape (J, 2).
    """

    points: Floats
    heights: Floats
    answered: NDArray[np.bool_]
    levels: Floats
    ends: Floats


def curves(put: Scaled, answered: NDArray[np.bool_]) -> Curves:
    """Return the distribution functions of a study."""
    experts, items, _ = put.quantiles.shape
    levels = np.concatenate([[0.0], np.cumsum(put.masses)])
    levels[-1] = 1.0
    filled = np.where(answered[:, :, None], put.quantiles, put.high[None, :, None])
    points = np.sort(np.swapaxes(filled, 0, 1).reshape(items, -1), axis=1)
    heights = np.zeros((items, experts, points.shape[1]))
    for item in range(items):
        for expert in np.flatnonzero(answered[:, item]):
            heights[item, expert] = np.interp(points[item], put.quantiles[expert, item], levels)
    return Curves(points, heights, answered, levels, np.stack([put.low, put.high], axis=1))


def decision_makers(drawn: Curves, weights: Floats) -> Floats:
    """Return the quantiles of the decision maker of each weighting.

    Args:
        drawn: The experts' distributions.
        weights: Shape (B, E) for weights of experts, or (B, E, J) for weights by item; not negative.

    Returns:
        Shape (B, J, K + 2), ends included; NaN where nobody with weight answered.
    """
    by_item = weights if weights.ndim == 3 else weights[:, :, None]  # noqa: PLR2004 - a weight by item
    shared = np.where(drawn.answered, by_item, 0.0)
    total = shared.sum(axis=1, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = np.swapaxes(shared / total, 1, 2)
    out = np.full((weights.shape[0], drawn.points.shape[0], len(drawn.levels)), np.nan)
    for item in range(drawn.points.shape[0]):
        usable = ~np.isnan(shared[:, item, 0])
        heights = shared[usable, item] @ drawn.heights[item]
        out[usable, item] = _invert(drawn.points[item], heights, drawn.levels)
        out[usable, item, 0], out[usable, item, -1] = drawn.ends[item]
    return out


def _invert(points: Floats, heights: Floats, levels: Floats) -> Floats:
    """Return where each rising row of `heights` (B, G) over `points` (G,) first reaches each level."""
    found = np.empty((heights.shape[0], len(levels)))
    rows = np.arange(heights.shape[0])
    for place, level in enumerate(levels):
        # Sums of weights fall short of a level by a last bit: a tolerance keeps the point where it is reached.
        after = np.clip((heights < level - 1e-12).sum(axis=1), 1, len(points) - 1)
        low, high = heights[rows, after - 1], heights[rows, after]
        with np.errstate(invalid="ignore", divide="ignore"):
            share = np.where(high > low, (level - low) / (high - low), 1.0)
        share = np.clip(share, 0.0, 1.0)
        found[:, place] = points[after - 1] + share * (points[after] - points[after - 1])
    return found
