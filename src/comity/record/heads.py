"""The signed heads that a mirror remembers beside its tree, and what it has cosigned.

A head is *seen* from the moment its signature verified until every entry under it is held: a log cannot
sign it away by refusing the tiles. A head is *cosigned* for ever. Both live in the mirror's own database,
so that a check and what follows from it are one transaction of its store. What was cosigned last is kept
beside the database too (`cosigner_memory`): a mirror made anew begins with it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.cosigner_memory import NEVER_COSIGNED, CosignedHead, CosignerMemory, CosignerMemoryError
from comity.record.merkle import HASH_SIZE

if TYPE_CHECKING:
    import apsw

    from comity.record.checkpoint import Checkpoint
    from comity.record.store import TreeStore

MOST_SEEN: Final = 64
"""Heads remembered while unproved. When full, new ones are still followed, but not remembered: a flood of
signatures cannot wash the older evidence away."""

_TABLES = """
CREATE TABLE IF NOT EXISTS seen_head(size INTEGER NOT NULL, root BLOB NOT NULL, note BLOB NOT NULL,
                                     PRIMARY KEY(size, root)) WITHOUT ROWID;
CREATE TABLE IF NOT EXISTS cosigned_head(key TEXT NOT NULL, size INTEGER NOT NULL, root BLOB NOT NULL,
                                         note BLOB NOT NULL, line BLOB NOT NULL,
                                         PRIMARY KEY(key, size)) WITHOUT ROWID;
