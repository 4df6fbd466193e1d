"""Restart: from the start of a process to a node that is ready, over a log of a million entries.

Two ways to be large. A *long log*: a million synthetic leaves of the size of signed entries, with ids, put
straight into the store of the node's log, and the views' cursor at its end, where it stands after they were
projected; it shows what opening costs by length, and nothing of what reading rows would. A *full node*:
records that were sealed, appended and projected by the node itself, as many as `RECORDS`.

Ready means: log open, guard checked, newest head signed, views caught up (`opened`), or the running node said
that it listens (`served`). The bare limit is a process that imports the same modules and opens nothing.
"""

from __future__ import annotations

import os
import secrets
import shutil
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

from bench.harness import RESULTS, Case, Variant
from comity.app import systems
from comity.node.create import NewNode, create
from comity.node.kinds import Remark
from comity.node.node import Node
from comity.node.system import Draft
from comity.record.header import Header

ENTRIES = int(os.environ.get("COMITY_BENCH_ENTRIES", "1000000"))
RECORDS = int(os.environ.get("COMITY_BENCH_RECORDS", "20000"))
BATCH = 10_000
LEAF = 420
ROUNDS = 3

IMPORTS = (
    "from comity.app import systems; from comity.node.node import Node; from comity.node.web import server"
)
OPENED = (
    f"{IMPORTS}; import sys; node = Node.open(sys.argv[1], systems()); node.log.checkpoint(); print('ready')"
)


def cases():
    folder = Path(RESULTS).resolve() / f"restart-{secrets.token_hex(4)}"
    folder.mkdir(parents=True)
    kept = [long_log(folder / "long"), full_node(folder / "full")]
    for root, size, what, note in kept:
        yield Case(
            f"restart, {what} of {size:,} entries, process start to ready",
            "s",
            [
                Variant("imports alone", lambda: seconds([sys.executable, "-c", f"{IMPORTS}; print()"])),
                Variant("opened", lambda root=root: seconds(opened(root)), 3.0, aim_is_ratio=False),
                Variant("served", lambda root=root: seconds(served(root)), 3.0, aim_is_ratio=False),
            ],
            rounds=ROUNDS,
            less_is_better=True,
            close=lambda root=root: remove(root),
            notes=[note],
        )
    folder.rmdir()


def seconds(command: list[str]) -> float:
    """Start a process; return the seconds until its first line; end it."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE) as process:
        line = process.stdout.readline()
        took = time.perf_counter() - start
        process.terminate()
    if not line:
        raise RuntimeError(f"{command[-1]}: not ready")
    return took


def opened(root: Path) -> list[str]:
    return [sys.executable, "-c", OPENED, str(root)]


def served(root: Path) -> list[str]:
    return [sys.executable, "-m", "comity", "node", "run", str(root), "--json"]


def made(root: Path) -> Node:
    new = NewNode("vn", "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True)
    create(root, new)
    return Node.open(root, systems())  # other systems would mean other views, derived anew


def long_log(root: Path) -> tuple[Path, int, str, str]:
    with made(root) as node:
        store = node.log.store
        while store.size < ENTRIES:
            count = min(BATCH, ENTRIES - store.size)
            leaves = [secrets.token_bytes(LEAF) for _ in range(count)]
            store.append(leaves, ids=[secrets.token_bytes(16) for _ in range(count)])
        node.log.checkpoint()
        size, last = store.size, last_seq(store)
    with sqlite3.connect(root / "views.sqlite") as db:
        at_end = "UPDATE node_cursor SET seq = ?, next = 0 WHERE origin = 'vn/hq'"
        changed = db.execute(at_end, (last,)).rowcount
    db.close()
    if changed != 1:
        raise RuntimeError("the cursor of the views was not found")
    megabytes = (root / "log.sqlite").stat().st_size >> 20
    return root, size, "a long log (synthetic leaves, nothing projected)", f"log.sqlite: {megabytes} MiB"


def last_seq(store) -> int:
    seq = 0
    while rows := store.feed(seq, BATCH):
        seq = rows[-1].seq
    return seq


def full_node(root: Path) -> tuple[Path, int, str, str]:
    values = {"author": "desk", "marking": "TLP:AMBER", "basis": "bench", "retention": "working"}
    values |= {"class": "exercise", "releasable_to": ["vn"], "claimed": 1_770_000_000_000}
    header = Header.model_validate(values)
    start = time.perf_counter()
    with made(root) as node:
        for low in range(0, RECORDS, 1000):
            count = min(1000, RECORDS - low)
            models = [Remark(title=f"record {low + i}", text="x" * 200) for i in range(count)]
            node.append([Draft(model, header) for model in models])
        size = node.log.size
    took = time.perf_counter() - start
    return root, size, "a node with every record projected", f"sealed, appended and projected in {took:.0f} s"


def remove(root: Path) -> None:
    shutil.rmtree(root, ignore_errors=True)
