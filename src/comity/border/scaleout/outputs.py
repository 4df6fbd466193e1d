"""What a tile tells, as bytes in parts that the server takes: frames of tracks after looks, and counts.

Little-endian. Header: `cmtr`, version (u16), reserved (u16), the sector's digest (16 bytes), tile (u32),
position in the stream of observations (u64), through (i64), the unseen (f64), counts (5 u64), frames, rows
(u32), CRC-32 of everything else (u32). Columns: time of each frame (i64), its rows (u32); then of the tracks
uid, born, seen, hits (i64), class (u8), place and velocity (2 f64 each), moments (10 f64), existence (f64).
Each part begins with `cmpt`, position (u64), its number and how many there are (u16).
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.intake import FARTHEST
from comity.border.fusion.model import CLASSES
from comity.border.fusion.picture import Tracks
from comity.border.scaleout.errors import ScaleMessageError

if TYPE_CHECKING:
    from comity.border.scaleout.sector import Sector

MAGIC: Final = b"cmtr"
VERSION: Final = 1
HEADER: Final = struct.Struct("<4sHH16sIQqd5QIII")
CHECK: Final = HEADER.size - 4
PART: Final = struct.Struct("<4sQHH")
PART_MAGIC: Final = b"cmpt"
PIECE: Final = 512 << 10
"""Bytes of one part: a server takes 1 MiB as it is installed."""
MOST_PARTS: Final = 4_096
COUNTS: Final = ("late", "set_aside", "aside", "repeated", "missing")
COLUMNS: Final = (
    ("uid", "<i8", 1),
    ("born", "<i8", 1),
    ("seen", "<i8", 1),
    ("hits", "<i8", 1),
    ("kind", "u1", 1),
    ("place", "<f8", 2),
    ("velocity", "<f8", 2),
    ("moments", "<f8", 10),
    ("existence", "<f8", 1),
)
WIDTH: Final = sum(np.dtype(kind).itemsize * many for _, kind, many in COLUMNS)


@dataclass(frozen=True, slots=True)
class Output:
    """What a tile tells after one message.

    Attributes:
        tile: Its number.
        position: Of the message in the stream of observations.
        through: Time up to which the tile has told everything, ms; what comes later corrects it.
        frames: Time of a look, and what was told after it; one told before is corrected by it.
        unseen: Expected number of things in the core that nobody has detected.
        counts: By the names in COUNTS, since the beginning.
    """

    tile: int
    position: int
    through: int
    frames: list[tuple[int, Tracks]]
    unseen: float
    counts: dict[str, int] = field(default_factory=dict)


def encode(output: Output, sector: Sector) -> bytes:
    """Return an output as bytes."""
    frames = output.frames
    sizes = [len(tracks) for _, tracks in frames]
    numbers = [output.counts.get(name, 0) for name in COUNTS]
    said = (output.tile, output.position, output.through, output.unseen, *numbers, len(frames), sum(sizes))
    head = HEADER.pack(MAGIC, VERSION, 0, sector.digest[:16], *said, 0)[:CHECK]
    columns = [np.array([time for time, _ in frames], "<i8"), np.array(sizes, "<u4")]
    for name, kind, _ in COLUMNS:
        columns += [getattr(tracks, name).astype(kind) for _, tracks in frames]
    body = b"".join(column.tobytes() for column in columns)
    return head + zlib.crc32(body, zlib.crc32(head)).to_bytes(4, "little") + body


def decode(data: bytes, sector: Sector) -> Output:
    """Return the output that bytes say.

    Raises:
        ScaleMessageError: they are no output of this sector, with the reason.
    """
    if len(data) < HEADER.size:
        raise ScaleMessageError(f"{len(data)} bytes, fewer than a header")
    magic, version, _, digest, tile, position, through, unseen, *counts, frames, rows, check = (
        HEADER.unpack_from(data)
    )
    if magic != MAGIC or version != VERSION:
        raise ScaleMessageError(f"begins as {magic!r}, version {version}")
    if digest != sector.digest[:16] or tile >= len(sector.tiles):
        raise ScaleMessageError(f"of tile {tile} of sector {digest.hex()}")
    if len(data) != HEADER.size + 12 * frames + WIDTH * rows:
        raise ScaleMessageError(f"{len(data)} bytes do not hold {frames} frames of {rows} tracks")
    if zlib.crc32(data[HEADER.size :], zlib.crc32(data[:CHECK])) != check:
        raise ScaleMessageError("its check does not fit: it was damaged")
    times = np.frombuffer(data, "<i8", frames, HEADER.size)
    sizes = np.frombuffer(data, "<u4", frames, HEADER.size + 8 * frames).astype(np.int64)
    if sizes.sum() != rows or (np.diff(times) <= 0).any() or (np.abs(times) >= FARTHEST).any():
        raise ScaleMessageError("frames that do not ascend, or of other lengths")
    tracks = _tracks(data[HEADER.size + 12 * frames :], rows)
    ends = np.cumsum(sizes).tolist()
    told = [
        (time, _slice(tracks, end - size, end))
        for time, size, end in zip(times.tolist(), sizes.tolist(), ends, strict=True)
    ]
    return Output(tile, position, through, told, unseen, dict(zip(COUNTS, counts, strict=True)))


def _tracks(data: bytes, rows: int) -> Tracks:
    found: dict[str, Any] = {}
    at = 0
    for name, kind, many in COLUMNS:
        column = np.frombuffer(data, kind, rows * many, at)
        at += column.nbytes
        wide = column.astype(np.float64 if kind == "<f8" else np.int64)
        found[name] = wide.reshape(rows, many) if many > 1 else wide
    if rows and (found["kind"].max() >= len(CLASSES) or found["uid"].min() < 0):
        raise ScaleMessageError("a class or name of a track that cannot be")
    if not all(np.isfinite(found[name]).all() for name in ("place", "velocity", "moments", "existence")):
        raise ScaleMessageError("a number of a track that is none")
    return Tracks(**found)


def _slice(tracks: Tracks, start: int, stop: int) -> Tracks:
    return Tracks(**{name: getattr(tracks, name)[start:stop] for name, _, _ in COLUMNS})


def parts(position: int, data: bytes) -> list[bytes]:
    """Return the messages that carry an output.

    Raises:
        ScaleMessageError: it is larger than anything a tile can tell.
    """
    pieces = [data[at : at + PIECE] for at in range(0, len(data), PIECE)]
    if len(pieces) > MOST_PARTS:
        raise ScaleMessageError(f"an output of {len(data)} bytes")
    return [PART.pack(PART_MAGIC, position, n, len(pieces)) + piece for n, piece in enumerate(pieces)]


def heading(part: bytes) -> tuple[int, int, int]:
    """Return position, number and count of a part.

    Raises:
        ScaleMessageError: it is none.
    """
    if len(part) < PART.size:
        raise ScaleMessageError(f"{len(part)} bytes, fewer than the heading of a part")
    magic, position, number, many = PART.unpack_from(part)
    if magic != PART_MAGIC or not number < many <= MOST_PARTS or len(part) > PART.size + PIECE:
        raise ScaleMessageError(f"no part of an output: {magic!r}, {number} of {many}")
    return position, number, many
