"""The client of NATS, which is an optional part: what of it is used, or an error that says how to get it."""

from __future__ import annotations

from comity.border.scaleout.errors import ScalePartError

try:
    from nats.aio.client import Client
    from nats.errors import Error as NatsError
    from nats.js.api import AckPolicy, ConsumerConfig, DeliverPolicy, RawStreamMsg, StreamConfig
    from nats.js.errors import APIError, NotFoundError
except ModuleNotFoundError as error:
    raise ScalePartError("the client of NATS is not installed") from error

__all__ = [
    "APIError",
    "AckPolicy",
    "Client",
    "ConsumerConfig",
    "DeliverPolicy",
    "NatsError",
    "NotFoundError",
    "RawStreamMsg",
    "StreamConfig",
]
