"""Tracking over a NATS server: observations a second, against the bare publish of the same bytes.

The server (nats-server with JetStream, found on the path) stores in a folder of the disk that the repository
is on, as installed: it writes without synchronising each message. Each round has streams of its own. The
bare publish sends the same payloads, cut beforehand, as many at a time. The whole way is publish, a worker a
tile in this one process, and collect; the embedded tracker takes the same looks without a server. Figures are
observations a second of the wall clock, each counted once however many tiles get it.
"""

from __future__ import annotations

import asyncio
import shutil
import socket
import subprocess
import time
from itertools import count

from bench.harness import RESULTS, Case, Variant
from comity.border.fusion import scenarios
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker
from comity.border.scaleout.collecting import collect
from comity.border.scaleout.collector import Collector
from comity.border.scaleout.cutting import Cutter
from comity.border.scaleout.keeping import Files
from comity.border.scaleout.line import connected, prepare
from comity.border.scaleout.publishing import FLOCK, publish
from comity.border.scaleout.sector import Sector
from comity.border.scaleout.working import Manner, Worker

RECIPE = Recipe(2000, 2000, 40, width=40_000, height=20_000)
SEED = 1
ROUNDS = 3
RUNS = count(1)


class Nats:
    """A server of this bench."""

    def __init__(self):
        command = shutil.which("nats-server", path="/usr/sbin:/usr/bin:/usr/local/bin")
        if command is None:
            raise SystemExit("no nats-server: scripts/system-packages installs it")
        self.store = RESULTS / "jetstream"
        shutil.rmtree(self.store, ignore_errors=True)
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        self.url = f"nats://127.0.0.1:{port}"
        words = [command, "-a", "127.0.0.1", "-p", str(port), "-js", "-sd", str(self.store)]
        self.process = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def close(self):
        self.process.terminate()
        self.process.wait(10)
        shutil.rmtree(self.store, ignore_errors=True)


def sector(scenario, columns, rows):
    """A sector under a name that no round before had."""
    return Sector("vn", f"bench-{next(RUNS)}", scenario.config(), columns, rows, 1, 100.0)


def cut(of, scenario):
    """All messages, and the seconds of cutting."""
    cutter, found, begun = Cutter(of, 1), [], time.perf_counter()
    for n, batch in enumerate(scenario.batches()):
        found += cutter.add(batch, n * RECIPE.every)
    return found + cutter.finish(), time.perf_counter() - begun


def bare(server, scenario, tiles):
    """Send payloads that lie ready, FLOCK at a time."""

    async def story():
        of = sector(scenario, *tiles)
        cuts, _ = cut(of, scenario)
        async with connected(server.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            begun = time.perf_counter()
            for start in range(0, len(cuts), FLOCK):
                await asyncio.gather(
                    *(js.publish(one.subject, one.payload) for one in cuts[start : start + FLOCK])
                )
            return len(scenario.detections) / (time.perf_counter() - begun)

    return lambda: asyncio.run(story())


def published(server, scenario, tiles):
    """Check, cut and send."""

    async def story():
        of = sector(scenario, *tiles)
        async with connected(server.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            rows = scenario.detections.take(scenario.detections.order())
            begun = time.perf_counter()
            await publish(js, of, rows, (1, 50))
            return len(rows) / (time.perf_counter() - begun)

    return lambda: asyncio.run(story())


def whole(server, scenario, tiles, folder, notes):
    """Publish, work and collect, one after another: the time of all three, less what they wait to be idle."""

    async def story():
        of = sector(scenario, *tiles)
        stop, idle = asyncio.Event(), 0.4
        async with connected(server.url) as client:
            js = client.jetstream()
            await prepare(js, of)
            rows = scenario.detections.take(scenario.detections.order())
            begun = time.perf_counter()
            await publish(js, of, rows, (1, 50))
            sent = time.perf_counter()
            workers = [Worker(js, of, n, Files(folder, of), Manner()) for n in range(len(of.tiles))]
            await asyncio.gather(*(until_read(js, of, n, one) for n, one in enumerate(workers)))
            worked = time.perf_counter()
            last = int(scenario.times[-1])
            async for moment in collect(js, of, Collector(of), stop, idle):
                if moment.time == last:
                    stop.set()
            done = time.perf_counter()
        parts = (sent - begun, worked - sent, done - worked)
        notes[f"{of.columns} x {of.rows} tiles, seconds of publish, work, collect"] = parts
        return len(rows) / sum(parts)

    return lambda: asyncio.run(story())


async def until_read(js, of, number, worker):
    """Run a worker until it has read what there is, without waiting to be idle."""
    stop = asyncio.Event()
    newest = (await js.get_last_msg(f"obs-vn-{of.name}", of.subject("obs", number))).seq
    task = asyncio.ensure_future(worker.run(stop))
    while not task.done() and worker.tile.position < newest:  # noqa: ASYNC110 - it tells nobody how far it is
        await asyncio.sleep(0.002)
    stop.set()
    await task


def embedded(scenario):
    """One tracker, one look a push."""
    config, batches = scenario.config(), scenario.batches()

    def run():
        tracker, begun = Tracker(config), time.perf_counter()
        for batch in batches:
            tracker.push(batch)
        return len(scenario.detections) / (time.perf_counter() - begun)

    return run


class Notes(dict):
    """Figures of the last round, told once all have run."""

    def __iter__(self):
        for name, parts in list(self.items()):
            yield f"{name}: " + ", ".join(f"{one:.2f}" for one in parts)


def cases():
    """One tile, and four."""
    scenario = scenarios.make(RECIPE, SEED)
    server = Nats()
    folder = RESULTS / "jetstream-states"
    try:
        for tiles in ((1, 1), (2, 2)):
            notes = Notes()
            cuts, seconds = cut(sector(scenario, *tiles), scenario)
            size = sum(len(one.payload) for one in cuts)
            notes[f"messages {len(cuts)}, bytes {size}, seconds of cutting alone"] = (seconds,)
            title = (
                f"{len(scenario.detections)} observations, {tiles[0]} x {tiles[1]} tiles ({scenario.label})"
            )
            variants = [
                Variant("bare publish of the same bytes", bare(server, scenario, tiles)),
                Variant("publish: check, cut, send", published(server, scenario, tiles)),
                Variant("publish, work, collect", whole(server, scenario, tiles, folder, notes)),
                Variant("embedded tracker, no server", embedded(scenario)),
            ]
            yield Case(title, "obs/s", variants, rounds=ROUNDS, notes=notes)
    finally:
        server.close()
        shutil.rmtree(folder, ignore_errors=True)
