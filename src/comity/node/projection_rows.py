"""The rows that the node itself keeps of every record: what it is, what it anchors, why it is quarantined."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import bindparam, delete, select
from sqlalchemy.dialects.sqlite import insert

from comity.node.views import ANCHORED, QUARANTINE, RECORDS

if TYPE_CHECKING:
    from sqlalchemy import Connection, Insert, Select, Table

    from comity.node.reader import Examined
    from comity.record.errors import ComityError

ENTRY: Final = "entry"
OPENING: Final = "opening"
"""Sources of a quarantine row; the others are names of systems."""


@dataclass(frozen=True, slots=True)
class Before:
    """How a record was projected last: its row (nothing where it is new), and whether it is quarantined."""

    row: dict[str, Any]
    quarantined: bool

    @property
    def kind(self) -> str | None:
        """The kind under which systems may hold rows of it, empty for none; None where that is unsaid."""
        return None if self.quarantined else self.row.get("kind", "")


NEW: Final = Before({}, quarantined=False)


def _here(columns: Select[Any], table: Table) -> Select[Any]:
    between = table.c.index.between(bindparam("first"), bindparam("last"))
    return columns.where(table.c.origin == bindparam("its_origin"), between)


def _write() -> Insert:
    statement = insert(RECORDS)
    keys = ("origin", "index")
    values = {column.name: statement.excluded[column.name] for column in RECORDS.c if column.name not in keys}
    return statement.on_conflict_do_update(index_elements=keys, set_=values)


def _anchor() -> Insert:
    statement = insert(ANCHORED)
    size = statement.excluded.size
    return statement.on_conflict_do_update(
        index_elements=["writer", "origin"], set_={"size": size}, where=ANCHORED.c.size < size
    )


# Made once: a feed runs through these for every record.
_ROWS: Final = _here(select(RECORDS), RECORDS)
_QUARANTINED: Final = _here(select(QUARANTINE.c.index).distinct(), QUARANTINE)
_WRITE: Final = _write()
_ANCHOR: Final = _anchor()


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


def before(db: Connection, origin: str, start: int, stop: int) -> dict[int, Before]:
    """Return how the records [start, stop) of a log were projected last; the others are new."""
    place = {"its_origin": origin, "first": start, "last": stop - 1}
    bad = set(db.execute(_QUARANTINED, place).scalars())
    found = {index: Before({}, quarantined=True) for index in bad}
    for row in db.execute(_ROWS, place).mappings():
        found[row["index"]] = Before(dict(row), row["index"] in bad)
    return found


def record_row(examined: Examined) -> dict[str, Any]:
    """Return the row of a record."""
    record, entry = examined.record, examined.record.entry
    content = record.content
    return {
        "origin": record.origin,
        "index": record.index,
        "id": record.id_text,
        "outer": "" if entry is None else entry.outer,
        "office": "" if record.office is None else record.office.name,
        "kind": "" if content is None else f"{content.kind}@{content.version}",
        "known": int(content is not None and content.model is not None),
        "class_": "" if content is None else content.header.class_,
        "marking": "" if content is None else content.header.marking,
        "audience": "" if content is None else "".join(f",{p}," for p in content.header.releasable_to),
    }


def write_record(db: Connection, examined: Examined, row: dict[str, Any]) -> None:
    """Write the row of a record, and the heads that it names if it is an anchor."""
    db.execute(_WRITE, row)
    entry = examined.record.entry
    if entry is None or examined.fault is not None:
        return
    for head in entry.heads:
        db.execute(_ANCHOR, {"writer": row["origin"], "origin": head.origin, "size": head.size})
