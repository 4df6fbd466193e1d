"""The overview and the page of sensors: empty ones say what to do, figures lead to where they come from."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI

from comity.app import mount
from comity.border import SYSTEM
from comity.border.alerts import answers as alerts
from comity.border.alerts import signals
from comity.border.alerts import writing as alert_writing
from comity.border.alerts.engine import Engine
from comity.border.sensors import answers as sensors
from comity.border.sensors.errors import SensorRequestError
from comity.border.sensors.service import Ask, Service
from comity.border.situation import situation
from comity.border.warning import writing
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.asgi import Client
from tests.border.cap.messages import draft

HEAD = {"author": "duty officer", "marking": "TLP:CLEAR", "class": "exercise"}
THING = {
    "name": "post 7",
    "description": "d",
    "Locations": [
        {
            "name": "l",
            "description": "d",
            "encodingType": "application/geo+json",
            "location": {"type": "Point", "coordinates": [106.0, 17.0]},
        }
    ],
    "Datastreams": [
        {
            "name": "stage",
            "description": "d",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "d"},
            "Sensor": {"name": "gauge 7", "description": "d", "encodingType": "text/plain", "metadata": "m"},
            "ObservedProperty": {
                "name": "stage",
                "definition": "https://example.org/stage",
                "description": "d",
            },
        }
    ],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("now") / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, (SYSTEM,)) as node:
        web = FastAPI()
        mount(web, node, (SYSTEM,))
        yield node, Client(web)


def page(client, path, language="en"):
    reply = client.request("GET", path, headers={"accept-language": language})
    assert reply.status_code == 200, reply.text[-3000:]
    return reply.text


def test_an_empty_border_says_what_to_do_and_does_not_call_silence_peace(served):
    node, client = served
    found = situation(node)
    assert found["sensors"] == {"sources": 0, "silent": None, "set_aside": None}
    assert not (node.folder.root / "sensors").exists()
    for language, words in (("en", "Nothing waits."), ("vi", "Không có gì"), ("lo", "ບໍ່ມີ")):
        assert words in page(client, "/border", language)
    shown = page(client, "/border")
    assert "nobody can tell what is silent" in shown
    assert 'href="/border/warnings/new"' in shown
    shown = page(client, "/border/sensors")
    assert "comity border sensors key" in shown
    assert "comity border seal" in shown


def test_what_waits_stands_there_and_each_figure_leads_to_its_source(served):
    node, client = served
    now = datetime.now(UTC).replace(microsecond=0)
    ends = (now + timedelta(days=1)).isoformat().replace("+00:00", "-00:00")
    sent = (now - timedelta(minutes=9)).isoformat().replace("+00:00", "-00:00")
    writing.issue(
        node, {"slug": "flood", "header": HEAD, "draft": draft(sent=sent, onset=None, expires=ends)}, now
    )
    long_ago = alerts.now() - 7_200_000
    signal = signals.Signal("river-flood", "pakse", "pakse", True, long_ago, long_ago, "pakse", exercise=True)
    alert_writing.record(node, Engine(lambda: long_ago).push([signal]), HEAD)
    service = Service(sensors.store_of(node))
    assert service.answer(Ask("POST", "Things", body=_json(THING))).status == 201
    for number in range(24):
        at = (now - timedelta(hours=3) + timedelta(minutes=number)).isoformat().replace("+00:00", "Z")
        given = {"phenomenonTime": at, "result": 1.5 + number / 10}
        assert service.answer(Ask("POST", "Datastreams(1)/Observations", body=_json(given))).status == 201
    with pytest.raises(SensorRequestError, match="set aside"):
        service.answer(Ask("POST", "Datastreams(1)/Observations", body=_json({"result": "wet"})))
    sensors.check(node)
    sensors.seal(node, {**HEAD, "releasable_to": []})
    found = situation(node)
    assert (found["alerts"]["open"], found["alerts"]["overdue"]) == (1, 1)
    assert (found["warnings"]["in_force"], found["warnings"]["unread"], found["warnings"]["to_read"]) == (
        1,
        1,
        [],
    )
    assert (found["sensors"]["sources"], found["sensors"]["silent"]) == (1, 1)
    for language in ("vi", "lo", "en"):
        shown = page(client, "/border", language)
        for href in (
            "/border/alerts?state=active",
            "/border/warnings?state=stands",
            "/border/sensors?state=no",
        ):
            assert href in shown
    assert "own warning has no receipt yet" in page(client, "/border")
    shown = page(client, "/border/sensors?state=no+data&sort=-observations")
    assert "gauge 7" in shown
    assert "not checked now" in shown
    assert "makes its root" in page(client, "/border/sensors?check=1", "en")
    assert "Nothing matches" in page(client, "/border/sensors?state=heard")
    store = sensors.store_of(node)
    with store.transaction() as db:
        db.execute("UPDATE observation SET result = 9.9 WHERE id = 2")
    assert "does not make its root" in page(client, "/border/sensors?check=1")


def _json(value):

    return json.dumps(value).encode()
