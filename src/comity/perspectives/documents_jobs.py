"""Files dropped on the console: taken in one after the other, while the page tells how far it is."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.documents import take
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node

MOST: Final = 12
"""Batches that are kept for the page; the oldest goes first."""
AUTHOR: Final = "the operator of this node"


@dataclass(frozen=True, slots=True)
class DroppedFile:
    """A file as it was dropped."""

    name: str
    data: bytes


@dataclass(slots=True)
class IntakeJob:
    """A batch: how many files it has, and what became of those that are done."""

    id: str
    size: int
    outcomes: list[dict[str, Any]] = field(default_factory=list)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return len(self.outcomes) >= self.size


class IntakeJobs:
    """Takes dropped files in, one batch at a time, so that a console cannot be made to read without end."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._jobs: OrderedDict[str, IntakeJob] = OrderedDict()
        self._one = threading.Lock()

    def start(self, files: Sequence[DroppedFile]) -> IntakeJob:
        """Begin a batch."""
        job = IntakeJob(secrets.token_urlsafe(12), len(files))
        self._jobs[job.id] = job
        while len(self._jobs) > MOST:
            self._jobs.popitem(last=False)
        threading.Thread(target=self._run, args=(job, list(files)), daemon=True).start()
        return job

    def get(self, name: str) -> IntakeJob | None:
        """Return a batch that was begun, or None where there is none of this name any more."""
        return self._jobs.get(name)

    def _run(self, job: IntakeJob, files: list[DroppedFile]) -> None:
        with self._one:
            while files:
                job.outcomes.append(self._take(files.pop(0)))

    def _take(self, file: DroppedFile) -> dict[str, Any]:
        try:
            taken = take(self._node, "", file.data, AUTHOR, file.name)
        except ComityError as error:
            return {"name": file.name, "error": str(error), "advice": error.advice, "code": error.code}
        except Exception as error:  # noqa: BLE001 - a page must say that it failed, whatever it was
            return {
                "name": file.name,
                "error": f"{type(error).__name__}: {error}",
                "advice": "",
                "code": "intake",
            }
        return {"name": file.name, "path": f"/documents/{taken['origin']}/{taken['index']}", **taken}
