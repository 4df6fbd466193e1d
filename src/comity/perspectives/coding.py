"""Blind coding rounds: a task is coded by both sides, sealed by each, and opened together.

    begun = start(node, "coding-1", asked, works=["the-paper"])            # a round on a recorded task
    seal(node, "coding-1", sheet_csv, author="desk")                       # checked, recorded, sealed
    Round.find(node, "coding-1").open(author="desk")                       # when both have sealed
    adjudicate(node, "coding-1", unit, stance=1, reason="...", ...)        # stands when both signed the same

What is sealed is one sheet of all coders of a party. What all coding rounds share is in `coding_rounds`;
claims and evidence are graded in `coding_grades`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.node.control.rounds import Round
from comity.perspectives import coding_sheet, entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_rounds import (
    Asked,
    TaskRound,
    begin,
    codebook_for,
    find_on,
    record,
    rounds_on,
    seal_sheet,
)
from comity.perspectives.documents import point_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node

__all__ = ["Asked", "CodingRound", "Round", "adjudicate", "find", "rounds", "seal", "start"]

CodingRound = TaskRound[entries.Task]


def rounds(node: Node) -> list[CodingRound]:
    """Return every round held here whose question is a coding task held here."""
    return rounds_on(node, entries.Task)


def find(node: Node, key: str) -> CodingRound:
    """Return a coding round by its name or place.

    Raises:
        RoundUnknownError: there is no such round.
        CodingError: its task or its codebook is not held here.
    """
    return find_on(node, key, entries.Task)


def start(
    node: Node, name: str, asked: Asked, *, works: Sequence[str], codebook: str = "", given: bool = False
) -> CodingRound:
    """Record a task on documents held here, and start the round on it.

    Args:
        node: the node.
        name: what task and round are called.
        asked: who is asked, until when.
        works: the works whose documents are coded.
        codebook: slug of the codebook; the one in force where none is named.
        given: whether the passages of the statements on record are the units, instead of the coders' own.

    Raises:
        CodingError: there is no such codebook, or a work has no document here.
        RoundRefusedError: the name is taken, a log is not paired, or the deadline is over.
    """
    book, digest, fields = codebook_for(node, codebook, exercise=asked.exercise)
    documents = _documents(node, works)
    task = {
        "slug": name,
        "codebook": book,
        "codebook_digest": digest,
        "documents": documents,
        "units": _units(node, documents, fields["propositions"]) if given else [],
    }
    begin(node, entries.Task.model_validate(task), asked)
    return find(node, name)


def seal(node: Node, key: str, sheet: str, author: str) -> CodingRound:
    """Check a sheet, record it and seal it; people are asked to approve its opening.

    Args:
        node: the node.
        key: the round, by its name or place.
        sheet: the sheet, CSV.
        author: pseudonym of who seals.

    Raises:
        CodingSheetError: rows cannot be read.
        RoundRefusedError: this party has sealed, or is not asked.
    """
    found = find(node, key)
    party = node.origin.partition("/")[0]
    seal_sheet(node, found, coding_sheet.read(sheet, found.task, found.codebook, party), author)
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
        raise CodingError("no-unit", unit=ascii(unit[:120]))
    frames = {one["slug"] for one in found.codebook.get("frames", [])}
    if frame and frame not in frames:
        raise CodingError("no-frame", frame=ascii(frame[:96]))
    values = {"round": found.key, "unit": unit, "stance": stance, "reason": reason}
    model = entries.Adjudication.model_validate(values | ({"frame": frame} if frame else {}))
    return record(node, model, author, found.report.marking, exercise=found.report.exercise)


# --- inside ---


def _documents(node: Node, works: Sequence[str]) -> list[dict[str, Any]]:
    with node.views.connect() as db:
        held = queries.documents(db)
    found = []
    for work in works:
        mine = [report for report in held if report.fields["work"] == work]
        if not mine:
            raise CodingError("no-document", work=ascii(work[:96]))
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
