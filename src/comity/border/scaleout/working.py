"""A worker: one tile's messages from the server through its tracker, and what it tells back to the server.

What is told is stored before its message is acknowledged, and states are kept now and then. After a crash,
the worker goes on from the state kept last and tells the same again, under the same names: what the server
has already is not told twice, and what is told twice must be the same bytes.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.scaleout import states
from comity.border.scaleout.errors import ScaleMessageError, ScaleSnapshotError
from comity.border.scaleout.journal import LOGGER
from comity.border.scaleout.line import WrongLastError, last, send, stream
from comity.border.scaleout.order import PATIENCE
from comity.border.scaleout.outputs import PART, encode, heading, parts
from comity.border.scaleout.reader import Reader
from comity.border.scaleout.tile import TileTracker

if TYPE_CHECKING:
    import asyncio

    from nats.js import JetStreamContext

    from comity.border.scaleout.keeping import Keeping
    from comity.border.scaleout.outputs import Output
    from comity.border.scaleout.sector import Sector

BEGINNING: Final = -1


@dataclass(frozen=True, slots=True)
class Manner:
    """How a worker works.

    Attributes:
        every: Messages after which the state is kept.
        patience: Milliseconds of the sensors' time for which what is missing is waited for.
        idle: Seconds without a message after which it ends; None for never.
    """

    every: int = 256
    patience: int = PATIENCE
    idle: float | None = None


class Worker:
    """Works on one tile.

    Args:
        js: The server.
        sector: Whose tile it is.
        number: Of the tile.
        keeping: Where its state is kept.
        manner: How it works.
    """

    def __init__(
        self, js: JetStreamContext, sector: Sector, number: int, keeping: Keeping, manner: Manner
    ) -> None:
        self._js, self._sector, self._number = js, sector, number
        self._keeping, self._manner = keeping, manner
        self._subject = sector.subject("tracks", number)
        self._reader = Reader(
            js,
            stream(sector, "obs"),
            sector.subject("obs", number),
            durable=f"tile-{number}",
        )
        self._last: tuple[int, int] = (BEGINNING, 0)
        self._stored, self._said = 0, b""
        self._kept = self._aside = 0
        self.tile = TileTracker(sector, number, manner.patience)
        self.messages = self.outputs = self.known = 0

    async def run(self, stop: asyncio.Event) -> dict[str, Any]:
        """Work until told to stop, or idle for long enough; return what was done.

        Raises:
            ScaleSnapshotError: the state does not fit what the server has.
            ScaleFencedError: another worker took the tile.
        """
        await self._begin()
        quiet = time.monotonic()
        while not stop.is_set():
            found = await self._reader.read()
            for position, _, payload in found:
                await self._take(position, payload)
            if found:
                quiet = time.monotonic()
                await self._reader.acknowledge()
                if self.tile.position - self._kept >= self._manner.every:
                    await self._keep()
            elif await self._done(time.monotonic() - quiet):
                break
        await self._keep()
        await self._reader.close()
        return self.told()

    def told(self) -> dict[str, Any]:
        """Return what was done until now."""
        return {
            "tile": self._number,
            "position": self.tile.position,
            "messages": self.messages,
            "outputs": self.outputs,
            "known_already": self.known,
            "tracks": len(self.tile.tracker.every()),
            "counts": self.tile.counts(),
            "set_aside": dict(self.tile.reasons()),
        }

    async def _begin(self) -> None:
        kept = await self._keeping.load(self._number)
        if kept is not None:
            self.tile = states.load(self._sector, self._number, kept, self._manner.patience)
        self._kept = self.tile.position
        known = (await self._js.stream_info(stream(self._sector, "obs"))).state.last_seq
        if known < self.tile.position:
            raise ScaleSnapshotError(f"of message {self.tile.position}; the server has {known}")
        await self._look()
        aside = await last(self._js, self._sector, "aside", self._number)
        if aside is not None and aside.data is not None:
            self._aside = int(aside.data.partition(b" ")[0])
        await self._reader.begin(self.tile.position)

    async def _look(self) -> None:
        """Learn what of this tile was told last."""
        found = await last(self._js, self._sector, "tracks", self._number)
        if found is not None and found.data is not None and found.seq is not None:
            position, part, _ = heading(found.data)
            self._last, self._stored, self._said = (position, part), found.seq, found.data

    async def _done(self, quiet: float) -> bool:
        """Return whether it was idle for long enough, and nothing waits."""
        idle = self._manner.idle
        return idle is not None and quiet >= idle and not await self._reader.waiting()

    async def _take(self, position: int, payload: bytes) -> None:
        self.messages += 1
        try:
            output = self.tile.take(position, payload)
        except ScaleMessageError as error:
            if position <= self._aside:
                return
            LOGGER.warning("a message is set aside", tile=self._number, position=position, reason=str(error))
            subject = self._sector.subject("aside", self._number)
            reason = f"{position} {error}".encode()[:1000] + b"\n"
            await send(self._js, subject, reason + payload, f"aside.{self._number}.{position}")
            return
        if output is not None:
            await self._tell(output)

    async def _tell(self, output: Output) -> None:
        for number, piece in enumerate(parts(output.position, encode(output, self._sector))):
            at = (output.position, number)
            if at <= self._last:
                self._compare(at, piece)
                self.known += 1
                continue
            try:
                name = f"{self._subject}.{output.position}.{number}"
                self._stored, _ = await send(self._js, self._subject, piece, name, self._stored)
            except WrongLastError:
                await self._look()
                if at > self._last:
                    raise
                self._compare(at, piece)
                self.known += 1
                continue
            self._last, self._said = at, piece
            self.outputs += 1

    def _compare(self, at: tuple[int, int], piece: bytes) -> None:
        """Hold what is told again against what was told.

        Raises:
            ScaleSnapshotError: it differs: another version of the software, or another configuration.
        """
        if at == self._last and piece[PART.size :] != self._said[PART.size :]:
            raise ScaleSnapshotError(f"tile {self._number} told something else at {at[0]} before")

    async def _keep(self) -> None:
        if self.tile.position != self._kept:
            await self._keeping.save(self._number, states.save(self.tile))
            self._kept = self.tile.position
