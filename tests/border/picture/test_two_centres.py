"""Two nodes watch one sector: nothing leaves undecided, both have one picture, and it can be made again."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount, systems
from comity.border.errors import FusionInputError
from comity.border.fusion.withholding import Sharing, price
from comity.border.picture import answers, at, sharing
from comity.border.picture.audit import audit
from comity.border.picture.errors import PictureRefusedError, SharingRefusedError
from comity.border.picture.record import terms_of, windows_of
from comity.border.picture.replay import replay
from comity.border.picture.sending import send
from comity.border.sector.queries import find
from comity.border.sensors import answers as sensors
from comity.cli import app
from tests.asgi import Client
from tests.border.picture.world import HEAD, SIGMA, Watched, centres, decide, exchange, straight


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    with centres(tmp_path_factory.mktemp("centres")) as nodes:
        yield Watched(nodes)


def names(node, now, view):
    return [one["id"] for one in at(node, "ford", now, view)["tracks"]]


def said(node, world, party):
    found = windows_of(node).exchanges(node, terms_of(find(node, "ford")), world.now)
    return [one for one in found if one.party == party]


def test_without_a_decision_nothing_leaves_and_with_one_both_have_one_picture(world):
    vn, la = world.nodes
    world.pass_(10, straight)
    assert send(vn, "ford", world.now).why == "no-decision"
    exchange(vn, la)
    assert names(la, world.now, "theirs") == names(vn, world.now, "shared") == []
    assert at(vn, "ford", world.now, "shared")["unshown"] == [{"code": "nothing-shared"}]
    for node in world.nodes:
        assert decide(node)["does_not_travel_to"] == []
    for _ in range(3):
        world.pass_(10, straight)
        exchange(vn, la, 1)
    exchange(vn, la)
    one, two = (audit(node, "ford", world.now) for node in world.nodes)
    assert one["digest"] == two["digest"]
    assert one["tracks"] == two["tracks"]
    assert (one["twice"], one["missing"], one["aside"]) == ([], [], [])
    assert [track["basis"] for track in one["tracks"]] == ["tracklets"] * 2
    for track in one["tracks"]:
        places = {(word["origin"], word["index"], word["item"]) for word in track["used"]}
        assert len(places) == len(track["used"]) == sum(side["words"] for side in track["parties"])
    views = [at(node, "ford", world.now, "joint") for node in world.nodes]
    assert [len(one["tracks"]) for one in views] == [2, 2]
    for mine, theirs in zip(views[0]["tracks"], views[1]["tracks"], strict=True):
        assert (mine["id"], mine["basis"], mine["origins"]) == (
            theirs["id"],
            theirs["basis"],
            theirs["origins"],
        )
        assert mine["ellipse"]["major"] < SIGMA["vn"]
    assert names(vn, world.now, "shared") == names(la, world.now, "theirs")
    assert at(vn, "ford", world.now, "theirs")["sensors"][1]["state"] == "heard"


def test_a_line_that_was_cut_brings_few_long_tracklets_and_then_one_picture_again(world):
    vn, la = world.nodes
    before = len(said(vn, world, "vn"))
    world.pass_(140, straight)
    cut = said(vn, world, "vn")[before:]
    assert len(cut) < 140 / 5 * 0.8  # every five seconds as decided, then more rarely
    assert cut[-1].time - cut[-2].time >= 10_000
    assert len(said(la, world, "vn")) == before
    exchange(vn, la)
    one, two = (audit(node, "ford", world.now) for node in world.nodes)
    assert one["digest"] == two["digest"]
    assert (one["twice"], one["missing"], one["aside"]) == ([], [], [])
    world.pass_(10, straight)
    assert send(vn, "ford", world.now + 10_000).longer == 1


def test_the_picture_is_made_again_from_the_record_and_a_changed_observation_is_found(world):
    vn, la = world.nodes
    sensors.seal(vn, {**HEAD, "releasable_to": []})
    found = replay(vn, "ford", world.now)
    assert not found["replay"]["differences"]
    assert found["replay"]["unsealed"] == 0
    assert found["tracks"] == at(vn, "ford", world.now)["tracks"]
    unsealed = replay(la, "ford", world.now, "own")["replay"]
    assert (unsealed["observations"], unsealed["batches"]) == (0, 0)
    assert unsealed["unsealed"] > 0
    store = sensors.store_of(vn)
    with store.transaction() as db:
        number, result = db.execute("SELECT id, result FROM observation LIMIT 1 OFFSET 20").fetchone()
        moved = json.dumps({"detections": [{"x": 700.0, "y": 700.0}]})
        db.execute("UPDATE observation SET result = ? WHERE id = ?", (moved, number))
    changed = replay(vn, "ford", world.now)["replay"]
    assert not changed["agrees"]
    assert any("does not make its root" in one for one in changed["differences"])
    assert any("differs" in one for one in changed["differences"])
    with store.transaction() as db:
        db.execute("UPDATE observation SET result = ? WHERE id = ?", (result, number))
    assert replay(vn, "ford", world.now)["replay"]["agrees"]


def test_blurred_tracks_have_names_of_their_own_and_one_error(world):
    vn, la = world.nodes
    decide(vn, "blurred", blur=60.0)
    world.pass_(20, straight)
    exchange(vn, la)
    shared, own = names(vn, world.now, "shared"), names(vn, world.now, "own")
    assert len(shared) == 2
    assert not set(shared) & set(own)
    assert names(la, world.now, "theirs") == shared
    theirs = at(la, "ford", world.now, "theirs")["tracks"]
    assert {one["basis"] for one in theirs} == {"told"}
    assert all(one["ellipse"]["minor"] > 60 for one in theirs)
    joint = at(vn, "ford", world.now, "joint")["tracks"]
    assert len(joint) == 2  # the own tracks as they are, with what la says of them
    assert all(one["ellipse"]["major"] < SIGMA["vn"] for one in joint)
    decide(vn, "nothing")
    size = vn.log.size
    world.pass_(10, straight)
    assert send(vn, "ford", world.now).why == "nothing"
    assert not [one for one in said(vn, world, "vn") if one.index >= size]


def test_the_price_is_of_the_sectors_own_figures_and_is_shown_first(world):
    vn, _ = world.nodes
    found = sharing.prices(vn, {"sector": "ford", "blur": 30})
    side = found["sides"][0]
    assert side["travels"]
    own, theirs = (SIGMA[party] / 0.9**0.5 for party in ("la", "vn"))
    expected = price(Sharing(own, theirs, blur=30.0, looks=sharing.LOOKS))
    told = {one["way"]: one["error"] for one in side["their_picture"]}
    assert told == {way: round(one.error, 2) for way, one in expected.items()}
    act = {"sector": "ford", "way": "tracklets", "office": "o", "header": {"author": "a"}}
    for wrong, words in (
        ({}, "not shown"), ({"shown": side["our_picture"]}, "not shown"), ({"way": "all"}, "none of"),
        ({"office": ""}, "a person decides"), ({"to": ["xx"]}, "no party"), ({"blur": "x"}, "no number"),
        ({"class": "friend"}, "none of"), ({"blur": -1}, "between"),
    ):  # fmt: skip
        with pytest.raises(SharingRefusedError, match=words):
            sharing.decide(vn, {**act, **wrong}, answers.now())
    with pytest.raises(PictureRefusedError):
        at(vn, "ford", None, "everything")
    with pytest.raises(FusionInputError):
        price(Sharing(own=0))


def test_pages_and_api(world):
    vn, _ = world.nodes
    web = FastAPI()
    mount(web, vn, systems())
    client = Client(web)

    def page(path, language="en", status=200):
        reply = client.request("GET", path, headers={"accept-language": language})
        assert reply.status_code == status, reply.text[:500]
        return reply.text

    for language, words in (("en", "sees of ours"), ("vi", "Bức tranh"), ("lo", "ພາບ")):
        shown = page(f"/border/picture?sector=ford&view=own&at={world.now}", language)
        assert words in shown
        assert names(vn, world.now, "own")[0] in shown
    assert "Sensors" in page("/border/picture?sector=ford&at=0")
    assert "That is no time" in page("/border/picture?sector=ford&at=tomorrow")
    page("/border/picture?sector=none", status=404)
    assert "tracklets" in page("/border/sharing?sector=ford&blur=25", "en")
    page("/border/sharing?sector=ford&blur=x", status=422)
    decided(vn, client)
    base = "/api/v1/border"
    hidden = f"{base}/picture?sector=ford&view=own&at={world.now}"
    said = [client.request("GET", hidden, headers={"accept-language": name}).json() for name in ("en", "vi")]
    assert said[0]["unshown"] == said[1]["unshown"] == [{"code": "own-view"}]
    assert said[0]["withheld"] == "What the other side sees is not in this view."
    assert said[1]["withheld"] not in {"", said[0]["withheld"]}
    assert "silence is no peace" in page(f"/border/picture?sector=ford&view=own&at={world.now}")
    found = client.get(f"{base}/picture?sector=ford&view=joint&at={world.now}").json()
    assert {"tracks", "sensors", "zones", "alerts", "patrols", "span", "withheld"} <= set(found)
    assert client.get(f"{base}/picture/times?sector=ford").json()["last"] >= world.now
    assert client.get(f"{base}/sharing?sector=ford").json()[0]["state"] == "in force"
    for path in ("picture?sector=ford&view=x", "picture?sector=none", "sharing/price?sector=ford&class=x"):
        assert client.get(f"{base}/{path}").status_code >= 400
    assert client.post(f"{base}/sharing-acts/decide", json={"sector": "ford"}).status_code >= 400
    assert client.post(f"{base}/sharing-acts/send", json={"sector": "ford"}).status_code == 201


def decided(node, client):
    """Decide on the page: only with the figures whose prices were shown."""
    form = {
        "sector": "ford", "way": "gridded", "every": "5", "blur": "50.0", "grid": "200.0", "delay": "10.0",
        "class": "unknown", "office": "Desk", "author": "officer", "marks": "TLP:AMBER", "only": "boat",
    }  # fmt: skip
    size = node.log.size
    reply = client.post("/border/sharing", data={**form, "seen": "unknown 5 50.0 100.0 10000"})
    assert (reply.status_code, node.log.size) == (422, size)
    reply = client.post("/border/sharing", data={**form, "seen": "unknown 5 50.0 200.0 10000"})
    assert reply.status_code == 303, reply.text
    fields = sharing.decisions(node, "ford")[0].fields
    assert (fields["way"], fields["grid"], fields["classes"]) == ("gridded", "200.00", ["boat"])
    assert {one["way"] for one in fields["prices"]} >= {"tracklets", "nothing"}


def test_on_the_command_line(tmp_path):
    with centres(tmp_path) as nodes:
        world = Watched(nodes)
        world.pass_(10, straight)
        now = world.now

    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", *map(str, words)])
        assert done.exit_code == code, (done.output, done.exception)
        return done.output

    vn = tmp_path / "vn"
    what = ("--sector", "ford")
    assert "nothing is decided" in run("share", "list", vn, *what)
    assert "nothing is said: no-decision" in run("share", "send", vn, *what)
    assert "tracklets: ± " in run("share", "price", vn, *what, "--delay", "20")
    who = ("--author", "officer", "--office", "Desk", "--exercise")
    assert "blurred" in run("share", "set", vn, "blurred", *what, *who, "--blur", "40")
    assert "in force" in run("share", "list", vn, *what)
    run("share", "set", vn, "tracklets", *what, "--author", "", "--office", "Desk", code=1)
    assert "2 tracks" in run("picture", vn, *what, "--at", now, "--view", "own")
    assert json.loads(run("picture", vn, *what, "--audit", "--json"))["missing"] == []
    run("picture", vn, *what, "--at", "yesterday", code=1)
    file = tmp_path / "ford.tracklets"
    assert "0 entries, 0 words" in run("picture", vn, *what, "--at", now, "--proof", file)
    assert json.loads(file.read_text())["format"] == "comity/tracklets/v1"
    again = json.loads(run("picture", vn, *what, "--at", now, "--from-record", "--json"))
    assert again["replay"]["unsealed"] == 10
