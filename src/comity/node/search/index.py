"""The full-text index of a node: every text in the records it may read, line by line.

It is a projection like any other: it lies in the views, is built anew with them, and what is erased is purged
from it. The lines are rows of a table; an FTS5 index without content of its own holds their tokens.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import (
    Column,
    Index,
    Integer,
    MetaData,
    String,
    Table,
    Text,
    bindparam,
    delete,
    event,
    insert,
    select,
)

from comity.node.search.tokens import columns

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sqlalchemy import ColumnElement, Connection, Row

    from comity.node.system import Event

METADATA: Final = MetaData()

LINES: Final = Table(
    "search_line",
    METADATA,
    Column("line", Integer, primary_key=True),
    Column("origin", String, nullable=False),
    Column("id", String, nullable=False),
    Column("index", Integer, nullable=False),
    Column("kind", String, nullable=False),
    Column("class_", String, nullable=False),
    Column("lang", String, nullable=False, comment="empty where the field does not say"),
    Column("place", String, nullable=False, comment="the field, or start:end in the document's text"),
    Column("text", Text, nullable=False),
    Index("search_line_record", "origin", "index"),
    sqlite_autoincrement=True,
)

DUE: Final = Table(
    "search_due",
    METADATA,
    Column("origin", String, primary_key=True),
    Column("index", Integer, primary_key=True),
    Column("kind", String, nullable=False),
)
"""Records whose further texts (a document's sentences) are still to be read."""


def _here(table: Table) -> ColumnElement[bool]:
    return (table.c.origin == bindparam("its_origin")) & (table.c.index == bindparam("its_index"))


# Made once: a feed runs through these for every record.
_HELD: Final = select(LINES.c.line, LINES.c.text).where(_here(LINES))
_PURGE: Final = delete(LINES).where(_here(LINES))
_DONE: Final = delete(DUE).where(_here(DUE))
_CREATE: Final = (
    "CREATE VIRTUAL TABLE IF NOT EXISTS search_token USING fts5(folded, exact, content='', "
    "tokenize=\"unicode61 remove_diacritics 0 categories 'L* N* M* Co'\")"
)
_INSERT: Final = "INSERT INTO search_token(rowid, folded, exact) VALUES (?, ?, ?)"
_DELETE: Final = "INSERT INTO search_token(search_token, rowid, folded, exact) VALUES ('delete', ?, ?, ?)"
_MERGE: Final = "INSERT INTO search_token(search_token) VALUES ('optimize')"
_OPAQUE: Final = re.compile(r"[0-9A-Za-z+/=_-]{40,}")
"""Digests and the like: nobody looks for a part of one."""
_LANGUAGES: Final = frozenset({"vi", "lo", "en", "fr"})


@event.listens_for(METADATA, "after_create")
def _create(_target: Any, db: Connection, **_: Any) -> None:
    db.exec_driver_sql(_CREATE)


@event.listens_for(METADATA, "before_drop")
def _drop(_target: Any, db: Connection, **_: Any) -> None:
    db.exec_driver_sql("DROP TABLE IF EXISTS search_token")


class SearchProjector:
    """Feed to lines: the texts among the fields of every record whose content is held.

    Args:
        further: kinds of which a system has more text than the fields hold.
    """

    follows_status = False

    def __init__(self, further: Iterable[str] = ()) -> None:
        self._further = frozenset(further)

    @property
    def metadata(self) -> MetaData:
        """The tables, created and dropped by the node."""
        return METADATA

    def apply(self, db: Connection, event: Event) -> None:
        """Replace the lines of one record; `erased`, and content no longer held, purge them."""
        record, content = event.record, event.record.content
        unheld = event.was == "" and event.cause != "erased"
        had = not unheld and purge(db, record.origin, record.index)
        if event.cause == "erased" or content is None:
            if had:
                # Merging writes the index anew without the terms; the freed pages are overwritten.
                db.exec_driver_sql(_MERGE)
            return
        if record.entry is None or record.entry.outer != "record" or content.model is None:
            return
        if content.model.personal:
            return
        add(
            db,
            {
                "origin": record.origin,
                "id": record.id_text,
                "index": record.index,
                "kind": content.kind,
                "class_": content.header.class_,
            },
            texts(content.fields),
        )
        if content.kind in self._further:
            db.execute(insert(DUE), {"origin": record.origin, "index": record.index, "kind": content.kind})


def texts(value: Any, place: str = "") -> Iterator[tuple[str, str, str]]:
    """Yield language, place and text of every text among a record's fields."""
    if isinstance(value, str):
        if value.strip() and not _OPAQUE.fullmatch(value):
            last = place.rpartition(".")[2]
            yield (last if last in _LANGUAGES else ""), place, value
    elif isinstance(value, dict):
        for name, item in value.items():
            yield from texts(item, f"{place}.{name}" if place else name)
    elif isinstance(value, list):
        for item in value:
            yield from texts(item, place)


def add(db: Connection, record: dict[str, Any], lines: Iterable[tuple[str, str, str]]) -> int:
    """Index lines of one record; return how many."""
    rows = [{**record, "lang": lang, "place": place, "text": text} for lang, place, text in lines]
    if not rows:
        return 0
    first = (
        db.exec_driver_sql("SELECT seq FROM sqlite_sequence WHERE name = 'search_line'").scalar() or 0
    ) + 1
    for number, row in enumerate(rows, first):
        row["line"] = number
    db.execute(insert(LINES), rows)
    db.exec_driver_sql(_INSERT, [(row["line"], *columns(row["text"])) for row in rows])
    return len(rows)


def purge(db: Connection, origin: str, index: int) -> bool:
    """Remove every line of one record; return whether there were any."""
    place = {"its_origin": origin, "its_index": index}
    held: list[Row[tuple[int, str]]] = list(db.execute(_HELD, place))
    if held:
        # An index without content is told what it held: the same tokens, made of the same text.
        db.exec_driver_sql(_DELETE, [(row.line, *columns(row.text)) for row in held])
        db.execute(_PURGE, place)
    db.execute(_DONE, place)
    return bool(held)
