"""What is refused, each with its reason, and that nothing is lost by it."""

from __future__ import annotations

import copy
import json

import pytest
from fastapi import FastAPI

from comity.assessment.api import api
from comity.assessment.entries import sessions as kinds
from comity.assessment.sessions import answers, drafts, experts, queries, sealing, starting, writing
from comity.assessment.sessions.checks import checked
from comity.assessment.sessions.errors import (
    AnswerRefusedError,
    DraftFileError,
    PersonalError,
    SessionError,
    SessionStepError,
)
from comity.assessment.sessions.recording import append, header
from comity.node import operations
from comity.node.search.answers import search
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.assessment.sessions.world import CITE, HOUR, QUESTIONS, event, quantity
from tests.compacts import put

SECRET = "qxzj marmalade 774411"


@pytest.fixture
def solo(world):
    """A session that vn started, with its panel; nothing was exchanged."""
    view = starting.start(world.vn, world.fields(questions=QUESTIONS[:2]), "clerk")
    writing.panel(world.vn, view.key, "vn-keeper", ["vn-ash", "vn-elm", "vn-fir"], "clerk")
    world.key = view.key
    return world


def test_a_session_that_would_not_stand_is_not_started(world):
    def stages(*hours):
        names = ("answer_by", "seal_by", "open_by")
        return [
            {"stage": "private", **{n: world.clock.now + h * HOUR for n, h in zip(names, hours, strict=True)}}
        ]

    cases = [
        ({"protocol": "cooke", "stages": stages(-1, 2, 3)}, "deadline-over"),
        ({"protocol": "cooke", "stages": stages(3, 2, 4)}, "experts answer, then parties seal"),
        ({"logs": ["vn/hq", "kh/hq"]}, "unknown-recipient"),
        ({"logs": ["la/hq", "la/post"]}, "named twice"),
        ({"recipients": ["kh/hq"]}, "unknown-recipient"),
        ({"initiative": "nowhere"}, "unknown-initiative"),
        ({"gate": "nowhere"}, "unknown-gate"),
        ({"questions": []}, "questions"),
        ({"questions": [quantity("a"), quantity("b", levels=["0.1", "0.9"])]}, "levels-differ"),
        ({"questions": [quantity(f"q-{at}", cells=256) for at in range(20)]}, "too-large"),
        ({"questions": [event(f"q-{at}") for at in range(33)]}, "at most 32"),
        ({"questions": [event("a"), event("a")]}, "named twice"),
        ({"questions": [quantity("a", low="5", high="5")]}, "domain"),
        ({"least_experts": 2}, "least_experts"),
        (
            {"voices": [{"party": p, "log": f"{p}/hq", "weight": w} for p, w in (("vn", 2), ("la", 1))]},
            "voices-differ",
        ),
        ({"protocol": "delphi"}, "protocol"),
        ({"unheard": "of"}, "unheard"),
    ]
    size = world.vn.log.size
    for changes, said in cases:
        with pytest.raises((SessionError, SessionStepError), match=said):
            starting.start(world.vn, world.fields(**changes), "clerk")
    assert world.vn.log.size == size


