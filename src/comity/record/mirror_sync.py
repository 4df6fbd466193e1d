"""One pull of a mirror: hold the head that the log shows against everything known, then take the rest.

The order is the safety of it (docs/spec/mirror.md):

1. The head's signature verifies before anything in it is looked at.
2. Two roots for one size are a fork, whatever else is true.
3. A head that the held tree covers is compared with the held tree.
4. A larger head is remembered, its tiles authenticated, and the held tree and every head seen before are
   shown to be in it. Only then is anything stored.
5. Entries are verified before they are stored; the head is held when every entry is.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record import merkle
from comity.record.checkpoint import Checkpoint, CheckpointError, open_checkpoint
from comity.record.fetch import FetchError
from comity.record.fork import ForkProof, prove_leaf, prove_prefix
from comity.record.heads import Edge, Heads, SeenHead
from comity.record.mirror_errors import ContradictionError, ForkFoundError, QuotaError
from comity.record.note import MAX_NOTE, NoteError
from comity.record.pull import Batch, EntriesError, pull
from comity.record.tilereader import TileProofError, TileReader, complete_subtrees, edged_reader
from comity.record.tiles import BundleError, TilePathError

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.record.errors import ComityError
    from comity.record.fetch import Fetch
    from comity.record.merkle import HashReader
    from comity.record.store import TreeStore


SEEN: Final = "seen"
"""Stands for the origin of a head whose note was opened before."""
PEER_FAULTS: Final = (
    BundleError,
    CheckpointError,
    ContradictionError,
    EntriesError,
    FetchError,
    NoteError,
    QuotaError,
    TilePathError,
    TileProofError,
)
"""What a peer or a line can do to a pull: reported, never raised."""


State = Literal["consistent", "behind", "unproved", "forked"]
"""What the last pull came to (docs/spec/mirror.md)."""


@dataclass(frozen=True)
class SyncResult:
    """What a pull came to.

    Attributes:
        state: the mirror's state after it.
        size: leaves held and verified.
        added: leaves that this pull added.
        target: leaves of the largest head whose signature verified (equal to `size` when all is held).
        reason: why the pull ended early, or None; it has `code`, `advice` and a message.
    """

    state: State
    size: int
    added: int
    target: int
    reason: ComityError | None = None


def read_head(note: bytes, vkey: str) -> Checkpoint:
    """Open a signed head of a log.

    Raises:
        NoteError, CheckpointError: the note is too large, malformed, or not signed by the log.
    """
    if len(note) > MAX_NOTE:
        raise CheckpointError(f"The checkpoint has {len(note)} bytes; {MAX_NOTE} are the limit.")
    return open_checkpoint(note, vkey)


class Pull:
    """One pull. Made for every call of `Mirror.sync`; holds nothing that outlives it.

    Args:
        vkey: verifier key of the log.
        store: the mirror's tree.
        heads: the mirror's remembered heads.
        fetch: gives the bytes at a path of the log.
        admit: called with every batch before it is stored; raises `QuotaError` to refuse it.
        identify: gives the id of a leaf, or None.
    """

    def __init__(
        self,
        vkey: str,
        store: TreeStore,
        heads: Heads,
        fetch: Fetch,
        *,
        admit: Callable[[Batch], None],
        identify: Callable[[bytes], bytes | None],
    ) -> None:
        self._vkey = vkey
        self._store = store
        self._heads = heads
        self._fetch = fetch
        self._admit = admit
        self._identify = identify

    def run(self, progress: Callable[[int, int], None], in_flight: int) -> bool:
        """Follow the log to the head it shows.

        Args:
            progress: told (leaves held, leaves to hold) after every batch.
            in_flight: bundles fetched at a time.

        Returns:
            Whether the head is the newest known: False if a larger one was seen or is held.

        Raises:
            ForkFoundError: the log signed two histories.
            Whatever is in `PEER_FAULTS`: the pull ended early; what is stored is verified.
        """
        note = self._fetch("checkpoint")
        head = read_head(note, self._vkey)
        self.check_same_size(head, note)
        if head.size <= self._store.size:
            self.check_covered(head, note)
            self._heads.hold(head, note)
        else:
            self._follow(head, note, progress, in_flight)
        self._check_seen()
        largest = max([self._store.size, *(seen.size for seen in self._heads.seen())])
        return head.size >= largest

    def _check_seen(self) -> None:
        """Hold the heads seen before against the tree, as far as it has grown over them."""
        for seen in self._heads.seen():
            if seen.size <= self._store.size:
                self.check_covered(Checkpoint(SEEN, seen.size, seen.root), seen.note)
                self._heads.forget([seen])

    def check_same_size(self, head: Checkpoint, note: bytes) -> None:
        """Hold a head against every other note signed for its size.

        Raises:
            ForkFoundError: one of them has another root.
        """
        for other in self._heads.signed_at(head.size):
            if open_checkpoint(other, self._vkey).root != head.root:
                raise ForkFoundError(ForkProof.same_size(self._vkey, other, note))

    def check_covered(self, head: Checkpoint, note: bytes) -> None:
        """Hold a head that is no larger than the held tree against that tree.

        Raises:
            ForkFoundError: the log signed two histories.
            ContradictionError: the head is not of the held tree, and that cannot be proven yet.
        """
        if self._store.root(head.size) != head.root:
            self._heads.remember(head, note)
            self._accuse(head, note)

    def _follow(
        self, head: Checkpoint, note: bytes, progress: Callable[[int, int], None], in_flight: int
    ) -> None:
        self._heads.remember(head, note)
        reader = TileReader(self._fetch, head.size, head.root)
        reader.authenticate()
        contained = self._check_contained(head, note, reader)
        for batch in pull(self._fetch, reader, self._store.size, in_flight=in_flight):
            self._admit(batch)
            with self._store.transaction():
                ids = [self._identify(leaf) for leaf in batch.leaves]
                self._store.append(batch.leaves, ids=ids, hashes=batch.hashes)
                self._heads.forget(contained)
                if batch.stop == head.size:
                    self._heads.hold(head, note)
                    self._heads.set_edge(None)
                else:
                    self._heads.set_edge(_edge(reader, batch.stop))
            progress(batch.stop, head.size)

    def _check_contained(self, head: Checkpoint, note: bytes, reader: TileReader) -> list[SeenHead]:
        """Show that the held tree and every smaller head seen are in a new tree; return those heads."""
        smaller = [seen for seen in self._heads.seen() if seen.size < head.size]
        for seen in smaller:
            if merkle.root_from(reader.hash, seen.size) != seen.root:
                raise ForkFoundError(self._prefix(seen.note, note, reader.hash))
        if merkle.root_from(reader.hash, self._store.size) != self._store.root():
            held = self._store.signed_head()
            if held is not None:
                before = open_checkpoint(held, self._vkey)
                if merkle.root_from(reader.hash, before.size) != before.root:
                    raise ForkFoundError(self._prefix(held, note, reader.hash))
            self._accuse(head, note)
        return smaller

    def _prefix(self, smaller: bytes, larger: bytes, read: HashReader) -> ForkProof:
        """Prove with the larger tree's tiles; by the very leaf, where the smaller tree is held that far."""
        proof = prove_prefix(self._vkey, smaller, larger, read)
        size = open_checkpoint(smaller, self._vkey).size
        if size <= self._store.size and self._store.root(size) == open_checkpoint(smaller, self._vkey).root:
            return self._by_leaf((smaller, self._store.hash), (larger, read)) or proof
        return proof

    def _by_leaf(self, first: tuple[bytes, HashReader], second: tuple[bytes, HashReader]) -> ForkProof | None:
        try:
            return prove_leaf(self._vkey, first, second)
        except (FetchError, TileProofError):
            return None  # the log keeps the tiles back; the weaker form proves the fork as well

    def _accuse(self, head: Checkpoint, note: bytes) -> None:
        """Prove that a head contradicts a larger signed tree that can be read; always raises."""
        for larger, read in self._larger_trees(head.size):
            try:
                if merkle.root_from(read, head.size) == head.root:
                    continue
                proof = prove_prefix(self._vkey, note, larger, read)
            except (FetchError, TileProofError):
                continue
            raise ForkFoundError(self._by_leaf((note, self._tiles(head)), (larger, read)) or proof)
        raise ContradictionError(
            f"The log signed a head of {head.size} leaves that contradicts the {self._store.size} held, "
            "and does not give the tiles that would prove it."
        )

    def _larger_trees(self, size: int) -> list[tuple[bytes, HashReader]]:
        """Return signed notes of trees of at least `size` leaves, each with a reader: held ones first."""
        trees: list[tuple[bytes, HashReader]] = []
        held = self._heads.held(size)
        if held is not None:
            trees.append((held, self._store.hash))
        edge = self._heads.edge()
        for seen in self._heads.seen():
            if edge is not None and (seen.size, seen.root) == (edge.size, edge.root):
                trees.append(
                    (seen.note, edged_reader(self._store.hash, self._store.size, edge.size, edge.hashes))
                )
            elif seen.size > size:
                trees.append((seen.note, self._tiles(Checkpoint(SEEN, seen.size, seen.root))))
        return trees

    def _tiles(self, head: Checkpoint) -> HashReader:
        """Return a reader of a tree's tiles that authenticates them when it is first asked."""
        reader = TileReader(self._fetch, head.size, head.root)

        def read(level: int, index: int) -> bytes:
            reader.authenticate()
            return reader.hash(level, index)

        return read


def _edge(reader: TileReader, start: int) -> Edge:
    """Read the complete subtrees right of `start`: with the held leaves they are the whole tree."""
    hashes = tuple(reader.hash(level, index) for level, index in complete_subtrees(start, reader.size))
    return Edge(reader.size, reader.root, hashes)
