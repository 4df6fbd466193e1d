"""From the id of an entry to its place: sorted runs, merged as they grow (a log-structured merge tree).

Ids are random, so an ordinary index touches a page for every id: at half a million entries a batch of 256
rewrites thirty times its own bytes. Here a batch appends one small sorted run; sixteen runs of a tier are
merged into one of the next, up to `FINAL` records. Every id is written three or four times in all, and
pages are written whole.

A record is id (16 bytes) and index (5 bytes, big-endian). Only the newest runs are merged, so the numbers
of runs follow their age, and the oldest run that knows an id has its smallest index: the first entry of an
id wins.
"""

from __future__ import annotations

from bisect import bisect_right
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple

from comity.record.store_errors import CorruptStoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    import apsw

ID_SIZE = 16
INDEX_SIZE = 5
RECORD = ID_SIZE + INDEX_SIZE
PAGE_RECORDS = 193
"""Records of a row: four rows fill a page of 16 KiB."""
FAN_IN = 16
FINAL = 1 << 15
"""Records from which on a run is not merged again; bounds the longest merge to half a million records."""
PAGES = 1 << 20
"""Positions kept free for the pages of one run."""

_concat = bytes.__add__


class Run(NamedTuple):
    """One sorted run: its number, tier, how many records, and the first id of every page."""

    number: int
    tier: int
    size: int
    firsts: tuple[bytes, ...]


class IdIndex:
    """The runs of one file as last committed; immutable. `add` writes and returns the next one."""

    def __init__(self, runs: tuple[Run, ...] = ()) -> None:
        self.runs = runs

    @classmethod
    def load(cls, db: apsw.Connection) -> IdIndex:
        """Read the list of runs, oldest first."""
        rows = db.execute("SELECT run, tier, count, firsts FROM id_run ORDER BY run")
        return cls(tuple(Run(run, tier, count, _cut(firsts, ID_SIZE)) for run, tier, count, firsts in rows))

    def find(self, db: apsw.Connection, entry_id: bytes) -> int | None:
        """The smallest index with this id, or None.

        Raises:
            CorruptStoreError: a page is missing; the runs may have been merged meanwhile: load again.
        """
        for run in self.runs:
            # A repeated id may begin on the page before; pages hold what is >= their first id.
            page = max(bisect_right(run.firsts, entry_id) - 1, 0)
            while page > 0 and run.firsts[page] == entry_id:
                page -= 1
            for number in range(page, min(page + 2, len(run.firsts))):
                found = _search(_page(db, run, number), entry_id)
                if found is not None:
                    return found
        return None

    def batches(self, db: apsw.Connection) -> Iterator[list[bytes]]:
        """Every id, a page at a time."""
        for (page,) in db.execute("SELECT records FROM id_page"):
            yield [page[at : at + ID_SIZE] for at in range(0, len(page), RECORD)]

    def add(self, db: apsw.Connection, ids: Iterable[bytes], indices: Iterable[int]) -> IdIndex:
        """Write the ids of a batch as a run, merge what is due, and return the index after the commit."""
        places = [index.to_bytes(INDEX_SIZE, "big") for index in indices]
        records: list[bytes] = sorted(map(_concat, ids, places))
        if not records:
            return self
        number = self.runs[-1].number + 1 if self.runs else 1
        runs = [*self.runs, _write(db, number, 0, records)]
        while due := _due(runs):
            merged = sorted([record for run in due for record in _read(db, run)])
            _delete(db, due)
            number += 1
            runs[-FAN_IN:] = [_write(db, number, due[0].tier + 1, merged)]
        return IdIndex(tuple(runs))


def read_run(db: apsw.Connection, number: int) -> tuple[bytes, bytes, list[bytes]]:
    """The stored digest of a run, the digest of what is there, and its records (for fsck)."""
    rows: list[Any] = db.execute(
        "SELECT tier, count, digest, firsts FROM id_run WHERE run=?", (number,)
    ).fetchall()
    tier, count, digest, firsts = rows[0]
    records = _read(db, Run(number, tier, count, _cut(firsts, ID_SIZE)))
    return digest, _digest(tier, count, firsts, records), records


def _due(runs: Sequence[Run]) -> Sequence[Run]:
    """The last sixteen runs, when they are of one tier: merging neighbours only keeps the order of age."""
    last = runs[-FAN_IN:]
    same = all(run.tier == last[0].tier and run.size < FINAL for run in last)
    return last if len(last) == FAN_IN and same else ()


def _write(db: apsw.Connection, number: int, tier: int, records: Sequence[bytes]) -> Run:
    starts = range(0, len(records), PAGE_RECORDS)
    firsts = tuple(records[at][:ID_SIZE] for at in starts)
    pages = [
        (number * PAGES + page, b"".join(records[at : at + PAGE_RECORDS])) for page, at in enumerate(starts)
    ]
    db.executemany("INSERT INTO id_page VALUES(?, ?)", pages)
    joined = b"".join(firsts)
    digest = _digest(tier, len(records), joined, records)
    db.execute("INSERT INTO id_run VALUES(?, ?, ?, ?, ?)", (number, tier, len(records), digest, joined))
    return Run(number, tier, len(records), firsts)


def _digest(tier: int, count: int, firsts: bytes, records: Sequence[bytes]) -> bytes:
    return sha256(b"%d %d\n" % (tier, count) + firsts + b"".join(records)).digest()


def _delete(db: apsw.Connection, runs: Iterable[Run]) -> None:
    for run in runs:
        span = (run.number * PAGES, (run.number + 1) * PAGES)
        db.execute("DELETE FROM id_page WHERE position >= ? AND position < ?", span)
        db.execute("DELETE FROM id_run WHERE run = ?", (run.number,))


def _read(db: apsw.Connection, run: Run) -> list[bytes]:
    span = (run.number * PAGES, (run.number + 1) * PAGES)
    rows = db.execute(
        "SELECT records FROM id_page WHERE position >= ? AND position < ? ORDER BY position", span
    )
    return [record for (page,) in rows for record in _cut(page, RECORD)]


def _page(db: apsw.Connection, run: Run, page: int) -> bytes:
    row = db.execute("SELECT records FROM id_page WHERE position=?", (run.number * PAGES + page,)).fetchone()
    if row is None or not isinstance(row[0], bytes):
        raise CorruptStoreError(f"id_page: run {run.number}, page {page}: missing")
    return row[0]


def _search(page: bytes, entry_id: bytes) -> int | None:
    at = page.find(entry_id)
    while at >= 0 and at % RECORD:  # bytes of two neighbours may look like the id
        at = page.find(entry_id, at + 1)
    return int.from_bytes(page[at + ID_SIZE : at + RECORD], "big") if at >= 0 else None


def _cut(data: bytes, size: int) -> tuple[bytes, ...]:
    return tuple([data[at : at + size] for at in range(0, len(data), size)])
