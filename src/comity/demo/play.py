"""The walk, played between running nodes: a release, rounds, an erasure; what is left is a visitor's.

Every step looks first whether it was taken: a second run takes none again, and one that was cut off goes on.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

from comity.demo import act_assessment, act_border, act_coding, act_erasure, act_release, act_round
from comity.demo.stage import ASSESSMENT, BORDER, CODING, ERASURE, NEXT, RELEASE, ROUND

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.demo.stage import Stage

    Told = Callable[[str], None]

ORDER: Final = (RELEASE, ROUND, CODING, ASSESSMENT, BORDER, ERASURE, NEXT)


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
    _open(stage, told)
    if stage.walk.border:
        act_border.look(stage, stage.walk.border)
    act_round.look(stage, stage.walk.round)
    act_round.look_sealed(stage, stage.walk.waiting_round)
    for grading in stage.walk.gradings:
        act_coding.look(stage, grading)
    if stage.walk.assessment:
        act_assessment.look(stage, stage.walk.assessment)
    act_erasure.look(stage, kept=stage.walk.round.answers[stage.walk.round.by])
    act_round.leave_waiting(stage, stage.walk.waiting_round)
    if stage.walk.waiting_grading:
        act_coding.leave_waiting(stage, stage.walk.waiting_grading)
    if stage.walk.assessment:
        act_assessment.leave_waiting(stage, stage.walk.assessment)
    stage.steps.sort(key=lambda step: ORDER.index(step.act))


def _release(stage: Stage) -> None:
    walk = stage.walk
    with ThreadPoolExecutor(len(stage.nodes)) as pool:  # people of different parties, on nodes of their own
        list(pool.map(lambda node: stage.people.enrol(node, walk.approvers, walk.roles), stage.nodes))
    act_release.carry_out(stage)
    act_round.start(stage, walk.round)
    act_round.start(stage, walk.waiting_round)
    if walk.assessment:
        act_assessment.begin(stage, walk.assessment)
    stage.exchange(walk.release.to, walk.release.by)
    act_release.look(stage)


def _erase_and_seal(stage: Stage) -> None:
    walk = stage.walk
    act_erasure.carry_out(stage)
    for party in walk.round.answers:
        act_round.seal(stage, walk.round, party)
    act_round.ask_alone(stage, walk.round)
    act_round.seal(stage, walk.waiting_round, walk.waiting_round.by)
    _grade(stage, walk.round.by)
    _assess(stage, walk.round.by)
    # Each side reads the other's seal, and that the other has seen its own.
    others = [party for party in walk.round.answers if party != walk.round.by]
    stage.exchange(walk.round.by, *others)
    for party in others:
        _grade(stage, party)
        _assess(stage, party)
    stage.exchange(walk.round.by)
    act_round.look_sealed(stage, walk.round)


def _grade(stage: Stage, party: str) -> None:
    """Let a party start the grading rounds that are its own, and seal in all that its graders grade in."""
    waiting = stage.walk.waiting_grading
    for grading in (*stage.walk.gradings, *([waiting] if waiting else [])):
        if party == grading.by:
            act_coding.start(stage, grading)
        if party in grading.grades:
            act_coding.seal(stage, grading, party)


def _assess(stage: Stage, party: str) -> None:
    """Let a party take part in the joint assessment, and seal what its experts answer."""
    plan = stage.walk.assessment
    if plan and party in plan.panels:
        act_assessment.seal(stage, plan, party)


def _open(stage: Stage, told: Told) -> None:
    round_ = stage.walk.round
    if round_.alone and act_round.open_(stage, round_, round_.by, round_.alone):
        stage.exchange(*(party for party in round_.answers if party != round_.by))
        act_round.look_alone(stage, round_)
    for party in round_.answers:
        act_round.open_(stage, round_, party)
    for grading in stage.walk.gradings:
        act_coding.look_sealed(stage, grading)
        for party in grading.grades:
            act_coding.open_(stage, grading, party)
    if stage.walk.assessment:
        told("experts of both are opened in turn; one text is negotiated, one line signed")
        act_assessment.carry_on(stage, stage.walk.assessment)
    if stage.walk.border:
        told("two centres watch a simulated sector: one thing, one alert, one patrol")
        act_border.play(stage, stage.walk.border)
    act_release.leave_pending(stage)
    stage.settle()
