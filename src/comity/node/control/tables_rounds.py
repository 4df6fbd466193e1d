"""The table of rounds: which heads each log has named, and where; see `comity.record.rounds_book`.

Steps of rounds stand in the tables of every step (`tables_release`). Anchors are not steps, and a round asks
of them where a log first named a head over an entry.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import Column, Index, Integer, MetaData, PrimaryKeyConstraint, Table, Text, delete, insert

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.system import Event

METADATA: Final = MetaData()

ANCHORS: Final = Table(
    "round_anchor",
    METADATA,
    Column("origin", Text, nullable=False, comment="the log that the anchor stands in"),
    Column("index", Integer, nullable=False),
    Column("id", Text, nullable=False),
    Column("head_origin", Text, nullable=False, comment="the log whose head it names"),
    Column("head_size", Integer, nullable=False),
    PrimaryKeyConstraint("origin", "index", "head_origin"),
    Index("round_anchor_head", "origin", "head_origin", "head_size"),
)


class RoundProjector:
    """Keeps one row for each head that an anchor names."""

    metadata = METADATA
    follows_status = False

    def apply(self, db: Connection, event: Event) -> None:
        """Replace the rows of one anchor."""
        record = event.record
        if record.entry is None or not record.entry.heads:
            return
        here = (ANCHORS.c.origin == record.origin) & (ANCHORS.c.index == record.index)
        db.execute(delete(ANCHORS).where(here))
        common = {"origin": record.origin, "index": record.index, "id": record.id_text}
        rows = [{**common, "head_origin": head.origin, "head_size": head.size} for head in record.entry.heads]
        db.execute(insert(ANCHORS), rows)
