"""Disks for SQLite that remember, and disks that fail: VFS shims over the real one.

`RecordingDisk` notes every write, truncation, sync and deletion in order. `FailingDisk` refuses the k-th of them.
"""

from __future__ import annotations

from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import NamedTuple

import apsw

_names = count()


class Operation(NamedTuple):
    """One thing done to the disk. `kind`: write, truncate, sync, sync-folder, delete, replace."""

    kind: str
    file: str
    offset: int = 0
    data: bytes = b""
    size: int = 0


class _File(apsw.VFSFile):
    def __init__(self, disk, name, flags):
        self._disk = disk
        path = name.filename() if isinstance(name, apsw.URIFilename) else name
        self._name = Path(path).name if path else "temporary"
        self._syncs_folder = self._name.endswith(("-wal", "-journal"))
        super().__init__("unix", name, flags)

    def xWrite(self, data, offset):  # noqa: N802 - SQLite's name
        self._disk.before(Operation("write", self._name, offset, bytes(data)))
        super().xWrite(data, offset)

    def xTruncate(self, newsize):  # noqa: N802 - SQLite's name
        self._disk.before(Operation("truncate", self._name, size=newsize))
        super().xTruncate(newsize)

    def xSync(self, flags):  # noqa: N802 - SQLite's name
        self._disk.before(Operation("sync", self._name))
        if self._syncs_folder:  # as os_unix.c does at the first sync of a journal that it may have made
            self._syncs_folder = False
            self._disk.before(Operation("sync-folder", self._name))
        # The real disk is never pulled out here: what a sync means is what the record of it says.


class _Disk(apsw.VFS):
    def __init__(self):
        self.name = f"sim-disk-{next(_names)}"
        super().__init__(self.name, "unix")

    def xOpen(self, name, flags):  # noqa: N802 - SQLite's name
        return _File(self, name, flags)

    def xDelete(self, filename, syncdir):  # noqa: N802 - SQLite's name
        self.before(Operation("delete", Path(filename).name))
        super().xDelete(filename, False)

    def before(self, operation):
        raise AssertionError


class RecordingDisk(_Disk):
    """Remembers every operation, in order."""

    def __init__(self):
        super().__init__()
        self.operations: list[Operation] = []

    def before(self, operation):
        self.operations.append(operation)


class HastyDisk(_Disk):
    """Does everything but wait for the real disk."""

    def before(self, operation):
        pass


class FailingDisk(_Disk):
    """Fails the k-th operation (from 0) with `error`; every later one too, unless `once`."""

    def __init__(self, fail_at, error, *, once=False):
        super().__init__()
        self._fail_at = fail_at
        self._error = error
        self._once = once
        self.done = 0
        self.failed = False

    def before(self, operation):
        due = self.done == self._fail_at or (self.done > self._fail_at and not self._once)
        self.done += 1
        if due and operation.kind != "delete":
            self.failed = True
            raise self._error("the simulated disk fails")


@contextmanager
def plugged(disk):
    """The disk, registered with SQLite; unregistered afterwards."""
    try:
        yield disk
    finally:
        disk.unregister()
