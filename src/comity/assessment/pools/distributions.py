"""Answers as distributions over fixed cells, the same on every node.

The grid belongs to the question: its domain, its scale, its number of cells. An expert's quantiles give a
distribution function that is linear between them and out to the ends of the domain (the tail rule
`to-domain`), on the scale of the question; the grid keeps what falls into each cell. Inside a cell all is
uniform: so means and variances of mixtures are linear in what is kept, and parts sum to the whole exactly.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.pools.errors import PoolError

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

    Floats = NDArray[np.float64]

CELLS: Final = 512
METHOD: Final = "quantiles-to-domain@1"


@dataclass(frozen=True)
class Grid:
    """Cells of equal width on the scale of a question.

    Attributes:
        low, high: The domain, in the unit of the question.
        scale: `uni`, or `log` for natural logarithms.
        cells: How many.
    """

    low: float
    high: float
    scale: Literal["uni", "log"] = "uni"
    cells: int = CELLS

    def __post_init__(self) -> None:
        """Check the domain.

        Raises:
            PoolError: it is empty, infinite, or not positive on logarithms.
        """
        if not (np.isfinite([self.low, self.high]).all() and self.low < self.high and self.cells > 0):
            raise PoolError(f"a grid needs a finite domain, not {self.low:g} to {self.high:g}")
        if self.scale == "log" and self.low <= 0:
            raise PoolError(f"a logarithmic domain begins above 0, not at {self.low:g}")

    @cached_property
    def edges(self) -> Floats:
        """Shape (cells + 1,), on the scale of the question."""
        return np.linspace(self.place(self.low), self.place(self.high), self.cells + 1)

    def place(self, value: float) -> float:
        """Return a value on the scale of the question.

        Raises:
            PoolError: it is no number of this scale.
        """
        if not np.isfinite(value) or (self.scale == "log" and value <= 0):
            raise PoolError(f"{value:g} is no number of this scale")
        return float(np.log(value)) if self.scale == "log" else float(value)

    def masses(self, levels: ArrayLike, quantiles: ArrayLike) -> Floats:
        """Return what an expert's quantiles give to each cell, shape (E, cells).

        Args:
            levels: Shape (K,), rising between 0 and 1.
            quantiles: Shape (E, K), rising inside the domain, in the unit of the question.
        """
        given, heights = (
            np.asarray(quantiles, float),
            np.concatenate([[0.0], np.asarray(levels, float), [1.0]]),
        )
        if not np.isfinite(given).all() or (given <= self.low).any() or (given >= self.high).any():
            raise PoolError(f"a quantile is not inside the domain from {self.low:g} to {self.high:g}")
        if (np.diff(given, axis=1) <= 0).any() or (np.diff(heights) <= 0).any():
            raise PoolError("quantiles and their levels must rise")
        placed = np.log(given) if self.scale == "log" else given
        ends = self.edges[[0, -1]]
        rows = [np.interp(self.edges, [ends[0], *row, ends[1]], heights) for row in placed]
        return np.diff(np.stack(rows), axis=1)

    def quantiles(self, levels: ArrayLike, masses: ArrayLike) -> Floats:
        """Return the quantiles (..., K), in the unit of the question, of distributions (..., cells)."""
        wanted, given = np.asarray(levels, float), np.asarray(masses, float)
        heights = np.cumsum(given.reshape(-1, self.cells), axis=1)
        rows = [np.interp(wanted, [0.0, *row], self.edges) for row in heights / heights[:, -1:]]
        found = np.stack(rows).reshape(*given.shape[:-1], len(wanted))
        return np.exp(found) if self.scale == "log" else found


def binary(probabilities: ArrayLike) -> Floats:
    """Return probabilities of an event as distributions over no and yes, shape (..., 2)."""
    given = np.asarray(probabilities, float)
    if not ((given >= 0) & (given <= 1)).all():
        raise PoolError("a probability is not between 0 and 1")
    return np.stack([1 - given, given], axis=-1)
