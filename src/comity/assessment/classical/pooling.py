"""Decision makers: weighted means of the experts' distributions, item by item (Cooke 1991, 11.4 and 12.1).

An expert's distribution is piecewise linear between the quantiles, over the item's range. Who did not
answer an item has no weight for it. Everything is done for V panels (the same experts, some left out) and W
weightings of each at once: that is what makes robustness cheap.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.scale import Scaled
    from comity.assessment.classical.study import Floats

TOLERANCE: Final = 1e-12
"""Sums of weights miss a level by a last bit; within this it is reached."""


@dataclass(frozen=True)
class Curves:
    """The experts' distribution functions at every point where one of them bends.

    Attributes:
        points: Shape (V, J, G), rising; an end of the range is repeated where there are fewer.
        heights: Shape (V, J, E, G); 0 for who did not answer.
        answered: Shape (E, J).
        levels: Shape (K,).
    """

    points: Floats
    heights: Floats
    answered: NDArray[np.bool_]
    levels: Floats


def curves(put: Scaled, items: NDArray[np.bool_], ends: Floats) -> Curves:
    """Return the distribution functions.

    Args:
        put: The study on its scales.
        items: Shape (J,): the items to look at, H of them.
        ends: Shape (V, J, 2): the ranges of every panel.

    Returns:
        Curves over those H items.
    """
    quantiles, answered = put.quantiles[:, items], put.answered[:, items]
    low, high = ends[:, items, 0], ends[:, items, 1]
    middle = np.swapaxes(quantiles, 0, 1).reshape(quantiles.shape[1], -1)
    middle = np.sort(middle, axis=1)  # NaN goes last
    inside = np.clip(middle, low[:, :, None], high[:, :, None])
    inside = np.where(np.isnan(inside), high[:, :, None], inside)
    points = np.concatenate([low[:, :, None], inside, high[:, :, None]], axis=2)
    heights = _heights(np.swapaxes(quantiles, 0, 1), put.masses, points)
    return Curves(points, heights, answered, np.cumsum(put.masses)[:-1])


def _heights(quantiles: Floats, masses: Floats, points: Floats) -> Floats:
    """Return the distributions (J, E, K) at the points (V, J, G): shape (V, J, E, G).

    Each interval gives its mass times the part of it that lies below the point. Only the first and the last
    depend on the ends, hence on the panel.
    """
    at = points[:, :, None, :]
    first, last = quantiles[None, :, :, :1], quantiles[None, :, :, -1:]
    start, end = at[..., :1], at[..., -1:]
    with np.errstate(invalid="ignore", divide="ignore"):
        heights = masses[0] * np.clip((at - start) / (first - start), 0, 1)
        heights += masses[-1] * np.clip((at - last) / (end - last), 0, 1)
        for place in range(quantiles.shape[2] - 1):
            below, above = quantiles[None, :, :, place, None], quantiles[None, :, :, place + 1, None]
            heights += masses[place + 1] * np.clip((at - below) / (above - below), 0, 1)
    found: Floats = np.nan_to_num(heights)
    return found


def decision_makers(drawn: Curves, weights: Floats) -> Floats:
    """Return the quantiles of the decision maker of each weighting.

    Args:
        drawn: The experts' distributions on H items.
        weights: Shape (V, W, E) for weights of experts, or (V, W, E, H) by item; not negative. V may be 1 or
            that of the curves, or the curves' may be 1.

    Returns:
        Shape (V, W, H, K); NaN where nobody with weight answered.
    """
    if weights.ndim == 3:  # noqa: PLR2004 - the same weight on every item
        weights = weights[..., None]
    shared = np.where(drawn.answered, weights, 0.0)
    total = shared.sum(axis=2, keepdims=True)
    with np.errstate(invalid="ignore", divide="ignore"):
        shared = np.where(total > 0, shared / total, 0.0)
    heights = np.moveaxis(shared, 3, 1) @ drawn.heights
    found = _invert(drawn.points, heights, drawn.levels)
    nobody = np.moveaxis(total[:, :, 0] <= 0, 2, 1)
    return np.swapaxes(np.where(nobody[..., None], np.nan, found), 1, 2)


def _invert(points: Floats, heights: Floats, levels: Floats) -> Floats:
    """Return where rising heights (V, H, W, G) over points (V, H, G) first reach the levels: (V, H, W, K)."""
    at = np.broadcast_to(points[:, :, None, :], heights.shape)
    found = []
    for level in levels:
        after = (heights < level - TOLERANCE).sum(axis=-1, keepdims=True)
        after = np.clip(after, 1, heights.shape[-1] - 1)
        low, high = (np.take_along_axis(heights, place, -1) for place in (after - 1, after))
        left, right = (np.take_along_axis(at, place, -1) for place in (after - 1, after))
        with np.errstate(invalid="ignore", divide="ignore"):
            share = (level - low) / (high - low)
        # Where the level is the height of a point, the quantile is that point, to the last bit.
        reached = ~(share < 1 - TOLERANCE)
        found.append(np.where(reached, right, left + np.clip(share, 0, 1) * (right - left)))
    return np.concatenate(found, axis=-1)
