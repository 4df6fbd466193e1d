"""A sector that is simulated: its entry, its sensors in the SensorThings store, and scenarios as observations.

Nothing here is an observation of anything real.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime

from comity.border.sector import writing
from comity.border.sector.plane import Plane
from comity.border.sensors import answers
from comity.border.sensors.service import Service
from tests.border.sensors.world import Api, location, observed, sensor, thing

OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
HEAD = {"author": "sector desk", "marking": "TLP:CLEAR", "class": "exercise"}
START = 1_784_790_000_000
ORIGIN = (17_000_000, 106_000_000)


def sector(slug="ford", *names, **more):
    sensors = [
        {"slug": name, "party": "vn", "kind": "radar", "lat": ORIGIN[0], "lon": ORIGIN[1], "sigma": "10"}
        for name in names or ("ridge",)
    ]
    return {
        "slug": slug, "title": {"en": "The ford"}, "origin_lat": ORIGIN[0], "origin_lon": ORIGIN[1],
        "west": -1_000, "south": -1_000, "east": 6_000, "north": 6_000, "sensors": sensors,
        "synthetic": True, **more,
    }  # fmt: skip


def add(node, what, fields):
    return writing.ACTS[what](node, {what: fields, "header": HEAD})


def stamp(ms):
    return datetime.fromtimestamp(ms / 1000, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


class Line(Api):
    """Sensors that send to a node: one datastream each."""

    def __init__(self, node, *names):
        self.store = answers.store_of(node)
        self.service = Service(self.store)
        self.streams = {}
        for name in names:
            stream = {
                "name": name, "description": "objects", "observationType": OBJECT, "unitOfMeasurement": {},
                "Sensor": sensor(name), "ObservedProperty": observed("object"),
            }  # fmt: skip
            made = self.make("Things", thing(name, Locations=[location(name)], Datastreams=[stream]))
            found = self.get(f"Things({made})/Datastreams")["value"]
            self.streams[name] = found[0]["@iot.id"]

    def send(self, name, *looks):
        """Send looks: time in ms and what was detected."""
        rows = [[stamp(time), result] for time, result in looks]
        return self.rows(*rows, stream=self.streams[name])


def seen(*places):
    return {"detections": [{"x": x, "y": y} for x, y in places]}


def fields_file(folder, name, fields):
    path = folder / f"{name}.json"
    path.write_text(json.dumps(fields))
    return path


def packed(result):
    return json.dumps(result)


def square(slug, west, south, east, north, **more):
    """A zone with corners in metres of the plane."""
    plane = Plane(*ORIGIN)
    corners = [
        plane.earth(float(x), float(y))
        for x, y in ((west, south), (east, south), (east, north), (west, north))
    ]
    return {
        "slug": slug, "sector": "ford", "title": {"en": slug}, "shape": "area",
        "points": [{"lat": round(lat * 1e6), "lon": round(lon * 1e6)} for lat, lon in corners], **more,
    }  # fmt: skip
