"""`GroupCommit`: many small submissions share one durable commit.

A disk commits some hundred or thousand times a second, however little each commit holds. One thread collects
what callers submit, up to `max_batch` leaves or `max_delay` seconds, and appends it as one batch. A
submission is all or nothing; a bad one fails alone, with its own error.
"""

from __future__ import annotations

import queue
import threading
import time
from concurrent.futures import Future
from typing import TYPE_CHECKING, NamedTuple, Self

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.record.log import Log
    from comity.record.receipt import Receipt

QUEUED = 4_096
"""Submissions that may wait; beyond it `submit` blocks, so memory stays bounded."""


class GroupCommitClosedError(ComityError):
    """The group commit takes nothing more."""

    code = "group-commit-closed"
    advice = "Append again when the node runs; nothing of this submission was appended."


class _Submission(NamedTuple):
    leaves: Sequence[bytes]
    future: Future[list[Receipt]]


class GroupCommit:
    """Collects submissions for one log. Threads may share it; `close` appends what waits, then ends.

    Args:
        log: The log.
        max_batch: Leaves from which on a batch is appended at once.
        max_delay: Seconds that the first submission of a batch waits for company.
    """

    def __init__(self, log: Log, max_batch: int = 256, max_delay: float = 0.02) -> None:
        self._log = log
        self._max_batch = max_batch
        self._max_delay = max_delay
        self._queue: queue.Queue[_Submission | None] = queue.Queue(QUEUED)
        self._gate = threading.Lock()
        self._closed = False
        self._thread = threading.Thread(target=self._run, name=f"append {log.origin}", daemon=True)
        self._thread.start()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def submit(self, leaves: Sequence[bytes]) -> Future[list[Receipt]]:
        """Hand in leaves that belong together; the future gives their receipts, or the error that is theirs.

        Raises:
            GroupCommitClosedError: it was closed.
        """
        submission = _Submission(list(leaves), Future())
        with self._gate:
            if self._closed:
                raise GroupCommitClosedError(f"{self._log.origin}: the group commit is closed")
            self._queue.put(submission)
        return submission.future

    def close(self) -> None:
        """Append what waits, then end the thread."""
        with self._gate:
            if not self._closed:
                self._closed = True
                self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        going = True
        while going:
            going, batch = self._collect()
            if batch:
                self._append(batch)

    def _collect(self) -> tuple[bool, list[_Submission]]:
        """Wait for a first submission, then for company until the batch is full or the delay is over."""
        batch: list[_Submission] = []
        size, deadline = 0, None
        while size < self._max_batch:
            wait = None if deadline is None else max(0.0, deadline - time.monotonic())
            try:
                found = self._queue.get(timeout=wait)
            except queue.Empty:
                break
            if found is None:
                return False, batch
            if found.future.set_running_or_notify_cancel():
                batch.append(found)
                size += len(found.leaves)
                deadline = deadline or time.monotonic() + self._max_delay
        return True, batch

    def _append(self, batch: list[_Submission]) -> None:
        """Append the good submissions together, and answer every one."""
        try:
            answers = self._log.append_each([submission.leaves for submission in batch])
        except Exception as error:  # noqa: BLE001 - the disk failed: every caller must hear it
            for submission in batch:
                submission.future.set_exception(error)
            return
        for submission, answer in zip(batch, answers, strict=True):
            if isinstance(answer, Exception):
                submission.future.set_exception(answer)
            else:
                submission.future.set_result(answer)
