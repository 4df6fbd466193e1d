"""What this service keeps has a name in SensorThings 2.0, and an entity can be told by it."""

from __future__ import annotations

import pytest

from comity.border.sensors.model import BY_NAME, TYPES
from comity.border.sensors.version2 import ADDED, CLASSES, RENAMED, STANDARD, entity, name_of
from tests.border.sensors.naming import PAGE, page
from tests.border.sensors.world import Api, datastream, location, thing

OPTIONAL = {"definition"}


def test_the_page_is_made_from_the_table():
    assert PAGE.read_text(encoding="utf-8") == page()


@pytest.mark.parametrize("kind", TYPES, ids=lambda one: one.name)
def test_every_name_here_is_one_there(kind):
    there = STANDARD[CLASSES[kind.name]]
    properties = {name_of(kind.name, one.name) for one in kind.properties}
    roles = {name_of(kind.name, one.name) for one in kind.relations}
    assert properties <= set(there.attributes)
    assert roles <= set(there.roles)
    left = {*there.attributes, *there.roles} - properties - roles - {"id"} - OPTIONAL
    assert left == set(ADDED.get(CLASSES[kind.name], ())), "what 2.0 has besides is known by name"


def test_names_that_changed_were_there():
    for kind, name in RENAMED:
        assert BY_NAME[kind].property_of(name) or BY_NAME[kind].relation(name)


def test_entities_of_the_service_are_told_by_the_names_of_the_standard(tmp_path):
    api = Api(tmp_path)
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream()]))
    api.rows(["2026-03-01T00:00:00Z", 2.5])
    for kind in TYPES:
        given = api.get(f"{kind.plural}(1)")
        told = entity(kind, given)
        there = STANDARD[CLASSES[kind.name]]
        links = {name.partition("@")[0] for name in told if name.endswith("@navigationLink")}
        assert links == {name_of(kind.name, one.name) for one in kind.relations}
        assert {name for name in told if "@" not in name} <= set(there.attributes)
        assert told["@id"] == f"{there.plural}(1)"
    seen = entity(BY_NAME["Observation"], api.get("Observations(1)"))
    assert seen["phenomenonTime"] == {"start": "2026-03-01T00:00:00Z"}
    assert seen["result"] == 2.5
    stream = entity(BY_NAME["Datastream"], api.get("Datastreams(1)", expand="ObservedProperty"))
    assert stream["resultType"]["definition"] == "ObservedProperties(1)"
    assert stream["resultType"]["type"] == "Quantity"
    assert stream["resultType"]["uom"]["code"] == "m"
    assert set(stream["phenomenonTime"]) == {"start", "end"}
    api.store.close()


def test_what_an_observation_says_of_itself_stands_in_its_properties():
    given = {"@iot.id": 4, "result": 1, "parameters": {"a": 1}, "resultQuality": {"flag": "spike"},
             "phenomenonTime": "2026-03-01T00:00:00Z/2026-03-01T01:00:00Z", "resultTime": None}  # fmt: skip
    told = entity(BY_NAME["Observation"], given)
    assert told["properties"] == {"a": 1, "resultQuality": {"flag": "spike"}}
    assert told["phenomenonTime"] == {"start": "2026-03-01T00:00:00Z", "end": "2026-03-01T01:00:00Z"}
    assert "resultTime" not in told
    words = {"observationType": "http://x/OM_Observation", "name": "n"}
    assert entity(BY_NAME["Datastream"], {"@iot.id": 1, **words})["resultType"]["type"] == "DataRecord"
