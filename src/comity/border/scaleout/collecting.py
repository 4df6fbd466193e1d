"""From the server into one picture: what all tiles told, its parts put together, in a fixed order."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from comity.border.scaleout.errors import ScaleMessageError
from comity.border.scaleout.journal import LOGGER
from comity.border.scaleout.line import stream
from comity.border.scaleout.outputs import PART, decode, heading
from comity.border.scaleout.reader import Reader

if TYPE_CHECKING:
    import asyncio
    from collections.abc import AsyncIterator

    from nats.js import JetStreamContext

    from comity.border.fusion.picture import TrackBatch
    from comity.border.scaleout.collector import Collector
    from comity.border.scaleout.outputs import Output
    from comity.border.scaleout.sector import Sector


class Joining:
    """Puts parts of outputs together, subject by subject.

    Args:
        sector: Whose tiles tell.

    Attributes:
        bad: Messages that were no part of an output.
    """

    def __init__(self, sector: Sector) -> None:
        self._sector = sector
        self._begun: dict[str, tuple[int, list[bytes]]] = {}
        self.bad = 0

    def add(self, subject: str, part: bytes) -> Output | None:
        """Take a part; return the output that it completes, if any."""
        try:
            found = self._joined(subject, part)
        except ScaleMessageError as error:
            self.bad += 1
            LOGGER.warning("what a tile tells is set aside", subject=subject, reason=str(error))
            return None
        return found

    def _joined(self, subject: str, part: bytes) -> Output | None:
        position, number, many = heading(part)
        before, pieces = self._begun.pop(subject, (position, []))
        if before != position or number != len(pieces):
            pieces = []
            if number:
                raise ScaleMessageError(f"part {number} of {many} without those before it")
        pieces.append(part[PART.size :])
        if len(pieces) < many:
            self._begun[subject] = (position, pieces)
            return None
        found = decode(b"".join(pieces), self._sector)
        if subject != self._sector.subject("tracks", found.tile) or found.position != position:
            raise ScaleMessageError(f"of tile {found.tile}, {found.position}, on {subject}")
        return found


async def collect(
    js: JetStreamContext, sector: Sector, collector: Collector, stop: asyncio.Event, idle: float | None = None
) -> AsyncIterator[TrackBatch]:
    """Yield the moments of a sector from the first that the server has, and those told again.

    Args:
        js: The server.
        sector: Whose tiles tell.
        collector: Merges them.
        stop: Ends it.
        idle: Seconds without a message after which it ends; None for never.
    """
    reader = Reader(js, stream(sector, "tracks"), f"tracks.{sector.party}.{sector.name}.*")
    await reader.begin(0)
    joining, quiet = Joining(sector), time.monotonic()
    while not stop.is_set():
        found = await reader.read()
        for _, subject, part in found:
            output = joining.add(subject, part)
            for batch in collector.take(output) if output is not None else ():
                yield batch
        if found:
            quiet = time.monotonic()
        elif idle is not None and time.monotonic() - quiet >= idle and not await reader.waiting():
            break
    await reader.close()
