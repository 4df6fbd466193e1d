"""Observations to the server: cut, sent in flocks, each message until it is stored."""

from __future__ import annotations

import asyncio
import hashlib
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.border.fusion.observations import Batch
from comity.border.scaleout.cutting import Cutter
from comity.border.scaleout.line import send

if TYPE_CHECKING:
    from collections.abc import Callable

    from nats.js import JetStreamContext

    from comity.border.fusion.observations import Detections
    from comity.border.fusion.reading import DetectionFile
    from comity.border.scaleout.cutting import Cut
    from comity.border.scaleout.sector import Sector

FLOCK: Final = 128
"""Messages on their way at the same time."""


def run_of(data: bytes, sector: Sector, span: int) -> int:
    """Return the run of a file: the same bytes, cut in the same way, are the same run."""
    said = hashlib.sha256(b"comity/run/v1\n" + sector.digest + span.to_bytes(8, "little") + data).digest()
    return int.from_bytes(said[:8], "little")


def placed(file: DetectionFile, sector: Sector) -> Detections:
    """Return the detections of a file in order, with the sector's numbers of sensors; -1 for unknown ones."""
    numbers = {one.name: n for n, one in enumerate(sector.config.sensors)}
    known = np.array([numbers.get(name, -1) for name in file.sensors], np.int64)
    found = file.detections
    found.sensor[:] = known[found.sensor]
    return found.take(found.order())


class Sending:
    """Sends cuts, several at a time, and counts.

    Args:
        js: The server.
    """

    def __init__(self, js: JetStreamContext) -> None:
        self._js = js
        self._flock: list[Cut] = []
        self.messages = self.known = self.size = 0

    async def add(self, cuts: list[Cut]) -> None:
        """Send cuts, once there are enough for a flock."""
        self._flock += cuts
        while len(self._flock) >= FLOCK:
            await self._fly(self._flock[:FLOCK])
            self._flock = self._flock[FLOCK:]

    async def finish(self) -> None:
        """Send what is left."""
        await self._fly(self._flock)
        self._flock = []

    async def _fly(self, cuts: list[Cut]) -> None:
        sent = (send(self._js, one.subject, one.payload, one.name) for one in cuts)
        for _, known in await asyncio.gather(*sent):
            self.known += known
        self.messages += len(cuts)
        self.size += sum(len(one.payload) for one in cuts)


async def publish(
    js: JetStreamContext,
    sector: Sector,
    rows: Detections,
    numbering: tuple[int, int],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> dict[str, Any]:
    """Send detections in their order; return what was sent and what was set aside.

    Args:
        js: The server.
        sector: Whose tiles they go to.
        rows: In the order of a tracker.
        numbering: Its run, and the milliseconds, by the detections' own times, for which they wait at most.
        progress: Told how many are done, and how many there are.

    Raises:
        ScaleServerError: the server refuses a message.
    """
    run, span = numbering
    cutter, sending = Cutter(sector, run, span), Sending(js)
    ends = np.flatnonzero(np.diff(rows.time // span)) + 1 if len(rows) else np.empty(0, int)
    start = 0
    for stop in [*ends.tolist(), len(rows)]:
        part = rows.take(slice(start, stop))
        await sending.add(cutter.add(Batch(part), int(part.time[0]) if len(part) else 0))
        start = stop
        progress(stop, len(rows))
    await sending.add(cutter.finish())
    await sending.finish()
    return {
        "run": f"{run:016x}",
        "observations": len(rows),
        "messages": sending.messages,
        "known_already": sending.known,
        "bytes": sending.size,
        "set_aside": dict(cutter.intake.counts),
    }
