"""`SensorStore`: things, datastreams and observations of one node, in one SQLite file beside its views.

One thread writes at a time, any read; what was answered for lies on disk. The file is not derived from the
log: it belongs into backups. What of it was sealed is proved by the batches on the record.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from comity.border.sensors import functions
from comity.border.sensors.fresh import Fresh
from comity.border.sensors.moving import MovingDatabase
from comity.border.sensors.schema import ADDED, FORMAT, NEWEST, TABLES
from comity.record.store_errors import ForeignFileError

if TYPE_CHECKING:
    from pathlib import Path

    import apsw

    from comity.border.sensors.fresh import Follower
    from comity.border.sensors.rules import Rule

FOLDER: Final = "sensors"
NAME: Final = "observations.sqlite"


class SensorStore(MovingDatabase):
    """The store in a folder; made when it is not there.

    Args:
        folder: `<node>/sensors`.

    Attributes:
        rules: What observations of each datastream must be like, as far as it was asked; emptied whenever
            an entity changes.
        sealing: Held by whoever seals: one after the other.
        fresh: What was just written, for those who follow.
        arriving: When what is being written arrived, at the latest (µs); None while nothing is.

    Raises:
        ForeignFileError: the file is not of this format.
        StoreError: it cannot be opened.
    """

    def __init__(self, folder: Path) -> None:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        super().__init__(folder / NAME)
        self.rules: dict[int, Rule] = {}
        self.sealing = threading.Lock()
        self.fresh = Fresh()
        self.arriving: int | None = None
        try:
            with self.explained():
                functions.install(self.writer)
                self._prepare()
                last: Any = self.writer.execute("SELECT value FROM meta WHERE name = 'next'").fetchone()
                self._next = int(last[0])
        except BaseException:
            self.close()
            raise

    def _prepare(self) -> None:
        if self.writer.execute("SELECT 1 FROM sqlite_schema").fetchone() is None:
            with self.transaction() as db:
                db.execute(TABLES)
                db.execute("INSERT INTO meta VALUES ('format', ?), ('next', 1), ('sealed', 0)", (FORMAT,))
        found = self.writer.execute("SELECT value FROM meta WHERE name = 'format'").fetchone()
        if found != (FORMAT,):
            raise ForeignFileError(f"{self.path}: of another format")
        if self.writer.execute("SELECT 1 FROM sqlite_schema WHERE name = ?", (NEWEST,)).fetchone() is None:
            with self.transaction() as db:
                db.execute(ADDED)

    def reader(self) -> apsw.Connection:
        """This thread's reading connection, with the functions of filters."""
        known = getattr(self._local, "db", None)
        db = super().reader()
        if db is not known:
            functions.install(db)
        return db

    # --- numbers ---------------------------------------------------------------------------------------

    def take_ids(self, db: apsw.Connection, count: int) -> range:
        """Return ids for observations; none is ever given twice, even when its observation is deleted."""
        found = range(self._next, self._next + count)
        self._next += count
        db.execute("UPDATE meta SET value = ? WHERE name = 'next'", (self._next,))
        return found

    def _undone(self) -> None:
        # Ids of a rolled back transaction are left out rather than used again.
        self.rules.clear()
        self.fresh.drop()
        self.arriving = None

    def _committed(self) -> None:
        self.fresh.tell()
        self.arriving = None

    # --- those who follow ------------------------------------------------------------------------------

    def follow(self) -> Follower:
        """Return who is told of every observation from now on."""
        with self.transaction():
            return self.fresh.follow(self._next, self.changes)

    @property
    def changes(self) -> int:
        """How often observations that no batch holds were changed or deleted."""
        return int(self.read_one("SELECT value FROM meta WHERE name = 'unsealed_changes'")[0])

    def settle(self, limit: int) -> None:
        """Wait until whatever arrived before a moment (µs) can be read."""
        arriving = self.arriving
        if arriving is not None and arriving < limit:
            with self.transaction():
                """Nobody writes now."""

    @property
    def sealed_to(self) -> int:
        """The last observation that a batch holds; 0 before the first."""
        row = self.read_one("SELECT value FROM meta WHERE name = 'sealed'")
        return int(row[0])

    @property
    def unsealed(self) -> int:
        """How many ids were given since the last observation that a batch holds."""
        return self._next - 1 - self.sealed_to

    def count(self, datastream: int | None = None, feature: int | None = None) -> int:
        """Return how many observations there are: of a datastream, of a feature, or in all."""
        where, given = "", tuple[Any, ...]()
        if datastream is not None:
            where, given = " WHERE datastream = ?", (datastream,)
        elif feature is not None:
            where, given = " WHERE feature = ?", (feature,)
        row = self.read_one(f"SELECT coalesce(sum(count), 0) FROM tally{where}", given)  # noqa: S608 - constants
        return int(row[0])


class Shelf:
    """Opens the store of a node when it is first asked for, once for the life of a process."""

    def __init__(self, root: Path) -> None:
        self._folder = root / FOLDER
        self._lock = threading.Lock()
        self._store: SensorStore | None = None

    def store(self) -> SensorStore:
        """Return the store."""
        with self._lock:
            if self._store is None:
                self._store = SensorStore(self._folder)
            return self._store

    def close(self) -> None:
        """Close the store if it is open."""
        with self._lock:
            if self._store is not None:
                self._store.close()
                self._store = None
