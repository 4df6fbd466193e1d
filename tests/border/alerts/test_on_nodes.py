"""One occurrence on two nodes: both raise it, both show one alert; people take it up, and a crossing is context."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM
from comity.border.alerts import answers, signals, writing
from comity.border.alerts.engine import Engine
from comity.border.alerts.labels import act_path, alert_path
from comity.border.errors import AlertRefusedError, AlertUnknownError
from comity.border.geofence.watch import METHODS, Sample, Watch
from comity.border.geofence.zones import Zone
from comity.border.river.readings import read as read_gauge
from comity.border.series.writing import gauge_draft
from comity.cli import app
from comity.node import operations
from comity.node.web.problems import install
from tests.asgi import Client
from tests.border.river.series import as_csv, daily
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "duty officer", "marking": "TLP:CLEAR"}
ZONE = Zone("ford", "area", (((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0)),), dwell=20.0)


def exchange(vn, la):
    for node, other in ((vn, la), (la, vn)) * 2:
        sync(node, other)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("alerts"), {}) as nodes:
        yield nodes


@pytest.fixture(scope="module")
def clients(both):
    found = {}
    for node in both:
        web = FastAPI()
        install(web)
        mount(web, node, (SYSTEM,))
        found[node.config.party] = Client(web)
    return found


def seen(node, start, off):
    """Watch one track as a node's own sensors see it, and put on record what the rules say."""
    way = [(-300, 200)] * 3 + [(200, 200)] * 8
    samples = [
        Sample("joint-1", start + 5_000 * n, x + off, y + off, (25.0, 0.0, 25.0), 0.97)
        for n, (x, y) in enumerate(way)
    ]
    events = Watch([ZONE]).push(samples)
    clock = samples[-1].time
    engine = Engine(lambda: clock)
    steps = engine.push(signals.of_geofence(events, "radar", " ".join(METHODS), exercise=True))
    return [one.name for one in events], writing.record(node, steps, HEAD)


def keys(node):
    return [
        (one["key"], one["state"], one["raised_by"]) for one in answers.alert_list(node, every=True)["alerts"]
    ]


def named_on_both(clients, key):
    """Both consoles name the one party that took it up, and whose word is waited for."""
    for client in clients.values():
        for path in ("/border/alerts", alert_path(key)):
            page = " ".join(client.get(path).text.split())
            assert "took it up" in page
            assert "Post 4" in page
            assert "has not taken it up" in page
            assert "raised by one side only so far" not in page


def test_one_occurrence_is_one_alert_on_both_and_each_step_is_an_entry(both, clients):
    vn, la = both
    start = answers.now() - 120_000
    names, written = seen(vn, start, 0.0)
    assert names == ["crossing", "dwell"]
    assert written == 2
    seen(la, start, 3.0)
    exchange(vn, la)
    assert keys(vn) == keys(la)
    ((key, state, raisers),) = keys(vn)
    assert (state, raisers) == ("active", ["la", "vn"])
    one = answers.alert_list(la)["alerts"][0]
    assert {item["name"] for item in one["reasons"]} == {"observations", "distance", "sigma", "confidence"}
    assert (one["exercise"], one["method"]) == (True, "geofence-distance@1 geofence-watch@1")
    act = {"alert": key[:8], "office": "Post 4", "header": {"author": "officer"}}
    writing.acknowledge(la, act, answers.now())
    exchange(vn, la)
    assert keys(vn) == keys(la) == [(key, "active", ["la", "vn"])]
    named_on_both(clients, key)
    with pytest.raises(AlertRefusedError, match="acknowledged here"):
        writing.acknowledge(la, act, answers.now())
    with pytest.raises(AlertRefusedError, match="author"):
        writing.resolve(la, {**act, "outcome": "true", "header": {}}, answers.now())
    with pytest.raises(AlertRefusedError, match="none of"):
        writing.resolve(la, {**act, "outcome": "won"}, answers.now())
    writing.resolve(la, {**act, "outcome": "true"}, answers.now())
    exchange(vn, la)
    assert keys(vn)[0][1] == "active", "vn has said nothing"
    writing.acknowledge(vn, {**act, "office": "Post 1"}, answers.now())
    assert keys(vn)[0][1] == "acknowledged"
    assert answers.alert(vn, key)["awaited"] == []
    writing.resolve(vn, {**act, "outcome": "false", "note": {"en": "a herd"}}, answers.now())
    exchange(vn, la)
    for node in both:
        shown = answers.alert(node, key)
        assert (shown["state"], shown["outcome"]) == ("resolved", "differ")
        assert shown["parties"] == {"la": "resolved", "vn": "resolved"}
        assert [one["step"] for one in shown["steps"]][-3:] == ["resolved", "acknowledged", "resolved"]
        assert answers.budget(node)["precision"]["differ"] == 1
    with pytest.raises(AlertUnknownError):
        answers.alert(vn, "none")
    with pytest.raises(AlertUnknownError):
        writing.find(vn, "", answers.now())


def test_the_pages_and_the_api(both, clients):
    vn, _ = both
    if not keys(vn):
        seen(vn, answers.now() - 120_000, 0.0)
    client = clients["vn"]
    key = keys(vn)[0][0]
    for language, words in (("en", "Alerts"), ("vi", "Báo động"), ("lo", "ການແຈ້ງເຕືອນ")):
        for path in (
            "/border/alerts?every=1",
            f"/border/alerts/{key.replace('/', '%2F').replace('+', '%2B')}",
        ):
            reply = client.request("GET", path, headers={"accept-language": language})
            assert reply.status_code == 200, reply.text[:2000]
            assert words in reply.text
            assert "joint-1" in reply.text
    assert client.get("/border/alerts/none").status_code == 404
    assert client.get("/api/v1/border/alerts?every=true").json()["alerts"][0]["key"] == key
    assert client.get(f"/api/v1/border/alerts/{key}").json()["raised"]
    assert client.get("/api/v1/border/alert-budget?hours=48").json()["alerts"] == 1
    for path, body, status in (
        ("acknowledge", {}, 400), ("shout", {}, 404), ("resolve", {"alert": "none", "outcome": "true"}, 404),
    ):  # fmt: skip
        reply = client.post(f"/api/v1/border/alert-acts/{path}", json=body)
        assert reply.status_code == status, reply.text


