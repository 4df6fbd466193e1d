"""What systems run beside a node that is served: each task in a thread of its own, until the node ends."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import structlog

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.node.system import System, Task

LOGGER = structlog.get_logger("comity.node.tasks")

PAUSE: Final = 5.0
"""Seconds after which a task that failed is begun again."""


class Tasks:
    """The tasks of a node's systems.

    Args:
        node: The node, open.
        systems: What the roof puts into it.
    """

    def __init__(self, node: Node, systems: Sequence[System]) -> None:
        self._stop = threading.Event()
        found = [task for one in systems if one.tasks is not None for task in one.tasks(node)]
        self._threads = [threading.Thread(target=self._keep, args=(task,), daemon=True) for task in found]

    def start(self) -> None:
        """Begin them."""
        for thread in self._threads:
            thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """Tell them to end, and wait so many seconds for it."""
        self._stop.set()
        end = time.monotonic() + patience
        for thread in self._threads:
            if thread.ident is not None:
                thread.join(max(0.0, end - time.monotonic()))

    @property
    def busy(self) -> bool:
        """Whether one is still at work."""
        return any(thread.is_alive() for thread in self._threads)

    def _keep(self, task: Task) -> None:
        while not self._stop.is_set():
            try:
                task(self._stop)
            except Exception:  # said in the log, and begun again: the node goes on
                LOGGER.exception("task failed")
                self._stop.wait(PAUSE)
