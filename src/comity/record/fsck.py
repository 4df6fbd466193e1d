"""`fsck`: hold everything in the file of a log against everything else, and name every place that is wrong.

The entries are the truth; the newest head is the witness. Hashes, heads, notes, ids and feed are made again
from the entries and compared. When the newest head does not agree with the entries but does with the stored
hashes, the entries are what was damaged. Reads are bounded by what the file claims to hold, so it always
ends.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import apsw

from comity.record.fsck_beside import check_cosignatures, check_feed, check_ids, check_notes
from comity.record.fsck_tree import check_tree
from comity.record.schema import check_identity, connect_reader
from comity.record.store_errors import StoreError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

Step = tuple[str, "Callable[[], Iterable[tuple[str, str, str]]]"]
LARGEST_VALUE = 16 << 20
"""Bytes of the largest value that is read; a damaged length is an error, not an allocation."""
_SHOWN = 100


class Finding(NamedTuple):
    """One thing that is wrong.

    Attributes:
        table: The table of the file, or `file`.
        place: Where in it: an index, a size, a level and index.
        message: What is wrong.
    """

    table: str
    place: str
    message: str

    def __str__(self) -> str:
        return f"{self.table} {self.place}: {self.message}"


def fsck(
    path: Path | str,
    vkey: str | None = None,
    *,
    identify: Callable[[bytes], bytes | None] | None = None,
    cosigners: Iterable[str] = (),
    progress: Callable[[int, int], None] | None = None,
) -> list[Finding]:
    """Check the file of a log or mirror; an empty list means sound.

    Args:
        path: The SQLite file; it may be in use.
        vkey: The log's verifier key; without it signatures are not verified.
        identify: Gives the id of a leaf; without it ids are only held against their own digests.
        cosigners: Verifier keys; cosignatures by others are only parsed.
        progress: Told (entries read, entries in all).
    """
    path = Path(path)
    try:
        db = connect_reader(path)
    except apsw.Error as error:
        return [Finding("file", str(path), f"cannot be opened: {error}")]
    steps: list[Step] = [
        ("file", lambda: _structure(db)),
        ("meta", lambda: _identity(db, path)),
        ("entry", lambda: check_tree(db, progress or _silent)),
        ("signed_head", lambda: check_notes(db, vkey)),
        ("cosignature", lambda: check_cosignatures(db, tuple(cosigners))),
        ("id_run", lambda: check_ids(db, identify)),
        ("feed", lambda: check_feed(db)),
    ]
    try:
        db.limit(apsw.SQLITE_LIMIT_LENGTH, LARGEST_VALUE)
        return list(_check(db, path, steps))
    finally:
        db.close()


def _check(db: apsw.Connection, path: Path, steps: list[Step]) -> Iterator[Finding]:
    """Run the steps on one snapshot; damage that stops one step does not stop the next."""
    try:
        db.execute("BEGIN")
    except apsw.Error as error:
        yield Finding("file", str(path), str(error))
        return
    for table, step in steps:
        try:
            for found in step():
                yield Finding(*found)
        except (
            apsw.Error,
            UnicodeError,
            TypeError,
            ValueError,
        ) as error:  # damage makes values of wrong types
            yield Finding(table, "-", f"cannot be read to the end: {type(error).__name__}: {error}")


def _structure(db: apsw.Connection) -> Iterator[tuple[str, str, str]]:
    for (line,) in db.execute(f"PRAGMA integrity_check({_SHOWN})"):
        if line != "ok":
            yield "file", "sqlite", str(line)


def _identity(db: apsw.Connection, path: Path) -> Iterator[tuple[str, str, str]]:
    try:
        check_identity(db, path, None)
    except StoreError as error:
        yield "meta", "origin", str(error)


def _silent(_done: int, _total: int) -> None:
    pass
