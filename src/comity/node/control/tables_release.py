"""Tables of the protocol: every step and what it points at, grants, receipts, disputes.

`control_item` and `control_ref` are of every kind of protocol entry, so that whatever speaks of a place is
found without reading a log; the other tables are of releases.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import Column, Integer, MetaData, PrimaryKeyConstraint, Table, Text, bindparam, delete, insert

from comity.record.protocol import check_refs, places_named
from comity.record.protocol_kinds import KINDS, Grant, Received, Settled
from comity.record.release import settles

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import Connection

    from comity.node.system import Event, Record
    from comity.record.kinds import Kind

METADATA: Final = MetaData()


def _table(name: str, *columns: Column[Any]) -> Table:
    """Make a table with one row an entry, or several numbered by `position`."""
    numbered = any(column.name == "position" for column in columns)
    keys = ("origin", "index", "position") if numbered else ("origin", "index")
    return Table(
        name,
        METADATA,
        Column("origin", Text, nullable=False),
        Column("index", Integer, nullable=False),
        *columns,
        Column("id", Text, nullable=False),
        Column("class_", Text, nullable=False),
        Column("marking", Text, nullable=False),
        PrimaryKeyConstraint(*keys),
    )


ITEMS = _table(
    "control_item",
    Column("kind", Text, nullable=False, index=True),
    Column("claimed", Integer, nullable=False),
)
REFS = _table(
    "control_ref",
    Column("position", Integer, nullable=False),
    Column("kind", Text, nullable=False),
    Column("to_origin", Text, nullable=False),
    Column("to_index", Integer, nullable=False, index=True),
)
GRANTS = _table(
    "control_grant",
    Column("request_origin", Text, nullable=False),
    Column("request_index", Integer, nullable=False),
    Column("recipient", Text, nullable=False, comment="the node granted to"),
    Column("sealed", Text, nullable=False, index=True, comment="base64 of the blob's SHA-256"),
)
RECEIVED = _table(
    "control_received",
    Column("grant_origin", Text, nullable=False),
    Column("grant_index", Integer, nullable=False, index=True),
    Column("sealed", Text, nullable=False),
    Column("opened", Integer, nullable=False),
    Column("disputes", Integer, nullable=False),
)
DISPUTES = _table(
    "control_dispute",
    Column("position", Integer, nullable=False),
    Column("grant_origin", Text, nullable=False),
    Column("grant_index", Integer, nullable=False),
    Column("record_origin", Text, nullable=False),
    Column("record_index", Integer, nullable=False),
    Column("code", Text, nullable=False),
    Column("received", Text, nullable=False, comment="base64 of the SHA-256 of what was received"),
)
SETTLED = _table(
    "control_settled",
    Column("received_index", Integer, nullable=False, comment="the receipt, in the same log"),
    Column("outcome", Text, nullable=False),
)
TABLES: Final = (ITEMS, REFS, GRANTS, RECEIVED, DISPUTES, SETTLED)
_NAMES: Final = frozenset(kind.kind for kind in KINDS)
# Made once: a feed runs through these for every step.
_PURGES: Final = [
    delete(table).where(table.c.origin == bindparam("its_origin"), table.c.index == bindparam("its_index"))
    for table in TABLES
]
_INSERTS: Final = {table: insert(table) for table in TABLES}


class ControlProjector:
    """Keeps the tables of this module; a step that contradicts its own leaf is quarantined."""

    metadata = METADATA
    follows_status = False

    def apply(self, db: Connection, event: Event) -> None:
        """Replace the rows of one protocol entry."""
        record = event.record
        if event.was is None or event.cause == "erased" or event.was.partition("@")[0] in _NAMES:
            for purge in _PURGES:
                db.execute(purge, {"its_origin": record.origin, "its_index": record.index})
        model = None if record.content is None else record.content.model
        if event.cause == "erased" or model is None or type(model) not in KINDS:
            return
        assert record.entry is not None
        check_refs(record.entry, model)
        for table, row in _rows(record, model):
            db.execute(_INSERTS[table], {**_common(record), **row})


def _common(record: Record) -> dict[str, Any]:
    assert record.content is not None
    header = record.content.header
    return {
        "origin": record.origin,
        "index": record.index,
        "id": record.id_text,
        "class_": header.class_,
        "marking": header.marking,
    }


def _rows(record: Record, model: Kind) -> Iterator[tuple[Table, dict[str, Any]]]:
    assert record.content is not None
    yield ITEMS, {"kind": model.kind, "claimed": record.content.header.claimed}
    for position, place in enumerate(places_named(model)):
        row = {"position": position, "kind": model.kind, "to_origin": place.origin, "to_index": place.index}
        yield REFS, row
    if isinstance(model, Grant):
        yield (
            GRANTS,
            {
                "request_origin": model.request.origin,
                "request_index": model.request.index,
                "recipient": model.recipient.origin,
                "sealed": model.sealed_digest,
            },
        )
    if isinstance(model, Received):
        yield from _received(model)
    if isinstance(model, Settled) and settles(record, model):
        yield SETTLED, {"received_index": model.received.index, "outcome": model.outcome}


def _received(model: Received) -> Iterator[tuple[Table, dict[str, Any]]]:
    grant = {"grant_origin": model.grant.origin, "grant_index": model.grant.index}
    yield (
        RECEIVED,
        {
            **grant,
            "sealed": model.sealed_digest,
            "opened": model.opened,
            "disputes": len(model.disputes),
        },
    )
    for position, dispute in enumerate(model.disputes):
        row = {
            **grant,
            "position": position,
            "record_origin": dispute.record.origin,
            "record_index": dispute.record.index,
            "code": dispute.code,
            "received": dispute.received,
        }
        yield DISPUTES, row
