"""Salts of leaves from a tree of seeds, so that single ones can be destroyed for ever.

The construction is that of Goldreich, Goldwasser and Micali (1986): each seed gives two, by SHA-256 of the
seed and a byte 0 or 1, and the seed at the bottom is the salt of an id. One seed of 32 bytes gives all salts
of a batch. To destroy some, the seeds above them are replaced by those beside the way down: these give all
the others, and never those. Without its salt the hash of a leaf says nothing that could be tried out.

Kept as bytes: 32 are the seed at the top; else a row of level (1 byte), place in the level (8), seed (32).
"""

from __future__ import annotations

import hashlib
import struct
from bisect import bisect_left
from typing import TYPE_CHECKING, Final

from comity.border.sensors.errors import BatchError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

WHOLE: Final = 32
BLOCK: Final = 8
"""Levels of a block that is made at once where ids are asked for in order."""
MASK: Final = (1 << BLOCK) - 1
_ROW: Final = struct.Struct(">BQ32s")

Seeds = dict[tuple[int, int], bytes]


class Salts:
    """The salts of a batch, fastest in the order of ids.

    Args:
        kept: what is kept of its seeds.
        first: its first id.
        last: its last.
    """

    def __init__(self, kept: bytes, first: int, last: int) -> None:
        self._first = first
        self._top = (last - first).bit_length()
        self._seeds = _unpacked(kept, self._top)
        self._way: list[tuple[int, bytes]] = [(-1, b"")] * (self._top + 1)
        self._block: list[bytes] = []
        self._block_at = self._before = -1

    def of(self, number: int) -> bytes:
        """Return the salt of an id, 32 bytes.

        Raises:
            BatchError: it was destroyed.
        """
        place = number - self._first
        in_order, self._before = place == self._before + 1, place
        if place >> BLOCK == self._block_at:
            return self._block[place & MASK]
        if in_order and not place & MASK and self._top > BLOCK and len(self._seeds) == 1:
            self._block, self._block_at = _leaves(self._seed(place, BLOCK), BLOCK), place >> BLOCK
            return self._block[0]
        return self._seed(place, 0)

    def in_order(self) -> Callable[[int], bytes]:
        """Return `of` for ids that grow: where nothing was destroyed, a whole block at a time."""
        if len(self._seeds) != 1 or self._top <= BLOCK or (self._top, 0) not in self._seeds:
            return self.of
        first, at, block = self._first, -1, list[bytes]()

        def of(number: int) -> bytes:
            nonlocal at, block
            place = number - first
            if place >> BLOCK != at:
                at = place >> BLOCK
                block = _leaves(self._seed(place, BLOCK), BLOCK)
            return block[place & MASK]

        return of

    def _seed(self, place: int, bottom: int) -> bytes:
        """Return the seed above a place at a level."""
        ways = enumerate(self._way[bottom:], start=bottom)
        level = next((at for at, (known, _) in ways if known == place >> at), None)
        if level is None:
            level = self._below(place)
        for below in range(level - 1, bottom - 1, -1):
            seed = _child(self._way[below + 1][1], (place >> below) & 1)
            self._way[below] = (place >> below, seed)
        return self._way[bottom][1]

    def _below(self, place: int) -> int:
        for level in range(self._top, -1, -1):
            seed = self._seeds.get((level, place >> level))
            if seed is not None:
                self._way = [(-1, b"")] * (self._top + 1)
                self._way[level] = (place >> level, seed)
                return level
        raise BatchError("the salt of a leaf was destroyed")


def without(kept: bytes, first: int, last: int, gone: Sequence[int]) -> bytes:
    """Return what is kept once the salts of some ids are destroyed.

    Args:
        kept: what is kept now.
        first: first id of the batch.
        last: its last.
        gone: the ids, in order; those destroyed before may be among them.
    """
    places = [number - first for number in gone]
    size, found = last - first + 1, Seeds()
    open_ = list(_unpacked(kept, (last - first).bit_length()).items())
    while open_:
        (level, at), seed = open_.pop()
        start, end = at << level, min((at + 1) << level, size)
        count = bisect_left(places, end) - bisect_left(places, start)
        if start >= size:
            continue
        if not count:
            found[level, at] = seed
        elif count < end - start:
            open_ += [((level - 1, 2 * at + bit), _child(seed, bit)) for bit in (0, 1)]
    return _packed(found)


def _leaves(seed: bytes, levels: int) -> list[bytes]:
    """Return every salt so many levels below a seed, in order."""
    found = [seed]
    for _ in range(levels):
        found = [hashlib.sha256(one + bit).digest() for one in found for bit in (b"\0", b"\1")]
    return found


def _child(seed: bytes, bit: int) -> bytes:
    return hashlib.sha256(seed + (b"\1" if bit else b"\0")).digest()


def _unpacked(kept: bytes, top: int) -> Seeds:
    if len(kept) == WHOLE:
        return {(top, 0): kept}
    return {(level, at): seed for level, at, seed in _ROW.iter_unpack(kept)}


def _packed(seeds: Seeds) -> bytes:
    return b"".join(_ROW.pack(level, at, seed) for (level, at), seed in sorted(seeds.items()))
