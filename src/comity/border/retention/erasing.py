"""Observations out of the store because their time is over: rows gone, leaves kept, salts destroyed.

One transaction deletes a part and notes the entry that will say so; the entry is appended under an id that
was drawn before, so that a crash in between leaves an entry that the next run appends, once. Then the file is
written anew and its log of changes cut, so that the bytes are gone from both.
"""

from __future__ import annotations

import itertools
import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import apsw
import numpy as np
import orjson

from comity.border.sensors import leaves
from comity.border.sensors.deleting import remove_rows
from comity.border.sensors.rules import JSON, NUMBER, TYPE_PREFIX
from comity.record.canonical import b64
from comity.record.merkle import root_of_hashes

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.retention.holding import Holds
    from comity.border.sensors.store import SensorStore
    from comity.record.database import Database

MOST_ROWS: Final = 200_000
"""Observations of one transaction."""
MOST_STRETCHES: Final = 2_000
"""Of one batch in one entry: first and last of each fit into it."""
NAMES: Final = ("id", "message", "transmitter")
"""Members of a result by which something names itself."""
_NAMED: Final = " OR ".join(f"json_extract(result, '$.{name}') IS NOT NULL" for name in NAMES)
_COUNTED: Final = (
    f"datastream IN (SELECT id FROM datastream WHERE observation_type = '{TYPE_PREFIX}OM_CountObservation')"  # noqa: S608 - a constant
)
WHERE: Final = {
    "claims": f"kind = {JSON} AND ({_NAMED})",
    # What is no number may hold anything: it is kept as briefly as what moves.
    "moving": f"kind <> {NUMBER} AND NOT (kind = {JSON} AND ({_NAMED}))",
    "counts": f"kind = {NUMBER} AND {_COUNTED}",
    "levels": f"kind = {NUMBER} AND NOT {_COUNTED}",
}
"""The condition on an observation of each class."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A batch, as far as deleting needs it: number, ids, seeds of its salts, id of its entry."""

    number: int
    first: int
    last: int
    salt: bytes
    entry: bytes


@dataclass(frozen=True, slots=True)
class Part:
    """What was deleted of one batch: first and last place of each stretch, how many, their root, whose."""

    batch: Sealed
    stretches: tuple[int, ...]
    count: int
    root: bytes
    streams: frozenset[int]


def sealed_batches(db: apsw.Connection, after: int) -> list[Sealed]:
    """Return the batches on record after a number, in order."""
    query = (
        "SELECT number, first, last, salt, entry FROM batch WHERE number > ? AND sealed > 0 ORDER BY number"
    )
    return [Sealed(*row) for row in db.execute(query, (after,))]


def due(  # noqa: PLR0917 - what decides
    db: apsw.Connection, batch: Sealed, data_class: str, before: int, open_before: int, holds: Holds
) -> tuple[list[Any], int]:
    """Return rows of a batch whose time is over and that nothing keeps, and how many of the class are kept.

    Args:
        db: A connection.
        batch: The batch.
        data_class: The class.
        before: What came in before is over its time, µs.
        open_before: What came in before is, even while an event is open.
        holds: What stays.
    """
    found: list[Any] = db.execute(
        f"{leaves.SELECT} WHERE id BETWEEN ? AND ? AND arrival < ? AND ({WHERE[data_class]}) ORDER BY id",
        (batch.first, batch.last, before),
    ).fetchall()
    if batch.entry in holds.batches:
        return [], len(found)
    rows = [
        row
        for row in found
        if not _within(row, holds.held) and (row[_ARRIVAL] < open_before or not _within(row, holds.followed))
    ]
    return rows, len(found) - len(rows)


_PHENOMENON: Final = leaves.COLUMNS.index("phenomenon")
_END: Final = leaves.COLUMNS.index("phenomenon_end")
_ARRIVAL: Final = leaves.COLUMNS.index("arrival")


def _within(row: Sequence[Any], stretches: Sequence[tuple[int, int]]) -> bool:
    start, end = row[_PHENOMENON], row[_END] or row[_PHENOMENON]
    return any(first <= end and start <= last for first, last in stretches)


def erase(db: apsw.Connection, batch: Sealed, rows: Sequence[Any]) -> Part:
    """Delete rows of a batch, inside a transaction; return what was deleted."""
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    every = np.array(
        sorted(
            number
            for table in ("observation", "erased")
            for (number,) in db.execute(
                f"SELECT id FROM {table} WHERE id BETWEEN ? AND ?",  # noqa: S608 - constants
                (batch.first, batch.last),
            )
        ),
        dtype=np.int64,
    )
    stretches = _stretches(np.searchsorted(every, numbers))
    row: Any = db.execute("SELECT salt FROM batch WHERE number = ?", (batch.number,)).fetchone()
    kept = leaves.keep_rows(db, batch.number, (batch.first, batch.last, row[0]), rows)
    gone = remove_rows(db, [row[0] for row in rows])
    return Part(batch, stretches, len(rows), root_of_hashes(kept), frozenset(stream for stream, _ in gone))


def _stretches(places: Any) -> tuple[int, ...]:
    cuts = np.flatnonzero(np.diff(places) > 1) + 1
    parts = np.split(places, cuts)
    return tuple(int(end) for part in parts for end in (part[0], part[-1]))


