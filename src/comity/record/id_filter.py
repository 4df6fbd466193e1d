"""A filter in memory that tells, for nearly every new id, that it is new (Bloom 1970, one byte a probe).

Four bytes an id: an id sets two bits in each of two bytes; about one new id in a thousand looks known and is
then looked up in the file. Filters of doubling capacity are chained, so growing rebuilds nothing.
"""

from __future__ import annotations

import struct
from itertools import combinations
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

SLOTS_PER_ID = 4
SMALLEST = 1 << 16

_SECOND = 28  # bits of the id from which the second byte is chosen

_PAIRS = [1 << low | 1 << high for low, high in combinations(range(8), 2)]
_MARKS = [_PAIRS[byte % len(_PAIRS)] for byte in range(256)]


class IdFilter:
    """The set of ids seen, with false positives and no false negatives.

    Args:
        expected: How many ids there are to begin with.
    """

    def __init__(self, expected: int = 0) -> None:
        self._tables: list[bytearray] = []
        self._room = 0
        self._grow(max(SMALLEST, 2 * expected))

    def suspects(self, ids: Sequence[bytes]) -> list[int]:
        """Places in the list whose id may have been added before."""
        words = _words(ids)
        places: list[int] = []
        for table in self._tables:
            mask = len(table) - 1
            places += [
                place
                for place, word in enumerate(words)
                if table[word & mask] & (mark := _MARKS[word >> 56]) == mark
                and table[word >> _SECOND & mask] & mark == mark
            ]
        return places

    def add(self, ids: Sequence[bytes]) -> None:
        """Remember ids of 16 bytes."""
        if len(ids) > self._room:
            self._grow(max(len(ids), len(self._tables[-1]) // SLOTS_PER_ID * 2))
        self._room -= len(ids)
        table = self._tables[-1]
        mask = len(table) - 1
        for word in _words(ids):
            mark = _MARKS[word >> 56]
            table[word & mask] |= mark
            table[word >> _SECOND & mask] |= mark

    def _grow(self, capacity: int) -> None:
        slots = 1 << (capacity * SLOTS_PER_ID - 1).bit_length()
        self._tables.append(bytearray(slots))
        self._room = slots // SLOTS_PER_ID


def _words(ids: Sequence[bytes]) -> tuple[int, ...]:
    """Eight bytes of each id as a number: the low bits choose the byte, the top ones the two bits."""
    return struct.unpack("<" + "Q8x" * len(ids), b"".join(ids))
