"""The walk, played between running nodes: a release, a round, an erasure, and one approval left to a visitor.

Every step looks first whether it was taken: a second run takes none again, and one that was cut off goes on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.demo import act_erasure, act_release, act_round
from comity.demo.stage import ERASURE, NEXT, RELEASE, ROUND

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.demo.stage import Stage

    Told = Callable[[str], None]

ORDER: Final = (RELEASE, ROUND, ERASURE, NEXT)


def play(stage: Stage, told: Told) -> None:
    """Take every step of the walk that was not taken; the drafts are appended and the nodes paired.

    Raises:
        ComityError: a node ended, refused, or cannot be reached.
    """
    told("people enrol; a release is asked for, approved, granted")
    _release(stage)
    told("an erasure is approved and carried out; both sides seal an answer")
    _erase_and_seal(stage)
    told("both sides open, some fields before the rest")
    _open(stage)
    act_round.look(stage, stage.walk.round)
    act_round.look_sealed(stage, stage.walk.waiting_round)
    act_erasure.look(stage, kept=stage.walk.round.answers[stage.walk.round.by])
    act_round.leave_waiting(stage, stage.walk.waiting_round)
    stage.steps.sort(key=lambda step: ORDER.index(step.act))


def _release(stage: Stage) -> None:
    walk = stage.walk
    for node in stage.nodes:
        stage.people.enrol(node, walk.approvers, walk.roles)
    act_release.carry_out(stage)
    act_round.start(stage, walk.round)
    act_round.start(stage, walk.waiting_round)
    stage.exchange(walk.release.to, walk.release.by)
    act_release.look(stage)


def _erase_and_seal(stage: Stage) -> None:
    walk = stage.walk
    act_erasure.carry_out(stage)
    for party in walk.round.answers:
        act_round.seal(stage, walk.round, party)
    act_round.ask_alone(stage, walk.round)
    act_round.seal(stage, walk.waiting_round, walk.waiting_round.by)
    # Each side reads the other's seal, and that the other has seen its own.
    others = [party for party in walk.round.answers if party != walk.round.by]
    stage.exchange(walk.round.by, *others, walk.round.by)
    act_round.look_sealed(stage, walk.round)


def _open(stage: Stage) -> None:
    round_ = stage.walk.round
    if round_.alone and act_round.open_(stage, round_, round_.by, round_.alone):
        stage.exchange(*(party for party in round_.answers if party != round_.by))
        act_round.look_alone(stage, round_)
    for party in round_.answers:
        act_round.open_(stage, round_, party)
    act_release.leave_pending(stage)
    stage.settle()
