"""A register out of a table: every row becomes a record or an error that names row, column and reason.

Nothing of a bad row is lost: it goes into the errors file as it stood, with what was wrong, to be corrected
and imported again. Nothing is appended here: a plan says what would be.
"""

from __future__ import annotations

import copy
import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.node.sealing import draft_from_json
from comity.record.canonical import encode
from comity.record.errors import ComityError
from comity.register.exports import safe_cell
from comity.register.imports_mapping import Mapping, MappingError, put
from comity.register.imports_reasons import plainly
from comity.register.imports_text import flaw, without_invisible

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from comity.record.kinds import Kind, Registry
    from comity.register.imports_table import Row, Table

KEYS: Final = {
    "register.event": ("instrument", "type", "date", "party"),
    "register.status": ("undertaking", "on"),
}
"""Fields that name what a record is about, where it has no `slug`."""
SEVERAL: Final = ("register.event", "register.figure", "register.status")
"""Kinds of which several reports of one thing are usual: only an equal one is a duplicate."""

TOLD: Final = 1000
"""Rows between two words about the progress."""


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong in a row; `column` is empty where the row as a whole is meant."""

    row: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Plan:
    """What an import would do: drafts by row, errors, rows that are on record already, remarks on cells."""

    drafts: tuple[tuple[int, dict[str, Any]], ...]
    errors: tuple[RowError, ...]
    duplicates: tuple[RowError, ...]
    remarks: tuple[RowError, ...]
    rows: int

    @property
    def bad_rows(self) -> int:
        """How many rows cannot become a record."""
        return len({error.row for error in self.errors})

    def as_json(self) -> dict[str, Any]:
        """Return the plan as plain JSON data, without the drafts."""

        def listed(items: Iterable[RowError]) -> list[dict[str, Any]]:
            return [{"row": item.row, "column": item.column, "reason": item.reason} for item in items]

        return {
            "rows": self.rows,
            "records": len(self.drafts),
            "bad_rows": self.bad_rows,
            "errors": listed(self.errors),
            "duplicates": listed(self.duplicates),
            "remarks": listed(self.remarks),
        }


def plan(
    table: Table,
    mapping: Mapping,
    registry: Registry,
    existing: Iterable[dict[str, Any]] = (),
    *,
    update: bool = False,
    told: Callable[[int], None] | None = None,
) -> Plan:
    """Return what an import of the table would do.

    Args:
        table: The rows.
        mapping: How they are read.
        registry: The kinds that may be written.
        existing: Fields of the records of the same kind that the importing party has written before.
        update: Whether a row that says something else than an earlier record becomes the party's newer word.
        told: Is told now and then how many rows are read.

    Raises:
        MappingError: the mapping does not fit the table, or names no kind of the register.
    """
    _check(table, mapping, registry)
    seen: dict[str, str] = {}
    said = _digests(mapping.kind, registry, existing)
    drafts: list[tuple[int, dict[str, Any]]] = []
    errors: list[RowError] = []
    doubles: list[RowError] = []
    remarks: list[RowError] = []
    for place, row in enumerate(table.rows):
        if told and place % TOLD == 0:
            told(place)
        fields, wrong, notes = _fields(row, mapping)
        remarks += notes
        draft = {**mapping.header, "kind": mapping.kind, "fields": fields}
        if mapping.office:
            draft["office"] = mapping.office
        whole, refused = ({}, []) if wrong else _checked(row, draft, mapping, registry)
        if wrong or refused:
            errors += wrong or refused
            continue
        double, wrong = _double(row, mapping.kind, whole, said, seen, update=update)
        doubles += double
        errors += wrong
        if not double and not wrong:
            drafts.append((row.number, draft))
    return Plan(tuple(drafts), tuple(errors), tuple(doubles), tuple(remarks), len(table.rows))


def errors_file(table: Table, found: Plan) -> str:
    """Return the bad rows as CSV: the row's number, column and reason, then every cell as it stood."""
    reasons: dict[int, list[RowError]] = {}
    for error in found.errors:
        reasons.setdefault(error.row, []).append(error)
    out = io.StringIO(newline="")
    writer = csv.writer(out)
    writer.writerow(["row", "column", "reason", *map(safe_cell, table.header)])
    for row in table.rows:
        for error in reasons.get(row.number, ()):
            cells = [*row.cells.values(), *row.extra]
            writer.writerow([error.row, *map(safe_cell, [error.column, error.reason, *cells])])
    return out.getvalue()


