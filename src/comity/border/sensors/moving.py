"""A WAL that is moved into its file beside the writing, so that nobody who writes waits for the disk.

    threading.Thread(target=store.keep_short, args=(stop,))

What is in the WAL when it grew long is moved by a connection of its own while others write on; what came
meanwhile is little, and is moved while nobody writes, so that the WAL begins anew. Without such a thread the
writer does it all after a commit, as every `Database` does.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

import apsw

from comity.record.database import WAL_PAGES, Database
from comity.record.schema import connect_writer

if TYPE_CHECKING:
    from pathlib import Path

TOO_LONG: Final = 16 * WAL_PAGES
"""Pages after which the writer moves them itself."""
LOOK: Final = 0.5
"""Seconds between two looks whether to end."""


class MovingDatabase(Database):
    """A database whose WAL may be moved beside.

    Args:
        path: The SQLite file.
    """

    def __init__(self, path: Path) -> None:
        self._long = threading.Event()
        self._beside = False
        super().__init__(path)

    def keep_short(self, stop: threading.Event) -> None:
        """Move the WAL into the file whenever it grew long, until told to stop."""
        with self.explained():
            db = connect_writer(self.path)
        self._beside = True
        try:
            while not stop.is_set() and self.writable:
                if self._long.wait(LOOK):
                    self._long.clear()
                    self._move(db)
        finally:
            self._beside = False
            db.close()

    def _move(self, db: apsw.Connection) -> None:
        try:
            db.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
        except (apsw.BusyError, apsw.LockedError):
            return
        except (apsw.Error, OSError) as error:
            self.fail(error)
            return
        with self._lock:
            super()._move_wal()

    def _move_wal(self) -> None:
        if self._beside and self._wal_pages < TOO_LONG:
            if self._wal_pages >= WAL_PAGES:
                self._long.set()
            return
        super()._move_wal()
