"""How often a risk comes about within its horizon: counts, as thresholds on a standard normal number.

A probability p gives one event or none. A rate, itself uncertain, gives a Poisson count mixed over the
distribution of the rate. The count is the number of thresholds Phi^-1(P(N <= n)) that a normal number has
passed, so a common factor of a correlation group (one-factor Gaussian copula; O. Vasicek 1987, D. X. Li
2000) enters before the count and leaves each risk's own frequency what it was.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final, Literal

import numpy as np
from scipy import special

from comity.assessment.risk.errors import DistributionError
from comity.assessment.risk.tables import Z_SCALE, Work

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.risk.distributions import Distribution

MOST_EVENTS: Final = 1000
HIGHEST_RATE: Final = 400.0
_LEFT: Final = 1e-10
_MIX: Final = 256
SHIFTS: Final = (24, 22)
"""Bits of a normal number inside a cell: wide cells first, which stay in the nearest cache."""
SPAN: Final = 16
"""Where the cells end, in standard deviations: normal numbers end long before."""
_NEVER: Final = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Frequency:
    """How often.

    Attributes:
        kind: `probability` of one event within the horizon, or `rate` of events within it.
        distribution: What is known of that number. Of a probability only its mean matters to the draws.
    """

    kind: Literal["probability", "rate"]
    distribution: Distribution

    def __post_init__(self) -> None:
        """Refuse a probability above 1."""
        highest = float(self.distribution.quantile(np.array([1 - 2.0**-25]))[0])
        if self.kind == "probability" and highest > 1:
            raise DistributionError(f"a probability reaches {highest}")
        if self.kind == "rate" and highest > HIGHEST_RATE:
            raise DistributionError(f"a rate reaches {highest} events in its horizon, at most {HIGHEST_RATE}")

    def none(self) -> float:
        """Return the probability of no event."""
        return float(self._cumulative()[0])

    def thresholds(self) -> NDArray[np.int64]:
        """Return Phi^-1(P(N <= n)) for n = 0, 1, …, in steps of 2^-30, rising."""
        cumulative = self._cumulative()
        inside = np.clip(cumulative, 1e-300, 1 - 1e-16)
        found = np.rint(special.ndtri(inside) * Z_SCALE).astype(np.int64)
        return np.asarray(found[: 1 + int(np.searchsorted(cumulative, 1 - _LEFT))])

    def scaled(self, ratio: float) -> Frequency:
        """Return it for a horizon `ratio` times as long, under a constant hazard."""
        from comity.assessment.risk.distributions import Distribution  # noqa: PLC0415 - only here at run time

        values = self.distribution.values
        if self.kind == "probability":
            values = tuple(1 - (1 - value) ** ratio for value in values)
        else:
            values = tuple(value * ratio for value in values)
        return Frequency(self.kind, Distribution(self.distribution.kind, values))

    def _cumulative(self) -> NDArray[np.float64]:
        nodes, weights = _quadrature()
        number = self.distribution.quantile(nodes)
        if self.kind == "probability":
            return np.array([1 - float(number @ weights)])
        events = np.arange(MOST_EVENTS)
        most = int(np.searchsorted(special.pdtr(events, number.max()), 1 - _LEFT)) + 1
        return np.asarray(special.pdtr(np.arange(most)[:, None], number[None, :]) @ weights)


@cache
def _quadrature() -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return nodes and weights of Gauss and Legendre on 0..1."""
    nodes, weights = np.polynomial.legendre.leggauss(_MIX)
    return (nodes + 1) / 2, weights / weights.sum()


class Counter:
    """From a normal number to how many thresholds it has passed, by a table over its leading bits.

    Args:
        thresholds: rising, in steps of 2^-30.

    Attributes:
        shift: Bits of a number inside a cell.
        below: Thresholds below each cell, half of the cells for negative numbers.
        edge: The first threshold inside it, or one that no number passes.
        ahead: The threshold that comes after so many, and last one that no number passes.
        dense: Some cell has several.
    """

    def __init__(self, thresholds: NDArray[np.int64]) -> None:
        self._thresholds = thresholds
        self.ahead = np.append(thresholds, _NEVER)
        for self.shift in SHIFTS:
            self.cells = SPAN * Z_SCALE >> self.shift
            edges = (np.arange(2 * self.cells) - self.cells) << self.shift
            below = np.searchsorted(thresholds, edges, side="left")
            inside = np.searchsorted(thresholds, edges + (1 << self.shift), side="left") - below
            self._several = inside > 1
            self.dense = bool(self._several.any())
            if not self.dense:
                break
        self.below = below.astype(np.int64)
        # In a cell with one threshold a comparison decides; in one with several, a search.
        self.edge = np.where(inside > 0, self.ahead[below], _NEVER)
        self.counts = below.astype(np.int32)

    def __len__(self) -> int:
        """Return the largest count."""
        return len(self._thresholds)

    def at(self, z: NDArray[np.int64], work: Work | None = None) -> NDArray[np.int64]:
        """Return the counts, in memory of their own; `z` may lie in the `found` of `work`."""
        work = work or Work(z.size)
        cell, edge = work.cells[: z.size].view(np.int64), work.places[: z.size].view(np.int64)
        flags = work.flags[: z.size]
        np.right_shift(z, self.shift, out=cell)
        np.add(cell, self.cells, out=cell)
        found = work.counts[: z.size]
        np.take(self.below, cell, out=found, mode="clip")
        np.take(self.edge, cell, out=edge, mode="clip")
        np.greater_equal(z, edge, out=flags)
        np.add(found, flags, out=found)
        if self.dense:
            np.take(self._several, cell, out=flags, mode="clip")
            dense = np.flatnonzero(flags)
            found[dense] = np.searchsorted(self._thresholds, z[dense], side="right")
        return found
