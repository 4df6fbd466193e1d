"""A real NATS server on loopback, with a store that goes away with the tests; a sector and detections as files."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time

import pytest

from comity.border.fusion.model import CLASSES
from tests.border.scaleout.world import CROWD, scenario

NATS = shutil.which("nats-server", path=os.environ["PATH"] + ":/usr/sbin")


class Nats:
    """A server that can be killed, and comes back on the same port with the same store."""

    def __init__(self, folder, *more):
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"nats://127.0.0.1:{self.port}"
        self._command = [NATS, "-a", "127.0.0.1", "-p", str(self.port), "-js", "-sd", str(folder), *more]
        self.start()

    def start(self):
        self.process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        end = time.monotonic() + 20
        while True:
            with socket.socket() as line:
                if line.connect_ex(("127.0.0.1", self.port)) == 0:
                    return
            assert time.monotonic() < end, "the server does not come"
            time.sleep(0.02)

    def kill(self):
        self.process.kill()
        self.process.wait(10)


@pytest.fixture(scope="session")
def nats(tmp_path_factory):
    if NATS is None and not os.environ.get("CI"):
        pytest.skip("no nats-server: scripts/system-packages installs it")
    server = Nats(tmp_path_factory.mktemp("jetstream"))
    yield server
    server.kill()


@pytest.fixture(scope="session")
def files(tmp_path_factory):
    """Return a function that writes a sector's file under a name of its own, and the file of detections."""
    folder = tmp_path_factory.mktemp("sector")
    found = scenario(CROWD)
    rows = zip(found.detections.time.tolist(), found.detections.place.tolist(), strict=True)
    sensors, kinds = found.detections.sensor.tolist(), found.detections.kind.tolist()
    lines = ["time,x,y,sigma,sensor,class"]
    for (time_, (x, y)), sensor, kind in zip(rows, sensors, kinds, strict=True):
        lines.append(f"{time_},{x!r},{y!r},{CROWD.sigma},s{sensor},{CLASSES[kind]}")
    (folder / "seen.csv").write_text("\n".join(lines) + "\n")
    config = found.config()
    area = config.area
    text = [f"{name} = {getattr(area, name)!r}" for name in ("west", "south", "east", "north", "cell")]
    for one in config.sensors:
        text += ["[[sensors]]", f'name = "{one.name}"', f"clutter = {one.clutter!r}", f"most = {one.most}"]
    text += ["[rules]", f"density = {config.rules.density!r}"]

    def sector(name):
        path = folder / f"{name}.toml"
        head = f'party = "vn"\nsector = "{name}"\ntiles = [2, 2]\nhalo = 800\nmargin = 100\n[area]\n'
        path.write_text(head + "\n".join(text) + "\n")
        return path

    return sector, folder / "seen.csv"
