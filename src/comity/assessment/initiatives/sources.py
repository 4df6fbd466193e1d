"""Public files by their columns: which data set a CSV is, its digest, its rows with their lines."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.assessment.initiatives.errors import DataFileError, DataFolderError
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

MAX_BYTES: Final = 64 * 1024 * 1024
MAX_FILES: Final = 2000
LIMIT: Final = 1_000_000
"""Characters of one cell: descriptions are long, and a file without line ends is none."""


@dataclass(frozen=True, slots=True)
class Source:
    """A data set: its name, what it speaks of, under which licence, and the columns that tell it."""

    name: str
    about: str
    licence: str
    columns: frozenset[str]


@dataclass(frozen=True, slots=True)
class SourceFile:
    """A file of a data set, as it was read."""

    source: Source
    name: str
    sha256: str
    rows: tuple[tuple[int, Mapping[str, str]], ...]


def _source(name: str, about: str, licence: str, *columns: str) -> Source:
    return Source(name, about, licence, frozenset(columns))


SOURCES: Final = (
    _source("WRI raw", "plant", "CC BY 4.0", "Power Plant ID", "Name", "Capacity (MW)", "Latitude"),
    _source("GEODB", "plant", "CC BY 4.0", "gppd_idnr", "capacity_mw", "latitude", "primary_fuel"),
    _source("CDMDB", "plant", "CC BY 4.0", "gppd_idnr", "capacity_mw", "latitude", "fuel1"),
    _source("AidData GCOF 1.0", "project", "ODC-By 1.0", "project_id", "usd_defl_2014", "usd_current"),
    _source("AidData GCDF 3.0 places", "share", "ODC-By 1.0", "id", "shapeID", "even_split_ratio"),
    _source("AidData GCDF 3.0 by year", "year", "ODC-By 1.0", "ccode", "year", "oof_amt", "oda_amt"),
)
"""The data sets that are read, in the order in which a file is tried."""


def load(folder: Path) -> list[SourceFile]:
    """Return every file below a folder that is one of the data sets, by path.

    Raises:
        DataFolderError: there is none.
        DataFileError: one of them is broken.
    """
    if not folder.is_dir():
        raise DataFolderError(f"{folder.name} is no folder")
    paths = sorted(folder.rglob("*.csv"))[:MAX_FILES]
    found = [taken for path in paths if (taken := read(path)) is not None]
    if not found:
        raise DataFolderError(f"{folder.name}: none of its {len(paths)} CSV files is a data set that is read")
    return found


def read(path: Path) -> SourceFile | None:
    """Return a file with its rows, or None where its columns are those of no data set.

    Raises:
        DataFileError: it is too large, not UTF-8, or a row has more cells than the header.
    """
    with path.open("rb") as stream:
        data = stream.read(MAX_BYTES + 1)
    if len(data) > MAX_BYTES:
        raise DataFileError(f"{path.name}: more than {MAX_BYTES} bytes")
    header = data.partition(b"\n")[0].decode("utf-8-sig", "replace")
    columns = set(next(csv.reader([header]), []))
    source = next((one for one in SOURCES if one.columns <= columns), None)
    if source is None:
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise DataFileError(f"{path.name}: byte {error.start} is not UTF-8") from error
    rows = tuple(_rows(path.name, text))
    return SourceFile(source, path.name, b64(hashlib.sha256(data).digest()), rows)


def _rows(name: str, text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Yield each row with the line it begins on; the header is line 1."""
    before = csv.field_size_limit(LIMIT)
    try:
        reader = csv.DictReader(io.StringIO(text, newline=""))
        line = 2
        for row in reader:
            if None in row or None in row.values():
                raise DataFileError(f"{name}: line {line} has other cells than the header")
            yield line, row
            line = reader.line_num + 1
    except csv.Error as error:
        raise DataFileError(f"{name}: line {line}: {error}") from error
    finally:
        csv.field_size_limit(before)
