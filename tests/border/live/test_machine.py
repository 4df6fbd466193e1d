"""A centre's way from observations to alerts: silence, spoofing, floods, bad data, late data, any order."""

from __future__ import annotations

import pytest
from fastapi import FastAPI
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.app import mount
from comity.border import SYSTEM
from comity.border.alerts import answers as alerts
from comity.border.live import tracks
from comity.border.live.centre import Centre
from comity.border.live.machine import Machine
from comity.border.live.windows import Window
from comity.border.sector.queries import SectorView, ZoneView, find
from comity.border.sensors import answers as sensors
from comity.border.sensors.rules import JSON
from comity.node.rows import Report
from tests.asgi import Client
from tests.border.live.world import ORIGIN, START, Line, add, packed, sector, seen, square, stamp

NOW = 1_790_000_000_000
"""When everything arrives, ms UTC."""


def view(fields, kind=SectorView):
    return kind(Report("vn/hq", 0, "x", "vn", "exercise", "TLP:CLEAR", 0, fields))


def machine(*names, zones=(), **more):
    return Machine(view(sector("ford", *names, **more)), [view(one, ZoneView) for one in zones], "vn")


class Feed:
    """Windows of looks, one for each call."""

    def __init__(self, of):
        self.machine, self.number, self.at = of, 0, NOW

    def send(self, *rows, after=50):
        """Send rows of sensor, time in ms and result."""
        self.at += after
        found = []
        for name, time, result in rows:
            self.number += 1
            found.append((self.number, name, time * 1000, JSON, packed(result), (self.at - 1) * 1000))
        return self.machine.window(Window(found, self.at))


