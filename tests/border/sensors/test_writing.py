"""Creating, changing and deleting, as OGC 18-088 section 10 has them."""

from __future__ import annotations

import pytest

from comity.border.sensors.errors import (
    SensorConflictError,
    SensorKeyError,
    SensorMissingError,
    SensorRequestError,
)
from tests.border.sensors.requirement import requirement
from tests.border.sensors.world import (
    BASE,
    Api,
    datastream,
    location,
    observed,
    point,
    sensor,
    stage,
    stocked,
    thing,
)


@pytest.fixture
def api(tmp_path) -> Api:
    return stocked(tmp_path)


@requirement("create-update-delete/create-entity")
def test_what_is_created_is_answered_with_its_place(tmp_path):
    api = Api(tmp_path)
    reply = api.post("Things", thing())
    assert (reply.status, reply.headers["location"]) == (201, f"{BASE}/Things(1)")
    assert reply.body == api.get("Things(1)")
    for path, body in (("Locations", location()), ("Sensors", sensor()), ("ObservedProperties", observed())):
        assert api.post(path, body).status == 201
    for body in (
        {"name": "x"},
        [],
        5,
        {**thing(), "nose": 1},
        {**thing(), "name": 5},
        {**thing(), "properties": "x"},
    ):
        with pytest.raises(SensorRequestError):
            api.post("Things", body)
    assert len(api.get("Things")["value"]) == 1


def test_swapped_coordinates_are_refused(tmp_path):
    with pytest.raises(SensorRequestError, match="swapped"):
        Api(tmp_path).post("Locations", {**location(), "location": point(17.4, 104.75)})


@requirement("create-update-delete/link-to-existing-entities")
def test_links_to_what_is_there(api):
    number = api.make(
        "Datastreams",
        {
            **datastream("second"),
            "Thing": {"@iot.id": 1},
            "Sensor": {"@iot.id": 2},
            "ObservedProperty": {"@iot.id": 1},
        },
    )
    assert api.get(f"Datastreams({number})/Sensor")["@iot.id"] == 2
    assert len(api.get("Sensors")["value"]) == 2
    with pytest.raises(SensorRequestError):
        api.post("Datastreams", {**datastream(), "Thing": {"@iot.id": 99}})
    with pytest.raises(SensorRequestError):
        api.post("Datastreams", datastream())
    inside = api.post("Things(2)/Datastreams", datastream("third")).body
    assert api.follow(inside["Thing@iot.navigationLink"])["@iot.id"] == 2


@requirement("create-update-delete/deep-insert", "create-update-delete/deep-insert-status-code")
def test_deep_insert_is_all_or_nothing(api):
    body = thing(
        "third",
        Locations=[location()],
        Datastreams=[datastream(Observations=[stage(1), stage("word", "2026-01-01T00:00:00Z")])],
    )
    before = {
        kind: len(api.get(kind)["value"]) for kind in ("Things", "Locations", "Sensors", "Observations")
    }
    with pytest.raises(SensorRequestError, match="type"):
        api.post("Things", body)
    assert {kind: len(api.get(kind)["value"]) for kind in before} == before
    assert api.refused() == {"type": 1}
    body["Datastreams"][0]["Observations"].pop()
    assert api.post("Things", body).status == 201
    assert api.results("Things(3)/Datastreams(3)/Observations") == [1]
    deep = stage(1)
    for _ in range(30):
        deep = {"Observations": [deep]}
    with pytest.raises(SensorRequestError):
        api.post("Things", thing(Datastreams=[datastream(Thing=thing(Datastreams=[datastream(Thing=deep)]))]))


@requirement("create-update-delete/update-entity")
def test_patch_changes_what_is_given(api):
    reply = api.ask("PATCH", "Things(1)", body={"description": "moved"})
    assert reply.status == 200
    one = api.get("Things(1)")
    assert (one["name"], one["description"], one["properties"]["zone"]) == ("gauge 7", "moved", 3)
    api.ask("PATCH", "Datastreams(1)", body={"Sensor": {"@iot.id": 2}})
    assert api.get("Datastreams(1)/Sensor")["@iot.id"] == 2
    api.ask("PATCH", "Observations(1)", body={"result": 2.75})
    assert api.get("Observations(1)")["result"] == 2.75
    assert api.get("Observations(1)")["phenomenonTime"] == "2026-03-01T06:00:00Z"
    assert api.get("Observations", count="true")["@iot.count"] == 4
    for body in ({"name": None}, {"nose": 1}, [1]):
        with pytest.raises(SensorRequestError):
            api.ask("PATCH", "Things(1)", body=body)
    with pytest.raises(SensorMissingError):
        api.ask("PATCH", "Things(9)", body={"name": "x"})


