"""Blind coding rounds: a task is coded by both sides, sealed by each, and opened together.

    begun = start(node, "coding-1", ["la/hq"], works=["the-paper"], ...)   # a round on a recorded task
    seal(node, "coding-1", sheet_csv, author="desk")                       # checked, recorded, sealed
    Round.find(node, "coding-1").open(author="desk")                       # when both have sealed
    adjudicate(node, "coding-1", unit, stance=1, reason="...", ...)        # stands when both signed the same

The question of the round is the task's content as canonical JSON, so both sides code the same thing or the
round refuses them. What is sealed is one sheet of all coders of a party.
"""

from __future__ import annotations

import hashlib
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.node.control.rounds import Round, RoundRefusedError
from comity.node.sealing import draft_from_json
from comity.perspectives import coding_sheet, entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.documents import point_all
from comity.record import canonical
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.node.rows import Report

RETENTION: Final = "working"
SEALED: Final = "TLP:AMBER"
"""The marking of a sheet: blind until it is opened."""


@dataclass(frozen=True)
class CodingRound:
    """A round on a coding task: the task's record and the codebook's fields, as held here."""

    round: Round
    task: entries.Task
    report: Report
    codebook: dict[str, Any]

    @property
    def key(self) -> str:
        """The place of the round's start, as in `vn/hq/12`."""
        return f"{self.round.place.origin}/{self.round.place.index}"


def question_of(task: entries.Task) -> bytes:
    """Return the question of a round on a task: its content as canonical JSON."""
    return canonical.encode(task.model_dump(mode="json", by_alias=True, exclude_none=True))


def rounds(node: Node) -> list[CodingRound]:
    """Return every round held here whose question is a task held here."""
    with node.views.connect() as db:
        tasks = queries.reports(db, entries.Task)
        books = queries.reports(db, entries.Codebook)
    asked = {_digest(question_of(entries.Task.model_validate(task.fields))): task for task in tasks}
    by_digest = {_digest(canonical.encode(book.fields)): book.fields for book in books}
    found = []
    for round_ in Round.all(node):
        report = asked.get(round_.model.question_digest)
        book = by_digest.get(report.fields["codebook_digest"]) if report else None
        if report is not None and book is not None:
            found.append(CodingRound(round_, entries.Task.model_validate(report.fields), report, book))
    return found


def find(node: Node, key: str) -> CodingRound:
    """Return a coding round by its name or place.

    Raises:
        RoundUnknownError: there is no such round.
        CodingError: its task or its codebook is not held here.
    """
    place = Round.find(node, key).place
    for found in rounds(node):
        if found.round.place == place:
            return found
    raise CodingError(f"round {key[:120]!a} is on no coding task whose task and codebook are held here")


def start(
    node: Node,
    name: str,
    parties: Sequence[str],
    *,
    works: Sequence[str],
    seal_by: int,
    open_by: int,
    author: str,
    codebook: str = "",
    given: bool = False,
    marking: str = "TLP:CLEAR",
    exercise: bool = False,
) -> CodingRound:
    """Record a task on documents held here, and start the round on it.

    Args:
        node: the node.
        name: what task and round are called.
        parties: the logs that are to seal.
        works: the works whose documents are coded.
        seal_by: milliseconds UTC until which a seal is in time.
        open_by: milliseconds UTC by which all is to be open.
        author: pseudonym of who starts it.
        codebook: slug of the codebook; the one in force where none is named.
        given: whether the passages of the statements on record are the units, instead of the coders' own.
        marking: marking of the task's record; the other side needs it.
        exercise: whether everything in it is fictional.

    Raises:
        CodingError: there is no such codebook, or a work has no document here.
    """
    book = _codebook(node, codebook)
    task = entries.Task.model_validate(
        {
            "slug": name,
            "codebook": book.name,
            "codebook_digest": _digest(canonical.encode(book.report.fields)),
            "documents": (documents := _documents(node, works)),
            "units": _units(node, documents, book.report.fields["propositions"]) if given else [],
        }
    )
    if book.report.exercise and not exercise:
        raise CodingError("the codebook is an exercise: a round on it is one, too")
    node.control.rounds.check_start(name, parties, seal_by)
    _append(node, task, author, marking, exercise=exercise)
    Round.start(
        node,
        name,
        question_of(task),
        parties,
        seal_by=seal_by,
        open_by=open_by,
        author=author,
        exercise=exercise,
    )
    return find(node, name)


