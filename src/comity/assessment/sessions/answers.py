"""What is answered about sessions, as plain data: for the API and `--json` alike.

Every figure stands beside its method with version, the root of its inputs, and the place in a log that it
rests on (`{"origin", "index"}`). Floats leave here alone: records hold decimal strings.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.assessment.sessions import experts, joint, queries, sealing
from comity.assessment.sessions.audit import audit as audited
from comity.assessment.sessions.board import board as boarded
from comity.assessment.sessions.chance import by_lot
from comity.assessment.sessions.digests import fields_of
from comity.assessment.sessions.opened import weighting
from comity.assessment.sessions.scores import scores as scored

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.sessions.audit import QuestionAudit
    from comity.assessment.sessions.board import StageBoard
    from comity.assessment.sessions.joint import JointView
    from comity.assessment.sessions.opened import LineView
    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.node.node import Node
    from comity.node.rows import Report


def listing(node: Node) -> dict[str, Any]:
    """Return every session on record here, with the stage that it is in."""
    return {"origin": node.origin, "sessions": [_head(one) for one in queries.sessions(node)]}


def session(node: Node, key: str) -> dict[str, Any]:
    """Return a session with its questions, as an expert is asked them."""
    view = queries.find(node, key)
    panel = view.panel
    return {
        **_head(view),
        "fields": view.report.fields,
        "digest": view.digest,
        "questions": [_question(one) for one in view.questions],
        "impacts": queries.impacts(view),
        "panel": None if panel is None else {"custodian": panel.custodian, "experts": len(panel.experts)},
        "arguments": [
            {**_place(one), "party": one.party, "fields": one.fields} for one in queries.arguments(node, view)
        ],
    }


def board(node: Node, key: str) -> dict[str, Any]:
    """Return who has sealed, never what; whose turn it is, and what came out of turn."""
    found = boarded(node, queries.find(node, key))
    return {
        **_head(found.view),
        "turns": [asdict(turn) for turn in found.turns],
        "stages": [_stage(node, found.view, one) for one in found.stages],
    }


def drafts(node: Node, key: str, stage: str, expert: str) -> dict[str, Any]:
    """Return what an expert has typed and not submitted."""
    found = experts.drafts(node, key, stage, expert)
    return {
        "stage": stage,
        "expert": expert,
        "drafts": {slug: one.model_dump() for slug, one in found.items()},
    }


def save(
    node: Node, key: str, stage: str, expert: str, typed: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Any]:
    """Keep what an expert has typed."""
    experts.save(node, key, stage, expert, typed)
    return drafts(node, key, stage, expert)


def submit(node: Node, key: str, stage: str, expert: str, questions: list[str]) -> dict[str, Any]:
    """Turn drafts into answers; `refused` says of each other one which value, and what would do."""
    places, refused = experts.submit(node, key, stage, expert, questions)
    return {"stage": stage, "expert": expert, "origin": node.origin, "answers": places, "refused": refused}


def given(node: Node, key: str, person: str) -> dict[str, Any]:
    """Return single answers to their expert, or to the custodian; in the order of the log, never ranked."""
    found = experts.given(node, key, person)
    return {"person": person, "answers": [{**_place(one), "fields": one.fields} for one in found]}


def summary(node: Node, key: str, stage: str) -> dict[str, Any]:
    """Return exactly what would be sealed, and what the other side will see of it, question by question."""
    made, _ = sealing.summarise(node, key, stage)
    return {"stage": stage, "fields": fields_of(made)}


def calibration(node: Node, key: str, stage: str, person: str) -> dict[str, Any]:
    """Return scores on seed questions: an expert's own, or all for the custodian; never ranked."""
    view = queries.find(node, key)
    seen = experts.seen_by(view, person)
    _, made = sealing.summarise(node, view.key, stage)
    judged, told = made.weights.judged, made.weights.told
    return {
        "stage": stage,
        "weights": told.method,
        "seeds": told.seeds,
        "why": told.why,
        "method": None if judged is None else judged.method,
        "inputs": None if judged is None else judged.inputs,
        "recommendation": None if judged is None else judged.why,
        "experts": [
            {**asdict(one), "weight": None if by is None else by.get(one.id, 0.0)}
            for by in [made.weights.by_expert]
            for one in (judged.experts if judged is not None else ())
            if one.id in seen
        ],
    }


def seal(node: Node, key: str, stage: str, author: str) -> dict[str, Any]:
    """Seal, and return the board."""
    sealing.seal(node, key, stage, author)
    return board(node, key)


