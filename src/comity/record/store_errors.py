"""What may go wrong with the file of a log."""

from __future__ import annotations

from comity.record.errors import ComityError


class StoreError(ComityError):
    """Something about the file of a log."""

    code = "store"
    advice = "Read the message; it names the file and the place in it."


class UnsafeSQLiteError(StoreError):
    """The SQLite library is one that may corrupt a WAL."""

    code = "unsafe-sqlite"
    advice = "Install apsw 3.51.3 or later; it brings its own SQLite."


class ForeignFileError(StoreError):
    """The file is not a Comity log, or the log of somebody else."""

    code = "foreign-file"
    advice = "Check the path and the key: a file belongs to one origin for ever."


class CorruptStoreError(StoreError):
    """What the file holds contradicts itself."""

    code = "corrupt-store"
    advice = "Run fsck for the whole list, then restore the log from a static export or the peer's mirror."


class ReadOnlyError(StoreError):
    """The disk failed or filled up: nothing is written or signed until the log is opened again."""

    code = "read-only"
    advice = "Make room or replace the disk, then restart; what was acknowledged is safe and is still served."


class OutOfRangeError(StoreError):
    """An index, size or width beyond what the tree holds."""

    code = "out-of-range"
    advice = "Ask within the size of the newest checkpoint."


class ConflictError(StoreError):
    """The write contradicts what is already stored, or somebody else wrote the file meanwhile."""

    code = "store-conflict"
    advice = "Make sure that one process only writes this log, then open it again."
