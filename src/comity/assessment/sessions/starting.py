"""Starting a session: its questions and itself in one batch, then a round for each stage.

Where that was cut off, the same start again goes on with what is missing, and appends nothing twice.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import gate as gate_kinds
from comity.assessment.entries import initiatives as initiative_kinds
from comity.assessment.entries import sessions as kinds
from comity.assessment.preview import seen
from comity.assessment.sessions import queries
from comity.assessment.sessions.digests import asked_by, digest_of, fields_of, round_name
from comity.assessment.sessions.errors import SessionError, SessionStepError
from comity.assessment.sessions.joining import METHODS
from comity.assessment.sessions.opened import all_paths
from comity.assessment.sessions.recording import HEADER, append, header, read
from comity.assessment.tables import PROJECTOR
from comity.node.compacts import in_force, parties
from comity.node.control.rounds import Round
from comity.record.canonical import b64

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from comity.assessment.sessions.queries import SessionView
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind

MOST_BYTES: Final = 60_000
"""Of the lines of a summary: a record holds 64 KiB."""
_LINE_BYTES: Final = 700
_MASS_BYTES: Final = 14


def start(node: Node, given: Mapping[str, Any], author: str) -> SessionView:
    """Start a session: its questions, the session, a round for each stage.

    Args:
        node: The node.
        given: The fields of the session, where `questions` holds the fields of each question and `logs` the
            logs that seal; `marking`, `releasable_to` and `exercise` are for the header.
        author: Pseudonym of who starts it.

    Raises:
        SessionStepError: it would not stand, and why; nothing was recorded.
        SessionError: a field is not as it should be.
    """
    told, model, questions = _read(node, given)
    own = _recorded(node, model.slug)
    if own is None:
        _check(node, model, questions)
        head = header(node, author, told, [one.party for one in model.voices])
        append(node, [*_unrecorded(node, questions), model], head)
        own = _recorded(node, model.slug)
    elif own.fields != fields_of(model):
        raise SessionStepError("name-taken", f"{node.origin}/{own.index} is another session {model.slug!r}")
    assert own is not None
    _begin_rounds(node, model, author, exercise=own.exercise)
    return queries.find(node, f"{own.origin}/{own.index}")


def shown(node: Node, given: Mapping[str, Any], author: str) -> dict[str, Any]:
    """Return what a start would put on record, with every question in full; nothing is appended.

    Raises:
        SessionStepError: it would not stand, and why.
        SessionError: a field is not as it should be.
    """
    told, model, questions = _read(node, given)
    _check(node, model, questions)
    head = header(node, author, told, [one.party for one in model.voices])
    fields = {**fields_of(model), "questions": [fields_of(one) for one in questions]}
    return seen(node, kinds.Session, fields_of(model), head) | {
        "fields": [{"path": name, "value": value} for name, value in fields.items()]
    }


def voices(logs: Iterable[str]) -> list[dict[str, Any]]:
    """Return the voice of each log's party: equal, as the compact has parties and no weights."""
    return [{"party": log.partition("/")[0], "log": log, "weight": 1} for log in logs]


def check_voices(node: Node, model: kinds.Session) -> None:
    """Check that every party has the voice that the compact gives it.

    Raises:
        SessionStepError: the weights differ, or a party is none of the compact.
    """
    if len({one.weight for one in model.voices}) > 1:
        raise SessionStepError("voices-differ")
    if in_force(node.folder) is None:
        return
    known = parties(node)
    for one in model.voices:
        if one.party not in known:
            raise SessionStepError("not-in-compact", f"{one.party} is no party of the compact")


# --- inside ---


def _read(node: Node, given: Mapping[str, Any]) -> tuple[dict[str, Any], kinds.Session, list[kinds.Question]]:
    """Return what the header says, the session, and its questions."""
    act = dict(given)
    told = {name: act.pop(name) for name in HEADER if name in act}
    asked = act.pop("questions", [])
    if not isinstance(asked, list):
        raise SessionError("questions: a list of questions is needed")
    questions = [read(kinds.Question, one) for one in asked]
    return told, _session(node, act, questions), questions


def _session(node: Node, act: dict[str, Any], questions: Sequence[kinds.Question]) -> kinds.Session:
    compact = in_force(node.folder)
    fields = {
        "methods": list(METHODS),
        "voices": voices(act.pop("logs", [])),
        **act,
        "questions": [{"question": one.slug, "digest": digest_of(fields_of(one))} for one in questions],
    }
    if compact is not None:
        named = {"name": compact.name, "number": compact.version, "digest": b64(compact.digest)}
        fields.setdefault("compact", named)
    return read(kinds.Session, fields)


