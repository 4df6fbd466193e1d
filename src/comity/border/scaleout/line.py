"""The line to a NATS server: its streams, and sending until a message is stored.

Nothing here decides a result. What is sent is sent again until the server says that it has it, under a name
by which it knows what comes twice.
"""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

from comity.border.scaleout.client import (
    APIError,
    NatsError,
    NotFoundError,
    StreamConfig,
    connect,
)
from comity.border.scaleout.errors import ScaleFencedError, ScaleServerError
from comity.border.scaleout.journal import LOGGER
from comity.border.scaleout.wire import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from nats.aio.client import Client
    from nats.js import JetStreamContext

    from comity.border.scaleout.client import RawStreamMsg
    from comity.border.scaleout.sector import Sector

PATIENCE: Final = 5.0
"""Seconds for which a server is looked for at the beginning."""
ANSWER: Final = 2.0
"""Seconds for which an answer is waited for."""
AGAIN: Final = 0.2
"""Seconds between two tries."""
KEPT: Final = 24 * 3600
"""Seconds for which the server keeps messages: a worker that is away for longer misses some."""
WINDOW: Final = 120
"""Seconds for which the server itself knows what came twice; workers know it for ever."""
WRONG_LAST: Final = 10071
"""The server's code for: not the last message that was expected."""


@asynccontextmanager
async def connected(url: str, user: str = "", secret: str = "") -> AsyncIterator[Client]:
    """Connect to a server; the connection comes back by itself when the server does.

    Raises:
        ScaleServerError: nothing answers there.
    """

    async def said(error: Exception) -> None:
        LOGGER.warning("the line to the server", reason=str(error) or type(error).__name__)

    given = {"user": user, "password": secret} if user else {}
    opening = connect(
        url, error_cb=said, max_reconnect_attempts=-1, reconnect_time_wait=AGAIN, connect_timeout=2, **given
    )
    try:
        client = await asyncio.wait_for(opening, PATIENCE)
    except (OSError, NatsError, TimeoutError, ValueError) as error:
        raise ScaleServerError(f"{url}: {error or 'no answer'}") from error
    try:
        yield client
    finally:
        await client.close()


def stream(sector: Sector, what: str) -> str:
    """Return the name of a stream of a sector: of `obs`, `tracks` or `aside`."""
    return f"{what}-{sector.party}-{sector.name}"


async def prepare(js: JetStreamContext, sector: Sector) -> None:
    """Make the streams of a sector where they are not there yet.

    Raises:
        ScaleServerError: the server has no JetStream, or a stream of another make.
    """
    for what in ("obs", "tracks", "aside"):
        config = StreamConfig(
            name=stream(sector, what),
            subjects=[f"{what}.{sector.party}.{sector.name}.*"],
            max_age=KEPT,
            duplicate_window=WINDOW,
            max_msg_size=LONGEST if what == "obs" else -1,
        )
        try:
            await js.add_stream(config)
        except (NatsError, TimeoutError) as error:
            raise ScaleServerError(f"stream {config.name}: {error}") from error


async def send(
    js: JetStreamContext, subject: str, payload: bytes, name: str, after: int | None = None
) -> tuple[int, bool]:
    """Send a message until the server has stored it; return its number, and whether it was there already.

    Args:
        js: The server.
        subject: Where to.
        payload: What.
        name: Under which the server knows it when it comes twice.
        after: Number of the message that must be the last of this subject.

    Raises:
        WrongLastError: another message is the last of this subject.
        ScaleServerError: the server refuses it.
    """
    headers = {"Nats-Msg-Id": name}
    if after is not None:
        headers["Nats-Expected-Last-Subject-Sequence"] = str(after)
    while True:
        try:
            found = await js.publish(subject, payload, timeout=ANSWER, headers=dict(headers))
        except APIError as error:
            if error.err_code == WRONG_LAST:
                raise WrongLastError(subject) from error
            if error.code is not None and error.code < 500:  # noqa: PLR2004 - it will never be taken
                raise ScaleServerError(f"{subject}: {error}") from error
        except (NatsError, TimeoutError) as error:
            LOGGER.warning("the server does not take it now", reason=str(error) or type(error).__name__)
        else:
            return found.seq, bool(found.duplicate)
        await asyncio.sleep(AGAIN)


class WrongLastError(ScaleFencedError):
    """Another message is the last of a subject."""

    code = "border-scale-wrong-last"
    advice = "It is another worker of the same tile: the messages are the same, and one worker is enough."


async def last(js: JetStreamContext, sector: Sector, what: str, tile: int) -> RawStreamMsg | None:
    """Return the last message of a tile, if there is one."""
    while True:
        try:
            return await js.get_last_msg(stream(sector, what), sector.subject(what, tile))
        except NotFoundError:
            return None
        except (NatsError, TimeoutError) as error:
            LOGGER.warning("the server does not say the last message", reason=str(error))
            await asyncio.sleep(AGAIN)
