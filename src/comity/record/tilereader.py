"""Hashes of a log read from its tiles, each proven to be in the tree that the log signed.

The rules (C2SP tlog-tiles, "Merkle Tree"):

1. The partial tiles of a tree of size s have floor(s / 256**l) mod 256 hashes at level l. Together they are
   the decomposition of the tree into complete subtrees, so they fold to the signed root or one of them is
   false.
2. A full tile is one subtree; its root is a hash of a tile one level above, which was authenticated first.
3. Nothing is believed, kept or returned before rule 1 or rule 2 held for the bytes it came from.

A log may drop a partial tile once the full one exists; then the full one is fetched and cut to the width.
What lies beyond the width is outside the signed tree and is not looked at.

    reader = TileReader(fetch, size, root)   # fetch: path relative to the log's prefix -> bytes
    reader.authenticate()                    # raises TileProofError
    reader.hash(level, index)                # root of the leaves [index * 2**level, (index + 1) * 2**level)
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Final

from comity.record import merkle
from comity.record.errors import ComityError
from comity.record.fetch import Fetch, NotFoundError
from comity.record.merkle import HASH_SIZE
from comity.record.tiles import FULL_WIDTH, TILE_HEIGHT, tile_path

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.merkle import HashReader

CACHED_TILES: Final = 1024
"""Full tiles kept once authenticated: 8 MiB."""


class TileProofError(ComityError):
    """A tile does not belong to the signed tree."""

    code = "tile-unproved"
    advice = "Try again; if it stays, tell whoever operates the log: a tile is not in the tree it signed."


def subtree_root(hashes: bytes) -> bytes:
    """Fold the hashes of a complete subtree (RFC 9162 section 2.1.1).

    Args:
        hashes: a power of two of concatenated 32-byte hashes.

    Returns:
        The 32-byte hash of the subtree's root.
    """
    return merkle.root_of_hashes([hashes[i : i + HASH_SIZE] for i in range(0, len(hashes), HASH_SIZE)])


def edge_widths(size: int) -> list[int]:
    """Return the width of the partial tile of each level of a tree of `size` leaves; 0: there is none."""
    widths = []
    while size:
        widths.append(size % FULL_WIDTH)
        size //= FULL_WIDTH
    return widths


def edge_root(tiles: list[bytes]) -> bytes:
    """Fold the partial tiles of a tree, level 0 first, to its root; the empty tree has none.

    A tile of width w holds one complete subtree for every set bit of w, the widest leftmost (RFC 9162
    section 2.1.1); the tree's root chains them from the right.
    """
    root: bytes | None = None
    for data in tiles:
        for part in reversed(_complete_parts(data)):
            subtree = subtree_root(part)
            root = subtree if root is None else merkle.node_hash(subtree, root)
    return merkle.EMPTY_ROOT if root is None else root


def _complete_parts(data: bytes) -> list[bytes]:
    """Cut a tile of w hashes into its complete subtrees, left to right."""
    parts, start, width = [], 0, len(data) // HASH_SIZE
    for bit in range(TILE_HEIGHT, -1, -1):
        if width >> bit & 1:
            stop = start + (HASH_SIZE << bit)
            parts.append(data[start:stop])
            start = stop
    return parts


class TileReader:
    """The authenticated hashes of one signed tree.

    Args:
        fetch: gives the bytes at a path relative to the log's prefix, or raises `FetchError`.
        size: number of leaves of the signed tree.
        root: 32-byte root hash of the signed tree.
    """

    def __init__(self, fetch: Fetch, size: int, root: bytes) -> None:
        self.size = size
        self.root = root
        self._fetch = fetch
        self._edge: dict[tuple[int, int], bytes] = {}
        self._full: OrderedDict[tuple[int, int], bytes] = OrderedDict()

    def authenticate(self) -> None:
        """Fetch the partial tiles and hold them against the signed root.

        Raises:
            TileProofError: they do not fold to the root.
            FetchError: one of them could not be had.
        """
        if self._edge:
            return
        edge, tiles = {}, []
        for level, width in enumerate(edge_widths(self.size)):
            if width:
                index = self.size >> TILE_HEIGHT * (level + 1)
                data = self._fetch_partial(level, index, width)
                edge[level, index] = data
                tiles.append(data)
        if edge_root(tiles) != self.root:
            raise TileProofError(f"The partial tiles of size {self.size} do not fold to the signed root.")
        self._edge = edge

    def hash(self, level: int, index: int) -> bytes:
        """Return the hash of the complete subtree of 2**level leaves that starts at leaf index * 2**level.

        Raises:
            ValueError: the subtree is not within the tree.
            TileProofError: a tile on the way is not part of the signed tree.
            FetchError: a tile on the way could not be had.
        """
        if level < 0 or index < 0 or (index + 1) << level > self.size:
            raise ValueError(f"subtree {level}/{index} is not within a tree of size {self.size}")
        tile_level, rise = divmod(level, TILE_HEIGHT)
        first = index << rise
        start = first % FULL_WIDTH * HASH_SIZE
        data = self.tile(tile_level, first // FULL_WIDTH)
        return subtree_root(data[start : start + (HASH_SIZE << rise)])

    def tile(self, level: int, index: int) -> bytes:
        """Return the authenticated hashes of a tile, as wide as the signed tree makes it (32 bytes each)."""
        edge = self._edge.get((level, index))
        if edge is not None:
            return edge
        data = self._full.get((level, index))
        if data is None:
            data = self._authenticated(level, index)
        self._full[level, index] = data
        self._full.move_to_end((level, index))
        if len(self._full) > CACHED_TILES:
            self._full.popitem(last=False)
        return data

    def _authenticated(self, level: int, index: int) -> bytes:
        if (index + 1) << TILE_HEIGHT * (level + 1) > self.size:
            raise TileProofError(f"Tile {tile_path(level, index)} is asked before the tree is authenticated.")
        expected = self.hash(TILE_HEIGHT * (level + 1), index)
        path = tile_path(level, index)
        data = _exact(path, self._fetch(path), FULL_WIDTH)
        if subtree_root(data) != expected:
            raise TileProofError(f"{path} is not part of the tree signed at size {self.size}.")
        return data

    def _fetch_partial(self, level: int, index: int, width: int) -> bytes:
        path = tile_path(level, index, width)
        try:
            return _exact(path, self._fetch(path), width)
        except NotFoundError:
            path = tile_path(level, index)
            return _exact(path, self._fetch(path), FULL_WIDTH)[: width * HASH_SIZE]


def _exact(path: str, data: bytes, width: int) -> bytes:
    if len(data) != width * HASH_SIZE:
        raise TileProofError(f"{path} has {len(data)} bytes; {width * HASH_SIZE} were due.")
    return data


def complete_subtrees(start: int, stop: int) -> list[tuple[int, int]]:
    """Cut the leaves [start, stop) into the fewest complete subtrees, left to right, as (level, index)."""
    parts = []
    while start < stop:
        level = (stop - start).bit_length() - 1
        if start:
            level = min(level, (start & -start).bit_length() - 1)
        parts.append((level, start >> level))
        start += 1 << level
    return parts


def edged_reader(read: HashReader, held: int, size: int, hashes: Sequence[bytes]) -> HashReader:
    """Read a tree of which the first `held` leaves are held and the rest is known by its complete subtrees.

    Args:
        read: hashes of the complete subtrees within the held leaves.
        held: number of leaves held.
        size: number of leaves of the whole tree.
        hashes: 32-byte hashes of `complete_subtrees(held, size)`.
    """
    right = dict(zip(complete_subtrees(held, size), hashes, strict=True))

    def read_all(level: int, index: int) -> bytes:
        if (index + 1) << level <= held:
            return read(level, index)
        found = right.get((level, index))
        if found is None:
            if index << level >= held or level == 0:
                raise TileProofError(f"Subtree {level}/{index} of {size} leaves is not known.")
            found = merkle.node_hash(read_all(level - 1, 2 * index), read_all(level - 1, 2 * index + 1))
        return found

    return read_all
