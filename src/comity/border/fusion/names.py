"""Which names of tracks stand in one list and not in another."""

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
