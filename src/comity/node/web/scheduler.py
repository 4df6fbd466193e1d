"""The timer: pulls every peer, each in a thread of its own, with back-off and jitter."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING, Final

import structlog

from comity.node.exchange import milliseconds, pause

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.peers import PeerLink

LOGGER = structlog.get_logger("comity.node.sync")

FIRST_PAUSE: Final = 1.0
"""Seconds after the start, or after pairing, before the first pull."""
MILLISECONDS: Final = 1000


class Scheduler:
    """Keeps one thread for each peer of a node; a peer that is away holds up nobody but itself.

    Args:
        node: whose peers; `sync_seconds` of its settings is the usual pause, 0 for on demand only.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._stop = threading.Event()
        self._lock = threading.Lock()
        self._threads: dict[str, threading.Thread] = {}

    def refresh(self) -> None:
        """Start a thread for every peer that has none."""
        if not self._node.config.sync_seconds or self._stop.is_set():
            return
        with self._lock:
            for link in self._node.peers:
                if link.origin not in self._threads:
                    name = f"sync {link.origin}"
                    thread = threading.Thread(target=self._keep, args=(link,), name=name, daemon=True)
                    self._threads[link.origin] = thread
                    thread.start()

    def stop(self, patience: float = 5.0) -> None:
        """End the threads; an exchange under way may run on for `patience` seconds, then is left to die."""
        self._stop.set()
        end = time.monotonic() + patience
        for thread in self._threads.values():
            thread.join(max(0.0, end - time.monotonic()))

    @property
    def busy(self) -> bool:
        """Whether a thread is still at work."""
        return any(thread.is_alive() for thread in self._threads.values())

    def _keep(self, link: PeerLink) -> None:
        wait = FIRST_PAUSE
        while True:
            self._node.next_tries[link.origin] = milliseconds() + int(wait * MILLISECONDS)
            if self._stop.wait(wait):
                return
            wait = self._once(link)

    def _once(self, link: PeerLink) -> float:
        """Exchange once; return the seconds to wait before the next try."""
        try:
            report = self._node.sync_peer(link)
        except Exception:  # the own disk failed: said in the log, and tried again later
            if not self._stop.is_set():
                LOGGER.exception("exchange failed", peer=link.origin)
            return pause(self._node.config.sync_seconds, 3)
        if not report.ok:
            LOGGER.warning("exchange incomplete", peer=link.origin, error=report.error)
        return pause(self._node.config.sync_seconds, self._node.book.read(link.origin).failures)
