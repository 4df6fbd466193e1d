"""The part of fsck that walks the tree: entries, stripes and heads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from comity.record.tree import (
    HASH_SIZE,
    STRIPE,
    STRIPE_BYTES,
    Edge,
    leaf_hashes,
    position,
    stripe_at,
    stripe_count,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import apsw

Found = tuple[str, str, str]

CHUNK = 4_096
"""Entries read at a time."""


@dataclass
class Walk:
    """What one pass over the tree saw.

    Attributes:
        entries: Indices whose leaf hash is not the stored one.
        stripes: "row/index" of stripes above row 0 that are not the hashes below them.
        heads: Sizes whose stored root is not the root.
        sound: The newest head has the root.
    """

    entries: list[int] = field(default_factory=list)
    stripes: list[str] = field(default_factory=list)
    heads: list[int] = field(default_factory=list)
    sound: bool = True


def check_tree(db: apsw.Connection, progress: Callable[[int, int], None]) -> Iterator[Found]:
    """Hold entries, stripes and heads against each other; yields (table, place, message)."""
    size, counted = _claimed(db)
    yield from counted
    if counted:
        return
    truth = _walk(db, size, progress, trust_stripes=False)
    if truth.sound:
        for index in truth.entries:
            yield "stripe", f"0/{index // STRIPE}", f"hash {index % STRIPE} is not that of entry {index}"
        yield from _other(truth)
        return
    stored = _walk(db, size, progress, trust_stripes=True)
    for index in truth.entries:
        whose = "" if stored.sound else " (or the hash was changed)"
        yield "entry", str(index), f"its hash is not the one stored when it was appended{whose}"
    if stored.sound or truth.entries:
        yield from _other(stored)
        return
    for wrong in truth.heads:
        # Neither the entries nor the stripes are at odds: it is the head, or after the last stripe.
        previous = db.execute("SELECT max(size) FROM head WHERE size < ?", (wrong,)).fetchone()
        start = max(previous[0] if previous and previous[0] is not None else 0, size - size % STRIPE)
        yield (
            "head",
            str(wrong),
            f"not the root; it or an entry in [{start}, {wrong}) changed",
        )
    yield from [("stripe", place, "not the hashes of what lies below") for place in truth.stripes]


def _other(walk: Walk) -> Iterator[Found]:
    for place in walk.stripes:
        yield "stripe", place, "not the hashes of what lies below"
    for size in walk.heads:
        yield "head", str(size), "not the root of the entries"


def _claimed(db: apsw.Connection) -> tuple[int, list[Found]]:
    """The size that the newest head claims, and what is missing or too much for it."""
    found: list[Found] = []
    newest: Any = db.execute("SELECT max(size) FROM head").fetchone()
    size = newest[0]
    if not isinstance(size, int) or size < 0:
        return 0, [("head", "-", "there is no head")]
    for table, column, expected in (("entry", "idx", size), ("stripe", "position", stripe_count(size))):
        query = f"SELECT count(*), min({column}), max({column}) FROM {table}"  # noqa: S608 - names of our own
        row: Any = db.execute(query).fetchone()
        if row != ((expected, 0, expected - 1) if expected else (0, None, None)):
            found.append(
                (table, "-", f"{row[0]} rows from {row[1]} to {row[2]}, the newest head needs {expected}")
            )
    stray: list[Any] = db.execute("SELECT size FROM head WHERE size < 0 LIMIT 1").fetchall()
    found += [("head", str(row[0]), "no tree has so few leaves") for row in stray]
    return size, found


def _walk(
    db: apsw.Connection, size: int, progress: Callable[[int, int], None], *, trust_stripes: bool
) -> Walk:
    """Build the tree again from the entries, or from the hashes stored for them, and compare."""
    walk = Walk()
    edge = Edge()
    heads: Iterator[Any] = iter(db.execute("SELECT size, root FROM head ORDER BY size").fetchall())
    head = next(heads, None)
    for start in range(0, size, CHUNK):
        made = _leaf_hashes(db, start, min(start + CHUNK, size))
        stored = _stored_hashes(db, start, min(start + CHUNK, size - size % STRIPE))
        walk.entries += [start + n for n, (a, b) in enumerate(zip(made, stored, strict=False)) if a != b]
        hashes = stored + made[len(stored) :] if trust_stripes else made
        at = 0
        while at < len(hashes) or (head is not None and head[0] == edge.size):
            if head is not None and head[0] == edge.size:
                if head[1] != edge.root:
                    walk.heads.append(head[0])
                head = next(heads, None)
                continue
            stop = len(hashes) if head is None else min(len(hashes), at + head[0] - edge.size)
            edge, stripes = edge.extend(hashes[at:stop])
            _compare(db, stripes, walk)
            at = stop
        progress(edge.size, size)
    if size == 0 and head is not None and head[1] != edge.root:
        walk.heads.append(0)
    walk.sound = size not in walk.heads
    return walk


def _compare(db: apsw.Connection, stripes: list[tuple[int, bytes]], walk: Walk) -> None:
    if not stripes:
        return
    span = (stripes[0][0], stripes[-1][0])
    stored = _stripes(db, *span)
    for place, hashes in stripes:
        row, index = stripe_at(place)
        if row and stored.get(place) != hashes:  # those of row 0 are compared leaf by leaf
            walk.stripes.append(f"{row}/{index}")


def _leaf_hashes(db: apsw.Connection, start: int, stop: int) -> list[bytes]:
    rows = db.execute("SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop))
    leaves: list[Any] = [row[0] for row in rows]
    return leaf_hashes([leaf if isinstance(leaf, bytes) else repr(leaf).encode() for leaf in leaves])


def _stripes(db: apsw.Connection, first: int, last: int) -> dict[int, bytes]:
    query = "SELECT position, hashes FROM stripe WHERE position BETWEEN ? AND ? ORDER BY position"
    rows: Any = db.execute(query, (first, last))
    return dict(rows)


def _stored_hashes(db: apsw.Connection, start: int, stop: int) -> list[bytes]:
    """The leaf hashes in the stripes of row 0 for leaves start (a multiple of 16) to stop-1."""
    found: list[bytes] = []
    if stop <= start:
        return found
    rows = _stripes(db, position(0, start // STRIPE), position(0, stop // STRIPE - 1))
    for stripe in range(start // STRIPE, stop // STRIPE):
        hashes = rows.get(position(0, stripe))
        row = hashes if isinstance(hashes, bytes) and len(hashes) == STRIPE_BYTES else bytes(STRIPE_BYTES)
        found += [row[at : at + HASH_SIZE] for at in range(0, STRIPE_BYTES, HASH_SIZE)]
    return found