"""
_EDGE = "mirror_edge"
_SIZE_BYTES = 8


@dataclass(frozen=True)
class SeenHead:
    """A head whose signature verified: number of leaves, 32-byte root, the whole signed note."""

    size: int
    root: bytes
    note: bytes


@dataclass(frozen=True)
class Edge:
    """What an unfinished pull knows of the tree it pulls: the head, and the hashes right of what is held."""

    size: int
    root: bytes
    hashes: tuple[bytes, ...]


class Heads:
    """The remembered heads of one mirror: reads see what is committed, writes join a transaction."""

    def __init__(self, store: TreeStore) -> None:
        self._store = store
        self._memory = CosignerMemory(store.path)
        with store.transaction() as db:
            db.execute(_TABLES)
        self._recall()

    def _recall(self) -> None:
        """Bring database and memory to the same newest heads, whichever of the two knows more."""
        query = "SELECT key, max(size), root, note, line FROM cosigned_head GROUP BY key"
        rows = self._store.read_all(query)
        stored = {key: CosignedHead(*head) for key, *head in rows}
        try:
            self._memory.load()
        except CosignerMemoryError:
            if not stored:
                raise
        with self._store.transaction() as db:
            for key, head in self._memory.heads().items():
                if head.newer_than(stored.get(key, NEVER_COSIGNED)):
                    self._insert_cosigned(key, head)
                    if head.size > self._store.size:
                        # To be shown in whatever tree is pulled, like every other head seen.
                        db.execute(
                            "INSERT OR IGNORE INTO seen_head VALUES(?, ?, ?)",
                            (head.size, head.root, head.note),
                        )
        behind = any(head.newer_than(self._memory.last(key)) for key, head in stored.items())
        if behind or not self._memory.path.exists():
            self._memory.keep(stored)

    def seen(self) -> list[SeenHead]:
        """Return the heads seen and not yet held, by size."""
        rows = self._store.reader().execute("SELECT size, root, note FROM seen_head ORDER BY size, root")
        return [SeenHead(*row) for row in rows]

    def remember(self, head: Checkpoint, note: bytes) -> None:
        """Keep a signed head until it is held."""
        with self._store.transaction() as db:
            if _count(db) < MOST_SEEN:
                db.execute("INSERT OR IGNORE INTO seen_head VALUES(?, ?, ?)", (head.size, head.root, note))

    def forget(self, heads: list[SeenHead]) -> None:
        """Drop seen heads that a larger remembered or held head was shown to contain."""
        with self._store.transaction() as db:
            rows = [(head.size, head.root) for head in heads]
            db.executemany("DELETE FROM seen_head WHERE size = ? AND root = ?", rows)

    def signed_at(self, size: int) -> list[bytes]:
        """Return every note signed for a size, held or seen."""
        held = self._store.signed_head(size)
        query = (
            "SELECT note FROM seen_head WHERE size = ? UNION SELECT note FROM cosigned_head WHERE size = ?"
        )
        others = [note for (note,) in self._store.reader().execute(query, (size, size))]
        return others if held is None else [held, *others]

    def held(self, size: int) -> bytes | None:
        """Return the signed note of the smallest head of at least `size` leaves that is held completely."""
        row = (
            self._store.reader()
            .execute(
                "SELECT note FROM signed_head WHERE size BETWEEN ? AND ? ORDER BY size LIMIT 1",
                (size, self._store.size),
            )
            .fetchone()
        )
        return None if row is None else row[0]

    def hold(self, head: Checkpoint, note: bytes) -> None:
        """Keep the note of a head whose every entry is held; the first one for a size stays."""
        with self._store.transaction() as db:
            # A log may sign a size at which no batch of ours ended; its root is the held tree's own.
            db.execute("INSERT OR IGNORE INTO head VALUES(?, ?)", (head.size, head.root))
            if db.execute("SELECT 1 FROM signed_head WHERE size = ?", (head.size,)).fetchone() is None:
                self._store.add_signed_head(head.size, note)
            db.execute("DELETE FROM seen_head WHERE size = ? AND root = ?", (head.size, head.root))

    def set_edge(self, edge: Edge | None) -> None:
        """Keep the right edge of the tree that is being pulled, or that none is."""
        value = b"" if edge is None else edge.size.to_bytes(_SIZE_BYTES) + edge.root + b"".join(edge.hashes)
        self._store.set_meta(_EDGE, value)

    def edge(self) -> Edge | None:
        """Return what `set_edge` kept last."""
        value = self._store.get_meta(_EDGE)
        if not value:
            return None
        hashes = [value[at : at + HASH_SIZE] for at in range(_SIZE_BYTES, len(value), HASH_SIZE)]
        return Edge(int.from_bytes(value[:_SIZE_BYTES]), hashes[0], tuple(hashes[1:]))

    def last_cosigned(self, key: str) -> CosignedHead:
        """Return the largest head that a cosigner signed for; within a transaction it stays the largest."""
        row = (
            self._store.reader()
            .execute(
                "SELECT size, root, note, line FROM cosigned_head WHERE key = ? ORDER BY size DESC LIMIT 1",
                (key,),
            )
            .fetchone()
        )
        stored = NEVER_COSIGNED if row is None else CosignedHead(*row)
        remembered = self._memory.last(key)
        return remembered if remembered.newer_than(stored) else stored

    def first_cosigned(self, key: str, index: int) -> CosignedHead | None:
        """Return the smallest head over an entry that a cosigner signed for, None if there is none."""
        row = (
            self._store.reader()
            .execute(
                "SELECT size, root, note, line FROM cosigned_head WHERE key = ? AND size > ? "
                "ORDER BY size LIMIT 1",
                (key, index),
            )
            .fetchone()
        )
        return None if row is None else CosignedHead(*row)

    def add_cosigned(self, key: str, head: CosignedHead) -> None:
        """Keep a cosignature before it is given out."""
        self._memory.keep({key: head})
        self._insert_cosigned(key, head)

    def _insert_cosigned(self, key: str, head: CosignedHead) -> None:
        with self._store.transaction() as db:
            db.execute(
                "INSERT INTO cosigned_head VALUES(?, ?, ?, ?, ?)",
                (key, head.size, head.root, head.note, head.line),
            )


def _count(db: apsw.Connection) -> int:
    row = db.execute("SELECT count(*) FROM seen_head").fetchone()
    return int(row[0]) if row else 0