def test_forms_for_people_and_none_that_silences_the_other_side(both, clients):
    vn, la = both
    start = answers.now() - 60_000
    signal = signals.Signal("identity-mismatch", "ford", "drone-9", True, start, start, "rid", exercise=True)
    writing.record(vn, Engine(lambda: start).push([signal]), HEAD)
    exchange(vn, la)
    key = next(one["key"] for one in answers.alert_list(vn)["alerts"] if one["subject"] == "drone-9")
    paths = {what: act_path(what, key) for what in ("acknowledge", "resolve", "note", "shout")}
    given = {"author": "officer", "office": "Post 4", "marking": "TLP:CLEAR", "words": "a kite"}
    page = clients["la"].get(alert_path(key)).text
    assert paths["acknowledge"] in page
    assert paths["resolve"] not in page
    assert "only the other side says" in page
    assert "raised by one side only so far" in page
    assert "only once tracklets crossed" in page
    sizes = [node.log.size for node in both]
    for party, what, more, words in (
        ("la", "resolve", {"outcome": "false"}, "raised by vn alone"),
        ("vn", "resolve", {"outcome": "won"}, "is none of"),
        ("vn", "note", {"words": ""}, "says nothing"),
        ("vn", "acknowledge", {"author": ""}, "the author is missing"),
        ("vn", "acknowledge", {"office": ""}, "Nothing was recorded"),
    ):
        done = clients[party].post(paths[what], data={**given, **more, "step": "record"})
        assert done.status_code == 422, done.text[:300]
        assert words in done.text
    assert clients["vn"].get(paths["shout"]).status_code == 404
    assert clients["vn"].post("/border/alert-acts/note/none", data=given).status_code == 404
    shown = clients["vn"].post(paths["acknowledge"], data={**given, "step": "show"})
    assert "As it will be recorded" in shown.text
    assert [node.log.size for node in both] == sizes
    for party, what, more in (
        ("la", "acknowledge", {}), ("la", "note", {}), ("vn", "resolve", {"outcome": "false"}),
    ):  # fmt: skip
        done = clients[party].post(
            paths[what], data={**given, **more, "step": "record"}, follow_redirects=False
        )
        assert done.status_code == 303, done.text[:2000]
    exchange(vn, la)
    for node in both:
        found = answers.alert(node, key)
        assert (found["state"], found["outcome"]) == ("resolved", "false")
        assert [(one["step"], one["party"], one["author"]) for one in found["steps"]] == [
            ("acknowledged", "la", "officer"), ("noted", "la", "officer"), ("resolved", "vn", "officer"),
        ]  # fmt: skip
    assert 'value="Post 4"' in clients["vn"].get(paths["note"]).text
    for language in ("vi", "lo"):
        assert clients["vn"].get(f"{paths['resolve']}?lang={language}").status_code == 200
        assert "ford" in clients["vn"].get(f"/border/alerts?every=1&lang={language}").text


def test_a_gauge_at_flood_level_and_a_silent_one_on_the_command_line(tmp_path):
    today = datetime.now(UTC).date()
    wave = {today - timedelta(n): 15.0 - n / 2 for n in range(3)}
    with pair(tmp_path, {}) as (vn, _):
        for slug, stages in (
            ("pakse", as_csv(daily(first=today - timedelta(30), changed=wave, last=today))),
            ("old", as_csv(daily(last=date(2010, 3, 1)))),
        ):
            operations.append(
                vn, [gauge_draft(slug, read_gauge(stages), stages, {**HEAD, "class": "exercise"})]
            )

    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", "alerts", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    root = tmp_path / "vn"
    assert "no alert is open" in run("list", root)
    first = json.loads(run("check", root, "--marking", "TLP:CLEAR", "--json"))
    rules = {(one["rule"], one["subject"]) for one in first["steps"] if one["step"] == "raised"}
    assert ("river-flood", "pakse") in rules
    assert ("coverage-lost", "old") in rules
    assert json.loads(run("check", root, "--json"))["written"] <= len(rules)
    found = json.loads(run("list", root, "--json"))
    flood = next(one for one in found["alerts"] if one["rule"] == "river-flood")
    assert {item["name"] for item in flood["reasons"]} == {"level", "limit"}
    assert all(
        one["inhibited_by"] == [flood["key"]] for one in found["alerts"] if one["rule"] == "river-alarm"
    )
    text = run("list", root)
    assert f"[exercise] {flood['short']} Severe river-flood: pakse at pakse; active" in text
    who = ("--author", "o", "--office", "Hydrology")
    assert "border.alert_step in vn/hq" in run("ack", root, flood["short"], *who)
    run("ack", root, flood["short"], *who, code=1)
    run("resolve", root, flood["short"], *who, "--outcome", "true", "--note", "seen", "--json")
    run("resolve", root, flood["short"], *who, "--outcome", "won", code=1)
    assert "precision 100%" in run("budget", root)
    assert json.loads(run("budget", root, "--operators", "2", "--json"))["operators"] == 2
