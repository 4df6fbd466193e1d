"""A session on two nodes, from the first answer to the audit: one after the other, on one pair of nodes."""

from __future__ import annotations

import shutil

import pytest

from comity.assessment.entries import sessions as kinds
from comity.assessment.sessions import answers, experts, joint, queries, sealing, writing
from comity.assessment.sessions.audit import audit
from comity.assessment.sessions.board import board
from comity.assessment.sessions.digests import fields_of
from comity.assessment.sessions.errors import AnswerRefusedError, PersonalError, SessionStepError
from comity.assessment.sessions.opened import turns
from comity.assessment.sessions.recording import append, header
from comity.assessment.sessions.scores import scores
from comity.node.control.rounds import RoundNotSealedError, RoundRefusedError
from tests.assessment.sessions.world import CITE, PEOPLE, QUESTIONS, World


@pytest.fixture(scope="module")
def world(session_folders, tmp_path_factory):
    root = tmp_path_factory.mktemp("story") / "pair"
    shutil.copytree(session_folders, root)
    made = World(root)
    made.keep_time()
    made.key = made.begin(questions=QUESTIONS[:2]).key
    yield made
    made.close()


def results(node, key, stage="private"):
    view = queries.find(node, key)
    return joint.results(node, view, view.stage(stage))


def stage_of(node, key, stage="private"):
    return next(one for one in board(node, queries.find(node, key)).stages if one.view.name == stage)


def states(node, key, stage="private"):
    return {line.state for each in stage_of(node, key, stage).lines.values() for line in each.values()}


def test_answers_stay_with_their_expert_and_one_custodian(world):
    assert [one.phase for one in queries.find(world.la, world.key).stages] == ["answering", "waiting"]
    with pytest.raises(AnswerRefusedError, match="once the first summaries are open"):
        experts.submit(world.vn, world.key, "revised", "vn-ash")
    with pytest.raises(SessionStepError, match="no-answers"):
        sealing.seal(world.vn, world.key, "private", "clerk")
    world.answer(world.key)
    assert {one.fields["expert"] for one in experts.given(world.vn, world.key, "vn-ash")} == {"vn-ash"}
    assert len(experts.given(world.vn, world.key, "vn-keeper")) == 6
    for nobody in ("vn-nobody", "la-ash", "la-keeper", ""):
        with pytest.raises(PersonalError):
            experts.given(world.vn, world.key, nobody)
    report = experts.given(world.vn, world.key, "vn-ash")[0]
    held = world.vn.record(report.origin, report.index)
    assert held.content.header.marking == "TLP:RED"
    assert held.content.header.releasable_to == []
    assert held.content.header.retention.startswith("expert-answers:20")
    world.settle()
    assert world.la.record(report.origin, report.index).content is None


def test_the_board_shows_who_sealed_and_never_what(world):
    world.seal(world.key, parties=("vn",))
    with pytest.raises(RoundNotSealedError):
        sealing.open_next(world.vn, world.key, "private", "clerk", "flow", anyway=True)
    with pytest.raises(AnswerRefusedError, match="has sealed"):
        experts.submit(world.vn, world.key, "private", "vn-ash")
    shown = answers.board(world.la, world.key)["stages"][0]
    assert [party["state"] for party in shown["round"]["parties"]] == ["sealed", "awaited"]
    assert shown["answered"] == {"flow": 4, "delay": 4}
    assert {line["line"] for each in shown["lines"].values() for line in each.values()} == {None}
    world.seal(world.key, parties=("la",))
    for node in (world.vn, world.la):
        assert stage_of(node, world.key).view.phase == "opening"
        assert states(node, world.key) == {"sealed"}
    other = world.la.record("vn/hq", stage_of(world.la, world.key).view.standing.party("vn/hq").sealed.index)
    assert other.content is None


def test_a_seal_is_not_used_again_and_sealing_again_only_asks_again(world):
    view = queries.find(world.vn, world.key)
    mine = view.stage("private").standing.party("vn/hq")
    size = world.vn.log.size
    assert sealing.seal(world.vn, world.key, "private", "clerk") == mine.seal
    assert world.vn.log.size == size
    with pytest.raises(RoundRefusedError, match="seal-replayed"):
        view.stage("revised").round.seal(mine.sealed.index, author="clerk")


def test_they_open_in_turn_and_compute_alike(world):
    first, second = turns(queries.find(world.vn, world.key))[:2]
    with pytest.raises(SessionStepError, match=f"{first.party} opens"):
        sealing.open_next(getattr(world, second.party), world.key, "private", "clerk")
    world.open_all(world.key)
    for node in (world.vn, world.la):
        shown = stage_of(node, world.key)
        assert states(node, world.key) == {"open"}
        assert all(line.in_turn for each in shown.lines.values() for line in each.values())
        assert (shown.view.phase, shown.due) == ("open", None)
    with pytest.raises(SessionStepError, match="all-open"):
        sealing.open_next(world.vn, world.key, "private", "clerk")
    assert len(joint.record(world.vn, world.key, "private", "clerk")[0]) == 2
    both = [[one.result for one in results(node, world.key)] for node in (world.vn, world.la)]
    assert both[0] == both[1]
    assert both[0][0].advice.word == "discuss"
    assert both[0][0].out_of == 2 * 10**12 == sum(both[0][0].stream)
    for one in both[0]:
        told = one.parts
        parts = sum(float(getattr(told, name)) for name in ("within", "experts", "parties"))
        assert parts == pytest.approx(float(told.total), rel=1e-9)


