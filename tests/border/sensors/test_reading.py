"""Reading: paths, options and filters, as OGC 18-088 section 9 has them."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.sensors.errors import SensorMissingError, SensorRequestError, SensorUnsupportedError
from comity.border.sensors.grammar import parse_filter
from comity.border.sensors.model import BY_NAME, TYPES
from comity.border.sensors.options import parse
from tests.border.sensors.requirement import requirement
from tests.border.sensors.world import BASE, Api, stocked


@pytest.fixture(scope="module")
def api(tmp_path_factory) -> Api:
    return stocked(tmp_path_factory.mktemp("reading"))


@requirement("datamodel/entity-control-information/common-control-information", "request-data/status-code")
def test_every_entity_says_who_it_is_and_where_its_relations_are(api):
    for kind in TYPES:
        one = api.get(kind.plural)["value"][0]
        assert one["@iot.selfLink"] == f"{BASE}/{kind.plural}({one['@iot.id']})"
        assert api.follow(one["@iot.selfLink"]) == one
        links = {name for name in one if name.endswith("@iot.navigationLink")}
        assert links == {f"{relation.name}@iot.navigationLink" for relation in kind.relations}
        for name in links:
            assert api.follow(one[name])


@requirement(
    "datamodel/thing/properties",
    "datamodel/location/properties",
    "datamodel/historical-location/properties",
    "datamodel/datastream/properties",
    "datamodel/sensor/properties",
    "datamodel/observed-property/properties",
    "datamodel/observation/properties",
    "datamodel/feature-of-interest/properties",
)
def test_every_entity_has_the_properties_of_the_standard(api):
    for kind in TYPES:
        one = api.get(kind.plural)["value"][0]
        assert {each.name for each in kind.properties if each.required} <= set(one)
    stream = api.get("Datastreams(2)")
    assert stream["phenomenonTime"] == "2026-03-01T18:30:15.5Z/2026-03-01T18:30:15.5Z"
    assert stream["resultTime"] == "2026-03-01T18:31:00Z/2026-03-01T18:31:00Z"
    assert stream["unitOfMeasurement"]["symbol"] == "m"
    first = api.get("Observations(1)")
    assert (first["phenomenonTime"], first["result"], first["resultTime"]) == (
        "2026-03-01T06:00:00Z",
        2.5,
        None,
    )
    assert first["@comity.quality"] == "unchecked"
    assert first["@comity.arrivalTime"].endswith("Z")


@requirement(
    "datamodel/thing/relations",
    "datamodel/location/relations",
    "datamodel/historical-location/relations",
    "datamodel/datastream/relations",
    "datamodel/sensor/relations",
    "datamodel/observed-property/relations",
    "datamodel/observation/relations",
    "datamodel/feature-of-interest/relations",
)
def test_every_relation_leads_there_and_back(api):
    for kind in TYPES:
        for relation in kind.relations:
            there = api.get(f"{kind.plural}(1)/{relation.name}")
            one = there["value"][0] if relation.many else there
            target = BY_NAME[relation.target]
            back = next(each for each in target.relations if each.target == kind.name)
            found = api.get(f"{target.plural}({one['@iot.id']})/{back.name}")
            ids = [each["@iot.id"] for each in found["value"]] if back.many else [found["@iot.id"]]
            assert 1 in ids, (kind.name, relation.name)


@requirement("resource-path/resource-path-to-entities")
def test_paths_lead_to_collections_entities_properties_values_and_links(api):
    assert [one["name"] for one in api.get("")["value"]] == [kind.plural for kind in TYPES]
    assert "data-array" in json.dumps(api.get("")["serverSettings"])
    assert api.get("Things(1)/name") == {"name": "gauge 7"}
    assert api.get("Things(1)/name/$value") == "gauge 7"
    assert api.get("Things(1)/properties/owner/party/$value") == "vn"
    assert api.get("Things(1)/Datastreams(1)/Observations(2)/result") == {"result": 3.5}
    assert api.get("Things(1)/Datastreams/$ref") == {"value": [{"@iot.selfLink": f"{BASE}/Datastreams(1)"}]}
    assert api.get("Observations(1)/Datastream/$ref") == {"@iot.selfLink": f"{BASE}/Datastreams(1)"}
    assert api.get("Datastreams(1)/Thing/Locations")["value"][0]["name"] == "landing"
    assert api.ask("GET", "Things(1)/Datastreams(1)/observedArea").status == 204


@pytest.mark.parametrize(
    "path",
    ["Things(9)", "Nothings", "Things(1)/Sensor", "Things/name", "Things(1)/Datastreams(2)", "Things('x')", "Things(1)/nose",
     "Things(1)/properties/nose", "../keys", "Things(99999999999999999999)"],
)  # fmt: skip
@requirement("request-data/status-code")
def test_what_is_not_there_is_not_found(api, path):
    with pytest.raises(SensorMissingError):
        api.get(path)


@requirement("request-data/query-status-code")
def test_options_that_cannot_be_read_are_refused(api):
    for query in (
        "$top=x", "$top=-1", "$nothing=1", "$filter=name eq", "$filter=nose eq 1", "$expand=Nose", "$select=nose",
        "$orderby=nose", "$count=perhaps", "$top=1&$top=2", "$filter=name gt 5", "$filter=length(1)", "$filter=1 add 1",
        "$expand=Datastreams($top=1", "$resultFormat=CSV", "$skiptoken=a", "$filter=nose(name)", "$filter=name eq 'a",
        "$filter=phenomenonTime eq '1'",
    ):  # fmt: skip
        with pytest.raises(SensorRequestError):
            api.ask("GET", "Things", query)
    with pytest.raises(SensorRequestError):
        api.ask("GET", "Things", "$resultFormat=dataArray")
    with pytest.raises(SensorUnsupportedError):
        api.get("Locations", filter="st_touches(location, geography'POINT (1 1)')")


@requirement("request-data/select")
def test_select_leaves_out_what_is_not_named(api):
    assert api.get("Things(1)", select="name,id") == {"@iot.id": 1, "name": "gauge 7"}
    assert set(api.get("Things(1)", select="name,Datastreams")) == {"name", "Datastreams@iot.navigationLink"}


@requirement("request-data/expand")
def test_expand_nests_with_options_of_its_own(api):
    wanted = "Datastreams($select=name;$expand=Observations($orderby=phenomenonTime desc;$top=1;$count=true;$select=result),Sensor)"
    one = api.get("Things(1)", expand=wanted + ",Locations")
    stream = one["Datastreams"][0]
    assert stream["Observations"] == [{"result": 4.5}]
    assert stream["Observations@iot.count"] == 3
    assert api.follow(stream["Observations@iot.nextLink"])["value"]
    assert stream["Sensor"]["name"] == "radar gauge"
    assert one["Locations"][0]["name"] == "landing"
    deep = api.get("Observations(1)", expand="Datastream/Thing/Locations,FeatureOfInterest")
    assert deep["Datastream"]["Thing"]["Locations"][0]["location"] == deep["FeatureOfInterest"]["feature"]


@requirement("request-data/orderby", "request-data/order")
def test_order(api):
    assert api.results(orderby="result") == [-1.25, 2.5, 3.5, 4.5]
    assert api.results(orderby="Datastream/name desc,phenomenonTime desc") == [-1.25, 4.5, 3.5, 2.5]
    assert api.results(orderby="result mul -1 add 0 asc") == [4.5, 3.5, 2.5, -1.25]
    # Section 9.3.1: filter before count and order, order before skip and top.
    page = api.get("Observations", filter="result gt 0", count="true", orderby="result desc", skip=1, top=1)
    assert (page["@iot.count"], [one["result"] for one in page["value"]]) == (3, [3.5])


@requirement("request-data/top", "request-data/skip", "request-data/pagination")
def test_pages_neither_repeat_nor_leave_out(api):
    for options in ({}, {"orderby": "phenomenonTime desc"}, {"filter": "result lt 4"}):
        every = api.results(**options)
        for top in (1, 2, 3):
            page, seen = api.get("Observations", top=top, **options), []
            while True:
                seen += [one["result"] for one in page["value"]]
                if "@iot.nextLink" not in page:
                    break
                page = api.follow(page["@iot.nextLink"])
            assert seen == every
    assert api.results(skip=2) == [4.5, -1.25]
    assert api.get("Observations", top=0)["value"] == []


@requirement("request-data/count")
def test_counts(api):
    assert api.get("Observations", count="true", top=0)["@iot.count"] == 4
    assert api.get("Datastreams(1)/Observations", count="true")["@iot.count"] == 3
    assert api.get("FeaturesOfInterest(1)/Observations", count="true", top=1)["@iot.count"] == 3
    assert api.get("Observations", count="true", filter="result gt 3")["@iot.count"] == 2
    assert "@iot.count" not in api.get("Things", count="false")


FILTERS = [
    ("Things", "name eq 'gauge 7'", 1),
    ("Things", "name eq 'O''Brien gauge'", 1),
    ("Things", "name ne 'gauge 7'", 1),
    ("Things", "id eq 2", 1),
    ("Things", "properties/zone eq 3 and properties/owner/party eq 'vn'", 2),
    ("Things", "properties/zone gt 'x'", 0),
    ("Things", "properties/nothing eq null", 2),
    ("Things", "Datastreams/Observations/result gt 4", 1),
    ("Things", "not (Datastreams/Observations/result gt 4)", 1),
    ("Things", "Locations/name eq 'mouth' or name eq 'gauge 7'", 2),
    ("Observations", "result ge 2.5 and result le 3.5", 2),
    ("Observations", "result lt 0", 1),
    ("Observations", "result add 1 eq 3.5", 1),
    ("Observations", "result sub 0.5 eq 2", 1),
    ("Observations", "result mul 2 eq 9", 1),
    ("Observations", "result div 2 eq 1.25", 1),
    ("Observations", "result mod 2 eq 0.5", 2),
    ("Observations", "2 add 3 mul 2 eq 8 and result gt 0", 3),
    ("Observations", "(2 add 3) mul 2 eq 10", 4),
    ("Observations", "result eq 'word'", 0),
    ("Observations", "result div 0 eq 1", 0),
    ("Observations", "phenomenonTime eq 2026-03-01T06:00:00Z", 1),
    ("Observations", "phenomenonTime eq 2026-03-01T13:00:00+07:00", 1),
    ("Observations", "phenomenonTime gt 2026-03-01T06:00:00Z and phenomenonTime lt 2026-03-03T06:00:00Z", 2),
    ("Observations", "phenomenonTime ge 2026-03-03", 1),
    ("Observations", "resultTime ne null", 1),
    ("Observations", "resultTime sub phenomenonTime eq duration'PT44.5S'", 1),
    ("Observations", "now() sub duration'P3650D' lt phenomenonTime", 4),
    ("Datastreams", "phenomenonTime gt 2026-03-01T07:00:00Z", 1),
    ("Datastreams", "unitOfMeasurement/symbol eq 'm'", 2),
]
FUNCTIONS = [
    ("Things", "substringof('Brien', name)", 1),
    ("Things", "endswith(name, '7')", 1),
    ("Things", "startswith(name, 'gauge')", 1),
    ("Things", "length(name) eq 7", 1),
    ("Things", "indexof(name, 'gauge') eq 8", 1),
    ("Things", "substring(name, 6) eq '7'", 1),
    ("Things", "substring(name, 0, 5) eq 'gauge'", 1),
    ("Things", "tolower(name) eq 'o''brien gauge'", 1),
    ("Things", "toupper(name) eq 'GAUGE 7'", 1),
    ("Things", "trim(concat('  ', name)) eq 'gauge 7'", 1),
    ("Things", "concat(concat(name, '-'), description) eq 'gauge 7-a post in the river'", 1),
    ("Observations", "year(phenomenonTime) eq 2026 and month(phenomenonTime) eq 3", 4),
    ("Observations", "day(phenomenonTime) eq 2", 1),
    (
        "Observations",
        "hour(phenomenonTime) eq 18 and minute(phenomenonTime) eq 30 and second(phenomenonTime) eq 15",
        1,
    ),
    ("Observations", "fractionalseconds(phenomenonTime) eq 0.5", 1),
    ("Observations", "date(phenomenonTime) eq 2026-03-01", 2),
    ("Observations", "time(phenomenonTime) eq duration'PT6H'", 3),
    ("Observations", "totaloffsetminutes(phenomenonTime) eq 0", 4),
    (
        "Observations",
        "phenomenonTime lt now() and phenomenonTime gt mindatetime() and now() lt maxdatetime()",
        4,
    ),
    ("Observations", "round(result) eq 3", 1),
    ("Observations", "round(result) eq -1", 1),
    ("Observations", "floor(result) eq -2", 1),
    ("Observations", "ceiling(result) eq 5", 1),
    ("Locations", "geo.distance(location, geography'POINT (104.75 17)') lt 0.5", 1),
    ("Locations", "geo.length(geography'LINESTRING (0 0, 3 4)') eq 5", 2),
    ("Locations", "geo.intersects(location, geography'LINESTRING (104 17.4, 106 17.4)')", 1),
    ("Locations", "st_within(location, geography'POLYGON ((104 17, 105 17, 105 18, 104 18, 104 17))')", 1),
    ("Locations", "st_contains(geography'POLYGON ((104 17, 105 17, 105 18, 104 18, 104 17))', location)", 1),
    ("Locations", "st_equals(location, geography'POINT (105.9 16.1)')", 1),
    ("Locations", "st_disjoint(location, geography'POINT (105.9 16.1)')", 1),
    ("Locations", "st_intersects(location, geography'MULTIPOINT ((105.9 16.1), (0 0))')", 1),
    (
        "Observations",
        "st_within(FeatureOfInterest/feature, geography'POLYGON ((105 16, 106 16, 106 17, 105 17, 105 16))')",
        1,
    ),
]


@pytest.mark.parametrize(("path", "text", "count"), FILTERS)
@requirement("request-data/filter", "request-data/built-in-filter-operations")
def test_filters(api, path, text, count):
    found = api.get(path, filter=text, count="true")
    assert (len(found["value"]), found["@iot.count"]) == (count, count)


@pytest.mark.parametrize(("path", "text", "count"), FUNCTIONS)
@requirement("request-data/built-in-query-functions")
def test_functions(api, path, text, count):
    assert len(api.get(path, filter=text)["value"]) == count


@given(st.text(alphabet="abcnameq ()'/,.-0123456789TZ:;\"\\%$=", max_size=60) | st.text(max_size=30))
@settings(max_examples=200, deadline=None)
def test_no_text_is_more_than_refused(text):
    for read in (parse_filter, parse):
        try:
            read(text)
        except SensorRequestError:
            continue


def test_nothing_of_a_filter_reaches_sql(api):
    for text in (
        "name eq 'x'' OR 1=1 --'", "properties/a.b eq 1", "name eq '\"; DROP TABLE thing; --'", "substringof(';', name)",
    ):  # fmt: skip
        assert api.get("Things", filter=text)["value"] == []
    for text in ("name eq 'x' OR 1=1", "name; DROP TABLE thing", "properties/\"') eq 1", "(" * 90 + "1"):
        with pytest.raises(SensorRequestError):
            api.get("Things", filter=text)
    with pytest.raises(SensorRequestError):
        parse_filter("not " * 1900 + "true")
    assert len(api.get("Things")["value"]) == 2


def test_an_observation_over_an_interval(tmp_path):
    api = stocked(tmp_path)
    api.rows(["2026-03-05T00:00:00Z/2026-03-05T12:00:00Z", 9], ["2026-03-05T06:00:00Z", 8])
    assert api.results(filter="phenomenonTime lt 2026-03-05T07:00:00Z and result gt 5") == [8]
    assert api.results(filter="phenomenonTime eq 2026-03-05T00:00:00Z") == []
    assert api.get("Datastreams(1)")["phenomenonTime"] == "2026-03-01T06:00:00Z/2026-03-05T12:00:00Z"
