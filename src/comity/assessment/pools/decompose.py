"""The uncertainty of a linear pool, in three parts that sum to it.

For an uncertainty U that is concave in the distribution, and a pool of parties p = sum W_P p_P with
p_P = mean of its experts' p_e:

    U(p) =  sum W_P mean U(p_e)                   stated within the experts' answers
         +  sum W_P (U(p_P) - mean U(p_e))        between the experts of a party
         +  U(p) - sum W_P U(p_P)                 between the parties

No part is negative. With entropy the last two are generalised Jensen-Shannon divergences (Lin 1991, IEEE
Transactions on Information Theory 37:145, section V); with variance this is the law of total variance, twice.
Exact for the linear pool only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.assessment.pools.errors import PoolError, SumError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.pools.distributions import Grid

    Floats = NDArray[np.float64]

METHOD: Final = "linear-pool-parts@1"
TOLERANCE: Final = 1e-9
_FLOOR: Final = 1e-4
"""Of the scale: below it, the last bits of sums over the grid are more than the tolerance of what is left."""

Unit = Literal["bits", "variance", "log variance"]


@dataclass(frozen=True)
class Uncertainty:
    """How much a distribution leaves open: entropy over categories, or variance over the cells of a grid.

    Attributes:
        grid: The cells; None for categories.
    """

    grid: Grid | None = None

    @property
    def unit(self) -> Unit:
        """Bits; squares of the question's unit; squares of natural logarithms."""
        if self.grid is None:
            return "bits"
        return "log variance" if self.grid.scale == "log" else "variance"

    @property
    def scale(self) -> float:
        """What is large in this unit: 1 bit, or the square of the grid's range."""
        return 1.0 if self.grid is None else float((self.grid.edges[-1] - self.grid.edges[0]) ** 2)

    def of(self, distributions: Floats) -> Floats:
        """Return the uncertainty (...) of distributions (..., C)."""
        if self.grid is None:
            with np.errstate(divide="ignore", invalid="ignore"):
                parts = np.where(distributions > 0, -distributions * np.log2(distributions), 0.0)
            return np.asarray(parts.sum(axis=-1))
        # Around the middle of the grid, so that far from 0 the two terms do not cancel each other's digits.
        edges = self.grid.edges - (self.grid.edges[0] + self.grid.edges[-1]) / 2
        left, right = edges[:-1], edges[1:]
        mean = distributions @ ((left + right) / 2)
        square = distributions @ ((left * left + left * right + right * right) / 3)
        return np.asarray(np.maximum(square - mean * mean, 0.0))


@dataclass(frozen=True)
class Parts:
    """The three parts, and their whole.

    Attributes:
        total: Uncertainty of the pool, computed from the pool itself.
        within: Stated within the experts' answers.
        experts: Between the experts of a party.
        parties: Between the parties.
        unit: Of all of them.
        scale: What is large in this unit: 1 bit, or the square of the grid's range.
        method: Name and version of this computation.
    """

    total: float
    within: float
    experts: float
    parties: float
    unit: Unit
    scale: float = 1.0
    method: str = METHOD

    def __post_init__(self) -> None:
        """Check the sum.

        Raises:
            SumError: the parts do not give the whole, or one is negative.
        """
        slack = TOLERANCE * max(abs(self.total), _FLOOR * self.scale)
        parts = (self.within, self.experts, self.parties)
        if abs(sum(parts) - self.total) > slack or min(parts) < -slack or not np.isfinite(self.total):
            raise SumError(f"parts {parts} of a whole of {self.total}")

    def share(self, part: Literal["within", "experts", "parties"]) -> float:
        """Return a part of the whole, between 0 and 1; 0 where nothing is uncertain."""
        if self.total <= TOLERANCE * _FLOOR * self.scale:
            return 0.0
        return float(np.clip(getattr(self, part) / self.total, 0, 1))


def decompose(
    distributions: Floats,
    party: NDArray[np.int64],
    voices: Floats,
    uncertainty: Uncertainty,
    *,
    weights: Floats | None = None,
) -> Parts:
    """Split the uncertainty of the pool of all experts.

    Args:
        distributions: Shape (E, C), each summing to 1.
        party: Shape (E,): which party an expert is of, from 0 to P - 1; none is empty.
        voices: Shape (P,), the parties' weights, summing to 1.
        uncertainty: Which.
        weights: Shape (E,): of the experts within their party; equal where none are given.

    Returns:
        The parts. The whole is computed from all experts at once, not from the parties, so that the check of
        the sum means something.
    """
    checked(distributions)
    held = np.ones(len(party)) if weights is None else weights
    members = np.where(np.arange(len(voices))[:, None] == party, held, 0.0)
    if (members.sum(axis=1) <= 0).any():
        raise PoolError("a party without experts has no voice in a pool")
    shared = members / members.sum(axis=1, keepdims=True)
    of_experts, of_parties = uncertainty.of(distributions), uncertainty.of(shared @ distributions)
    whole = voices @ shared
    within = float(whole @ of_experts)
    total = float(uncertainty.of(whole @ distributions))
    between = float(uncertainty.of(voices @ (shared @ distributions)) - voices @ of_parties)
    experts = float(voices @ (of_parties - shared @ of_experts))
    return Parts(total, within, experts, between, uncertainty.unit, uncertainty.scale)


def checked(distributions: Floats) -> None:
    """Refuse what is no distribution.

    Raises:
        PoolError: negative, not finite, or not summing to 1.
    """
    if not (distributions >= 0).all() or not np.allclose(distributions.sum(axis=-1), 1, atol=1e-9):
        raise PoolError("probabilities must not be negative, and sum to 1")
