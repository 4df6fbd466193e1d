"""Observations in, frames out."""

from __future__ import annotations

import time

from comity.border import picture
from comity.border.alerts import answers, writing
from comity.border.live import windows
from comity.border.live.centre import Centre
from comity.border.live.windows import WINDOW
from comity.border.sector.queries import find
from comity.border.sensors.times import now
from tests.border.live.world import START, Line, seen


def test_what_a_sensor_detects_is_a_track_second_by_second(node):
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    centre = Centre(node, find(node, "ford"))
    report = centre.run_once()
    assert (report.observations, report.frames, report.tracks) == (10, 10, 1)
    rows = centre.tracks.between("ford", START, START + 20_000)
    assert len({row.track for row in rows}) == 1
    last = centre.tracks.at("ford", START + 9_500)[0]
    assert abs(last.x - 145) < 20
    assert last.track.startswith("vn-")
    assert centre.tracks.span("ford") == (START, START + 9000)


def test_what_has_arrived_when_it_is_asked_is_taken_whole(node, monkeypatch):
    line, centre = Line(node, "ridge"), Centre(node, find(node, "ford"))
    for n in range(5):
        time.sleep((WINDOW - now() % WINDOW) / 1e6)  # a window begins: it is not over when it is asked
        line.send("ridge", (START + 1000 * n, seen((100 + 5 * n, 200))))
        assert centre.run_once().observations == 1
    monkeypatch.setattr(windows, "time", None)  # nothing arrived since: nothing is waited for
    assert centre.run_once().observations == 0


MINUTE = 60_000


def states(node, at):
    return {one["name"]: one["state"] for one in picture.at(node, "ford", at, "own")["sensors"]}


def test_a_sensor_that_never_sent_is_unknown_and_no_later_moment_hears_what_fell_silent(node):
    assert states(node, START) == {"ridge": "unknown", "mast": "unknown"}
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    assert states(node, START + 9_000) == {"ridge": "heard", "mast": "unknown"}
    assert states(node, START - 1) == {"ridge": "unknown", "mast": "unknown"}
    Centre(node, find(node, "ford")).run_once(now() // 1000 + 100)
    later = states(node, START + 600_000)  # nobody ran the centre since: that is not peace
    assert later["ridge"] == "unknown"


def test_what_arrived_late_stands_where_it_belongs_and_only_own_people_stop_an_escalation(node):
    line = Line(node, "ridge", "mast")
    for name in ("ridge", "mast"):
        line.send(name, *((START + 1000 * n, seen((100 + 5 * n, 200))) for n in range(10)))
    centre, arrived = Centre(node, find(node, "ford")), now() // 1000
    centre.run_once(arrived + 3 * MINUTE)
    lost = {one["cell"]: one["key"] for one in answers.alert_list(node)["alerts"]}
    assert set(lost) == {"ridge", "mast"}
    shown = picture.at(node, "ford", START + 2 * MINUTE, "own")["alerts"]
    assert {(one["rule"], one["state"], one["subject"]) for one in shown} == {
        ("coverage-lost", "active", name) for name in lost
    }, "what was observed months before it arrived"
    assert picture.at(node, "ford", START + 5_000, "own")["alerts"] == []
    act = {"alert": lost["mast"], "office": "Post 4", "header": {"author": "officer"}}
    writing.acknowledge(node, act, answers.now())
    centre.run_once(arrived + 30 * MINUTE)
    levels = {one["cell"]: one["level"] for one in answers.alert_list(node)["alerts"]}
    assert levels == {"ridge": 1, "mast": 0}
