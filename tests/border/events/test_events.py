"""Events on two nodes: entered once, reported in time, followed up, closed by their owner, asked about."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.border.api import api
from comity.border.errors import StampError
from comity.border.events import answers, writing
from comity.border.events.errors import EventRefusedError, EventUnknownError, OriginatorConsentError
from comity.cli import app
from comity.node import operations
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.node.two import sync
from tests.register.pair import pair

HOUR = 3_600_000
HEAD = {"author": "guard-1", "marking": "TLP:CLEAR", "class": "exercise"}
PLACE = {
    "slug": "marker-578", "place_kind": "marker", "party": "vn", "marker_number": "578",
    "names": [{"lang": "en", "script": "Latn", "text": "Marker 578", "source": "test"}],
}  # fmt: skip


def exchange(vn, la):
    for node, other in ((vn, la), (la, vn)) * 2:
        sync(node, other)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    place = {**HEAD, "basis": "test", "retention": "working", "kind": "register.place", "fields": PLACE}
    with pair(tmp_path_factory.mktemp("both"), {"vn": [place]}) as nodes:
        yield nodes


def report(node, slug, **more):
    act = {"event_type": "marker_damaged", "marker": "578 + 150 m", "originator": "Post 4", "header": HEAD}
    return writing.report(node, {**act, "slug": slug, **more}, answers.now())


def test_one_form_makes_the_event_and_its_report_and_sending_it_twice_records_once(both):
    vn, la = both
    done = report(vn, "tilted", detail="displaced")
    assert done["kinds"] == ["border.event", "border.event_report"]
    size = vn.log.size
    again = report(vn, "tilted", detail="displaced")
    assert again["repeated"]
    assert vn.log.size == size
    exchange(vn, la)
    for node in both:
        found = answers.event(node, "vn/tilted")
        assert (found["marker"], found["offset_m"], found["place"]) == ("578", 150, "marker-578")
        assert found["first"]["state"] == "in_time"
        assert found["confidence"] == {
            "credibility": "6",
            "reliability": "F",
            "validation": "not_validated",
        }
        assert found["impact"] == "medium"
        assert found["exercise"]
        assert found["shared"]


def test_a_marker_that_no_gazetteer_knows_stands_by_its_number_and_no_marker_is_refused(both):
    vn, _ = both
    report(vn, "far", marker="mốc 901 ± 40 m")
    found = answers.event(vn, "far")
    assert (found["marker"], found["offset_m"], found["either_way"], found["place"]) == (
        "901",
        40,
        True,
        None,
    )
    for bad in ("Cha Lo", "", "578 + 900 km", "-5", "x" * 400):
        with pytest.raises(EventRefusedError, match="no marker"):
            report(vn, "bad", marker=bad)


def test_the_first_report_is_due_a_day_after_the_authority_learnt_of_it(both):
    vn, _ = both
    now = answers.now()
    report(vn, "late", learnt_at=now - 25 * HOUR)
    assert answers.event(vn, "late")["first"]["state"] == "late"
    fields = {"slug": "silent", "event_type": "other", "marker": "1"}
    item = {**HEAD, "basis": "t", "retention": "working", "kind": "border.event"}
    operations.append(vn, [{**item, "fields": {**fields, "learnt_at": now - HOUR}}])
    assert answers.event(vn, "silent")["first"]["state"] == "due"
    operations.append(vn, [{**item, "fields": {**fields, "slug": "mute", "learnt_at": now - 25 * HOUR}}])
    assert answers.event(vn, "mute")["first"] == {"state": "overdue", "due": now - HOUR, "after_ms": None}
    with pytest.raises(EventRefusedError, match="future"):
        report(vn, "tomorrow", learnt_at=now + 24 * HOUR)


def test_the_owner_closes_and_nobody_else(both):
    vn, la = both
    report(vn, "flood-1", event_type="fire_or_flood")
    exchange(vn, la)
    said = {"event": "flood-1", "originator": "Post 9", "impact": "low", "header": HEAD}
    writing.follow_up(la, {**said, "words": {"lo": "ນ້ຳຫຼຸດແລ້ວ"}}, answers.now())
    with pytest.raises(EventRefusedError, match="only vn closes"):
        writing.follow_up(la, {**said, "closes": "over"}, answers.now())
    event = {"origin": "vn/hq", "id": answers.event(la, "flood-1")["id"]}
    lie = {"event": event, "originator": "x", "impact": "low", "reaction": "none", "closes": "did_not_happen"}
    head = {**HEAD, "basis": "t", "retention": "working", "kind": "border.event_report"}
    operations.append(la, [{**head, "fields": lie}])
    exchange(vn, la)
    found = answers.event(vn, "flood-1")
    assert (found["state"], found["impact"], len(found["aside"])) == ("open", "high", 1)
    writing.follow_up(vn, {**said, "closes": "below_threshold"}, answers.now())
    exchange(vn, la)
    assert answers.event(la, "flood-1")["state"] == "below_threshold"
    writing.follow_up(vn, {**said, "impact": "high"}, answers.now())
    assert answers.event(vn, "flood-1")["state"] == "open"


def test_what_is_not_released_is_in_the_national_picture_alone(both):
    vn, la = both
    report(vn, "ours", header={**HEAD, "marking": "TLP:AMBER"})
    exchange(vn, la)
    assert "ours" in {one["slug"] for one in answers.event_list(vn)}
    assert "ours" not in {one["slug"] for one in answers.event_list(vn, "shared")}
    assert "ours" not in {one["slug"] for one in answers.event_list(la)}


def test_a_request_is_answered_by_whom_it_asks_and_before_its_deadline_or_late(both):
    vn, la = both
    now = answers.now()
    asked = {"to": "la", "asker": "HQ", "asks": {"en": "What was seen?"}, "deadline": now + HOUR}
    writing.ask(vn, {**asked, "event": "tilted", "slug": "what", "header": HEAD}, now)
    for wrong in ({"to": "vn"}, {"to": "xx"}, {"deadline": now - 1}):
        with pytest.raises(EventRefusedError):
            writing.ask(vn, {**asked, **wrong, "header": HEAD}, now)
    exchange(vn, la)
    assert answers.event(la, "tilted")["requests"][0]["state"] == "open"
    given = {"request": "what", "originator": "Post 9", "outcome": "given", "header": HEAD}
    with pytest.raises(EventRefusedError, match="words"):
        writing.answer(la, given, now)
    with pytest.raises(EventRefusedError, match="la is asked"):
        writing.answer(vn, given, now)
    writing.answer(la, {**given, "words": {"en": "A lorry"}}, now)
    exchange(vn, la)
    found = answers.request(vn, "what")
    assert (found["state"], found["answers"][0]["words"]) == ("answered", {"en": "A lorry"})


def test_what_another_party_reported_goes_on_with_its_consent_alone(both):
    vn, la = both
    now = answers.now()
    report(vn, "closed", header={**HEAD, "marking": "TLP:AMBER", "releasable_to": ["vn"]})
    source = answers.event(vn, "closed")["reports"][0]
    rests_on = [{"origin": source["entry"][0], "id": source["id"]}]
    said = {"event": "tilted", "originator": "Post 4", "impact": "low", "header": HEAD, "rests_on": rests_on}
    with pytest.raises(OriginatorConsentError):
        writing.follow_up(vn, said, now)
    with pytest.raises(EventUnknownError):
        writing.follow_up(la, {**said, "event": "vn/tilted"}, now)
    open_ = answers.event(vn, "tilted")["reports"][0]
    told = {**said, "rests_on": [{"origin": open_["entry"][0], "id": open_["id"]}]}
    assert writing.follow_up(vn, told, now)["receipts"]


def test_a_draft_survives_and_is_done_once_its_event_is_on_record(both):
    vn, la = both
    act = {"event_type": "ordnance_found", "given": {"marker": "600", "words": ""}, "header": HEAD}
    slug = writing.keep(vn, act, answers.now())["slug"]
    exchange(vn, la)
    assert [one["given"] for one in answers.draft_list(vn)] == [{"marker": "600"}]
    assert answers.draft_list(la) == []
    report(vn, slug, event_type="ordnance_found", marker="600")
    assert answers.draft_list(vn) == []


def test_statistics_count_the_record_and_what_is_absent_is_absent(both):
    vn, _ = both
    rows = answers.statistics(vn)
    assert {row["event_type"] for row in rows} >= {"marker_damaged", "fire_or_flood", "ordnance_found"}
    assert all(row["events"] + row["not_happened"] > 0 for row in rows)
    assert all(row["exercise"] for row in rows)


def test_api_and_command_line(tmp_path):
    with pair(tmp_path, {}) as (vn, _):
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(vn)))
        client = Client(served)
        body = {"event_type": "other", "marker": "12", "originator": "o", "slug": "x", "header": HEAD}
        assert client.post("/api/v1/border/event-acts/report", json=body).status_code == 201
        assert client.get("/api/v1/border/events/vn/x").json()["marker"] == "12"
        assert client.get("/api/v1/border/events?picture=shared").json()[0]["slug"] == "x"
        assert client.get("/api/v1/border/events/none").status_code == 404
        for wrong in (
            {},
            {**body, "learnt_at": "soon", "slug": "y"},
            {**body, "impact": "huge", "slug": "z"},
        ):
            assert client.post("/api/v1/border/event-acts/report", json=wrong).status_code >= 400
        assert client.post("/api/v1/border/event-acts/shout", json={}).status_code == 404
        assert client.get("/api/v1/border/event-drafts").json() == []
    on_the_command_line(tmp_path)


def on_the_command_line(tmp_path):
    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", "event", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output, done.exception

    vn, who = tmp_path / "vn", ("--office", "Post 4", "--author", "guard-1", "--exercise")
    run("report", vn, "unknown_object", "578 + 20 m", *who, "--slug", "drone", "--object-class", "air")
    assert "marker 578 + 20 m; open; first report in time" in run("list", vn)[0]
    run("follow-up", vn, "drone", *who[:4], "--closes", "over", "--words", "gone")
    assert json.loads(run("show", vn, "drone", "--json")[0])["state"] == "over"
    run("ask", vn, "la", "Yours?", *who, "--deadline", "2999-01-01T00:00Z", "--event", "drone", "--slug", "q")
    assert "vn/q to la: open" in run("requests", vn)[0]
    assert "vn unknown_object: 1, 0 open, 0 reported late" in run("stats", vn)[0]
    _, error = run("report", vn, "other", "1", *who, "--learnt", "yesterday", code=1)
    assert isinstance(error, (StampError, SystemExit))
    run("answer", vn, "q", "given", *who[:4], "--words", "no", code=1)
