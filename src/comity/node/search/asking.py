"""Asks the full-text index: lines that hold every word of a query, the ones written as typed first.

Up to `RANKED` lines are ordered by BM25 (Robertson and Zaragoza, 2009, "The Probabilistic Relevance
Framework: BM25 and Beyond"), as SQLite's FTS5 computes it. Of words that stand in more lines than that, the
newest lines are shown and the answer says so: ordering them all would keep the reader waiting for an order
that means little.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import select

from comity.node.search import query as queries
from comity.node.search.index import LINES
from comity.node.search.tokens import clean, normal

if TYPE_CHECKING:
    from sqlalchemy import Connection, RowMapping

    from comity.node.search.query import Phrase

RANKED: Final = 2000
"""So many lines, at most, are ordered by how well they fit."""
_COUNT: Final = "SELECT count(*) FROM (SELECT 1 FROM search_token WHERE search_token MATCH ? LIMIT ?)"
_BEST: Final = "SELECT rowid FROM search_token WHERE search_token MATCH ? ORDER BY rank LIMIT ?"
_NEWEST: Final = "SELECT rowid FROM search_token WHERE search_token MATCH ? ORDER BY rowid DESC LIMIT ?"


@dataclass(frozen=True, slots=True)
class Found:
    """One line that was found, and where in it the words stand.

    Attributes:
        text: The line as it is shown (`tokens.clean`).
        spans: Code-point ranges in it where the words stand.
        as_typed: Whether the diacritics of the query stand in it.
    """

    origin: str
    index: int
    id: str
    kind: str
    class_: str
    lang: str
    place: str
    text: str
    spans: tuple[tuple[int, int], ...]
    as_typed: bool


@dataclass(frozen=True, slots=True)
class Answer:
    """What was found.

    Attributes:
        found: The lines, best first.
        total: How many lines hold the words; at most `RANKED`, more are not counted.
        more: Whether there are more than were counted; then the newest come first.
    """

    found: tuple[Found, ...]
    total: int
    more: bool


def ask(db: Connection, query: str, *, limit: int = 20) -> Answer:
    """Look for a query.

    Raises:
        SearchError: nothing in it can be looked for.
    """
    phrases = queries.parse(query)
    any_marks = queries.matching(phrases, exactly=False)
    with_marks = queries.matching(phrases, exactly=True)
    total = int(db.exec_driver_sql(_COUNT, (any_marks, RANKED + 1)).scalar_one())
    order = _NEWEST if total > RANKED else _BEST
    lines = _lines(db, order, with_marks, limit)
    if len(lines) < limit and any_marks != with_marks:
        known = set(lines)
        lines += [line for line in _lines(db, order, any_marks, limit) if line not in known]
    found = _read(db, lines, phrases)
    found.sort(key=lambda line: not line.as_typed)
    return Answer(tuple(found[:limit]), min(total, RANKED), total > RANKED)


def _lines(db: Connection, order: str, match: str, limit: int) -> list[int]:
    return [row[0] for row in db.exec_driver_sql(order, (match, limit))]


def _read(db: Connection, lines: list[int], phrases: list[Phrase]) -> list[Found]:
    rows = db.execute(select(LINES).where(LINES.c.line.in_(lines))).mappings()
    held = {row["line"]: row for row in rows}
    return [_found(held[line], phrases) for line in lines]


def _found(row: RowMapping, phrases: list[Phrase]) -> Found:
    text = normal(row["text"])
    kept = {name: row[name] for name in ("origin", "index", "id", "kind", "class_", "lang", "place")}
    return Found(
        **kept,
        text=clean(row["text"]),
        spans=tuple(queries.spans(phrases, text)),
        as_typed=queries.written_so(phrases, text),
    )
