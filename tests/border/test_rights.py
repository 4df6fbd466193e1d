"""Rights, as somebody would try them who wants more than he may: no field, no class, no rule, no interface."""

from __future__ import annotations

import inspect
import json
import re
from pathlib import Path

import pytest
import typer.main

from comity.border import alerts, commands
from comity.border.alerts.rules import CONTEXT, RULES
from comity.border.alerts.signals import of_geofence
from comity.border.entries import KINDS
from comity.border.feeds import answers as feeds
from comity.border.fusion.model import CLASSES
from comity.border.geofence.watch import Sample, Watch
from comity.border.geofence.zones import Zone
from comity.border.quality.positions import FASTEST
from comity.border.sensors import rights
from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.model import TYPES
from tests.border.sensors.world import Api, datastream, location, thing

FIVE = {"air", "boat", "vehicle", "person-size", "unknown"}
OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
FORBIDDEN = frozenset(
    """
biometric biometrics fingerprint fingerprints face faces facial iris gait voiceprint dna genetic ethnic ethnicity
race tribe religion religious faith creed plate plates hostile enemy foe friendly suspect affiliation allegiance
weapon weapons munition strike engage firing targeting gender
""".split()  # noqa: SIM905 - read as a list of words
)


def words(name):
    return {word.lower() for word in re.findall(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+", name)}


def named(schema):
    """Every name of a field and every word of a vocabulary in a schema, at any depth."""
    if isinstance(schema, dict):
        yield from schema.get("properties", {})
        yield from (one for one in schema.get("enum", ()) if isinstance(one, str))
        if isinstance(schema.get("const"), str):
            yield schema["const"]
        for part in schema.values():
            yield from named(part)
    elif isinstance(schema, list):
        for part in schema:
            yield from named(part)


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_no_kind_has_a_field_or_a_word_for_what_nobody_may_keep(kind):
    found = {name: words(name) & FORBIDDEN for name in (kind.kind, *named(kind.json_schema()))}
    assert {name for name, bad in found.items() if bad} == set()


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.kind)
def test_a_class_of_objects_is_one_of_five(kind):
    def vocabularies(schema):
        if isinstance(schema, dict):
            if FIVE & set(schema.get("enum", ())) - {"unknown"}:
                yield set(schema["enum"])
            for part in schema.values():
                yield from vocabularies(part)
        elif isinstance(schema, list):
            for part in schema:
                yield from vocabularies(part)

    for found in vocabularies(kind.json_schema()):
        assert found <= FIVE


def test_engine_checks_and_feeds_know_the_same_five():
    assert set(CLASSES) == set(FASTEST) == set(rights.CLASSES) == FIVE
    assert set(feeds.Class.__args__) == FIVE


def test_no_property_of_sensorthings_is_for_what_nobody_may_keep():
    names = [one.name for kind in TYPES for one in (*kind.properties, *kind.relations)]
    assert not [name for name in names if words(name) & FORBIDDEN]


@pytest.fixture
def api(tmp_path):
    api = Api(tmp_path)
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream(observationType=OBJECT)]))
    yield api
    api.store.close()


@pytest.mark.parametrize(
    "result",
    [
        {"lat": 17.0, "lon": 106.0, "face": "…"},
        {"lat": 17.0, "lon": 106.0, "Face_ID": 3},
        {"lat": 17.0, "lon": 106.0, "licensePlate": "…"},
        {"lat": 17.0, "lon": 106.0, "license-plate": "…"},
        {"lat": 17.0, "lon": 106.0, "numberPlate": "…"},
        {"lat": 17.0, "lon": 106.0, "attributes": {"gait": [1, 2]}},
        {"lat": 17.0, "lon": 106.0, "attributes": [[{"deep": {"ethnicity": "…"}}]]},
        {"detections": [{"lat": 17.0, "lon": 106.0}, {"lat": 17.0, "lon": 106.0, "religion": "…"}]},
        {"lat": 17.0, "lon": 106.0, "affiliation": "h"},
        {"lat": 17.0, "lon": 106.0, "class": "hostile"},
        {"x": 1, "y": 2, "class": "man"},
        {"x": 1, "y": 2, "class": ["boat"]},
        {"detections": [{"x": 1, "y": 2, "class": ["boat"]}]} | {"x": 0, "y": 0, "class": "suspect"},
    ],
)
def test_an_observation_that_names_it_is_set_aside_in_every_way_in(api, result):
    good = {"lat": 17.0, "lon": 106.0, "class": "boat"}
    replies = api.rows(["2026-03-01T06:00:00Z", result], ["2026-03-01T06:00:01Z", good])
    assert [one == "error" for one in replies] == [True, False]
    with pytest.raises(SensorRequestError, match="rights"):
        api.make("Datastreams(1)/Observations", {"result": result})
    with pytest.raises(SensorRequestError, match="rights"):
        api.make("Datastreams(1)/Observations", {"result": good, "parameters": result | {"plate": 1}})
    assert api.refused() == {"rights": 3}
    assert api.results() == [good]


@pytest.mark.parametrize(
    "name", ["surface", "template", "trace", "interface", "platform", "platelets", "terrace"]
)
def test_what_only_sounds_like_it_is_taken(api, name):
    assert api.rows(["2026-03-01T06:00:00Z", {"lat": 17.0, "lon": 106.0, name: 1}]) != ["error"]


def test_no_entity_describes_it_either(api):
    for properties in ({"plates": True}, {"camera": {"faceRecognition": "on"}}, {"weapon": "…"}):
        with pytest.raises(SensorRequestError, match="nothing here holds it"):
            api.make("Things", thing(properties=properties))
    deep = nested = {}
    for _ in range(60):
        nested["a"] = {}
        nested = nested["a"]
    with pytest.raises(SensorRequestError, match="depth"):
        api.make("Things", thing(properties=deep))


def test_a_crossing_is_context_and_never_an_alert():
    assert not [name for name in RULES if "cross" in name]
    assert {"crossing"} <= CONTEXT
    square = ((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0))
    watch = Watch([Zone("ford", "area", (square,))])
    way = [(-300.0, 200.0)] * 3 + [(200.0, 200.0)] * 6 + [(900.0, 200.0)] * 3
    events = watch.push(
        [Sample("t1", 5000 * n, x, y, (25.0, 0.0, 25.0), 0.97) for n, (x, y) in enumerate(way)]
    )
    assert {one.name for one in events} == {"crossing"}
    given = inspect.signature(of_geofence).parameters
    more = ["?"] * (len([one for one in given.values() if one.default is one.empty]) - 1)
    assert list(of_geofence(events, *more)) == []


def test_there_is_no_command_no_route_and_no_module_that_fires():
    group = typer.main.get_command(commands.app)
    names = [*_verbs(group), *(path.stem for path in Path(inspect.getfile(alerts)).parents[1].rglob("*.py"))]
    assert not [
        name for name in names if words(name) & {"weapon", "fire", "engage", "strike", "target", "shoot"}
    ]
    text = json.dumps([kind.json_schema() for kind in KINDS])
    assert "weapon" not in text.lower()


def _verbs(group):
    for name, command in getattr(group, "commands", {}).items():
        yield name
        yield from _verbs(command)
