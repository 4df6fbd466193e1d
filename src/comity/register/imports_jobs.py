"""Tables that are being read: a page hands one in, sees what is wrong with it, and records what is right."""

from __future__ import annotations

import secrets
import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

from comity.node.sealing import draft_from_json
from comity.record.errors import ComityError
from comity.register import exports_answers, imports
from comity.register.imports_mapping import read_mapping
from comity.register.imports_own import own_mapping
from comity.register.imports_table import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.node.node import Node
    from comity.record.kinds import Kind
    from comity.register.imports import Plan
    from comity.register.imports_table import Table

MOST: Final = 6
"""Tables that are kept for the page; the oldest goes first."""
AT_ONCE: Final = 500


@dataclass(frozen=True, slots=True)
class Handed:
    """What somebody handed in.

    Attributes:
        data: The table, as it was sent.
        name: Of the file.
        mapping: The mapping file, empty where the headings are names of fields.
        kind: What the rows are, where there is no mapping.
        header: Author, marking and the like of every record; a mapping's own comes before.
        update: Whether a row that differs is the party's newer word.
    """

    data: bytes
    name: str
    mapping: str
    kind: type[Kind]
    header: Mapping[str, Any]
    update: bool = False


@dataclass(slots=True)
class Job:
    """One table: how far it is read, what would be recorded, what was, or what went wrong."""

    id: str
    name: str
    exercise: bool
    read: int = 0
    rows: int = 0
    plan: Plan | None = None
    unread: tuple[str, ...] = ()
    bad: str = ""
    recorded: int = 0
    stage: str = "reading"
    error: str = ""
    advice: str = ""
    waiting: threading.Lock = field(default_factory=threading.Lock)

    @property
    def busy(self) -> bool:
        """Whether something is under way."""
        return self.stage in ("reading", "recording") and not self.error


class Jobs:
    """Reads tables one after the other, so that a console cannot be made to read without end."""

    def __init__(self, node: Node) -> None:
        self._node = node
        self._jobs: OrderedDict[str, Job] = OrderedDict()
        self._one = threading.Lock()

    def start(self, handed: Handed) -> Job:
        """Begin to read a table."""
        exercise = handed.header.get("class") == "exercise"
        job = Job(secrets.token_urlsafe(12), handed.name, exercise)
        self._jobs[job.id] = job
        while len(self._jobs) > MOST:
            self._jobs.popitem(last=False)
        self._run(job, lambda: self._read(job, handed))
        return job

    def get(self, name: str) -> Job | None:
        """Return a table that was handed in, or None where there is none of this name any more."""
        return self._jobs.get(name)

    def record(self, job: Job) -> bool:
        """Record the rows that are right, once; return whether it was begun now."""
        with job.waiting:
            if job.stage != "read" or job.plan is None or not job.plan.drafts:
                return False
            job.stage = "recording"
        self._run(job, lambda: self._record(job))
        return True

    def _run(self, job: Job, work: Any) -> None:
        def whole() -> None:
            with self._one:
                try:
                    work()
                except ComityError as error:
                    job.error, job.advice = str(error), error.advice
                except Exception as error:  # noqa: BLE001 - a page must say that it failed, whatever it was
                    job.error = f"{type(error).__name__}: {error}"

        threading.Thread(target=whole, daemon=True).start()

    def _read(self, job: Job, handed: Handed) -> None:
        table = read_table(handed.data, handed.name)
        job.rows = len(table.rows)
        mapping = self._mapping(handed, table)
        job.unread = tuple(sorted(mapping.ignore & set(table.header)))
        job.plan = imports.plan(
            table,
            mapping,
            self._node.registry,
            exports_answers.own(self._node, mapping.kind),
            update=handed.update,
            told=lambda done: setattr(job, "read", done),
        )
        job.exercise |= any(draft.get("class") == "exercise" for _, draft in job.plan.drafts)
        job.bad = imports.errors_file(table, job.plan) if job.plan.errors else ""
        job.read, job.stage = job.rows, "read"

    def _mapping(self, handed: Handed, table: Table) -> Any:
        if not handed.mapping.strip():
            return own_mapping(handed.kind, table, dict(handed.header))
        found = read_mapping(handed.mapping)
        return type(found)(
            found.kind,
            {**handed.header, **found.header},
            found.columns,
            found.constants,
            found.ignore,
            found.office,
        )

    def _record(self, job: Job) -> None:
        assert job.plan is not None
        drafts = [draft for _, draft in job.plan.drafts]
        for at in range(0, len(drafts), AT_ONCE):
            part = [draft_from_json(draft, self._node.registry) for draft in drafts[at : at + AT_ONCE]]
            self._node.append(part)
            job.recorded += len(part)
        job.stage = "done"