def split(rows: Sequence[Any]) -> list[Sequence[Any]]:
    """Return rows in parts that fit into an entry each: few enough stretches, few enough rows."""
    numbers = np.array([row[0] for row in rows], dtype=np.int64)
    starts = np.concatenate(([0], np.flatnonzero(np.diff(numbers) > 1) + 1))
    cuts = {int(start) for start in starts[MOST_STRETCHES::MOST_STRETCHES]}
    cuts |= set(range(MOST_ROWS, len(rows), MOST_ROWS))
    edges = [0, *sorted(cuts), len(rows)]
    return [rows[a:b] for a, b in itertools.pairwise(edges)]


def note(db: apsw.Connection, body: dict[str, Any]) -> None:
    """Note an entry that will say what was deleted, inside the transaction that deletes it."""
    db.execute("INSERT OR REPLACE INTO meta VALUES ('unsettled', 1)")
    db.execute(
        "INSERT INTO deletion(entry, body, appended) VALUES (?, ?, 0)",
        (secrets.token_bytes(16), orjson.dumps(body).decode()),
    )


def part_json(origin: str, part: Part) -> dict[str, Any]:
    """Return a part as it stands in an entry."""
    return {
        "batch": {"origin": origin, "id": b64(part.batch.entry)},
        "number": part.batch.number,
        "leaves": list(part.stretches),
        "count": part.count,
        "root": b64(part.root),
    }


def oldest_place(db: apsw.Connection, arrived: int, *, exact: bool) -> int | None:
    """Return the earliest time that something which is no number was observed at, among what is left, µs.

    Args:
        db: A connection.
        arrived: When that which nothing keeps came in, at the earliest.
        exact: Whether observations from before are kept by an event or a hold, and must not count.
    """
    query = (
        "SELECT min(y.first_phenomenon) FROM tally y JOIN datastream d ON d.id = y.datastream "
        "WHERE d.observation_type NOT LIKE '%OM_Measurement' "
        "AND d.observation_type NOT LIKE '%OM_CountObservation'"
    )
    if exact:
        query = f"SELECT min(phenomenon) FROM observation WHERE arrival >= {arrived:d} AND kind <> {NUMBER}"  # noqa: S608 - numbers
    row: Any = db.execute(query).fetchone()
    return None if row[0] is None else int(row[0])


def forget_set_aside(db: apsw.Connection, before: int) -> int:
    """Delete what was set aside before a moment, µs, and keys of names that objects had then; return rows."""
    count = _changes(db, "DELETE FROM quarantine WHERE at < ?", before)
    day = before // 86_400_000_000
    _changes(db, "DELETE FROM feed_key WHERE day < ?", day)
    return count


def forget_names(db: apsw.Connection) -> int:
    """Delete features of interest that named something, once nothing is left of it; return how many."""
    query = (
        "DELETE FROM feature WHERE json_extract(properties, '$.claimed') "
        "AND NOT EXISTS (SELECT 1 FROM tally WHERE tally.feature = feature.id)"
    )
    return _changes(db, query)


def forget_places(db: apsw.Connection, before: int) -> int:
    """Delete where things were before a moment, µs, but for where each was last; return how many places."""
    old = (
        "SELECT id FROM historical_location AS h WHERE time < ? "
        "AND EXISTS (SELECT 1 FROM historical_location AS n "
        "WHERE n.thing = h.thing AND (n.time, n.id) > (h.time, h.id))"
    )
    _changes(db, f"DELETE FROM historical_link WHERE historical IN ({old})", before)  # noqa: S608 - a constant
    count = _changes(db, f"DELETE FROM historical_location WHERE id IN ({old})", before)  # noqa: S608 - the same
    if count:
        unused = (
            "DELETE FROM location "
            "WHERE NOT EXISTS (SELECT 1 FROM thing_location l WHERE l.location = location.id) "
            "AND NOT EXISTS (SELECT 1 FROM historical_link l WHERE l.location = location.id) "
            "AND NOT EXISTS (SELECT 1 FROM feature f WHERE f.of_location = location.id)"
        )
        _changes(db, unused)
    return count


def secure(store: SensorStore) -> None:
    """Have what is deleted from now on overwritten."""
    store.writer.execute("PRAGMA secure_delete = ON").fetchall()


def settle(store: SensorStore) -> bool:
    """Write the file anew where something was deleted since; return whether that is done.

    SQLite overwrites what it deletes, but not the copies that stayed behind where it moved rows between pages
    before. A reader may hold the old pages: then this is done again later.
    """
    if store.read_one("SELECT 1 FROM meta WHERE name = 'unsettled'") is None:
        return True
    with store.explained():
        store.writer.execute("VACUUM")
    if not emptied(store):
        return False
    with store.transaction() as db:
        db.execute("DELETE FROM meta WHERE name = 'unsettled'")
    return True


def emptied(store: Database) -> bool:
    """Move the log of changes into the file and cut it; return whether no reader kept it from that."""
    with store.explained():
        try:
            store.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_TRUNCATE)
        except (apsw.BusyError, apsw.LockedError):
            return False
    wal = store.path.with_name(store.path.name + "-wal")
    return not wal.exists() or wal.stat().st_size == 0


def _changes(db: apsw.Connection, query: str, *given: Any) -> int:
    before = db.total_changes()
    db.execute(query, given)
    return db.total_changes() - before
