"""How the hashes of a growing tree lie on disk: stripes, their positions, and the right edge.

The unit is the *stripe*: sixteen neighbouring complete hashes of a level divisible by four (512 bytes). A
tile of C2SP tlog-tiles (256 hashes) is sixteen stripes. Only complete stripes are stored, in the order in
which they complete (post-order), so the file grows at its end alone; the hashes after the last complete
stripe of each level are the *edge*, at most fifteen a level, recomputed when the file is opened. Stripes
fill pages of 16 KiB (two whole tiles just do not fit into one), and an inclusion proof reads one stripe for
four levels of the tree and makes fifteen hashes of it, where a tile would take 255: proofs are fast without
any tile in memory.

Hashes are those of RFC 9162 section 2.1.1.
"""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

HASH_SIZE = 32
STRIPE_BITS = 4
STRIPE = 1 << STRIPE_BITS
STRIPE_BYTES = STRIPE * HASH_SIZE
TILE = 256
"""Hashes of a complete C2SP tile, leaves of a complete entry bundle."""
_ROW_START = (0, 512, 768, 896)
"""Where the hashes of in-stripe level 0, 1, 2, 3 begin in an expanded stripe."""


def leaf_hashes(leaves: Iterable[bytes]) -> list[bytes]:
    """MTH({d}) = SHA-256(0x00 || d) of every leaf."""
    return _hash_each(b"\x00", leaves)


def parents(row: bytes) -> bytes:
    """One level up: SHA-256(0x01 || left || right) of every pair in a row of 2n hashes, n hashes."""
    pair = 2 * HASH_SIZE
    return b"".join(_hash_each(b"\x01", [row[at : at + pair] for at in range(0, len(row), pair)]))


def _hash_each(prefix: bytes, parts: Iterable[bytes]) -> list[bytes]:
    """SHA-256(prefix || part) of each; copying a begun state spares OpenSSL looking up the algorithm."""
    begun = sha256(prefix).copy
    found: list[bytes] = []
    add = found.append
    for part in parts:
        state = begun()
        state.update(part)
        add(state.digest())
    return found


def stripe_roots(rows: bytes) -> bytes:
    """The roots of n complete stripes laid end to end, n hashes four levels up."""
    for _ in range(STRIPE_BITS):
        rows = parents(rows)
    return rows


def expand(stripe: bytes) -> bytes:
    """The stripe followed by the levels above it in it: 16, 8, 4 and 2 hashes, 960 bytes.

    Of a stripe that is not complete, what there is; the places of the other hashes are filled with zeros.
    """
    found = []
    row, width = stripe, STRIPE_BYTES
    for _ in range(STRIPE_BITS):
        found.append(row.ljust(width, b"\x00"))
        row, width = parents(row[: len(row) // 64 * 64]), width // 2
    return b"".join(found)


def expanded_hash(expanded: bytes, level: int, index: int) -> bytes:
    """Hash `index` of in-stripe level 0 to 3 of an expanded stripe."""
    at = _ROW_START[level] + HASH_SIZE * index
    return expanded[at : at + HASH_SIZE]


def position(row: int, index: int) -> int:
    """Where stripe `index` of row `row` (tree level 4*row) lies in the order of completion.

    Before stripe k of row 0 lie k stripes of row 0 and floor(k / 16**j) of every row j above; a stripe of
    row r completes with its last descendant in row 0, r places after it.
    """
    last = ((index + 1) << (STRIPE_BITS * row)) - 1
    place = last + row
    while last := last >> STRIPE_BITS:
        place += last
    return place


def stripe_at(place: int) -> tuple[int, int]:
    """The (row, index) of the stripe at a position: the inverse of `position`."""
    index = bisect_right(range(place + 1), place, key=lambda k: position(0, k)) - 1
    row = place - position(0, index)
    return row, ((index + 1) >> (STRIPE_BITS * row)) - 1


def stripe_count(size: int) -> int:
    """How many complete stripes a tree of `size` leaves has, all rows together."""
    count = 0
    while size := size >> STRIPE_BITS:
        count += size
    return count


def _peaks(pending: bytes) -> bytes:
    """Fold up to fifteen hashes into the roots of their maximal complete subtrees, left to right."""
    count = len(pending) // HASH_SIZE
    found, start = [], 0
    for bit in (8, 4, 2, 1):
        if count & bit:
            part = pending[start * HASH_SIZE : (start + bit) * HASH_SIZE]
            while len(part) > HASH_SIZE:
                part = parents(part)
            found.append(part)
            start += bit
    return b"".join(found)


@dataclass(frozen=True)
class Row:
    """The hashes of one stored level after its last complete stripe (at most fifteen, end to end)."""

    pending: bytes = b""

    @cached_property
    def expanded(self) -> bytes:
        """The pending hashes and the complete hashes above them, as `expand` lays them out."""
        return expand(self.pending)

    @cached_property
    def peaks(self) -> bytes:
        """The roots of the maximal complete subtrees over the pending hashes, left to right."""
        return _peaks(self.pending)


@dataclass(frozen=True)
class Edge:
    """The right edge of a tree: its size and, for every stored level, what no stripe holds yet.

    Immutable: a reader may keep one while the tree grows. `extend` gives the next and the stripes to store.
    """

    size: int = 0
    rows: tuple[Row, ...] = ()

    @cached_property
    def root(self) -> bytes:
        """MTH of the tree (RFC 9162 section 2.1.1): the peaks folded from the right."""
        peaks = b"".join([row.peaks for row in reversed(self.rows)])
        if not peaks:
            return sha256(b"").digest()
        root = peaks[-HASH_SIZE:]
        for at in range(len(peaks) - 2 * HASH_SIZE, -1, -HASH_SIZE):
            root = sha256(b"\x01" + peaks[at : at + HASH_SIZE] + root).digest()
        return root

    def extend(self, hashes: Iterable[bytes]) -> tuple[Edge, list[tuple[int, bytes]]]:
        """Append leaf hashes; return the new edge and the completed stripes as (position, 512 bytes)."""
        grown = b"".join(hashes)
        size = self.size + len(grown) // HASH_SIZE
        stripes: list[tuple[int, bytes]] = []
        rows = list(self.rows)
        number = 0
        while grown:
            if number == len(rows):
                rows.append(Row())
            held = rows[number].pending + grown
            first = (self.size >> (STRIPE_BITS * number)) // STRIPE
            cut = len(held) - len(held) % STRIPE_BYTES
            stripes += [
                (position(number, first + k), held[k * STRIPE_BYTES : (k + 1) * STRIPE_BYTES])
                for k in range(cut // STRIPE_BYTES)
            ]
            rows[number] = Row(held[cut:])
            grown = stripe_roots(held[:cut])
            number += 1
        stripes.sort()
        return Edge(size, tuple(rows)), stripes

    def row(self, number: int) -> Row:
        """What is pending of a stored level; nothing above the tree."""
        return self.rows[number] if number < len(self.rows) else Row()
