"""Free ports of this machine, the usual ones first, so that links stay the same from run to run."""

from __future__ import annotations

import fcntl
import os
import socket
import tempfile
from pathlib import Path
from typing import Final

FIRST: Final = 8710
USUAL: Final = 40


class Ports:
    """Hands out ports on loopback that nobody listens on, and that no other demonstration was just given.

    A port is free until its node listens, seconds later; a lock held by this process covers the time between.
    """

    def __init__(self) -> None:
        self._given: set[int] = set()
        self._held: list[int] = []
        self.last = 0

    def take(self, wanted: int | None = None) -> int:
        """Return `wanted` where it is free, otherwise another free port."""
        usual = range(FIRST, FIRST + USUAL)
        for port in ([wanted] if wanted else []) + list(usual) + [0]:
            found = _bind(port)
            if found and found not in self._given and self._reserve(found):
                self._given.add(found)
                self.last = found
                return found
        raise OSError("no free port on loopback")

    def _reserve(self, port: int) -> bool:
        """Lock the port among the demonstrations of this user, for as long as this process lives."""
        path = Path(tempfile.gettempdir()) / f"comity-demo-{os.getuid()}-{port}.lock"
        held = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(held)
            return False
        self._held.append(held)
        return True


def _bind(port: int) -> int:
    """Return the port if it can be bound now, else 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
