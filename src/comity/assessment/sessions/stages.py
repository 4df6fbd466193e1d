"""The stages of a session, each with its round, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

from comity.assessment.sessions.digests import asked_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.assessment.entries import sessions as kinds
    from comity.node.control.rounds import Round
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.rounds import Rounds, RoundStanding

StagePhase = Literal["not-started", "waiting", "answering", "sealing", "opening", "open"]


@dataclass(frozen=True)
class StageView:
    """One stage of a session, as this node has read it.

    Attributes:
        name: Private or revised.
        deadlines: When it ends.
        round: The round that seals and opens it; None where its start has not come.
        machine: Everything heard of that round.
        standing: How it stands.
        phase: How far the stage is.
    """

    name: kinds.StageName
    deadlines: kinds.Deadlines
    round: Round | None
    machine: Rounds | None
    standing: RoundStanding | None
    phase: StagePhase

    def sealed_by(self, log: str) -> bool:
        """Whether a log has sealed."""
        mine = None if self.standing is None else self.standing.party(log)
        return mine is not None and mine.seal is not None


def stages_of(
    node: Node, rounds: Sequence[Round], model: kinds.Session, report: Report
) -> tuple[StageView, ...]:
    """Return the stages of a session.

    Args:
        node: The node.
        rounds: Every round held here.
        model: The session.
        report: Its record.
    """
    now = node.control.rounds.clock()
    found: list[StageView] = []
    for deadlines in model.stages:
        round_ = _round(rounds, model, deadlines, report)
        machine = None if round_ is None else node.control.rounds.machine(round_.place)
        standing = None if machine is None or round_ is None else machine.standing(round_.place, now)
        phase = _phase(node.origin, deadlines, standing, found, now)
        found.append(StageView(deadlines.stage, deadlines, round_, machine, standing, phase))
    return tuple(found)


def _round(
    rounds: Sequence[Round], model: kinds.Session, deadlines: kinds.Deadlines, report: Report
) -> Round | None:
    """Return the round on a stage: started where the session is, asking what the session says."""
    digest = asked_digest(report.fields, deadlines.stage)
    logs = {one.log for one in model.voices}
    for one in rounds:
        if one.place.origin != report.origin or one.model.question_digest != digest:
            continue
        if set(one.model.parties) == logs and one.model.open_by == deadlines.open_by:
            return one
    return None


def _phase(
    own: str,
    deadlines: kinds.Deadlines,
    standing: RoundStanding | None,
    before: Sequence[StageView],
    now: int,
) -> StagePhase:
    """Say how far a stage is: answers are revised once the first ones are open, or should have been."""
    if standing is None:
        return "not-started"
    if all(party.openings and not party.partly for party in standing.parties):
        return "open"
    if any(one.phase != "open" and now < one.deadlines.open_by for one in before):
        return "waiting"
    if standing.all_sealed or any(party.openings for party in standing.parties):
        return "opening"
    mine = standing.party(own)
    sealed = mine is not None and mine.seal is not None
    return "answering" if now < deadlines.answer_by and not sealed else "sealing"
