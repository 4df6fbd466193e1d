"""What is on record of sessions: each with its questions, its rounds, its panel, and where its stages stand.

Nothing here says what an expert answered, or what a party sealed: `experts` and `opened` do.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.entries import sessions as kinds
from comity.assessment.sessions.digests import digest_of
from comity.assessment.sessions.errors import SessionError, SessionStepError
from comity.assessment.sessions.stages import StageView, stages_of
from comity.assessment.tables import PROJECTOR
from comity.node.control.rounds import Round
from comity.node.rows import newest_of

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report


@dataclass(frozen=True)
class QuestionView:
    """One question of a session.

    Attributes:
        number: From 1, in the order in which they are asked.
        path: The field of a summary that is its: `q01`.
        asked: As the session names it.
        model: Its fields.
        report: The record that has these fields.
        resolutions: What is on record of its outcome, newest of each party.
        changed: Whether somebody recorded other words under its name since.
    """

    number: int
    path: str
    asked: kinds.Asked
    model: kinds.Question
    report: Report
    resolutions: tuple[Report, ...]
    changed: bool

    @property
    def slug(self) -> str:
        """Its natural name."""
        return self.asked.question


@dataclass(frozen=True)
class SessionView:
    """One session.

    Attributes:
        key: Place of its record, as in `vn/hq/12`.
        model: Its fields.
        digest: Of its fields, base64: what everything about it names.
        report: Its record.
        questions: In order; empty where one of them is not held here.
        missing: Slugs of questions that are not held here.
        stages: In order.
        panel: The own party's panel, newest record.
    """

    key: str
    model: kinds.Session
    digest: str
    report: Report
    questions: tuple[QuestionView, ...]
    missing: tuple[str, ...]
    stages: tuple[StageView, ...]
    panel: kinds.Panel | None

    @property
    def exercise(self) -> bool:
        """Whether it is fictional."""
        return self.report.exercise

    @property
    def parties(self) -> dict[str, str]:
        """Party by log."""
        return {one.log: one.party for one in self.model.voices}

    def question(self, slug: str) -> QuestionView:
        """Return a question by its slug.

        Raises:
            SessionStepError: the session asks no such question.
        """
        for one in self.questions:
            if one.slug == slug:
                return one
        raise SessionStepError("unknown-question", f"the session asks no question {slug[:96]!a}")

    def stage(self, name: str) -> StageView:
        """Return a stage by its name.

        Raises:
            SessionStepError: the protocol has no such stage.
        """
        for one in self.stages:
            if one.name == name:
                return one
        raise SessionStepError("stage-unknown", f"{self.model.protocol} has no stage {name[:20]!a}")

    @property
    def current(self) -> StageView:
        """The first stage that is not open; the last where all are."""
        return next((one for one in self.stages if one.phase != "open"), self.stages[-1])


def own_party(node: Node) -> str:
    """Return the code of the party whose node this is."""
    return node.origin.partition("/")[0]


def sessions(node: Node) -> list[SessionView]:
    """Return every session on record here, by log and place."""
    with node.views.connect() as db:
        return _Reading(node, db).all()


def find(node: Node, key: str) -> SessionView:
    """Return a session by its slug, or by the place of its record.

    Raises:
        SessionError: there is none, several have the slug, or its questions are not held here.
    """
    with node.views.connect() as db:
        reading = _Reading(node, db)
        found = [one for one in reading.reports if key in (one.fields["slug"], f"{one.origin}/{one.index}")]
        if len(found) != 1:
            places = ", ".join(f"{one.origin}/{one.index}" for one in found)
            raise SessionError(
                f"{key[:120]!a} means several sessions: {places}"
                if found
                else f"no session {key[:120]!a} is on record here"
            )
        view = reading.view(found[0])
    if view.missing:
        raise SessionError(f"{view.model.slug}: questions not held here: {', '.join(view.missing)}")
    return view


def impacts(view: SessionView) -> dict[str, dict[str, list[str]]]:
    """Return slugs of questions by party that bears an impact and by dimension; nothing is ever summed."""
    found: dict[str, dict[str, list[str]]] = {}
    for one in view.questions:
        if one.model.impact is not None:
            bears = found.setdefault(one.model.impact.party, {})
            bears.setdefault(one.model.impact.dimension, []).append(one.slug)
    return found


def arguments(node: Node, view: SessionView) -> list[Report]:
    """Return the arguments on record, by log and place."""
    with node.views.connect() as db:
        found = PROJECTOR.reports(db, kinds.Argument)
    return [one for one in found if one.fields["asked"] == view.digest]


def resolution(node: Node, one: QuestionView) -> Report | None:
    """Return the outcome that this party goes by: its own word, else the only word there is, else None."""
    own = newest_of(one.resolutions, own_party(node))
    if own is not None:
        return own
    outcomes = {(r.fields.get("outcome"), r.fields.get("category")) for r in one.resolutions}
    return one.resolutions[0] if len(outcomes) == 1 else None


class _Reading:
    """Everything on record about sessions, read once."""

    def __init__(self, node: Node, db: Connection) -> None:
        self._node = node
        self.reports = PROJECTOR.reports(db, kinds.Session)
        self._questions = PROJECTOR.reports(db, kinds.Question)
        self._resolutions = PROJECTOR.reports(db, kinds.Resolution)
        self._panels = PROJECTOR.reports(db, kinds.Panel)
        self._by_digest = {digest_of(one.fields): one for one in self._questions}
        self._rounds = Round.all(node)

    def all(self) -> list[SessionView]:
        """Return every session."""
        return [self.view(report) for report in self.reports]

    def view(self, report: Report) -> SessionView:
        """Return one session."""
        model = kinds.Session.model_validate(report.fields)
        digest = digest_of(report.fields)
        missing = tuple(one.question for one in model.questions if one.digest not in self._by_digest)
        panel = newest_of(
            (one for one in self._panels if one.fields["asked"] == digest), own_party(self._node)
        )
        return SessionView(
            key=f"{report.origin}/{report.index}",
            model=model,
            digest=digest,
            report=report,
            questions=()
            if missing
            else tuple(self._question(n, one) for n, one in enumerate(model.questions, 1)),
            missing=missing,
            stages=stages_of(self._node, self._rounds, model, report),
            panel=None if panel is None else kinds.Panel.model_validate(panel.fields),
        )

    def _question(self, number: int, asked: kinds.Asked) -> QuestionView:
        report = self._by_digest[asked.digest]
        said = [one for one in self._resolutions if one.fields["question_digest"] == asked.digest]
        newest = [newest_of(said, party) for party in sorted({one.party for one in said})]
        named = (
            one
            for one in self._questions
            if one.fields["slug"] == asked.question and one.origin == report.origin
        )
        return QuestionView(
            number=number,
            path=f"q{number:02}",
            asked=asked,
            model=kinds.Question.model_validate(report.fields),
            report=report,
            resolutions=tuple(one for one in newest if one is not None),
            changed=any(digest_of(one.fields) != asked.digest for one in named),
        )
