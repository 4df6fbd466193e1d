"""A service over a fresh store, asked as HTTP would, and the entities that the tests share."""

from __future__ import annotations

import json
from urllib.parse import quote

from comity.border.sensors.service import Ask, Service
from comity.border.sensors.store import SensorStore

BASE = "http://vn.localhost/sta/v1.1"
MEASUREMENT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement"


def point(x, y):
    return {"type": "Point", "coordinates": [x, y]}


def location(name="landing", x=104.75, y=17.4):
    return {
        "name": name,
        "description": "beside the ferry",
        "encodingType": "application/geo+json",
        "location": point(x, y),
    }


def sensor(name="radar gauge"):
    return {"name": name, "description": "d", "encodingType": "application/pdf", "metadata": "sheet.pdf"}


def observed(name="stage"):
    return {"name": name, "definition": "https://vocabulary.example/stage", "description": "d"}


def datastream(name="stage at the landing", **more):
    return {
        "name": name,
        "description": "metres above zero",
        "observationType": MEASUREMENT,
        "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "https://units.example/m"},
        "Sensor": sensor(),
        "ObservedProperty": observed(),
        **more,
    }


def thing(name="gauge 7", **more):
    return {
        "name": name,
        "description": "a post in the river",
        "properties": {"zone": 3, "owner": {"party": "vn"}},
        **more,
    }


def stage(value, when="2026-03-01T06:00:00Z", **more):
    return {"phenomenonTime": when, "result": value, **more}


class Api:
    """Asks a service; what it refuses is raised."""

    def __init__(self, folder):
        self.store = SensorStore(folder / "sensors")
        self.service = Service(self.store)

    def ask(self, method, path, query="", body=None, **more):
        raw = b"" if body is None else body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.service.answer(Ask(method, path, query, raw, BASE, **more))

    def get(self, path, **options):
        query = "&".join(f"${name}={quote(str(value))}" for name, value in options.items())
        return self.ask("GET", path, query).body

    def follow(self, link):
        path, _, query = link.removeprefix(BASE + "/").partition("?")
        return self.ask("GET", path, query).body

    def post(self, path, body):
        return self.ask("POST", path, body=body)

    def make(self, path, body):
        return self.post(path, body).body["@iot.id"]

    def names(self, path, **options):
        return [one["name"] for one in self.get(path, **options)["value"]]

    def results(self, path="Observations", **options):
        return [one["result"] for one in self.get(path, **options)["value"]]

    def refused(self):
        return dict(self.store.read_all("SELECT reason, count FROM refused"))

    def rows(self, *rows, columns=("phenomenonTime", "result"), stream=1):
        group = {"Datastream": {"@iot.id": stream}, "components": list(columns), "dataArray": list(rows)}
        return self.post("CreateObservations", [group]).body


def stocked(folder):
    """A river with two gauges and a few stages."""
    api = Api(folder)
    first = datastream(
        Observations=[stage(2.5), stage(3.5, "2026-03-02T06:00:00Z"), stage(4.5, "2026-03-03T06:00:00Z")]
    )
    api.make("Things", thing(Locations=[location()], Datastreams=[first]))
    second = datastream(
        "stage at the mouth",
        Observations=[stage(-1.25, "2026-03-01T18:30:15.5Z", resultTime="2026-03-01T18:31:00Z")],
    )
    api.make(
        "Things", thing("O'Brien gauge", Locations=[location("mouth", 105.9, 16.1)], Datastreams=[second])
    )
    return api
