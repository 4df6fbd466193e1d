"""What a log costs on disk: bytes of the file for each leaf, hashes, heads, feed and id index included."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bench.harness import Case, Variant, scratch
from comity.record.store import TreeStore

if TYPE_CHECKING:
    import apsw

LEAF = 512
LEAVES = 524_288
BATCH = 256
AIM = 1.15 * LEAF + 40


def cases():
    yield Case(
        f"disk, leaves of {LEAF} bytes, batch {BATCH}, {LEAVES} leaves; aim 1.15 x leaf + 40 bytes",
        "bytes/leaf",
        [
            Variant("the leaves alone", lambda: LEAF),
            Variant("with hashes, heads, feed", lambda: stored(ids=False), AIM, aim_is_ratio=False),
            Variant("and the id index", lambda: stored(ids=True), AIM, aim_is_ratio=False),
            Variant(
                "and the id index, at the fullest moment",
                lambda: stored(ids=True, peak=True),
                AIM,
                aim_is_ratio=False,
            ),
        ],
        rounds=1,
        less_is_better=True,
    )


def stored(*, ids: bool, peak: bool = False) -> float:
    """Bytes a leaf after the last batch, or the most there was after any batch in the second half."""
    most = 0.0
    pool = os.urandom(1 << 16)
    with scratch() as folder:
        path = Path(folder) / "log.sqlite"
        with TreeStore(path, "bench/log") as store:
            for start in range(0, LEAVES, BATCH):
                names = [os.urandom(16) for _ in range(BATCH)] if ids else None
                store.append(
                    [pool[place % 65_000 : place % 65_000 + LEAF] for place in range(BATCH)], ids=names
                )
                if peak and start > LEAVES // 2:
                    most = max(most, pages(store.writer) / store.size)
        return most if peak else path.stat().st_size / LEAVES


def pages(db: apsw.Connection) -> int:
    return db.pragma("page_count") * db.pragma("page_size")
