"""SensorThings: arrays of observations in, against a bare insert; counts and newest at ten million rows.

In: the JSON text of `CreateObservations` through the service into a file of its own: read, checked,
duplicates told, indexed, counted, durable. The bare insert writes the same rows, ready as tuples, into a
table without an index, with the same durability. Figures are rows a CPU second of this process, so that
other work on the machine does not count.

Out: milliseconds a request through the service, JSON included, at ten million observations of a hundred
datastreams; the first variant counts by walking, as a table without kept counts must.
"""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta
from itertools import count

import apsw
import orjson

from bench.harness import Case, Variant, scratch
from comity.border.sensors.service import Ask, Service
from comity.border.sensors.store import SensorStore

BATCH = 10_000
ROWS = 200_000
TEN_MILLION = 10_000_000
STREAMS = 100
AIM_IN = 100_000
AIM_OUT = 20
EPOCH = datetime(2025, 1, 1, tzinfo=UTC)
TABLE = (
    "CREATE TABLE observation(id INTEGER PRIMARY KEY, datastream, feature, phenomenon, arrival, kind, result)"
)
HOUR = "phenomenonTime ge 2025-01-01T06:00:00Z and phenomenonTime lt 2025-01-01T07:00:00Z"
INSERT = "INSERT INTO observation VALUES (?,?,?,?,?,?,?)"


def cases():
    yield arrays()
    yield answers()


def arrays() -> Case:
    bodies = [body(start) for start in range(0, ROWS, BATCH)]
    return Case(
        f"CreateObservations, {BATCH} rows a request, {ROWS} a round, durable",
        "rows/CPU s",
        [
            Variant("bare apsw insert, tuples ready, no index", bare),
            Variant("the service, from JSON text", lambda: through(bodies), aim=AIM_IN, aim_is_ratio=False),
        ],
        notes=["no HTTP: a request of 10,000 rows is read by the server in a few milliseconds more"],
    )


def body(start: int) -> bytes:
    rows = [[(EPOCH + timedelta(seconds=n)).isoformat(), n / 100] for n in range(start, start + BATCH)]
    group = {"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"], "dataArray": rows}
    return orjson.dumps([group])


def thing(streams: int) -> bytes:
    place = {"type": "Point", "coordinates": [105, 17]}
    named = {"description": "d", "encodingType": "application/geo+json"}
    made = [
        {
            "name": f"stream {n}",
            "description": "d",
            "observationType": "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Measurement",
            "unitOfMeasurement": {"name": "metre", "symbol": "m", "definition": "m"},
            "Sensor": {"name": "s", "metadata": "m", **named},
            "ObservedProperty": {"name": "o", "definition": "o", "description": "d"},
        }
        for n in range(streams)
    ]
    where = [{"name": "l", "location": place, **named}]
    return orjson.dumps({"name": "t", "description": "d", "Locations": where, "Datastreams": made})


def per_cpu_second(rows: int, work) -> float:
    start = time.process_time()
    work()
    return rows / (time.process_time() - start)


def bare() -> float:
    with scratch() as folder:
        db = apsw.Connection(str(folder / "bare.sqlite"))
        for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(TABLE)
        ids = count(1)
        rows = [(next(ids), 1, 1, n * 1_000_000, 0, 0, n / 100) for n in range(ROWS)]

        def work() -> None:
            for start in range(0, ROWS, BATCH):
                with db:
                    db.executemany(INSERT, rows[start : start + BATCH])

        found = per_cpu_second(ROWS, work)
        db.close()
        return found


def through(bodies: list[bytes]) -> float:
    with scratch() as folder:
        store = SensorStore(folder)
        service = Service(store)
        service.answer(Ask("POST", "Things", body=thing(1)))

        def work() -> None:
            for one in bodies:
                service.answer(Ask("POST", "CreateObservations", body=one))

        found = per_cpu_second(ROWS, work)
        assert store.count() == ROWS
        store.close()
        return found


def answers() -> Case:
    opened = scratch()
    folder = opened.__enter__()
    store = SensorStore(folder)
    service = Service(store)
    service.answer(Ask("POST", "Things", body=thing(STREAMS)))
    fill(store)

    def asked(path: str, query: str):
        def run() -> float:
            start = time.perf_counter()
            service.answer(Ask("GET", path, query))
            return (time.perf_counter() - start) * 1000

        return run

    def walked() -> float:
        start = time.perf_counter()
        store.read_one("SELECT count(*) FROM observation")
        return (time.perf_counter() - start) * 1000

    def close() -> None:
        store.close()
        opened.__exit__(None, None, None)

    newest = "$orderby=phenomenonTime desc&$top=10"
    wanted = {
        "$count of everything": ("Observations", "$count=true&$top=1"),
        "$count of one datastream": ("Datastreams(50)/Observations", "$count=true&$top=1"),
        "the last 10 of one datastream": ("Datastreams(50)/Observations", newest),
        "the last 100 of one datastream": ("Datastreams(50)/Observations", newest[:-2] + "100"),
        "the last 10 of everything": ("Observations", newest),
        "the last one of each datastream": (
            "Datastreams",
            "$expand=Observations($orderby=phenomenonTime%20desc;$top=1)&$top=20",
        ),
        "an hour of one datastream, counted": (
            "Datastreams(50)/Observations",
            f"$count=true&$filter={HOUR}",
        ),
    }
    return Case(
        f"requests at {TEN_MILLION:,} observations of {STREAMS} datastreams",
        "ms",
        [
            Variant("counting by walking (SQL alone)", walked),
            *(
                Variant(name, asked(path, query), aim=AIM_OUT, aim_is_ratio=False)
                for name, (path, query) in wanted.items()
            ),
        ],
        less_is_better=True,
        close=close,
    )


def fill(store: SensorStore) -> None:
    """Write ten million rows by one statement a million, and the counts that intake would have kept."""
    step = 1_000_000
    start = int(EPOCH.timestamp()) * 1_000_000
    with store.transaction() as db:
        db.execute("INSERT INTO feature(id, name) VALUES (1, 'f')")
    for first in range(1, TEN_MILLION, step):
        with store.transaction() as db:
            db.execute(
                "WITH RECURSIVE n(i) AS (SELECT ?1 UNION ALL SELECT i + 1 FROM n WHERE i < ?2) "
                "INSERT INTO observation SELECT i, 1 + i % ?3, 1, ?4 + (i / ?3) * 1000000, NULL, 0, NULL, "
                "?4, 0, i / 100.0, 0, NULL, NULL, NULL, NULL FROM n",
                (first, first + step - 1, STREAMS, start),
            )
    with store.transaction() as db:
        db.execute(
            "INSERT INTO tally SELECT datastream, 1, count(*), min(phenomenon), max(phenomenon), NULL, NULL "
            "FROM observation GROUP BY datastream"
        )
