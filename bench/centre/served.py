"""A node of its own with the feature `border-centre`, asked over HTTP, and watched from outside.

What is durable is read from the files of the node by this process, every few milliseconds: how far tracks and
alerts have come, and how far batches are sealed. Processor time is the node's, with its hashing process.
"""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import orjson

from bench.border_sensors import Wire, used
from bench.centre.world import BASE, EVERY, STEPS, Sector, bodies
from bench.harness import scratch
from comity.border.sensors.keys import Keys
from comity.node.folder import Folder
from comity.node.lock import running
from comity.record.schema import connect_reader

SEAL = 0.1
"""Seconds between two batches, so that the time until something is sealed is not that of a batch."""
RUN = f"""
import sys
from comity.border.live import keeping
from comity.border.sensors.hashing import HASHER
from comity.cli import main
keeping.SEAL = {SEAL}
HASHER.start()
main()
"""
LOOK = 0.003
PATIENCE = 120
TRACKED = "SELECT last FROM step"
WAITING = "SELECT id FROM outbox"
SEALED = "SELECT max(last) FROM batch WHERE sealed > 0"
CREATE = "/sta/v1.1/CreateObservations"


@dataclass
class Watched:
    """Milliseconds from the sending of each request until something is durable.

    Attributes:
        tracked: Its frames are kept, and the alerts that it gave cause to wait for the record.
        told: These alerts are on the record, and in the views.
        sealed: Its batch is on the record.
    """

    tracked: list[float] = field(default_factory=list)
    told: list[float] = field(default_factory=list)
    sealed: list[float] = field(default_factory=list)


class Progress:
    """How far a node has come, read from its files."""

    def __init__(self, root: Path) -> None:
        self._tracks = connect_reader(root / "border" / "tracks.sqlite")
        self._sensors = connect_reader(root / "sensors" / "observations.sqlite")

    def tracked(self) -> tuple[int, set[str]]:
        """Return the last observation that was tracked, and which steps of alerts wait for the record."""
        with self._tracks as db:  # one state of the file
            waiting = {name for (name,) in db.execute(WAITING)}
            return _number(db.execute(TRACKED).fetchone()), waiting

    def sealed(self) -> int:
        return _number(self._sensors.execute(SEALED).fetchone())

    def close(self) -> None:
        self._tracks.close()
        self._sensors.close()


class Served:
    """A node process on loopback."""

    def __init__(self, folder: Path) -> None:
        of = Sector(folder, listen="127.0.0.1:0", sync_seconds=0)
        root = of.node.folder.root
        of.close()
        config = root / "comity.toml"
        config.write_text(f'features = ["border-centre"]\n{config.read_text()}')
        self._secret = Keys(root).give("gateway", "write")
        command = [sys.executable, "-c", RUN, "node", "run", str(root), "--json"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        self._process.stdout.readline()
        self._url = running(Folder.existing(root)).url.removeprefix("http://")
        self.progress = wait_for(lambda: opened(root))

    def wire(self) -> Wire:
        return Wire(self._url, self._secret)

    def used(self) -> float:
        return sum(map(used, [self._process.pid, *children(self._process.pid)]))

    def close(self) -> None:
        self.progress.close()
        self._process.terminate()
        self._process.wait()


@contextmanager
def served():
    with scratch() as folder:
        node = Served(folder)
        try:
            warm_up(node)
            yield node
        finally:
            node.close()


def warm_up(node: Served) -> None:
    """Send a first observation, so that what is loaded once is loaded."""
    first = [["2026-01-01T00:00:00Z", {"x": 1.0, "y": 1.0, "sigma": 10}]]
    group = {"Datastream": {"@iot.id": 1}, "components": ["phenomenonTime", "result"], "dataArray": first}
    wire = node.wire()
    wire.all([orjson.dumps([group])])
    wire.close()
    wait_for(lambda: done(node.progress, 1))


def done(progress: Progress, last: int) -> bool:
    """Return whether everything to an observation is tracked, told and sealed."""
    tracked, waiting = progress.tracked()
    return min(tracked, progress.sealed()) >= last and not waiting


def flood(made) -> tuple[float, float]:
    """Send everything as fast as it is taken; return observations/s by the clock and per CPU second."""
    requests = bodies(made, BASE)
    rows = sum(number for _, number in requests)
    with served() as node:
        wire = node.wire()
        before, start = node.used(), time.perf_counter()
        sender = threading.Thread(target=wire.all, args=([data for data, _ in requests],))
        sender.start()
        wait_for(lambda: done(node.progress, rows + 1))
        took, cpu = time.perf_counter() - start, node.used() - before
        sender.join()
        wire.close()
    return rows / took, rows / cpu


def paced(made) -> Watched:
    """Send a request every 50 ms, and note how long each takes."""
    found, begun, lasts, stop = Watched(), [], [], threading.Event()
    with served() as node:
        base = int(time.time() * 1000) + 3_000
        requests, wire, total = bodies(made, base), node.wire(), 1
        watcher = threading.Thread(target=watch, args=(node.progress, found, begun, lasts, stop))
        watcher.start()
        for step, (data, rows) in enumerate(requests):
            time.sleep(max(0.0, (base + step * EVERY) / 1000 - time.time()))
            total += rows
            begun.append(time.perf_counter())
            lasts.append(total)
            wire.all([data])
        end = time.perf_counter() + PATIENCE
        while min(len(found.sealed), len(found.told)) < STEPS and time.perf_counter() < end:
            time.sleep(0.01)
        stop.set()
        watcher.join()
        wire.close()
    return found


def watch(progress: Progress, found: Watched, begun: list[float], lasts: list[int], stop) -> None:
    """Note when each request is done; its alerts are those that wait when its frames are first seen."""
    owed: list[set[str]] = []
    while not stop.wait(LOOK):
        reached, waiting = progress.tracked()
        owed += [waiting] * (_noted(found.tracked, begun, lasts, reached) - len(owed))
        while len(found.told) < len(owed) and not owed[len(found.told)] & waiting:
            found.told.append((time.perf_counter() - begun[len(found.told)]) * 1000)
        _noted(found.sealed, begun, lasts, progress.sealed())


def _noted(times: list[float], begun: list[float], lasts: list[int], reached: int) -> int:
    now = time.perf_counter()
    while len(times) < len(lasts) and lasts[len(times)] <= reached:
        times.append((now - begun[len(times)]) * 1000)
    return len(times)


def opened(root: Path) -> Progress | None:
    files = (root / "border" / "tracks.sqlite", root / "sensors" / "observations.sqlite")
    return Progress(root) if all(map(Path.exists, files)) else None


def wait_for(what):
    end = time.perf_counter() + PATIENCE
    while not (found := what()):
        if time.perf_counter() > end:
            raise RuntimeError("the node does not keep up")
        time.sleep(LOOK)
    return found


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(word) for one in listed for word in one.read_text().split()]


def _number(row) -> int:
    return 0 if row is None or row[0] is None else int(row[0])
