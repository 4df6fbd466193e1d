"""Inverse distribution functions as integer tables: from 64 random bits to a whole number, by shifts alone.

The first 12 bits choose one of 4096 cells, the next 16 the place inside, by linear interpolation. The last
cell, where tails are, is a table of its own over the next 12 bits, so quantiles are resolved to 2^-24. What
comes out is the same integer on every machine that holds the same table.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache, cached_property
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
FRACTION: Final = 16
"""Bits of the place inside a cell."""
_LAST: Final = np.int64(CELLS - 1)
CELL: Final = 52
"""Where the bits of the cell begin."""
PLACE: Final = 36
"""Where the bits of the place inside it begin."""
PLACES: Final = (1 << FRACTION) - 1
_CELL: Final = np.uint64(CELL)
_PLACE: Final = np.uint64(PLACE)
_PLACE_MASK: Final = np.uint64(PLACES)


@dataclass(frozen=True)
class Table:
    """Knots at the edges of the cells, (4097,) each, and their differences."""

    body: NDArray[np.int64]
    tail: NDArray[np.int64]
    body_steps: NDArray[np.int64]
    tail_steps: NDArray[np.int64]

    @cached_property
    def narrow(self) -> NDArray[np.uint32] | None:
        """The body below its last knot, where the tail takes over, if it fits in half the memory, (4096,).

        It then stays in the nearest cache.
        """
        body = self.body[:-1]
        return body.astype(np.uint32) if body.min() >= 0 and body.max() < 1 << 32 else None

    @cached_property
    def knots(self) -> NDArray[np.int64]:
        """Body and tail after each other, (8194,)."""
        return np.concatenate((self.body, self.tail))

    def at(self, bits: NDArray[np.uint64], work: Work | None = None) -> NDArray[np.int64]:
        """Return the numbers that random bits stand for; with `work`, in its memory until its next use."""
        work = work or Work(bits.size)
        cells, places, found = work.cells[: bits.size], work.places[: bits.size], work.found[: bits.size]
        np.right_shift(bits, _CELL, out=cells)
        np.right_shift(bits, _PLACE, out=places)
        np.bitwise_and(places, _PLACE_MASK, out=places)
        cell, place = cells.view(np.int64), places.view(np.int64)
        # Clipping skips a check: twelve bits are always inside.
        np.take(self.body_steps, cell, out=found, mode="clip")
        np.multiply(found, place, out=found)
        np.right_shift(found, FRACTION, out=found)
        np.take(self.body, cell, out=place, mode="clip")
        np.add(found, place, out=found)
        far = np.flatnonzero(np.equal(cell, _LAST, out=work.flags[: bits.size]))
        if far.size:
            found[far] = self._beyond(bits[far])
        return found

    def _beyond(self, bits: NDArray[np.uint64]) -> NDArray[np.int64]:
        inner = ((bits >> np.uint64(40)) & np.uint64(0xFFF)).view(np.int64)
        place = ((bits >> np.uint64(24)) & _PLACE_MASK).view(np.int64)
        return np.asarray(self.tail[inner] + ((self.tail_steps[inner] * place) >> FRACTION))


class Work:
    """Memory that is used again and again: in fresh memory every chunk would cost more than its arithmetic.

    Args:
        size: most draws at once.
    """

    def __init__(self, size: int) -> None:
        self.bits = np.empty(size, np.uint64)
        self.cells = np.empty(size, np.uint64)
        self.places = np.empty(size, np.uint64)
        self.shifted = np.empty(size, np.uint64)
        self.found = np.empty(size, np.int64)
        self.counts = np.empty(size, np.int64)
        self.flags = np.empty(size, np.bool_)
        self.none = np.zeros(size, np.int64)


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


def normal(bits: NDArray[np.uint64], work: Work | None = None) -> NDArray[np.int64]:
    """Return standard normal numbers, in steps of 2^-30; the first bit is the sign."""
    work = work or Work(bits.size)
    shifted = work.shifted[: bits.size]
    np.left_shift(bits, np.uint64(1), out=shifted)
    found = half_normal().at(shifted, work)
    np.right_shift(bits, np.uint64(63), out=shifted)
    sign = shifted.view(np.int64)
    # Two's complement: (x - s) ^ -s is -x where s is 1, and x where it is 0.
    np.subtract(found, sign, out=found)
    np.negative(sign, out=sign)
    np.bitwise_xor(found, sign, out=found)
    return found
