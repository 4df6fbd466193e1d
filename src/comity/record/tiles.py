"""Tiles and entry bundles: their paths and their bytes (C2SP tlog-tiles).

>>> tile_path(0, 1234067)
'tile/0/x001/x234/067'
>>> parse_path("tile/entries/000.p/5")
TileRef(level=None, index=0, width=5)
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.errors import ComityError
from comity.record.merkle import HASH_SIZE, MAX_SIZE

if TYPE_CHECKING:
    from collections.abc import Sequence

FULL_WIDTH = 256
"""How many hashes, or entries, a full tile or bundle holds."""
TILE_HEIGHT = 8
MAX_LEVEL = 7
"""At level 8 one hash would cover 2^64 leaves."""
MAX_ENTRY = 2**16 - 1
"""Octets an entry may have: its length is written in two."""

_LONGEST_PATH = 64
_PATH = re.compile(r"tile/(entries|[0-9])/((?:x[0-9]{3}/)*[0-9]{3})(?:\.p/([1-9][0-9]{0,2}))?\Z", re.ASCII)


class TilePathError(ComityError):
    """A path that names no tile and no entry bundle."""

    code = "tile-path"
    advice = "Ask for tile/<level>/<index>[.p/<width>] as C2SP tlog-tiles writes it."


class BundleError(ComityError):
    """An entry bundle or a tile that is truncated, too long or otherwise not of its form."""

    code = "tile-bytes"
    advice = "Fetch the tile again; if it stays wrong, the log's operator must repair it."


@dataclass(frozen=True)
class TileRef:
    """A tile (`level` 0 to 7) or, where `level` is None, an entry bundle; `width` from 1 to 256."""

    level: int | None
    index: int
    width: int = FULL_WIDTH

    def __post_init__(self) -> None:
        level = self.level or 0
        if not 0 <= level <= MAX_LEVEL or self.index < 0 or not 1 <= self.width <= FULL_WIDTH:
            raise TilePathError(f"no tile has level {level}, index {self.index} and width {self.width}")
        if (self.index * FULL_WIDTH + self.width) << TILE_HEIGHT * level > MAX_SIZE:
            raise TilePathError(f"tile {self.index} of level {level} lies beyond every tree")

    @property
    def path(self) -> str:
        """The path below the log's prefix."""
        kind = "entries" if self.level is None else str(self.level)
        return f"tile/{kind}/{_index_path(self.index)}{_width_path(self.width)}"


def tile_path(level: int, index: int, width: int = FULL_WIDTH) -> str:
    """Return the path of a tile of hashes below the log's prefix."""
    return TileRef(level, index, width).path


def entries_path(index: int, width: int = FULL_WIDTH) -> str:
    """Return the path of an entry bundle below the log's prefix."""
    return TileRef(None, index, width).path


def parse_path(path: str) -> TileRef:
    """Return what a path names; only the one spelling that `TileRef.path` gives is accepted.

    Raises:
        TilePathError: the path names nothing a tree of fewer than 2^63 leaves can have.
    """
    match = _PATH.match(path) if len(path) <= _LONGEST_PATH else None
    if match is None:
        raise TilePathError(f"{path[:_LONGEST_PATH]!a} is no tile path")
    kind, index, width = match.groups()
    ref = TileRef(
        None if kind == "entries" else int(kind),
        int(re.sub("[x/]", "", index)),
        FULL_WIDTH if width is None else int(width),
    )
    if ref.path != path:
        raise TilePathError(f"{path!a} is not how the path {ref.path} is written")
    return ref


def tile_width(level: int, index: int, size: int) -> int:
    """Return how many hashes the tile has in a tree of `size` leaves: 0 (no such tile) to 256."""
    return max(0, min(FULL_WIDTH, (size >> TILE_HEIGHT * level) - index * FULL_WIDTH))


def encode_tile(hashes: Sequence[bytes]) -> bytes:
    """Return the bytes of a tile: its 1 to 256 hashes, one after the other."""
    if not 1 <= len(hashes) <= FULL_WIDTH or any(len(value) != HASH_SIZE for value in hashes):
        raise BundleError(f"a tile is 1 to {FULL_WIDTH} hashes of {HASH_SIZE} octets")
    return b"".join(hashes)


def decode_tile(data: bytes, width: int) -> list[bytes]:
    """Return the `width` hashes of a tile.

    Raises:
        BundleError: the data is not exactly so many hashes.
    """
    if len(data) != width * HASH_SIZE:
        raise BundleError(f"a tile of {width} hashes has {width * HASH_SIZE} octets, not {len(data)}")
    return [data[at : at + HASH_SIZE] for at in range(0, len(data), HASH_SIZE)]


def encode_bundle(entries: Sequence[bytes]) -> bytes:
    """Return the bytes of an entry bundle: 1 to 256 entries, each after its length in two octets."""
    if not 1 <= len(entries) <= FULL_WIDTH:
        raise BundleError(f"a bundle holds 1 to {FULL_WIDTH} entries, not {len(entries)}")
    parts = []
    for entry in entries:
        if len(entry) > MAX_ENTRY:
            raise BundleError(f"an entry of {len(entry)} octets where {MAX_ENTRY} are allowed")
        parts.append(len(entry).to_bytes(2, "big"))
        parts.append(entry)
    return b"".join(parts)


def decode_bundle(data: bytes, count: int, *, max_entry: int = MAX_ENTRY) -> list[bytes]:
    """Return the `count` entries of a bundle.

    Args:
        data: the octets received.
        count: how many entries the bundle must hold, 1 to 256.
        max_entry: the most octets an entry may have.

    Raises:
        BundleError: too few or too many octets for so many entries, or an entry is too long.
    """
    if not 1 <= count <= FULL_WIDTH:
        raise BundleError(f"a bundle holds 1 to {FULL_WIDTH} entries, not {count}")
    entries, at = [], 0
    for number in range(count):
        start = at + 2
        at = start + int.from_bytes(data[at:start], "big")
        if at > len(data):
            raise BundleError(f"the bundle ends within entry {number} of {count}")
        if at - start > max_entry:
            raise BundleError(f"entry {number} has {at - start} octets where {max_entry} are allowed")
        entries.append(data[start:at])
    if at != len(data):
        raise BundleError(f"{len(data) - at} octets follow the {count} entries of the bundle")
    return entries


def _index_path(index: int) -> str:
    text = f"{index % 1000:03d}"
    while index := index // 1000:
        text = f"x{index % 1000:03d}/{text}"
    return text


def _width_path(width: int) -> str:
    return "" if width == FULL_WIDTH else f".p/{width}"
