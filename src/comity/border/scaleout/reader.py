"""Reading a stream of the server in its order, each message once, none left out."""

from __future__ import annotations

import asyncio
import secrets
import time
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

from comity.border.scaleout.client import (
    AckPolicy,
    ConsumerConfig,
    DeliverPolicy,
    NatsError,
    NotFoundError,
)
from comity.border.scaleout.errors import ScaleFencedError
from comity.border.scaleout.journal import LOGGER
from comity.border.scaleout.line import AGAIN

if TYPE_CHECKING:
    from nats.aio.msg import Msg
    from nats.js import JetStreamContext

GATHERED: Final = 64
"""Messages that are asked for at once."""
IDLE: Final = 0.3
"""Seconds for which the server waits for a message."""
CHECK: Final = 1.0
"""Seconds without a message after which the server is asked whether it still knows the reader."""


class Reader:
    """Reads a stream in its order, each message once, none left out.

    Deliveries are numbered by the server: where a number is missing, or the line broke, reading begins again
    after the last message that was read. A name makes it durable, and the server then says how far it is.

    Args:
        js: The server.
        name: Of the stream.
        subject: Which of its messages.
        durable: What the durable name begins with, or none. Whoever begins last reads alone: the others of
            this beginning are ended.
    """

    def __init__(self, js: JetStreamContext, name: str, subject: str, *, durable: str | None = None) -> None:
        self._js, self._stream, self._subject = js, name, subject
        self._durable, self._holder = durable, secrets.token_hex(8)
        self._subscription: JetStreamContext.PullSubscription | None = None
        self._delivered, self._checked = 0, time.monotonic()
        self._unacknowledged: Msg | None = None
        self.position = 0

    async def begin(self, position: int) -> None:
        """Read from after a position on; end whoever read under this beginning before."""
        self.position = position
        for other in await self._others():
            with suppress(NotFoundError):
                await self._js.delete_consumer(self._stream, other)
        await self._open()

    async def read(self) -> list[tuple[int, str, bytes]]:
        """Return position, subject and bytes of the next messages; none where there is none now.

        Raises:
            ScaleFencedError: another one reads in its place.
        """
        try:
            if self._subscription is None:
                await self._open()
            assert self._subscription is not None  # it was opened
            messages = await self._subscription.fetch(GATHERED, timeout=IDLE)
        except TimeoutError:  # nothing there, or nobody
            await self._check()
            return []
        except NatsError as error:
            LOGGER.warning("reading begins again", stream=self._stream, reason=str(error))
            self._subscription = None
            await asyncio.sleep(AGAIN)
            return []
        return self._in_order(messages)

    async def acknowledge(self) -> None:
        """Tell the server that everything read until now is done with."""
        if self._unacknowledged is not None and self._durable:
            try:
                await self._unacknowledged.ack()
            except NatsError as error:  # it is asked for again, and known
                LOGGER.warning("not acknowledged", reason=str(error))
        self._unacknowledged = None

    async def waiting(self) -> int:
        """Return how many messages are there, or on their way, that were not read."""
        if self._subscription is None:
            return 1
        try:
            found = await self._subscription.consumer_info()
        except (NatsError, TimeoutError):
            return 1
        delivered = found.delivered.consumer_seq if found.delivered is not None else 0
        return int(found.num_pending or 0) + max(delivered - self._delivered, 0)

    async def close(self) -> None:
        """Stop reading; what is durable stays."""
        if self._subscription is not None:
            await self._subscription.unsubscribe()

    def _in_order(self, messages: list[Msg]) -> list[tuple[int, str, bytes]]:
        found = []
        for message in messages:
            sequence = message.metadata.sequence
            assert sequence is not None  # it comes from a stream
            if sequence.consumer != self._delivered + 1:
                if sequence.stream > self.position:  # one is missing before it
                    self._subscription = None
                    break
                continue
            self._delivered += 1
            if sequence.stream > self.position:
                self.position = sequence.stream
                self._unacknowledged = message
                found.append((sequence.stream, message.subject, message.data))
        return found

    async def _check(self) -> None:
        """See, now and then while nothing comes, whether the server still knows this reader."""
        if self._subscription is None or time.monotonic() - self._checked < CHECK:
            return
        self._checked = time.monotonic()
        try:
            await self._subscription.consumer_info()
        except NotFoundError:
            self._subscription = None
        except (NatsError, TimeoutError) as error:
            LOGGER.warning("the server does not say where reading is", reason=str(error))

    async def _others(self) -> list[str]:
        """Return who else reads under the same beginning of a name."""
        if self._durable is None:
            return []
        names = [one.name for one in await self._js.consumers_info(self._stream)]
        own = f"{self._durable}-"
        return [name for name in names if name.startswith(own) and name != own + self._holder]

    async def _open(self) -> None:
        """Ask for everything after the position, anew.

        Raises:
            ScaleFencedError: another one reads in its place.
        """
        given: dict[str, Any] = {
            "deliver_policy": DeliverPolicy.BY_START_SEQUENCE,
            "opt_start_seq": self.position + 1,
            "filter_subject": self._subject,
        }
        if self._durable is None:
            given |= {"ack_policy": AckPolicy.NONE, "inactive_threshold": 300.0}
        else:
            others = await self._others()
            if others:
                raise ScaleFencedError(f"{', '.join(others)} reads {self._subject}")
            name = f"{self._durable}-{self._holder}"
            given |= {"ack_policy": AckPolicy.ALL, "durable_name": name, "ack_wait": 300.0}
            given |= {"max_ack_pending": 100_000}
            with suppress(NotFoundError):
                await self._js.delete_consumer(self._stream, name)
        made = await self._js.add_consumer(self._stream, ConsumerConfig(**given))
        self._subscription = await self._js.pull_subscribe_bind(made.name, self._stream)
        self._delivered, self._unacknowledged = 0, None
