"""Inclusion proofs from a log of a million leaves, at random indices.

Warm: one process after some thousand proofs. Cold: the first proofs of new processes, each timed by
itself; what counts there is the time that 99 of 100 stay under.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
from hashlib import sha256

from bench.harness import Case, Variant, per_second, scratch
from comity.record import merkle
from comity.record.store import TreeStore

LEAVES = 1_000_000
BATCH = 4096
WARM = 20_000
COLD = 200

NEW_PROCESS = """
import random, sys, time
from comity.record import merkle
from comity.record.store import TreeStore
path, seed, count = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
rng = random.Random(seed)
start = time.perf_counter()
store = TreeStore(path)
print(time.perf_counter() - start)
for _ in range(count):
    start = time.perf_counter()
    store.prove_inclusion(rng.randrange(store.size), store.size)
    print(time.perf_counter() - start)
store.close()
"""


def cases():
    with scratch() as folder:
        path = folder / "million.sqlite"
        build(path)
        with TreeStore(path) as store, TreeStore(path, cached_stripes=4096) as small:
            rng = random.Random(1)
            for held in (store, small):
                prove(held, rng, 60_000)
            root = store.root()
            yield Case(
                f"inclusion proofs, {LEAVES} leaves, random indices, warm",
                "proofs/s",
                [
                    Variant(
                        "prove, 16 MiB of stripes cached",
                        lambda: prove(store, rng, WARM),
                        20_000,
                        aim_is_ratio=False,
                    ),
                    Variant("prove, 4 MiB of stripes cached", lambda: prove(small, rng, WARM)),
                    Variant("20 SHA-256 of 65 bytes (one path)", lambda: bare_path(WARM)),
                    Variant("verify", lambda: verify(store, root, rng, 4_000)),
                ],
            )
            yield Case(
                f"inclusion proofs, {LEAVES} leaves, random older sizes, warm",
                "proofs/s",
                [Variant("prove", lambda: prove(store, rng, WARM, older=True))],
            )
        seeds = iter(range(1_000))
        yield Case(
            f"inclusion proofs, new process, file in the page cache, {COLD} proofs each",
            "ms",
            [
                Variant("99 of 100 proofs under", lambda: cold(path, next(seeds)), 2.0, aim_is_ratio=False),
                Variant("opening the log", lambda: opening(path, next(seeds)), 3_000, aim_is_ratio=False),
            ],
            less_is_better=True,
        )


def build(path) -> None:
    with TreeStore(path, "bench/log") as store:
        for start in range(0, LEAVES, BATCH):
            store.append(
                [sha256(b"%d" % place).digest() * 16 for place in range(start, min(start + BATCH, LEAVES))]
            )


def prove(store: TreeStore, rng: random.Random, count: int, *, older: bool = False) -> float:
    size = store.size

    def work() -> None:
        for _ in range(count):
            upto = rng.randrange(1, size + 1) if older else size
            store.prove_inclusion(rng.randrange(upto), upto)

    return per_second(count, work)


def bare_path(count: int) -> float:
    node = bytes(64)

    def work() -> None:
        for _ in range(count):
            for _ in range(20):
                sha256(b"\x01" + node).digest()

    return per_second(count, work)


def verify(store: TreeStore, root: bytes, rng: random.Random, count: int) -> float:
    size = store.size
    indices = [rng.randrange(size) for _ in range(count)]
    proofs = [(i, store.hash(0, i), store.prove_inclusion(i, size)) for i in indices]
    return per_second(
        count, lambda: [merkle.verify_inclusion(leaf, i, size, proof, root) for i, leaf, proof in proofs]
    )


def new_process(path, seed: int) -> list[float]:
    found = subprocess.run(
        [sys.executable, "-c", NEW_PROCESS, str(path), str(seed), str(COLD)], check=True, capture_output=True
    )
    return [1_000 * float(line) for line in found.stdout.split()]


def cold(path, seed: int) -> float:
    return statistics.quantiles(new_process(path, seed)[1:], n=100)[98]


def opening(path, seed: int) -> float:
    return new_process(path, seed)[0]
