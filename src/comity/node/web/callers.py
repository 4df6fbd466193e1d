"""Who calls: the signature of a request, checked against the pinned charters, and the caller's share.

One object serves both doors of a process, so that nonces and shares are counted together.
"""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

from comity.node import http_signatures
from comity.node.http_errors import SignatureRefusedError, SignerUnknownError
from comity.node.http_signatures import Request
from comity.node.limits import Limits
from comity.node.nonces import Nonces

if TYPE_CHECKING:
    from collections.abc import Iterator

    from starlette.types import Message, Receive, Scope

    from comity.node.http_signatures import Signed
    from comity.node.node import Node

PEER_PATHS: Final = ("/log/", "/mirrors/", "/outbox/", "/witness/")
"""What nodes ask of each other."""


class Callers:
    """Tells the callers of a node apart.

    Args:
        node: the node.
    """

    def __init__(self, node: Node) -> None:
        self._node = node
        self._limits = Limits(node.config.limits)
        self._nonces = Nonces(int(time.time()))

    def identify(self, scope: Scope) -> tuple[str, Signed]:
        """Return the origin of the paired node that signed a request, with the signature.

        Raises:
            SignatureRefusedError: it is not signed, or not by a paired node, or not now, or not for this one.
            TooManyRequestsError: too many such requests came.
        """
        request = request_of(scope)
        now = int(time.time())
        try:
            signed = http_signatures.read(request, to=self._node.origin, now=now)
            origin, key = self._signer(signed.keyid)
            signed.verify(key)
        except SignatureRefusedError:
            self._limits.refuse_unknown(time.monotonic())
            raise
        return origin, signed

    @contextmanager
    def admit(self, origin: str, signed: Signed) -> Iterator[None]:
        """Let one request of a peer in, once, for the life of the block.

        Raises:
            TooManyRequestsError: the peer has used up its share.
            SignatureReplayedError: the request was let in before.
        """
        wall = time.time()
        with self._limits.admit(origin, time.monotonic(), wall):
            self._nonces.use(signed, int(wall))
            yield

    def charge(self, origin: str, octets: int) -> None:
        """Count octets that a peer sent or was sent."""
        self._limits.charge(origin, octets, time.time())

    def _signer(self, keyid: str) -> tuple[str, bytes]:
        for link in self._node.peers.exchanging():
            for line in link.charter.http:
                if line.name == keyid:
                    return link.origin, line.key
        raise SignerUnknownError(f"no pinned charter lists the key {keyid[:100]!a}")


def request_of(scope: Scope) -> Request:
    """Return what of a request can be signed."""
    headers = [(name.decode("latin-1").lower(), value.decode("latin-1")) for name, value in scope["headers"]]
    raw = scope.get("raw_path") or scope["path"].encode()
    return Request(
        method=scope["method"],
        scheme=scope["scheme"],
        authority=next((value for name, value in headers if name == "host"), ""),
        path=raw.decode("latin-1").partition("?")[0],
        query=scope["query_string"].decode("latin-1"),
        headers=headers,
    )


async def whole_body(receive: Receive) -> tuple[bytes, Receive]:
    """Read a whole body, of a size that `receive` limits; return it, and what gives it once more."""
    parts: list[bytes] = []
    while True:
        message = await receive()
        if message["type"] != "http.request":
            return b"".join(parts), receive
        parts.append(message.get("body", b""))
        if not message.get("more_body"):
            break
    body = b"".join(parts)
    given = False

    async def again() -> Message:
        nonlocal given
        if given:
            return await receive()
        given = True
        return {"type": "http.request", "body": body, "more_body": False}

    return body, again