def seal(node: Node, key: str, sheet: str, author: str) -> CodingRound:
    """Check a sheet, record it and seal it; people are asked to approve its opening.

    Raises:
        CodingSheetError: rows cannot be read.
        RoundRefusedError: this party has sealed, or is not asked.
    """
    found = find(node, key)
    party = node.origin.partition("/")[0]
    read = coding_sheet.read(sheet, found.task, found.codebook, party)
    mine = found.round.status().party(node.origin)
    if mine is None or mine.seal is not None:
        raise RoundRefusedError("not-a-party" if mine is None else "already-sealed")
    receivers = [*found.round.model.parties, *found.round.model.recipients]
    index = _append(
        node,
        read,
        author,
        SEALED,
        exercise=found.report.exercise,
        to=sorted({origin.partition("/")[0] for origin in receivers}),
    )
    found.round.seal(index, author=author, question=question_of(found.task))
    return found


def adjudicate(
    node: Node, key: str, unit: str, *, stance: int | str, reason: str, author: str, frame: str = ""
) -> int:
    """Say in the own log what a difference is settled to; it stands when the other says the same.

    Returns:
        The index of the record.

    Raises:
        CodingError: the round is not open, or has no such unit.
    """
    from comity.perspectives.coding_standing import standing  # noqa: PLC0415 - needs numpy

    found = find(node, key)
    known = {item.key for item in standing(node, found).units}
    if unit not in known:
        raise CodingError(f"{unit[:120]!a} is not a unit of the round, or the round is not open here")
    values = {"round": found.key, "unit": unit, "stance": stance, "reason": reason}
    model = entries.Adjudication.model_validate(values | ({"frame": frame} if frame else {}))
    return _append(node, model, author, found.report.marking, exercise=found.report.exercise)


# --- inside ---


def _append(
    node: Node, model: Any, author: str, marking: str, *, exercise: bool, to: Sequence[str] = ()
) -> int:
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


def _codebook(node: Node, slug: str) -> queries.CodebookView:
    with node.views.connect() as db:
        found = queries.codebooks(db) if slug else [queries.codebook(db)]
    for book in found:
        if book is not None and slug in ("", book.slug):
            if book.differs:
                raise CodingError(f"codebook {book.name} is recorded in two ways: give it a new version")
            return book
    raise CodingError(f"no codebook {slug[:96]!a} is on record" if slug else "no codebook is in force")


def _documents(node: Node, works: Sequence[str]) -> list[dict[str, Any]]:
    with node.views.connect() as db:
        held = queries.documents(db)
    found = []
    for work in works:
        mine = [report for report in held if report.fields["work"] == work]
        if not mine:
            raise CodingError(f"no document of work {work[:96]!a} is held here: take it in first")
        fields = mine[-1].fields
        found.append({"work": work, "sha256": fields["sha256"], "length": fields["length"]})
    return found


def _units(
    node: Node, documents: Sequence[dict[str, Any]], propositions: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the passages of the statements on record, each with its proposition and holder."""
    place = {document["sha256"]: at for at, document in enumerate(documents)}
    with node.views.connect() as db:
        pointed = point_all(db, node.contents)
        spoken = {view.slug: view for view in queries.statements(db)}
    found = set()
    for item in pointed:
        view = spoken.get(item.slug) if item.kind == entries.Statement.kind else None
        document = item.document.fields["sha256"] if item.document else ""
        if view is not None and document in place and view.proposition in propositions:
            found.add((place[document], item.start, item.end, view.proposition, view.holder))
    names = ("document", "start", "end", "proposition", "holder")
    return [dict(zip(names, unit, strict=True)) for unit in sorted(found)]


def _digest(data: bytes) -> str:
    return b64(hashlib.sha256(data).digest())
