"""The two steps of a draw, over whole arrays: how many events, and what they cost.

`compiled` does the same in machine code; a property test holds that no integer differs.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.risk.tables import normal

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.risk.frequency import Counter
    from comity.assessment.risk.tables import Table, Work

WEIGHT_BITS: Final = 15
"""Weights of the common and the own part are in steps of 2^-15."""


def counts(
    bits: NDArray[np.uint64],
    factor: NDArray[np.int64] | None,
    weights: tuple[int, int],
    counter: Counter,
    work: Work,
) -> NDArray[np.int64]:
    """Return the number of events of each draw, (draws,), valid until the next use of `work`.

    Args:
        bits: 64 random bits a draw.
        factor: The group's common normal numbers in steps of 2^-30; none where the risk stands alone.
        weights: Of the common and of the own part.
        counter: The risk's thresholds.
        work: Memory.
    """
    z = normal(bits, work)
    if factor is not None:
        common, own = weights
        z *= own
        z += np.multiply(factor, common, out=work.scaled[: bits.size])
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
