"""Proper scores of what was sealed before a question came out.

What a party opened and the joint pool are scored for everybody; single experts only for themselves and for
the custodian, in the order of their pseudonyms: there is no ranking. When something was sealed is the
earliest second at which another party is known to have seen the seal, by its cosignature; what nobody attests
in time is not scored.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.pools.errors import PoolError
from comity.assessment.pools.resolved import METHOD, Sealed, resolve
from comity.assessment.sessions import queries
from comity.assessment.sessions.experts import counting, seen_by
from comity.assessment.sessions.joint import results
from comity.assessment.sessions.lines import distributions, uncertainty
from comity.assessment.sessions.opened import lines
from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from comity.assessment.sessions.queries import QuestionView, SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.node.rows import Report

    Floats = NDArray[np.float64]

CATEGORICAL: Final = {"brier": "brier-categories@1", "log": "log-score-categories@1"}
JOINT: Final = "joint"


@dataclass(frozen=True)
class Scored:
    """The scores of one question in one stage.

    Attributes:
        question: Slug.
        stage: Which.
        scores: By score, then by name: `joint`, a party, or a pseudonym; less is better.
        unscored: Names whose seal nobody attests before the outcome.
        methods: Of each score, and of the whole.
        inputs: Root of what was scored, the outcome, and its time; hexadecimal.
        void: Whether the question can no longer be answered as it was asked.
    """

    question: str
    stage: str
    scores: Mapping[str, Mapping[str, float]]
    unscored: tuple[str, ...]
    methods: Mapping[str, str]
    inputs: str
    void: bool = False


def scores(node: Node, view: SessionView, person: str = "") -> list[Scored]:
    """Return the scores of every question that came out.

    Args:
        node: The node.
        view: The session.
        person: An expert of the own panel, who sees their own, or its custodian, who sees all.

    Raises:
        PersonalError: the person is neither.
    """
    experts = seen_by(view, person) if person else frozenset()
    found = []
    for stage in view.stages:
        for one in view.questions:
            report = queries.resolution(node, one)
            if report is not None and stage.standing is not None:
                found.append(_one(node, view, stage, one, report, experts))
    return found


# --- inside ---


def _one(  # noqa: PLR0917 - where, the session, stage and question, how it came out, for whom
    node: Node,
    view: SessionView,
    stage: StageView,
    one: QuestionView,
    report: Report,
    experts: frozenset[str],
) -> Scored:
    if report.fields.get("void"):
        return Scored(one.slug, stage.name, {}, (), {}, "", void=True)
    sealed = _sealed(node, view, stage, one, experts)
    attested = [answer for answer in sealed if answer.sealed_at >= 0]
    resolved_at = int(report.fields["resolved_at"])
    silent = tuple(answer.name for answer in sealed if answer.sealed_at < 0)
    if one.model.form == "categorical":
        place = [category.slug for category in one.model.categories or ()].index(report.fields["category"])
        return _categorical(one, stage, attested, silent, place, resolved_at)
    found = resolve(attested, float(report.fields["outcome"]), resolved_at, uncertainty(one.model).grid)
    methods = {**{str(name): method for name, method in found.methods.items()}, "whole": found.method}
    told = {str(name): dict(values) for name, values in found.scores.items()}
    return Scored(one.slug, stage.name, told, (*silent, *found.late), methods, found.inputs)


def _sealed(
    node: Node, view: SessionView, stage: StageView, one: QuestionView, experts: frozenset[str]
) -> list[Sealed]:
    """Return what was sealed, each with the time of the seal; -1 where nobody attests one."""
    at = {}
    for party in stage.standing.parties if stage.standing is not None else ():
        seen = party.seal_seen
        at[view.parties[party.origin]] = -1 if seen is None else seen.seconds * 1000
    opened = {
        name: np.array(line.line.masses, float) / sum(line.line.masses)
        for name, line in lines(node, view, stage)[one.slug].items()
        if line.line is not None and line.line.masses is not None
    }
    found = [Sealed(name, at[name], masses) for name, masses in sorted(opened.items())]
    joint = next((r for r in results(node, view, stage) if r.question.slug == one.slug), None)
    if joint is not None and joint.result is not None:
        masses = np.array(joint.result.stream, float) / joint.result.out_of
        found.append(Sealed(JOINT, -1 if -1 in at.values() else max(at.values()), masses))
    own = at.get(queries.own_party(node), -1)
    return found + _own(node, view, stage, one, experts, own)


def _own(  # noqa: PLR0917 - where, the session, stage and question, for whom, since when
    node: Node,
    view: SessionView,
    stage: StageView,
    one: QuestionView,
    experts: frozenset[str],
    sealed_at: int,
) -> list[Sealed]:
    """Return single answers: they were sealed by the summary whose inputs they are."""
    given = [
        answer
        for answer in counting(node, view, stage.name, node.origin)
        if answer.question == one.slug and answer.expert in experts
    ]
    given.sort(key=lambda answer: answer.expert)
    if not given or not stage.sealed_by(node.origin):
        return []
    masses = distributions(one.model, [answer.values for answer in given])
    return [Sealed(answer.expert, sealed_at, row) for answer, row in zip(given, masses, strict=True)]


def _categorical(  # noqa: PLR0917 - question, stage, what was sealed, by whom not, what came true, when
    one: QuestionView,
    stage: StageView,
    sealed: Sequence[Sealed],
    silent: tuple[str, ...],
    place: int,
    resolved_at: int,
) -> Scored:
    """Score probabilities of categories (Brier 1950, over all of them; minus log2 of what came true).

    Raises:
        PoolError: two answers have one name.
    """
    if len({answer.name for answer in sealed}) != len(sealed):
        raise PoolError("two answers have one name")
    early = [answer for answer in sealed if answer.sealed_at < resolved_at]
    late = tuple(answer.name for answer in sealed if answer.sealed_at >= resolved_at)
    scored: dict[str, dict[str, float]] = {name: {} for name in CATEGORICAL} if early else {}
    for answer in early:
        truth = np.zeros(len(answer.masses))
        truth[place] = 1
        scored["brier"][answer.name] = float(((answer.masses - truth) ** 2).sum())
        with np.errstate(divide="ignore"):
            scored["log"][answer.name] = float(-np.log2(answer.masses[place])) + 0.0
    leaves: list[Any] = [["outcome", str(place), resolved_at]]
    leaves += [["answer", a.name, a.sealed_at, *map(repr, a.masses.tolist())] for a in sealed]
    inputs = root(sorted(encode(leaf) for leaf in leaves)).hex()
    methods = {**CATEGORICAL, "whole": METHOD} if early else {"whole": METHOD}
    return Scored(one.slug, stage.name, scored, (*silent, *late), methods, inputs)
