"""SensorThings: arrays of observations in, against a bare insert; counts and newest at ten million rows.

In: the JSON text of `CreateObservations` through the service into a file of its own: read, checked,
duplicates told, indexed, counted, durable. The bare insert writes the same rows, ready as tuples, into a
table without an index, with the same durability. Figures are rows a CPU second of this process, so that
other work on the machine does not count.

Over HTTP: the same requests to a running node (`comity node run`) by its key and one kept connection, by the
clock, and by the processor time of the node's process. One client waits for each answer; a second one keeps
the node's receiving and parsing busy while the first one's rows are written.

Out: milliseconds a request through the service, JSON included, at ten million observations of a hundred
datastreams; the first variant counts by walking, as a table without kept counts must.
"""

from __future__ import annotations

import http.client
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from itertools import count
from pathlib import Path

import apsw
import orjson

from bench.harness import Case, Variant, scratch
from comity.border.sensors.keys import Keys
from comity.border.sensors.service import Ask, Service
from comity.border.sensors.store import SensorStore
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.lock import running

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
    yield over_http()
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
    )


def body(start: int, stream: int = 1) -> bytes:
    rows = [[(EPOCH + timedelta(seconds=n)).isoformat(), n / 100] for n in range(start, start + BATCH)]
    group = {"Datastream": {"@iot.id": stream}, "components": ["phenomenonTime", "result"], "dataArray": rows}
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


def over_http() -> Case:
    """A node of its own that listens; each round sends rows of a datastream that is new."""
    opened = scratch()
    root = opened.__enter__() / "vn"
    create(root, NewNode("vn", "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    secret = Keys(root).give("gateway", "write")
    command = [sys.executable, "-m", "comity", "node", "run", str(root), "--json"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    process.stdout.readline()
    url = running(Folder.existing(root)).url.removeprefix("http://")

    def sent(clients: int):
        """Return clock and node's seconds for the rows of a round."""
        wires = [Wire(url, secret) for _ in range(clients)]
        made = wires[0].post("/sta/v1.1/Things", thing(1))
        stream = int(wires[0].get(f"/sta/v1.1/Things({made['@iot.id']})/Datastreams")["value"][0]["@iot.id"])
        parts = [body(start, stream) for start in range(0, ROWS, BATCH)]
        before, start = used(process.pid), time.perf_counter()
        with ThreadPoolExecutor(clients) as pool:
            list(pool.map(lambda n: wires[n].all(parts[n::clients]), range(clients)))
        took = time.perf_counter() - start, used(process.pid) - before
        for wire in wires:
            wire.close()
        return took

    def close() -> None:
        process.terminate()
        process.wait()
        opened.__exit__(None, None, None)

    return Case(
        f"CreateObservations over HTTP, {BATCH} rows a request, {ROWS} a round, durable, every reply read",
        "rows/s",
        [
            Variant("bare apsw insert, CPU s", bare),
            Variant("one client, the node's CPU s", lambda: ROWS / sent(1)[1], AIM_IN, aim_is_ratio=False),
            Variant("one client, by the clock", lambda: ROWS / sent(1)[0], AIM_IN, aim_is_ratio=False),
            Variant("two clients, by the clock", lambda: ROWS / sent(2)[0], AIM_IN, aim_is_ratio=False),
        ],
        close=close,
        notes=[f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"],
    )


class Wire:
    """One kept connection to a node."""

    def __init__(self, url: str, secret: str) -> None:
        self._connection = http.client.HTTPConnection(url)
        self._headers = {"authorization": f"Bearer {secret}", "content-type": "application/json"}

    def get(self, path: str):
        self._connection.request("GET", path, headers=self._headers)
        return orjson.loads(self._connection.getresponse().read())

    def post(self, path: str, content: bytes):
        self._connection.request("POST", path, content, self._headers)
        reply = self._connection.getresponse()
        text = reply.read()
        if reply.status != 201:
            raise RuntimeError(f"{path}: {reply.status} {text[:200]!r}")
        return orjson.loads(text)

    def all(self, parts: list[bytes]) -> None:
        for one in parts:
            if "error" in self.post("/sta/v1.1/CreateObservations", one):
                raise RuntimeError("a row was set aside")

    def close(self) -> None:
        self._connection.close()


def used(pid: int) -> float:
    """Processor seconds of a process, its own and the kernel's for it."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
