"""Projection by kind: one table for each entry kind, one row for each record of which the content is held.

Most systems derive exactly this and do their thinking in queries, so the shape is written once. Every table
has `origin`, `id` (base64; together the key), `index`, `party`, `class_`, `marking`, `claimed` and
`fields`, the JSON of the content; a system names the fields that it wants as columns of their own.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sqlalchemy import JSON, Column, Integer, MetaData, String, Table, bindparam, delete, func, insert, select

from comity.node.system import CLEAR
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping, Sequence

    from sqlalchemy import Connection, Delete

    from comity.node.system import Event
    from comity.record.kinds import Kind


class UnreadableContentError(ComityError):
    """The content of a record does not follow the schema of its kind."""

    code = "unreadable-content"
    advice = "The record stays quarantined; ask the party that wrote it for a corrected one."


@dataclass(frozen=True)
class Report:
    """One record as one party wrote it; `(origin, index)` leads to its proof, `id` is base64."""

    origin: str
    index: int
    id: str
    party: str
    class_: str
    marking: str
    claimed: int
    fields: dict[str, Any]

    @property
    def exercise(self) -> bool:
        """Whether the record is fictional."""
        return self.class_ == "exercise"


def newest_of(items: Iterable[Report], party: str) -> Report | None:
    """Return a party's newest record: by index in a log, by claimed time between its several logs."""
    last: dict[str, Report] = {}
    for item in items:
        if item.party == party and (item.origin not in last or item.index > last[item.origin].index):
            last[item.origin] = item
    return max(last.values(), key=lambda item: (item.claimed, item.origin), default=None)


class RowProjector:
    """A projector that keeps one row for each record, in the table of its kind.

    Args:
        columns: for each kind the names of the text fields that get a column (and an index) of their own.
    """

    follows_status = False

    def __init__(self, columns: Mapping[type[Kind], Sequence[str]]) -> None:
        self._metadata = MetaData()
        self._tables = {kind: _table(self._metadata, kind, names) for kind, names in columns.items()}
        self._by_name = {(kind.kind, kind.version): kind for kind in columns}
        self._columns = {kind: tuple(names) for kind, names in columns.items()}
        # Made once: a feed runs through these for every record.
        self._purges = {kind: _purge_of(table) for kind, table in self._tables.items()}
        self._inserts = {kind: insert(table) for kind, table in self._tables.items()}

    @property
    def metadata(self) -> MetaData:
        """The tables, created and dropped by the node."""
        return self._metadata

    def table(self, kind: type[Kind]) -> Table:
        """Return the table of `kind`."""
        return self._tables[kind]

    def apply(self, db: Connection, event: Event) -> None:
        """Replace the row of one record; `erased`, and content no longer held, purge it."""
        record, content = event.record, event.record.content
        place = {"its_origin": record.origin, "its_id": record.id_text, "its_index": record.index}
        if event.cause == "erased" or content is None:
            for purge in self._purges_of(event):
                db.execute(purge, place)
            return
        kind = self._by_name.get((content.kind, content.version))
        if kind is None:
            return
        if content.model is None:
            raise UnreadableContentError(f"{content.kind}@{content.version} {record.origin} {record.index}")
        db.execute(self._purges[kind], place)
        row = {
            "origin": record.origin,
            "id": record.id_text,
            "index": record.index,
            "party": record.origin.partition("/")[0],
            "class_": content.header.class_,
            "marking": content.header.marking,
            "claimed": content.header.claimed,
            "fields": content.fields,
            **{name: content.fields.get(name) for name in self._columns[kind]},
        }
        db.execute(self._inserts[kind], row)

    def _purges_of(self, event: Event) -> Collection[Delete]:
        """Return what purges a record: of every table, unless it is known where its row is."""
        if event.was is None or event.cause == "erased":
            return self._purges.values()
        name, _, version = event.was.partition("@")
        kind = self._by_name.get((name, int(version or 0)))
        return [] if kind is None else [self._purges[kind]]

    def reports(self, db: Connection, kind: type[Kind]) -> list[Report]:
        """Return every record of `kind`, in the order of origin and index."""
        table = self._tables[kind]
        names = ("origin", "index", "id", "party", "class_", "marking", "claimed", "fields")
        rows = db.execute(select(table).order_by(table.c.origin, table.c.index)).mappings()
        return [Report(**{name: row[name] for name in names}) for row in rows]

    def counts(self, db: Connection) -> dict[str, int]:
        """Return how many records of each kind are held, by the name of the kind."""
        return {
            kind.kind: db.execute(select(func.count()).select_from(table)).scalar_one()
            for kind, table in self._tables.items()
        }

    def digest(self, db: Connection) -> str:
        """Return a digest of all rows that are marked for everybody: equal on nodes that show the same."""
        state = hashlib.sha256()
        for kind in self._tables:
            for report in self.reports(db, kind):
                if report.marking == CLEAR:
                    line = [kind.kind, report.origin, report.index, report.id, report.class_, report.fields]
                    state.update(json.dumps(line, sort_keys=True, ensure_ascii=False).encode() + b"\n")
        return state.hexdigest()


def _purge_of(table: Table) -> Delete:
    # The index is in the condition: a later entry that repeats an id cannot take the first one's row.
    return delete(table).where(
        table.c.origin == bindparam("its_origin"),
        table.c.id == bindparam("its_id"),
        table.c.index == bindparam("its_index"),
    )


def _table(metadata: MetaData, kind: type[Kind], names: Sequence[str]) -> Table:
    return Table(
        kind.kind.replace(".", "_"),
        metadata,
        Column("origin", String, primary_key=True),
        Column("id", String, primary_key=True),
        Column("index", Integer, nullable=False),
        Column("party", String, nullable=False),
        Column("class_", String, nullable=False),
        Column("marking", String, nullable=False),
        Column("claimed", Integer, nullable=False),
        Column("fields", JSON, nullable=False),
        *(Column(name, String, index=True) for name in names),
    )
