"""Projections: the feed of every log and mirror, turned into rows (DESIGN section 5).

The rules:

1. Each origin has its own cursor; it moves in the transaction that writes the rows. A log whose file was
   replaced by an emptier one is projected from its beginning.
2. A bad entry, bad content or a projector that raises makes a quarantine row and never stops the flow.
3. Events of one record that stand together in a batch become one event: the record as it is now counts.
4. Any interleaving of origins, and any cut into batches, ends in the same rows as a rebuild.
5. A log whose file cannot be read holds up no other log; `faults` says which.
"""

from __future__ import annotations

import hashlib
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.exc import DatabaseError

from comity.node.errors import ProjectorError, ViewsDamagedError
from comity.node.projection_batches import Batch, Position, cut, runs
from comity.node.projection_rows import (
    ENTRY,
    NEW,
    OPENING,
    Before,
    before,
    clear,
    quarantine,
    record_row,
    write_record,
)
from comity.node.system import Cause, Event
from comity.node.views import CURSOR, KEPT, LAYOUT, METADATA, QUARANTINE, Views
from comity.record.canonical import b64
from comity.record.charter import KeyRevokedError
from comity.record.errors import ComityError
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sqlalchemy import Connection, MetaData, Table

    from comity.node.reader import Examined, Origin, Reader, Shelf
    from comity.node.system import Projector, System

    Progress = Callable[[str, int, int], None]

BATCH: Final = 512
"""Records in one transaction."""


