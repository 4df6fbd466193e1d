"""Names of detections, which the tracks that they start keep, and which of them stand in one list only."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.compiled import machine

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.border.fusion.observations import Ints

SEED: Final = secrets.randbits(62) | 1
"""Another one in each process: nobody outside can choose names that collide. What is returned is the same."""
BITS: Final = 63
FREE: Final = -1


def absent(names: Ints, others: Ints) -> Ints:
    """Return the names that are not among the others, in their order.

    Args:
        names: (n,) names as `observations.names_of` makes them: none is negative.
        others: (m,) likewise.
    """
    if not len(names) or not len(others):
        return names.copy()
    return names[~_among(np.ascontiguousarray(names), np.ascontiguousarray(others), SEED)]


@machine
def _among(names: Ints, others: Ints, seed: int) -> NDArray[np.bool_]:
    """Return (n,) which of the names are among the others: a hash table of open addresses, half empty.

    Dietzfelbinger and others 1997, "A reliable randomized algorithm for the closest-pair problem", Journal of
    Algorithms 25, section 2 for the hash function: an odd factor, the highest bits.
    """
    bits = 1
    while (1 << bits) < 2 * len(others):
        bits += 1
    shift, last = BITS - bits, (1 << bits) - 1
    table = np.full(1 << bits, FREE, np.int64)
    for name in others:
        k = ((name * seed) >> shift) & last
        while table[k] != FREE:
            k = (k + 1) & last
        table[k] = name
    found = np.zeros(len(names), np.bool_)
    for i, name in enumerate(names):
        k = ((name * seed) >> shift) & last
        while table[k] != FREE and table[k] != name:
            k = (k + 1) & last
        found[i] = table[k] == name
    return found


@machine
def _mixed(value: np.uint64) -> np.uint64:
    """Return 64 bits mixed (Steele and others 2014, OOPSLA, the finaliser of SplitMix64)."""
    value = value + np.uint64(0x9E3779B97F4A7C15)
    value = (value ^ (value >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    value = (value ^ (value >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    return value ^ (value >> np.uint64(31))


@machine
def mixed(time: Ints, sensor: Ints, bits: Ints) -> Ints:
    """Return (m,) numbers below 2^63 from times, sensors, and the bits of places (m, 2)."""
    found = np.empty(len(time), np.int64)
    for j in range(len(time)):
        value = _mixed(np.uint64(time[j]))
        value = _mixed(value ^ np.uint64(sensor[j]))
        value = _mixed(value ^ np.uint64(bits[j, 0]))
        value = _mixed(value ^ np.uint64(bits[j, 1]))
        found[j] = np.int64(value >> np.uint64(1))
    return found
