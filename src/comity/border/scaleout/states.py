"""The state of a tile as bytes, and back: with where it stands in the stream, what is held and what waits.

Layout: `comity/tile/v1` and a newline; the length of a JSON header (8 bytes, little-endian); the header; the
messages held and waiting, each as it goes over the line; the snapshot of the tracker; SHA-256 of all that.
"""

from __future__ import annotations

import hashlib
import json
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import FusionSnapshotError
from comity.border.fusion import snapshots
from comity.border.scaleout.errors import ScaleMessageError, ScaleSnapshotError
from comity.border.scaleout.tile import TileTracker
from comity.border.scaleout.wire import decode, encode

if TYPE_CHECKING:
    from comity.border.scaleout.sector import Sector

MAGIC: Final = b"comity/tile/v1\n"
DIGEST: Final = 32


def save(tile: TileTracker) -> bytes:
    """Return a tile's state as bytes."""
    order, held = tile.order.save()
    messages = [encode(one, tile.sector) for one in (*held, *tile.waiting)]
    header = {
        "sector": tile.sector.digest.hex(),
        "tile": tile.tile.number,
        "patience": tile.order.patience,
        "position": tile.position,
        "aside": tile.aside,
        "told": tile.told,
        "order": order,
        "held": len(held),
        "messages": [len(one) for one in messages],
    }
    text = json.dumps(header, sort_keys=True).encode()
    body = b"".join([MAGIC, len(text).to_bytes(8, "little"), text, *messages, snapshots.save(tile.tracker)])
    return body + hashlib.sha256(body).digest()


def load(sector: Sector, number: int, data: bytes, patience: int) -> TileTracker:
    """Return the tile that was saved.

    Raises:
        ScaleSnapshotError: the bytes are damaged, or of another sector, tile or patience.
    """
    body, digest = data[:-DIGEST], data[-DIGEST:]
    if not body.startswith(MAGIC) or hashlib.sha256(body).digest() != digest:
        raise ScaleSnapshotError("not a tile's state, or not whole: its SHA-256 does not fit")
    at = len(MAGIC) + 8
    end = at + int.from_bytes(body[len(MAGIC) : at], "little")
    try:
        header = json.loads(body[at:end])
        of = header["sector"], header["tile"], header["patience"]
        if of != (sector.digest.hex(), number, patience):
            raise ScaleSnapshotError(f"of sector {of[0][:16]}, tile {of[1]}, patience {of[2]} ms")
        return _tile(sector, header, body[end:])
    except (KeyError, TypeError, ValueError, ScaleMessageError, FusionSnapshotError) as error:
        raise ScaleSnapshotError(f"a state that fits nothing: {error}") from error


def _tile(sector: Sector, header: dict[str, Any], rest: bytes) -> TileTracker:
    tile = TileTracker(sector, header["tile"], header["patience"])
    messages, at = [], 0
    for size in header["messages"]:
        messages.append(decode(rest[at : at + size], sector))
        at += size
    tile.order.load(header["order"], messages[: header["held"]])
    tile.waiting = messages[header["held"] :]
    tile.position, tile.aside, tile.told = header["position"], header["aside"], header["told"]
    tile.tracker = snapshots.load(tile.tile.config, rest[at:])
    return tile
