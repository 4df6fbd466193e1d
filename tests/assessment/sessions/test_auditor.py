"""One side is late, one opens out of turn; then an auditor who was granted the answers makes it all anew."""

from __future__ import annotations

import pytest

from comity.assessment.sessions import answers, experts, joint, queries, sealing, writing
from comity.assessment.sessions.audit import audit
from comity.assessment.sessions.board import board
from comity.assessment.sessions.opened import turns
from comity.node.control.release import Wanted
from comity.record.release import ReleaseRefusedError
from tests.assessment.sessions.world import HOUR, QUESTIONS


def shown(node, key):
    return board(node, queries.find(node, key)).stages[0]


def granted(world, node, to, indexes):
    """Release records of the own log, approved by two people."""
    wanted = [Wanted(index) for index in indexes]
    request = node.control.desk.request(wanted, to, author="asker", reason="an audit")
    world.approve(node, request, "first", "second")
    return node.control.desk.grant(request.index, author="asker")


def test_late_and_out_of_turn_are_attributed_and_an_auditor_recomputes_both_layers(world):
    # vn is the auditor of la's answers here: the session names it, so that la's custodian may grant them.
    key = world.begin(protocol="cooke", questions=QUESTIONS[:2], auditors=["vn"]).key
    world.answer(key)
    world.seal(key)
    order = turns(queries.find(world.vn, key))
    first = order[0].party
    node, other = (world.vn, world.la) if first == "vn" else (world.la, world.vn)
    # The first opens both at once: its second question before the other's turn.
    sealing.open_next(node, key, "private", "clerk")
    slug, _ = sealing.open_next(node, key, "private", "clerk", order[-1].question, anyway=True)
    world.clock.now = queries.find(node, key).stages[0].deadlines.open_by + HOUR
    world.settle()
    late = next(one for one in shown(node, key).view.standing.parties if one.origin == other.origin)
    assert (late.state, late.withheld.basis) == ("withheld", "own_word")
    for one in (node, other):
        assert shown(one, key).lines[slug][first].in_turn is False
        assert shown(one, key).lines[order[0].question][first].in_turn is True
    for _ in range(2):
        sealing.open_next(other, key, "private", "clerk", anyway=True)
    world.settle()
    late = next(one for one in shown(node, key).view.standing.parties if one.origin == other.origin)
    assert late.open_timing == "late"
    told = answers.board(node, key)["stages"][0]
    assert [
        party["open_timing"] for party in told["round"]["parties"] if party["origin"] == other.origin
    ] == ["late"]

    view = queries.find(world.vn, key)
    assert {one.party: one.state for one in audit(world.vn, view).questions[0].inner}["la"] == "not-granted"
    given = experts.given(world.la, key, "la-keeper")
    with pytest.raises(ReleaseRefusedError):
        granted(world, world.vn, "la/hq", [one.index for one in experts.given(world.vn, key, "vn-keeper")])
    granted(world, world.la, "vn/hq", [one.index for one in given])
    world.settle()
    found = audit(world.vn, queries.find(world.vn, key))
    assert found.ok
    assert found.complete
    for one in found.questions:
        assert one.across.chance.exact
        assert one.across.advice.word == "discuss"
        assert one.across.parts.total == pytest.approx(float(one.joint.result.parts.total), rel=1e-6)
    assert answers.audit(world.vn, key)["complete"] is True


def test_a_summary_that_was_not_made_of_the_answers_is_found(world, monkeypatch):
    key = world.begin(protocol="cooke", questions=QUESTIONS[1:2], auditors=["vn"]).key
    world.answer(key)
    real = sealing._summary

    def bent(node, view, stage):
        made, behind = real(node, view, stage)
        masses = [made.q01.masses[0] - 10**11, made.q01.masses[1] + 10**11]
        return made.model_copy(update={"q01": made.q01.model_copy(update={"masses": masses})}), behind

    with monkeypatch.context() as lying:
        lying.setattr(sealing, "_summary", bent)
        sealing.seal(world.la, key, "private", "clerk")
    sealing.seal(world.vn, key, "private", "clerk")
    for node in (world.vn, world.la):
        world.approve_all(node, key, "private")
    world.settle()
    world.sync(world.la, world.vn)
    world.open_all(key)
    # Both compute the same from what was opened: the lie lies below.
    both = [joint.results(n, v := queries.find(n, key), v.stage("private"))[0] for n in (world.vn, world.la)]
    assert both[0].result == both[1].result
    assert not audit(world.la, queries.find(world.la, key)).ok
    granted(world, world.la, "vn/hq", [one.index for one in experts.given(world.la, key, "la-keeper")])
    world.settle()
    found = audit(world.vn, queries.find(world.vn, key)).questions[0]
    assert {one.party: (one.state, one.differs) for one in found.inner} == {
        "la": ("differs", ("masses",)),
        "vn": ("same", ()),
    }
    assert found.across is None


def test_nobody_is_told_that_one_person_sits_in_two_panels(world):
    """A limit, not a protection: two pseudonyms are two experts for everybody, whoever they are."""
    key = world.begin(protocol="cooke", questions=QUESTIONS[1:2], panels=False).key
    for party, node in world.both():
        people = [f"{party}-ash", f"{party}-elm", "the-same-person"]
        writing.panel(node, key, f"{party}-keeper", people, "clerk")
        for at, expert in enumerate(people):
            experts.save(node, key, "private", expert, {"delay": {"values": [f"0.{at + 3}"]}})
            assert experts.submit(node, key, "private", expert)[1] == []
    world.settle()
    for node in (world.vn, world.la):
        assert sealing.summarise(node, key, "private")[0].q01.experts == 3
        found = audit(node, queries.find(node, key))
        assert "the-same-person" not in repr(found)
    assert world.la.record("vn/hq", experts.given(world.vn, key, "vn-keeper")[0].index).content is None
