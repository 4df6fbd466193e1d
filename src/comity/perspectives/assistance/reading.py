"""Work that a page does not wait for: one piece at a time, behind, and how far it is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Callable

    Progress = Callable[[str, int, int], None]

DOCUMENTS: Final = "documents"
PASSAGES: Final = "passages"


def quiet(_what: str, _done: int, _all: int) -> None:
    """Tell nobody."""


class Reading:
    """Runs one piece of work in a thread of its own; whoever asks meanwhile is told how far it is."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._now: dict[str, Any] | None = None

    @property
    def now(self) -> dict[str, Any] | None:
        """What is being read, how many are done, of how many; None while nothing is."""
        return self._now

    def begin(self, what: str, size: int, work: Callable[[Progress], object]) -> None:
        """Begin `work`, unless something is being read already."""
        with self._lock:
            if self._now is not None:
                return
            self._now = {"what": what, "done": 0, "all": size}
        threading.Thread(target=self._run, args=(work,), daemon=True).start()

    def _run(self, work: Callable[[Progress], object]) -> None:
        try:
            work(self._told)
        finally:
            self._now = None

    def _told(self, what: str, done: int, size: int) -> None:
        self._now = {"what": what, "done": done, "all": size}
