"""The joint layer of a stage: recomputed here, beside what each party recorded; where they differ, on record.

Whoever holds the opened summaries computes the same. A party records its results, and where another party's
result of the same question is not the same, a mismatch with both roots: the software says where, not who.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.assessment.entries import sessions as kinds
from comity.assessment.pools.errors import PoolError, SumError, TooFewError
from comity.assessment.sessions import queries
from comity.assessment.sessions.digests import fields_of
from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.joining import differences, joined
from comity.assessment.sessions.opened import lines
from comity.assessment.sessions.recording import append, header
from comity.assessment.tables import PROJECTOR
from comity.node.rows import newest_of
from comity.record.canonical import b64
from comity.record.protocol_kinds import Pointer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.sessions.opened import LineView
    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind

JointState = Literal["sealed", "too-few", "contradiction", "computed"]


@dataclass(frozen=True)
class JointView:
    """One question of a stage, jointly.

    Attributes:
        question: Which.
        state: Not all open; of too few experts on one side; a summary contradicts itself; computed.
        why: What the contradiction is.
        result: As this node computes it now; None where it cannot.
        recorded: What each party recorded, newest, by party.
        differs: By party, where its record differs from what this node computes; empty lists agree.
        mismatches: What is on record of differences.
        opened: The line of every party that opened one, by party.
    """

    question: QuestionView
    state: JointState
    why: str
    result: kinds.JointResult | None
    recorded: Mapping[str, Report]
    differs: Mapping[str, list[str]]
    mismatches: tuple[Report, ...]
    opened: Mapping[str, kinds.SummaryLine]


def results(node: Node, view: SessionView, stage: StageView) -> list[JointView]:
    """Return the joint layer of a stage, question by question."""
    opened = lines(node, view, stage)
    with node.views.connect() as db:
        recorded = [one for one in PROJECTOR.reports(db, kinds.JointResult) if _of(one, view, stage)]
        mismatches = [one for one in PROJECTOR.reports(db, kinds.Mismatch) if _of(one, view, stage)]
    return [
        _one(
            view,
            stage,
            one,
            opened[one.slug],
            [r for r in recorded if r.fields["question"] == one.slug],
            [r for r in mismatches if r.fields["question"] == one.slug],
        )
        for one in view.questions
    ]


def record(node: Node, key: str, stage: str, author: str) -> tuple[list[int], list[int]]:
    """Record the joint results that this party has not recorded, and the mismatches that it finds.

    Returns:
        Indexes of results, and of mismatches.

    Raises:
        SessionStepError: this node's log is none that seals.
    """
    view = queries.find(node, key)
    found = view.stage(stage)
    own = queries.own_party(node)
    if node.origin not in view.parties:
        raise SessionStepError("not-a-party")
    given = {"marking": view.model.joint_marking, "exercise": view.exercise}
    head = header(node, author, given, view.parties.values())
    new: list[Kind] = [
        one.result
        for one in results(node, view, found)
        if one.result is not None
        and (own not in one.recorded or one.recorded[own].fields != fields_of(one.result))
    ]
    made = append(node, new, head) if new else []
    wrong: list[Kind] = [
        model for one in results(node, view, found) for model in _mismatches(node, view, found, one)
    ]
    return made, append(node, wrong, head) if wrong else []


# --- inside ---


def _of(report: Report, view: SessionView, stage: StageView) -> bool:
    return (report.fields["asked"], report.fields["stage"]) == (view.digest, stage.name) and (
        report.party in view.parties.values()
    )


def _one(  # noqa: PLR0917 - the session, its stage, the question, what was opened, recorded and found
    view: SessionView,
    stage: StageView,
    one: QuestionView,
    opened: Mapping[str, LineView],
    recorded: Sequence[Report],
    mismatches: Sequence[Report],
) -> JointView:
    state, why, result = _compute(view, stage, one, opened)
    newest = {party: newest_of(recorded, party) for party in sorted(view.parties.values())}
    kept = {party: report for party, report in newest.items() if report is not None}
    differs = {}
    if result is not None:
        differs = {
            party: differences(result, kinds.JointResult.model_validate(report.fields))
            for party, report in kept.items()
        }
    told = {party: line.line for party, line in opened.items() if line.line is not None}
    return JointView(one, state, why, result, kept, differs, tuple(mismatches), told)


def _compute(
    view: SessionView, stage: StageView, one: QuestionView, opened: Mapping[str, LineView]
) -> tuple[JointState, str, kinds.JointResult | None]:
    unreadable = [party for party, line in opened.items() if line.state == "unreadable"]
    if unreadable:
        return "contradiction", f"{unreadable[0]} opened no summary of this question", None
    if any(line.state == "nothing" for line in opened.values()):
        return "too-few", "fewer experts answered on one side than the session asks for", None
    told = {party: line.line for party, line in opened.items() if line.line is not None}
    if len(told) < len(opened):
        return "sealed", "", None
    try:
        result = joined(view.model, view.digest, stage.name, one.asked, one.model, told)
    except (PoolError, SumError, TooFewError) as error:
        return "contradiction", str(error), None
    return "computed", "", result


def _mismatches(node: Node, view: SessionView, stage: StageView, one: JointView) -> list[kinds.Mismatch]:
    own = one.recorded.get(queries.own_party(node))
    if own is None:
        return []
    mine = kinds.JointResult.model_validate(own.fields)
    known = {
        (report.fields["own"]["index"], report.fields["other"]["index"], report.fields["other"]["origin"])
        for report in one.mismatches
        if report.origin == node.origin
    }
    found = []
    for report in one.recorded.values():
        if report.party == own.party or (own.index, report.index, report.origin) in known:
            continue
        theirs = kinds.JointResult.model_validate(report.fields)
        if places := differences(mine, theirs):
            found.append(
                kinds.Mismatch(
                    session=view.model.slug,
                    asked=view.digest,
                    stage=stage.name,
                    question=one.question.slug,
                    own=_pointer(node, own),
                    other=_pointer(node, report),
                    own_inputs=mine.inputs,
                    other_inputs=theirs.inputs,
                    differs=[place[:60] for place in places[:64]],
                )
            )
    return found


def _pointer(node: Node, report: Report) -> Pointer:
    leaf = node.record(report.origin, report.index).leaf_hash
    return Pointer(origin=report.origin, index=report.index, leaf=b64(leaf))