def _check(table: Table, mapping: Mapping, registry: Registry) -> None:
    if not any(model.kind == mapping.kind for model in registry):
        raise MappingError(f"{mapping.kind[:60]!r} is not a kind that this node writes")
    absent = [name for name in mapping.columns if name not in table.header]
    if absent:
        raise MappingError(f"the table has no column {absent[0]!r}; it has {', '.join(table.header[:20])}")
    unread = [name for name in table.header if name not in mapping.columns and name not in mapping.ignore]
    if unread:
        raise MappingError(
            f"nothing says what becomes of the column {unread[0]!r}: map it, or list it under ignore"
        )


def _fields(row: Row, mapping: Mapping) -> tuple[dict[str, Any], list[RowError], list[RowError]]:
    fields: dict[str, Any] = copy.deepcopy(mapping.constants)
    wrong = [RowError(row.number, "", "there are more cells than columns")] if row.extra else []
    notes: list[RowError] = []
    for name, column in mapping.columns.items():
        raw = row.cells.get(name, "")
        cell = without_invisible(raw)
        problem = row.flaws.get(name) or flaw(cell)
        if not problem and not cell and column.required:
            problem = "the cell is empty"
        if problem:
            wrong.append(RowError(row.number, name, problem))
            continue
        if cell != raw:
            notes.append(RowError(row.number, name, "invisible characters were left out"))
        if cell:
            try:
                put(fields, column.path, column.read(cell))
            except (ValueError, AttributeError, TypeError) as error:
                wrong.append(RowError(row.number, name, str(error)))
    return fields, wrong, notes


def _checked(
    row: Row, draft: dict[str, Any], mapping: Mapping, registry: Registry
) -> tuple[dict[str, Any], list[RowError]]:
    """Return the content as it would be recorded, or what is wrong with it."""
    try:
        return _whole(draft_from_json(draft, registry).model), []
    except ComityError as error:
        column = _column_of(str(error), mapping, row)
        return {}, [RowError(row.number, column, plainly(str(error), row.cells.get(column, "")))]


def _whole(model: Kind) -> dict[str, Any]:
    """Return the fields of a record with those that it leaves to their defaults: as it is recorded."""
    return model.model_dump(mode="json", by_alias=True, exclude_none=True)


def _column_of(message: str, mapping: Mapping, row: Row) -> str:
    """Return the column that the field named in a message came from; an empty cell is likelier."""
    path = message.partition(":")[0]
    top = path.partition(".")[0]
    for name, column in mapping.columns.items():
        if re.sub(r"\[(\d*)\]", lambda row: f".{row[1] or 0}", column.path) == path:
            return name
    near = [name for name, col in mapping.columns.items() if re.split(r"[.\[]", col.path)[0] == top]
    return min(near, key=lambda name: row.cells[name] != "", default="")


def key_of(kind: str, fields: dict[str, Any]) -> str:
    """Return the natural key of a record."""
    names = KEYS.get(kind, ("slug",))
    return " ".join(str(fields[name]) for name in names if fields.get(name) is not None)


def _digests(kind: str, registry: Registry, existing: Iterable[dict[str, Any]]) -> dict[str, set[bytes]]:
    model = next(model for model in registry if model.kind == kind)
    said: dict[str, set[bytes]] = {}
    for fields in existing:
        whole = _whole(model.model_validate(fields))
        said.setdefault(key_of(kind, whole), set()).add(encode(whole))
    return said


def _double(
    row: Row,
    kind: str,
    fields: dict[str, Any],
    said: dict[str, set[bytes]],
    seen: dict[str, str],
    *,
    update: bool,
) -> tuple[list[RowError], list[RowError]]:
    key, now = key_of(kind, fields), encode(fields)
    if now in said.get(key, set()):
        return [RowError(row.number, "", f"{key} is on record already, word for word")], []
    text = now.decode()
    if key in seen and (seen[key] == text or kind not in SEVERAL):
        same = "word for word" if seen[key] == text else "with another content"
        error = RowError(row.number, "", f"{key} stands in this file before, {same}")
        return ([error], []) if seen[key] == text else ([], [error])
    seen[key] = text
    if key in said and kind not in SEVERAL and not update:
        return [], [
            RowError(row.number, "", f"{key} is on record with another content: give --update to say it anew")
        ]
    return [], []
