"""`Database`: one writing connection, a reader a thread, durable transactions, read-only after a disk error.

After a failed fsync nobody knows what the disk holds, and asking again may wrongly succeed. So the first
error of the disk ends writing until the file is opened again; readers go on with what was committed.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, Self

import apsw

from comity.record.schema import connect_reader, connect_writer
from comity.record.store_errors import CorruptStoreError, ReadOnlyError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterator

WAL_PAGES = 1_000
"""Pages in the WAL after which the writer moves it into the file."""

_HARMLESS = (apsw.BusyError, apsw.LockedError, apsw.ConstraintError, apsw.SQLError, apsw.RangeError)
"""Errors that tell of the caller, not of the disk."""


class Database:
    """The connections to one file.

    Args:
        path: The SQLite file; made when it is not there.
        vfs: Name of a registered SQLite VFS (tests tear disks with it).

    Attributes:
        failure: The first disk error, or None.
        commits: How many transactions this object has committed: what was read before the last may be over.
    """

    def __init__(self, path: Path | str, vfs: str | None = None) -> None:
        self.path = Path(path)
        self.failure: str | None = None
        self.commits = 0
        self._vfs = vfs
        self._lock = threading.RLock()
        self._depth = 0
        self._doomed = False
        self._closed = False
        self._wal_pages = 0
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        with self.explained():
            self.writer = connect_writer(self.path, vfs)
        self.writer.set_wal_hook(self._note_wal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; the writer, last, moves the WAL into the file."""
        with self._lock:
            self._closed = True
            for reader in self._readers:
                reader.close()
            self._readers.clear()
            self.writer.close()

    @property
    def writable(self) -> bool:
        """False once a disk error made the file read-only."""
        return self.failure is None

    def fail(self, error: BaseException) -> None:
        """Make the file read-only because of this error; the first one is remembered."""
        if self.failure is None:
            self.failure = f"{type(error).__name__}: {error}"

    def require_writable(self) -> None:
        """Refuse to go on after a disk error.

        Raises:
            ReadOnlyError: there was one.
        """
        if self.failure is not None:
            raise ReadOnlyError(f"{self.path}: read-only since: {self.failure}")

    @contextmanager
    def explained(self) -> Iterator[None]:
        """Turn what SQLite says while reading into an error that names the file."""
        try:
            yield
        except (apsw.CorruptError, apsw.NotADBError) as error:
            raise CorruptStoreError(f"{self.path}: {error}") from error
        except apsw.Error as error:
            raise StoreError(f"{self.path}: {error}") from error

    def reader(self) -> apsw.Connection:
        """This thread's reading connection: sees what is committed; keep its transactions short."""
        db: apsw.Connection | None = getattr(self._local, "db", None)
        if db is None or self._closed:
            with self._lock:
                if self._closed:
                    raise StoreError(f"{self.path}: closed")
                db = connect_reader(self.path, self._vfs)
                self._readers.append(db)
            self._local.db = db
        return db

    def read_all(self, query: str, values: tuple[Any, ...] = ()) -> list[Any]:
        """All rows of a query, as committed."""
        with self.explained():
            return self.reader().execute(query, values).fetchall()

    def read_one(self, query: str, values: tuple[Any, ...] = ()) -> Any:
        """The first row of a query, as committed, or None."""
        rows = self.read_all(query, values)
        return rows[0] if rows else None

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """One durable transaction on the writing connection; a transaction within it joins it.

        The whole is committed, or nothing: an exception inside rolls back even if an outer block swallows it.

        Raises:
            ReadOnlyError: the disk failed, before or now. When the commit itself failed, the transaction may
                still be there after the next opening; nobody was told that it is.
        """
        with self._lock:
            if self._depth:
                with self._joined():
                    yield self.writer
                return
            self.require_writable()
            try:
                yield from self._outermost()
            except BaseException as error:
                self._undo()
                if isinstance(error, (apsw.Error, OSError)) and not isinstance(error, _HARMLESS):
                    self.fail(error)
                    raise ReadOnlyError(f"{self.path}: now read-only: {error}") from error
                raise
            self._committed()
            self.commits += 1
            self._move_wal()

    def _outermost(self) -> Iterator[apsw.Connection]:
        self._doomed = False
        self.writer.execute("BEGIN IMMEDIATE")
        with self._joined():
            yield self.writer
        if self._doomed:
            raise StoreError(f"{self.path}: a part of the transaction failed")
        self.writer.execute("COMMIT")

    @contextmanager
    def _joined(self) -> Iterator[None]:
        self._depth += 1
        try:
            yield
        except BaseException:
            self._doomed = True
            raise
        finally:
            self._depth -= 1

    def _committed(self) -> None:
        """What memory keeps of the file moves on; called after a commit, under the lock."""

    def _undone(self) -> None:
        """What was prepared in memory is dropped; called after a rollback, under the lock."""

    def _undo(self) -> None:
        self._undone()
        try:
            if self.writer.in_transaction:
                self.writer.execute("ROLLBACK")
        except apsw.Error as error:
            self.fail(error)

    def _note_wal(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _move_wal(self) -> None:
        """Move a long WAL into the file. What it holds is durable already, so an error is not the caller's.

        SQLite's own checkpoint swallows I/O errors; here a failed fsync ends writing.
        """
        if self._wal_pages < WAL_PAGES:
            return
        try:
            self.writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            self._wal_pages = 0
        except _HARMLESS:
            return
        except (apsw.Error, OSError) as error:
            self.fail(error)
