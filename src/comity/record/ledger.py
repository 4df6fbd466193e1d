"""`Ledger`: what is written beside a tree: heads, signed notes, cosignatures, the feed, named values."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from comity.record.database import Database
from comity.record.store_errors import ConflictError, CorruptStoreError, OutOfRangeError

if TYPE_CHECKING:
    from pathlib import Path

CAUSES = ("entry", "opened", "erased", "upgraded")
"""Why a projector should look at an entry; the position in this tuple is what the file holds."""


class FeedRow(NamedTuple):
    """One row of the feed: entries start to stop-1 changed because of `cause`; `seq` is the cursor."""

    seq: int
    start: int
    stop: int
    cause: str


class Ledger(Database):
    """The tables beside the leaves and hashes of one tree."""

    def __init__(self, path: Path | str, vfs: str | None = None) -> None:
        super().__init__(path, vfs)
        self._known: dict[tuple[str, tuple[Any, ...]], tuple[int, int | None]] = {}

    # Heads: one root a size, for ever.

    def head(self, size: int) -> bytes:
        """The root of a committed head, read back from the file.

        Raises:
            OutOfRangeError: no batch ended at this size.
        """
        row = self.read_one("SELECT root FROM head WHERE size=?", (size,))
        if row is None:
            raise OutOfRangeError(f"{self.path}: no batch ended at size {size}")
        root: bytes = row[0]
        return root

    def committed_head(self) -> tuple[int, bytes]:
        """Read (size, root) of the newest committed head back from the file."""
        row = self.read_one("SELECT size, root FROM head ORDER BY size DESC LIMIT 1")
        if row is None:
            raise CorruptStoreError(f"{self.path}: head: no row")
        return row[0], row[1]

    def add_signed_head(self, size: int, note: bytes) -> None:
        """Keep a signed note for ever; the same note again is nothing.

        Raises:
            ConflictError: another note is kept for the size.
        """
        with self.transaction() as db:
            db.execute("INSERT OR IGNORE INTO signed_head VALUES(?, ?)", (size, note))
            if db.execute("SELECT note FROM signed_head WHERE size=?", (size,)).fetchone() != (note,):
                raise ConflictError(f"{self.path}: another head of size {size} is signed already")

    def signed_head(self, size: int | None = None) -> bytes | None:
        """The signed note of a size (default: the newest signed), without cosignatures, or None."""
        row = self.read_one(
            "SELECT note FROM signed_head WHERE size = coalesce(?, (SELECT max(size) FROM signed_head))",
            (size,),
        )
        return None if row is None else row[0]

    def signed_size(self) -> int | None:
        """The largest size for which a signed note is kept, or None."""
        return self._since_commit("SELECT max(size) FROM signed_head", ())

    def signed_sizes(self) -> list[int]:
        """Every size for which a signed note is kept, ascending."""
        return [size for (size,) in self.read_all("SELECT size FROM signed_head ORDER BY size")]

    def add_cosignature(self, size: int, key: str, timestamp: int, line: bytes) -> None:
        """Keep a verified cosignature line of a signed head; the later timestamp of a key stays.

        Args:
            size: Leaves of the head.
            key: Who signed: name and key hash.
            timestamp: POSIX seconds.
            line: The signature line with its newline.
        """
        with self.transaction() as db:
            db.execute(
                "INSERT INTO cosignature VALUES(?, ?, ?, ?) ON CONFLICT(size, key) DO UPDATE SET "
                "timestamp=excluded.timestamp, line=excluded.line WHERE excluded.timestamp > timestamp",
                (size, key, timestamp, line),
            )

    def newest_cosigned(self, key: str) -> int:
        """The largest size with a kept cosignature of this key, 0 when there is none."""
        return self._since_commit("SELECT max(size) FROM cosignature WHERE key=?", (key,)) or 0

    def first_cosigned(self, index: int) -> list[tuple[int, str, int]]:
        """For each key its smallest cosigned head over an entry: size, key, POSIX seconds."""
        return self.read_all(
            "SELECT size, key, timestamp FROM cosignature AS this WHERE size = "
            "(SELECT min(size) FROM cosignature WHERE key = this.key AND size > ?) ORDER BY key",
            (index,),
        )

    def cosignatures(self, size: int) -> list[bytes]:
        """The cosignature lines kept for a size, ordered by key."""
        rows = self.read_all("SELECT line FROM cosignature WHERE size=? ORDER BY key", (size,))
        return [line for (line,) in rows]

    def _since_commit(self, query: str, values: tuple[Any, ...]) -> int | None:
        """The one number of a query, asked anew after every commit: each look at a record needs these."""
        commits = self.commits
        known = self._known.get((query, values))
        if known is not None and known[0] == commits:
            return known[1]
        number: int | None = self.read_one(query, values)[0]
        self._known[query, values] = (commits, number)
        return number

    # The feed: ranges of entries that projectors should look at.

    def feed(self, after_seq: int = 0, limit: int = 1_000) -> list[FeedRow]:
        """The feed rows after a cursor, oldest first."""
        rows = self.read_all(
            "SELECT seq, start, stop, cause FROM feed WHERE seq > ? ORDER BY seq LIMIT ?", (after_seq, limit)
        )
        return [FeedRow(seq, start, stop, CAUSES[cause]) for seq, start, stop, cause in rows]

    def feed_end(self) -> int:
        """The newest row of the feed, 0 when it is empty."""
        newest: int | None = self.read_one("SELECT max(seq) FROM feed")[0]
        return newest or 0

    def add_cause(self, start: int, stop: int, cause: str) -> None:
        """Tell projectors that entries start to stop-1 were opened, erased or upgraded.

        Raises:
            OutOfRangeError: no such entries, or no such cause.
        """
        with self.transaction() as db:
            row: Any = db.execute("SELECT max(size) FROM head").fetchone()
            size = row[0]
            if not 0 <= start < stop <= size or cause not in CAUSES[1:]:
                raise OutOfRangeError(f"no entries [{start}, {stop}) to be {cause} in a log of {size}")
            self._feed_row(start, stop, cause)

    def _feed_row(self, start: int, stop: int, cause: str) -> None:
        row = (start, stop, CAUSES.index(cause))
        self.writer.execute("INSERT INTO feed(start, stop, cause) VALUES(?, ?, ?)", row)

    # Named values: what a mirror remembers.

    def set_meta(self, name: str, value: bytes) -> None:
        """Keep a named value in the file."""
        with self.transaction() as db:
            db.execute("INSERT OR REPLACE INTO meta VALUES(?, ?)", (name, value))

    def get_meta(self, name: str) -> bytes | None:
        """A named value, or None."""
        row = self.read_one("SELECT value FROM meta WHERE name=?", (name,))
        return None if row is None else row[0]
