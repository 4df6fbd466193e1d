"""One process holds a node; the others talk to it.

`lock` is held with flock, which the kernel drops when the process dies, however it dies. `run.json` (mode
0600) tells the command line where the running node listens and the token that its API takes; it means
something only while the lock is held.
"""

from __future__ import annotations

import fcntl
import json
import os
import time
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from comity.node.errors import NodeLockedError
from comity.node.folder import Folder, write_atomic

if TYPE_CHECKING:
    from collections.abc import Iterator


ATTEMPTS = 10
PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class RunFile:
    """The running node: process id, base URL, bearer token."""

    pid: int
    url: str
    token: str

    def write(self, folder: Folder) -> None:
        """Publish it to the same user."""
        write_atomic(folder.run, json.dumps(asdict(self)).encode(), 0o600)


@contextmanager
def hold(folder: Folder) -> Iterator[None]:
    """Hold the node for the life of the block.

    Raises:
        NodeLockedError: another process holds it.
    """
    handle = os.open(folder.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _acquire(handle, folder)
        folder.run.unlink(missing_ok=True)  # left by a process that was killed
        try:
            yield
        finally:
            folder.run.unlink(missing_ok=True)
    finally:
        os.close(handle)


def _acquire(handle: int, folder: Folder) -> None:
    # A glance of `is_held` takes the lock for an instant; somebody who holds the node keeps it.
    for attempt in range(ATTEMPTS):
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if attempt + 1 == ATTEMPTS:
                raise NodeLockedError(f"{folder.root}: another process has this node open") from error
            time.sleep(PAUSE)
        else:
            return


def is_held(folder: Folder) -> bool:
    """Whether another process holds the node now."""
    try:
        handle = os.open(folder.lock, os.O_RDWR | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def running(folder: Folder) -> RunFile | None:
    """Return how to talk to the node that runs in this folder, or None when none runs."""
    if not is_held(folder):
        return None
    try:
        data = json.loads(folder.run.read_bytes())
        return RunFile(int(data["pid"]), str(data["url"]), str(data["token"]))
    except (OSError, ValueError, KeyError, TypeError):
        return None
