"""Flags in the store: given once, given again when later readings tell more, shown and filtered; nothing else
of an observation changes."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from comity.border import SYSTEM
from comity.border.quality import keeping, states
from comity.border.quality.flagging import Flagger
from comity.border.quality.positions import Box
from comity.border.quality.words import METHOD
from comity.border.sensors import answers
from comity.border.sensors.times import read_instant
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.border.sensors.world import Api, datastream, location, point, sensor, stage, thing

OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"


def at(minute):
    return f"2026-03-01T{minute // 60:02d}:{minute % 60:02d}:00Z"


@pytest.fixture
def api(tmp_path):
    api = Api(tmp_path)
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream()]))
    yield api
    api.store.close()


def send(api, values, first=0, stream=1):
    return api.rows(*([at(first + n), value] for n, value in enumerate(values)), stream=stream)


def words(api, **options):
    return [
        one["@comity.quality"]
        for one in api.get("Observations", orderby="phenomenonTime", top=1000, **options)["value"]
    ]


def rising(count):
    return [2 + n / 64 for n in range(count)]


def test_a_flag_stands_beside_the_observation_and_changes_nothing(api):
    send(api, [*rising(10), 9.0, *rising(10)])
    before = api.store.read_all("SELECT id, phenomenon, result, arrival, result_quality FROM observation")
    assert set(words(api)) == {"unchecked"}
    assert Flagger(api.store).run() == {"good": 20, "spike": 1}
    assert words(api)[10] == "spike"
    assert set(words(api)) == {"good", "spike"}
    assert (
        api.store.read_all("SELECT id, phenomenon, result, arrival, result_quality FROM observation")
        == before
    )
    assert Flagger(api.store).run() == {}


def test_flags_are_shown_as_quality_of_the_result_and_are_filtered(api):
    send(api, [*rising(10), 9.0, *rising(10)])
    Flagger(api.store).run()
    assert api.results(filter="resultQuality/flag eq 'spike'") == [9.0]
    assert len(api.results(filter="resultQuality/flag ne 'spike'")) == 20
    one = api.get("Observations", filter="resultQuality/flag eq 'spike'")["value"][0]
    assert one["resultQuality"]["measureIdentification"] == {"code": "spike", "codeSpace": METHOD}
    assert one["resultQuality"]["result"][0]["pass"] is False
    array = api.get("Observations", resultFormat="dataArray", select="result,resultQuality")["value"][0][
        "dataArray"
    ]
    assert array[10][1]["flag"] == "spike"


def test_what_a_sensor_says_of_quality_stays_its_own(api):
    own = {"DQ_Status": {"code": "good"}}
    api.make("Datastreams(1)/Observations", stage(2.0, at(0), resultQuality=own))
    send(api, rising(3), 1)
    Flagger(api.store).run()
    assert api.get("Observations(1)")["resultQuality"] == own
    assert api.results(filter="resultQuality/DQ_Status/code eq 'good' and resultQuality/flag eq 'good'") == [
        2.0
    ]
    shown = api.get("Observations(2)")
    api.ask("PATCH", "Observations(2)", body={"result": 2.5, "resultQuality": shown["resultQuality"]})
    assert api.store.read_all("SELECT result_quality FROM observation WHERE id = 2") == [(None,)]


def test_what_was_unconfirmed_is_confirmed_by_what_comes_later(api):
    send(api, [*rising(10), 9.0])
    Flagger(api.store).run()
    assert words(api)[-1] == "unconfirmed"
    send(api, rising(5), 11)
    assert Flagger(api.store).run() == {"good": 5}
    assert words(api)[10] == "spike"
    send(api, [9.0, 9.1, 9.2, 9.3, 9.4, 9.5], 16)
    Flagger(api.store).run()
    assert "spike" not in words(api)[16:]


@pytest.mark.parametrize("order", ["as they came", "backwards", "one by one", "halves changed over"])
def test_the_order_of_arrival_changes_no_flag(api, order):
    values = [
        *rising(50),
        9.0,
        *rising(30),
        *[5.0 + n % 2 / 64 for n in range(30)],
        1.0,
        *[5.0 + n % 2 / 64 for n in range(9)],
    ]
    rows = list(enumerate(values))
    if order == "backwards":
        rows.reverse()
    elif order == "halves changed over":
        rows = rows[60:] + rows[:60]
    for size in (len(rows),) if order != "one by one" else (1,):
        for first in range(0, len(rows), size):
            api.rows(*([at(n), value] for n, value in rows[first : first + size]))
            if order in ("one by one", "halves changed over"):
                Flagger(api.store).run()
    Flagger(api.store).run()
    given = words(api)
    assert given[50] == "spike"
    assert given[111] == "spike"
    assert {n for n, word in enumerate(given) if word == "step"} == {81}
    assert given.count("good") == len(values) - 3


def test_a_gap_is_a_state_of_the_datastream_that_is_shown(api):
    send(api, rising(10))
    send(api, rising(10), 15)
    Flagger(api.store).run()
    db = api.store.reader()
    assert states.gaps(db, 1) == (1, [{"after": at(9), "before": at(15), "missing": 5}])
    shown = api.get("Datastreams(1)")["@comity.state"]
    assert (shown["state"], shown["since"], shown["every_seconds"]) == ("no data", at(24), 60.0)
    assert states.state(db, 1, read_instant(at(26)))["state"] == "heard"
    send(api, rising(5), 10)
    Flagger(api.store).run()
    assert states.gaps(db, 1) == (0, []), "what came late fills it"


def test_silence_of_what_never_spoke_cannot_be_told(api):
    assert api.get("Datastreams(1)")["@comity.state"]["state"] == "cannot tell"
    send(api, [1.0])
    Flagger(api.store).run()
    assert api.get("Datastreams(1)")["@comity.state"]["state"] == "cannot tell"


LOOKS = ["unchecked", "unchecked", "good", "good", "null-island", "unchecked"]


def radar(**properties):
    return datastream("detections", observationType=OBJECT, Sensor=sensor("ridge"), properties=properties)


def test_places_are_held_against_the_sector_of_their_sensor(api):
    api.make("Things(1)/Datastreams", radar())
    sent = [
        {"lat": 17.0, "lon": 106.0},
        {"lat": 106.0, "lon": 17.0},
        {"lat": 0, "lon": 0},
        {"lat": 30.0, "lon": 106.0},
        {"lat": 17.0, "lon": 106.0, "class": "person-size", "velocity": [40, 0]},
        {"words": "no place"},
        "no place either",
        {"detections": []},
        {"detections": [{"lat": 17.0, "lon": 106.0}, {"lat": 0, "lon": 0}]},
        {"detections": [{"lat": 0, "lon": 0}, {"lat": 0.001, "lon": 0}]},
        {"detections": [3]},
    ]
    api.rows(*([at(n), one] for n, one in enumerate(sent)), stream=2)
    found = Flagger(api.store, {"ridge": Box(105, 16, 107, 18)}).run()
    assert words(api) == ["good", "swapped", "null-island", "outside", "speed", *LOOKS]
    assert found == {"good": 3, "swapped": 1, "null-island": 2, "outside": 1, "speed": 1, "unchecked": 3}
    assert states.doubtful(api.store.reader()) == {
        2: {"swapped": 1, "null-island": 2, "outside": 1, "speed": 1}
    }


def test_the_speed_between_places_is_told_where_a_feature_is_one_object(api):
    api.make("Things(1)/Datastreams", radar())
    api.make("Things(1)/Datastreams", radar(one_object=True))
    way = [{"lat": 17.0, "lon": 106.0 + n / 1000} for n in range(6)]
    way[3] = {"lat": 14.0, "lon": 106.0}
    for stream in (2, 3):
        for n, one in enumerate(way):
            api.rows([at(n).replace(":00Z", ":30Z") if stream == 3 else at(n), one], stream=stream)
            Flagger(api.store).run()
    assert words(api, filter="Datastream/id eq 2") == ["good"] * 6, "nobody knows that these are one object"
    assert words(api, filter="Datastream/id eq 3") == ["good"] * 3 + ["speed"] + ["good"] * 2


def test_an_observation_that_is_changed_is_looked_at_again(api):
    send(api, rising(20))
    Flagger(api.store).run()
    api.ask("PATCH", "Observations(10)", body={"result": 50})
    assert words(api)[9] == "unchecked"
    Flagger(api.store).run()
    assert words(api)[9] == "spike"


def test_forecasts_are_not_doubted_and_features_are_series_of_their_own(api):
    api.make("Things(1)/Datastreams", datastream("coming", properties={"forecast": True}))
    for n in range(6):
        api.rows(["2099-01-01T00:00:00Z", n], stream=2)
    Flagger(api.store).run()
    assert set(words(api)) == {"unchecked"}
    other = {
        "name": "mouth",
        "description": "d",
        "encodingType": "application/geo+json",
        "feature": point(1, 1),
    }
    number = api.make("FeaturesOfInterest", other)
    columns = ("phenomenonTime", "result", "FeatureOfInterest/id")
    api.rows(
        *([at(n), 2.0 + n / 64, 1] for n in range(12)),
        *([at(n), 40.0, number] for n in range(12)),
        columns=columns,
    )
    Flagger(api.store).run()
    assert set(words(api, filter="Datastream/id eq 1")) == {"good"}


def test_a_datastream_that_goes_takes_its_states_with_it(api):
    send(api, [*rising(5), *[None] * 3])
    send(api, rising(5), 30)
    Flagger(api.store).run()
    assert api.store.read_all("SELECT count FROM refused_of") == [(3,)]
    api.ask("DELETE", "Datastreams(1)")
    for table in ("stream", "gap", "refused_of"):
        assert api.store.read_all(f"SELECT * FROM {table}") == []


def test_a_running_node_checks_what_comes_in(tmp_path):
    root = tmp_path / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, (SYSTEM,)) as node:
        assert keeping.once(node) == 0, "no sensor ever sent"
        api = Api(root)
        api.make("Things", thing(Locations=[location()], Datastreams=[datastream()]))
        send(api, [*rising(10), 9.0, *rising(10)])
        api.store.close()
        assert keeping.once(node) == 21
        assert keeping.once(node) == 0
        found = answers.overview(node)["datastreams"][0]
        assert (found["flags"], found["state"]["state"]) == ({"spike": 1}, "no data")
        assert answers.check(node) == {"checked": 0, "flags": {}}
        answers.shelf_of(node).close()
    done = CliRunner().invoke(app, ["border", "sensors", "status", str(root)])
    assert "no data since 2026-03-01T00:20:00Z" in done.output
    assert "doubtful: spike 1" in done.output
    assert "nothing new" in CliRunner().invoke(app, ["border", "sensors", "check", str(root)]).output
