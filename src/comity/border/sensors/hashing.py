"""The root of many observations, made in a process beside: the node takes and tracks on meanwhile.

    hasher.root(path, first, last, salt)        # None where the process is no help

The process reads the same file by itself and answers with the root. It is started when it is first needed,
and ends with the node, whose end closes its input. What it says is used only if nothing of the stretch was
changed meanwhile (`sealing`).
"""

from __future__ import annotations

import select
import struct
import subprocess
import sys
import threading
from contextlib import suppress
from typing import IO, TYPE_CHECKING, Final

import apsw
import orjson

from comity.border.sensors import leaves as hashed
from comity.record.merkle import root_of_hashes

if TYPE_CHECKING:
    from pathlib import Path

ANSWER: Final = struct.Struct(">q32s")
"""How many leaves, and their root."""
FAILED: Final = -1
READY: Final = b"\n"
"""What the process says first."""


class Hasher:
    """One process; threads may share it, and wait for each other."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._greeted = False

    @property
    def ready(self) -> bool:
        """Whether there is one that would answer at once."""
        with self._lock:
            process = self._process
            if process is None or process.stdout is None:
                return False
            if not self._greeted and select.select([process.stdout], [], [], 0)[0]:
                self._greeted = process.stdout.read(1) == READY
            return self._greeted

    def start(self) -> None:
        """Start it, if there is none."""
        with self._lock, suppress(OSError):
            self._running()

    def root(self, path: Path, first: int, last: int, salt: bytes) -> tuple[int, bytes] | None:
        """Return how many leaves a stretch of ids has, and their root.

        It is None where the process ended or could not.

        Args:
            path: The file of the store.
            first: The first id.
            last: The last.
            salt: Seed of their salts, 32 bytes.
        """
        with self._lock:
            try:
                process = self._running()
                assert process.stdin is not None
                assert process.stdout is not None
                self._greeted = self._greeted or _read(process.stdout, 1) == READY
                asked = {"path": str(path), "first": first, "last": last, "salt": salt.hex()}
                process.stdin.write(orjson.dumps(asked) + b"\n")
                process.stdin.flush()
                return _answer(process.stdout)
            except OSError:
                self._end()
                return None

    def close(self) -> None:
        """End the process, if there is one."""
        with self._lock:
            self._end()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is not None and self._process.poll() is not None:
            self._end()
        if self._process is None:
            command = [sys.executable, "-m", "comity.border.sensors.hashing"]
            self._process = subprocess.Popen(  # noqa: S603 - this very program
                command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, start_new_session=True
            )
        return self._process

    def _end(self) -> None:
        process, self._process, self._greeted = self._process, None, False
        if process is not None:
            process.kill()
            process.communicate()


HASHER: Final = Hasher()
"""That of this process."""


def _answer(stream: IO[bytes]) -> tuple[int, bytes] | None:
    """Return what the process says.

    Raises:
        BrokenPipeError: it ended.
    """
    count, root = ANSWER.unpack(_read(stream, ANSWER.size))
    return None if count == FAILED else (count, root)


def _read(stream: IO[bytes], size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise BrokenPipeError("the process ended")
    return data


def main() -> None:
    """Answer what is asked on the standard input, line by line, until it ends."""
    sys.stdout.buffer.write(READY)
    sys.stdout.buffer.flush()
    for line in sys.stdin.buffer:
        asked = orjson.loads(line)
        try:
            found = _leaves(asked["path"], asked["first"], asked["last"], bytes.fromhex(asked["salt"]))
        except apsw.Error:
            sys.stdout.buffer.write(ANSWER.pack(FAILED, b""))
        else:
            sys.stdout.buffer.write(ANSWER.pack(len(found), root_of_hashes(found)))
        sys.stdout.buffer.flush()


def _leaves(path: str, first: int, last: int, salt: bytes) -> list[bytes]:
    db = apsw.Connection(path, flags=apsw.SQLITE_OPEN_READWRITE)
    try:
        db.execute("PRAGMA query_only = ON")
        db.execute("BEGIN")  # one picture of the file
        return hashed.leaves(db, first, last, salt)
    finally:
        db.close()


if __name__ == "__main__":
    main()
