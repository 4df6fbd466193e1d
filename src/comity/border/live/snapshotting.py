"""Snapshots of one sector's machine: at once, in the transaction of its frames, or beside the tracking.

A snapshot is only where to go on from: one that is written a little later than it was taken, or never, costs
time after a crash and nothing else. What it says of a moment is gathered at once; bytes are made of it, and
written, in a thread of its own, since those of a busy horizon are many.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import structlog

from comity.border.live import saving
from comity.record.errors import ComityError

if TYPE_CHECKING:
    import apsw

    from comity.border.live.machine import Machine
    from comity.border.live.saving import Taken
    from comity.border.live.tracks import TrackStore

LOGGER = structlog.get_logger("comity.border.live")
WRITE: Final = "INSERT OR REPLACE INTO snapshot VALUES (?, ?, ?, ?, ?)"

Place = tuple[str, str, int, int]
"""Sector, digest of its configuration, id of the last observation, and until when time was taken."""


class Snapshots:
    """Writes the snapshots of one sector.

    Args:
        store: Where.
        sector: Slug.
        config: Digest of its configuration.
    """

    def __init__(self, store: TrackStore, sector: str, config: str) -> None:
        self._store, self._sector, self._config = store, sector, config
        self._thread: threading.Thread | None = None

    def write(self, db: apsw.Connection, machine: Machine) -> None:
        """Write one now, in a transaction."""
        db.execute(WRITE, (*self._place(machine), saving.save(machine)))

    def begin(self, machine: Machine) -> bool:
        """Take one, and have it written beside; return False where the last is not written yet."""
        if self._thread is not None and self._thread.is_alive():
            return False
        given = (self._place(machine), saving.take(machine))
        self._thread = threading.Thread(target=self._write, args=given, name="border-snapshot")
        self._thread.start()
        return True

    def wait(self) -> None:
        """Wait until nothing is being written beside."""
        thread, self._thread = self._thread, None
        if thread is not None:
            thread.join()

    def _place(self, machine: Machine) -> Place:
        return self._sector, self._config, machine.last, machine.moment

    def _write(self, place: Place, taken: Taken) -> None:
        body = taken.packed()
        try:
            with self._store.transaction() as db:
                db.execute(WRITE, (*place, body))
        except ComityError as error:
            LOGGER.warning("snapshot not written", sector=self._sector, code=error.code, error=str(error))