def open_next(
    node: Node, key: str, stage: str, author: str, question: str = "", *, anyway: bool = False
) -> dict[str, Any]:
    """Open the next question, and return the board."""
    slug, place = sealing.open_next(node, key, stage, author, question, anyway=anyway)
    return {"opened": slug, "at": {"origin": place.origin, "index": place.index}, **board(node, key)}


def joined(node: Node, key: str, stage: str) -> dict[str, Any]:
    """Return the joint layer of a stage, and whether what the parties recorded is the same."""
    view = queries.find(node, key)
    found = joint.results(node, view, view.stage(stage))
    return {
        **_head(view),
        "stage": stage,
        "questions": [_joint(one) for one in found],
        "agree": not any(any(one.differs.values()) or one.mismatches for one in found),
    }


def record(node: Node, key: str, stage: str, author: str) -> dict[str, Any]:
    """Record joint results and mismatches, and return the joint layer."""
    made, wrong = joint.record(node, key, stage, author)
    return {"recorded": made, "mismatches": wrong, **joined(node, key, stage)}


def scores(node: Node, key: str, person: str = "") -> dict[str, Any]:
    """Return proper scores of what was sealed before it came out."""
    view = queries.find(node, key)
    return {**_head(view), "scores": [asdict(one) for one in scored(node, view, person)]}


def audit(node: Node, key: str) -> dict[str, Any]:
    """Return both layers, made anew from what this node was granted."""
    view = queries.find(node, key)
    found = audited(node, view)
    return {
        **_head(view),
        "ok": found.ok,
        "complete": found.complete,
        "questions": [_audit(one) for one in found.questions],
    }


# --- inside ---


def _head(view: SessionView) -> dict[str, Any]:
    return {
        "key": view.key,
        "slug": view.model.slug,
        "title": view.model.title,
        "protocol": view.model.protocol,
        "exercise": view.exercise,
        "parties": dict(view.parties),
        "missing": list(view.missing),
        "stage": view.current.name,
        "phase": view.current.phase,
        "phases": {one.name: one.phase for one in view.stages},
    }


def _question(one: QuestionView) -> dict[str, Any]:
    return {
        "number": one.number,
        "path": one.path,
        "digest": one.asked.digest,
        **_place(one.report),
        "fields": one.report.fields,
        "changed": one.changed,
        "resolutions": [{**_place(r), "party": r.party, "fields": r.fields} for r in one.resolutions],
    }


def _stage(node: Node, view: SessionView, one: StageBoard) -> dict[str, Any]:
    standing = one.view.standing
    return {
        "name": one.view.name,
        "phase": one.view.phase,
        **{name: getattr(one.view.deadlines, name) for name in ("answer_by", "seal_by", "open_by")},
        "next_deadline": one.next_deadline,
        "milliseconds_left": one.milliseconds_left,
        "answered": experts.progress(node, view, one.view.name),
        "round": one.round,
        "weighting": {
            view.parties[party.origin]: weighting(node, party)
            for party in (standing.parties if standing is not None else ())
        },
        "due": None if one.due is None else asdict(one.due),
        "lines": {
            slug: {party: line_json(line) for party, line in each.items()} for slug, each in one.lines.items()
        },
    }


def line_json(line: LineView) -> dict[str, Any]:
    """Return one party's side of one question."""
    return {
        "state": line.state,
        "in_turn": line.in_turn,
        "at": None if line.at is None else {"origin": line.at.origin, "index": line.at.index},
        "line": None if line.line is None else line.line.model_dump(mode="json", exclude_none=True),
    }


def _joint(one: JointView) -> dict[str, Any]:
    return {
        "question": one.question.slug,
        "state": one.state,
        "why": one.why,
        "result": None if one.result is None else fields_of(one.result),
        "by_lot": None if one.result is None else asdict(by_lot(one.result, one.opened)),
        "recorded": {party: _place(report) for party, report in one.recorded.items()},
        "differs": {party: list(places) for party, places in one.differs.items()},
        "mismatches": [{**_place(report), "fields": report.fields} for report in one.mismatches],
    }


def _audit(one: QuestionAudit) -> dict[str, Any]:
    across = one.across
    return {
        "question": one.question,
        "stage": one.stage,
        "inner": [asdict(found) for found in one.inner],
        "joint": _joint(one.joint),
        "across": None
        if across is None
        else {
            "method": across.method,
            "inputs": across.inputs,
            "chance": asdict(across.chance),
            "advice": asdict(across.advice),
            "parts": asdict(across.parts),
        },
    }


def _place(report: Report) -> dict[str, Any]:
    return {"origin": report.origin, "index": report.index}
