"""The steps of a draw, over whole arrays: random bits, how many events, and what they cost.

`compiled` does the same in machine code; a property test holds that no integer differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.risk import tables

if TYPE_CHECKING:
    from numpy.random import PCG64
    from numpy.typing import NDArray

    from comity.assessment.risk.frequency import Counter
    from comity.assessment.risk.tables import Table, Work

WEIGHT_BITS: Final = 15
"""Weights of the common and the own part are in steps of 2^-15."""


class Stream:
    """A stream of random bits, read on from one of its places.

    Args:
        bits: numpy's generator; it is not moved.
        skipped: How many numbers lie before the place.
    """

    def __init__(self, bits: PCG64, skipped: int = 0) -> None:
        self._bits = np.random.PCG64()
        self._bits.state = bits.state
        self._bits.advance(skipped)

    def read(self, found: NDArray[np.uint64]) -> NDArray[np.uint64]:
        """Fill an array with the next numbers, and return it."""
        found[:] = self._bits.random_raw(found.size)
        return found


def normal(bits: NDArray[np.uint64], work: Work) -> NDArray[np.int64]:
    """Return standard normal numbers in steps of 2^-30, valid until the next use of `work`."""
    return tables.normal(bits, work)


def counts(
    bits: NDArray[np.uint64],
    common: NDArray[np.int64] | None,
    own: int,
    counter: Counter,
    work: Work,
) -> NDArray[np.int64]:
    """Return the number of events of each draw, (draws,), valid until the next use of `work`.

    Args:
        bits: 64 random bits a draw.
        common: The group's common normal numbers in steps of 2^-30, times their weight; none where the
            risk stands alone.
        own: Weight of the own part.
        counter: The risk's thresholds.
        work: Memory.
    """
    z = tables.normal(bits, work)
    if common is not None:
        z *= own
        z += common
        z >>= WEIGHT_BITS
    return counter.at(z, work)


def losses(
    bits: NDArray[np.uint64], events: NDArray[np.int64], table: Table, work: Work
) -> NDArray[np.int64]:
    """Return the loss of each draw, (draws,): events times an impact; valid until the next use of `work`."""
    some = np.flatnonzero(events)
    if len(some) * 2 < bits.size:
        loss = np.zeros(bits.size, np.int64)
        loss[some] = table.at(bits[some]) * events[some]
        return loss
    loss = table.at(bits, work)
    loss *= events
    return loss
