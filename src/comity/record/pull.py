"""Entry bundles fetched a few at a time and verified against a signed tree before anybody sees them.

The leaf hashes of a full bundle fold to one hash of the tile at level 1; those of the last, partial bundle
are the partial tile at level 0. Those tiles were authenticated first; full tiles of level 0 are not needed.
"""

from __future__ import annotations

from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from comity.record import merkle
from comity.record.errors import ComityError
from comity.record.fetch import NotFoundError
from comity.record.tiles import FULL_WIDTH, TILE_HEIGHT, decode_bundle, entries_path

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from concurrent.futures import Future

    from comity.record.fetch import Fetch
    from comity.record.tilereader import TileReader

IN_FLIGHT: Final = 4
"""Bundles fetched at a time."""
BATCH_LEAVES: Final = 4096
"""Leaves after which a batch is stored: 16 bundles."""
BATCH_BYTES: Final = 4 << 20
"""Bytes of leaves after which a batch is stored, however few they are."""


class EntriesError(ComityError):
    """Entries that are not the ones in the signed tree."""

    code = "entries-unproved"
    advice = "Try again; if it stays, tell whoever operates the log: its entries are not those it signed."


@dataclass
class Batch:
    """Verified entries in a row: `leaves[i]` is leaf `start + i` and `hashes[i]` its 32-byte leaf hash."""

    start: int
    leaves: list[bytes] = field(default_factory=list)
    hashes: list[bytes] = field(default_factory=list)
    size: int = 0

    @property
    def stop(self) -> int:
        """The index after the last leaf."""
        return self.start + len(self.leaves)

    @property
    def full(self) -> bool:
        """Whether the batch is worth a transaction."""
        return len(self.leaves) >= BATCH_LEAVES or self.size >= BATCH_BYTES

    def add(self, leaves: list[bytes], hashes: list[bytes]) -> None:
        """Take in the next leaves."""
        self.leaves += leaves
        self.hashes += hashes
        self.size += sum(map(len, leaves))


def pull(fetch: Fetch, reader: TileReader, start: int, *, in_flight: int = IN_FLIGHT) -> Iterator[Batch]:
    """Give the verified entries from `start` to the end of a signed tree, in order, in batches.

    Args:
        fetch: gives the bytes at a path; called from `in_flight` threads at a time.
        reader: the authenticated tiles of the signed tree.
        start: first leaf that is wanted.
        in_flight: how many bundles to fetch at a time.

    Raises:
        FetchError: a bundle or tile could not be had.
        BundleError, EntriesError, TileProofError: it is not the one in the signed tree.
    """
    batch = Batch(start)
    bundles = range(start // FULL_WIDTH, -(-reader.size // FULL_WIDTH))
    widths = ((index, min(FULL_WIDTH, reader.size - index * FULL_WIDTH)) for index in bundles)
    for index, width, data in _fetched(fetch, widths, in_flight):
        leaves, hashes = _verified(reader, index, width, data)
        skip = max(0, start - index * FULL_WIDTH)
        batch.add(leaves[skip:], hashes[skip:])
        if batch.full or batch.stop == reader.size:
            yield batch
            batch = Batch(batch.stop)


def _verified(reader: TileReader, index: int, width: int, data: bytes) -> tuple[list[bytes], list[bytes]]:
    leaves = decode_bundle(data, width)
    hashes = [merkle.leaf_hash(leaf) for leaf in leaves]
    if width == FULL_WIDTH:
        proven = merkle.root_of_hashes(hashes) == reader.hash(TILE_HEIGHT, index)
    else:
        proven = b"".join(hashes) == reader.tile(0, index)
    if not proven:
        raise EntriesError(
            f"{entries_path(index, width)} does not hold the entries signed at size {reader.size}."
        )
    return leaves, hashes


def _bundle(fetch: Fetch, index: int, width: int) -> bytes:
    """Fetch a bundle; where the partial one is gone, the full one cut to its first entries."""
    try:
        return fetch(entries_path(index, width))
    except NotFoundError:
        if width == FULL_WIDTH:
            raise
    return _cut(fetch(entries_path(index)), width)


def _cut(bundle: bytes, width: int) -> bytes:
    """Keep the first entries of a bundle; what is malformed is left to the decoder to refuse."""
    at = 0
    for _ in range(width):
        at += 2 + int.from_bytes(bundle[at : at + 2])
    return bundle[:at]


def _fetched(
    fetch: Fetch, widths: Iterable[tuple[int, int]], in_flight: int
) -> Iterator[tuple[int, int, bytes]]:
    """Fetch bundles in order, some ahead of the one that is being verified."""
    if in_flight == 1:
        for index, width in widths:
            yield index, width, _bundle(fetch, index, width)
        return
    waiting: deque[tuple[int, int, Future[bytes]]] = deque()
    pool = ThreadPoolExecutor(in_flight, thread_name_prefix="pull")
    try:
        for index, width in widths:
            waiting.append((index, width, pool.submit(_bundle, fetch, index, width)))
            if len(waiting) > in_flight:
                first, its_width, future = waiting.popleft()
                yield first, its_width, future.result()
        while waiting:
            first, its_width, future = waiting.popleft()
            yield first, its_width, future.result()
    finally:
        pool.shutdown(cancel_futures=True)
