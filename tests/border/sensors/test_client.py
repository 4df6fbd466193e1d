"""A running node over a real socket: who may come in, and a client that others wrote."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime

import httpx
import pytest

from tests.border.sensors.requirement import requirement
from tests.border.sensors.world import MEASUREMENT, datastream, location, stage, thing

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    sta = pytest.importorskip("frost_sta_client")


def test_nobody_comes_in_without_a_key(served):
    for method in ("GET", "POST", "DELETE"):
        for path in ("", "/Things", "/$batch", "/CreateObservations"):
            assert served.ask(method, path).status_code == 401
            assert served.ask(method, path, "wrong").status_code == 401


def test_a_key_opens_this_and_nothing_else(served):
    reads, writes = served.keys.give("station", "read"), served.keys.give("gateway", "write")
    assert served.ask("GET", "/Things", reads).status_code == 200
    assert served.ask("HEAD", "/Things", reads).status_code == 200
    assert served.ask("POST", "/Things", reads, json=thing()).status_code == 403
    body = {"requests": [{"id": "1", "method": "post", "url": "Things", "body": thing()}]}
    assert served.ask("POST", "/$batch", reads, json=body).json()["responses"][0]["status"] == 403
    made = served.ask("POST", "/Things", writes, json=thing())
    assert (made.status_code, made.headers["location"]) == (
        201,
        f"{served.root}/Things({made.json()['@iot.id']})",
    )
    for path in ("/api/v1/node/status", "/api/v1/border/sensors", "/border", "/api/v1/border/sensors/seal"):
        reply = httpx.get(served.url + path, headers={"authorization": f"Bearer {writes}"})
        assert reply.status_code == 401, path
    assert httpx.get(served.root, auth=("gateway", writes)).status_code == 200
    assert httpx.get(served.root, auth=("station", writes)).status_code == 401
    assert served.ask("GET", "/Things", writes, headers={"host": "evil.example"}).status_code in (
        400,
        403,
        421,
    )
    served.keys.revoke("station")
    assert served.ask("GET", "/Things", reads).status_code == 401
    again = served.keys.give("gateway", "write")
    assert served.ask("GET", "/Things", writes).status_code == 401
    assert served.ask("GET", "/Things", again).status_code == 200


def test_the_operator_writes_by_token_and_a_form_elsewhere_does_not(served):
    token = served.keeper.token
    assert served.ask("POST", "/Things", token, json=thing()).status_code == 201
    cookie = {"cookie": f"{served.keeper.cookie}={served.keeper.enter(served.keeper.mint_link())}"}
    assert served.ask("GET", "/Things", headers=cookie).status_code == 200
    assert served.ask("POST", "/Things", headers=cookie, json=thing()).status_code == 403
    seen = httpx.get(f"{served.url}/api/v1/border/sensors", headers={"authorization": f"Bearer {token}"})
    assert seen.status_code == 200


@requirement("request-data/status-code", "request-data/query-status-code")
def test_status_codes(served):
    token = served.keeper.token
    codes = {
        ("GET", "/Things(999)"): 404,
        ("GET", "/Nothings"): 404,
        ("GET", "/Things?$filter=name%20eq"): 400,
        ("GET", "/Things?$nothing=1"): 400,
        ("GET", "/Locations?$filter=st_touches(location,geography'POINT%20(1%201)')"): 501,
        ("POST", "/Things(1)"): 400,
        ("DELETE", "/Things(999)"): 404,
        ("GET", ""): 200,
        ("GET", "/"): 200,
    }
    for (method, path), code in codes.items():
        reply = served.ask(method, path, token, content=b"{}" if method == "POST" else None)
        assert reply.status_code == code, (method, path, reply.text)


@requirement(
    "create-update-delete/create-entity",
    "create-update-delete/deep-insert",
    "create-update-delete/update-entity-put",
    "create-update-delete/update-entity-jsonpatch",
    "create-update-delete/delete-entity",
    "request-data/filter",
    "request-data/expand",
    "request-data/pagination",
)
@pytest.mark.filterwarnings("ignore")
def test_a_client_that_others_wrote(served):
    secret = served.keys.give("client", "write")
    service = sta.SensorThingsService(served.root, auth_handler=sta.AuthHandler("client", secret))
    place = sta.Location(
        "landing",
        "beside the ferry",
        location={"type": "Point", "coordinates": [104.75, 17.4]},
        encoding_type="application/geo+json",
    )
    unit = sta.UnitOfMeasurement(name="metre", symbol="m", definition="https://units.example/m")
    stream = sta.Datastream(
        name="stage", description="d", observation_type=MEASUREMENT, unit_of_measurement=unit,
        sensor=sta.Sensor(name="radar", description="d", encoding_type="application/pdf", metadata="sheet.pdf"),
        observed_property=sta.ObservedProperty(name="stage", definition="https://vocabulary.example/stage", description="d"),
    )  # fmt: skip
    gauge = sta.Thing(name="of the client", description="d", properties={"zone": 1})
    gauge.locations, gauge.datastreams = [place], [stream]
    service.create(gauge)
    assert service.things().find(gauge.id).name == "of the client"
    streams = service.things().find(gauge.id).get_datastreams().query().list()
    kept = next(iter(streams))
    for n in range(12):
        observation = sta.Observation(
            phenomenon_time=f"2026-03-01T06:00:{n:02d}Z", result=n / 2, datastream=kept
        )
        service.create(observation)
    query = (
        service.observations()
        .query()
        .filter(f"Datastream/id eq {kept.id} and result ge 1")
        .orderby("phenomenonTime", "desc")
    )
    found = query.top(4).list()
    assert [one.result for one in found] == [n / 2 for n in range(11, 1, -1)], "by three pages"
    expanded = (
        service.things()
        .query()
        .filter("name eq 'of the client'")
        .expand("Datastreams/Observations,Locations")
        .list()
    )
    one = next(iter(expanded))
    assert one.locations.entities[0].location["coordinates"] == [104.75, 17.4]
    gauge.description = "changed"
    service.update(service.things().find(gauge.id))
    service.patch(gauge, [{"op": "replace", "path": "/description", "value": "changed"}])
    assert service.things().find(gauge.id).description == "changed"
    service.delete(gauge)
    assert list(service.things().query().filter("name eq 'of the client'").list()) == []


@requirement("data-array/data-array")
def test_arrays_through_the_socket(served):
    token = served.keeper.token
    made = served.ask(
        "POST",
        "/Things",
        token,
        json=thing("arrays", Locations=[location()], Datastreams=[datastream(Observations=[stage(1)])]),
    )
    stream = served.ask("GET", f"/Things({made.json()['@iot.id']})/Datastreams", token).json()["value"][0][
        "@iot.id"
    ]
    rows = [[datetime(2025, 1, 1, n // 60, n % 60, tzinfo=UTC).isoformat(), n] for n in range(600)]
    group = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    reply = served.ask("POST", "/CreateObservations", token, json=[group])
    assert (reply.status_code, len(reply.json())) == (201, 600)
    page = served.ask("GET", f"/Datastreams({stream})/Observations?$count=true&$top=500", token).json()
    assert (page["@iot.count"], len(page["value"])) == (601, 500)
    rest = httpx.get(page["@iot.nextLink"], headers={"authorization": f"Bearer {token}"}).json()
    assert len(rest["value"]) == 101
