"""How much and how often: distributions by their quantile functions.

| kind | parameters | quantile function | | --- | --- | --- | | point | value | constant | | uniform | low,
high | linear | | triangular | low, mode, high | of the triangle | | pert | low, mode, high | of Beta(1 +
4(m-a)/(b-a), 1 + 4(b-m)/(b-a)), scaled (Malcolm et al. 1959, Oper. Res. 7) | | lognormal | p5, p95 | exp(mu
+ sigma z) through both quantiles | | quantiles | low, p5, p50, p95, high | linear between them: no more
shape than was said |
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from comity.assessment.risk.parameters import check

if TYPE_CHECKING:
    from numpy.typing import NDArray

Z95: Final = float(special.ndtri(0.95))


@dataclass(frozen=True)
class Distribution:
    """A distribution of one number that is not below 0.

    Attributes:
        kind: One of `parameters.PARAMETERS`.
        values: Its parameters in the order named there.
    """

    kind: str
    values: tuple[float, ...]

    def __post_init__(self) -> None:
        """Refuse what is no distribution, and say why."""
        check(self.kind, self.values)

    def quantile(self, u: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return the quantiles at probabilities `u` in 0..1, any shape; a lognormal's at 1 is infinite."""
        values = self.values
        if self.kind == "point":
            return np.full(np.shape(u), values[0])
        if self.kind == "uniform":
            return np.asarray(values[0] + (values[1] - values[0]) * u)
        if self.kind == "triangular":
            return _triangular(u, *values)
        if self.kind == "pert":
            return _pert(u, *values)
        if self.kind == "lognormal":
            low, high = math.log(values[0]), math.log(values[1])
            return np.asarray(np.exp((low + high) / 2 + (high - low) / (2 * Z95) * special.ndtri(u)))
        return np.asarray(np.interp(u, (0.0, 0.05, 0.5, 0.95, 1.0), values))


def _triangular(u: NDArray[np.float64], low: float, mode: float, high: float) -> NDArray[np.float64]:
    turn, width = (mode - low) / (high - low), high - low
    rising = low + np.sqrt(u * width * (mode - low))
    falling = high - np.sqrt((1 - u) * width * (high - mode))
    return np.asarray(np.where(u < turn, rising, falling))


def _pert(u: NDArray[np.float64], low: float, mode: float, high: float) -> NDArray[np.float64]:
    width = high - low
    a, b = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    return np.asarray(low + width * special.betaincinv(a, b, u))
