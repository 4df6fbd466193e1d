"""Proper scores: nobody does better by saying other than they think.

Source: Gneiting and Raftery 2007, Journal of the American Statistical Association 102:359-378.

Only an answer that was sealed before the question resolved is scored; the caller says when each was.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.pools.errors import PoolError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    from comity.assessment.pools.distributions import Grid

    Floats = NDArray[np.float64]

METHODS: Final = {"brier": "brier@1", "log": "log-score@1", "crps": "crps-grid@1"}


def scorable(sealed_at: ArrayLike, resolved_at: int) -> NDArray[np.bool_]:
    """Return which answers were sealed before the resolution.

    Args:
        sealed_at: Shape (E,), milliseconds UTC.
        resolved_at: Milliseconds UTC; an answer sealed in that very moment is too late.
    """
    early: NDArray[np.bool_] = np.asarray(sealed_at) < resolved_at
    return early


def brier(probabilities: ArrayLike, outcome: ArrayLike) -> Floats:
    """Return the squared distance to the outcome, 0 best, 1 worst (Brier 1950, for one event).

    Args:
        probabilities: Any shape.
        outcome: 0 or 1, broadcast against the probabilities.
    """
    given, fell = _checked(probabilities, outcome)
    found: Floats = (given - fell) ** 2
    return found


def logarithmic(probabilities: ArrayLike, outcome: ArrayLike) -> Floats:
    """Return minus the logarithm (base 2, bits) of what was given to the outcome; infinite for 0."""
    given, fell = _checked(probabilities, outcome)
    with np.errstate(divide="ignore"):
        found: Floats = -np.log2(np.where(fell == 1, given, 1 - given)) + 0.0
    return found


def crps(grid: Grid, masses: ArrayLike, outcome: float) -> Floats:
    """Return the continuous ranked probability score, on the scale of the grid, 0 best.

    The integral of (F(x) - 1{x >= outcome})^2 is exact: F is linear inside each cell of the grid.

    Args:
        grid: The cells.
        masses: Shape (..., C): the probability in each cell.
        outcome: In the unit of the question; it may lie outside the grid.
    """
    points, at = grid.edges, grid.place(outcome)
    heights = np.concatenate([np.zeros((*np.shape(masses)[:-1], 1)), np.cumsum(masses, axis=-1)], axis=-1)
    inside = float(np.clip(at, points[0], points[-1]))
    height = _at(points, heights, inside)
    cell = int(np.clip(np.searchsorted(points, inside) - 1, 0, len(points) - 2))
    before = _squares(points[: cell + 1], heights[..., : cell + 1])
    before += _square(inside - points[cell], heights[..., cell], height)
    after = _squares(points[cell + 1 :], 1 - heights[..., cell + 1 :])
    after += _square(points[cell + 1] - inside, 1 - height, 1 - heights[..., cell + 1])
    return before + after + abs(at - inside)


def _at(points: Floats, heights: Floats, place: float) -> Floats:
    cell = int(np.clip(np.searchsorted(points, place) - 1, 0, len(points) - 2))
    share = (place - points[cell]) / (points[cell + 1] - points[cell])
    found: Floats = heights[..., cell] + share * (heights[..., cell + 1] - heights[..., cell])
    return found


def _squares(points: Floats, heights: Floats) -> Floats:
    """Return the integral of the squares of a function that is linear between points."""
    parts = _square(np.diff(points), heights[..., :-1], heights[..., 1:])
    total: Floats = np.asarray(parts.sum(axis=-1))
    return total


def _square(width: Floats | float, left: Floats, right: Floats) -> Floats:
    found: Floats = np.asarray(width * (left * left + left * right + right * right) / 3)
    return found


def _checked(probabilities: ArrayLike, outcome: ArrayLike) -> tuple[Floats, Floats]:
    given, fell = np.asarray(probabilities, float), np.asarray(outcome, float)
    if not ((given >= 0) & (given <= 1)).all():
        raise PoolError("a probability is not between 0 and 1")
    if not np.isin(fell, (0, 1)).all():
        raise PoolError("an outcome is 0 or 1: a question that resolved otherwise is not scored")
    return given, fell
