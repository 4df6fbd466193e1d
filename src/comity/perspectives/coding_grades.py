"""Claims and the evidence on them, graded blind: both sides grade the same items, seal, and open together.

    begun = start(node, "grading-1", asked, claims=["sirens"])             # a round on a recorded task
    seal(node, "grading-1", [claims_csv, evidence_csv], author="desk")     # graders' sheets, sealed as one

Claims and evidence are in one round, so that nobody opens a grade of either before every side has sealed
both. A grader (a role of a party) grades claims, or evidence, and never both: what a grader is given of the
other half is what it says, and no grade. That the people behind two roles do not talk is their party's word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, Literal

from comity.perspectives import coding_grades_sheet, entries, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_rounds import (
    Asked,
    TaskRound,
    begin,
    codebook_for,
    digest_of,
    find_on,
    rounds_on,
    seal_sheet,
)
from comity.record import canonical

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report

GradingRound = TaskRound[entries.Grading]
Side = Literal["claims", "evidence"]

SIDES: Final[tuple[Side, ...]] = ("claims", "evidence")
TWO: Final = 2
"""Parties whose graders a grade needs."""
NOT_GRADED: Final = frozenset({"grade", "coder", "admiralty"})
"""Fields that are no part of what is graded: grades of the author's, and the Admiralty grades of sources."""


def rounds(node: Node) -> list[GradingRound]:
    """Return every round held here whose question is a grading task held here."""
    return rounds_on(node, entries.Grading)


def find(node: Node, key: str) -> GradingRound:
    """Return a grading round by its name or place.

    Raises:
        RoundUnknownError: there is no such round.
        CodingError: its task or its codebook is not held here.
    """
    return find_on(node, key, entries.Grading)


def start(node: Node, name: str, asked: Asked, *, claims: Sequence[str], codebook: str = "") -> GradingRound:
    """Record a task on claims and all evidence on them, and start the round on it.

    Args:
        node: the node.
        name: what task and round are called.
        asked: who is asked, until when; logs of two parties at least.
        claims: slugs of claims on record here.
        codebook: slug of the codebook that has the rubric; the one in force where none is named.

    Raises:
        CodingError: a claim is not on record, or its grade or that of its evidence is; or one party alone
            would grade.
        RoundRefusedError: the name is taken, a log is not paired, or the deadline is over.
    """
    if len({origin.partition("/")[0] for origin in asked.parties}) < TWO:
        raise CodingError("one-party")
    book, digest, _ = codebook_for(node, codebook, exercise=asked.exercise)
    with node.views.connect() as db:
        items = [item for slug in dict.fromkeys(claims) for item in _items(db, slug, exercise=asked.exercise)]
    task = {"slug": name, "codebook": book, "codebook_digest": digest, "items": items}
    begin(node, entries.Grading.model_validate(task), asked)
    return find(node, name)


def seal(node: Node, key: str, sheets: Sequence[str], author: str) -> GradingRound:
    """Check the sheets of this party's graders, record them as one and seal it.

    Args:
        node: the node.
        key: the round, by its name or place.
        sheets: CSV, one or more: who grades claims need not see the sheet of who grades evidence.
        author: pseudonym of who seals.

    Raises:
        CodingSheetError: rows cannot be read.
        CodingError: what is graded is held here with a grade on it, or is not what the task names.
        RoundRefusedError: this party has sealed, or is not asked.
    """
    found = find(node, key)
    check_held(node, found)
    party = node.origin.partition("/")[0]
    sheet = coding_grades_sheet.read(sheets, found.task, party)
    check_sides(found.task, sheet.grades)
    seal_sheet(node, found, sheet, author)
    return found


def check_sides(task: entries.Grading, given: Sequence[entries.GivenGrade]) -> None:
    """Refuse grades of claims alone, or of evidence alone, where the task has both: they lead to no verdict.

    Raises:
        CodingError: one side is not graded at all.
    """
    graded = {side_of(task.items[one.item]) for one in given}
    if missing := {side_of(item) for item in task.items} - graded:
        raise CodingError(f"no-{missing.pop()}-graded")


def check_held(node: Node, found: GradingRound) -> None:
    """Refuse where what is graded is not held here as the task has it, or stands here with a grade.

    Raises:
        CodingError: it may not be graded here.
    """
    with node.views.connect() as db:
        held = texts(db, found.task)
    for item in found.task.items:
        slug = item.evidence or item.claim
        report = held.get((item.claim, item.evidence))
        if report is None:
            raise CodingError("item-changed", item=ascii(slug))
        _check_ungraded(slug, report)


def texts(db: Connection, task: entries.Grading) -> dict[tuple[str, str | None], Report]:
    """Return the record of each item, where it is held here as the task has it."""
    claims = {slug: found[0] for slug, found in queries.by_slug(queries.reports(db, entries.Claim)).items()}
    shown = {slug: found[0] for slug, found in queries.by_slug(queries.reports(db, entries.Evidence)).items()}
    held = {}
    for item in task.items:
        report = claims.get(item.claim) if item.evidence is None else shown.get(item.evidence)
        if report is not None and said(report.fields) == item.said:
            held[item.claim, item.evidence] = report
    return held


def said(fields: Mapping[str, Any]) -> str:
    """Return the digest of what is graded: the content without any grade."""
    kept = {name: value for name, value in fields.items() if name not in NOT_GRADED}
    return digest_of(canonical.encode(kept))


def side_of(item: entries.GradedItem) -> Side:
    """Return which half of a task an item is in."""
    return "claims" if item.evidence is None else "evidence"


# --- inside ---


def _items(db: Connection, slug: str, *, exercise: bool) -> list[dict[str, Any]]:
    """Return a claim and the evidence on it as items of a task."""
    claims = queries.by_slug(queries.reports(db, entries.Claim)).get(slug)
    if not claims:
        raise CodingError("no-claim", claim=ascii(slug[:96]))
    claim = claims[0]
    if claim.exercise != exercise:
        raise CodingError("claim-exercise" if claim.exercise else "claim-real", claim=ascii(slug))
    _check_ungraded(slug, claim)
    items = [{"claim": slug, "said": said(claim.fields)}]
    for name, found in queries.by_slug(queries.reports(db, entries.Evidence)).items():
        if found[0].fields["claim"] == slug and found[0].exercise == exercise:
            _check_ungraded(name, found[0])
            items.append({"claim": slug, "evidence": name, "said": said(found[0].fields)})
    return items


def _check_ungraded(slug: str, report: Report) -> None:
    if "grade" in report.fields:
        raise CodingError("graded-before", item=ascii(slug[:96]), place=f"{report.origin} {report.index}")
