"""CSV files of counts and readings: header and rows, columns found by name, bad rows set aside."""

from __future__ import annotations

import csv
import io
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.border.errors import SeriesFileError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

MAX_BYTES: Final = 64 * 1024 * 1024
DELIMITERS: Final = ",;\t"


@dataclass(frozen=True, slots=True)
class Bad:
    """A row that is set aside: its number in the file (the header is 1), a code, and why."""

    row: int
    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row, and its line in the file."""

    line: int
    cells: Sequence[str]


def load(path: Path) -> bytes:
    """Return the bytes of a file.

    Raises:
        SeriesFileError: it cannot be read, or is too large.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise SeriesFileError(f"{path}: {error.strerror}") from error
    if len(data) > MAX_BYTES:
        raise SeriesFileError(f"{path}: more than {MAX_BYTES} bytes")
    return data


def read_rows(data: bytes) -> tuple[list[str], list[Row], list[Bad]]:
    """Return the header, the rows that have its length, and those that have not.

    Raises:
        SeriesFileError: it is no UTF-8, is cut inside a quotation, or has no header.
    """
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise SeriesFileError(f"not UTF-8 at byte {error.start}") from error
    if "\0" in text:
        raise SeriesFileError(f"a NUL at character {text.index(chr(0))}: this is no text")
    first = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    header: list[str] = []
    rows, bad = list[Row](), list[Bad]()
    try:
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            if not header:
                header = [cell.strip() for cell in cells]
            elif len(cells) != len(header):
                bad.append(Bad(reader.line_num, "columns", f"{len(cells)} cells under {len(header)} columns"))
            else:
                rows.append(Row(reader.line_num, cells))
    except csv.Error as error:
        raise SeriesFileError(f"line {reader.line_num}: {error}") from error
    if len(header) < 2:  # noqa: PLR2004 - a time and a value
        raise SeriesFileError("no header with two columns at least")
    return header, rows, bad


def plain(name: str) -> str:
    """Return a column's name without units, signs and case: `Timestamp (UTC+07:00)` is `timestamp`."""
    return re.sub(r"[\s_.\-]+", " ", re.sub(r"[(\[].*", "", name)).strip().casefold()


def column(header: Sequence[str], named: str, known: Sequence[str], what: str = "") -> int | None:
    """Return the place of a column: the one named, or the first of the known names.

    Args:
        header: The names of the columns.
        named: As the caller named it; empty to look for `known`.
        known: Plain names, the best first.
        what: What the column holds; where given, it must be there.

    Raises:
        SeriesFileError: the named one is not there, or none that must be.
    """
    if named:
        if named not in header:
            raise SeriesFileError(f"no column {named!r}; the file has {', '.join(header)}")
        return header.index(named)
    names = [plain(name) for name in header]
    for name in known:
        if name in names:
            return names.index(name)
    if what:
        raise SeriesFileError(f"no column that holds {what}: {', '.join(header)}")
    return None


def required(header: Sequence[str], named: str, known: Sequence[str], what: str) -> int:
    """Return the place of a column that must be there.

    Raises:
        SeriesFileError: it is not.
    """
    found = column(header, named, known, what)
    assert found is not None  # `what` is given
    return found