def frames(outcomes):
    """Return the last frame of each second as a store keeps it."""
    found = {}
    for out in outcomes:
        told = {frame.time // 1000: frame for frame in out.frames()}
        for second in [second for second in found if told and second >= min(told)]:
            del found[second]
        found |= told
    return {second: (one.time, *tracks._packed(one.tracks)) for second, one in sorted(found.items())}


def names(out):
    return [(one.name, one.signal.rule, one.signal.subject) for one in out.steps]


LOOKS = [
    (name, START + 1000 * n + 137 * place, seen((100 + 5 * n, 200), (900 - 3 * n, 700 + n)))
    for n in range(12)
    for place, name in enumerate(("ridge", "mast", "post"))
]


def whole(order, size):
    of = machine("ridge", "mast", "post")
    feed = Feed(of)
    return frames(feed.send(*order[at : at + size]) for at in range(0, len(order), size))


@settings(max_examples=6, deadline=None)
@given(st.permutations(LOOKS), st.integers(1, 36))
def test_any_order_of_arrival_gives_the_same_frames(order, size):
    assert whole(order, size) == IN_ORDER


IN_ORDER = whole(LOOKS, 1)


def test_an_empty_look_says_that_nothing_is_there_and_silence_does_not():
    told = {}
    for way in ("looks", "silent"):
        of = machine("ridge")
        feed = Feed(of)
        for n in range(6):
            feed.send(("ridge", START + 1000 * n, seen((100, 200))), after=1000)
        for n in range(6, 14):
            if way == "looks":
                feed.send(("ridge", START + 1000 * n, seen()), after=1000)
        told[way] = float(of.tracker.every().existence.sum())
        assert of.watch.aside == {}
    assert told["looks"] < 0.1
    assert told["silent"] > 0.9


def test_a_silent_sensor_is_lost_coverage_and_comes_back():
    of = machine("ridge", "mast")
    feed = Feed(of)
    steps = []
    for n in range(120):
        rows = [("ridge", START + 1000 * n, seen((100, 200)))]
        if n < 10 or n >= 100:
            rows.append(("mast", START + 1000 * n + 1, seen()))
        steps += [(n, *one) for one in names(feed.send(*rows, after=1000))]
    assert steps == [
        (13, "raised", "coverage-lost", "mast"),
        (74, "active", "coverage-lost", "mast"),
    ]
    of.until(feed.at + 1)
    assert of.silences.hears("mast")
    out = of.until(feed.at + 2_000)
    assert not out.silences
    out = of.until(feed.at + 10_000)
    assert {one.sensor for one in out.silences} == {"ridge", "mast"}
    assert out.silences[0].since == START + 120_000


def test_a_gap_inside_what_comes_at_once_is_a_gap():
    feed = Feed(machine("ridge"))
    out = feed.send(*[("ridge", START + 1000 * n, seen()) for n in (*range(5), *range(200, 205))])
    assert [(one.since - START, one.until) for one in out.silences] == [
        (5_000, None), (5_000, START + 200_000),
    ]  # fmt: skip
    assert names(out)[:2] == [("raised", "coverage-lost", "ridge"), ("active", "coverage-lost", "ridge")]


def test_dwell_is_an_alert_and_crossing_is_none_and_nothing_is_affiliated():
    zone = square("bank", 400, 400, 800, 800, dwell=20, severity="Moderate")
    feed = Feed(machine("ridge", zones=[zone]))
    steps = []
    for n in range(60):
        way = (100 + min(n, 25) * 20, 600)
        found = {"x": way[0], "y": way[1], "class": "boat", "affiliation": "hostile"}
        out = feed.send(("ridge", START + 1000 * n, found), after=1000)
        steps += out.steps
    assert [one.name for one in steps] == ["raised", "active"]
    signal = steps[0].signal
    assert (signal.rule, signal.cell, signal.severity, signal.object_class) == (
        "geofence-dwell", "bank", "Moderate", "boat",
    )  # fmt: skip
    assert signal.exercise
    assert signal.source == "ridge"
    assert not [name for name in type(signal).__slots__ if "affiliation" in name]


def test_bad_observations_are_set_aside_alone():
    feed = Feed(machine("ridge"))
    good = [("ridge", START + 1000 * n, seen((100, 200))) for n in range(5)]
    bad = [
        None, 7, "x", [], {}, {"x": 1}, {"lat": 17.0}, {"lat": "17", "lon": "106"}, {"x": True, "y": 1},
        {"x": 1, "y": 2, "sigma": "near"}, {"x": 1, "y": 2, "class": "foe"}, {"detections": 4},
        {"x": 1, "y": 2, "velocity": [1, 2, 3]}, {"x": 1, "y": 2, "velocity": {}}, {"detections": [7, None]},
        {"x": 9e9, "y": 2}, {"lat": 106.0, "lon": 17.0}, {"x": 1, "y": 2, "sigma": -4}, {"x": 1, "y": 2, "sigma": 0},
    ]  # fmt: skip
    out = feed.send(
        *good, *[("ridge", START + 4000, one) for one in bad], ("ridge", NOW + 10**7, seen((1, 1)))
    )
    assert len(out.told[-1].tracks) == 1
    assert out.aside["ridge", "malformed"] == 18
    assert out.aside["ridge", "outside-area"] == 1
    assert out.aside["ridge", "swapped"] == 1
    text = Feed(machine("ridge"))
    text.machine.window(Window([(1, "ridge", START * 1000, 1, "{", NOW * 1000)], NOW + 1))
    assert text.machine.reading.taken() == {}


def test_a_sensor_that_tells_places_wrongly_has_not_looked():
    of = machine("ridge", "mast")
    feed = Feed(of)
    lat, lon = of.sector.plane.earth(100.0, 200.0)
    for n in range(6):
        feed.send(("ridge", START + 1000 * n, seen((100, 200))), after=1000)
    before = float(of.tracker.every().existence.max())
    told = {"swapped": (lon, lat), "null-island": (0.0, 0.001), "outside-area": (lat + 5, lon)}
    aside = {}
    for n, (a, b) in enumerate(told.values(), start=6):
        wrong = {"detections": [{"lat": a, "lon": b}]}
        aside |= feed.send(("mast", START + 1000 * n, wrong), after=1000).aside
    assert aside == {("mast", name): 1 for name in told}
    assert of.silences.hears("mast"), "what is merely outside was looked at"
    assert float(of.tracker.every().existence.max()) > 0.5 * before, "none of it is a look that saw nothing"
    both = {"detections": [{"lat": lat, "lon": lon}, {"lat": lon, "lon": lat}]}
    out = feed.send(("ridge", START + 9000, both), after=1000)
    assert dict(out.aside) == {("ridge", "swapped"): 1}
    assert out.told[-1].tracks.seen.tolist() == [START + 9000], "the sound part of a look is taken"


def test_a_flood_of_one_source_leaves_the_others_alone():
    of = machine("ridge", "mast")
    rule = of.tracker.config.sensors[0].most
    feed = Feed(of)
    steps = []
    for n in range(8):
        flood = {"detections": [{"x": k % 900, "y": k // 9 + n / 8} for k in range(rule + 500)]}
        out = feed.send(("mast", START + 1000 * n + 5, seen((100, 5900))), after=500)
        if n == 4:
            out = feed.send(("ridge", START + 1000 * n + 6, flood), after=500)
            assert out.aside["ridge", "flood"] == 500
        steps += names(out)
    assert ("raised", "source-flood", "ridge") in steps
    assert not [step for step in steps if step[2] == "mast"]
    places = [tuple(map(round, place)) for place in out.told[-1].tracks.place.tolist()]
    assert any(abs(x - 100) < 30 and abs(y - 5900) < 30 for x, y in places)


def claims(way, of=None, real=True):
    """A drone that is seen at one place and says it is at another."""
    fields = sector()
    receiver = {"slug": "ear", "party": "vn", "kind": "remote-id", "lat": ORIGIN[0], "lon": ORIGIN[1]}
    fields["sensors"].append(receiver)
    found = of or Machine(view(fields), [], "vn")
    feed = Feed(found)
    steps, verdicts = [], []
    for n in range(40):
        place = (500 + 10 * n, 1000)
        lat, lon = found.sector.plane.earth(place[0] + (0 if way == "true" else 3000), float(place[1]))
        rows = [("ridge", START + 1000 * n, seen(place) if real else seen())]
        rows.append(
            ("ear", START + 1000 * n + 20, {"transmitter": "aa:bb", "id": "T1", "lat": lat, "lon": lon})
        )
        rows.append(("ear", START + 1000 * n + 21, {"transmitter": "", "message": "00"}))
        rows.append(("ear", START + 1000 * n + 22, {"transmitter": "aa", "message": "zz"}))
        out = feed.send(*rows, after=1000)
        steps += names(out)
        verdicts += out.verdicts
    assert out.aside == {("ear", "malformed"): 2}
    return steps, verdicts


def test_a_true_claim_stands_by_its_track_and_a_spoofed_one_is_a_mismatch():
    steps, verdicts = claims("true")
    assert steps == []
    assert verdicts[-1].verdict == "corroborated"
    assert verdicts[-1].track.startswith("vn-")
    steps, verdicts = claims("spoofed")
    assert steps[:2] == [
        ("raised", "identity-mismatch", "aa:bb"), ("active", "identity-mismatch", "aa:bb"),
    ]  # fmt: skip
    assert verdicts[-1].verdict == "contradicted"


def test_a_claim_never_makes_a_track():
    of = machine("ridge")
    fields = sector()
    fields["sensors"].append({"slug": "ear", "party": "vn", "kind": "ais", "lat": 0, "lon": 0})
    of = Machine(view(fields), [], "vn")
    claims("true", of, real=False)
    assert len(of.tracker.every()) == 0


def test_late_is_put_in_its_place_and_later_is_kept_and_flagged(node):
    add(node, "sector", sector("ford", "ridge", "mast", horizon=10_000))
    line = Line(node, "ridge", "mast")
    line.send("ridge", *((START + 1000 * n, seen((100, 200))) for n in range(30)))
    centre = Centre(node, find(node, "ford"))
    assert centre.run_once(far()).late == 0
    line.send("mast", (START + 25_000, seen((100, 200))), (START + 2_000, seen((100, 200))))
    report = centre.run_once(far())
    assert (report.observations, report.late) == (2, 1)
    assert centre.tracks.read_all("SELECT observation FROM late") == [(32,)]
    assert min(row.time for row in centre.tracks.between("ford", 0, START + 60_000)) <= START + 2000
    hits = [row.hits for row in centre.tracks.at("ford", START + 29_000)]
    assert hits == [31]
    assert alerts.alert_list(node)["alerts"] == []


def test_a_bad_message_of_anybody_stops_nothing_on_the_whole_way(node):
    line = Line(node, "ridge", "mast")
    line.send("mast", (START, {"x": "?"}), (START + 1, {"detections": None}))
    line.rows(["yesterday", seen((1, 2))], ["2199-01-01T00:00:00Z", seen()], stream=line.streams["ridge"])
    line.send("ridge", *((START + 1000 * n, seen((100, 200))) for n in range(5)))
    report = Centre(node, find(node, "ford")).run_once(far())
    assert (report.observations, report.tracks) == (7, 1)
    assert dict(report.set_aside) == {"malformed": 2}
    assert sensors.overview(node)["set_aside"] == {"future": 1, "stamp": 1}
    web = FastAPI()
    mount(web, node, (SYSTEM,))
    for language, words in (("en", "malformed"), ("vi", "sai định dạng"), ("lo", "ຮູບແບບຜິດ")):
        shown = Client(web).request("GET", "/border/sensors", headers={"accept-language": language}).text
        table = shown.split('id="untracked"')[1]
        assert words in table
        assert "mast" in table


def far():
    """Return a moment at which every window is over."""
    import time

    return int(time.time() * 1000) + 60


@pytest.fixture(autouse=True)
def _quick(monkeypatch):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")


def test_two_objects_of_one_look_are_two_and_one_twice_is_one(node):
    line = Line(node, "ridge", "mast")
    one, other = {"x": 100, "y": 200}, {"x": 900, "y": 200}
    for n in range(5):
        line.send("ridge", (START + 1000 * n, one), (START + 1000 * n, other))
    line.send("ridge", (START, one), (START, other))
    line.rows([stamp(START), one, stamp(START)], columns=("phenomenonTime", "result", "resultTime"))
    assert line.refused() == {"duplicate": 3}
    report = Centre(node, find(node, "ford")).run_once(far())
    assert (report.observations, report.tracks) == (10, 2)
