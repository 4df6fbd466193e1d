"""Two paired nodes that watch one sector, each with a radar of its own; what moves there is simulated.

Nothing here is an observation of anything real.
"""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np

from comity.border.live import tracks
from comity.border.live.centre import Centre
from comity.border.picture import sharing
from comity.border.picture.answers import now
from comity.border.picture.sending import Sender
from comity.border.sector.queries import find
from comity.border.sensors import answers as sensors
from tests.border.live.world import HEAD, START, Line, add, sector
from tests.compacts import put
from tests.node.two import sync
from tests.register.pair import pair

SIGMA = {"vn": 10.0, "la": 20.0}
STANDING = ("border.tracklets", "border.told", "border.sharing", "border.sector", "border.zone")


def ford():
    """Return a sector with a radar of each party."""
    made = sector("ford")
    one = made["sensors"][0]
    made["sensors"] = [
        {**one, "slug": f"radar-{party}", "party": party, "sigma": f"{sigma:g}", "clutter": "0.01"}
        for party, sigma in SIGMA.items()
    ]
    return made


@contextmanager
def centres(root):
    """Open vn and la, paired under a compact that lets tracklets travel, both with the same sector."""
    with pair(root, {}) as nodes:
        for node in nodes:
            put(node, ("vn", "party"), ("la", "party"), policies=STANDING)
            add(node, "sector", ford())
        exchange(*nodes)
        yield nodes
        for node in nodes:
            sensors.shelf_of(node).close()
            tracks.shelf_of(node).close()


def exchange(vn, la, times=2):
    for node, other in ((vn, la), (la, vn)) * times:
        sync(node, other)


def decide(node, way="tracklets", **more):
    other = "la" if node.config.party == "vn" else "vn"
    figures = {name: more[name] for name in ("blur", "grid", "delay", "every") if name in more}
    shown = sharing.prices(node, {"sector": "ford", "to": other, **figures})["sides"][0]["their_picture"]
    act = {
        "sector": "ford", "way": way, "office": "Sector desk", "shown": shown, "to": [other],
        "header": {**HEAD, "marking": "TLP:AMBER"}, **more,
    }  # fmt: skip
    return sharing.decide(node, act, START - 60_000)


class Watched:
    """A sector that both nodes watch: places of things by the second, seen by each with its own errors."""

    def __init__(self, nodes, seed=1):
        self.nodes = nodes
        self.random = np.random.default_rng(seed)
        self.lines = {node.config.party: Line(node, f"radar-{node.config.party}") for node in nodes}
        self.centres = [Centre(node, find(node, "ford", own=True), [Sender(node)]) for node in nodes]
        self.second = 0

    def pass_(self, seconds, places):
        """Let seconds pass; `places(second)` gives (n, 2) metres."""
        for party, line in self.lines.items():
            looks = []
            for n in range(self.second, self.second + seconds):
                found = places(n) + self.random.normal(0, SIGMA[party], places(n).shape)
                detections = [{"x": round(x, 2), "y": round(y, 2)} for x, y in found.tolist()]
                looks.append((START + 1000 * n, {"detections": detections}))
            line.send(f"radar-{party}", *looks)
        self.second += seconds
        for centre in self.centres:
            centre.run_once(now() + 100)

    @property
    def now(self):
        return START + 1000 * (self.second - 1)


def straight(n):
    """Two boats on straight ways."""
    return np.array([[500.0 + 4 * n, 800.0], [3_000.0, 1_000.0 + 3 * n]])