def test_a_lie_about_the_joint_layer_is_a_mismatch_with_both_roots(world):
    lie = results(world.la, world.key)[0].result
    stream = [lie.stream[0] + 1, *lie.stream[1:-1], lie.stream[-1] - 1]
    bent = lie.model_copy(update={"stream": stream, "inputs": "0" * 64})
    view = queries.find(world.la, world.key)
    head = header(world.la, "clerk", {"marking": "TLP:CLEAR", "exercise": True}, view.parties.values())
    append(world.la, [kinds.JointResult.model_validate(fields_of(bent))], head)
    world.sync(world.vn, world.la)
    made, wrong = joint.record(world.vn, world.key, "private", "clerk")
    assert (made, len(wrong)) == ([], 1)
    found = world.vn.record("vn/hq", wrong[0]).content.fields
    assert (found["own_inputs"], found["other_inputs"]) == (lie.inputs, "0" * 64)
    assert found["differs"] == ["inputs", "stream"]
    assert joint.record(world.vn, world.key, "private", "clerk") == ([], [])
    assert not audit(world.vn, queries.find(world.vn, world.key)).ok
    assert answers.joined(world.vn, world.key, "private")["agree"] is False
    # The other side says what both recompute: the newest record counts, the mismatch stays.
    assert len(joint.record(world.la, world.key, "private", "clerk")[0]) == 2
    world.sync(world.vn, world.la)
    now = results(world.vn, world.key)
    assert [one.differs for one in now] == [{"vn": [], "la": []}] * 2
    assert len(now[0].mismatches) == 1


def test_each_side_audits_its_own_answers_and_not_the_others(world):
    for party, node in world.both():
        found = audit(node, queries.find(node, world.key))
        assert found.ok
        assert not found.complete
        held = {one.party: one.state for one in found.questions[0].inner}
        assert held == {party: "same", "la" if party == "vn" else "vn": "not-granted"}


def test_then_they_discuss_and_revise(world):
    given = {"question": "flow", "tail": "low", "text": {"vi": "Nước ít."}, "marking": "TLP:CLEAR"}
    writing.argue(world.vn, world.key, given, "vn-ash")
    mixed = {"en": "We are confident that it is likely."}
    with pytest.raises(SessionStepError, match="mixed-words"):
        writing.argue(world.vn, world.key, {**given, "text": mixed}, "vn-ash")
    with pytest.raises(SessionStepError, match="one-end"):
        writing.argue(world.vn, world.key, {**given, "tail": None, "category": "dry"}, "vn-ash")
    (said,) = answers.session(world.vn, world.key)["arguments"]
    assert said["fields"]["text"] == {"vi": "Nước ít."}
    world.clock.now = queries.find(world.vn, world.key).stage("private").deadlines.open_by + 1
    world.answer(world.key, "revised", shift=3)
    for node in (world.vn, world.la):
        made, _ = sealing.summarise(node, world.key, "revised")
        assert made.q01.masses != sealing.summarise(node, world.key, "private")[0].q01.masses
    assert [one.phase for one in queries.find(world.la, world.key).stages] == ["open", "answering"]


def test_what_came_out_is_scored_as_it_was_sealed_and_never_asked_again(world):
    world.clock.now += 3_600_000
    came = {"question": "delay", "outcome": "1", "resolved_at": world.clock.now, "cites": CITE}
    writing.resolve(world.vn, {**came, "marking": "TLP:CLEAR"}, "clerk")
    view = queries.find(world.vn, world.key)
    found = {one.stage: one for one in scores(world.vn, view)}["private"]
    assert found.scores["brier"]["la"] < found.scores["brier"]["joint"] < found.scores["brier"]["vn"]
    assert found.methods["brier"] == "brier@1"
    assert set(found.scores["brier"]) == {"vn", "la", "joint"}
    own = scores(world.vn, view, "vn-ash")[0]
    assert set(own.scores["brier"]) == {"vn", "la", "joint", "vn-ash"}
    every = scores(world.vn, view, "vn-keeper")[0]
    assert [name for name in every.scores["brier"] if name in PEOPLE["vn"]] == sorted(PEOPLE["vn"])
    with pytest.raises(PersonalError):
        scores(world.vn, view, "la-ash")
    with pytest.raises(AnswerRefusedError, match="outcome of 'delay' is on record"):
        experts._check_question(view.question("delay"))
    with pytest.raises(SessionStepError, match="resolved-before"):
        writing.resolve(world.vn, {**came, "outcome": "0"}, "clerk")
    with pytest.raises(SessionStepError, match="not asked again"):
        writing.start(world.vn, world.fields(slug="again", questions=QUESTIONS[:2]), "clerk")
    early = {**came, "question": "flow", "outcome": "7", "resolved_at": 1000}
    writing.resolve(world.vn, early, "clerk")
    late = next(one for one in scores(world.vn, queries.find(world.vn, world.key)) if one.question == "flow")
    assert late.scores == {}
    assert set(late.unscored) == {"vn", "la", "joint"}


def test_a_rebuild_and_a_restart_show_the_same(world):
    before = (
        answers.joined(world.la, world.key, "private"),
        answers.board(world.la, world.key)["stages"][0]["lines"],
    )
    world.reopen("la")
    world.la.projection.rebuild()
    after = (
        answers.joined(world.la, world.key, "private"),
        answers.board(world.la, world.key)["stages"][0]["lines"],
    )
    assert after == before
