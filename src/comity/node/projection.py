"""Projections: the feed of every log and mirror, turned into rows (DESIGN section 5).

The rules:

1. Each origin has its own cursor; it moves in the transaction that writes the rows.
2. A bad entry, bad content or a projector that raises makes a quarantine row and never stops the flow.
3. Events of one record that stand together in a batch become one event: the record as it is now counts.
4. Any interleaving of origins, and any cut into batches, ends in the same rows as a rebuild.
"""

from __future__ import annotations

import hashlib
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import delete, select
from sqlalchemy.dialects.sqlite import insert
from sqlalchemy.schema import CreateTable

from comity.node.errors import ProjectorError
from comity.node.system import Cause, Event
from comity.node.views import ANCHORED, CURSOR, KEPT, LAYOUT, METADATA, QUARANTINE, RECORDS, Views
from comity.record.canonical import b64
from comity.record.charter import KeyRevokedError
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sqlalchemy import Connection, MetaData

    from comity.node.reader import Examined, Origin, Reader
    from comity.node.system import Projector, System
    from comity.record.store import FeedRow

    Progress = Callable[[str, int, int], None]

BATCH: Final = 512
"""Records in one transaction."""
ENTRY: Final = "entry"
OPENING: Final = "opening"
_PRECEDENCE: Final[dict[str, int]] = {"upgraded": 0, "opened": 1, "entry": 2, "erased": 3}


@dataclass(frozen=True, slots=True)
class Position:
    """A cursor: every feed row up to `seq` is done, and of the row after it the indexes below `next`."""

    seq: int = 0
    next: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to project, by ascending index, and where the cursor stands after them."""

    causes: dict[int, Cause]
    seq: int
    end: Position


def cut(rows: Sequence[FeedRow], start: Position, limit: int) -> Batch:
    """Take at most `limit` records from feed rows that follow a position."""
    causes: dict[int, Cause] = {}
    position = start
    for row in rows:
        first = max(row.start, position.next)
        room = limit - len(causes)
        last = min(row.stop, first + room)
        for index in range(first, last):
            known = causes.get(index)
            if known is None or _PRECEDENCE[row.cause] > _PRECEDENCE[known]:
                causes[index] = row.cause  # type: ignore[assignment]
        if last < row.stop:
            return Batch(causes, row.seq, Position(position.seq, last))
        position = Position(row.seq, 0)
        if len(causes) >= limit:
            break
    return Batch(causes, position.seq, position)


class Projection:
    """Keeps the views of one node up to date.

    Args:
        views: the views database.
        reader: turns leaves into records.
        systems: whose projectors run, in this order.
        origins: gives every log this node knows, as it stands now.
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
        self._metadata = [METADATA, *(projector.metadata for _, projector in self._projectors)]
        self._layout = _layout(systems, self._metadata)
        self._lock = threading.RLock()

    def prepare(self) -> bool:
        """Make the tables; build anew what another layout or a cut rebuild left. Return whether it did."""
        with self._views.writing() as db:
            for metadata in self._metadata:
                metadata.create_all(db)
            found = db.execute(select(LAYOUT.c.value).where(LAYOUT.c.name == "layout")).scalar()
            if found is None:
                _upsert_layout(db, self._layout)
        if found in (None, self._layout):
            return False
        self.rebuild()
        return True

    def run(self, progress: Progress | None = None) -> int:
        """Project whatever the feeds hold; return how many records were looked at."""
        done = 0
        with self._lock:
            for origin in self._origins():
                while step := self.step(origin):
                    done += step
                    if progress is not None:
                        progress(origin.name, done, origin.shelf.size)
        return done

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
                end, size = _feed_end(origin), origin.shelf.size
                for start in range(0, size, BATCH):
                    stop = min(start + BATCH, size)
                    causes: dict[int, Cause] = dict.fromkeys(range(start, stop), "entry")
                    with self._views.writing() as db:
                        self._apply(db, origin, Batch(causes, end, Position(end, 0)))
                    done += len(causes)
                    if progress is not None:
                        progress(origin.name, stop, size)
            with self._views.writing() as db:
                _upsert_layout(db, self._layout)
            return done + self.run(progress)

    def _drop(self) -> None:
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
        for examined, cause in self._read(origin, batch.causes):
            self._project(db, examined, cause, batch.seq)
        values = {"seq": batch.end.seq, "next": batch.end.next}
        statement = insert(CURSOR).values(origin=origin.name, **values)
        db.execute(statement.on_conflict_do_update(index_elements=["origin"], set_=values))

    def _read(self, origin: Origin, causes: dict[int, Cause]) -> list[tuple[Examined, Cause]]:
        """Read the records of a batch, run by run of neighbouring indexes."""
        found: list[tuple[Examined, Cause]] = []
        indexes = sorted(causes)
        start = 0
        for i in range(1, len(indexes) + 1):
            if i == len(indexes) or indexes[i] != indexes[i - 1] + 1:
                run = indexes[start:i]
                examined = self._reader.examine(origin, run[0], run[-1] + 1)
                found += [(item, causes[item.record.index]) for item in examined]
                start = i
        return found

    def _project(self, db: Connection, examined: Examined, cause: Cause, seq: int) -> None:
        record = examined.record
        _clear(db, record.origin, record.index)
        if cause == "erased":
            _clear_opening(db, record.origin, record.index)
        _write_record(db, examined)
        if examined.fault is not None:
            quarantine(db, examined, ENTRY, examined.fault)
            if not isinstance(examined.fault, KeyRevokedError):
                return
            # A revocation may reach back to what was projected before it was known: that goes.
            cause = "erased"
        event = Event(seq, record.origin, record.index, cause, record)
        for name, projector in self._projectors:
            try:
                with db.begin_nested():
                    projector.apply(db, event)
            except Exception as error:  # noqa: BLE001 - rule 2: whatever a projector raises, the flow goes on
                fault = error if isinstance(error, ComityError) else ProjectorError(f"{name}: {error!r}")
                quarantine(db, examined, name, fault)


