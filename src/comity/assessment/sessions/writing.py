"""What is recorded around a session: panels, arguments, outcomes; each checked, or refused and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.assessment.entries import sessions as kinds
from comity.assessment.likelihood.sentences import mixed
from comity.assessment.preview import seen
from comity.assessment.sessions import queries
from comity.assessment.sessions.digests import digest_of, fields_of
from comity.assessment.sessions.errors import SessionStepError
from comity.assessment.sessions.recording import HEADER, append, header, personal_header, read
from comity.assessment.sessions.starting import start
from comity.assessment.tables import PROJECTOR
from comity.node.compacts import parties
from comity.node.rows import newest_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.node.node import Node

    Act = Mapping[str, Any]

__all__ = ["argue", "panel", "resolve", "shown_outcome", "start"]

CLOCK_SLACK: Final = 300_000
"""Milliseconds by which a clock may be ahead of this one."""


def panel(node: Node, key: str, custodian: str, experts: Sequence[str], author: str) -> SessionView:
    """Name whom this party asks, and who keeps their answers; the newest panel counts.

    Raises:
        SessionError: a pseudonym is none, or is named twice.
    """
    view = queries.find(node, key)
    given = {
        "session": view.model.slug,
        "asked": view.digest,
        "custodian": custodian,
        "experts": list(experts),
    }
    append(node, [read(kinds.Panel, given)], personal_header(view, author, view.model.auditors))
    return queries.find(node, view.key)


def argue(node: Node, key: str, given: Act, author: str) -> int:
    """Append an argument; return its index.

    Args:
        node: The node.
        key: The session.
        given: `question`, `tail` or `category`, `text` by language, and where wanted `cites`, `marking`,
            `releasable_to`.
        author: Pseudonym of who argues, or of who passes it on.

    Raises:
        SessionStepError: there is no such question, or the discussion has not begun.
    """
    act = dict(given)
    view = queries.find(node, key)
    first = view.stages[0]
    if first.phase != "open" and node.control.rounds.clock() < first.deadlines.open_by:
        raise SessionStepError("private-not-open", "it is discussed once the first summaries are open")
    one = view.question(str(act.get("question", "")))
    head = {name: act.pop(name) for name in HEADER if name in act} | {"exercise": view.exercise}
    named = {"session": view.model.slug, "asked": view.digest, "question_digest": one.asked.digest}
    model = read(kinds.Argument, {**act, **named})
    _check_end(one, model)
    _check_words(model)
    return append(node, [model], header(node, author, head, view.parties.values()))[0]


def resolve(node: Node, given: Act, author: str) -> int:
    """Say from a source how a question came out; return the index.

    Args:
        node: The node.
        given: `question` (slug), `outcome`, `category` or `void`, `resolved_at`, `cites`, and where wanted
            `note`, `marking`, `releasable_to`, `exercise`.
        author: Pseudonym of who says so.

    Raises:
        SessionStepError: no such question is on record, the outcome is none of it, lies in the future, or is
            another one than this party recorded.
    """
    model, head = _outcome(node, given, author)
    return append(node, [model], head)[0]


def shown_outcome(node: Node, given: Act, author: str) -> dict[str, Any]:
    """Return what an outcome would put on record, and who reads it when; nothing is appended.

    Raises:
        SessionStepError: it would not stand, and why.
    """
    model, head = _outcome(node, given, author)
    return seen(node, kinds.Resolution, fields_of(model), head)


# --- inside ---


def _outcome(node: Node, given: Act, author: str) -> tuple[kinds.Resolution, dict[str, Any]]:
    act = dict(given)
    question, fictional = _question(node, str(act.get("question", "")))
    head = {name: act.pop(name) for name in HEADER if name in act}
    head["exercise"] = bool(head.get("exercise")) or fictional
    model = read(kinds.Resolution, {**act, "question_digest": digest_of(fields_of(question))})
    _check_outcome(node, question, model)
    _check_said(node, model)
    return model, header(node, author, head, parties(node))


def _check_end(one: QuestionView, model: kinds.Argument) -> None:
    categories = [category.slug for category in one.model.categories or ()]
    if (model.category is None) == bool(categories) or (categories and model.category not in categories):
        wanted = f"category: {', '.join(categories)}" if categories else "tail: low or high"
        raise SessionStepError("one-end", f"an argument on {one.slug!r} is for a {wanted}")


def _check_words(model: kinds.Argument) -> None:
    """Refuse a sentence that speaks of confidence and of likelihood at once (ICD 203, D.6.e(2)(b))."""
    for text in model.text.values():
        for found in mixed(text):
            raise SessionStepError(
                "mixed-words",
                f"{found.confidence!a} and {found.likelihood!a} in one sentence: {found.sentence[:120]}",
            )


def _question(node: Node, slug: str) -> tuple[kinds.Question, bool]:
    with node.views.connect() as db:
        found = [one for one in PROJECTOR.reports(db, kinds.Question) if one.fields["slug"] == slug]
    digests = {digest_of(one.fields) for one in found}
    if len(digests) != 1:
        why = "is on record with several wordings" if digests else "is not on record here"
        raise SessionStepError("unknown-question", f"the question {slug[:96]!a} {why}")
    return kinds.Question.model_validate(found[0].fields), any(one.exercise for one in found)


def _check_outcome(node: Node, question: kinds.Question, model: kinds.Resolution) -> None:
    if model.resolved_at > node.control.rounds.clock() + CLOCK_SLACK:
        raise SessionStepError("resolved-too-early")
    if model.void:
        return
    if question.form == "categorical":
        known = [one.slug for one in question.categories or ()]
        if model.category not in known:
            raise SessionStepError(
                "out-of-range", f"the category that came true is one of {', '.join(known)}"
            )
    elif model.outcome is None:
        raise SessionStepError("out-of-range", f"{question.slug!r} has an outcome, no category")
    elif question.form == "probability" and float(model.outcome) not in (0.0, 1.0):
        raise SessionStepError("out-of-range", "an event came (1) or did not (0); what is neither is void")
    elif question.scale == "log" and float(model.outcome) <= 0:
        raise SessionStepError("out-of-range", f"{model.outcome} is no value on a logarithmic scale")


def _check_said(node: Node, model: kinds.Resolution) -> None:
    """Refuse another outcome than this party has recorded: what experts were scored by does not move."""
    with node.views.connect() as db:
        said = [
            one
            for one in PROJECTOR.reports(db, kinds.Resolution)
            if one.fields["question_digest"] == model.question_digest
        ]
    own = newest_of(said, queries.own_party(node))
    if own is not None:
        raise SessionStepError(
            "resolved-before", f"{own.origin} {own.index} says how {model.question!r} came out"
        )
