"""The border end to end: observations in, tracks, geofences, alerts, sealed, on the own log.

A synthetic sector of twenty radars and a thousand objects, one Observation for each detection. In: the JSON
text of `CreateObservations` through the service; then the centre (read, tracked, frames, geofences, alerts
on the record), then the seal. Beside it the bare parts: an insert of ready tuples without an index, and the
tracker alone on ready arrays. Figures are observations a CPU second of this process, so that other work on
the machine does not count; the last variant is by the clock, with the intake in one thread and the keeper in
another, as a served node has them.

Latency: 1,000 observations every 50 ms, by the clock, from the moment that a request begins: until its
frames and alerts are durable, and until its batch is sealed on the log, with a batch each 100 ms.
"""

from __future__ import annotations

import statistics
import threading
import time
from datetime import UTC, datetime
from itertools import count

import apsw
import orjson

from bench.border_sensors import INSERT, TABLE
from bench.harness import Case, Variant, scratch
from comity.border import SYSTEM
from comity.border.fusion.scenarios import Recipe, make
from comity.border.fusion.tracker import Tracker
from comity.border.live import keeping
from comity.border.live.centre import Centre
from comity.border.live.keeping import Keeper
from comity.border.live.tracks import shelf_of
from comity.border.sector import writing
from comity.border.sector.config import config_of
from comity.border.sector.queries import find
from comity.border.sensors import answers
from comity.border.sensors.service import Ask, Service
from comity.node.create import NewNode, create
from comity.node.node import Node

SENSORS = 20
OBJECTS = 1_000
EVERY = 50
STEPS = 200
PACED = 200
AIM = 50_000
AIM_MS = 250
HEAD = {"author": "bench", "marking": "TLP:CLEAR", "releasable_to": [], "class": "exercise"}
BASE = 1_790_000_000_000
OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"


def cases():
    made = scenario()
    yield throughput(made)
    yield latency(made)


def scenario():
    recipe = Recipe(targets=OBJECTS, clutter=50, steps=max(STEPS, PACED), every=EVERY, spread=10)
    return make(recipe, 7)


def throughput(made) -> Case:
    bodies = [body(made, step, BASE) for step in range(STEPS)]
    rows = sum(number for _, number in bodies)
    return Case(
        f"{rows} observations of {OBJECTS} objects by {SENSORS} radars, {EVERY} ms from look to look",
        "observations/CPU s",
        [
            Variant("bare apsw insert, tuples ready, no index", lambda: bare(bodies)),
            Variant("bare tracker, arrays ready", lambda: tracker(made, rows)),
            Variant("arrays in, alone", lambda: through(bodies, rows, centre=False)),
            Variant("end to end, one thread", lambda: through(bodies, rows, centre=True)),
            Variant("end to end, two threads, by the clock", lambda: together(bodies, rows), AIM, False),
        ],
        rounds=3,
    )


def latency(made) -> Case:
    found: dict[str, list[float]] = {}

    def paced() -> float:
        found.update(at_pace(made))
        return percentile(found["done"], 99)

    return Case(
        f"{1000 // EVERY * OBJECTS} observations/s, latency by the clock",
        "ms",
        [
            Variant("p99, frames and alerts durable", paced, AIM_MS, False),
            Variant("p99, sealed", lambda: percentile(found["sealed"], 99), AIM_MS, False),
            Variant("median, frames and alerts durable", lambda: statistics.median(found["done"])),
            Variant("median, sealed", lambda: statistics.median(found["sealed"])),
        ],
        rounds=1,
        less_is_better=True,
    )


# --- the sector ----------------------------------------------------------------------------------------


class Sector:
    """A node with the sector, its zones and its datastreams."""

    def __init__(self, folder) -> None:
        create(folder / "vn", NewNode(party="vn", node="hq", unprotected=True))
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


# --- throughput ----------------------------------------------------------------------------------------


