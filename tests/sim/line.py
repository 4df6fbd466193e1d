"""A bad line: it cuts after so many requests or bytes, loses answers, and delays them past a deadline."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field

from comity.record.fetch import FetchError

from .clock import Clock

Fetch = Callable[[str], bytes]


@dataclass
class Line:
    """Wraps a fetcher. Every fault is decided before the run, so a failing schedule can be replayed.

    Attributes:
        fetch: what is reached when the line is up.
        cut_after_requests: the line is dead from this request on, until `mend`.
        cut_after_bytes: the same, after so many bytes; the answer that crosses the mark is lost.
        lose: for each request in turn, whether its answer is lost; then none is.
        delays: for each request in turn, seconds; above `deadline` the answer is lost.
    """

    fetch: Fetch
    clock: Clock = field(default_factory=Clock)
    cut_after_requests: int | None = None
    cut_after_bytes: int | None = None
    lose: Iterable[bool] = ()
    delays: Iterable[int] = ()
    deadline: int = 30
    requests: int = 0
    bytes: int = 0

    def __post_init__(self) -> None:
        self._lock = threading.Lock()
        self._lose: Iterator[bool] = iter(self.lose)
        self._delays: Iterator[int] = iter(self.delays)

    def __call__(self, path: str) -> bytes:
        with self._lock:
            self.requests += 1
            if self.cut_after_requests is not None and self.requests > self.cut_after_requests:
                raise FetchError(f"{path}: the line is down")
            delay = next(self._delays, 0)
            self.clock.sleep(min(delay, self.deadline))
            if delay > self.deadline:
                raise FetchError(f"{path}: no answer within {self.deadline} s")
            if next(self._lose, False):
                raise FetchError(f"{path}: the answer was lost")
            data = self.fetch(path)
            self.bytes += len(data)
            if self.cut_after_bytes is not None and self.bytes > self.cut_after_bytes:
                raise FetchError(f"{path}: the line was cut in the middle of the answer")
            return data

    def mend(self) -> None:
        """The line is up again; the counters go on."""
        self.cut_after_requests = self.cut_after_bytes = None
        self._lose = self._delays = iter(())
