"""The SQLite file of one log: its tables, its pragmas, and to whom it belongs.

A log and a mirror are the same file: `entry` holds the leaves, `stripe` the complete hashes above them,
`head` one root for every size that was ever committed, `signed_head` the notes that left the house.
Opened by `apsw` only, 16 KiB pages, WAL, `synchronous=FULL`; SQLite 3.7.0 to 3.51.2 is refused because a WAL
may be corrupted there when two connections write or checkpoint.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import apsw

from comity.record.store_errors import (
    ConflictError,
    CorruptStoreError,
    ForeignFileError,
    OutOfRangeError,
    ReadOnlyError,
    StoreError,
    UnsafeSQLiteError,
)

if TYPE_CHECKING:
    from pathlib import Path

__all__ = [
    "ConflictError",
    "CorruptStoreError",
    "ForeignFileError",
    "OutOfRangeError",
    "ReadOnlyError",
    "StoreError",
    "UnsafeSQLiteError",
    "check_identity",
    "connect_reader",
    "connect_writer",
    "create_tables",
    "require_safe_sqlite",
]

PAGE_SIZE = 16_384
"""Bytes of one page: thirty-one leaves of 512 bytes, or thirty-one stripes."""
WAL_LIMIT = 64 << 20
"""Bytes to which a WAL that grew is cut back."""
APPLICATION_ID = 0x436F6D69
FORMAT = 1
SAFE_SQLITE = (3, 51, 3)

TABLES = """
CREATE TABLE meta(name TEXT PRIMARY KEY, value BLOB NOT NULL) WITHOUT ROWID;
CREATE TABLE entry(idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL);
CREATE TABLE stripe(position INTEGER PRIMARY KEY, hashes BLOB NOT NULL);
CREATE TABLE head(size INTEGER PRIMARY KEY, root BLOB NOT NULL);
CREATE TABLE signed_head(size INTEGER PRIMARY KEY, note BLOB NOT NULL);
CREATE TABLE cosignature(size INTEGER NOT NULL, key TEXT NOT NULL, timestamp INTEGER NOT NULL,
                         line BLOB NOT NULL, PRIMARY KEY(size, key)) WITHOUT ROWID;
CREATE TABLE feed(seq INTEGER PRIMARY KEY, start INTEGER NOT NULL, stop INTEGER NOT NULL,
                  cause INTEGER NOT NULL);
CREATE TABLE id_run(run INTEGER PRIMARY KEY, tier INTEGER NOT NULL, count INTEGER NOT NULL,
                    digest BLOB NOT NULL, firsts BLOB NOT NULL);
CREATE TABLE id_page(position INTEGER PRIMARY KEY, records BLOB NOT NULL);
"""

_WRITER = (
    "synchronous=FULL",
    "wal_autocheckpoint=0",  # the writer checkpoints by hand, so that a failed fsync is seen
    f"journal_size_limit={WAL_LIMIT}",
    "mmap_size=0",
    "cache_size=-32768",
    "cell_size_check=ON",
    "trusted_schema=OFF",
)
_READER = ("query_only=ON", "wal_autocheckpoint=0", "mmap_size=0", "cache_size=-16384")


def require_safe_sqlite(version: str | None = None) -> None:
    """Refuse SQLite 3.7.0 to 3.51.2 (WAL-reset defect).

    Raises:
        UnsafeSQLiteError: the library is older than 3.51.3.
    """
    found = version or apsw.sqlite_lib_version()
    if tuple(int(part) for part in found.split(".")[:3]) < SAFE_SQLITE:
        raise UnsafeSQLiteError(f"SQLite {found} is loaded; 3.51.3 or later is needed")


def connect_writer(path: Path, vfs: str | None = None) -> apsw.Connection:
    """Open the one writing connection; it also is the only one that checkpoints the WAL."""
    require_safe_sqlite()
    db = apsw.Connection(str(path), vfs=vfs)
    try:
        db.set_busy_timeout(5_000)
        db.execute(f"PRAGMA page_size={PAGE_SIZE}")
        mode = db.execute("PRAGMA journal_mode=WAL").fetchall()
        for pragma in _WRITER:
            db.execute(f"PRAGMA {pragma}").fetchall()
    except BaseException:
        db.close()
        raise
    if mode != [("wal",)]:
        db.close()
        raise StoreError(f"{path}: the file system gives no write-ahead log (journal mode {mode})")
    return db


def connect_reader(path: Path, vfs: str | None = None) -> apsw.Connection:
    """Open a connection that reads and never writes, checkpoints or maps memory."""
    # Not SQLITE_OPEN_READONLY: a reader of a WAL takes its locks in the shared-memory file.
    db = apsw.Connection(str(path), flags=apsw.SQLITE_OPEN_READWRITE, vfs=vfs)
    db.set_busy_timeout(5_000)
    for pragma in _READER:
        db.execute(f"PRAGMA {pragma}").fetchall()
    return db


def create_tables(db: apsw.Connection, origin: str, empty_root: bytes) -> None:
    """Lay out a fresh file, in one transaction: either it is a log of `origin` of size 0 or nothing."""
    with db:
        db.execute(f"PRAGMA application_id={APPLICATION_ID}")
        db.execute(f"PRAGMA user_version={FORMAT}")
        db.execute(TABLES)
        db.execute("INSERT INTO meta VALUES('origin', ?)", (origin.encode(),))
        db.execute("INSERT INTO head VALUES(0, ?)", (empty_root,))


def check_identity(db: apsw.Connection, path: Path, origin: str | None) -> str:
    """Return the origin that the file belongs to.

    Raises:
        ForeignFileError: not a log, of another format, or of another origin.
    """
    if db.execute("PRAGMA application_id").fetchall() != [(APPLICATION_ID,)]:
        raise ForeignFileError(f"{path}: an SQLite file, but not a Comity log")
    ((version,),) = db.execute("PRAGMA user_version").fetchall()
    if version != FORMAT:
        raise ForeignFileError(f"{path}: format {version}, this version reads format {FORMAT}")
    found = db.execute("SELECT CAST(value AS TEXT) FROM meta WHERE name='origin'").fetchone()
    if found is None:
        raise CorruptStoreError(f"{path}: meta: no origin")
    if origin is not None and found != (origin,):
        raise ForeignFileError(f"{path}: the log of {found[0]}, opened as {origin}")
    return str(found[0])
