"""What the commands run: publishing a file, working on tiles, collecting, until done or told to stop."""

from __future__ import annotations

import asyncio
import os
import signal
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.border.fusion.reading import read_detections
from comity.border.scaleout.client import NatsError
from comity.border.scaleout.collecting import collect
from comity.border.scaleout.collector import Collector
from comity.border.scaleout.errors import ScaleServerError
from comity.border.scaleout.keeping import Bucket, Files
from comity.border.scaleout.line import connected, prepare
from comity.border.scaleout.publishing import placed, publish, run_of
from comity.border.scaleout.told import Told
from comity.border.scaleout.working import Worker

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from nats.js import JetStreamContext

    from comity.border.fusion.picture import TrackBatch
    from comity.border.scaleout.sector import Sector
    from comity.border.scaleout.working import Manner

SECRET: Final = "COMITY_NATS_PASSWORD"  # noqa: S105 - the name of a variable of the environment
GRACE: Final = 10.0
"""Seconds for which workers may end by themselves after a signal."""


@dataclass(frozen=True, slots=True)
class Server:
    """Which server, who asks, and whose certificates are believed; the password is in the environment."""

    url: str
    user: str = ""
    authority: Path | None = None


@asynccontextmanager
async def _open(server: Server, sector: Sector) -> AsyncIterator[JetStreamContext]:
    try:
        secret = os.environ.get(SECRET, "")
        async with connected(server.url, server.user, secret, server.authority) as client:
            js = client.jetstream()
            await prepare(js, sector)
            yield js
    except NatsError as error:
        raise ScaleServerError(f"{server.url}: {error}") from error


def publish_file(
    sector: Sector, data: bytes, server: Server, span: int, progress: Callable[[int, int], None]
) -> dict[str, Any]:
    """Publish a file of detections; return what was sent, and what was set aside and why.

    Raises:
        ScaleServerError: the server cannot be reached, or refuses something.
        SeriesFileError: it is no file of detections.
    """
    file = read_detections(data)
    numbering = run_of(data, sector, span), span

    async def work() -> dict[str, Any]:
        async with _open(server, sector) as js:
            return await publish(js, sector, placed(file, sector), numbering, progress)

    found = asyncio.run(work())
    unreadable: dict[str, int] = {}
    for one in file.bad:
        unreadable[one.code] = unreadable.get(one.code, 0) + 1
    return found | {"set_aside": found["set_aside"] | unreadable}


def work_on(
    sector: Sector, tiles: list[int], server: Server, states: Path | None, manner: Manner
) -> dict[str, Any]:
    """Work on tiles until ended by a signal, or idle for long enough; return what each did.

    Raises:
        ScaleServerError: the server cannot be reached.
        ScaleFencedError: another worker took a tile.
        ScaleSnapshotError: a state does not fit.
    """

    async def work() -> list[dict[str, Any]]:
        stop = _signals()
        async with _open(server, sector) as js:
            keeping = Files(states, sector) if states is not None else await Bucket.of(js, sector)
            workers = [Worker(js, sector, number, keeping, manner) for number in tiles]
            return await _together([worker.run(stop) for worker in workers], stop)

    return {"sector": f"{sector.party}/{sector.name}", "tiles": asyncio.run(work())}


async def _together(runs: list[Any], stop: asyncio.Event) -> list[dict[str, Any]]:
    """Run all; where one fails, or they do not end after a signal, end the others."""
    tasks = [asyncio.ensure_future(one) for one in runs]

    async def ended() -> None:
        await stop.wait()
        await asyncio.sleep(GRACE)
        for one in tasks:
            one.cancel()

    guard = asyncio.ensure_future(ended())
    try:
        return list(await asyncio.gather(*tasks))
    except asyncio.CancelledError:
        raise ScaleServerError("the server did not answer before the end; nothing is lost") from None
    finally:
        guard.cancel()
        for one in tasks:
            one.cancel()


def collect_from(
    sector: Sector,
    server: Server,
    waiting: tuple[int | None, float | None],
    follow: Callable[[TrackBatch], None] | None = None,
) -> dict[str, Any]:
    """Collect until ended by a signal, or idle for long enough; return the whole picture.

    Args:
        sector: Whose tiles tell.
        server: Where.
        waiting: Milliseconds of the sensors' time for which a silent tile is waited for, and seconds without
            a message after which it ends; None for ever.
        follow: Told every moment; nothing is kept then, and the picture that is returned is empty.

    Raises:
        ScaleServerError: the server cannot be reached.
    """
    patience, idle = waiting

    async def work() -> dict[str, Any]:
        stop, told = _signals(), Told()
        collector = Collector(sector, patience)
        async with _open(server, sector) as js:
            async for batch in collect(js, sector, collector, stop, idle):
                (follow or told.add)(batch)
        return told.data(collector)

    return asyncio.run(work())


def _signals() -> asyncio.Event:
    """Return an event that Ctrl-C and the end of the service set."""
    stop, loop = asyncio.Event(), asyncio.get_running_loop()
    try:
        for one in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(one, stop.set)
    except (NotImplementedError, RuntimeError, ValueError):  # not the main thread, or not this system
        return stop
    return stop
