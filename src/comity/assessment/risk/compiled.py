"""The two steps of a draw in machine code: the same integers as `steps`, without its passes over memory.

Whole numbers only, so that no compiler can round differently. Loading takes a moment: long runs alone use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numpy as np
from numba import njit

from comity.assessment.risk import frequency, steps, tables

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    from comity.assessment.risk.frequency import Counter
    from comity.assessment.risk.tables import Table, Work

    Made = TypeVar("Made", bound=Callable[..., Any])

CELL: Final = np.uint64(tables.CELL)
PLACE: Final = np.uint64(tables.PLACE)
PLACES: Final = np.uint64(tables.PLACES)
FAR: Final = np.uint64((tables.CELLS - 1) << tables.CELL)
INSIDE: Final = np.uint64(64 - tables.CELL)
KNOTS: Final = np.uint64(tables.CELLS + 1)
FRACTION: Final = tables.FRACTION
WEIGHT: Final = steps.WEIGHT_BITS
SHIFT: Final = frequency.SHIFT
SPAN: Final = frequency.SPAN
ONE, TOP = np.uint64(1), np.uint64(63)
CELLS: Final = np.uint64(2 * frequency.SPAN - 1)


def counts(
    bits: NDArray[np.uint64],
    factor: NDArray[np.int64] | None,
    weights: tuple[int, int],
    counter: Counter,
    work: Work,
) -> NDArray[np.int64]:
    """Return the number of events of each draw, as `steps.counts` does."""
    if counter.dense:
        return steps.counts(bits, factor, weights, counter, work)
    found, common = work.counts[: bits.size], work.scaled[: bits.size]
    if factor is None:
        common.fill(0)
        own = 1 << WEIGHT
    else:
        np.multiply(factor, weights[0], out=common)
        own = weights[1]
    _counts(bits, common, own, (tables.half_normal().knots, counter.below, counter.edge), found)
    return found


def losses(
    bits: NDArray[np.uint64], events: NDArray[np.int64], table: Table, work: Work
) -> NDArray[np.int64]:
    """Return the loss of each draw, as `steps.losses` does."""
    found = work.found[: bits.size]
    _losses(bits, events, table.knots, found)
    return found


def machine(function: Made) -> Made:
    """Compile a function; the code is kept beside the source or in the user's cache, if one is writable."""
    try:
        return cast("Made", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # neither is
        return cast("Made", njit(nogil=True)(function))


@machine
def _at(bits: np.uint64, knots: NDArray[np.int64]) -> np.int64:
    """`Table.at` of one number. Without a branch, and with indexes that have no sign: twice as fast."""
    far = bits >= FAR
    bits = bits << INSIDE if far else bits
    cell = (bits >> CELL) + (KNOTS if far else np.uint64(0))
    low = knots[cell]
    found: np.int64 = low + (((knots[cell + ONE] - low) * np.int64((bits >> PLACE) & PLACES)) >> FRACTION)
    return found


@machine
def _counts(
    bits: NDArray[np.uint64],
    common: NDArray[np.int64],
    own: int,
    held: tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]],
    found: NDArray[np.int64],
) -> None:
    """`normal`, the common part, and `Counter.at`."""
    knots, below, edge = held
    for i in range(bits.size):
        sign = np.int64(bits[i] >> TOP)
        z = ((((_at(bits[i] << ONE, knots) - sign) ^ -sign) * own) + common[i]) >> WEIGHT
        cell = min(np.uint64((z >> SHIFT) + SPAN), CELLS)
        found[i] = below[cell] + (z >= edge[cell])


@machine
def _losses(
    bits: NDArray[np.uint64], events: NDArray[np.int64], knots: NDArray[np.int64], found: NDArray[np.int64]
) -> None:
    """`Table.at`, times the events."""
    for i in range(bits.size):
        found[i] = _at(bits[i], knots) * events[i]
