"""`TreeStore`: the leaves and hashes of one tree in one SQLite file, durable batch by batch.

The same class is under a log and under a mirror. Rules:

1. One transaction a batch: leaves, finished stripes, head, ids and feed, or nothing of them.
2. One root for a size, for ever: `head(size)` is a primary key, and the size is what this process last saw.
3. After the first disk error the store is read-only until it is opened again; the committed is still served.
4. Everything a reader is told lies on disk: the edge in memory moves after the commit, never before.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import apsw

from comity.record.id_filter import IdFilter
from comity.record.id_index import ID_SIZE, IdIndex
from comity.record.ledger import CAUSES, FeedRow
from comity.record.recent import Recent
from comity.record.schema import check_identity, create_tables
from comity.record.store_errors import ConflictError, CorruptStoreError, StoreError
from comity.record.tree import STRIPE, STRIPE_BITS, Edge, Row, leaf_hashes, stripe_count, stripe_roots
from comity.record.tree_reader import CACHED_STRIPES, TreeReader

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = ["CAUSES", "FeedRow", "TreeStore"]

KNOWN_IDS = 1 << 14
"""Ids whose places are kept in memory: the first entry of an id is that for ever."""
_ENTRIES = "INSERT INTO entry SELECT rowid + ?, value FROM carray(?)"


class TreeStore(TreeReader):
    """The leaves and hashes of one tree in one file. Threads may share it: one writes at a time, any read.

    Args:
        path: The SQLite file; made when it is not there.
        origin: The log's name; a file belongs to one origin for ever. None opens what is there.
        vfs: Name of a registered SQLite VFS (tests tear disks with it).
        cached_stripes: How many stripes of about 1 KiB to keep expanded in memory.

    Raises:
        ForeignFileError: the file is not a log, or the log of another origin.
        CorruptStoreError: what it holds contradicts itself.
        StoreError: it cannot be opened.
    """

    def __init__(
        self,
        path: Path | str,
        origin: str | None = None,
        *,
        vfs: str | None = None,
        cached_stripes: int = CACHED_STRIPES,
    ) -> None:
        if origin is None and not Path(path).exists():
            raise StoreError(f"{path}: no such log")
        super().__init__(path, vfs, cached_stripes=cached_stripes)
        self._staged: Edge | None = None
        self._staged_ids: IdIndex | None = None
        self._filter: IdFilter | None = None
        self._places: Recent[bytes, int] = Recent(KNOWN_IDS)
        try:
            with self.explained():
                if (
                    origin is not None
                    and self.writer.execute("SELECT 1 FROM sqlite_schema").fetchone() is None
                ):
                    create_tables(self.writer, origin, Edge().root)
                self.origin = check_identity(self.writer, self.path, origin)
                self._edge = self._load_edge()
                self._ids = IdIndex.load(self.writer)
        except BaseException:
            self.close()
            raise

    def index_of(self, entry_id: bytes) -> int | None:
        """The index of the first entry that carries this id, or None."""
        if len(entry_id) != ID_SIZE:
            return None
        known = self._places.get(entry_id)
        if known is not None:
            return known
        with self.explained():
            try:
                found = self._ids.find(self.reader(), entry_id)
            except CorruptStoreError:  # merged between the two steps: read both in one transaction
                with self.reader() as db:
                    found = IdIndex.load(db).find(db, entry_id)
        if found is not None:
            self._places.put(entry_id, found)
        return found

    def first_known(self, ids: Sequence[bytes]) -> tuple[bytes, int] | None:
        """The first id of the list that the tree has already, with the index of its entry, or None."""
        _check_ids(ids)
        with self._lock:
            if self._filter is None:
                self._filter = self._load_filter()
            suspects = self._filter.suspects(ids)
        for place in sorted(suspects):
            index = self.index_of(ids[place])
            if index is not None:
                return ids[place], index
        return None

    def append(
        self,
        leaves: Sequence[bytes],
        *,
        ids: Sequence[bytes | None] | None = None,
        hashes: Sequence[bytes] | None = None,
    ) -> range:
        """Append leaves durably, in one transaction; return their indices.

        Args:
            leaves: The exact bytes.
            ids: One id of 16 bytes (or None) a leaf; a repeated id keeps its first index.
            hashes: The leaf hashes, when the caller has them.

        Raises:
            ReadOnlyError: the disk failed, now or before.
            ConflictError: another process wrote the file.
        """
        with self.transaction() as db:
            edge = self._staged or self._edge
            grown, stripes = edge.extend(leaf_hashes(leaves) if hashes is None else hashes)
            if grown.size != edge.size + len(leaves):
                raise ValueError("one hash of 32 bytes a leaf is needed")
            if db.execute("SELECT max(size) FROM head").fetchone() != (edge.size,):
                raise ConflictError(f"{self.path}: grew behind this process, which knows {edge.size} leaves")
            if leaves:  # one statement for all rows: no step back into Python for each
                db.execute(
                    _ENTRIES, (edge.size - 1, apsw.carray(tuple(leaves), flags=apsw.SQLITE_CARRAY_BLOB))
                )
            db.executemany("INSERT INTO stripe VALUES(?, ?)", stripes)
            if ids is not None:
                self._add_ids(db, ids, edge.size)
            if leaves:
                db.execute("INSERT INTO head VALUES(?, ?)", (grown.size, grown.root))
                self._feed_row(edge.size, grown.size, "entry")
            self._staged = grown
        return range(edge.size, grown.size)

    def _add_ids(self, db: apsw.Connection, ids: Sequence[bytes | None], start: int) -> None:
        known = [entry_id for entry_id in ids if entry_id is not None]
        indices = [index for index, entry_id in enumerate(ids, start) if entry_id is not None]
        _check_ids(known)
        self._staged_ids = (self._staged_ids or self._ids).add(db, known, indices)
        if self._filter is not None:
            self._filter.add(known)  # after a rollback it only suspects more

    def _committed(self) -> None:
        self._ids = self._staged_ids or self._ids
        self._edge = self._staged or self._edge
        self._undone()

    def _undone(self) -> None:
        self._staged = self._staged_ids = None

    def _load_filter(self) -> IdFilter:
        found = IdFilter(sum(run.size for run in self._ids.runs))
        for ids in self._ids.batches(self.writer):
            found.add(ids)
        return found

    def _load_edge(self) -> Edge:
        """Recompute the right edge from the last leaves and stripes: a few rows a level, at any size."""
        size, root = self.committed_head()
        last, stored = self.read_one(
            "SELECT (SELECT max(idx) FROM entry), (SELECT max(position) FROM stripe)"
        )
        if last != (size - 1 if size else None):
            raise CorruptStoreError(f"{self.path}: head says {size} leaves, the last entry is {last}")
        if stored != (stripe_count(size) - 1 if size >= STRIPE else None):
            raise CorruptStoreError(f"{self.path}: head says {size} leaves, the last stripe is {stored}")
        recent = self.read_all("SELECT leaf FROM entry WHERE idx >= ? ORDER BY idx", (size - size % STRIPE,))
        rows = [Row(b"".join(leaf_hashes(leaf for (leaf,) in recent)))]
        while (filled := size >> (STRIPE_BITS * len(rows))) > 0:
            below = range(filled - filled % STRIPE, filled)
            rows.append(Row(stripe_roots(b"".join([self._stripe(len(rows) - 1, index) for index in below]))))
        edge = Edge(size, tuple(rows))
        if edge.root != root:
            raise CorruptStoreError(f"{self.path}: head {size}: the root is not that of the stored hashes")
        return edge


def _check_ids(ids: Sequence[bytes]) -> None:
    if set(map(len, ids)) - {ID_SIZE}:
        raise ValueError(f"an id has {ID_SIZE} bytes")