def quarantine(db: Connection, examined: Examined, source: str, fault: ComityError) -> None:
    """Write the row behind the badge."""
    record = examined.record
    values = {"id": record.id_text, "code": fault.code, "detail": str(fault)[:500]}
    statement = insert(QUARANTINE).values(origin=record.origin, index=record.index, source=source, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["origin", "index", "source"], set_=values))


def _clear(db: Connection, origin: str, index: int) -> None:
    """Forget why a record was quarantined before; a refused opening stays until a good one came."""
    here = (QUARANTINE.c.origin == origin) & (QUARANTINE.c.index == index)
    db.execute(delete(QUARANTINE).where(here & (QUARANTINE.c.source != OPENING)))


def _clear_opening(db: Connection, origin: str, index: int) -> None:
    """Forget why an opening was refused: the reason may quote what was erased, and none comes again."""
    here = (QUARANTINE.c.origin == origin) & (QUARANTINE.c.index == index)
    db.execute(delete(QUARANTINE).where(here))


def _write_record(db: Connection, examined: Examined) -> None:
    record, entry = examined.record, examined.record.entry
    content = record.content
    values = {
        "id": record.id_text,
        "outer": "" if entry is None else entry.outer,
        "office": "" if record.office is None else record.office.name,
        "kind": "" if content is None else f"{content.kind}@{content.version}",
        "known": int(content is not None and content.model is not None),
        "class_": "" if content is None else content.header.class_,
        "marking": "" if content is None else content.header.marking,
    }
    statement = insert(RECORDS).values(origin=record.origin, index=record.index, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["origin", "index"], set_=values))
    if entry is None or examined.fault is not None:
        return
    for head in entry.heads:
        anchored = insert(ANCHORED).values(writer=record.origin, origin=head.origin, size=head.size)
        newest = {"size": anchored.excluded.size}
        db.execute(
            anchored.on_conflict_do_update(
                index_elements=["writer", "origin"],
                set_=newest,
                where=ANCHORED.c.size < anchored.excluded.size,
            )
        )


def _feed_end(origin: Origin) -> int:
    """Return the newest row of a feed."""
    seq = 0
    while rows := origin.shelf.feed(seq, 10_000):
        seq = rows[-1].seq
    return seq


def _upsert_layout(db: Connection, value: str) -> None:
    statement = insert(LAYOUT).values(name="layout", value=value)
    db.execute(statement.on_conflict_do_update(index_elements=["name"], set_={"value": value}))


def _layout(systems: Sequence[System], metadata: Sequence[MetaData]) -> str:
    """Digest of everything that decides how rows look: tables and kinds."""
    parts = sorted(kind.kind_id() for system in systems for kind in system.kinds)
    for item in metadata:
        parts += [str(CreateTable(table)) for table in item.sorted_tables]
    return b64(hashlib.sha256("\n".join(parts).encode()).digest())
