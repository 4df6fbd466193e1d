"""A bias is found from what was taken in, accepted by a person, taken off, and made again the same."""

from __future__ import annotations

import json
from urllib.parse import quote

import numpy as np
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM, picture
from comity.border.errors import RegistrationRefusedError
from comity.border.live import keeping, registering, registration, tracks
from comity.border.live.correcting import Correction, Corrections
from comity.border.live.keeping import keeper_of
from comity.border.live.tracks import store_of
from comity.border.picture import replay, sending
from comity.border.sector import registrations
from comity.border.sector.plane import Plane
from comity.border.sensors import answers as sensors
from comity.cli import app
from comity.node import operations
from comity.node.node import Node
from comity.node.web.problems import install
from comity.record.canonical import unb64
from tests.asgi import Client
from tests.border.live.world import HEAD, ORIGIN, START, Line, add, sector
from tests.node.two import sync
from tests.register.pair import pair

BIAS = (80.0, -50.0)
STEPS = 90
WHO = {"office": "Sensor desk", "header": HEAD}


def way(n):
    """Return where the patrol's boat is after n seconds: round and round, so that nothing looks alike."""
    turn = n * 8.0 / 700
    return 2000 + 700 * np.cos(turn), 2000 + 700 * np.sin(turn)


def send(line, start, steps):
    random = np.random.default_rng(start)
    plane = Plane(*ORIGIN)
    looks, places = [], []
    for n in range(start, start + steps):
        x, y = way(n)
        found = {"x": x + BIAS[0] + random.normal(0, 10), "y": y + BIAS[1] + random.normal(0, 10)}
        looks.append((START + 1000 * n, found))
        lat, lon = plane.earth(x, y)
        places.append((START + 1000 * n + 400, {"lat": lat, "lon": lon, "sigma": 3, "class": "boat"}))
    line.send("patrol-1", *places)  # first: it is held against tracks as the time of looks goes on
    line.send("ridge", *looks)


@pytest.fixture
def sailed(node):
    fields = sector("ford", "ridge")
    receiver = {"slug": "patrol-1", "party": "vn", "kind": "gps", "lat": ORIGIN[0], "lon": ORIGIN[1]}
    fields["sensors"].append({**receiver, "sigma": "3"})
    add(node, "sector", fields)
    line = Line(node, "ridge", "patrol-1")
    send(line, 0, STEPS)
    yield node, line
    keeping._KEEPERS.clear()


def shown(node, **more):
    found = registration.biases(node, "ford", **more)
    return found, found["sensors"][0]


def accepted(node, **more):
    found, one = shown(node)
    act = {"sector": "ford", "sensor": "ridge", "first": found["first"], "until": found["until"]}
    return registering.accept(node, {**act, "digest": one["digest"], **WHO, **more})


def off(node, n):
    """Return how far the track is from the boat, m, after n seconds."""
    (row,) = store_of(node).at("ford", START + 1000 * n)
    x, y = way(n)
    return float(np.hypot(row.x - x, row.y - y))


def test_it_is_found_and_nothing_is_applied(sailed):
    node, _ = sailed
    keeper_of(node).once()
    found, one = shown(node)
    assert (one["verdict"], one["targets"]) == ("bias", 1)
    assert STEPS - 5 <= one["pairs"] < STEPS
    assert one["parts"][:2] == ["east", "north"]
    for name, true in zip(("east", "north"), BIAS, strict=True):
        assert abs(float(one[f"shift_{name}"]) - true) < 5 * float(one[f"sigma_{name}"])
    assert found["references"] == ["patrol-1"]
    assert one["batches"] == [sensors.batches(node)[0]["root"]]
    assert one["unsealed"] == 0
    assert off(node, STEPS - 1) > 60
    assert registrations.corrections(node, "ford") == ()
    assert shown(node, first=0, until=START + 1)[1]["verdict"] == "insufficient data"


