"""Tables out of CSV and XLSX files, as text: nothing in the file is computed, run or fetched."""

from __future__ import annotations

import csv
import io
import zipfile
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.register.imports_text import MAX_BYTES, ImportFileError, decode

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_ROWS: Final = 100_000
MAX_COLUMNS: Final = 200
MAX_CELL: Final = 8_000
MAX_UNPACKED: Final = 128 * 1024 * 1024
_PROBE: Final = 64 * 1024


@dataclass(frozen=True, slots=True)
class Row:
    """One row: its number as the file counts, its cells by column, and what is wrong with single cells.

    `extra` are cells beyond the header; they belong to no column and are kept for the error file.
    """

    number: int
    cells: dict[str, str]
    flaws: dict[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Table:
    """A header and its rows; rows without any text are left out."""

    header: tuple[str, ...]
    rows: tuple[Row, ...]
    sheet: str = ""


def read_table(data: bytes, name: str, *, encoding: str = "", sheet: str = "") -> Table:
    """Return the table of a file: XLSX by its first bytes, CSV otherwise.

    Raises:
        ImportFileError: it is neither, too large, or has no usable header.
    """
    if len(data) > MAX_BYTES:
        raise ImportFileError(f"{name} has {len(data)} bytes; at most {MAX_BYTES} are read")
    if data.startswith(b"PK\x03\x04"):
        return read_xlsx(data, name, sheet)
    if data.startswith(b"\xd0\xcf\x11\xe0"):
        raise ImportFileError(f"{name} is an old Excel file (.xls) or encrypted: save it as .xlsx or as CSV")
    return read_csv(data, name, encoding)


def read_csv(data: bytes, name: str, encoding: str = "") -> Table:
    """Return the table of a CSV file; comma, semicolon or tab, whichever its first line has most of."""
    text = decode(data, name, encoding)
    first = text[:_PROBE].split("\n", 1)[0]
    delimiter = max(",;\t", key=first.count)
    # `strict`: an open quotation mark is an error, and does not swallow the rest of the file.
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    lines: list[tuple[int, list[str]]] = []
    try:
        before = 0
        for line in reader:
            lines.append((before + 1, line))
            before = reader.line_num
            _limit(len(lines), name)
    except csv.Error as error:
        raise ImportFileError(f"{name}, line {reader.line_num}: {error}") from error
    return _table(lines, name)


def read_xlsx(data: bytes, name: str, sheet: str = "") -> Table:
    """Return the table of one sheet of a workbook, its first one where none is named."""
    from openpyxl import load_workbook  # noqa: PLC0415 - only spreadsheets need it

    _check_archive(data, name)
    try:
        # Formulas come as their text, never as what some program computed last.
        book = load_workbook(io.BytesIO(data), read_only=True, data_only=False, keep_links=False)
    except Exception as error:  # any damage of the archive, of its XML or of its structure
        raise ImportFileError(f"{name} is not a workbook that can be read: {error}") from error
    try:
        if sheet and sheet not in book.sheetnames:
            names = ", ".join(book.sheetnames[:10])
            raise ImportFileError(f"{name} has no sheet {sheet[:60]!r}; it has {names}")
        chosen = book[sheet] if sheet else book[book.sheetnames[0]]
        lines, formulas = _cells(chosen.iter_rows(max_col=MAX_COLUMNS), name)
    finally:
        book.close()
    table = _table(lines, name)
    marked = tuple(_with_formulas(row, table.header, formulas.get(row.number, ())) for row in table.rows)
    return Table(table.header, marked, str(chosen.title))


def _cells(rows: Iterable[Any], name: str) -> tuple[list[tuple[int, list[str]]], dict[int, list[int]]]:
    lines: list[tuple[int, list[str]]] = []
    formulas: dict[int, list[int]] = {}
    for number, row in enumerate(rows, start=1):
        _limit(number, name)
        lines.append((number, [_as_text(cell.value) for cell in row]))
        found = [at for at, cell in enumerate(row) if getattr(cell, "data_type", "") == "f"]
        if found:
            formulas[number] = found
    return lines, formulas


def _with_formulas(row: Row, header: Sequence[str], places: Sequence[int]) -> Row:
    flaws = {
        header[at]: "the cell holds a formula, which is not computed here: paste its value"
        for at in places
        if at < len(header)
    }
    return Row(row.number, row.cells, flaws, row.extra) if flaws else row


def _as_text(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return value.date().isoformat() if (value.hour, value.minute) == (0, 0) else value.isoformat()
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return str(value)


def _table(lines: list[tuple[int, list[str]]], name: str) -> Table:
    filled = [(number, cells) for number, cells in lines if any(cell.strip() for cell in cells)]
    if not filled:
        raise ImportFileError(f"{name} has no header")
    header = [cell.strip() for cell in filled[0][1]]
    while header and not header[-1]:
        header.pop()
    if len(header) > MAX_COLUMNS:
        raise ImportFileError(f"{name} has {len(header)} columns; at most {MAX_COLUMNS} are read")
    twice = sorted({column for column in header if header.count(column) > 1})
    if twice or "" in header:
        what = f"the column {twice[0]!r} stands twice" if twice and twice[0] else "a column has no heading"
        raise ImportFileError(f"{name}: {what} in its first row")
    return Table(tuple(header), tuple(_row(number, cells, header) for number, cells in filled[1:]))


def _row(number: int, cells: list[str], header: list[str]) -> Row:
    trimmed = [cell.strip() for cell in cells]
    extra = tuple(trimmed[len(header) :])
    flaws = {
        column: f"the cell has {len(cell)} characters; at most {MAX_CELL} are read"
        for column, cell in zip(header, trimmed, strict=False)
        if len(cell) > MAX_CELL
    }
    padded = [*trimmed, *[""] * (len(header) - len(trimmed))]
    return Row(number, dict(zip(header, padded, strict=False)), flaws, extra if any(extra) else ())


def _limit(count: int, name: str) -> None:
    if count > MAX_ROWS + 1:
        raise ImportFileError(f"{name} has more than {MAX_ROWS} rows")


def _check_archive(data: bytes, name: str) -> None:
    """Refuse an archive that unpacks to more than is read, or whose XML declares entities."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if sum(item.file_size for item in archive.infolist()) > MAX_UNPACKED:
                raise ImportFileError(f"{name} unpacks to more than {MAX_UNPACKED} bytes")
            for item in archive.infolist():
                if item.filename.endswith((".xml", ".rels")):
                    with archive.open(item) as part:
                        if b"<!DOCTYPE" in part.read(_PROBE):
                            raise ImportFileError(f"{name}: {item.filename} declares a document type")
    except zipfile.BadZipFile as error:
        raise ImportFileError(f"{name} is damaged: {error}") from error
