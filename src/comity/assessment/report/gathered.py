"""What a report is made of: records that every party reads, and the day of the newest of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from comity.assessment.entries import initiatives as initiative_kinds
from comity.assessment.entries import position as line_kinds
from comity.assessment.entries import risk as risk_kinds
from comity.assessment.gate import queries as gates
from comity.assessment.position import queries as lines
from comity.assessment.sessions import queries
from comity.assessment.sessions.joint import results
from comity.assessment.sessions.opened import lines as opened_lines
from comity.assessment.tables import PROJECTOR
from comity.node.compacts import parties
from comity.record.canonical import b64
from comity.record.marking import LABELS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from sqlalchemy import Connection

    from comity.assessment.gate.queries import GateView
    from comity.assessment.position.queries import LineView as LinePage
    from comity.assessment.sessions.joint import JointView
    from comity.assessment.sessions.opened import LineView
    from comity.assessment.sessions.queries import SessionView
    from comity.assessment.sessions.stages import StageView
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.kinds import Kind


@dataclass(frozen=True)
class Seal:
    """When a party sealed and opened: places in its log, and the clock that it claims."""

    origin: str
    party: str
    seal: int | None
    sealed_at: int
    openings: tuple[int, ...]


@dataclass(frozen=True)
class Gathered:
    """Everything that a report says, before it is put into words.

    Attributes:
        view: The session.
        stage: The stage that the report is about.
        initiative: What parties recorded of the initiative.
        background: Observations beside it.
        gates: Its consultations, as of `as_of`.
        seals: Who sealed and opened when.
        opened: What each party opened, by question and party.
        joint: The joint layer, question by question.
        arguments: Of the discussion.
        lines: Joint lines on the initiative.
        risks: Risks of the initiative.
        runs: Runs on record, where there are such risks.
        words: What parties recorded of these lines: clauses, the line as written, withdrawals.
        as_of: The day of the newest record that it rests on.
    """

    view: SessionView
    stage: StageView
    initiative: tuple[Report, ...]
    background: tuple[Report, ...]
    gates: tuple[GateView, ...]
    seals: tuple[Seal, ...]
    opened: Mapping[str, Mapping[str, LineView]]
    joint: tuple[JointView, ...]
    arguments: tuple[Report, ...]
    lines: tuple[LinePage, ...]
    risks: tuple[Report, ...]
    runs: tuple[Report, ...]
    words: tuple[Report, ...]
    as_of: date

    @property
    def reports(self) -> list[Report]:
        """Every record that it rests on, by log and place, each once."""
        found = [
            *_of_session(self.view, self.joint, self.arguments),
            *self.initiative,
            *self.background,
            *(one for gate in self.gates for one in _of_gate(gate)),
            *(one for line in self.lines for one in line.lines),
            *self.risks,
            *self.runs,
            *self.words,
        ]
        return [one for _, one in sorted({(r.origin, r.index): r for r in found}.items())]

    @property
    def marking(self) -> str:
        """The most restrictive label of what it says."""
        known = [one.marking for one in self.reports if one.marking in LABELS]
        return max(known, key=LABELS.index, default=LABELS[0])

    @property
    def exercise(self) -> bool:
        """Whether anything in it is fictional."""
        return self.view.exercise or any(one.exercise for one in self.reports)


def gather(node: Node, key: str, stage: str) -> Gathered:
    """Return what a report on a stage of a session is made of.

    Raises:
        SessionError: there is no such session.
        SessionStepError: its protocol has no such stage.
    """
    view = queries.find(node, key)
    found = view.stage(stage)
    joint = tuple(results(node, view, found))
    arguments = tuple(queries.arguments(node, view))
    about = view.model.initiative
    with node.views.connect() as db:
        initiative = _named(db, initiative_kinds.Initiative, "slug", about)
        background = _named(db, initiative_kinds.Observation, "about", about)
        risks = _named(db, risk_kinds.Risk, "initiative", about)
        runs = tuple(PROJECTOR.reports(db, risk_kinds.RiskRun)) if risks else ()
        words = _words(node, db, about)
        every = [*_of_session(view, joint, arguments), *initiative, *background, *risks, *runs, *words]
        every += [
            one for gate in _gates(node, db, about, view.model.gate, date.max) for one in _of_gate(gate)
        ]
        as_of = _day(every)
        return Gathered(
            view,
            found,
            initiative,
            background,
            _gates(node, db, about, view.model.gate, as_of),
            tuple(_seals(node, view, found)),
            opened_lines(node, view, found),
            joint,
            arguments,
            _lines(node, db, about, as_of),
            risks,
            runs,
            words,
            as_of,
        )


def leaf(node: Node, origin: str, index: int) -> str:
    """Return the hash of a leaf, base64: what proves that a record stands at its place."""
    return b64(node.record(origin, index).leaf_hash)


# --- inside ---


def _named(db: Connection, kind: type[Kind], name: str, value: str | None) -> tuple[Report, ...]:
    return tuple(one for one in PROJECTOR.reports(db, kind) if value and one.fields.get(name) == value)


def _gates(
    node: Node, db: Connection, initiative: str | None, slug: str | None, on: date
) -> tuple[GateView, ...]:
    found = gates.gates(db, parties(node), on)
    wanted = [one for one in found if initiative and one.opening.fields["initiative"] == initiative]
    return tuple(one for one in wanted if slug in (None, one.slug))


def _lines(node: Node, db: Connection, initiative: str | None, on: date) -> tuple[LinePage, ...]:
    found = [lines.view(node, db, slug, on) for slug in lines.slugs(db)]
    return tuple(
        one for one in found if one is not None and initiative and one.fields.get("initiative") == initiative
    )


def _words(node: Node, db: Connection, initiative: str | None) -> tuple[Report, ...]:
    """Return what is on record of the lines: whatever the day, so that the newest gives the day."""
    named = {one.slug for one in _lines(node, db, initiative, date.max)}
    spoken = (line_kinds.Clause, line_kinds.JointLine, line_kinds.LineWithdrawal)
    return tuple(one for kind in spoken for one in PROJECTOR.reports(db, kind) if one.fields["line"] in named)


def _of_session(view: SessionView, joint: Iterable[JointView], arguments: Iterable[Report]) -> list[Report]:
    found = [view.report, *(one.report for one in view.questions), *arguments]
    for one in joint:
        found += [*one.recorded.values(), *one.mismatches]
    return found


def _of_gate(gate: GateView) -> list[Report]:
    return [gate.opening, *gate.steps.values(), *gate.commitments.values(), *gate.replies]


def _day(reports: Iterable[Report]) -> date:
    return datetime.fromtimestamp(max(one.claimed for one in reports) / 1000, UTC).date()


def _seals(node: Node, view: SessionView, stage: StageView) -> list[Seal]:
    found = []
    for party in stage.standing.parties if stage.standing is not None else ():
        place = party.seal
        content = None if place is None else node.record(place.origin, place.index).content
        at = 0 if content is None else content.header.claimed
        opened = tuple(one.index for one in party.openings)
        name = view.parties[party.origin]
        found.append(Seal(party.origin, name, None if place is None else place.index, at, opened))
    return sorted(found, key=lambda one: one.party)
