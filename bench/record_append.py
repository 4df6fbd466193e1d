"""Appending: the public `Log.append` against a bare insert of the same rows with the same durability.

512-byte leaves, `synchronous=FULL`, WAL, 16 KiB pages, every batch one durable commit. The bare insert stores
the leaves and nothing else: no hashes, no head, no feed, no receipts.
"""

from __future__ import annotations

import base64
import os
from itertools import count
from pathlib import Path

import apsw

from bench.harness import Case, Variant, per_second, scratch
from comity.record import canonical, entry, signature
from comity.record.log import Log
from comity.record.note import Signer

LEAF = 512
LEAVES = {256: 131_072, 4096: 262_144}
SEED = bytes(32)


def cases():
    for batch, total in LEAVES.items():
        yield append(batch, total)
    for batch, total in LEAVES.items():
        yield append_checked("signed entries", entry.identify, entries(total), batch)
    for batch, total in LEAVES.items():
        yield append_checked("canonical leaves", canonical_id, canonical_leaves(total // 2), batch)
    yield signatures()


def append(batch: int, total: int) -> Case:
    leaves = random_leaves(total)
    return Case(
        f"append, opaque leaves of {LEAF} bytes, batch {batch}, {total} leaves a round, durable",
        "leaves/s",
        [
            Variant("bare apsw insert", lambda: bare(leaves, batch)),
            Variant("Log.append", lambda: append_to_log(leaves, batch), aim=0.5),
        ],
    )


def append_checked(what: str, identify, leaves: list[bytes], batch: int) -> Case:
    size = sum(map(len, leaves)) // len(leaves)
    return Case(
        f"append, {what} of {size} bytes, canonical check, id index, batch {batch}, {len(leaves)} a round",
        "leaves/s",
        [
            Variant("bare apsw insert", lambda: bare(leaves, batch)),
            Variant("Log.append, identify", lambda: append_to_log(leaves, batch, identify), aim=0.3),
        ],
    )


def canonical_leaves(total: int) -> list[bytes]:
    """Canonical objects of 512 bytes with random ids."""
    rest = {"text": "x" * 385, "values": [1, 2, 3], "z": "y" * 60}
    return [canonical.encode({"id": canonical.b64(os.urandom(16)), **rest}) for _ in range(total)]


def canonical_id(leaf: bytes) -> bytes:
    return canonical.unb64(canonical.decode(leaf)["id"], 16)


def signatures() -> Case:
    leaves = [sign(os.urandom(16)) for _ in range(4_000)]
    public = signature.public_key(SEED)
    parsed = [entry.Entry.parse(leaf) for leaf in leaves]
    return Case(
        "author signatures, apart from appending (one thread)",
        "entries/s",
        [
            Variant(
                "verify one by one",
                lambda: per_second(len(parsed), lambda: [e.verify(public) for e in parsed]),
            ),
            Variant(
                "canonical check alone",
                lambda: per_second(len(leaves), lambda: [*map(entry.identify, leaves)]),
            ),
        ],
    )


def random_leaves(total: int) -> list[bytes]:
    pool = os.urandom(1 << 20)
    return [
        place.to_bytes(8, "big") + pool[place % 4096 * 128 : place % 4096 * 128 + LEAF - 8]
        for place in range(total)
    ]


def entries(total: int) -> list[bytes]:
    """Well-formed entries with random ids; all carry one signature, as appending checks the form alone."""
    marker = bytes(16)
    before, after = sign(marker).split(base64.b64encode(marker))
    return [b"%s%s%s" % (before, base64.b64encode(os.urandom(16)), after) for _ in range(total)]


def sign(entry_id: bytes) -> bytes:
    return entry.record_entry(origin="bench/log", id=entry_id, commit=bytes(range(32)), n=16, seed=SEED)


def bare(leaves: list[bytes], batch: int) -> float:
    with scratch() as folder:
        db = apsw.Connection(str(folder / "bare.sqlite"))
        for pragma in ("page_size=16384", "journal_mode=WAL", "synchronous=FULL"):
            db.execute(f"PRAGMA {pragma}").fetchall()
        db.execute("CREATE TABLE entry(idx INTEGER PRIMARY KEY, leaf BLOB NOT NULL)")

        def work() -> None:
            for start in range(0, len(leaves), batch):
                with db:
                    rows = zip(count(start), leaves[start : start + batch], strict=False)
                    db.executemany("INSERT INTO entry VALUES(?, ?)", rows)

        found = per_second(len(leaves), work)
        db.close()
        return found


def append_to_log(leaves: list[bytes], batch: int, identify=None) -> float:
    with scratch() as folder, Log.open(Path(folder), Signer("bench/log", SEED), identify=identify) as log:

        def work() -> None:
            for start in range(0, len(leaves), batch):
                log.append(leaves[start : start + batch])

        return per_second(len(leaves), work)
