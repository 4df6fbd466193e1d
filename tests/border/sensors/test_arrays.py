"""Observations in arrays: what is good is kept, what is bad is set aside with its reason, row by row."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.sensors.errors import SensorConflictError, SensorRequestError
from comity.border.sensors.rules import REASONS
from tests.border.sensors.requirement import requirement
from tests.border.sensors.world import BASE, MEASUREMENT, Api, datastream, location, stage, stocked, thing

AHEAD = (datetime.now(UTC) + timedelta(hours=2)).isoformat()


@pytest.fixture
def api(tmp_path) -> Api:
    return stocked(tmp_path)


@requirement("data-array/data-array")
def test_arrays_in(api):
    reply = api.post(
        "CreateObservations",
        [
            {
                "Datastream": {"@iot.id": 1},
                "components": [
                    "phenomenonTime",
                    "result",
                    "FeatureOfInterest/id",
                    "resultTime",
                    "parameters",
                ],
                "dataArray@iot.count": 2,
                "dataArray": [
                    ["2026-04-01T00:00:00Z", 1, 2, "2026-04-01T00:00:01Z", {"unit": "m"}],
                    ["2026-04-01T00:00:00+07:00", 2, 1, None, None],
                ],
            },
            {"Datastream": {"@iot.id": 2}, "components": ["result"], "dataArray": [[7]]},
        ],
    )
    assert reply.status == 201
    assert reply.body == [f"{BASE}/Observations({n})" for n in (5, 6, 7)]
    assert api.follow(reply.body[0])["parameters"] == {"unit": "m"}
    assert api.get("Observations(5)/FeatureOfInterest")["@iot.id"] == 2
    assert api.get("Observations(6)")["phenomenonTime"] == "2026-03-31T17:00:00Z"
    assert api.get("Observations(7)")["phenomenonTime"] == api.get("Observations(7)")["@comity.arrivalTime"]


@requirement("data-array/data-array")
def test_arrays_out(api):
    page = api.get(
        "Observations", resultFormat="dataArray", select="id,result", orderby="id desc", count="true", top=2
    )
    assert page["@iot.count"] == 4
    assert page["value"] == [
        {
            "Datastream@iot.navigationLink": f"{BASE}/Datastreams({n})",
            "components": ["id", "result"],
            "dataArray@iot.count": 1,
            "dataArray": rows,
        }
        for n, rows in ((2, [[4, -1.25]]), (1, [[3, 4.5]]))
    ]
    following = api.follow(page["@iot.nextLink"])
    assert [row for group in following["value"] for row in group["dataArray"]] == [[2, 3.5], [1, 2.5]]


BAD = {
    "stamp": [
        "2026-13-01T00:00:00Z",
        "2026-04-01T00:00:00",
        "yesterday",
        1775001600,
        "2026-04-02T00:00:00Z/2026-04-01T00:00:00Z",
        {},
    ],
    "future": [AHEAD],
}


@pytest.mark.parametrize(
    ("reason", "when"),
    [(reason, when) for reason, every in BAD.items() for when in every],
    # Without the time of now: every worker must find the same names.
    ids=[f"{reason}-{place}" for reason, every in BAD.items() for place in range(len(every))],
)
def test_a_bad_time_never_takes_its_batch_down(api, reason, when):
    assert api.rows(["2026-04-01T00:00:00Z", 1], [when, 2], ["2026-04-01T00:01:00Z", 3]) == [
        f"{BASE}/Observations(5)",
        "error",
        f"{BASE}/Observations(7)",
    ]
    assert api.refused() == {reason: 1}
    assert api.get("Datastreams(1)/Observations", count="true")["@iot.count"] == 5
    kept = api.store.read_one("SELECT datastream, reason, raw FROM quarantine")
    assert kept[:2] == (1, reason)
    assert json.loads(kept[2]) == [when, 2]


@pytest.mark.parametrize(
    ("raw", "reason"),
    [("NaN", "not-a-number"), ("Infinity", "not-a-number"), ('"NaN"', "not-a-number"), ('""', "not-a-number"), ('"3.1"', "type"),
     ("true", "type"), ("null", "type"), ("[1]", "type"), ("1e999", "not-a-number"), ("1152921504606846976", "range")],
)  # fmt: skip
def test_what_is_no_number_is_set_aside(api, raw, reason):
    rows = f'["2026-04-01T00:00:00Z", {raw}], ["2026-04-01T00:01:00Z", 3]'
    body = f'[{{"Datastream": {{"@iot.id": 1}}, "components": ["phenomenonTime", "result"], "dataArray": [{rows}]}}]'
    assert api.post("CreateObservations", body.encode()).body[0] == "error"
    assert api.refused() == {reason: 1}
    assert api.store.count(1) == 4


def test_wrong_units_ranges_and_types_are_set_aside(tmp_path):
    api = Api(tmp_path)
    form = MEASUREMENT.replace("Measurement", "")
    streams = [
        datastream("in range", properties={"valid_range": [0, 20]}),
        datastream("count", observationType=form + "CountObservation"),
        datastream("truth", observationType=form + "TruthObservation"),
        datastream("category", observationType=form + "CategoryObservation"),
        datastream("any", observationType=form + "Observation"),
    ]
    api.make("Things", thing(Locations=[location()], Datastreams=streams))
    at = [f"2026-04-01T00:00:{n:02d}Z" for n in range(60)]
    assert api.rows([at[0], 1234.5], [at[1], -1], [at[2], 20]).count("error") == 2
    unit = api.rows(
        [at[3], 5, {"unit": "ft"}],
        [at[4], 5, {"unit": "metre"}],
        columns=("phenomenonTime", "result", "parameters"),
    )
    assert unit[0] == "error" != unit[1]
    assert api.rows([at[0], 1], [at[1], 1.5], [at[2], 2.0], stream=2).count("error") == 1
    assert api.rows([at[0], True], [at[1], 1], stream=3).count("error") == 1
    assert api.rows([at[0], "flood"], [at[1], 1], stream=4).count("error") == 1
    assert "error" not in api.rows(
        [at[0], {"a": [1]}], [at[1], None], [at[2], False], [at[3], "w"], [at[4], 1], stream=5
    )
    assert api.results("Datastreams(5)/Observations") == [{"a": [1]}, None, False, "w", 1]
    assert api.results("Datastreams(3)/Observations", filter="result eq true") == [True]
    assert api.results("Datastreams(5)/Observations", filter="result eq false") == [False]
    assert api.refused() == {"range": 2, "unit": 1, "type": 3}


def test_duplicates_are_set_aside_and_counted_once(api):
    rows = (["2026-04-01T00:00:00Z", 1], ["2026-04-01T00:00:00Z", 2], ["2026-04-01T00:01:00Z", 3])
    assert [one == "error" for one in api.rows(*rows)] == [False, True, False]
    assert [one == "error" for one in api.rows(*rows)] == [True, True, True]
    assert api.refused() == {"duplicate": 4}
    assert api.get("Datastreams(1)/Observations", count="true")["@iot.count"] == 5
    with pytest.raises(SensorConflictError):
        api.post("Datastreams(1)/Observations", stage(2))
    assert api.refused() == {"duplicate": 5}


def test_a_forecast_may_be_of_the_future_and_made_anew(api):
    api.ask("PATCH", "Datastreams(1)", body={"properties": {"forecast": True}})
    columns = ("phenomenonTime", "result", "resultTime")
    made = [api.rows([AHEAD, n, f"2026-04-01T00:0{n}:00Z"], columns=columns)[0] for n in (1, 2, 2)]
    assert [one == "error" for one in made] == [False, False, True]


def test_rows_that_are_none_and_datastreams_that_are_not_there(api):
    assert api.rows(5, ["2026-04-01T00:00:00Z"], {}, ["2026-04-01T00:00:00Z", 1]).count("error") == 3
    assert api.rows(["2026-04-01T00:00:00Z", 1], stream=99) == ["error"]
    assert api.rows(["2026-04-01T00:00:00Z", 1], stream="1") == ["error"]
    assert api.rows([1, 99], columns=("result", "FeatureOfInterest/id")) == ["error"]
    assert api.refused() == {"malformed": 3, "datastream": 2, "feature": 1}
    for body in ({}, [5], [{"Datastream": 1}], [{"Datastream": {"@iot.id": 1}, "components": ["nose", "result"], "dataArray": []}],
                 [{"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime"], "dataArray": []}], b"{", b"\xff"):  # fmt: skip
        with pytest.raises(SensorRequestError):
            api.post("CreateObservations", body)


def test_a_thing_that_is_nowhere_needs_a_feature(tmp_path):
    api = Api(tmp_path)
    api.make("Things", thing(Datastreams=[datastream()]))
    with pytest.raises(SensorRequestError, match="feature"):
        api.post("Datastreams(1)/Observations", stage(1))
    feature = {
        "name": "reach",
        "description": "d",
        "encodingType": "application/geo+json",
        "feature": location()["location"],
    }
    api.post("Datastreams(1)/Observations", stage(1, FeatureOfInterest=feature))
    api.post("Things(1)/Locations", location())
    api.post("Datastreams(1)/Observations", stage(2, "2026-03-02T00:00:00Z"))
    assert api.names("FeaturesOfInterest") == ["reach", "landing"]


JSON = st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=2), max_leaves=5)  # fmt: skip


@pytest.fixture(scope="module")
def any_rows(tmp_path_factory) -> Api:
    return stocked(tmp_path_factory.mktemp("rows"))


@given(st.lists(st.lists(JSON, max_size=3) | JSON, max_size=6))
@settings(max_examples=80, deadline=None)
def test_whatever_rows_hold_each_is_kept_or_counted(any_rows, rows):
    before = any_rows.store.count(1) + sum(any_rows.refused().values())
    group = {"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    try:
        reply = any_rows.post("CreateObservations", [group]).body
    except (UnicodeEncodeError, SensorRequestError):
        return
    assert len(reply) == len(rows)
    assert any_rows.store.count(1) + sum(any_rows.refused().values()) == before + len(rows)
    assert set(any_rows.refused()) <= set(REASONS)
    assert any_rows.store.count() == any_rows.store.read_one("SELECT count(*) FROM observation")[0]
