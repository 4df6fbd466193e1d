"""`TreeReader`: what a stored tree answers, from what is committed: leaves, hashes, tiles, roots, proofs."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

import apsw

from comity.record.ledger import Ledger
from comity.record.merkle import ProofError
from comity.record.store_errors import CorruptStoreError, OutOfRangeError
from comity.record.tiles import encode_bundle
from comity.record.tree import (
    HASH_SIZE,
    STRIPE,
    STRIPE_BITS,
    STRIPE_BYTES,
    TILE,
    Edge,
    expand,
    expanded_hash,
    parents,
    position,
)

if TYPE_CHECKING:
    from pathlib import Path

CACHED_STRIPES = 16_384
"""Stripes kept expanded in memory, about 1 KiB each: all upper levels of millions of leaves."""
CACHED_SIZES = 256
"""Sizes whose right edge is kept in memory, some KiB each at most: proofs are mostly asked for few sizes."""

_STRIPE = "SELECT hashes FROM stripe WHERE position=?"


class TreeReader(Ledger):
    """Reads of one tree in one file. Threads may share it.

    Args:
        path: The SQLite file.
        vfs: Name of a registered SQLite VFS.
        cached_stripes: How many stripes of about 1 KiB to keep expanded in memory.
    """

    def __init__(self, path: Path | str, vfs: str | None, *, cached_stripes: int = CACHED_STRIPES) -> None:
        super().__init__(path, vfs)
        self._edge = Edge()
        self._expanded = lru_cache(maxsize=cached_stripes)(self._read_expanded)
        self._ragged = lru_cache(maxsize=CACHED_SIZES)(self._make_ragged)

    @property
    def size(self) -> int:
        """How many leaves are durably stored."""
        return self._edge.size

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (default: all), 32 bytes, from the stored hashes."""
        edge = self._edge
        if size is None or size == edge.size:
            return edge.root
        if not 0 <= size <= edge.size:
            raise OutOfRangeError(f"no tree of size {size} in a log of {edge.size}")
        found = b""
        level, rest = 0, size
        while rest:  # fold the peaks of the smaller tree from the right, RFC 9162 section 2.1.1
            if rest & 1:
                peak = self.hash(level, rest - 1)
                found = parents(peak + found) if found else peak
            rest >>= 1
            level += 1
        return found or Edge().root

    def hash(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2**level leaves that starts at leaf index * 2**level."""
        edge = self._edge
        if level < 0 or index < 0 or (index + 1) << level > edge.size:
            raise OutOfRangeError(f"no complete subtree {index} at level {level} in a tree of {edge.size}")
        row, inner = divmod(level, STRIPE_BITS)
        stripe, offset = divmod(index << inner, STRIPE)
        return expanded_hash(self._stripe_at(edge, row, stripe), inner, offset >> inner)

    def tile(self, level: int, index: int, width: int = TILE) -> bytes:
        """The first `width` hashes of a tile (C2SP tlog-tiles), width * 32 bytes."""
        edge = self._edge
        row, first = 2 * level, index * TILE
        if level < 0 or index < 0 or not 0 < width <= TILE or first + width > edge.size >> (8 * level):
            raise OutOfRangeError(f"no tile {level}/{index} of width {width} in a tree of {edge.size} leaves")
        stripes = range(first // STRIPE, (first + width - 1) // STRIPE + 1)
        held = (edge.size >> (STRIPE_BITS * row)) // STRIPE
        found = b"".join([self._stripe(row, stripe) for stripe in stripes if stripe < held])
        if stripes[-1] >= held:
            found += edge.row(row).pending
        return found[: width * HASH_SIZE]

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaves start to stop-1, the exact bytes appended."""
        if not 0 <= start <= stop <= self.size:
            raise OutOfRangeError(f"no entries [{start}, {stop}) in a log of {self.size}")
        rows = self.read_all("SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop))
        if len(rows) != stop - start:
            raise CorruptStoreError(
                f"{self.path}: entry: {stop - start - len(rows)} missing in [{start}, {stop})"
            )
        return [leaf for (leaf,) in rows]

    def bundle(self, index: int, width: int = TILE) -> bytes:
        """The entry bundle of C2SP tlog-tiles: the first `width` leaves of bundle `index`."""
        if not 0 < width <= TILE or index < 0:
            raise OutOfRangeError(f"no entry bundle {index} of width {width}")
        return encode_bundle(self.leaves(index * TILE, index * TILE + width))

    def prove_inclusion(self, index: int, size: int) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size` leaves (RFC 9162 section 2.1.3.1).

        At each level the sibling is a stored hash, or the subtree that the right edge cuts short, or there is
        none and the node is carried up.

        Raises:
            OutOfRangeError: the tree is not so large.
            ProofError: the leaf is not in it.
        """
        edge = self._edge
        if not 0 <= size <= edge.size:
            raise OutOfRangeError(f"no tree of size {size} in a log of {edge.size}")
        if not 0 <= index < size:
            raise ProofError(f"leaf {index} is not in a tree of {size} leaves")
        ragged = self._ragged(size)
        proof = []
        for level, cut_short in enumerate(ragged):
            row, inner = divmod(level, STRIPE_BITS)
            if not inner:
                expanded = self._stripe_at(edge, row, index >> (level + STRIPE_BITS))
            sibling = (index >> level) ^ 1
            if sibling < size >> level:
                proof.append(expanded_hash(expanded, inner, sibling & (STRIPE - 1 >> inner)))
            elif cut_short and sibling == size >> level:
                proof.append(cut_short)
        return proof

    def _make_ragged(self, size: int) -> tuple[bytes, ...]:
        """For each level below the root: the hash of the last subtree, if it is not complete, or nothing."""
        found = []
        ragged = b""
        for level in range((size - 1).bit_length()):
            found.append(ragged)
            if size >> level & 1:
                last = self.hash(level, (size >> level) - 1)
                ragged = parents(last + ragged) if ragged else last
        return tuple(found)

    def _stripe_at(self, edge: Edge, row: int, index: int) -> bytes:
        """A stripe expanded: a stored one, or what is pending of the last."""
        if (index + 1) << (STRIPE_BITS * (row + 1)) <= edge.size:
            return self._expanded(row, index)
        return edge.row(row).expanded

    def _stripe(self, row: int, index: int) -> bytes:
        try:
            found = self.reader().execute(_STRIPE, (position(row, index),)).fetchone()
        except apsw.Error as error:
            raise CorruptStoreError(f"{self.path}: stripe {row}/{index}: {error}") from error
        if found is None or not isinstance(found[0], bytes) or len(found[0]) != STRIPE_BYTES:
            raise CorruptStoreError(f"{self.path}: stripe {row}/{index}: missing or not {STRIPE_BYTES} bytes")
        return found[0]

    def _read_expanded(self, row: int, index: int) -> bytes:
        return expand(self._stripe(row, index))
