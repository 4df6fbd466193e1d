"""A machine as bytes, and back: what goes on from them is what would have gone on.

Layout: the length of a JSON header (8 bytes, little-endian), the header, the tracker as `fusion.snapshots`.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.errors import FusionSnapshotError
from comity.border.fusion import snapshots

if TYPE_CHECKING:
    from comity.border.live.machine import Machine

PARTS: Final = ("watch", "engine", "silences", "claims", "sampling", "patrols", "hush")
PLAIN: Final = ("clock", "moment", "arrived", "last", "lag")


@dataclass(frozen=True, slots=True)
class Taken:
    """A machine at a moment: its header as JSON, and its tracker; `packed` may be called in any thread."""

    text: bytes
    tracker: snapshots.Taken

    def packed(self) -> bytes:
        """Return the machine as bytes."""
        size = len(self.text).to_bytes(8, "little")
        return size + self.text + zlib.compress(self.tracker.packed(), 1)


def take(machine: Machine) -> Taken:
    """Return what `save` would write of this moment, in little time."""
    header = {name: getattr(machine, name) for name in PLAIN}
    header |= {name: getattr(machine, name).save() for name in PARTS}
    return Taken(orjson.dumps(header), snapshots.take(machine.tracker))


def save(machine: Machine) -> bytes:
    """Return a machine as bytes."""
    return take(machine).packed()


def load(machine: Machine, data: bytes) -> None:
    """Have a new machine go on from the bytes of one of the same sector and zones.

    Raises:
        FusionSnapshotError: the bytes are damaged, or of another configuration.
    """
    end = 8 + int.from_bytes(data[:8], "little")
    try:
        header: dict[str, Any] = orjson.loads(data[8:end])
        tracker = snapshots.load(machine.tracker.config, zlib.decompress(data[end:]))
        for name in PARTS:
            getattr(machine, name).load(header[name])
        values = [header[name] for name in PLAIN]
    except (KeyError, TypeError, ValueError, zlib.error) as error:
        raise FusionSnapshotError(f"a snapshot that fits nothing: {error}") from error
    for name, value in zip(PLAIN, values, strict=True):
        setattr(machine, name, value)
    machine.tracker = tracker
