"""Free ports of this machine, the usual ones first, so that links stay the same from run to run."""

from __future__ import annotations

import socket
from typing import Final

FIRST: Final = 8710
USUAL: Final = 40


class Ports:
    """Hands out ports on loopback that nobody listens on."""

    def __init__(self) -> None:
        self._given: set[int] = set()
        self.last = 0

    def take(self, wanted: int | None = None) -> int:
        """Return `wanted` where it is free, otherwise another free port."""
        usual = range(FIRST, FIRST + USUAL)
        for port in ([wanted] if wanted else []) + list(usual) + [0]:
            found = _bind(port)
            if found and found not in self._given:
                self._given.add(found)
                self.last = found
                return found
        raise OSError("no free port on loopback")


def _bind(port: int) -> int:
    """Return the port if it can be bound now, else 0."""
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return 0
        return int(probe.getsockname()[1])
