"""`TreeStore`: the leaves and hashes of one tree in one SQLite file, durable batch by batch.

The same class is under a log and under a mirror. Rules:

1. One transaction a batch: leaves, finished stripes, head, ids and feed, or nothing of them.
2. One root for a size, for ever: `head(size)` is a primary key, and the size must be what this process last saw.
3. After the first disk error the store is read-only until it is opened again; what is committed is still served.
4. Everything a reader is told lies on disk: the edge in memory moves after the commit, never before.
"""

from __future__ import annotations

import threading
from contextlib import contextmanager
from functools import lru_cache
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self

import apsw

from comity.record.schema import (
    WAL_PAGES,
    ConflictError,
    CorruptStoreError,
    OutOfRangeError,
    ReadOnlyError,
    StoreError,
    check_identity,
    connect_reader,
    connect_writer,
    create_tables,
)
from comity.record.tiles import encode_bundle
from comity.record.tree import (
    HASH_SIZE,
    STRIPE,
    STRIPE_BITS,
    STRIPE_BYTES,
    TILE,
    Edge,
    Row,
    expand,
    expanded_hash,
    leaf_hashes,
    parents,
    position,
    stripe_count,
    stripe_roots,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

CAUSES = ("entry", "opened", "erased", "upgraded")
"""Why a projector should look at an entry; the position in this tuple is what the file holds."""
CACHED_STRIPES = 16_384
"""Stripes kept expanded in memory (about 1 KiB each): every upper level of a log of millions, and the busy leaves."""

_HARMLESS = (apsw.BusyError, apsw.LockedError, apsw.ConstraintError, apsw.SQLError, apsw.RangeError)


class FeedRow(NamedTuple):
    """One row of the feed: entries start to stop-1 changed because of `cause`; `seq` is the cursor."""

    seq: int
    start: int
    stop: int
    cause: str


class TreeStore:
    """The leaves and hashes of one tree in one file. Threads may share it: one writer at a time, any readers.

    Args:
        path: The SQLite file; made when it is not there.
        origin: The log's name; a file belongs to one origin for ever. None opens whatever is there.
        vfs: Name of a registered SQLite VFS (tests tear disks with it).
        cached_stripes: How many stripes of about 1 KiB to keep expanded in memory.

    Raises:
        ForeignFileError, CorruptStoreError, UnsafeSQLiteError, StoreError.
    """

    def __init__(
        self,
        path: Path | str,
        origin: str | None = None,
        *,
        vfs: str | None = None,
        cached_stripes: int = CACHED_STRIPES,
    ) -> None:
        self.path = Path(path)
        self._vfs = vfs
        self._lock = threading.RLock()
        self._depth = 0
        self._staged: Edge | None = None
        self._doomed = False
        self._wal_pages = 0
        self._local = threading.local()
        self._readers: list[apsw.Connection] = []
        self.failure: str | None = None
        self._expanded = lru_cache(maxsize=cached_stripes)(self._read_expanded)
        self._closed = False
        if origin is None and not self.path.exists():
            raise StoreError(f"{self.path}: no such log")
        try:
            self._writer = connect_writer(self.path, vfs)
        except apsw.Error as error:
            raise _open_error(self.path, error) from error
        try:
            self.origin = self._prepare(origin)
            self._edge = self._load_edge()
        except apsw.Error as error:
            self._writer.close()
            raise _open_error(self.path, error) from error
        except BaseException:
            self._writer.close()
            raise
        self._writer.set_wal_hook(self._note_wal)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close every connection; the writer, last, empties the WAL into the file."""
        with self._lock:
            self._closed = True
            for reader in self._readers:
                reader.close()
            self._readers.clear()
            self._local = threading.local()
            self._writer.close()

    # --- what the tree holds -------------------------------------------------------------------------------------

    @property
    def size(self) -> int:
        """How many leaves are durably stored."""
        return self._edge.size

    @property
    def writable(self) -> bool:
        """False once a disk error made the store read-only."""
        return self.failure is None

    def root(self, size: int | None = None) -> bytes:
        """The root over the first `size` leaves (default: all), 32 bytes, from the stored hashes."""
        edge = self._edge
        if size is None or size == edge.size:
            return edge.root
        self._check_size(size)
        found = b""
        level, rest = 0, size
        while rest:  # fold the peaks of the smaller tree from the right, RFC 9162 section 2.1.1
            if rest & 1:
                peak = self.hash(level, rest - 1)
                found = parents(peak + found) if found else peak
            rest >>= 1
            level += 1
        return found or Edge().root

    def hash(self, level: int, index: int) -> bytes:
        """The hash of the complete subtree of 2**level leaves that starts at leaf index * 2**level."""
        edge = self._edge
        if level < 0 or index < 0 or (index + 1) << level > edge.size:
            raise OutOfRangeError(
                f"no complete subtree {index} at level {level} in a tree of {edge.size} leaves"
            )
        row, inner = divmod(level, STRIPE_BITS)
        stripe, offset = divmod(index << inner, STRIPE)
        if (stripe + 1) << (STRIPE_BITS * (row + 1)) <= edge.size:
            return expanded_hash(self._expanded(row, stripe), inner, offset >> inner)
        part = edge.pending(row)[offset * HASH_SIZE : (offset + (1 << inner)) * HASH_SIZE]
        while len(part) > HASH_SIZE:
            part = parents(part)
        return part

    def tile(self, level: int, index: int, width: int = TILE) -> bytes:
        """The first `width` hashes of a tile (C2SP tlog-tiles), width * 32 bytes."""
        edge = self._edge
        row, first = 2 * level, index * TILE
        if not (level >= 0 and index >= 0 and 0 < width <= TILE) or (
            first + width > edge.size >> (8 * level)
        ):
            raise OutOfRangeError(f"no tile {level}/{index} of width {width} in a tree of {edge.size} leaves")
        stripes = range(first // STRIPE, (first + width + STRIPE - 1) // STRIPE)
        held = (edge.size >> (STRIPE_BITS * row)) // STRIPE
        found = b"".join([self._stripe(row, stripe) for stripe in stripes if stripe < held])
        if stripes[-1] >= held:
            found += edge.pending(row)
        return found[: width * HASH_SIZE]

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaves start to stop-1, the exact bytes appended."""
        self._check_range(start, stop)
        rows = self.reader().execute(
            "SELECT leaf FROM entry WHERE idx >= ? AND idx < ? ORDER BY idx", (start, stop)
        )
        found = [leaf for (leaf,) in rows]
        if len(found) != stop - start:
            raise CorruptStoreError(
                f"{self.path}: entry: {stop - start - len(found)} missing in [{start}, {stop})"
            )
        return found

    def bundle(self, index: int, width: int = TILE) -> bytes:
        """The entry bundle of C2SP tlog-tiles: the first `width` leaves of bundle `index`."""
        if not 0 < width <= TILE or index < 0:
            raise OutOfRangeError(f"no entry bundle {index} of width {width}")
        first = index * TILE
        return encode_bundle(self.leaves(first, first + width))

    def index_of(self, entry_id: bytes) -> int | None:
        """The index of the first entry that carries this id, or None."""
        row = self.reader().execute("SELECT idx FROM entry_id WHERE id=?", (entry_id,)).fetchone()
        return None if row is None else row[0]

    def first_known(self, ids: Sequence[bytes | None]) -> tuple[int, int] | None:
        """The first id of the list that the tree has already, as (place in the list, index), or None."""
        for place, entry_id in enumerate(ids):
            if entry_id is not None and (index := self.index_of(entry_id)) is not None:
                return place, index
        return None

    # --- growing -------------------------------------------------------------------------------------------------

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
            ids: One id (or None) a leaf; a repeated id keeps its first index.
            hashes: The leaf hashes, when the caller has them.

        Raises:
            ReadOnlyError: the disk failed, now or before. After a failed commit the batch may still be there when
                the log is opened again; nobody was told that it is.
            ConflictError: another process wrote the file.
        """
        if not leaves:
            return range(self.size, self.size)
        with self.transaction() as db:
            edge = self._staged or self._edge
            grown, stripes = edge.extend(leaf_hashes(leaves) if hashes is None else hashes)
            if grown.size != edge.size + len(leaves):
                raise ValueError("one hash of 32 bytes a leaf is needed")
            if db.execute("SELECT max(size) FROM head").fetchone() != (edge.size,):
                raise ConflictError(f"{self.path}: grew behind this process, which knows {edge.size} leaves")
            db.executemany("INSERT INTO entry VALUES(?, ?)", zip(count(edge.size), leaves, strict=False))
            db.executemany("INSERT INTO stripe VALUES(?, ?)", stripes)
            if ids is not None:
                rows = [(i, index) for index, i in enumerate(ids, edge.size) if i is not None]
                db.executemany("INSERT OR IGNORE INTO entry_id VALUES(?, ?)", rows)
            db.execute("INSERT INTO head VALUES(?, ?)", (grown.size, grown.root))
            db.execute("INSERT INTO feed(start, stop, cause) VALUES(?, ?, ?)", (edge.size, grown.size, 0))
            self._staged = grown
        return range(edge.size, grown.size)

    @contextmanager
    def transaction(self) -> Iterator[apsw.Connection]:
        """One durable transaction on the writing connection; appends within it join it.

        The whole is committed, or nothing: an exception inside, even one that an outer block swallows, rolls back.
        """
        with self._lock:
            if self.failure is not None:
                raise ReadOnlyError(f"{self.path}: read-only since: {self.failure}")
            outermost = self._depth == 0
            try:
                if outermost:
                    self._doomed = False
                    self._writer.execute("BEGIN IMMEDIATE")
                self._depth += 1
                try:
                    yield self._writer
                finally:
                    self._depth -= 1
                if outermost:
                    if self._doomed:
                        raise StoreError(f"{self.path}: a part of the transaction failed")
                    self._writer.execute("COMMIT")
            except BaseException as error:
                self._doomed = True
                if outermost:
                    self._undo()
                if isinstance(error, (apsw.Error, OSError)) and not isinstance(error, _HARMLESS):
                    self.fail(error)
                    raise ReadOnlyError(f"{self.path}: now read-only: {error}") from error
                raise
            if outermost:
                if self._staged is not None:
                    self._edge, self._staged = self._staged, None
                self._checkpoint_wal()

    def _undo(self) -> None:
        self._staged = None
        try:
            if self._writer.in_transaction:
                self._writer.execute("ROLLBACK")
        except apsw.Error as error:
            self.fail(error)

    def fail(self, error: BaseException) -> None:
        """Make the store read-only because of this error; the first one is remembered."""
        if self.failure is None:
            self.failure = f"{type(error).__name__}: {error}"

    def _note_wal(self, _db: apsw.Connection, _name: str, pages: int) -> int:
        self._wal_pages = pages
        return apsw.SQLITE_OK

    def _checkpoint_wal(self) -> None:
        """Move the WAL into the file when it is long; what is in the WAL is durable already.

        SQLite's own checkpoint swallows I/O errors; a failed fsync must end writing, so it is called here.
        """
        if self._wal_pages < WAL_PAGES:
            return
        try:
            self._writer.wal_checkpoint(mode=apsw.SQLITE_CHECKPOINT_PASSIVE)
            self._wal_pages = 0
        except _HARMLESS:
            return
        except (apsw.Error, OSError) as error:
            self.fail(error)

    # --- the feed ------------------------------------------------------------------------------------------------

    def feed(self, after_seq: int = 0, limit: int = 1_000) -> list[FeedRow]:
        """The feed rows after a cursor, oldest first."""
        rows = self.reader().execute(
            "SELECT seq, start, stop, cause FROM feed WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, limit)
        )
        return [FeedRow(seq, start, stop, CAUSES[cause]) for seq, start, stop, cause in rows]

    def add_cause(self, start: int, stop: int, cause: str) -> None:
        """Tell projectors that the content of entries start to stop-1 arrived, went or was upgraded."""
        with self.transaction() as db:
            size = (self._staged or self._edge).size
            if not 0 <= start < stop <= size or cause not in CAUSES:
                raise OutOfRangeError(f"no entries [{start}, {stop}) to be {cause} in a log of {size}")
            db.execute(
                "INSERT INTO feed(start, stop, cause) VALUES(?, ?, ?)", (start, stop, CAUSES.index(cause))
            )

    # --- heads ---------------------------------------------------------------------------------------------------

    def head(self, size: int) -> bytes:
        """The root of a committed head, read back from the file.

        Raises:
            OutOfRangeError: no batch ended at this size.
        """
        row = self.reader().execute("SELECT root FROM head WHERE size=?", (size,)).fetchone()
        if row is None:
            raise OutOfRangeError(f"{self.path}: no batch ended at size {size}")
        return row[0]

    def committed_head(self) -> tuple[int, bytes]:
        """Read (size, root) of the newest committed head back from the file."""
        row = self.reader().execute("SELECT size, root FROM head ORDER BY size DESC LIMIT 1").fetchone()
        if row is None:
            raise CorruptStoreError(f"{self.path}: head: no row")
        return row[0], row[1]

    def add_signed_head(self, size: int, note: bytes) -> None:
        """Keep a signed note for ever; the same note again is nothing, another note for the size is refused."""
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO signed_head VALUES(?, ?)", (size, note))
            if db.execute("SELECT note FROM signed_head WHERE size=?", (size,)).fetchone() != (note,):
                raise ConflictError(f"{self.path}: another head of size {size} is signed already")

    def signed_head(self, size: int | None = None) -> bytes | None:
        """The signed note of a size (default: the newest signed), without cosignatures, or None."""
        query = "SELECT note FROM signed_head WHERE size = coalesce(?, (SELECT max(size) FROM signed_head))"
        row = self.reader().execute(query, (size,)).fetchone()
        return None if row is None else row[0]

    def signed_sizes(self) -> list[int]:
        """The sizes for which a signed note is kept, ascending."""
        return [size for (size,) in self.reader().execute("SELECT size FROM signed_head ORDER BY size")]

    def add_cosignature(self, size: int, key: str, timestamp: int, line: bytes) -> None:
        """Keep a cosignature line of a signed head; `key` names who signed, the later timestamp stays."""
        with self.transaction() as db:
            db.execute(
                "INSERT INTO cosignature VALUES(?, ?, ?, ?) ON CONFLICT(size, key) DO UPDATE SET "
                "timestamp=excluded.timestamp, line=excluded.line WHERE excluded.timestamp > timestamp",
                (size, key, timestamp, line),
            )

    def cosignatures(self, size: int) -> list[bytes]:
        """The cosignature lines kept for a size, ordered by key."""
        rows = self.reader().execute("SELECT line FROM cosignature WHERE size=? ORDER BY key", (size,))
        return [line for (line,) in rows]

    # --- named values --------------------------------------------------------------------------------------------

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep a named value in the file (a mirror's state)."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (name, value))

    def get_meta(self, name: str) -> bytes | None:
        """A named value, or None."""
        row = self.reader().execute("SELECT value FROM meta WHERE name=?", (name,)).fetchone()
        return None if row is None else row[0]

    # --- inside --------------------------------------------------------------------------------------------------

    def reader(self) -> apsw.Connection:
        """This thread's reading connection: sees what is committed; keep its transactions short."""
        db: apsw.Connection | None = getattr(self._local, "db", None)
        if db is None:
            if self._closed:
                raise StoreError(f"{self.path}: closed")
            db = connect_reader(self.path, self._vfs)
            self._local.db = db
            with self._lock:
                self._readers.append(db)
        return db

    def _prepare(self, origin: str | None) -> str:
        empty = self._writer.execute("SELECT count(*) FROM sqlite_schema").fetchone() == (0,)
        if empty and origin is not None:
            create_tables(self._writer, origin, Edge().root)
        return check_identity(self._writer, self.path, origin)

    def _stripe(self, row: int, index: int) -> bytes:
        found = (
            self.reader()
            .execute("SELECT hashes FROM stripe WHERE position=?", (position(row, index),))
            .fetchone()
        )
        if found is None or not isinstance(found[0], bytes) or len(found[0]) != STRIPE_BYTES:
            raise CorruptStoreError(f"{self.path}: stripe {row}/{index}: missing or not {STRIPE_BYTES} bytes")
        return found[0]

    def _read_expanded(self, row: int, index: int) -> bytes:
        return expand(self._stripe(row, index))

    def _load_edge(self) -> Edge:
        """Recompute the right edge from the last leaves and stripes: a few rows a level, whatever the size."""
        db = self._writer
        size, root = self.committed_head()
        last = db.execute("SELECT max(idx) FROM entry").fetchone()
        stored = db.execute("SELECT max(position) FROM stripe").fetchone()
        if last != (size - 1 if size else None,):
            raise CorruptStoreError(f"{self.path}: head says {size} leaves, the last entry is {last}")
        if stored != (stripe_count(size) - 1 if size >= STRIPE else None,):
            raise CorruptStoreError(f"{self.path}: head says {size} leaves, the last stripe is {stored}")
        recent = db.execute("SELECT leaf FROM entry WHERE idx >= ? ORDER BY idx", (size - size % STRIPE,))
        rows = [Row(b"".join(leaf_hashes(leaf for (leaf,) in recent)))]
        while (filled := size >> (STRIPE_BITS * len(rows))) > 0:
            below = range(filled - filled % STRIPE, filled)
            rows.append(Row(stripe_roots(b"".join([self._stripe(len(rows) - 1, index) for index in below]))))
        edge = Edge(size, tuple(rows))
        if edge.root != root:
            raise CorruptStoreError(f"{self.path}: head {size}: the root is not that of the stored hashes")
        return edge

    def _check_size(self, size: int) -> None:
        if not 0 <= size <= self.size:
            raise OutOfRangeError(f"no tree of size {size} in a log of {self.size}")

    def _check_range(self, start: int, stop: int) -> None:
        if not 0 <= start <= stop <= self.size:
            raise OutOfRangeError(f"no entries [{start}, {stop}) in a log of {self.size}")


def _open_error(path: Path, error: apsw.Error) -> StoreError:
    if isinstance(error, (apsw.CorruptError, apsw.NotADBError)):
        return CorruptStoreError(f"{path}: {error}")
    return StoreError(f"{path}: cannot be opened: {error}")
