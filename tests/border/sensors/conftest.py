"""A node that is served over a real socket, once for the tests of this folder."""

from __future__ import annotations

import threading
import time

import httpx
import pytest
import uvicorn

from comity.app import mount
from comity.border import SYSTEM
from comity.border.sensors import answers
from comity.border.sensors.keys import Keys
from comity.node import lock
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.node import Node
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper


class Quiet(uvicorn.Server):
    def install_signal_handlers(self):
        """The test's own process keeps its handlers."""


class Served:
    def __init__(self, node, url, keeper):
        self.node, self.url, self.keeper = node, url, keeper
        self.root = f"{url}/sta/v1.1"
        self.keys = Keys(node.folder.root)

    def ask(self, method, path="", secret="", **more):
        headers = {"authorization": f"Bearer {secret}"} if secret else {}
        return httpx.request(
            method, f"{self.root}{path}", headers={**headers, **more.pop("headers", {})}, **more
        )


@pytest.fixture(scope="session")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("served") / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with lock.hold(Folder(root)), Node.open(root, (SYSTEM,)) as node:
        keeper = Doorkeeper(node.origin)
        running = Running(node, keeper, Scheduler(node), "http://127.0.0.1")
        config = uvicorn.Config(build(running, (SYSTEM,), mount), port=0, log_config=None, ws="none")
        server = Quiet(config)
        thread = threading.Thread(target=server.run)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        port = server.servers[0].sockets[0].getsockname()[1]
        lock.RunFile(0, f"http://127.0.0.1:{port}", keeper.token).write(Folder(root))
        yield Served(node, f"http://127.0.0.1:{port}", keeper)
        server.should_exit = True
        thread.join()
        answers.shelf_of(node).close()