class Projection:
    """Keeps the views of one node up to date.

    Args:
        views: the views database.
        reader: turns leaves into records.
        systems: whose projectors run, in this order.
        origins: gives every log this node knows, as it stands now.

    Attributes:
        faults: by origin, why a log could not be read to the end the last time.
    """

    def __init__(
        self, views: Views, reader: Reader, systems: Sequence[System], origins: Callable[[], list[Origin]]
    ) -> None:
        self._views = views
        self._reader = reader
        self._origins = origins
        self._projectors: list[tuple[str, Projector]] = [
            (system.name, system.projector) for system in systems if system.projector is not None
        ]
        self._following = [one for one in self._projectors if getattr(one[1], "follows_status", True)]
        self._metadata = [METADATA, *(projector.metadata for _, projector in self._projectors)]
        self._layout = _layout(systems, self._metadata)
        self._lock = threading.RLock()
        self._ends: dict[str, tuple[Shelf, int]] = {}
        self.faults: dict[str, StoreError] = {}

    def prepare(self) -> bool:
        """Make the tables; build anew what another layout or a cut rebuild left. Return whether it did.

        Raises:
            ViewsDamagedError: the views cannot be read.
        """
        try:
            return self._prepare()
        except DatabaseError as error:
            raise ViewsDamagedError(f"{self._views.engine.url.database}: {error.orig}") from error

    def _prepare(self) -> bool:
        with self._views.writing() as db:
            METADATA.create_all(db)
            found = db.execute(select(LAYOUT.c.value).where(LAYOUT.c.name == "layout")).scalar()
            if found != self._layout:  # else all are there: made in the transaction that wrote so
                for metadata in self._metadata[1:]:
                    metadata.create_all(db)
            if found is None:
                _upsert_layout(db, self._layout)
        for origin in self._origins():
            with self._noting(origin):
                self._forget_cursor_beyond(origin)
        if found in (None, self._layout):
            return False
        self.rebuild()
        return True

    def run(self, progress: Progress | None = None) -> int:
        """Project whatever the feeds hold; return how many records were looked at."""
        done = 0
        with self._lock:
            for origin in self._origins():
                with self._noting(origin):
                    end = (origin.shelf, origin.shelf.feed_end())
                    if self._ends.get(origin.name) == end:
                        continue
                    while step := self.step(origin):
                        done += step
                        if progress is not None:
                            progress(origin.name, done, origin.shelf.size)
                    self._ends[origin.name] = end
        return done

    @contextmanager
    def _noting(self, origin: Origin) -> Iterator[None]:
        """Note that a log cannot be read, or that it can be again; what is wrong with it goes no further."""
        try:
            yield
        except StoreError as error:
            self.faults[origin.name] = error
        else:
            self.faults.pop(origin.name, None)

    def _forget_cursor_beyond(self, origin: Origin) -> None:
        end = origin.shelf.feed_end()
        self._ends.pop(origin.name, None)
        with self._views.writing() as db:
            db.execute(delete(CURSOR).where((CURSOR.c.origin == origin.name) & (CURSOR.c.seq > end)))

    def step(self, origin: Origin, limit: int = BATCH) -> int:
        """Project one batch of one origin in one transaction; return its number of records."""
        with self._lock, self._views.writing() as db:
            here = CURSOR.c.origin == origin.name
            row = db.execute(select(CURSOR.c.seq, CURSOR.c.next).where(here)).first()
            start = Position() if row is None else Position(row.seq, row.next)
            rows = origin.shelf.feed(start.seq, limit)
            if not rows:
                return 0
            batch = cut(rows, start, limit)
            self._apply(db, origin, batch)
            return max(len(batch.causes), 1)

    def rebuild(self, progress: Progress | None = None) -> int:
        """Drop every row and project every record again; what describes the exchange stays.

        Records are read by index, not by the history of the feed: the outcome is the same, once instead of
        once for every cause. A rebuild that is cut off starts again at the next opening.
        """
        with self._lock:
            self._drop()
            done = 0
            for origin in self._origins():
                with self._noting(origin):
                    done += self._rebuild_one(origin, progress)
            with self._views.writing() as db:
                _upsert_layout(db, self._layout)
            return done + self.run(progress)

    def _rebuild_one(self, origin: Origin, progress: Progress | None) -> int:
        end, size = origin.shelf.feed_end(), origin.shelf.size
        for start in range(0, size, BATCH):
            stop = min(start + BATCH, size)
            causes: dict[int, Cause] = dict.fromkeys(range(start, stop), "entry")
            with self._views.writing() as db:
                self._apply(db, origin, Batch(causes, end, Position(end, 0)))
            if progress is not None:
                progress(origin.name, stop, size)
        return size

    def _drop(self) -> None:
        self._ends.clear()
        with self._views.writing() as db:
            _upsert_layout(db, "rebuilding")
            refused = select(QUARANTINE).where(QUARANTINE.c.source == OPENING)
            openings = [dict(row) for row in db.execute(refused).mappings()]
            for metadata in self._metadata:
                tables = [table for table in metadata.sorted_tables if table not in (*KEPT, LAYOUT)]
                metadata.drop_all(db, tables=tables)
                metadata.create_all(db)
            if openings:
                db.execute(QUARANTINE.insert(), openings)

    def _apply(self, db: Connection, origin: Origin, batch: Batch) -> None:
        for start, stop in runs(sorted(batch.causes)):
            known = before(db, origin.name, start, stop)
            for examined in self._reader.examine(origin, start, stop):
                index = examined.record.index
                self._project(db, examined, batch.causes[index], batch.seq, known.get(index, NEW))
        values = {"seq": batch.end.seq, "next": batch.end.next}
        statement = insert(CURSOR).values(origin=origin.name, **values)
        db.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))

    def _project(self, db: Connection, examined: Examined, cause: Cause, seq: int, known: Before) -> None:
        record, row = examined.record, record_row(examined)
        projectors = self._projectors
        same = not known.quarantined and examined.fault is None and known.row == row
        if cause == "upgraded" and same:
            projectors = self._following  # only how far it has come has changed
        else:
            if known.quarantined:
                clear(db, record.origin, record.index, opening=cause == "erased")
            write_record(db, examined, row)
        if examined.fault is not None:
            quarantine(db, examined, ENTRY, examined.fault)
            if not isinstance(examined.fault, KeyRevokedError):
                return
            # A revocation may reach back to what was projected before it was known: that goes.
            cause = "erased"
        if projectors:
            event = Event(seq, record.origin, record.index, cause, record, known.kind)
            self._tell(db, examined, event, projectors)

    def _tell(
        self, db: Connection, examined: Examined, event: Event, projectors: Sequence[tuple[str, Projector]]
    ) -> None:
        """Let projectors apply an event: all at once, and each for itself where one of them raises."""
        if _refusal(db, event, projectors) is None:
            return
        for name, projector in projectors:
            error = _refusal(db, event, [(name, projector)])
            if error is not None:
                fault = error if isinstance(error, ComityError) else ProjectorError(f"{name}: {error!r}")
                quarantine(db, examined, name, fault)


def _refusal(db: Connection, event: Event, projectors: Sequence[tuple[str, Projector]]) -> Exception | None:
    """Apply an event, all or nothing; return what was raised."""
    try:
        with db.begin_nested():
            for _, projector in projectors:
                projector.apply(db, event)
    except Exception as error:  # noqa: BLE001 - rule 2: whatever a projector raises, the flow goes on
        return error
    return None


def _upsert_layout(db: Connection, value: str) -> None:
    statement = insert(LAYOUT).values(name="layout", value=value)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _layout(systems: Sequence[System], metadata: Sequence[MetaData]) -> str:
    """Digest of everything that decides how rows look: tables and kinds."""
    parts = sorted(kind.kind_id() for system in systems for kind in system.kinds)
    for item in metadata:
        parts += [_shape(item.tables[name]) for name in sorted(item.tables)]
    return b64(hashlib.sha256("\n".join(parts).encode()).digest())


def _shape(table: Table) -> str:
    columns = [(one.name, type(one.type).__name__, one.nullable, one.primary_key) for one in table.columns]
    return repr((table.name, columns, sorted(str(index.name) for index in table.indexes)))
