"""Feeds into a node: claims beside their sensor, numbers only for a purpose, duplicates and the future aside."""

from __future__ import annotations

import json

import pytest
from typer.testing import CliRunner

from comity.border import SYSTEM
from comity.border.feeds import answers
from comity.border.feeds.delivering import deliver
from comity.border.feeds.messages import Said
from comity.border.sensors.answers import shelf_of
from comity.border.sensors.errors import SensorRequestError
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.border.sensors.world import Api

AT = 1772344800_000_000
SHIP = "574000001"


@pytest.fixture
def api(tmp_path):
    api = Api(tmp_path)
    yield api
    api.store.close()


def said(n=0, number=SHIP, **more):
    one = Said(AT + n * 1_000_000, 17.1, 106.2 + n / 1000, "boat", number, 10.0, (1.5, 0.0))
    return one._replace(**more)


def results(api):
    return api.results(orderby="phenomenonTime")


def test_without_a_purpose_no_number_is_kept(api):
    reply = deliver(api.store, "ais", "mast", [said(), said(1), said(0, "574000002")])
    assert reply == {"datastream": 1, "kept": 3, "set_aside": {}}
    names = [one["transmitter"] for one in results(api)]
    assert names[0].startswith("object ")
    assert len(set(names)) == 2, "objects are told apart"
    with api.store.reader() as db:
        text = repr(
            [db.execute(f"SELECT * FROM {table}").fetchall() for table in ("observation", "feature", "thing")]
        )
    assert SHIP not in text
    deliver(api.store, "ais", "mast", [said(2)])
    assert results(api)[-1]["transmitter"] in names, "the same object on the same day"
    deliver(api.store, "ais", "mast", [said(86400)])
    assert results(api)[-1]["transmitter"] not in names, "another day, another name"


def test_with_a_purpose_the_number_is_kept_and_the_purpose_beside_it(api):
    deliver(api.store, "ais", "mast", [said()], purpose="search and rescue")
    (one,) = api.get("Observations", expand="Datastream($expand=Sensor)")["value"]
    assert one["result"] == {
        "transmitter": SHIP, "id": SHIP, "lat": 17.1, "lon": 106.2, "class": "boat", "sigma": 10.0,
        "velocity": [1.5, 0.0], "speed": 1.5,
    }  # fmt: skip
    assert one["parameters"] == {"purpose": "search and rescue"}
    assert one["Datastream"]["Sensor"]["name"] == "mast"


def test_what_comes_twice_or_from_the_future_is_set_aside_and_counted(api):
    reply = deliver(
        api.store, "adsb", "mast", [said(), said(), said(time=2**52), said(1)], [("checksum", "words", "raw")]
    )
    assert (reply["kept"], reply["set_aside"]) == (2, {"duplicate": 1, "future": 1})
    assert api.refused() == {"checksum": 1, "duplicate": 1, "future": 1}
    again = deliver(api.store, "adsb", "mast", [said(), said(1)])
    assert (again["kept"], again["datastream"], again["set_aside"]) == (0, 1, {"duplicate": 2})


def test_feeds_of_one_sensor_share_it(api):
    for feed in ("adsb", "ais", "gps"):
        deliver(api.store, feed, "mast", [said(number="")])
    assert api.names("Sensors") == ["mast"]
    assert len(api.names("Datastreams")) == 3
    assert api.get("Sensors(1)/Datastreams", count="true")["@iot.count"] == 3


@pytest.mark.parametrize(
    "change",
    [
        {"feed": "plates"},
        {"sensor": ""},
        {"owner": "somebody"},
        {"said": [[AT, 17.0, 106.0, "hostile", "", 10.0, None]]},
        {"said": [[AT, 17.0, 106.0, "boat", "NGUYEN VAN A", 10.0, None]]},
        {"said": [[AT, 1e400, 106.0, "boat", "", 10.0, None]]},
        {"said": [[AT, 17.0, 106.0, "boat", "", -1, None]]},
        {"said": [[AT, 17.0]]},
    ],
)
def test_a_request_that_is_none_is_refused_whole(change):
    with pytest.raises(SensorRequestError):
        answers.take(None, {"feed": "ais", "sensor": "mast", **change})


def test_the_command(tmp_path):
    pytest.importorskip("pyais")
    pytest.importorskip("pynmea2")
    root, log, log2 = tmp_path / "vn", tmp_path / "ships.txt", tmp_path / "way.gpx"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    log.write_text("2026-03-01T06:00:00Z,!AIVDM,1,1,,A,18SJ;POP0bWUcw09mpP3Q00EP000,0*05\nnoise\n")
    log2.write_text(
        '<gpx><trk><trkseg><trkpt lat="17.1" lon="106.2"><time>2026-03-01T06:00:00Z</time></trkpt></trkseg></trk></gpx>'
    )

    def run(*line, code=0):
        done = CliRunner().invoke(app, ["border", "feed", *line])
        assert done.exit_code == code, done.output
        return done.output

    found = json.loads(run("ais", str(log), str(root), "--sensor", "mast", "--json"))
    assert (found["messages"], found["kept"], found["set_aside"]) == (2, 1, {"stamp": 1})
    assert "1 kept as claims" in run(
        "gps", str(log2), str(root), "--sensor", "patrol", "--class", "person-size"
    )
    run("gps", str(log2), str(root), "--sensor", "patrol", "--class", "hostile", code=1)
    run("ais", str(tmp_path / "none"), str(root), "--sensor", "mast", code=1)
    with Node.open(root, (SYSTEM,)) as node:
        store = shelf_of(node).store()
        assert store.count() == 2
        assert store.read_all("SELECT reason, count FROM refused") == [("stamp", 1)]
        shelf_of(node).close()
