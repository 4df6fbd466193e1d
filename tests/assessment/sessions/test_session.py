"""A session from the first answer to the joint layer after the discussion, on two nodes."""

from __future__ import annotations

import pytest

from comity.assessment.sessions import experts, joint, queries, sealing, writing
from comity.assessment.sessions.board import board
from comity.assessment.sessions.errors import AnswerRefusedError, SessionStepError
from tests.assessment.sessions.world import QUESTIONS


def results(node, key, stage="private"):
    view = queries.find(node, key)
    return joint.results(node, view, view.stage(stage))


def test_both_judge_blind_open_alternately_and_compute_alike(world):
    view = world.begin()
    key = view.key
    assert [one.phase for one in queries.find(world.la, key).stages] == ["answering", "waiting"]
    world.answer(key)
    world.seal(key)
    for node in (world.vn, world.la):
        shown = board(node, queries.find(node, key)).stages[0]
        assert shown.view.phase == "opening"
        assert {line.state for each in shown.lines.values() for line in each.values()} == {"sealed"}
    world.open_all(key)
    found = {}
    for node in (world.vn, world.la):
        shown = board(node, queries.find(node, key)).stages[0]
        assert {line.state for each in shown.lines.values() for line in each.values()} == {"open"}
        assert all(line.in_turn for each in shown.lines.values() for line in each.values())
        assert shown.view.phase == "open"
        made, wrong = joint.record(node, key, "private", "clerk")
        assert (len(made), wrong) == (3, [])
        found[node] = [one.result for one in results(node, key)]
    assert found[world.vn] == found[world.la]
    assert found[world.vn][0].advice.word == "discuss"
    world.settle()
    for one in results(world.vn, key):
        assert one.differs == {"vn": [], "la": []}
    assert joint.record(world.vn, key, "private", "clerk") == ([], [])


def test_after_the_first_stage_it_is_discussed_and_answers_are_revised(world):
    key = world.begin(questions=QUESTIONS[:2]).key
    with pytest.raises(SessionStepError, match="private-not-open"):
        writing.argue(
            world.vn, key, {"question": "flow", "tail": "low", "text": {"vi": "Nước ít."}}, "vn-ash"
        )
    world.answer(key)
    with pytest.raises(AnswerRefusedError, match="once the first summaries are open"):
        experts.submit(world.vn, key, "revised", "vn-ash")
    world.seal(key)
    with pytest.raises(SessionStepError, match="private-not-open"):
        sealing.seal(world.vn, key, "revised", "clerk")
    world.open_all(key)
    given = {"question": "flow", "tail": "low", "text": {"vi": "Nước ít."}, "marking": "TLP:CLEAR"}
    writing.argue(world.vn, key, given, "vn-ash")
    with pytest.raises(SessionStepError, match="one-end"):
        writing.argue(world.vn, key, {**given, "tail": None, "category": "dry"}, "vn-ash")
    world.answer(key, "revised", shift=3)
    world.seal(key, "revised")
    world.open_all(key, "revised")
    both = [[one.result.stream for one in results(node, key, "revised")] for node in (world.vn, world.la)]
    assert both[0] == both[1]
    assert both[0] != [one.result.stream for one in results(world.vn, key)]
    assert [one.phase for one in queries.find(world.la, key).stages] == ["open", "open"]
