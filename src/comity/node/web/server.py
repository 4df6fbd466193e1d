"""One node, one process: opens the node, serves it, keeps the timer, ends cleanly."""

from __future__ import annotations

import gc
import os
import signal
import sys
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import uvicorn
from fastapi import FastAPI

from comity import __version__
from comity.node import lock
from comity.node.config import split_listen
from comity.node.control.routes_erasure import erasure_routes
from comity.node.control.routes_people import people_routes
from comity.node.control.routes_release import release_routes
from comity.node.control.routes_rounds import round_routes
from comity.node.epoch_routes import epoch_routes
from comity.node.folder import Folder
from comity.node.node import Node
from comity.node.system import NodeApp
from comity.node.web.api import api_routes
from comity.node.web.callers import Callers
from comity.node.web.door import Door
from comity.node.web.journal import configure
from comity.node.web.peer_server import PeerServer, listening
from comity.node.web.problems import install
from comity.node.web.public_routes import enter_route, public_routes
from comity.node.web.routing import add_routes
from comity.node.web.scheduler import Scheduler
from comity.node.web.session import Doorkeeper
from comity.node.web.tasks import Tasks

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable, Iterator, Sequence
    from pathlib import Path
    from types import FrameType

    from comity.node.system import System

    Mount = Callable[[FastAPI, Node, tuple[System, ...]], None]
    """The roof's part: adds the console and the systems' routes."""

GRACE_SECONDS: Final = 5
IDLE_SECONDS: Final = 30
"""A silent connection is kept longer here than `transport` uses it: none is closed under a request."""


@dataclass(slots=True)
class Running:
    """A node that is being served: on this machine at `url`, for other nodes at `peers_url` if anywhere."""

    node: Node
    keeper: Doorkeeper
    scheduler: Scheduler
    url: str
    peers_url: str | None = None
    callers: Callers = field(init=False)

    def __post_init__(self) -> None:
        """Begin to tell callers apart."""
        self.callers = Callers(self.node)

    def link(self) -> str:
        """Return a new one-time link to the console."""
        return f"{self.url}/enter/{self.keeper.mint_link()}"


def mount_systems(app: FastAPI, node: Node, systems: tuple[System, ...]) -> None:
    """Add the systems' routes, without a console."""
    node_app = NodeApp(node, systems)
    for system in systems:
        if system.routes is not None:
            add_routes(app, system.routes(node_app))


def build(running: Running, systems: Sequence[System], mount: Mount = mount_systems) -> FastAPI:
    """Return the node as an ASGI application."""
    app = FastAPI(
        title=f"Comity {running.node.origin}",
        version=__version__,
        openapi_url="/api/v1/openapi.json",
        docs_url=None,
        redoc_url=None,
    )
    install(app)
    add_routes(
        app,
        public_routes(running.node),
        enter_route(running.keeper),
        api_routes(running.node, running),
        release_routes(running.node),
        round_routes(running.node),
        erasure_routes(running.node),
        people_routes(running.node, running.link),
        epoch_routes(running.node, running),
    )
    mount(app, running.node, tuple(systems))
    alone = not running.node.config.listen_peers
    root = running.node.folder.root
    admits = [system.admits(root) for system in systems if system.admits is not None]
    app.add_middleware(Door, callers=running.callers, keeper=running.keeper, alone=alone, admits=admits)
    return app


class _Server(uvicorn.Server):
    """Says when it listens."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Start, then tell."""
        await super().startup(sockets)
        self._ready()


def serve(
    root: Path,
    systems: Sequence[System],
    *,
    mount: Mount = mount_systems,
    announce: Callable[[Running], None],
) -> None:
    """Run a node until it is told to end (SIGTERM, SIGINT).

    Args:
        root: the node's folder.
        systems: what the roof puts into it.
        mount: adds the console and the systems' routes.
        announce: called once the node listens.

    Raises:
        NodeLockedError: it runs already.
        ConfigError: it cannot listen where the settings say.
    """
    configure()
    folder = Folder.existing(root)
    with ExitStack() as stack:
        stack.enter_context(lock.hold(folder))
        node = stack.enter_context(Node.open(root, systems))
        host, port = split_listen(node.config.listen)
        listener, bound = stack.enter_context(listening(host, port, node.config.listen))
        keeper = Doorkeeper(node.origin)
        running = Running(node, keeper, Scheduler(node), f"http://{host}:{bound}")
        app = build(running, systems, mount)
        tasks = Tasks(node, systems)
        if node.config.listen_peers:
            peers = stack.enter_context(PeerServer(node, running.callers))
            running.peers_url = peers.url

        def ready() -> None:
            gc.freeze()  # what was loaded stays: later looks for cycles pass it over
            lock.RunFile(os.getpid(), running.url, keeper.token).write(folder)
            running.scheduler.refresh()
            tasks.start()
            announce(running)

        server = _Server(_uvicorn(app), ready)
        with _quiet_end():
            server.run(sockets=[listener])
        tasks.stop()
        running.scheduler.stop()
        if running.scheduler.busy or tasks.busy:
            # An exchange or a task hangs. Everything durable is on disk, and nothing else runs.
            folder.run.unlink(missing_ok=True)
            sys.stdout.flush()
            os._exit(0)


def _uvicorn(app: Any) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=GRACE_SECONDS,
        timeout_keep_alive=IDLE_SECONDS,
        h11_max_incomplete_event_size=64 * 1024,
        ws="none",
    )


@contextmanager
def _quiet_end() -> Iterator[None]:
    """Let signals end in a normal return: the server raises them again once it has stopped."""

    def stop(_signal: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt

    before = {number: signal.signal(number, stop) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    except KeyboardInterrupt:
        pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
