"""Pulling: `Mirror.sync` over loopback HTTP, verified and durable, beside two bare limits for the same bytes.

The log is served by a process of its own. A run pulls the whole of it into an empty mirror and checks that it
is `consistent`. The bare insert writes the same rows in batches of the same size with the same durability and
checks nothing; the bare transfer sends the same bytes through a loopback socket; the plain fetch makes the
HTTP requests of a pull, from as many threads, and drops the answers.
"""

from __future__ import annotations

import multiprocessing
import socket
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from bench.harness import Case, Variant, per_second, scratch
from bench.record_append import LEAF, bare, random_leaves
from comity.node.transport import Line
from comity.record.log import Log
from comity.record.mirror import Mirror
from comity.record.note import Signer
from comity.record.pull import BATCH_LEAVES, IN_FLIGHT
from comity.record.store_errors import StoreError
from comity.record.tiles import FULL_WIDTH, entries_path, parse_path

LEAVES = 131_072
AIM = 40_000
SIGNER = Signer("bench/log", bytes(32))


def cases():
    leaves = random_leaves(LEAVES)
    peer = ServedLog(leaves)
    about = f"{LEAVES} leaves of {LEAF} bytes over loopback HTTP"
    yield Case(
        f"mirror pull, {about}, verified, durable, batches of {BATCH_LEAVES}",
        "leaves/s",
        [
            Variant("bare apsw insert", lambda: bare(leaves, BATCH_LEAVES)),
            Variant("Mirror.sync", peer.pull, aim=AIM, aim_is_ratio=False),
        ],
    )
    yield Case(
        f"the line, {about}",
        "leaves/s",
        [
            Variant("bare loopback transfer", lambda: transfer(b"".join(leaves))),
            Variant("plain HTTP fetch", peer.fetch),
            Variant("Mirror.sync", peer.pull),
        ],
        close=peer.close,
    )


class ServedLog:
    """A log and the process that serves it."""

    def __init__(self, leaves: list[bytes]) -> None:
        self._folder = scratch()
        path = self._folder.__enter__() / "log.sqlite"
        with Log.open(path, SIGNER) as log:
            for start in range(0, len(leaves), BATCH_LEAVES):
                log.append(leaves[start : start + BATCH_LEAVES])
            log.checkpoint()
        context = multiprocessing.get_context("spawn")
        here, there = context.Pipe()
        self._process = context.Process(target=serve, args=(str(path), there), daemon=True)
        self._process.start()
        self.address = f"http://127.0.0.1:{here.recv()}"

    def close(self) -> None:
        self._process.terminate()
        self._process.join(10)
        self._folder.__exit__(None, None, None)

    def pull(self) -> float:
        with (
            scratch() as folder,
            Line(self.address) as line,
            Mirror.open(folder / "mirror.sqlite", SIGNER.name, SIGNER.vkey) as mirror,
        ):
            results = []
            found = per_second(
                LEAVES, lambda: results.append(mirror.sync(lambda path: line.get(f"log/{path}")))
            )
            assert (results[0].state, results[0].size) == ("consistent", LEAVES), results
            return found

    def fetch(self) -> float:
        paths = [f"log/{entries_path(index)}" for index in range(LEAVES // FULL_WIDTH)]
        with Line(self.address) as line, ThreadPoolExecutor(IN_FLIGHT) as pool:
            return per_second(LEAVES, lambda: [len(body) for body in pool.map(line.get, paths)])


def serve(path: str, ready) -> None:
    """The other party: tlog-tiles from the store of its log."""
    log = Log.open(path, SIGNER)
    note = log.checkpoint()

    def answer(request):
        name = request.path_params["path"]
        if name == "checkpoint":
            return Response(note)
        tile = parse_path(name)
        try:
            if tile.level is None:
                return Response(log.store.bundle(tile.index, tile.width))
            return Response(log.store.tile(tile.level, tile.index, tile.width))
        except StoreError:
            return Response(status_code=404)

    with socket.create_server(("127.0.0.1", 0)) as listener:
        ready.send(listener.getsockname()[1])
        app = Starlette(routes=[Route("/log/{path:path}", answer)])
        uvicorn.Server(uvicorn.Config(app, log_level="warning", access_log=False)).run([listener])


def transfer(data: bytes) -> float:
    """Leaves a second through a socket, 64 KiB at a time, from another thread."""
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def send() -> None:
            with closing(listener.accept()[0]) as out:
                out.sendall(data)

        sender = threading.Thread(target=send)
        sender.start()

        def receive() -> None:
            left = len(data)
            with socket.create_connection(listener.getsockname()) as line:
                while part := line.recv(65_536):
                    left -= len(part)
            assert left == 0

        found = per_second(LEAVES, receive)
        sender.join()
    return found
