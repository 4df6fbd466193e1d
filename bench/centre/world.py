"""A synthetic sector of twenty radars and a thousand objects, and requests with what they detect."""

from __future__ import annotations

from datetime import UTC, datetime

import orjson

from comity.border import SYSTEM
from comity.border.fusion.scenarios import Recipe, make
from comity.border.live.centre import Centre
from comity.border.live.tracks import shelf_of
from comity.border.sector import writing
from comity.border.sector.queries import find
from comity.border.sensors import answers
from comity.border.sensors.service import Ask, Service
from comity.node.create import NewNode, create
from comity.node.node import Node

SENSORS = 20
OBJECTS = 1_000
EVERY = 50
STEPS = 200
HEAD = {"author": "bench", "marking": "TLP:CLEAR", "releasable_to": [], "class": "exercise"}
BASE = 1_790_000_000_000
OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"


def scenario():
    return make(Recipe(targets=OBJECTS, clutter=50, steps=STEPS, every=EVERY, spread=10), 7)


def bodies(made, base: int) -> list[tuple[bytes, int]]:
    """Return a request a step, and how many observations it has; `base` is the time of the first, ms UTC."""
    return [body(made, step, base) for step in range(STEPS)]


class Sector:
    """A node with the sector, its zones and its datastreams."""

    def __init__(self, folder, **more) -> None:
        create(folder / "vn", NewNode(party="vn", node="hq", unprotected=True, **more))
        self.node = Node.open(folder / "vn", (SYSTEM,))
        self.store = answers.store_of(self.node)
        self.service = Service(self.store)
        self._act("sector", sector())
        for zone in zones():
            self._act("zone", zone)
        for number in range(SENSORS):
            self.service.answer(Ask("POST", "Things", body=orjson.dumps(thing(f"s{number}"))))

    def _act(self, what, fields) -> None:
        writing.ACTS[what](self.node, {what: fields, "header": HEAD})

    def centre(self) -> Centre:
        return Centre(self.node, find(self.node, "bench"))

    def send(self, data: bytes) -> None:
        self.service.answer(Ask("POST", "CreateObservations", body=data))

    def close(self) -> None:
        shelf_of(self.node).close()
        answers.shelf_of(self.node).close()
        self.node.close()


def sector() -> dict:
    sensors = [
        {"slug": f"s{n}", "party": "vn", "kind": "radar", "lat": 17_000_000, "lon": 106_000_000,
         "interval": 1000, "clutter": "1", "most": 1_000_000}
        for n in range(SENSORS)
    ]  # fmt: skip
    return {
        "slug": "bench", "title": {"en": "Bench"}, "origin_lat": 17_000_000, "origin_lon": 106_000_000,
        "west": -2_000, "south": -2_000, "east": 12_000, "north": 7_000, "sensors": sensors,
        "horizon": 10_000, "density": "20", "synthetic": True,
    }  # fmt: skip


def zones() -> list[dict]:
    found = []
    for n in range(10):
        west, south = 106_000_000 + 9_000 * n, 17_010_000 + 2_000 * n
        points = [(south, west), (south, west + 4_000), (south + 4_000, west + 4_000), (south + 4_000, west)]
        corners = [{"lat": lat, "lon": lon} for lat, lon in points]
        found.append(
            {"slug": f"z{n}", "sector": "bench", "title": {"en": f"Zone {n}"}, "shape": "area",
             "points": corners, "approach": 100, "dwell": 5}
        )  # fmt: skip
    return found


def thing(name: str) -> dict:
    named = {"description": "d", "encodingType": "application/geo+json"}
    place = {"type": "Point", "coordinates": [106, 17]}
    stream = {
        "name": name, "description": "d", "observationType": OBJECT, "unitOfMeasurement": {},
        "Sensor": {"name": name, "metadata": "m", **named},
        "ObservedProperty": {"name": "o", "definition": "o", "description": "d"},
    }  # fmt: skip
    where = [{"name": name, "location": place, **named}]
    return {"name": name, "description": "d", "Locations": where, "Datastreams": [stream]}


def body(made, step: int, base: int) -> tuple[bytes, int]:
    detections = made.detections
    which = detections.time == step * EVERY
    when = datetime.fromtimestamp((base + step * EVERY) / 1000, UTC).isoformat(timespec="milliseconds")
    places = detections.place[which].round(2).tolist()
    rows = [[when, {"x": x, "y": y, "sigma": 10}] for x, y in places]
    stream = step % SENSORS + 1
    columns = ["phenomenonTime", "result"]
    group = {"Datastream": {"@iot.id": stream}, "components": columns, "dataArray": rows}
    return orjson.dumps([group]), len(rows)