def test_what_a_person_accepts_is_taken_off_from_then_on_and_made_again_alike(sailed):
    node, line = sailed
    keeper_of(node).once()
    before = store_of(node).between("ford", START, START + 1000 * STEPS)
    done = accepted(node)
    assert done["since"] == START + 1000 * STEPS
    send(line, STEPS, 60)
    keeper_of(node).once()
    assert store_of(node).between("ford", START, START + 1000 * STEPS - 1) == before, "what was tracked stays"
    assert off(node, STEPS + 59) < 30
    again = replay.replay(node, "ford")
    assert again["replay"]["agrees"], again["replay"]["differences"]
    assert again["replay"]["unsealed"] == 0
    (one,) = registrations.shown(node, "ford", done["since"])
    assert (one["state"], one["party"], one["office"]) == ("in force", "vn", "Sensor desk")
    # With the sealed observations anybody finds the same pairs.
    found = registration.biases(node, "ford", "ridge", one["earliest"], one["latest"])
    assert found["sensors"][0]["digest"] == one["pairs_digest"]
    now = START + 1000 * (STEPS + 60)
    drawn = picture.at(node, "ford", now, "own")
    (track,) = drawn["tracks"]
    assert track["patrol"] == "patrol-1"
    said = sending._around(node, "ford", now, {})["corrections"]
    assert (
        said
        == drawn["corrections"]
        == registrations.name_of(registrations.corrections(node, "ford"), 1 << 52)
    )
    assert [name["slug"] for name in drawn["patrols"]] == ["patrol-1"]
    assert picture.at(node, "ford", now, "shared")["patrols"] == []
    # A process that begins later goes on with the same correction.
    keeping._KEEPERS.clear()
    send(line, STEPS + 60, 20)
    keeper_of(node).once()
    assert off(node, STEPS + 79) < 30
    assert replay.replay(node, "ford")["replay"]["agrees"]
    withdrawn = registering.withdraw(node, {"sector": "ford", "sensor": "ridge", **WHO})
    send(line, STEPS + 80, 40)
    keeper_of(node).once()
    assert off(node, STEPS + 119) > 50
    assert replay.replay(node, "ford")["replay"]["agrees"]
    assert registrations.name_of(registrations.corrections(node, "ford"), withdrawn["since"]) == ""
    assert "corrections" not in sending._around(node, "ford", withdrawn["since"], {})


def test_what_was_not_shown_or_is_of_the_past_is_refused(sailed):
    node, _ = sailed
    keeper_of(node).once()
    found, one = shown(node)
    act = {"sector": "ford", "sensor": "ridge", "first": found["first"], "until": found["until"], **WHO}
    with pytest.raises(RegistrationRefusedError, match="another estimate"):
        registering.accept(node, {**act, "digest": "x", "until": found["until"] - 5_000})
    with pytest.raises(RegistrationRefusedError, match="tracked already"):
        registering.accept(node, {**act, "digest": one["digest"], "since": START})
    with pytest.raises(RegistrationRefusedError, match="name the author"):
        registering.accept(node, {**act, "digest": one["digest"], "header": {}})
    with pytest.raises(RegistrationRefusedError, match=r"fewer than|no co-operative|detected nothing"):
        registering.accept(node, {**act, "digest": one["digest"], "first": 0, "until": START})
    with pytest.raises(RegistrationRefusedError, match="none of ridge"):
        registering.accept(node, {**act, "digest": one["digest"], "sensor": "patrol-1"})
    with pytest.raises(RegistrationRefusedError, match="no correction"):
        registering.withdraw(node, {"sector": "ford", "sensor": "ridge", **WHO})
    assert registrations.corrections(node, "ford") == ()


def test_on_the_command_line_and_on_the_page(sailed, folder):
    node, _ = sailed
    keeper_of(node).once()
    found, one = shown(node)
    web = FastAPI()
    install(web)
    mount(web, node, (SYSTEM,))
    client = Client(web)
    text = client.request("GET", "/border/sensor-biases").text
    assert "Accept it" in text
    assert f"{one['shift_east']} ±" in text
    link = text.split('href="/border/sensor-acts/accept/', 1)[1].split('"')[0].replace("&amp;", "&")
    form = client.request("GET", f"/border/sensor-acts/accept/{link}").text
    assert quote(one["digest"]) in form
    sent = client.request("POST", f"/border/sensor-acts/accept/{link}", data={"office": "o", "author": "a"})
    assert sent.status_code == 200
    given = {"office": "o", "author": "a", "step": "record"}
    done = client.request("POST", f"/border/sensor-acts/accept/{link}", data=given, follow_redirects=False)
    assert done.status_code == 303
    assert len(registrations.corrections(node, "ford")) == 1
    assert "from the next observation on" in client.request("GET", "/border/sensor-biases").text
    assert "Corrections of sensors" in client.request("GET", "/border/sensors").text
    assert client.request("GET", "/border/sensor-biases?sector=none").status_code == 404
    asked = client.request("GET", "/api/v1/border/sensor-biases?sector=ford")
    assert asked.json()["sensors"][0]["digest"] == one["digest"]
    assert len(unb64(one["digest"], 32)) == 32
    (held,) = client.request("GET", "/api/v1/border/sensor-corrections?sector=ford").json()
    assert held["pairs_digest"] == one["digest"]
    refused = client.request("POST", "/api/v1/border/sensor-acts/accept", json={"sector": "ford"})
    assert refused.status_code == 400
    sensors.shelf_of(node).close()
    tracks.shelf_of(node).close()
    keeping._KEEPERS.clear()
    node.close()
    data = json.loads(run("bias", folder, "--sector", "ford", "--json"))
    words = ("--digest", one["digest"], "--first", found["first"], "--until", found["until"])
    who = ("--author", "officer", "--office", "Sensor desk", "--exercise")
    assert data["sensors"][0]["digest"] == one["digest"]
    which = ("--sector", "ford", "--sensor", "ridge")
    assert "border.registration in vn/hq" in run("accept", folder, *which, *words, *who)
    told = run("bias", folder, "--sector", "ford")
    assert "ridge: bias: " in told
    assert "corrected since" in told
    assert "border.registration in vn/hq" in run("withdraw", folder, *which, *who)


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", "sensors", *map(str, words)])
    assert done.exit_code == code, done.output
    return done.output