@requirement("create-update-delete/update-entity-put")
def test_put_drops_what_is_not_given(api):
    api.ask("PUT", "Things(1)", body={"name": "new", "description": "d"})
    assert "properties" not in api.get("Things(1)")
    assert api.names("Things(1)/Datastreams") == ["stage at the landing"]
    with pytest.raises(SensorRequestError):
        api.ask("PUT", "Things(1)", body={"name": "new"})


@requirement("create-update-delete/update-entity-jsonpatch")
def test_json_patch(api):
    media = {"media_type": "application/json-patch+json"}
    steps = [
        {"op": "test", "path": "/properties/zone", "value": 3},
        {"op": "replace", "path": "/properties/zone", "value": 4},
        {"op": "add", "path": "/properties/tags", "value": ["a"]},
        {"op": "add", "path": "/properties/tags/-", "value": "b"},
        {"op": "copy", "from": "/properties/zone", "path": "/properties/a~1b"},
        {"op": "move", "from": "/properties/owner/party", "path": "/properties/party"},
        {"op": "remove", "path": "/properties/owner"},
    ]
    api.ask("PATCH", "Things(1)", body=steps, **media)
    assert api.get("Things(1)")["properties"] == {"zone": 4, "tags": ["a", "b"], "a/b": 4, "party": "vn"}
    with pytest.raises(SensorConflictError):
        api.ask("PATCH", "Things(1)", body=[{"op": "test", "path": "/name", "value": "x"}], **media)
    for wrong in (
        {},
        [{}],
        [{"op": "remove", "path": "/nose"}],
        [{"op": "add", "path": "x", "value": 1}],
        [{"op": "x", "path": "/name"}],
    ):
        with pytest.raises(SensorRequestError):
            api.ask("PATCH", "Things(1)", body=wrong, **media)
    api.ask("PATCH", "Datastreams(1)", body=[{"op": "replace", "path": "/name", "value": "n"}], **media)
    assert api.get("Datastreams(1)/name/$value") == "n"


@pytest.mark.parametrize(
    ("path", "left"),
    [
        (
            "Things(1)",
            {"Things": 1, "Datastreams": 1, "Observations": 1, "HistoricalLocations": 1, "Locations": 2},
        ),
        ("Locations(1)", {"Things": 2, "Locations": 1, "HistoricalLocations": 1, "Observations": 4}),
        ("HistoricalLocations(1)", {"HistoricalLocations": 1, "Locations": 2}),
        ("Sensors(1)", {"Sensors": 1, "Datastreams": 1, "Observations": 1, "Things": 2}),
        ("ObservedProperties(2)", {"ObservedProperties": 1, "Datastreams": 1, "Observations": 3}),
        ("Datastreams(1)", {"Datastreams": 1, "Observations": 1, "Sensors": 2, "FeaturesOfInterest": 2}),
        ("FeaturesOfInterest(1)", {"FeaturesOfInterest": 1, "Observations": 1, "Datastreams": 2}),
        ("Observations(1)", {"Observations": 3, "Datastreams": 2}),
        ("Things(2)/Datastreams(2)", {"Datastreams": 1, "Observations": 3}),
    ],
)
@requirement("create-update-delete/delete-entity")
def test_delete_takes_what_hangs_on_it(api, path, left):
    assert api.ask("DELETE", path).status == 200
    assert {kind: api.get(kind, count="true")["@iot.count"] for kind in left} == left
    assert api.store.count() == api.store.read_one("SELECT count(*) FROM observation")[0]
    with pytest.raises(SensorMissingError):
        api.ask("DELETE", path)
    with pytest.raises(SensorRequestError):
        api.ask("DELETE", "Things")


def test_the_span_of_a_datastream_follows_what_is_deleted(api):
    api.ask("DELETE", "Observations(1)")
    assert api.get("Datastreams(1)")["phenomenonTime"] == "2026-03-02T06:00:00Z/2026-03-03T06:00:00Z"
    api.ask("DELETE", "Observations(2)")
    api.ask("DELETE", "Observations(3)")
    assert "phenomenonTime" not in api.get("Datastreams(1)")
    assert api.make("Datastreams(1)/Observations", stage(1)) > 4, "an id is never used again"


