"""The steps of a draw in machine code: the same integers as `steps`, without its passes over memory.

Whole numbers only, so that no compiler can round differently. Loading takes a moment: long runs alone use it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.risk import steps, tables
from comity.assessment.risk.machine import machine
from comity.assessment.risk.pcg64 import Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.risk.frequency import Counter
    from comity.assessment.risk.tables import Table, Work

__all__ = ["Stream", "counts", "losses", "normal"]

CELL: Final = np.uint64(tables.CELL)
PLACE: Final = np.uint64(tables.PLACE)
PLACES: Final = np.uint64(tables.PLACES)
LAST: Final = np.uint64(tables.CELLS - 1)
FAR: Final = np.uint64((tables.CELLS - 1) << tables.CELL)
INSIDE: Final = np.uint64(64 - tables.CELL)
KNOTS: Final = np.uint64(tables.CELLS + 1)
FRACTION: Final = tables.FRACTION
WEIGHT: Final = steps.WEIGHT_BITS
ONE, TOP = np.uint64(1), np.uint64(63)


def normal(bits: NDArray[np.uint64], work: Work) -> NDArray[np.int64]:
    """Return standard normal numbers, as `steps.normal` does."""
    found = work.found[: bits.size]
    half = tables.half_normal()
    assert half.narrow is not None
    _normals(bits, half.narrow, half.tail, found)
    return found


def counts(
    bits: NDArray[np.uint64],
    common: NDArray[np.int64] | None,
    own: int,
    counter: Counter,
    work: Work,
) -> NDArray[np.int64]:
    """Return the number of events of each draw, as `steps.counts` does."""
    if counter.dense:
        return steps.counts(bits, common, own, counter, work)
    found, half = work.counts[: bits.size], tables.half_normal()
    assert half.narrow is not None
    if common is None:
        common, own = work.none[: bits.size], 1 << WEIGHT
    held = (half.narrow, half.tail, counter.counts, counter.ahead)
    _counts(bits, common, own, counter.shift, counter.cells, held, found)
    return found


def losses(
    bits: NDArray[np.uint64], events: NDArray[np.int64], table: Table, work: Work
) -> NDArray[np.int64]:
    """Return the loss of each draw, as `steps.losses` does."""
    found = work.found[: bits.size]
    if table.narrow is None:
        _losses_wide(bits, events, table.knots, found)
    else:
        _losses(bits, events, table.narrow, table.tail, found)
    return found


@machine
def _at(bits: np.uint64, body: NDArray[np.uint32], tail: NDArray[np.int64]) -> np.int64:
    """`Table.at` of one number; indexes have no sign, so that none is checked for one."""
    cell = bits >> CELL
    if cell == LAST:
        bits = bits << INSIDE
        cell = bits >> CELL
        low, high = tail[cell], tail[cell + ONE]
    else:
        low, high = np.int64(body[cell]), np.int64(body[cell + ONE])
    found: np.int64 = low + (((high - low) * np.int64((bits >> PLACE) & PLACES)) >> FRACTION)
    return found


@machine
def _at_wide(bits: np.uint64, knots: NDArray[np.int64]) -> np.int64:
    """`Table.at` of one number where the body is no narrower than the tail; here a branch would cost."""
    far = bits >= FAR
    bits = bits << INSIDE if far else bits
    cell = (bits >> CELL) + (KNOTS if far else np.uint64(0))
    low = knots[cell]
    found: np.int64 = low + (((knots[cell + ONE] - low) * np.int64((bits >> PLACE) & PLACES)) >> FRACTION)
    return found


@machine
def _normal(bits: np.uint64, body: NDArray[np.uint32], tail: NDArray[np.int64]) -> np.int64:
    """`tables.normal` of one number."""
    sign = np.int64(bits >> TOP)
    return (_at(bits << ONE, body, tail) - sign) ^ -sign


@machine
def _normals(
    bits: NDArray[np.uint64], body: NDArray[np.uint32], tail: NDArray[np.int64], found: NDArray[np.int64]
) -> None:
    for i in range(bits.size):
        found[i] = _normal(bits[i], body, tail)


@machine
def _counts(  # noqa: PLR0917 - a compiled function takes what it needs, by position
    bits: NDArray[np.uint64],
    common: NDArray[np.int64],
    own: int,
    shift: int,
    cells: int,
    held: tuple[NDArray[np.uint32], NDArray[np.int64], NDArray[np.int32], NDArray[np.int64]],
    found: NDArray[np.int64],
) -> None:
    """`normal`, the common part, and `Counter.at`."""
    body, tail, below, ahead = held
    last = np.uint64(2 * cells - 1)
    for i in range(bits.size):
        z = (_normal(bits[i], body, tail) * own + common[i]) >> WEIGHT
        count = below[min(np.uint64((z >> shift) + cells), last)]
        found[i] = count + (z >= ahead[np.uint64(count)])


@machine
def _losses(
    bits: NDArray[np.uint64],
    events: NDArray[np.int64],
    body: NDArray[np.uint32],
    tail: NDArray[np.int64],
    found: NDArray[np.int64],
) -> None:
    for i in range(bits.size):
        found[i] = _at(bits[i], body, tail) * events[i]


@machine
def _losses_wide(
    bits: NDArray[np.uint64], events: NDArray[np.int64], knots: NDArray[np.int64], found: NDArray[np.int64]
) -> None:
    for i in range(bits.size):
        found[i] = _at_wide(bits[i], knots) * events[i]
