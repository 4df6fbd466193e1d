"""Batches: observations sealed by the root of their leaves, on the record; checked, and given out again.

The stretch is fixed in the store first, then the entry is appended under an id that was drawn before: a
crash in between leaves a batch whose entry the next sealing appends, once.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.entries.batches import Batch
from comity.border.sensors.errors import BatchError
from comity.border.sensors.hashing import HASHER
from comity.border.sensors.leaves import leaves
from comity.border.sensors.reading import result_value
from comity.border.sensors.times import now, write_instant, write_time
from comity.node.errors import RecordNotFoundError
from comity.node.system import Draft
from comity.record.canonical import b64
from comity.record.merkle import root_of_hashes

if TYPE_CHECKING:
    from collections.abc import Iterator

    import apsw

    from comity.border.sensors.store import SensorStore
    from comity.node.node import Node
    from comity.node.sync import Progress
    from comity.record.header import Header

METHOD: Final = "observation-leaf@1"
MOST: Final = 1_000_000
"""Observations of one batch: their leaves take 32 MB while it is sealed."""
MANY: Final = 20_000
"""Observations from which a process is started to hash their leaves beside."""
SOME: Final = 500
"""Observations whose leaves it hashes when it runs already."""
MILLI: Final = 1_000


@dataclass(frozen=True, slots=True)
class Stretch:
    """A batch as the store keeps it.

    Attributes:
        number: From 1.
        first: Id of its first observation.
        last: Id of its last.
        count: How many there were.
        root: Root of their leaves.
        salt: The seeds that the salts of the leaves are made from, as far as they were not destroyed.
        entry: Id of the entry.
        refused: How many were set aside until then, in all.
        sealed: When the entry was appended, 0 before.
    """

    number: int
    first: int
    last: int
    count: int
    root: bytes
    salt: bytes
    entry: bytes
    refused: int
    sealed: int


def seal(node: Node, store: SensorStore, header: Header, progress: Progress | None = None) -> list[Stretch]:
    """Seal every observation that no batch holds yet; return the batches.

    Raises:
        NodeReadOnlyError: the log must not grow now.
    """
    total = store.count() or 1
    newest = store.read_one("SELECT coalesce(max(id), 0) FROM observation")[0]
    with store.sealing:
        done, found = 0, stretches(store, "WHERE sealed = 0")
        for one in found:
            _append(node, store, one, header)
        # What comes meanwhile is for the next time: where it never ends, each batch is on record soon.
        while (not found or found[-1].last < newest) and (fixed := _fix(store)) is not None:
            _append(node, store, fixed, header)
            found.append(fixed)
            done += fixed.count
            if progress is not None:
                progress("seal", done, max(total, done))
    return found


def stretches(store: SensorStore, where: str = "") -> list[Stretch]:
    """Return every batch in order, or those of a condition."""
    columns = ", ".join(Stretch.__slots__)
    query = f"SELECT {columns} FROM batch {where} ORDER BY number"  # noqa: S608 - constants
    return [Stretch(*row) for row in store.read_all(query)]


@dataclass(frozen=True, slots=True)
class _Hashed:
    """Root of a stretch as it was at a moment: `mark` is what was sealed and changed by then."""

    mark: tuple[int, int]
    first: int
    last: int
    salt: bytes
    count: int
    root: bytes


def _ahead(store: SensorStore) -> _Hashed | None:
    """Return the root of what is to be sealed, made while others write; None where there is nothing."""
    with store.reader() as db:  # one state of the store
        mark, stretch = _mark(db), _unsealed(db)
        if stretch is None:
            return None
        first, last = stretch
        salt = secrets.token_bytes(32)
        if last - first < (SOME if HASHER.ready else MANY):
            return _Hashed(mark, first, last, salt, *_root(db, first, last, salt))
    found = HASHER.root(store.path, first, last, salt)
    return _Hashed(mark, first, last, salt, *(found or _root(store.reader(), first, last, salt)))


def _root(db: apsw.Connection, first: int, last: int, salt: bytes) -> tuple[int, bytes]:
    hashes = leaves(db, first, last, salt)
    return len(hashes), root_of_hashes(hashes)


def _mark(db: apsw.Connection) -> tuple[int, int]:
    names = "SELECT value FROM meta WHERE name IN ('sealed', 'unsealed_changes') ORDER BY name"
    found: list[Any] = db.execute(names).fetchall()
    return int(found[0][0]), int(found[1][0])


def _unsealed(db: apsw.Connection) -> tuple[int, int] | None:
    """Return the first and last id of what the next batch holds, None for nothing."""
    found = _one(
        db,
        "SELECT min(id), max(id) FROM (SELECT id FROM observation "
        "WHERE id > (SELECT value FROM meta WHERE name = 'sealed') ORDER BY id LIMIT ?)",
        (MOST,),
    )
    return None if found[0] is None else (int(found[0]), int(found[1]))


def _fix(store: SensorStore) -> Stretch | None:
    ahead = _ahead(store)
    if ahead is None:
        return None
    with store.transaction() as db:
        first, last, salt, count, root = ahead.first, ahead.last, ahead.salt, ahead.count, ahead.root
        if ahead.mark != _mark(db):  # something of it was changed meanwhile
            stretch = _unsealed(db)
            if stretch is None:
                return None
            (first, last), salt = stretch, secrets.token_bytes(32)
            count, root = _root(db, first, last, salt)
        number = _one(db, "SELECT coalesce(max(number), 0) + 1 FROM batch")[0]
        refused = _one(db, "SELECT coalesce(sum(count), 0) FROM refused")[0]
        made = Stretch(number, first, last, count, root, salt, secrets.token_bytes(16), refused, 0)
        values = (*(getattr(made, name) for name in Stretch.__slots__),)
        db.execute("INSERT INTO batch VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)", values)
        db.execute("UPDATE meta SET value = ? WHERE name = 'sealed'", (last,))
    return made


def _append(node: Node, store: SensorStore, one: Stretch, header: Header) -> None:
    try:
        node.find(node.origin, one.entry)
    except RecordNotFoundError:
        node.append([Draft(_entry(store, one), header, id=one.entry)])
    with store.transaction() as db:
        db.execute("UPDATE batch SET sealed = ? WHERE number = ?", (now(), one.number))


def _entry(store: SensorStore, one: Stretch) -> Batch:
    span = store.read_one(
        "SELECT min(phenomenon), max(coalesce(phenomenon_end, phenomenon)), min(arrival), max(arrival) "
        "FROM observation WHERE id BETWEEN ? AND ?",
        (one.first, one.last),
    )
    if span[0] is None:
        raise BatchError(f"every observation of batch {one.number} was deleted before it was sealed")
    names = store.read_all(
        "SELECT DISTINCT s.name FROM sensor s JOIN datastream d ON d.sensor = s.id WHERE d.id IN "
        "(SELECT DISTINCT datastream FROM observation WHERE id BETWEEN ? AND ?) ORDER BY s.name",
        (one.first, one.last),
    )
    before = store.read_one("SELECT root, refused FROM batch WHERE number = ?", (one.number - 1,))
    return Batch(
        number=one.number,
        root=b64(one.root),
        method=METHOD,
        count=one.count,
        first=span[0] // MILLI,
        last=span[1] // MILLI,
        arrived_first=span[2] // MILLI,
        arrived_last=span[3] // MILLI,
        sensors=[str(name)[:200] or "?" for (name,) in names],
        set_aside=one.refused - (0 if before is None else before[1]),
        previous=None if before is None else b64(before[0]),
    )


def check(node: Node, store: SensorStore, one: Stretch) -> str:
    """Return what is wrong with a batch, nothing where it is whole."""
    try:
        hashes = leaves(store.reader(), one.first, one.last, one.salt)
    except BatchError:
        return "an observation is there whose salt was destroyed"
    if len(hashes) != one.count or root_of_hashes(hashes) != one.root:
        return "what is kept does not make its root"
    try:
        record = node.find(node.origin, one.entry)
    except RecordNotFoundError:
        return "its entry is not on the record"
    entry = None if record.content is None else record.content.model
    if not isinstance(entry, Batch):
        return "the content of its entry is not held"
    return "" if entry.root == b64(one.root) and entry.count == one.count else "its entry has another root"


def replay(node: Node, store: SensorStore, number: int) -> Iterator[dict[str, Any]]:
    """Return the observations of a batch in the order of their arrival, once they made its root.

    Raises:
        BatchError: there is no such batch, or it is not whole.
    """
    one = next((found for found in stretches(store) if found.number == number), None)
    if one is None:
        raise BatchError(f"no batch {number}")
    wrong = check(node, store, one)
    if wrong:
        raise BatchError(f"batch {number}: {wrong}")
    query = (
        "SELECT o.id, s.name, d.name, phenomenon, phenomenon_end, o.result_time, arrival, kind, result "
        "FROM observation o JOIN datastream d ON d.id = o.datastream JOIN sensor s ON s.id = d.sensor "
        "WHERE o.id BETWEEN ? AND ? ORDER BY o.id"
    )
    return (_shown(row) for row in store.read_all(query, (one.first, one.last)))


def _shown(row: tuple[Any, ...]) -> dict[str, Any]:
    number, sensor, datastream, start, end, result_time, arrival, kind, result = row
    return {
        "id": number,
        "sensor": sensor,
        "datastream": datastream,
        "phenomenonTime": write_time(start, end),
        "resultTime": write_time(result_time, None),
        "arrivalTime": write_instant(arrival),
        "result": result_value(kind, result),
    }


def _one(db: apsw.Connection, query: str, given: tuple[int, ...] = ()) -> Any:
    return db.execute(query, given).fetchone()
