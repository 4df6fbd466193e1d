"""A sector or a zone that is changed: what goes on, what is closed, and the reason on record."""

from __future__ import annotations

import pytest

from comity.border.alerts import answers as alerts
from comity.border.live import keeping
from comity.border.live.keeping import keeper_of
from comity.border.live.machine import Machine
from comity.border.live.taking_over import take_over
from comity.border.live.tracks import store_of
from comity.border.picture import replay
from comity.border.sector.queries import ZoneView
from tests.border.live.test_machine import Feed, names, view
from tests.border.live.world import START, Line, add, sector, seen, square

BANK = square("bank", 400, 400, 900, 900, dwell=20, approach=200)


def machine(*zones, sensors=("ridge", "mast"), **more):
    return Machine(view(sector("ford", *sensors, **more)), [view(one, ZoneView) for one in zones], "vn")


def looks(feed, start, stop, *sensors):
    found = []
    for n in range(start, stop):
        rows = [(name, START + 1000 * n + at, seen((500 + n, 600))) for at, name in enumerate(sensors)]
        found.append(feed.send(*rows, after=1000))
    return found


def moved(before, after, number):
    """Go on with a new machine; return what closed, and a feed of it."""
    closing = take_over(before.machine, after)
    feed = Feed(after)
    feed.number, feed.at = number, before.at
    return [(one.name, one.signal.rule, one.note) for one in closing], feed


def watched(*zones):
    feed = Feed(machine(*zones))
    looks(feed, 0, 90, "ridge")  # the mast says nothing
    return feed


def test_another_zone_loses_no_track_and_no_alert():
    feed = watched(BANK)
    before = feed.machine.tracker.every()
    open_ = {one.occurrence for one in feed.machine.engine.held()}
    assert len(open_) == 2
    closed, later = moved(feed, machine(BANK, square("far", 3000, 3000, 3500, 3500, dwell=9)), feed.number)
    assert closed == []
    assert later.machine.tracker.every().uid.tolist() == before.uid.tolist()
    assert {one.occurrence for one in later.machine.engine.held()} == open_
    assert later.machine.clock == feed.machine.clock
    told = [one for out in looks(later, 90, 100, "ridge", "mast") for one in names(out)]
    assert told == [], "nothing is raised a second time"
    assert "mast" not in later.machine.silences._since, "it is heard, and its alert will be cleared"
    cleared = [names(out) for out in looks(later, 100, 240, "ridge", "mast") if out.steps]
    assert ("cleared", "coverage-lost", "mast") in [one for steps in cleared for one in steps]


@pytest.mark.parametrize(
    ("zones", "words"),
    [
        ([], "watched no more"),
        ([square("bank", 400, 400, 900, 900, approach=200)], "asks for this no more"),
        ([{**BANK, "shape": "line"}], "asks for this no more"),
    ],
)
def test_what_a_zone_asks_for_no_more_is_closed_with_the_reason(zones, words):
    feed = watched(BANK)
    closed, later = moved(feed, machine(*zones), feed.number)
    dwell = [one for one in closed if one[1] == "geofence-dwell"]
    assert [one[0] for one in dwell] == ["cleared"]
    assert words in dwell[0][2]
    assert "geofence-dwell" not in {one.signal.rule for one in later.machine.engine.held()}


def test_a_zone_in_another_place_is_judged_anew_and_its_alert_cleared_by_the_rule():
    feed = watched(BANK)
    away = square("bank", 3000, 3000, 3500, 3500, dwell=20, approach=200)
    closed, later = moved(feed, machine(away), feed.number)
    assert closed == []
    told = [one for out in looks(later, 90, 190, "ridge") for one in names(out)]
    assert ("cleared", "geofence-dwell") in [one[:2] for one in told]


def test_another_tracker_begins_anew_and_says_why():
    feed = watched(BANK)
    closed, later = moved(feed, machine(BANK, density="2"), feed.number)
    assert {one[1] for one in closed} == {"geofence-dwell"}
    assert all("tracking began anew" in one[2] for one in closed)
    assert [one.signal.rule for one in later.machine.engine.held()] == ["coverage-lost"]
    assert len(later.machine.tracker.every()) == 0
    told = [one for out in looks(later, 90, 130, "ridge") for one in names(out)]
    assert ("raised", "geofence-dwell") in [one[:2] for one in told], "what still holds is raised again"


def test_a_sensor_that_is_gone_takes_its_alert_with_it():
    feed = watched(BANK)
    closed, later = moved(feed, machine(BANK, sensors=("ridge",)), feed.number)
    assert ("cleared", "coverage-lost", "sensor mast is none of the sector any more") in closed
    assert later.machine.engine.held() == []


def test_on_a_node_it_is_on_record_and_made_again(node):
    add(node, "zone", BANK)
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((500 + n, 600))) for n in range(60)))
    keeper_of(node).once()
    before = {one["rule"]: one for one in alerts.alert_list(node)["alerts"]}
    assert before["geofence-dwell"]["state"] == "active"
    tracked = {row.track for row in store_of(node).at("ford", START + 60_000)}
    add(node, "zone", {**BANK, "withdrawn": True})
    keeper_of(node).once()
    closed = alerts.alert(node, before["geofence-dwell"]["key"])
    assert closed["state"] == "resolved"
    assert [one["note"] for one in closed["steps"] if one["step"] == "cleared"] == [
        {"en": "zone bank is watched no more"}
    ]
    line.send("ridge", *((START + 1000 * n, seen((500 + n, 600))) for n in range(60, 80)))
    keeping._KEEPERS.clear()  # as a process that begins anew
    keeper_of(node).once()
    assert {row.track for row in store_of(node).at("ford", START + 80_000)} == tracked
    again = replay.replay(node, "ford")["replay"]
    assert again["agrees"], again["differences"]
    add(node, "sector", sector("ford", "ridge", "mast", density="3"))
    keeper_of(node).once()
    line.send("ridge", *((START + 1000 * n, seen((500 + n, 600))) for n in range(80, 99)))
    keeper_of(node).once()
    again = replay.replay(node, "ford")["replay"]
    assert again["agrees"], again["differences"]


@pytest.fixture(autouse=True)
def _own_keepers():
    yield
    keeping._KEEPERS.clear()