def bare(bodies) -> float:
    with scratch() as folder:
        db = apsw.Connection(str(folder / "bare.sqlite"))
        for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(TABLE)
        ids = count(1)
        parts = [
            [(next(ids), 1, 1, n, 0, 3, '{"x":1234.56,"y":1234.56,"sigma":10}') for n in range(rows)]
            for _, rows in bodies
        ]
        start = time.process_time()
        for part in parts:
            with db:
                db.executemany(INSERT, part)
        taken = time.process_time() - start
        db.close()
    return sum(map(len, parts)) / taken


def tracker(made, rows: int) -> float:
    with scratch() as folder:
        of = Sector(folder)
        config = config_of(find(of.node, "bench"), "vn")
        of.close()
    batches = made.batches()[:STEPS]
    for warm in (True, False):
        tracked = Tracker(config)
        start = time.process_time()
        for batch in batches[: 20 if warm else None]:
            tracked.push(batch)
    return rows / (time.process_time() - start)


def through(bodies, rows: int, *, centre: bool) -> float:
    with scratch() as folder:
        of = Sector(folder)
        running = of.centre() if centre else None
        start = time.process_time()
        for data, _ in bodies:
            of.send(data)
            if running is not None:
                running.run_once(int(time.time() * 1000) + 51)
        if running is not None:
            answers.seal(of.node, HEAD)
        taken = time.process_time() - start
        if running is not None:
            assert running.machine.last == of.store.count()
        of.close()
    return rows / taken


def together(bodies, rows: int) -> float:
    with scratch() as folder:
        of = Sector(folder)
        keeper, stop = Keeper(of.node), threading.Event()
        keeper.once()
        thread = threading.Thread(target=keeper.run, args=(stop,))
        start = time.perf_counter()
        thread.start()
        for data, _ in bodies:
            of.send(data)
        wait(of, "done", rows)
        answers.seal(of.node, HEAD)
        taken = time.perf_counter() - start
        stop.set()
        thread.join()
        of.close()
    return rows / taken


# --- latency -------------------------------------------------------------------------------------------


def at_pace(made) -> dict[str, list[float]]:
    """Return milliseconds from each request's beginning until it is durable, and until it is sealed."""
    keeping.SEAL = 0.1
    with scratch() as folder:
        of = Sector(folder)
        keeper, stop = Keeper(of.node), threading.Event()
        keeper.once()
        begun: list[float] = []
        lasts: list[int] = []
        seen: dict[str, list[float]] = {"done": [], "sealed": []}
        threads = [threading.Thread(target=keeper.run, args=(stop,))]
        for what, times in seen.items():
            threads.append(threading.Thread(target=follow, args=(of, what, times, (lasts, begun), stop)))
        for thread in threads:
            thread.start()
        start, base = time.perf_counter(), int(time.time() * 1000)
        total = 0
        for step in range(PACED):
            data, rows = body(made, step, base)
            time.sleep(max(0.0, start + (step + 1) * EVERY / 1000 - time.perf_counter()))
            begun.append(time.perf_counter())
            total += rows
            of.send(data)
            lasts.append(total)
        end = time.perf_counter() + 30
        while any(len(times) < PACED for times in seen.values()) and time.perf_counter() < end:
            time.sleep(0.01)
        stop.set()
        for thread in threads:
            thread.join()
        of.close()
    return seen


def follow(of: Sector, what: str, times: list[float], sent: tuple[list[int], list[float]], stop) -> None:
    lasts, begun = sent
    while not stop.wait(0.005):
        reached = progress(of, what)
        now = time.perf_counter()
        while len(times) < len(lasts) and lasts[len(times)] <= reached:
            times.append((now - begun[len(times)]) * 1000)


def progress(of: Sector, what: str) -> int:
    if what == "sealed":
        found = of.store.read_one("SELECT max(last) FROM batch WHERE sealed > 0")
    else:
        found = (
            shelf_of(of.node)
            .store()
            .read_one("SELECT last FROM step WHERE NOT EXISTS (SELECT 1 FROM outbox)")
        )
    return 0 if found is None or found[0] is None else int(found[0])


def wait(of: Sector, what: str, rows: int) -> None:
    while progress(of, what) < rows:
        time.sleep(0.005)


def percentile(times: list[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1]
