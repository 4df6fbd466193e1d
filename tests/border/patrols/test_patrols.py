"""A joint patrol on two nodes: proposed, looked at again, accepted, walked, reported by both, counted."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.border.api import api
from comity.border.events import writing as events
from comity.border.patrols import answers, writing
from comity.border.patrols.errors import (
    PatrolRefusedError,
    PatrolSeedError,
    PatrolUnknownError,
    PatrolWayError,
)
from comity.cli import app
from comity.node import operations
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.border.patrols.tracks import STEP, network, square
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "planner-1", "marking": "TLP:CLEAR", "class": "exercise"}
MEETS = 1_784_775_600_000
ASKED = {
    "network": "valley",
    "stations": {"vn": "post-4", "la": "post-9"},
    "meets_when": MEETS,
    "on": "2026-07-23",
    "minutes": 480,
    "sector": "valley",
    "officer": "Sector desk",
    "header": HEAD,
}
IN_THE_WAY = (17_000_000 + 4 * STEP + STEP // 2, 106_000_000)


def exchange(vn, la):
    for node, other in ((vn, la), (la, vn)) * 2:
        sync(node, other)


def act(node, name, **given):
    return writing.ACTS[name](node, {"header": HEAD, **given}, answers.now())


def accept(node, name, **more):
    return act(node, "accept", plan=name, office="Post 9", **more)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("both"), {}) as (vn, la):
        act(vn, "layer", layer=network())
        exchange(vn, la)
        yield vn, la


def test_a_proposal_alone_records_nothing_and_a_plan_is_one_when_the_other_side_says_so(both):
    vn, la = both
    size = vn.log.size
    shown = act(vn, "plan", **ASKED, slug="first")
    assert vn.log.size == size
    assert {side["party"] for side in shown["plan"]["sides"]} == {"la", "vn"}
    assert shown["plan"]["left_out"] == []
    act(vn, "plan", **ASKED, slug="first", record=True)
    with pytest.raises(PatrolRefusedError, match="on record"):
        act(vn, "plan", **ASKED, slug="first", record=True)
    with pytest.raises(PatrolRefusedError, match="another side"):
        accept(vn, "first")
    exchange(vn, la)
    assert answers.plan(la, "first")["state"] == "proposed"
    assert accept(la, "first")["checked"]
    exchange(vn, la)
    assert answers.plan(vn, "first")["state"] == answers.plan(la, "first")["state"] == "accepted"


def test_visits_and_the_report_both_sign_and_a_report_that_differs_is_shown_as_different(both):
    vn, la = both
    markers = [stop["marker"] for side in answers.plan(vn, "first")["sides"] for stop in side["stops"]]
    for node, marker in ((vn, markers[0]), (la, markers[1])):
        act(node, "visit", marker=marker, condition="sound", plan="first")
    act(vn, "visit", marker=markers[2], condition="not_reached", plan="first")
    exchange(vn, la)
    with pytest.raises(PatrolRefusedError, match="words"):
        act(vn, "report", plan="first")
    with pytest.raises(PatrolRefusedError, match="to sign"):
        act(la, "report", plan="first", sign=True)
    assert answers.statistics(vn)[0]["joint"] is None
    assert answers.statistics(vn)[0]["not_reported"] == 1
    made = act(vn, "report", plan="first", words={"en": "Calm."})
    assert made["report"]["markers"] == sorted({markers[0], markers[1]})
    assert markers[2] in made["report"]["not_reached"]
    exchange(vn, la)
    assert answers.plan(la, "first")["report_state"] == "awaiting"
    act(la, "report", plan="first", words={"lo": "ສະຫງົບ"})
    exchange(vn, la)
    assert (
        answers.plan(vn, "first")["report_state"] == answers.plan(la, "first")["report_state"] == "different"
    )
    act(la, "report", plan="first", sign=True)
    exchange(vn, la)
    assert answers.plan(vn, "first")["report_state"] == "joint"
    row = answers.statistics(la)[0]
    assert (row["joint"], row["accepted"], row["exercise"]) == (1, 1, True)
    assert row["markers"] == {"la": 1, "vn": 1}
    assert answers.statistics(la) == answers.statistics(vn)
    ages = {one["marker"]: one["days"] for one in answers.coverage(vn)[0]["markers"]}
    assert ages[markers[0]] == 0
    assert ages[markers[2]] is None, "nobody was there; that is not known to be never"


def test_a_hazard_closes_a_way_and_one_that_only_the_other_side_knows_stops_the_plan(both):
    vn, la = both
    act(la, "layer", layer=square("old-field", IN_THE_WAY), header={**HEAD, "marking": "TLP:AMBER"})
    act(vn, "plan", **{**ASKED, "markers": ["504", "505"], "minutes": 900}, slug="second", record=True)
    exchange(vn, la)
    assert answers.plan(vn, "second")["comes_into"] == []
    assert answers.plan(la, "second")["comes_into"] == ["la-old-field"]
    with pytest.raises(PatrolRefusedError, match="known here"):
        accept(la, "second")
    accept(la, "second", answer="declined", note={"en": "Not that way."})
    exchange(vn, la)
    assert answers.plan(vn, "second")["state"] == "declined"
    theirs = {**ASKED, "markers": ["504", "505"], "minutes": 900}
    kept = act(la, "plan", **theirs, slug="third")["plan"]
    assert kept["crosses_hazard"] == []
    crossing = act(la, "plan", **theirs, slug="third", cross=["la-old-field"])["plan"]
    assert crossing["crosses_hazard"] == ["la-old-field"]
    with pytest.raises(PatrolRefusedError, match="does not stand"):
        act(la, "plan", **theirs, slug="third", cross=["nothing"])


def test_ordnance_that_was_reported_is_kept_clear_of_without_entering_it_again(both):
    vn, _ = both
    found = {"event_type": "ordnance_found", "marker": "503", "originator": "Post 4", "header": HEAD}
    events.report(vn, {**found, "slug": "shell"}, answers.now())
    plan = act(vn, "plan", **{**ASKED, "minutes": 900}, slug="fourth")["plan"]
    assert "503" in plan["left_out"]
    closing = {"event": "shell", "originator": "Clearance", "impact": "low", "closes": "over", "header": HEAD}
    events.follow_up(vn, closing, answers.now())
    plan = act(vn, "plan", **{**ASKED, "minutes": 900}, slug="fourth")["plan"]
    assert "503" not in plan["left_out"]


def test_what_cannot_be_planned_is_refused_with_its_reason(both):
    vn, la = both
    for wrong, error in (
        ({"network": "none"}, PatrolUnknownError),
        ({"stations": {"vn": "post-9", "la": "post-9"}}, PatrolRefusedError),
        ({"stations": {}}, PatrolRefusedError),
        ({"markers": ["999"]}, PatrolRefusedError),
        ({"meets_at": "999"}, PatrolRefusedError),
        ({"minutes": 20}, PatrolWayError),
    ):
        with pytest.raises(error):
            act(vn, "plan", **{**ASKED, **wrong}, slug="bad")
    with pytest.raises(PatrolRefusedError, match="future"):
        act(vn, "visit", marker="501", condition="sound", visited_at=answers.now() + 10**8)
    with pytest.raises(PatrolRefusedError, match="accepted"):
        act(la, "report", plan="second", words={"en": "x"})


def test_a_word_on_another_plan_does_not_count(both):
    vn, la = both
    act(vn, "plan", **ASKED, slug="lied", record=True)
    exchange(vn, la)
    one = answers.plan(la, "lied")
    place = {"origin": "vn/hq", "id": la.record(*one["entry"]).id_text}
    said = {"plan": place, "digest": "A" * 43 + "=", "answer": "accepted", "office": "x"}
    own = {**said, "digest": one["digest"]}
    head = {**HEAD, "basis": "t", "retention": "working", "kind": "border.patrol_answer"}
    operations.append(la, [{**head, "fields": said}])
    operations.append(vn, [{**head, "fields": own}])
    exchange(vn, la)
    shown = answers.plan(vn, "lied")
    assert (shown["state"], len(shown["aside"])) == ("proposed", 2)


def test_api_and_command_line(tmp_path):
    with pair(tmp_path, {}) as (vn, _):
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(vn)))
        client = Client(served)
        for wrong, status in (("shout", 404), ("visit", 409), ("plan", 409)):
            assert client.post(f"/api/v1/border/patrol-acts/{wrong}", json={}).status_code >= min(status, 400)
        assert client.get("/api/v1/border/patrols").json() == []
        assert client.get("/api/v1/border/patrols/none").status_code == 404
        assert client.get("/api/v1/border/patrol-visits").json() == []
    on_the_command_line(tmp_path)


def on_the_command_line(tmp_path):
    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", "patrol", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    vn, who = tmp_path / "vn", ("--author", "o", "--exercise", "--marking", "TLP:CLEAR")
    (tmp_path / "t.json").write_text(json.dumps(network()))
    run("layer", vn, tmp_path / "t.json", *who)
    asked = ("--network", "valley", "--station", "vn=post-4", "--station", "la=post-9", "--sector", "valley")
    asked += ("--meets", "2026-07-23T10:00+07:00", "--office", "desk", *who)
    assert "nothing was recorded" in run("plan", vn, "p", *asked)
    assert "border.patrol_plan in vn/hq" in run("plan", vn, "p", *asked, "--record")
    assert "vn/p 2026-07-23 valley: proposed; report none" in run("list", vn)
    assert "none known here is met" in run("show", vn, "p")
    run("visit", vn, "501", "sound", "--plan", "p", "--author", "o")
    assert json.loads(run("stats", vn, "--json"))["years"][0]["joint"] is None
    assert "0 accepted, not reported joint" in run("stats", vn)
    run("accept", vn, "p", "--office", "x", "--author", "o", code=1)
    run("layer", vn, tmp_path / "none.json", *who, code=1)
    run("plan", vn, "q", *asked, "--round", "none", code=1)


def test_a_seed_needs_a_round_that_everybody_opened(both):
    vn, _ = both
    with pytest.raises(Exception, match="none") as caught:
        act(vn, "plan", **ASKED, slug="seeded", round="none")
    assert caught.type is not PatrolSeedError
