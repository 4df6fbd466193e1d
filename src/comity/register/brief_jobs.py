"""Briefs that are being made: a page asks for one, sees how far it is, and takes the files."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Callable

STEPS: Final = 3
"""Words, DOCX, PDF."""
MOST: Final = 12
"""Briefs that are kept for the page; the oldest goes first."""


@dataclass(slots=True)
class Job:
    """One brief: how many steps are done, what came out, or what went wrong."""

    id: str
    meeting: str
    languages: str
    done: int = 0
    error: str = ""
    advice: str = ""
    sheet: dict[str, Any] = field(default_factory=dict)
    files: dict[str, bytes] = field(default_factory=dict)

    @property
    def ended(self) -> bool:
        """Whether nothing more will come."""
        return self.done == STEPS or bool(self.error)


class Jobs:
    """Makes briefs one after the other, so that a console cannot be made to print without end.

    Args:
        sheet: From meeting and languages to the brief in words.
    """

    def __init__(self, sheet: Callable[[str, str], dict[str, Any]]) -> None:
        self._sheet = sheet
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._one = threading.Lock()

    def start(self, meeting: str, languages: str) -> Job:
        """Begin a brief."""
        job = Job(secrets.token_urlsafe(12), meeting, languages)
        self._jobs[job.id] = job
        while len(self._jobs) > MOST:
            self._jobs.popitem(last=False)
        threading.Thread(target=self._make, args=(job,), daemon=True).start()
        return job

    def get(self, name: str) -> Job | None:
        """Return a brief that was begun, or None where there is none of this name any more."""
        return self._jobs.get(name)

    def _make(self, job: Job) -> None:
        from comity.register.brief_docx import docx  # noqa: PLC0415 - a node starts without it
        from comity.register.brief_pdf import pdf  # noqa: PLC0415 - the same

        with self._one:
            try:
                job.sheet = self._sheet(job.meeting, job.languages)
                job.done = 1
                job.files["docx"] = docx(job.sheet)
                job.done = 2
                job.files["pdf"] = pdf(job.sheet)
                job.done = STEPS
            except ComityError as error:
                job.error, job.advice = str(error), error.advice
            except Exception as error:  # noqa: BLE001 - a page must say that it failed, whatever it was
                job.error = f"{type(error).__name__}: {error}"
