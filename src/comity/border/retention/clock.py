"""The clock: what is over its time is sealed if it was not, deleted, and said on the record.

    run(node, header)

A day ends at midnight UTC: what would be older than its class allows before the next midnight goes now, so
that files are written anew once a day at most. Classes one after the other, batches in order. A mark says up
to which batch nothing of a class is left, so that what was looked at is not looked at again; a batch of which
something is kept holds the mark back.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import orjson

from comity.border.entries.deletions import Deletion
from comity.border.retention import erasing, tracks
from comity.border.retention.holding import holds_of
from comity.border.retention.policy import CLASSES, FOLLOWED, METHOD, Policy, policy_of
from comity.border.sensors import answers as sensors
from comity.border.sensors.deleting import extend
from comity.border.sensors.times import now as moment
from comity.node.errors import RecordNotFoundError
from comity.node.system import Draft
from comity.record.header import Header

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.border.retention.erasing import Part, Sealed
    from comity.border.sensors.store import SensorStore
    from comity.node.node import Node

DAY: Final = 86_400_000_000
MILLI: Final = 1_000
MOST_PARTS: Final = 200
"""Parts of batches in one entry."""


@dataclass(slots=True)
class Report:
    """What a run did.

    Attributes:
        deleted: Observations, by class.
        spared: Observations over their time that an event or a hold keeps, by class.
        set_aside: Rows that had been set aside.
        frames: Seconds of tracks.
        entries: Entries that were appended.
        settled: Whether what was deleted is gone from the files too; else the next run sees to it.
    """

    deleted: dict[str, int] = field(default_factory=dict)
    spared: dict[str, int] = field(default_factory=dict)
    set_aside: int = 0
    frames: int = 0
    entries: int = 0
    settled: bool = True


def run(node: Node, header: dict[str, Any], at: int | None = None) -> Report:
    """Delete what is over its time; return what was done.

    Args:
        node: The node, open.
        header: What the entries say of themselves: author, marking, class.
        at: The moment, µs UTC; now without.

    Raises:
        RetentionPolicyError: the node's rule keeps longer than it may.
        NodeReadOnlyError: the log must not grow now.
    """
    policy, time, store, report = (
        policy_of(node.config.retention),
        at or moment(),
        sensors.store_of(node),
        Report(),
    )
    _append(node, store, header)  # what a crash left
    _seal_due(node, store, policy, time, header)
    erasing.secure(store)
    clock = _Clock(node, store, policy, time, report)
    for data_class in CLASSES:
        clock.delete(data_class)
    clock.delete_rest()
    report.entries = _append(node, store, header)
    report.settled = erasing.settle(store)
    return report


def over(time: int, days: int) -> int:
    """Return the moment, µs UTC, before which everything is older than so many days at the next midnight."""
    return time // DAY * DAY - (days - 1) * DAY


class _Clock:
    """One run."""

    def __init__(self, node: Node, store: SensorStore, policy: Policy, time: int, report: Report) -> None:
        self._node = node
        self._store = store
        self._policy = policy
        self._time = time
        self._report = report
        self._holds = holds_of(node, time // MILLI)
        self._streams: set[int] = set()

    def delete(self, data_class: str) -> None:
        """Delete what is over its time of a class, batch by batch."""
        before = over(self._time, self._policy.days[data_class])
        open_before = before
        if data_class in FOLLOWED:
            open_before = over(self._time, self._policy.open_days)
        pending: list[tuple[Sealed, Sequence[Any]]] = []
        spared, clean = 0, True
        with self._store.reader() as db:
            mark = mark_of(db, data_class)
            batches = erasing.sealed_batches(db, mark)
        for batch in batches:
            with self._store.reader() as db:
                newest, oldest = _arrivals(db, batch)
                if oldest is not None and oldest >= before:
                    break
                rows, kept = erasing.due(db, batch, data_class, before, open_before, self._holds)
            spared += kept
            pending += [(batch, part) for part in erasing.split(rows)] if rows else []
            if sum(len(part) for _, part in pending) > erasing.MOST_ROWS or len(pending) >= MOST_PARTS:
                self._commit(data_class, pending, 0)
                pending = []
            clean = clean and not kept and (newest is None or newest < before)
            mark = batch.number if clean else mark
        if pending:
            self._commit(data_class, pending, spared)
        if spared:
            self._report.spared[data_class] = spared
        with self._store.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (f"retained {data_class}", mark))

    def _commit(self, data_class: str, pending: Sequence[tuple[Sealed, Sequence[Any]]], spared: int) -> None:
        """Delete parts of batches in one transaction, and note the entries that say so."""
        with self._store.transaction() as db:
            parts = [erasing.erase(db, batch, rows) for batch, rows in pending]
            for group in _groups(parts):
                self._note(db, data_class, group, spared)
        for part in parts:
            self._streams |= part.streams
        count = sum(part.count for part in parts)
        self._report.deleted[data_class] = self._report.deleted.get(data_class, 0) + count

    def _note(self, db: Any, data_class: str, parts: Sequence[Part], spared: int) -> None:
        days = self._policy.days[data_class]
        body = {
            "data_class": data_class,
            "days": days,
            "open_days": self._policy.open_days if data_class in FOLLOWED else None,
            "rule": METHOD,
            "arrived_before": over(self._time, days) // MILLI,
            "at": self._time // MILLI,
            "batches": [erasing.part_json(self._node.origin, part) for part in parts],
            "count": sum(part.count for part in parts),
            "spared": spared,
        }
        erasing.note(db, body)

    def delete_rest(self) -> None:
        """Delete what hangs on observations: rows set aside, names, old places, tracks."""
        days = min(self._policy.days[name] for name in FOLLOWED)
        before = over(self._time, days)
        with self._store.transaction() as db:
            extend(db, sorted(self._streams))
        with self._store.reader() as db:
            oldest = erasing.oldest_place(db, before, exact=bool(self._report.spared))
        # Frames of what is left stay: a frame is as old as what it shows, an observation as its arrival.
        frames = tracks.forget(self._node, (self._time if oldest is None else oldest) // MILLI)
        with self._store.transaction() as db:
            aside = erasing.forget_set_aside(db, before)
            erasing.forget_names(db)
            places = erasing.forget_places(db, before)
            if aside or frames or places:
                body = {
                    "data_class": "set-aside",
                    "days": days,
                    "rule": METHOD,
                    "arrived_before": before // MILLI,
                    "at": self._time // MILLI,
                    "count": 0,
                    "set_aside": aside + places,
                    "frames": frames,
                }
                erasing.note(db, body)
        self._report.set_aside, self._report.frames = aside + places, frames


def _groups(parts: Sequence[Part]) -> list[list[Part]]:
    """Return parts in groups that fit into an entry each."""
    found: list[list[Part]] = []
    size = 0
    for part in parts:
        size += len(part.stretches)
        if not found or size > 2 * erasing.MOST_STRETCHES or len(found[-1]) >= MOST_PARTS:
            found.append([])
            size = len(part.stretches)
        found[-1].append(part)
    return found


def _seal_due(node: Node, store: SensorStore, policy: Policy, time: int, header: dict[str, Any]) -> None:
    """Seal first what would be deleted unsealed: nothing goes without a proof that it was there."""
    row = store.read_one(
        "SELECT arrival FROM observation WHERE id > (SELECT value FROM meta WHERE name = 'sealed') "
        "ORDER BY id LIMIT 1"
    )
    if row is not None and row[0] < over(time, min(policy.days.values())):
        sensors.seal(node, header)


def _append(node: Node, store: SensorStore, header: dict[str, Any]) -> int:
    """Append the entries that were noted and are not on record yet; return how many."""
    given = {"basis": "retention", "retention": "working", **header, "claimed": moment() // MILLI}
    rows = store.read_all("SELECT number, entry, body FROM deletion WHERE appended = 0 ORDER BY number")
    for number, entry, body in rows:
        try:
            node.find(node.origin, entry)
        except RecordNotFoundError:
            model = Deletion.model_validate(orjson.loads(body))
            node.append([Draft(model, Header.model_validate(given), id=entry)])
        with store.transaction() as db:
            db.execute("UPDATE deletion SET appended = ? WHERE number = ?", (moment(), number))
    return len(rows)


def mark_of(db: Any, data_class: str) -> int:
    """Return the number of the batch up to which nothing of a class is left."""
    row = db.execute("SELECT value FROM meta WHERE name = ?", (f"retained {data_class}",)).fetchone()
    return 0 if row is None else int(row[0])


def _arrivals(db: Any, batch: Sealed) -> tuple[int | None, int | None]:
    """Return when the newest and the oldest of a batch that is left came in."""
    query = "SELECT arrival FROM observation WHERE id BETWEEN ? AND ? ORDER BY id {} LIMIT 1"
    found = [db.execute(query.format(way), (batch.first, batch.last)).fetchone() for way in ("DESC", "ASC")]
    newest, oldest = (None if row is None else int(row[0]) for row in found)
    return newest, oldest