def test_a_start_that_was_cut_off_goes_on_and_a_name_is_taken_once(world, monkeypatch):
    fields = world.fields(questions=QUESTIONS[:2])
    with monkeypatch.context() as cut:
        cut.setattr(starting, "_begin_rounds", lambda *_, **__: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            starting.start(world.vn, copy.deepcopy(fields), "clerk")
    cut_off = queries.find(world.vn, "dam-2027")
    assert {one.phase for one in cut_off.stages} == {"not-started"}
    begun = starting.start(world.vn, copy.deepcopy(fields), "clerk")
    assert begun.key == cut_off.key
    assert [one.phase for one in begun.stages] == ["answering", "waiting"]
    size = world.vn.log.size
    assert starting.start(world.vn, copy.deepcopy(fields), "clerk").key == begun.key
    assert world.vn.log.size == size
    with pytest.raises(SessionStepError, match="name-taken"):
        starting.start(world.vn, {**fields, "title": {"en": "Another"}}, "clerk")
    again = world.fields(slug="next", questions=[quantity("flow", high="2000")])
    with pytest.raises(SessionStepError, match="question-twice"):
        starting.start(world.vn, again, "clerk")


def test_answers_are_refused_one_by_one_and_what_was_typed_stays(solo):
    vn, key = solo.vn, solo.key
    experts.save(vn, key, "private", "vn-ash", {
        "flow": {"values": ["NaN", "9", "1"], "why_low": SECRET},
        "delay": {"values": ["0.3"], "language": "vi", "why": "Vi\u0323 tri\u0301 xấu"},
    })  # fmt: skip
    places, refused = experts.submit(vn, key, "private", "vn-ash")
    assert len(places) == 1
    assert [(one["item"], one["reason"]) for one in refused] == [("flow", "not-a-number")]
    assert list(experts.drafts(vn, key, "private", "vn-ash")) == ["flow"]
    assert experts.drafts(vn, key, "private", "vn-ash")["flow"].why_low == SECRET
    answer = vn.record("vn/hq", places[0]).content.fields
    assert answer["why"] == {"vi": "V\u1ecb tr\u00ed xấu"}, "composed, as text on record is"
    assert experts.submit(vn, key, "private", "vn-ash", ["nowhere"])[1][0]["reason"] == "unknown-question"
    assert experts.submit(vn, key, "private", "vn-elm", ["flow"])[1][0]["reason"] == "wrong-count"
    for stage, who, said in (
        ("private", "vn-nobody", "not on this party's panel"),
        ("second", "vn-ash", "no stage"),
        ("revised", "vn-ash", "once the first summaries are open"),
    ):
        with pytest.raises(AnswerRefusedError, match=said):
            experts.submit(vn, key, stage, who)
    solo.clock.now += 3 * HOUR
    with pytest.raises(AnswerRefusedError, match="deadline is over"):
        experts.submit(vn, key, "private", "vn-ash")


def test_a_question_changed_or_resolved_since_is_not_answered(solo):
    vn, key = solo.vn, solo.key
    changed = kinds.Question.model_validate(quantity("flow", high="5000"))
    append(vn, [changed], header(vn, "clerk", {"exercise": True}, []))
    came = {"question": "delay", "outcome": "1", "resolved_at": solo.clock.now, "cites": CITE}
    writing.resolve(vn, came, "clerk")
    experts.save(
        vn, key, "private", "vn-ash", {"flow": {"values": ["1", "2", "3"]}, "delay": {"values": ["0.5"]}}
    )
    _, refused = experts.submit(vn, key, "private", "vn-ash")
    assert {one["item"]: one["reason"] for one in refused} == {
        "flow": "question-changed",
        "delay": "question-resolved",
    }
    with pytest.raises(SessionStepError, match="question-changed"):
        sealing.seal(vn, key, "private", "clerk")


def test_an_outcome_that_is_none_of_the_question_is_refused(solo):
    came = {"question": "delay", "resolved_at": solo.clock.now, "cites": CITE}
    for wrong, said in (
        ({"outcome": "0.4"}, "out-of-range"),
        ({"category": "dry"}, "out-of-range"),
        ({}, "has an outcome, a category"),
        ({"outcome": "1", "void": True}, "has an outcome, a category"),
        ({"outcome": "1", "cites": []}, "cites"),
        ({"outcome": "1", "resolved_at": solo.clock.now + 24 * HOUR}, "resolved-too-early"),
        ({"question": "nowhere", "outcome": "1"}, "unknown-question"),
    ):
        with pytest.raises((SessionError, SessionStepError), match=said):
            writing.resolve(solo.vn, {**came, **wrong}, "clerk")


def test_a_panel_keeps_the_custodian_apart_and_nothing_is_opened_of_two(solo):
    vn, key = solo.vn, solo.key
    for custodian, people in (
        ("vn-ash", ["vn-ash", "vn-elm"]),
        ("keeper", ["vn-ash", "vn-ash"]),
        ("A Name", ["vn-ash"]),
    ):
        with pytest.raises(SessionError):
            writing.panel(vn, key, custodian, people, "clerk")
    for at, expert in enumerate(("vn-ash", "vn-elm")):
        experts.save(vn, key, "private", expert, {"flow": {"values": [f"{at + 1}", "20", "30"]}})
        experts.submit(vn, key, "private", expert)
    made, _ = sealing.summarise(vn, key, "private")
    assert [line.nothing for line in (made.q01, made.q02)] == ["too-few", "too-few"]
    assert '"masses"' not in made.model_dump_json(exclude_none=True)


def test_a_compact_that_gives_summaries_away_or_another_party_stops_a_seal(solo):
    vn, key = solo.vn, solo.key
    for expert in ("vn-ash", "vn-elm", "vn-fir"):
        experts.save(vn, key, "private", expert, {"delay": {"values": ["0.4"]}})
        experts.submit(vn, key, "private", expert)
    size = vn.log.size
    put(vn, ("vn", "party"), ("la", "party"), policies=("control.*", "round.*", "assessment.*"))
    with pytest.raises(SessionStepError, match="not-blind"):
        sealing.seal(vn, key, "private", "clerk")
    put(vn, ("vn", "party"), ("kh", "party"), policies=("control.*", "round.*"), number=2)
    with pytest.raises(SessionStepError, match="not-in-compact"):
        sealing.seal(vn, key, "private", "clerk")
    assert vn.log.size == size


def test_drafts_stay_in_their_folder_whatever_they_hold(solo, tmp_path):
    vn, key = solo.vn, solo.key
    for bad in ("../../x", "", "A", "x/y", "a" * 65):
        with pytest.raises(DraftFileError):
            experts.save(vn, key, "private", bad, {"flow": {"values": ["1"]}})
    with pytest.raises(DraftFileError) as refused:
        experts.save(vn, key, "private", "vn-ash", {"flow": {"values": [SECRET * 20]}})
    assert SECRET not in str(refused.value)
    experts.save(vn, key, "private", "vn-ash", {"flow": {"values": ["12,5", "", "?"], "why": SECRET}})
    experts.save(vn, key, "private", "vn-ash", {"delay": {"values": ["0.2"]}})
    assert sorted(experts.drafts(vn, key, "private", "vn-ash")) == ["delay", "flow"]
    place = drafts.path_of(vn.folder.root, queries.find(vn, key).digest, "vn-ash", "private")
    assert place.stat().st_mode & 0o077 == 0
    assert place.parent.stat().st_mode & 0o077 == 0
    operations.export(vn, str(tmp_path / "out"), mirrors=True)
    for folder in (vn.folder.root, tmp_path / "out"):
        for file in folder.rglob("*"):
            assert file == place or not file.is_file() or SECRET.encode() not in file.read_bytes()
    place.write_bytes(b"{torn")
    with pytest.raises(DraftFileError, match="damaged"):
        experts.drafts(vn, key, "private", "vn-ash")
    assert place.read_bytes() == b"{torn"


def test_single_answers_are_on_no_page_of_records_and_found_by_no_search(solo):
    vn, key = solo.vn, solo.key
    experts.save(vn, key, "private", "vn-ash", {"flow": {"values": ["774", "775", "776"], "why": SECRET}})
    (index,), _ = experts.submit(vn, key, "private", "vn-ash")
    shown = operations.show(vn, "vn/hq", str(index))
    assert shown["content"]["kind"] == "assessment.answer@1"
    assert shown["content"]["fields"] == {}
    assert SECRET not in json.dumps(operations.listing(vn, "vn/hq", 0, 100))
    assert not json.dumps(search(vn, "marmalade"), default=str).count(SECRET)
    web = FastAPI()
    install(web)
    web.include_router(api(NodeApp(vn)))
    client, path = Client(web), "/api/v1/assessment/sessions"
    assert client.get(f"{path}/answers?key=dam-2027&person=vn-ash").json()["answers"][0]["index"] == index
    assert client.get(f"{path}/answers?key=dam-2027&person=vn-elm").json()["answers"] == []
    assert client.get(f"{path}/answers?key=dam-2027&person=somebody").status_code == 403
    assert client.get(f"{path}/answers?key=dam-2027").status_code == 403
    for page in ("", "/session?key=dam-2027", "/board?key=dam-2027", "/summary?key=dam-2027"):
        said = client.get(f"{path}{page}")
        assert said.status_code == 200, said.text
        assert "vn-ash" not in said.text
        assert "774" not in said.text
    assert client.get(f"{path}/session?key=nowhere").status_code >= 400
    body = {"key": "dam-2027", "stage": "private", "expert": "vn-elm", "drafts": {"flow": {"values": ["x"]}}}
    assert client.post(f"{path}/save", json=body).json()["drafts"]["flow"]["values"] == ["x"]
    body = {"key": "dam-2027", "stage": "private", "expert": "vn-elm"}
    assert client.post(f"{path}/submit", json=body).json()["refused"][0]["reason"] == "wrong-count"


def test_what_is_refused_is_said_with_the_value_that_would_do():
    question = kinds.Question.model_validate(quantity("flow"))
    with pytest.raises(AnswerRefusedError) as refused:
        checked(question, ["100", "90", "300"])
    assert refused.value.problem()["title"].startswith("Correct the value")


def test_scores_on_seeds_are_shown_to_their_expert_and_the_custodian_with_the_reason_for_no_weights(world):
    seeds = [quantity(f"seed-{at}", role="seed", cells=16) for at in range(2)]
    view = starting.start(world.vn, world.fields(protocol="cooke", questions=seeds), "clerk")
    people = ["vn-ash", "vn-elm", "vn-fir"]
    writing.panel(world.vn, view.key, "vn-keeper", people, "clerk")
    for at, expert in enumerate(people):
        typed = {one["slug"]: {"values": [f"{100 + at}", "200", "300"]} for one in seeds}
        experts.save(world.vn, view.key, "private", expert, typed)
        experts.submit(world.vn, view.key, "private", expert)
    assert answers.calibration(world.vn, view.key, "private", "vn-keeper")["why"] == "no-seeds"
    for one in seeds:
        came = {"question": one["slug"], "outcome": "180", "resolved_at": world.clock.now, "cites": CITE}
        writing.resolve(world.vn, came, "clerk")
    found = answers.calibration(world.vn, view.key, "private", "vn-keeper")
    assert [one["id"] for one in found["experts"]] == people
    assert (found["weights"], found["seeds"], found["why"]) == ("equal@1", 2, "few-seeds")
    assert all(one["weight"] is None and one["calibration"] > 0 for one in found["experts"])
    own = answers.calibration(world.vn, view.key, "private", "vn-elm")["experts"]
    assert [one["id"] for one in own] == ["vn-elm"]
    with pytest.raises(PersonalError):
        answers.calibration(world.vn, view.key, "private", "somebody")
