"""The bytes of one message of observations: a header, then columns. No code is in them, none is run.

Little-endian. Header: `cmob`, version (u16), flags (u16), the sector's digest (16 bytes), run, sequence
(u64), through (i64), sensor, looks, rows (u32), CRC-32 of everything else (u32). Columns: times of looks
(i64); look of each row (u16), place (2 f64), class (u8), variances (one f64, or three), speed (f64, where one
is said). A message is refused as a whole where a length, a number or the check does not fit.
"""

from __future__ import annotations

import struct
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.border.fusion.intake import FARTHEST
from comity.border.fusion.model import CLASSES
from comity.border.fusion.observations import Detections
from comity.border.scaleout.errors import ScaleMessageError

if TYPE_CHECKING:
    from comity.border.fusion.observations import Ints
    from comity.border.scaleout.sector import Sector

MAGIC: Final = b"cmob"
VERSION: Final = 1
HEADER: Final = struct.Struct("<4sHH16sQQqIIII")
CHECK: Final = HEADER.size - 4
OVAL: Final = 1
"""Flag: three variances a row."""
SPEEDS: Final = 2
"""Flag: a speed a row."""
MOST: Final = 500
"""Observations, and looks, of one message at most."""
LONGEST: Final = HEADER.size + 8 * MOST + MOST * (2 + 16 + 1 + 24 + 8)


@dataclass(frozen=True, slots=True)
class Message:
    """Observations of one sensor for one tile.

    Attributes:
        run: Names a numbering of its publisher.
        sequence: Number within run, sensor and tile, from 0.
        sensor: Place in the sector's configuration.
        through: Time up to which the sensor has said everything to this tile, ms.
        looks: (k,) times of its looks, ascending, ms.
        detections: Their times are among the looks.
    """

    run: int
    sequence: int
    sensor: int
    through: int
    looks: Ints
    detections: Detections


def encode(message: Message, sector: Sector) -> bytes:
    """Return a message as bytes."""
    rows, noise = message.detections, message.detections.noise
    oval = bool((noise[:, 0] != noise[:, 2]).any() or noise[:, 1].any())
    said = not np.isnan(rows.speed).all()
    columns = [
        message.looks.astype("<i8"),
        np.searchsorted(message.looks, rows.time).astype("<u2"),
        rows.place.astype("<f8"),
        rows.kind.astype("u1"),
        noise.astype("<f8") if oval else noise[:, 0].astype("<f8"),
    ]
    if said:
        columns.append(rows.speed.astype("<f8"))
    flags = OVAL * oval | SPEEDS * said
    numbers = (message.run, message.sequence, message.through, message.sensor, len(message.looks), len(rows))
    head = HEADER.pack(MAGIC, VERSION, flags, sector.digest[:16], *numbers, 0)[:CHECK]
    body = b"".join(column.tobytes() for column in columns)
    return head + zlib.crc32(body, zlib.crc32(head)).to_bytes(4, "little") + body


def decode(data: bytes, sector: Sector) -> Message:
    """Return the message that bytes say.

    Raises:
        ScaleMessageError: they are no message of this sector, with the reason.
    """
    if len(data) < HEADER.size or len(data) > LONGEST:
        raise ScaleMessageError(f"{len(data)} bytes, where {HEADER.size} to {LONGEST} are possible")
    head = HEADER.unpack_from(data)
    magic, version, flags, digest, run, sequence, through, sensor, looks, rows, check = head
    if magic != MAGIC or version != VERSION or flags & ~(OVAL | SPEEDS):
        raise ScaleMessageError(f"begins as {magic!r}, version {version}, flags {flags}")
    if digest != sector.digest[:16]:
        raise ScaleMessageError(f"of sector {digest.hex()}, not {sector.digest[:16].hex()}")
    if looks > MOST or rows > MOST or sensor >= len(sector.config.sensors) or abs(through) >= FARTHEST:
        raise ScaleMessageError(f"{looks} looks, {rows} rows, sensor {sensor}, through {through}")
    widths = (8 * looks, 2 * rows, 16 * rows, rows, (24 if flags & OVAL else 8) * rows)
    widths += (8 * rows,) if flags & SPEEDS else ()
    if HEADER.size + sum(widths) != len(data):
        raise ScaleMessageError(f"{len(data)} bytes, where the header tells of {HEADER.size + sum(widths)}")
    if zlib.crc32(data[HEADER.size :], zlib.crc32(data[:CHECK])) != check:
        raise ScaleMessageError("its check does not fit: it was damaged")
    times, detections = _columns(data, widths, sensor, flags)
    return Message(run, sequence, sensor, through, times, detections)


def _columns(data: bytes, widths: tuple[int, ...], sensor: int, flags: int) -> tuple[Ints, Detections]:
    starts = np.cumsum((HEADER.size, *widths))
    cut = [data[a:b] for a, b in pairwise(starts.tolist())]
    looks = np.frombuffer(cut[0], "<i8").astype(np.int64)
    which, place = np.frombuffer(cut[1], "<u2"), np.frombuffer(cut[2], "<f8").reshape(-1, 2)
    kind, count = np.frombuffer(cut[3], "u1"), len(which)
    noise = np.zeros((count, 3))
    said = np.frombuffer(cut[4], "<f8")
    if flags & OVAL:
        noise[:] = said.reshape(-1, 3)
    else:
        noise[:, 0] = noise[:, 2] = said
    speed = np.frombuffer(cut[5], "<f8").astype(np.float64) if flags & SPEEDS else np.full(count, np.nan)
    if (np.diff(looks) <= 0).any() or (np.abs(looks) >= FARTHEST).any():
        raise ScaleMessageError("times of looks that do not ascend, or are no times")
    if count and (which.max() >= len(looks) or kind.max() >= len(CLASSES)):
        raise ScaleMessageError("a row of a look or class that is not there")
    if not (np.isfinite(place).all() and np.isfinite(noise).all()):
        raise ScaleMessageError("a place or variance that is no number")
    sensors = np.full(count, sensor, np.int64)
    place = place.astype(np.float64)
    return looks, Detections(looks[which], sensors, place, noise, kind.astype(np.int64), speed)
