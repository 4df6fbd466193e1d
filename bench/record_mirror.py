"""Pull of a log over loopback HTTP, verified and durable, beside a bare insert and a bare transfer.

The log is served by a second process. A run pulls the whole of it into an empty mirror and checks the state;
the bare insert writes the same rows in the same batches with the same durability; the bare transfer sends the
same bytes through a loopback socket; the plain fetch makes the same HTTP requests and drops the answers.

    python -m bench.record_mirror [LEAVES]
"""

from __future__ import annotations

import contextlib
import hashlib
import multiprocessing
import resource
import socket
import statistics
import sys
import tempfile
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import apsw
import uvicorn
from starlette.applications import Starlette
from starlette.responses import Response
from starlette.routing import Route

from comity.node.transport import Line
from comity.record.log import Log
from comity.record.mirror import Mirror
from comity.record.note import Signer
from comity.record.pull import BATCH_LEAVES, IN_FLIGHT
from comity.record.store_errors import StoreError
from comity.record.tiles import entries_path, parse_path

LEAVES = 100_000
LEAF_BYTES = 512
ROUNDS = 5
AIM = 40_000
MEMORY_CAP = 512 << 20
SIGNER = Signer("bench/log", bytes(32))


def make_leaves(count):
    """Opaque leaves that do not compress."""
    return [hashlib.shake_128(number.to_bytes(8)).digest(LEAF_BYTES) for number in range(count)]


def serve(path, ready):
    """The other party: a process that serves tlog-tiles from the store of its log."""
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
        config = uvicorn.Config(app, log_level="warning", access_log=False)
        uvicorn.Server(config).run([listener])


@contextlib.contextmanager
def served(path):
    """Start the other process; give its address."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(path, there), daemon=True)
    process.start()
    try:
        yield f"http://127.0.0.1:{here.recv()}"
    finally:
        process.terminate()
        process.join(10)


def pull(folder, address, count):
    """The thing measured: an empty mirror syncs the whole log; verified, durable, the signed head kept."""
    with Line(address) as line, Mirror.open(folder / "mirror.sqlite", SIGNER.name, SIGNER.vkey) as mirror:
        began = time.perf_counter()
        result = mirror.sync(lambda path: line.get(f"log/{path}"))
        seconds = time.perf_counter() - began
        assert (result.state, result.size) == ("consistent", count), result
    return seconds


def bare_insert(folder, leaves):
    """The same rows, batches, page size and durability, and nothing else."""
    db = apsw.Connection(str(folder / "bare.sqlite"))
    for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL", "cache_size=-32768"):
        db.execute(f"PRAGMA {pragma}").fetchall()
    db.execute("CREATE TABLE entry(idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")
    began = time.perf_counter()
    for start in range(0, len(leaves), BATCH_LEAVES):
        with db:
            db.executemany(
                "INSERT INTO entry VALUES(?, ?)", enumerate(leaves[start : start + BATCH_LEAVES], start)
            )
    seconds = time.perf_counter() - began
    db.close()
    return seconds


def bare_transfer(leaves):
    """The same bytes through a loopback socket from another thread, 64 KiB at a time."""
    data = b"".join(leaves)
    with socket.create_server(("127.0.0.1", 0)) as listener:

        def send():
            with listener.accept()[0] as out:
                out.sendall(data)

        sender = threading.Thread(target=send)
        sender.start()
        began = time.perf_counter()
        received = 0
        with socket.create_connection(listener.getsockname()) as line:
            while part := line.recv(65_536):
                received += len(part)
        seconds = time.perf_counter() - began
        sender.join()
    assert received == len(data)
    return seconds


def plain_fetch(address, count):
    """The same HTTP requests with the same threads; the answers are dropped."""
    full, rest = divmod(count, 256)
    paths = [entries_path(index) for index in range(full)] + ([entries_path(full, rest)] if rest else [])
    with Line(address) as line, ThreadPoolExecutor(IN_FLIGHT) as pool:
        began = time.perf_counter()
        for _ in pool.map(lambda path: line.get(f"log/{path}"), paths):
            pass
        return time.perf_counter() - began


def measure(count, rounds=ROUNDS):
    """Interleave the four; return the median seconds of each."""
    leaves = make_leaves(count)
    seconds = {"pull": [], "bare insert": [], "bare transfer": [], "plain HTTP fetch": []}
    with tempfile.TemporaryDirectory() as name:
        root = Path(name)
        with Log.open(root / "log.sqlite", SIGNER) as log:
            for start in range(0, count, 8192):
                log.append(leaves[start : start + 8192])
            log.checkpoint()
        with served(root / "log.sqlite") as address:
            for turn in range(rounds):
                folder = root / str(turn)
                folder.mkdir()
                seconds["pull"].append(pull(folder, address, count))
                seconds["bare insert"].append(bare_insert(folder, leaves))
                seconds["bare transfer"].append(bare_transfer(leaves))
                seconds["plain HTTP fetch"].append(plain_fetch(address, count))
                for path in folder.iterdir():
                    path.unlink()
    return {what: statistics.median(values) for what, values in seconds.items()}


def main(count=LEAVES):
    """Print the table."""
    resource.setrlimit(resource.RLIMIT_DATA, (4 * MEMORY_CAP, 4 * MEMORY_CAP))
    medians = measure(count)
    pulled = count / medians["pull"]
    print(
        f"mirror pull, {count} leaves of {LEAF_BYTES} bytes, batches of {BATCH_LEAVES}, medians of {ROUNDS}"
    )
    for what, seconds in medians.items():
        share = seconds / medians["pull"]
        print(f"  {what:<18} {count / seconds:>12,.0f} leaves/s   pull is {share:6.1%} of it")
    print(f"  aim {AIM:,} leaves/s: {'met' if pulled >= AIM else 'missed'}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss << 10
    print(f"  peak memory {peak >> 20} MiB of {MEMORY_CAP >> 20} MiB, the leaves of the baselines included")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else LEAVES)
