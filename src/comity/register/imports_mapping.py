"""The mapping file of an import (TOML): which column becomes which field, what stands in every record.

    kind = "register.undertaking"

    [header]
    author = "desk officer"
    marking = "TLP:CLEAR"
    basis = "minutes"
    retention = "working"

    [columns]
    "Mã" = "slug"
    "Nội dung" = "action.vi"
    "English" = "action.en"
    "Bên thực hiện" = { field = "obligors", split = ";", values = { "Việt Nam" = "vn", "Lào" = "la" } }
    "Năm" = { field = "window", format = "{}" }

    [constants]
    modality = "agreement"
    cites = [{ work = "minutes-of-2025" }]

A path names a field, and with a dot a key inside it; `[]` begins a list of objects (`cites[].work`), `[1]` is
the second one of it (`cites[1].work`).
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from comity.record.errors import ComityError

_TOP: Final = frozenset({"kind", "header", "columns", "constants", "ignore", "office"})
_PATH: Final = re.compile(r"[a-z][a-z0-9_]*(\[\d{0,2}\])?(\.[a-z][a-z0-9_]*)*")
_ROW: Final = re.compile(r"(.+)\[(\d*)\]")
_DAY_FIRST: Final = re.compile(r"(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})")
_MAPPING_KEYS: Final = frozenset({"field", "split", "values", "format", "date", "whole", "required"})


class MappingError(ComityError):
    """A mapping file does not say how to read the table."""

    code = "register-import-mapping"
    advice = "See docs/howto/import-a-register.md for what a mapping file says."


@dataclass(frozen=True, slots=True)
class Column:
    """How one column is read.

    Attributes:
        path: The field, with a dot a key inside it, with `[]` the first object of a list, `[1]` the next.
        split: Separator, where the cell holds a list.
        values: What a word of the table means.
        format: Text with `{}` for the cell.
        date: `dmy` where the table writes day/month/year.
        whole: Whether the field is a whole number.
        required: Whether an empty cell is an error.
    """

    path: str
    split: str = ""
    values: dict[str, str] = field(default_factory=dict)
    format: str = ""
    date: str = ""
    whole: bool = False
    required: bool = False

    def read(self, cell: str) -> Any:
        """Return the value of a cell that is not empty.

        Raises:
            ValueError: the cell does not say such a value.
        """
        if self.split:
            parts = (part.strip() for part in cell.split(self.split))
            return [self._one(part) for part in parts if part]
        return self._one(cell)

    def _one(self, cell: str) -> Any:
        if self.values:
            if cell not in self.values:
                raise ValueError(f"{cell[:60]!r} is not one of {', '.join(self.values)}")
            cell = self.values[cell]
        if self.date == "dmy":
            cell = _day_first(cell)
        if self.format:
            cell = self.format.replace("{}", cell)
        if self.whole:
            if not re.fullmatch(r"-?\d{1,15}", cell):
                raise ValueError(f"{cell[:60]!r} is not a whole number")
            return int(cell)
        return cell


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping file, read."""

    kind: str
    header: dict[str, Any]
    columns: dict[str, Column]
    constants: dict[str, Any]
    ignore: frozenset[str]
    office: str = ""


def read_mapping(text: str) -> Mapping:
    """Return what a mapping file says.

    Raises:
        MappingError: it is not TOML, or something in it is missing, unknown or malformed.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"the mapping is not TOML: {error}") from error
    unknown = sorted(set(data) - _TOP)
    if unknown:
        raise MappingError(f"the mapping has an unknown key {unknown[0]!r}")
    kind, columns = data.get("kind"), data.get("columns")
    if not isinstance(kind, str) or not isinstance(columns, dict) or not columns:
        raise MappingError('the mapping needs kind = "…" and a table [columns]')
    tables = {name: data.get(name, {}) for name in ("header", "constants")}
    for name, table in tables.items():
        if not isinstance(table, dict):
            raise MappingError(f"[{name}] is not a table")
    return Mapping(
        kind=kind,
        header=tables["header"],
        columns={name: _column(name, said) for name, said in columns.items()},
        constants=tables["constants"],
        ignore=frozenset(map(str, data.get("ignore", []))),
        office=str(data.get("office", "")),
    )


def _column(name: str, said: Any) -> Column:
    table = {"field": said} if isinstance(said, str) else said
    if not isinstance(table, dict) or not isinstance(table.get("field"), str):
        raise MappingError(f'column {name!r}: say a field, as in "slug" or {{ field = "slug" }}')
    unknown = sorted(set(table) - _MAPPING_KEYS)
    if unknown:
        raise MappingError(f"column {name!r}: unknown key {unknown[0]!r}")
    if not _PATH.fullmatch(table["field"]):
        raise MappingError(f"column {name!r}: {table['field'][:60]!r} is not a path such as action.vi")
    if table.get("date", "") not in ("", "dmy"):
        raise MappingError(f'column {name!r}: date is "dmy" or nothing')
    values = {str(key): str(value) for key, value in dict(table.get("values", {})).items()}
    return Column(
        path=table["field"],
        split=str(table.get("split", "")),
        values=values,
        format=str(table.get("format", "")),
        date=str(table.get("date", "")),
        whole=bool(table.get("whole", False)),
        required=bool(table.get("required", False)),
    )


def _day_first(cell: str) -> str:
    match = _DAY_FIRST.fullmatch(cell)
    if not match:
        return cell  # an EDTF date already, or an error that the schema names
    day, month, year = (int(part) for part in match.groups())
    try:
        return date(year, month, day).isoformat()
    except ValueError as error:
        raise ValueError(f"{cell!r} is not a day of the calendar") from error


def put(fields: dict[str, Any], path: str, value: Any) -> None:
    """Put a value at a path into the fields of a record."""
    name, _, rest = path.partition(".")
    if row := _ROW.fullmatch(name):
        items, at = fields.setdefault(row[1], []), int(row[2] or 0)
        items.extend({} for _ in range(at + 1 - len(items)))
        put(items[at], rest, value)
    elif rest:
        put(fields.setdefault(name, {}), rest, value)
    else:
        fields[name] = value
