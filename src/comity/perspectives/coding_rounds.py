"""What every blind coding round shares, whatever is coded: a recorded task, and one sealed sheet a party.

The question of the round is the task's content as canonical JSON, so both sides code the same thing or the
round refuses them. The task names its codebook by digest, so that none is put in its place later.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from comity.node.control.rounds import Round, RoundRefusedError
from comity.node.sealing import draft_from_json
from comity.perspectives import entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.record import canonical
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind
    from comity.record.rounds import RoundStanding

TaskT = TypeVar("TaskT", entries.Task, entries.Grading)

RETENTION: Final = "working"
SEALED: Final = "TLP:AMBER"
"""The marking of a sheet: blind until it is opened."""


@dataclass(frozen=True)
class TaskRound(Generic[TaskT]):
    """A round on a task of one kind: the task's record and the codebook's fields, as held here."""

    round: Round
    task: TaskT
    report: Report
    codebook: dict[str, Any]

    @property
    def key(self) -> str:
        """The place of the round's start, as in `vn/hq/12`."""
        return f"{self.round.place.origin}/{self.round.place.index}"

    @property
    def name(self) -> str:
        """What the round is called."""
        return self.round.model.round

    @property
    def titled(self) -> dict[str, str] | str:
        """What it is called on a page, by language; its name where it has no title."""
        return self.round.model.title or self.name


@dataclass(frozen=True)
class Asked:
    """What a start says besides the task.

    Attributes:
        parties: The logs that are to seal.
        seal_by: Milliseconds UTC until which a seal is in time.
        open_by: Milliseconds UTC by which all is to be open.
        author: Pseudonym of who starts it.
        marking: Marking of the task's record; the other side needs it.
        exercise: Whether everything in it is fictional.
        title: What it is called on a screen, by language.
    """

    parties: Sequence[str]
    seal_by: int
    open_by: int
    author: str
    marking: str = "TLP:CLEAR"
    exercise: bool = False
    title: dict[str, str] | None = None


def question_of(task: entries.Task | entries.Grading) -> bytes:
    """Return the question of a round on a task: its content as canonical JSON."""
    return canonical.encode(task.model_dump(mode="json", by_alias=True, exclude_none=True))


def digest_of(data: bytes) -> str:
    """Return SHA-256 as records hold it."""
    return b64(hashlib.sha256(data).digest())


def rounds_on(node: Node, kind: type[TaskT]) -> list[TaskRound[TaskT]]:
    """Return every round held here whose question is a task of `kind` held here, with its codebook."""
    with node.views.connect() as db:
        tasks = queries.reports(db, kind)
        books = queries.reports(db, entries.Codebook) if tasks else []
    asked = {digest_of(question_of(kind.model_validate(task.fields))): task for task in tasks}
    by_digest = {digest_of(canonical.encode(book.fields)): book.fields for book in books}
    found = []
    for round_ in Round.all(node) if asked else ():
        report = asked.get(round_.model.question_digest)
        book = by_digest.get(report.fields["codebook_digest"]) if report else None
        if report is not None and book is not None:
            found.append(TaskRound(round_, kind.model_validate(report.fields), report, book))
    return found


def find_on(node: Node, key: str, kind: type[TaskT]) -> TaskRound[TaskT]:
    """Return a round on a task of `kind` by its name or place.

    Raises:
        RoundUnknownError: there is no such round.
        CodingError: it is on no such task, or task or codebook are not held here.
    """
    place = Round.find(node, key).place
    for found in rounds_on(node, kind):
        if found.round.place == place:
            return found
    raise CodingError("no-task", round=ascii(key[:120]))


def begin(node: Node, task: entries.Task | entries.Grading, asked: Asked) -> None:
    """Record a task and start the round on it.

    Raises:
        RoundRefusedError: the name is taken, a log is not paired, or the deadline is over.
    """
    node.control.rounds.check_start(task.slug, asked.parties, asked.seal_by)
    record(node, task, asked.author, asked.marking, exercise=asked.exercise)
    Round.start(
        node,
        task.slug,
        question_of(task),
        asked.parties,
        seal_by=asked.seal_by,
        open_by=asked.open_by,
        author=asked.author,
        title=asked.title,
        exercise=asked.exercise,
    )


def check_unsealed(node: Node, round_: Round) -> None:
    """Refuse where this party has sealed in a round, or is not asked.

    Raises:
        RoundRefusedError: it may not seal.
    """
    mine = round_.status().party(node.origin)
    if mine is None or mine.seal is not None:
        raise RoundRefusedError("not-a-party" if mine is None else "already-sealed")


def seal_sheet(node: Node, found: TaskRound[Any], sheet: Kind, author: str) -> None:
    """Record a sheet that was checked, and seal it; people are asked to approve its opening.

    Raises:
        RoundRefusedError: this party has sealed, or is not asked.
    """
    check_unsealed(node, found.round)
    receivers = [*found.round.model.parties, *found.round.model.recipients]
    parties = sorted({origin.partition("/")[0] for origin in receivers})
    index = record(node, sheet, author, SEALED, exercise=found.report.exercise, to=parties)
    found.round.seal(index, author=author, question=question_of(found.task))


def opened_by_all(status: RoundStanding) -> bool:
    """Whether every party has opened all that it sealed, by openings that count."""
    return all(party.openings and not party.partly for party in status.parties)


def record(
    node: Node, model: Kind, author: str, marking: str, *, exercise: bool, to: Sequence[str] = ()
) -> int:
    """Append a record about a coding round to the own log; return its index."""
    item = {
        "kind": model.kind,
        "fields": model.model_dump(mode="json", by_alias=True, exclude_none=True),
        "author": author,
        "marking": marking,
        "releasable_to": list(to),
        "basis": "coding round",
        "retention": RETENTION,
        "class": "exercise" if exercise else "record",
        "claimed": time.time_ns() // 1_000_000,
    }
    return int(node.append([draft_from_json(item, node.registry)])[0].index)


def codebook_for(node: Node, slug: str, *, exercise: bool) -> tuple[str, str, dict[str, Any]]:
    """Return name, digest and fields of a codebook; of the one in force where `slug` is empty.

    Raises:
        CodingError: there is none, it is recorded in two ways, or is fictional and the round is not.
    """
    with node.views.connect() as db:
        found = queries.codebooks(db) if slug else [queries.codebook(db)]
    for book in found:
        if book is not None and slug in ("", book.slug):
            if book.differs:
                raise CodingError("codebook-differs", book=book.name)
            if book.report.exercise and not exercise:
                raise CodingError("codebook-exercise")
            fields = book.report.fields
            return book.name, digest_of(canonical.encode(fields)), fields
    if slug:
        raise CodingError("codebook-unknown", book=ascii(slug[:96]))
    raise CodingError("no-codebook")