def _recorded(node: Node, slug: str) -> Report | None:
    """Return the session of this name in the own log."""
    with node.views.connect() as db:
        found = [one for one in PROJECTOR.reports(db, kinds.Session) if one.fields["slug"] == slug]
    return next((one for one in found if one.origin == node.origin), None)


def _unrecorded(node: Node, questions: Sequence[kinds.Question]) -> list[Kind]:
    """Return the questions that are on record here under no digest yet."""
    with node.views.connect() as db:
        known = {digest_of(one.fields) for one in PROJECTOR.reports(db, kinds.Question)}
    return [one for one in questions if digest_of(fields_of(one)) not in known]


def _begin_rounds(node: Node, model: kinds.Session, author: str, *, exercise: bool) -> None:
    have = {one.model.round for one in Round.all(node) if one.place.origin == node.origin}
    for stage in model.stages:
        if round_name(model.slug, stage.stage) not in have:
            Round.start(
                node,
                round_name(model.slug, stage.stage),
                asked_by(fields_of(model), stage.stage),
                [one.log for one in model.voices],
                seal_by=stage.seal_by,
                open_by=stage.open_by,
                author=author,
                paths=all_paths(len(model.questions)),
                recipients=model.recipients,
                title=dict(model.title),
                exercise=exercise,
            )


def _check(node: Node, model: kinds.Session, questions: Sequence[kinds.Question]) -> None:
    now = node.control.rounds.clock()
    if model.stages[0].answer_by <= now:
        raise SessionStepError("deadline-over", "the experts' deadline lies in the past")
    check_voices(node, model)
    _check_logs(node, model)
    _check_questions(node, questions)
    _check_served(node, model)
    taken = {one.model.round for one in Round.all(node) if one.place.origin == node.origin}
    for stage in model.stages:
        if round_name(model.slug, stage.stage) in taken:
            raise SessionStepError(
                "name-taken", f"a round {round_name(model.slug, stage.stage)} is on record"
            )


def _check_logs(node: Node, model: kinds.Session) -> None:
    if node.origin not in {one.log for one in model.voices}:
        raise SessionStepError("not-a-party", f"{node.origin} is not among the logs that seal")
    for log in (*(one.log for one in model.voices), *model.recipients):
        if log not in node.charters:
            raise SessionStepError("unknown-recipient", f"{log} is not paired with this node")


def _check_questions(node: Node, questions: Sequence[kinds.Question]) -> None:
    levels = {tuple(map(float, one.levels)) for one in questions if one.levels}
    if len(levels) > 1:
        raise SessionStepError("levels-differ")
    size = sum(_LINE_BYTES + _MASS_BYTES * (one.cells or len(one.categories or "ab")) for one in questions)
    if size > MOST_BYTES:
        raise SessionStepError(
            "too-large", f"a summary would take {size} bytes of {MOST_BYTES}: fewer questions, or fewer cells"
        )
    with node.views.connect() as db:
        resolved = {
            (one.fields["question"], one.fields["question_digest"])
            for one in PROJECTOR.reports(db, kinds.Resolution)
        }
        known = PROJECTOR.reports(db, kinds.Question)
    for one in questions:
        digest = digest_of(fields_of(one))
        if any(one.slug == slug or digest == other for slug, other in resolved):
            raise SessionStepError("question-resolved", f"{one.slug!r} has an outcome: it is not asked again")
        if any(r.fields["slug"] == one.slug and digest_of(r.fields) != digest for r in known):
            raise SessionStepError("question-twice", f"{one.slug!r} is on record with other words")


def _check_served(node: Node, model: kinds.Session) -> None:
    """Check that what the session serves is on record: an initiative, a consultation on it."""
    with node.views.connect() as db:
        if model.initiative is not None and not _named(db, initiative_kinds.Initiative, model.initiative):
            raise SessionStepError("unknown-initiative", f"no initiative {model.initiative!r} is on record")
        if model.gate is not None and not _named(db, gate_kinds.Gate, model.gate):
            raise SessionStepError("unknown-gate", f"no consultation {model.gate!r} is on record")


def _named(db: Any, kind: type[Kind], slug: str) -> bool:
    return any(one.fields["slug"] == slug for one in PROJECTOR.reports(db, kind))
