"""The border end to end: observations in, tracks, geofences, alerts, sealed, on the own log.

A synthetic sector of twenty radars and a thousand objects, one Observation for each detection: every 50 ms
one radar looks, and a request says what it saw.

By CPU seconds, so that other work on the machine does not count: the JSON text of `CreateObservations`
through the service; then the centre (tracked, frames, geofences, alerts on the record); then the seal. Beside
it the named limits: a bare insert of ready tuples, a bare hash of ready leaves, the tracker alone.

By the clock: a node process (`comity node run` with the feature `border-centre`), a client on one kept
connection that sends as fast as it is answered, until the last observation is tracked and sealed. Latency: a
request every 50 ms by the clock, from the moment at which its sending begins until its frames are durable and
the alerts that it gave cause to are kept for the record (nothing that is killed takes them back), until these
alerts are on the record and in the views, and until its batch is sealed on the record, with a batch each
100 ms; all read from outside the process, every 3 ms.
"""

from __future__ import annotations

import hashlib
import os
import statistics
import threading
import time
from dataclasses import asdict
from itertools import count

import apsw

from bench.border_sensors import INSERT, TABLE, used
from bench.centre.served import children, flood, paced
from bench.centre.world import BASE, EVERY, HEAD, OBJECTS, SENSORS, STEPS, Sector, bodies, scenario
from bench.harness import Case, Variant, scratch
from comity.border.fusion.tracker import Tracker
from comity.border.live.keeping import Keeper
from comity.border.live.pace import brisk
from comity.border.live.tracks import shelf_of
from comity.border.sector.config import config_of
from comity.border.sector.queries import find
from comity.border.sensors import answers
from comity.border.sensors.hashing import HASHER

AIM = 50_000
AIM_MS = 250
LEAF = b"x" * 200
"""As long as what is hashed of such an observation."""


def cases():
    made = scenario()
    yield throughput(made)
    yield by_the_clock(made)
    yield latency(made)


def throughput(made) -> Case:
    requests = bodies(made, BASE)
    rows = sum(number for _, number in requests)
    return Case(
        f"{rows} observations of {OBJECTS} objects by {SENSORS} radars, {EVERY} ms from look to look",
        "observations/CPU s",
        [
            Variant("bare apsw insert, tuples ready, no index", lambda: bare_insert(requests)),
            Variant("bare hash, leaves ready", lambda: bare_hash(rows)),
            Variant("bare tracker, arrays ready", lambda: tracker(made, rows)),
            Variant("arrays in, alone", lambda: through(requests, rows, centre=False)),
            Variant("end to end, one thread", lambda: through(requests, rows, centre=True)),
        ],
        rounds=3,
    )


def by_the_clock(made) -> Case:
    requests = bodies(made, BASE)
    rows = sum(number for _, number in requests)
    found: dict[str, float] = {}

    def over_http() -> float:
        found["clock"], found["cpu"] = flood(made)
        return found["clock"]

    return Case(
        f"{rows} observations as fast as they are taken, until tracked and sealed, by the clock",
        "observations/s",
        [
            Variant("bare apsw insert, CPU s", lambda: bare_insert(requests)),
            Variant("in one process, sender and keeper", lambda: together(requests, rows), AIM, False),
            Variant("a node over HTTP, one connection", over_http, AIM, False),
            Variant("the same, a CPU second of the node", lambda: found["cpu"]),
        ],
        rounds=3,
        notes=[load()],
    )


def latency(made) -> Case:
    found: dict[str, list[float]] = {}

    def measured() -> float:
        found.update(asdict(paced(made)))
        return percentile(found["tracked"], 99)

    said = {"tracked": "frames and alerts durable", "told": "alerts on the record", "sealed": "sealed"}
    variants = [Variant(f"p99, {said['tracked']}", measured, AIM_MS, False)]
    for what, words in said.items():
        if what != "tracked":
            variants.append(Variant(f"p99, {words}", of(found, what, 99), AIM_MS, False))
        variants.append(Variant(f"p95, {words}", of(found, what, 95)))
        variants.append(Variant(f"median, {words}", of(found, what, 50)))
    return Case(
        f"{1000 // EVERY * OBJECTS} observations/s over HTTP, latency by the clock",
        "ms",
        variants,
        rounds=1,
        less_is_better=True,
        notes=[load()],
    )


def of(found: dict[str, list[float]], what: str, part: int):
    return lambda: percentile(found[what], part)


# --- the parts -----------------------------------------------------------------------------------------


def bare_insert(requests) -> float:
    with scratch() as folder:
        db = apsw.Connection(str(folder / "bare.sqlite"))
        for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute(TABLE)
        ids = count(1)
        parts = [
            [(next(ids), 1, 1, n, 0, 3, '{"x":1234.56,"y":1234.56,"sigma":10}') for n in range(rows)]
            for _, rows in requests
        ]
        start = time.process_time()
        for part in parts:
            with db:
                db.executemany(INSERT, part)
        taken = time.process_time() - start
        db.close()
    return sum(map(len, parts)) / taken


def bare_hash(rows: int) -> float:
    start = time.process_time()
    for _ in range(rows):
        hashlib.sha256(LEAF).digest()
    return rows / (time.process_time() - start)


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


# --- the whole -----------------------------------------------------------------------------------------


def through(requests, rows: int, *, centre: bool) -> float:
    with scratch() as folder:
        of = Sector(folder)
        running = of.centre() if centre else None
        get_ready()
        start = processor()
        with brisk():
            for data, _ in requests:
                of.send(data)
                if running is not None:
                    running.run_once(int(time.time() * 1000) + 51)
            if running is not None:
                answers.seal(of.node, HEAD)
        taken = processor() - start
        if running is not None:
            assert running.machine.last == of.store.count()
        of.close()
    return rows / taken


def get_ready() -> None:
    """Have the process that hashes run: in a node it is started once."""
    HASHER.start()
    while not HASHER.ready:
        time.sleep(0.01)


def processor() -> float:
    """Return processor seconds of this process, with those of the process that hashes beside it."""
    return time.process_time() + sum(map(used, children(os.getpid())))


def together(requests, rows: int) -> float:
    with scratch() as folder:
        of = Sector(folder)
        keeper, stop = Keeper(of.node), threading.Event()
        keeper.once()
        thread = threading.Thread(target=keeper.run, args=(stop,))
        get_ready()
        start = time.perf_counter()
        thread.start()
        for data, _ in requests:
            of.send(data)
        while tracked(of) < rows:
            time.sleep(0.005)
        answers.seal(of.node, HEAD)
        taken = time.perf_counter() - start
        stop.set()
        thread.join()
        of.close()
    return rows / taken


def tracked(of: Sector) -> int:
    query = "SELECT last FROM step WHERE NOT EXISTS (SELECT 1 FROM outbox)"
    found = shelf_of(of.node).store().read_one(query)
    return 0 if found is None or found[0] is None else int(found[0])


def percentile(times: list[float], part: int) -> float:
    return statistics.quantiles(times, n=100)[part - 1]


def load() -> str:
    return f"load of the machine before: {os.getloadavg()[0]:.1f} on {os.cpu_count()} cores"