def test_a_correction_takes_off_what_a_bias_adds():
    from comity.border.fusion.observations import Detections

    true = np.array([[1000.0, 2000.0], [-300.0, 40.0]])
    centre, turn = np.array([100.0, -50.0]), 0.02
    arm = true - centre
    told = true + [30.0, -7.0] + turn * np.stack([-arm[:, 1], arm[:, 0]], axis=1)
    found = Detections.of([5_000, 5_000], [0, 1], told, 10.0)
    looks = np.array([[5_000, 0], [5_000, 1]])
    one = Correction("a", 5_000, 30.0, -7.0, turn, 1_200)
    later = Correction("a", 9_000)
    both = Corrections([later, one], {"a": (100.0, -50.0), "b": (0.0, 0.0)})
    right, when = both.apply(found, looks)
    assert right.place[0] == pytest.approx(true[0], abs=1e-9)
    assert right.place[1].tolist() == told[1].tolist(), "of another sensor"
    assert when.tolist() == [[3_800, 0], [5_000, 1]]
    assert right.time.tolist() == [3_800, 5_000]
    early, _ = both.apply(Detections.of([4_999, 9_000], 0, told, 10.0), looks)
    assert early.place.tolist() == told.tolist(), "before it began, and after it was withdrawn"
    assert not Corrections([later], {"a": (0.0, 0.0)})
    assert not Corrections([one], {"b": (0.0, 0.0)})
    held = registrations.in_force([one, later], 8_999)
    assert held == [one]
    assert registrations.in_force([one, later], 9_000) == []


def test_only_a_whole_correction_goes_on_record():
    from comity.border.entries.registrations import Registration

    good = {
        "sector": "ford",
        "sensor": "a",
        "since": 1,
        "config": "A" * 43 + "=",
        "method": "m",
        "office": "o",
    }
    rests = {"pairs": 40, "pairs_digest": "A" * 43 + "=", "references": ["p"], "estimated": ["east"]}
    Registration.model_validate({**good, "withdrawn": True})
    Registration.model_validate({**good, **rests, "shift_east": "4.5"})
    for more in (
        {**rests, "withdrawn": True},
        {"shift_east": "4"},
        {**rests, "shift_east": "20000"},
        {**rests, "turn": "0.9"},
        {**rests, "late": 90_000},
        {**rests, "estimated": ["height"]},
        {"estimated": ["east"]},
    ):
        with pytest.raises(ValueError):
            Registration.model_validate({**good, **more})


def test_a_node_opened_anew_knows_what_is_in_force(sailed, folder):
    node, _ = sailed
    keeper_of(node).once()
    done = accepted(node)
    sensors.shelf_of(node).close()
    tracks.shelf_of(node).close()
    node.close()
    with Node.open(folder, (SYSTEM,)) as opened:
        (one,) = registrations.corrections(opened, "ford")
        assert one.since == done["since"]
        assert abs(one.east - BIAS[0]) < 20


def test_the_other_side_knows_which_corrections_were_used_and_corrects_nothing_by_them(tmp_path):
    digest = "A" * 43 + "="
    fields = {
        "sector": "ford", "sensor": "ridge", "since": START, "config": digest, "method": "m", "office": "o",
        "pairs": 40, "pairs_digest": digest, "references": ["p"], "estimated": ["east"], "shift_east": "12.5",
    }  # fmt: skip
    with pair(tmp_path, {}) as (vn, la):
        for node in (vn, la):
            add(node, "sector", sector("ford", "ridge"))
        head = {**registering.DEFAULTS, **HEAD, "kind": "border.registration"}
        operations.append(vn, [{**head, "fields": fields}])
        for node, other in ((vn, la), (la, vn)) * 2:
            sync(node, other)
        (own,) = registrations.corrections(vn, "ford")
        assert registrations.corrections(la, "ford") == (), "a party's sensors are its own"
        (theirs,) = registrations.shown(la, "ford", START)
        assert (theirs["party"], theirs["state"], theirs["digest"]) == ("vn", "in force", own.digest)
        told = [registrations.correction_of(one) for one in registrations.reports(la, "ford", "vn")]
        assert registrations.name_of(told, START) == registrations.name_of([own], START) != ""
