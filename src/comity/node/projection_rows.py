"""The rows that the node itself keeps of every record: what it is, what it anchors, why it is quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import delete
from sqlalchemy.dialects.sqlite import insert

from comity.node.views import ANCHORED, QUARANTINE, RECORDS

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.reader import Examined
    from comity.record.errors import ComityError

ENTRY: Final = "entry"
OPENING: Final = "opening"
"""Sources of a quarantine row; the others are names of systems."""


def quarantine(db: Connection, examined: Examined, source: str, fault: ComityError) -> None:
    """Write the row behind the badge."""
    record = examined.record
    values = {"id": record.id_text, "code": fault.code, "detail": str(fault)[:500]}
    statement = insert(QUARANTINE).values(origin=record.origin, index=record.index, source=source, **values)
    db.execute(statement.on_conflict_do_update(index_elements=["origin", "index", "source"], set_=values))


def clear(db: Connection, origin: str, index: int, *, opening: bool) -> None:
    """Forget why a record was quarantined before; a refused opening stays until a good one came.

    With `opening` that is forgotten too: the reason may quote what was erased, and none comes again.
    """
    here = (QUARANTINE.c.origin == origin) & (QUARANTINE.c.index == index)
    db.execute(delete(QUARANTINE).where(here if opening else here & (QUARANTINE.c.source != OPENING)))


def write_record(db: Connection, examined: Examined) -> None:
    """Write the row of a record, and the heads that it names if it is an anchor."""
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
        "audience": "" if content is None else "".join(f",{p}," for p in content.header.releasable_to),
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
