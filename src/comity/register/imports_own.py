"""Tables whose headings are the names of fields: they need no mapping, and an empty one can be had."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.console.i18n import LANGUAGES
from comity.register.imports_mapping import Column, Mapping
from comity.register.writing_asked import asked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.record.kinds import Kind
    from comity.register.imports_table import Table
    from comity.register.writing_asked import Asked

SPLIT: Final = ";"
SEVERAL_ROWS: Final = 2
"""Rows of smaller fields that an empty table has columns for: two parties, two sources."""


def headings(kind: type[Kind]) -> tuple[str, ...]:
    """Return the headings of an empty table for a kind."""
    return tuple(column.path for column in _columns(asked(kind)))


def own_mapping(kind: type[Kind], table: Table, header: dict[str, Any]) -> Mapping:
    """Return the mapping of a table whose headings are names of fields; others are not read."""
    known = {column.path: column for column in _columns(asked(kind), rows=12)}
    read = {name: known[name.strip()] for name in table.header if name.strip() in known}
    ignored = frozenset(name for name in table.header if name not in read)
    return Mapping(kind.kind, header, read, {}, ignored)


def _columns(fields: tuple[Asked, ...], before: str = "", rows: int = SEVERAL_ROWS) -> Iterator[Column]:
    for one in fields:
        path = before + one.name
        if one.how == "texts":
            yield from (Column(f"{path}.{code}") for code in LANGUAGES)
        elif one.how == "rows" and one.most == 1:
            yield from _columns(one.parts, f"{path}.", rows)
        elif one.how == "rows":
            for row in range(rows):
                yield from _columns(one.parts, f"{path}[{row}].", rows)
        else:
            split = SPLIT if one.how in ("several", "lines") else ""
            yield Column(path, split=split, whole=one.whole, date="dmy" if one.how == "date" else "")