@requirement("create-update-delete/historical-location-auto-creation")
def test_where_a_thing_was_is_kept(api):
    api.post("Things(1)/Locations", location("second", 104.8, 17.5))
    assert api.names("Things(1)/Locations") == ["second"]
    api.ask("PATCH", "Things(1)", body={"Locations": [{"@iot.id": 2}]})
    assert api.names("Things(1)/Locations") == ["mouth"]
    past = api.get("Things(1)/HistoricalLocations", expand="Locations", orderby="time")["value"]
    assert [one["Locations"][0]["name"] for one in past] == ["landing", "second", "mouth"]
    where = api.follow(
        api.post("Datastreams(1)/Observations", stage(9, "2026-04-01T00:00:00Z")).body[
            "FeatureOfInterest@iot.navigationLink"
        ]
    )
    assert where["feature"] == point(105.9, 16.1)


@requirement("create-update-delete/historical-location-manual-creation")
def test_the_newest_historical_location_moves_its_thing(api):
    body = {"Thing": {"@iot.id": 1}, "Locations": [{"@iot.id": 2}]}
    api.post("HistoricalLocations", {**body, "time": "2001-01-01T00:00:00Z"})
    assert api.names("Things(1)/Locations") == ["landing"]
    api.post("HistoricalLocations", {**body, "time": "2126-01-01T00:00:00Z"})
    assert api.names("Things(1)/Locations") == ["mouth"]


def test_a_key_that_reads_writes_nothing(api):
    for method, path in (
        ("POST", "Things"),
        ("PATCH", "Things(1)"),
        ("DELETE", "Things(1)"),
        ("POST", "CreateObservations"),
    ):
        with pytest.raises(SensorKeyError):
            api.ask(method, path, body=thing(), may_write=False)
    batch = {
        "requests": [
            {"id": "0", "method": "DELETE", "url": "Things(1)"},
            {"id": "1", "method": "GET", "url": "Things(1)/name"},
        ]
    }
    reply = api.ask("POST", "$batch", body=batch, may_write=False).body["responses"]
    assert [one["status"] for one in reply] == [403, 200]


@requirement("batch-request/batch-request")
def test_a_batch_refers_to_what_it_made(api):
    batch = {
        "requests": [
            {"id": "t", "method": "post", "url": "Things", "body": thing("fourth")},
            {"id": "d", "method": "post", "url": "$t/Datastreams", "body": datastream("of four")},
            {
                "id": "l",
                "method": "patch",
                "url": "/sta/v1.1/Things(1)",
                "body": {"Locations": [{"@iot.id": 2}]},
            },
            {"id": "q", "method": "get", "url": "Datastreams?$filter=Thing/name%20eq%20'fourth'"},
            {"id": "x", "method": "get", "url": "Nothings"},
            {"id": "b", "method": "post", "url": "$batch", "body": {"requests": []}},
        ]
    }
    replies = {one["id"]: one for one in api.post("$batch", batch).body["responses"]}
    assert [replies[name]["status"] for name in "tdlqxb"] == [201, 201, 200, 200, 404, 400]
    assert replies["t"]["location"] == f"{BASE}/Things(3)"
    assert [one["name"] for one in replies["q"]["body"]["value"]] == ["of four"]


@requirement("batch-request/batch-request")
def test_a_group_is_done_whole_or_not(api):
    group = [
        {"id": "1", "atomicityGroup": "g", "method": "post", "url": "Things", "body": thing("fourth")},
        {
            "id": "2",
            "atomicityGroup": "g",
            "method": "post",
            "url": "Datastreams",
            "body": {**datastream(), "Thing": {"@iot.id": "$1"}},
        },
    ]
    bad = {"id": "3", "atomicityGroup": "g", "method": "post", "url": "Things", "body": {}}
    replies = api.post("$batch", {"requests": [*group, bad]}).body["responses"]
    assert [one["status"] for one in replies] == [424, 424, 400]
    assert api.names("Things", filter="name eq 'fourth'") == []
    replies = api.post("$batch", {"requests": group}).body["responses"]
    assert [one["status"] for one in replies] == [201, 201]
    assert api.names("Things(3)/Datastreams") or api.names("Datastreams", filter="Thing/name eq 'fourth'")
    for body in (
        {},
        [],
        {"requests": [{"id": 1}]},
        {"requests": [{"id": "1", "method": "get", "url": "a"}] * 2},
    ):
        with pytest.raises(SensorRequestError):
            api.post("$batch", body)
