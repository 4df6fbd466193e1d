"""Inverse distribution functions as integer tables: from 64 random bits to a whole number, by shifts alone.

The first 12 bits choose one of 4096 cells, the next 16 the place inside, by linear interpolation. The last
cell, where tails are, is a table of its own over the next 12 bits, so quantiles are resolved to 2^-24. What
comes out is the same integer on every machine that holds the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy import special

from comity.assessment.risk.errors import DistributionError

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

CELLS: Final = 4096
SCALE: Final = 1000
"""Impacts are whole thousandths of their unit."""
Z_SCALE: Final = 1 << 30
"""Normal numbers are whole multiples of 2^-30."""
MOST: Final = 1 << 46
"""Largest entry of a table: the interpolation's product stays below 2^63."""
_FRACTION: Final = 16
_LAST: Final = np.int64(CELLS - 1)


@dataclass(frozen=True)
class Table:
    """Knots at the edges of the cells, (4097,) each, and their differences."""

    body: NDArray[np.int64]
    tail: NDArray[np.int64]
    body_steps: NDArray[np.int64]
    tail_steps: NDArray[np.int64]

    def at(self, bits: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the numbers that random bits stand for; arrays of one shape."""
        cell = (bits >> np.uint64(52)).view(np.int64)
        found = self.body_steps.take(cell)
        found *= ((bits >> np.uint64(36)) & np.uint64(0xFFFF)).view(np.int64)
        found >>= _FRACTION
        found += self.body.take(cell)
        far = np.flatnonzero(cell == _LAST)
        if far.size:
            rest = bits[far]
            inner = ((rest >> np.uint64(40)) & np.uint64(0xFFF)).view(np.int64)
            place = ((rest >> np.uint64(24)) & np.uint64(0xFFFF)).view(np.int64)
            found[far] = self.tail[inner] + ((self.tail_steps[inner] * place) >> _FRACTION)
        return found


def table_of(quantile: Callable[[NDArray[np.float64]], NDArray[np.float64]], scale: int = SCALE) -> Table:
    """Tabulate a quantile function, times `scale`, as integers.

    Raises:
        DistributionError: it has values too large to be drawn.
    """
    inner = np.arange(CELLS + 1) / CELLS
    edge = 1 - 1 / CELLS
    # The last knot stands half a cell inside: a quantile function may be infinite at 1.
    far = edge + inner / CELLS
    far[-1] = 1 - 2.0**-25
    body_at = inner.copy()
    body_at[-1] = far[-1]
    knots = [np.rint(quantile(at) * scale) for at in (body_at, far)]
    if not all(np.isfinite(part).all() and np.abs(part).max() < MOST for part in knots):
        raise DistributionError(f"values reach beyond {MOST // scale}, too large to be drawn")
    body, tail = (part.astype(np.int64) for part in knots)
    return Table(body, tail, np.append(np.diff(body), 0), np.append(np.diff(tail), 0))


@cache
def half_normal() -> Table:
    """Return the table of |Z|, Z standard normal, in steps of 2^-30."""
    return table_of(lambda u: np.asarray(special.ndtri((1 + u) / 2)), Z_SCALE)


def normal(bits: NDArray[np.uint64]) -> NDArray[np.int64]:
    """Return standard normal numbers, in steps of 2^-30: the first bit is the sign."""
    sign = (bits >> np.uint64(63)).view(np.int64)
    found = half_normal().at(bits << np.uint64(1))
    # Two's complement: x ^ -1 = -x - 1, and so (x ^ -s) + s is -x where s is 1.
    found ^= -sign
    found += sign
    return found
