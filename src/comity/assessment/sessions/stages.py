"""The stages of a session, each with its round, and how far it is."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from comity.assessment.sessions.digests import asked_digest

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.assessment.entries import sessions as kinds
    from comity.node.control.rounds import Round
    from comity.node.control.rounds_desk import RoundDesk
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.record.rounds import Rounds, RoundStanding

StagePhase = Literal["not-started", "waiting", "answering", "sealing", "opening", "open"]


@dataclass(frozen=True)
class StageView:
    """One stage of a session, as this node has read it; what is asked of its round is worked out once.

    Attributes:
        name: Private or revised.
        deadlines: When it ends.
        round: The round that seals and opens it; None where its start has not come.
        before: The stages before it.
        now: Milliseconds UTC, by this node's clock.
        desk: What the node does for its rounds.
    """

    name: kinds.StageName
    deadlines: kinds.Deadlines
    round: Round | None
    before: tuple[StageView, ...]
    now: int
    desk: RoundDesk = field(repr=False, compare=False)

    @cached_property
    def machine(self) -> Rounds | None:
        """Everything heard of the round."""
        return None if self.round is None else self.desk.machine(self.round.place)

    @cached_property
    def standing(self) -> RoundStanding | None:
        """How the round stands."""
        if self.machine is None or self.round is None:
            return None
        return self.machine.standing(self.round.place, self.now)

    @cached_property
    def phase(self) -> StagePhase:
        """How far the stage is: answers are revised once the first ones are open, or should have been."""
        if self.round is None:
            return "not-started"
        if any(one.phase != "open" and self.now < one.deadlines.open_by for one in self.before):
            return "waiting"
        standing = self.standing
        assert standing is not None
        if all(party.openings and not party.partly for party in standing.parties):
            return "open"
        if standing.all_sealed or any(party.openings for party in standing.parties):
            return "opening"
        answering = self.now < self.deadlines.answer_by and not self.sealed_by(self.desk.origin)
        return "answering" if answering else "sealing"

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
    desk = node.control.rounds
    found: tuple[StageView, ...] = ()
    for deadlines in model.stages:
        round_ = _round(rounds, model, deadlines, report)
        found = (*found, StageView(deadlines.stage, deadlines, round_, found, desk.clock(), desk))
    return found


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
