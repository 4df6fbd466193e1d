"""What experts answer: saved as they type, checked when they submit, shown to them and to one custodian.

An answer counts if it is the newest of its expert, stage and question when the party summarises. Single
answers are asked for in somebody's name: that of the expert, or of the custodian whom the panel names.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from comity.assessment.entries import sessions as kinds
from comity.assessment.sessions import drafts as kept
from comity.assessment.sessions import queries
from comity.assessment.sessions.checks import checked
from comity.assessment.sessions.errors import AnswerRefusedError, PersonalError
from comity.assessment.sessions.recording import append, personal_header, read
from comity.assessment.sessions.summing import Given
from comity.assessment.tables import PROJECTOR
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.sessions.drafts import Draft
    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.node.rows import Report


def save(
    node: Node, key: str, stage: str, expert: str, typed: Mapping[str, Mapping[str, Any] | None]
) -> dict[str, Draft]:
    """Keep what an expert has typed, by question; nothing is checked but its length, None takes it out.

    Raises:
        DraftFileError: it is too long, or the expert is no pseudonym.
    """
    view = queries.find(node, key)
    stage_ = view.stage(stage)
    for slug in typed:
        view.question(slug)
    return kept.save(node.folder.root, view.digest, expert, stage_.name, typed)


def drafts(node: Node, key: str, stage: str, expert: str) -> dict[str, Draft]:
    """Return what an expert has typed and not submitted."""
    view = queries.find(node, key)
    return kept.read(node.folder.root, view.digest, expert, view.stage(stage).name)


def submit(
    node: Node, key: str, stage: str, expert: str, questions: Sequence[str] = ()
) -> tuple[list[int], list[dict[str, str]]]:
    """Turn drafts into answers; what is refused stays a draft, and the others are recorded.

    Args:
        node: The node.
        key: The session.
        stage: Private or revised.
        expert: Pseudonym.
        questions: Only these; all drafts otherwise.

    Returns:
        Indexes of the answers, and of each refused one its question (`item`), `reason` and `detail`.

    Raises:
        AnswerRefusedError: nobody may answer now, or not this expert.
    """
    view = queries.find(node, key)
    _check_expert(node, view, stage, expert)
    models, refused = [], []
    typed = kept.read(node.folder.root, view.digest, expert, stage)
    for slug in questions or sorted(typed):
        try:
            models.append(_answer(view, stage, expert, slug, typed.get(slug)))
        except AnswerRefusedError as error:
            refused.append({"item": slug, "reason": error.reason, "detail": str(error)})
    places = append(node, models, personal_header(view, expert, view.model.auditors)) if models else []
    # Only now: killed before, the draft is still there; killed between, the same answer is given again.
    kept.save(node.folder.root, view.digest, expert, stage, {one.question: None for one in models})
    return places, refused


def given(node: Node, key: str, person: str) -> list[Report]:
    """Return single answers of the own party: an expert's own, or all of them for the custodian.

    Raises:
        PersonalError: the person is neither on the panel nor its custodian.
    """
    view = queries.find(node, key)
    seen_by(view, person)
    every = view.panel is not None and person == view.panel.custodian
    return [one for one in _own(node, view) if every or one.fields["expert"] == person]


def seen_by(view: SessionView, person: str) -> frozenset[str]:
    """Return the experts of whom a person may see what is theirs alone: themselves, or all for the custodian.

    Raises:
        PersonalError: the person is neither on the panel nor its custodian.
    """
    panel = view.panel
    if panel is None or person not in (panel.custodian, *panel.experts):
        raise PersonalError(f"{person[:60]!a} is neither an expert of the panel nor its custodian")
    return frozenset(panel.experts) if person == panel.custodian else frozenset({person})


def counting(
    node: Node, view: SessionView, stage: str, log: str, *, before: int | None = None
) -> list[Given]:
    """Return the answers of a log that count: the newest of each expert and question, as far as held here.

    Args:
        node: The node.
        view: The session.
        stage: Which.
        log: Whose.
        before: Index before which they stand; any when none is given.
    """
    digests = {one.slug: one.asked.digest for one in view.questions}
    newest: dict[tuple[str, str], Report] = {}
    with node.views.connect() as db:
        found = PROJECTOR.reports(db, kinds.Answer)
    for one in found:
        fields = one.fields
        named = (fields["asked"], fields["stage"], fields["question_digest"])
        early = before is None or one.index < before
        if one.origin == log and early and named == (view.digest, stage, digests.get(fields["question"])):
            newest[fields["expert"], fields["question"]] = one
    return [
        Given(
            expert,
            question,
            tuple(one.fields["values"]),
            one.origin,
            one.index,
            b64(node.record(one.origin, one.index).leaf_hash),
        )
        for (expert, question), one in newest.items()
    ]


def progress(node: Node, view: SessionView, stage: str) -> dict[str, int]:
    """Return how many experts of the own panel have answered each question; never who."""
    found = counting(node, view, stage, node.origin)
    return {one.slug: sum(answer.question == one.slug for answer in found) for one in view.questions}


# --- inside ---


def _own(node: Node, view: SessionView) -> list[Report]:
    with node.views.connect() as db:
        found = PROJECTOR.reports(db, kinds.Answer)
    return [one for one in found if one.origin == node.origin and one.fields["asked"] == view.digest]


def _check_expert(node: Node, view: SessionView, stage: str, expert: str) -> None:
    if all(one.name != stage for one in view.stages):
        raise AnswerRefusedError("stage-unknown", f"{view.model.protocol} has no stage {stage[:20]!a}")
    if view.panel is None:
        raise AnswerRefusedError("no-panel")
    if expert not in view.panel.experts:
        raise AnswerRefusedError("not-on-panel", f"{expert[:60]!a} is not on this party's panel")
    _check_stage(node, view.stage(stage))


def _check_stage(node: Node, found: StageView) -> None:
    if found.phase == "waiting":
        raise AnswerRefusedError("stage-closed", "answers are revised once the first summaries are open")
    if found.sealed_by(node.origin):
        raise AnswerRefusedError("stage-closed", "this party has sealed the stage: it takes no more answers")
    if node.control.rounds.clock() >= found.deadlines.answer_by:
        raise AnswerRefusedError("stage-closed", "the experts' deadline is over")
    if found.phase != "answering":
        raise AnswerRefusedError("stage-closed", f"the stage is {found.phase.replace('-', ' ')}")


def _answer(view: SessionView, stage: str, expert: str, slug: str, typed: Draft | None) -> kinds.Answer:
    one = next((one for one in view.questions if one.slug == slug), None)
    if one is None:
        raise AnswerRefusedError("unknown-question", f"the session asks no question {slug[:96]!a}")
    _check_question(one)
    if typed is None:
        raise AnswerRefusedError("wrong-count", "no draft of it is kept: nothing was typed")
    words = {
        name: {typed.language: text}
        for name in ("why", "why_low", "why_high")
        if (text := normalize("NFC", getattr(typed, name)).strip())
    }
    named = {"session": view.model.slug, "asked": view.digest, "stage": stage, "expert": expert}
    asked = {"question": one.slug, "question_digest": one.asked.digest}
    return read(kinds.Answer, {**named, **asked, "values": checked(one.model, typed.values), **words})


def _check_question(one: QuestionView) -> None:
    if one.changed:
        raise AnswerRefusedError(
            "question-changed", f"{one.slug!r} was recorded with other words since the session began"
        )
    if one.resolutions:
        raise AnswerRefusedError("question-resolved", f"the outcome of {one.slug!r} is on record")
