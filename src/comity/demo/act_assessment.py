"""A joint assessment, from a third party's proposal to a joint line and a flag, between two running nodes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.demo import act_assessment_gate as gates
from comity.demo import act_assessment_line as lines
from comity.demo import act_assessment_session as sessions

if TYPE_CHECKING:
    from comity.demo.act_assessment_file import Assessment
    from comity.demo.stage import Stage


def begin(stage: Stage, plan: Assessment) -> None:
    """Open the gate and start the session; the other side has read nothing yet."""
    gates.open_(stage, plan)
    sessions.start(stage, plan)


def seal(stage: Stage, plan: Assessment, party: str) -> None:
    """Let a party that has read all of it take part in the consultation, and seal what its experts answer."""
    gates.begin(stage, plan, party)
    sessions.seal(stage, plan, party)


def carry_on(stage: Stage, plan: Assessment) -> None:
    """Open, join, negotiate, sign, flag: both have sealed, and each has read that the other did."""
    other = stage.others(plan.by)[0].member.party
    sessions.look_sealed(stage, plan)
    sessions.open_all(stage, plan)
    lines.propose(stage, plan)
    stage.exchange(plan.by, other)
    sessions.record(stage, plan)
    lines.answer(stage, plan)
    stage.exchange(plan.by)
    lines.accept(stage, plan)
    lines.sign(stage, plan, plan.by)
    gates.conclude(stage, plan, plan.by)
    stage.exchange(other)
    lines.sign(stage, plan, other)
    gates.conclude(stage, plan, other)
    gates.commit(stage, plan)
    stage.exchange(plan.by)
    gates.reply(stage, plan)


def leave_waiting(stage: Stage, plan: Assessment) -> None:
    """Leave the second stage of the session to a visitor."""
    sessions.leave_waiting(stage, plan)


def look(stage: Stage, plan: Assessment) -> None:
    """Read on both sides what came of it, when everything has been exchanged."""
    gates.look_opened(stage, plan)
    sessions.look(stage, plan)
    lines.look(stage, plan)
    gates.look_flagged(stage, plan)
