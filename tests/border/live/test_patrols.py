"""Own patrols: drawn, borne out, no cause to alerts; and never a way to hide."""

from __future__ import annotations

import json

import orjson

from comity.border.live import saving
from comity.border.live.machine import Machine
from comity.border.sector.queries import ZoneView
from tests.border.live.test_machine import NOW, Feed, names, view
from tests.border.live.world import ORIGIN, START, sector, seen, square

GEO = "geofence-"


def patrolled(zones=()):
    fields = sector("ford", "ridge")
    carried = {"slug": "patrol-1", "party": "vn", "kind": "gps", "lat": ORIGIN[0], "lon": ORIGIN[1]}
    fields["sensors"].append({**carried, "sigma": "5"})
    return Machine(view(fields), [view(one, ZoneView) for one in zones], "vn")


def place(of, x, y, **more):
    lat, lon = of.sector.plane.earth(float(x), float(y))
    return {"lat": lat, "lon": lon, "class": "person-size", **more}


def walk(feed, steps, start=0, way=lambda n: (500 + n, 600), receiver=True):
    """Send looks of a sensor and places of a patrol, a second each; return every outcome."""
    found = []
    for n in range(start, start + steps):
        rows = [("ridge", START + 1000 * n, seen(way(n)))]
        if receiver:
            rows.append(("patrol-1", START + 1000 * n + 30, place(feed.machine, 500 + n, 600)))
        found.append(feed.send(*rows, after=1000))
    return found


def rows(found):
    return [one for out in found for one in out.patrols]


def steps(found):
    return [one for out in found for one in names(out) if one[1].startswith(GEO)]


def test_a_patrol_is_where_its_receiver_says_and_its_track_is_its_own():
    of = patrolled()
    found = rows(walk(Feed(of), 30))
    assert {one.patrol for one in found} == {"patrol-1"}
    assert found[-1].track.startswith("vn-")
    assert found[-1].score == 1.0
    assert of.patrols.own == {found[-1].track: "patrol-1"}
    x, y = of.sector.plane.place(found[-1].lat, found[-1].lon)
    assert abs(x - 528) < 3
    assert abs(y - 600) < 1
    assert len(of.tracker.every()) == 1, "its places make no track"


def test_an_own_patrol_gives_no_cause_to_an_alert_and_another_does():
    zone = square("bank", 400, 400, 900, 900, dwell=20, approach=200)
    assert steps(walk(Feed(patrolled([zone])), 60)) == []
    alone = steps(walk(Feed(patrolled([zone])), 60, receiver=False))
    assert ("raised", "geofence-dwell") in [one[:2] for one in alone]


def test_what_was_kept_back_is_said_when_the_patrol_is_elsewhere():
    feed = Feed(patrolled([square("bank", 400, 400, 900, 900, dwell=20)]))
    assert steps(walk(feed, 40)) == []
    # The patrol goes away to the north; what its sensor sees stays inside the zone.
    late = []
    for n in range(40, 140):
        there = place(feed.machine, 540, 600 + 25 * (n - 40))
        rows_ = [("ridge", START + 1000 * n, seen((540, 600))), ("patrol-1", START + 1000 * n + 30, there)]
        late.append(feed.send(*rows_, after=1000))
    assert [one[:2] for one in steps(late)] == [("raised", "geofence-dwell"), ("active", "geofence-dwell")]
    assert feed.machine.patrols.own == {}


def test_an_alert_that_was_raised_before_the_patrol_was_known_is_cleared():
    feed = Feed(patrolled([square("bank", 400, 400, 900, 900, dwell=20)]))
    first = steps(walk(feed, 40, receiver=False))
    assert [one[0] for one in first] == ["raised", "active"]
    later = steps(walk(feed, 90, start=40))
    assert [one[0] for one in later] == ["cleared"]


def test_places_that_cannot_be_are_set_aside_each_for_its_reason():
    of = patrolled()
    feed = Feed(of)
    walk(feed, 5)
    lat, lon = of.sector.plane.earth(505.0, 600.0)
    sent = [
        ({"lat": lon, "lon": lat}, "swapped"),
        ({"lat": 0, "lon": 0.001}, "null-island"),
        ({"lat": lat + 3, "lon": lon}, "outside-area"),
        ({"x": 5500, "y": 600, "class": "person-size"}, "impossible-speed"),
        ({"lat": lat, "lon": lon, "class": "person-size", "velocity": [90, 0]}, "impossible-speed"),
        ({"lat": "north"}, "malformed"),
        ([], "malformed"),
    ]
    for n, (said, reason) in enumerate(sent):
        out = feed.send(("patrol-1", START + 5_200 + n, said), after=50)
        assert dict(out.aside) == {("patrol-1", reason): 1}, said
    ahead = feed.send(("patrol-1", NOW + 10**8, place(of, 505, 600)))
    assert dict(ahead.aside) == {("patrol-1", "from-the-future"): 1}
    assert rows(walk(feed, 4, start=6))[-1].patrol == "patrol-1"


def test_whoever_calls_himself_like_a_patrol_is_none():
    fields = sector("ford", "ridge")
    fields["sensors"].append({"slug": "ear", "party": "vn", "kind": "remote-id", "lat": 0, "lon": 0})
    fields["sensors"].append({"slug": "patrol-1", "party": "vn", "kind": "gps", "lat": 0, "lon": 0})
    of = Machine(view(fields), [view(square("bank", 400, 400, 900, 900, dwell=20), ZoneView)], "vn")
    feed = Feed(of)
    told = []
    for n in range(40):
        claim = {**place(of, 500 + n, 600), "transmitter": "patrol-1"}
        sent = [("ridge", START + 1000 * n, seen((500 + n, 600))), ("ear", START + 1000 * n + 9, claim)]
        told.append(feed.send(*sent, after=1000))
    assert of.patrols.own == {}
    assert [one[0] for one in steps(told)] == ["raised", "active"]


def test_two_patrols_beside_each_other_are_not_one_track():
    fields = sector("ford", "ridge")
    for name in ("patrol-1", "patrol-2"):
        fields["sensors"].append(
            {"slug": name, "party": "vn", "kind": "gps", "lat": 0, "lon": 0, "sigma": "5"}
        )
    of = Machine(view(fields), [], "vn")
    feed = Feed(of)
    for n in range(30):
        sent = [("ridge", START + 1000 * n, seen((500 + n, 600)))]
        sent += [(name, START + 1000 * n + 9, place(of, 500 + n, 603)) for name in ("patrol-1", "patrol-2")]
        feed.send(*sent, after=1000)
    assert sorted(of.patrols.own.values()) == ["patrol-1"]


def test_a_machine_goes_on_from_bytes_as_if_nothing_had_been():
    zone = square("bank", 400, 400, 900, 900, dwell=20)
    one = patrolled([zone])
    feed = Feed(one)
    walk(feed, 40)
    other = patrolled([zone])
    saving.load(other, saving.save(one))
    again = Feed(other)
    again.number, again.at = feed.number, feed.at
    ends = [walk(of, 20, start=40, receiver=False) for of in (feed, again)]
    assert rows(ends[0]) == rows(ends[1])
    assert orjson.loads(json.dumps(one.hush.save())) == orjson.loads(json.dumps(other.hush.save()))
    assert one.patrols.save() == other.patrols.save()
