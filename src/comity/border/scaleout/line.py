"""The line to a NATS server: its streams, and sending until a message is stored.

Nothing here decides a result. What is sent is sent again until the server says that it has it, under a name
by which it knows what comes twice. To an address `tls://` nothing is said, least of all a password, before
the server has shown a certificate of an authority that is trusted.
"""

from __future__ import annotations

import asyncio
import ssl
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from comity.border.scaleout.client import APIError, Client, NatsError, NotFoundError, StreamConfig
from comity.border.scaleout.errors import ScaleFencedError, ScaleServerError
from comity.border.scaleout.journal import LOGGER
from comity.border.scaleout.wire import LONGEST

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

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


class UnencryptedError(NatsError):
    """A server of an address `tls://` does not encrypt."""


class Guarded(Client):
    """A client that says nothing in the clear where an address asks for TLS.

    The client of NATS encrypts when the server's first line, which is never encrypted, says that it must. Who
    stands in between could leave that out and read the password.
    """

    async def _process_info(self, info: dict[str, Any], initial_connection: bool = False) -> None:
        server = self._current_server
        if server is not None and server.uri.scheme == "tls" and not info.get("tls_required"):
            raise UnencryptedError(
                "the server does not encrypt, and the address asks for it: nothing was told to it"
            )
        await super()._process_info(info, initial_connection)


@asynccontextmanager
async def connected(
    url: str, user: str = "", secret: str = "", authority: Path | None = None
) -> AsyncIterator[Client]:
    """Connect to a server; the connection comes back by itself when the server does.

    Args:
        url: `nats://host:port`, or `tls://host:port`.
        user: Who asks.
        secret: The password.
        authority: PEM of the authority whose certificate the server of a `tls://` address must have; those
            that the system trusts without.

    Raises:
        ScaleServerError: nothing answers there, or what answers is not believed, or does not let in.
    """
    client = Guarded()
    refused: asyncio.Future[Exception] = asyncio.get_running_loop().create_future()

    async def said(error: Exception) -> None:
        LOGGER.warning("the line to the server", reason=str(error) or type(error).__name__)
        if _final(error) and not refused.done():
            refused.set_result(error)

    given: dict[str, Any] = {"user": user, "password": secret} if user else {}
    given["reconnect_time_wait"] = AGAIN
    if url.startswith("tls://"):
        given["tls"] = _trusting(authority)
    opening = asyncio.ensure_future(
        client.connect(url, error_cb=said, max_reconnect_attempts=-1, connect_timeout=2, **given)
    )
    try:
        await _opened(opening, refused, url)
        yield client
    finally:
        opening.cancel()
        with suppress(NatsError, OSError):
            await client.close()


async def _opened(opening: asyncio.Future[None], refused: asyncio.Future[Exception], url: str) -> None:
    """Wait until a connection is there, or will not be.

    Raises:
        ScaleServerError: it will not.
    """
    either: set[asyncio.Future[Any]] = {opening, refused}
    await asyncio.wait(either, timeout=PATIENCE, return_when=asyncio.FIRST_COMPLETED)
    if not opening.done():
        raise ScaleServerError(f"{url}: {refused.result() if refused.done() else 'no answer'}")
    try:
        opening.result()
    except (OSError, NatsError, ValueError) as error:
        raise ScaleServerError(f"{url}: {error or 'no answer'}") from error


def _trusting(authority: Path | None) -> ssl.SSLContext:
    """Return what a server is held against: TLS 1.2 or later, its name, and who signed its certificate."""
    try:
        return ssl.create_default_context(cafile=authority)
    except (OSError, ssl.SSLError) as error:
        raise ScaleServerError(f"{authority}: no certificates in PEM can be read there ({error})") from error


def _final(error: Exception) -> bool:
    """Return whether asking again would not help: who answers is not believed, or does not let in."""
    return (
        isinstance(error, (ssl.SSLError, UnencryptedError)) or "authorization violation" in str(error).lower()
    )


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
