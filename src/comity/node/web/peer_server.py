"""Where other nodes connect: TLS 1.3 under the node's own key, the paths between nodes, and nothing else."""

from __future__ import annotations

import socket
import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final, Self

import uvicorn
from fastapi import FastAPI
from uvicorn.protocols.http.h11_impl import H11Protocol

from comity.node import tls
from comity.node.config import split_address
from comity.node.errors import ConfigError, PeersAddressError
from comity.node.web.door import PeerDoor
from comity.node.web.problems import install
from comity.node.web.public_routes import public_routes
from comity.node.web.routing import add_routes
from comity.record.roles import spki_pin

if TYPE_CHECKING:
    import asyncio
    from collections.abc import Iterator
    from types import TracebackType

    from comity.node.node import Node
    from comity.node.web.callers import Callers

BACKLOG: Final = 128
GRACE_SECONDS: Final = 5
MOST_CONNECTIONS: Final = 256
"""Connections held at once, of whomever; one more is answered 503."""
IDLE_SECONDS: Final = 15
HEAD_SECONDS: Final = 5
"""From the handshake to the end of the first request's headers; whoever takes longer is cut off."""
GOODBYE_SECONDS: Final = 1
"""From then to the end of the connection, whatever the other side says."""
HEAD_SIZE: Final = 16 * 1024  # octets of request line and headers
POLL: Final = 0.02


def build_peers(node: Node, callers: Callers) -> FastAPI:
    """Return what other nodes reach, as an ASGI application."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None)
    install(app)
    add_routes(app, public_routes(node))
    app.add_middleware(PeerDoor, callers=callers)
    return app


def check_keys(node: Node) -> None:
    """Check that the charter lists the keys that peers will ask for.

    Raises:
        PeersAddressError: it does not, so that no peer would take the line, or know who calls.
    """
    charter = node.own.trust.current
    if spki_pin(node.tls_key.public) not in {pin.spki for pin in charter.tls}:
        raise PeersAddressError(
            f"version {charter.version} of the own charter does not list this node's tls key"
        )
    if (node.http_key.name, node.http_key.public) not in {(line.name, line.key) for line in charter.http}:
        raise PeersAddressError(
            f"version {charter.version} of the own charter does not list this node's http key"
        )


class _Impatient(H11Protocol):
    """A connection that must ask for something soon, so that silent ones do not use up the places."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override] # as the library's
        """Begin, and look again a little later."""
        super().connection_made(transport)
        self.loop.call_later(HEAD_SECONDS, self._look)

    def _look(self) -> None:
        if getattr(self, "cycle", None) is None:  # no request has begun yet
            self.transport.close()
            # Whoever is silent does not answer the end of TLS either, and would keep the place until then.
            self.loop.call_later(GOODBYE_SECONDS, self.transport.abort)


class PeerServer:
    """Serves other nodes in a thread with a loop of its own, so that they cannot hold up the console.

    Args:
        node: the node; `listen_peers` of its settings says where.
        callers: knows the paired nodes.
    """

    def __init__(self, node: Node, callers: Callers) -> None:
        check_keys(node)
        host, port = split_address(node.config.listen_peers, "listen_peers")
        context = tls.server_context(node.tls_key)
        self._listening = listening(host, port, node.config.listen_peers)
        self._listener, bound = self._listening.__enter__()
        self.url = f"https://{host}:{bound}"
        config = uvicorn.Config(
            build_peers(node, callers),
            log_config=None,
            access_log=False,
            server_header=False,
            proxy_headers=False,
            lifespan="off",
            limit_concurrency=MOST_CONNECTIONS,
            timeout_keep_alive=IDLE_SECONDS,
            timeout_graceful_shutdown=GRACE_SECONDS,
            h11_max_incomplete_event_size=HEAD_SIZE,
            http=_Impatient,
            ws="none",
            ssl_context_factory=lambda _config, _default: context,
        )
        self._server = uvicorn.Server(config)
        self._thread = threading.Thread(
            target=self._server.run, kwargs={"sockets": [self._listener]}, name="peers", daemon=True
        )

    def __enter__(self) -> Self:
        """Begin to serve; return once requests are answered."""
        self._thread.start()
        while not self._server.started and self._thread.is_alive():
            time.sleep(POLL)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End, leaving requests under way a few seconds."""
        self._server.should_exit = True
        self._thread.join(GRACE_SECONDS + 1)
        self._listening.__exit__(kind, error, trace)


@contextmanager
def listening(host: str, port: int, shown: str) -> Iterator[tuple[socket.socket, int]]:
    """Bind an address; port 0 takes any free one. Give the socket and its port.

    Raises:
        ConfigError: it cannot be bound.
    """
    address = "127.0.0.1" if host.lower().rstrip(".").endswith("localhost") else host.strip("[]")
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with socket.socket(family) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind((address, port))
        except OSError as error:
            raise ConfigError(f"listen {shown}: {error.strerror}; stop whatever holds the port") from error
        listener.listen(BACKLOG)
        yield listener, listener.getsockname()[1]
