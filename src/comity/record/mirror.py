"""`Mirror`: the other party's log, kept here: every entry verified before it is stored, none ever replaced.

    mirror = Mirror.open("mirrors/la.sqlite", "la/hq", vkey, quota_bytes=10 << 30)
    result = mirror.sync(folder_fetcher("/media/usb/la"))     # or any function path -> bytes
    result.state                                              # consistent | behind | unproved | forked
    line = mirror.cosign(cosigner, now)                       # for the newest head that is held completely

What a peer or a line does wrong never raises out of `sync`: it is in the result's `reason`, and the next call
goes on where the verified tree ends. What the own disk does wrong raises. The protocol: docs/spec/mirror.md.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final, Self, cast

from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.cosigner_memory import CosignedHead
from comity.record.errors import ComityError
from comity.record.fetch import NotFoundError
from comity.record.fork_keeper import ForkKeeper
from comity.record.heads import Heads
from comity.record.mirror_errors import (
    ContradictionError,
    CosignedLargerError,
    ForkFoundError,
    MirrorIncompleteError,
    MirrorKeyError,
    QuotaError,
)
from comity.record.mirror_sync import PEER_FAULTS, Pull, State, SyncResult
from comity.record.note import Verifier
from comity.record.pull import IN_FLIGHT, Batch
from comity.record.store import TreeStore
from comity.record.store_errors import CorruptStoreError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from comity.record.cosignature import Cosigner
    from comity.record.fetch import Fetch
    from comity.record.fork import ForkProof

__all__ = [
    "ContradictionError",
    "CosignedLargerError",
    "ForkFoundError",
    "Mirror",
    "MirrorIncompleteError",
    "MirrorKeyError",
    "QuotaError",
    "State",
    "SyncResult",
]

LEAF_OVERHEAD: Final = 64
"""Bytes beside a leaf's own that a quota counts: its hashes, its row, its id."""
_VKEY = "mirror_vkey"
_STATE = "mirror_state"


class Mirror:
    """The mirror of one log; `open` makes it. Safe to use from several threads; one pull runs at a time."""

    def __init__(
        self,
        store: TreeStore,
        vkey: str,
        *,
        quota_bytes: int | None = None,
        identify: Callable[[bytes], bytes | None] | None = None,
    ) -> None:
        self.store = store
        self.vkey = vkey
        self.quota_bytes = quota_bytes
        self.heads = Heads(store)
        self._identify = identify
        self._pulling = threading.Lock()
        self._pin()
        self._keeper = ForkKeeper(store, vkey)

    @classmethod
    def open(
        cls,
        path: Path | str,
        origin: str,
        vkey: str,
        *,
        quota_bytes: int | None = None,
        identify: Callable[[bytes], bytes | None] | None = None,
    ) -> Self:
        """Open a mirror, or make an empty one.

        Args:
            path: its SQLite file.
            origin: the log's name.
            vkey: the log's verifier key, as pinned; its name is the origin.
            quota_bytes: most bytes that the file may have; None for no limit.
            identify: gives the id of a leaf; where it raises, the leaf is kept without one.

        Raises:
            MirrorKeyError: the key is of another log, or the file was made for another key.
            StoreError: the file is damaged, another's, or cannot be read.
            CosignerMemoryError: what was cosigned is remembered nowhere that can be read.
        """
        if Verifier.parse(vkey).name != origin:
            raise MirrorKeyError(f"{vkey} is not a key of {origin}.")
        try:
            return cls._opened(TreeStore(path, origin), vkey, quota_bytes=quota_bytes, identify=identify)
        except (TypeError, ValueError) as error:  # damage that SQLite does not see: values of other types
            raise CorruptStoreError(f"{path}: {error!r}") from error

    @classmethod
    def _opened(cls, store: TreeStore, vkey: str, **options: Any) -> Self:
        try:
            with store.explained():
                return cls(store, vkey, **options)
        except BaseException:
            store.close()
            raise

    @property
    def origin(self) -> str:
        """The name of the mirrored log."""
        return self.store.origin

    @property
    def size(self) -> int:
        """Leaves held and verified."""
        return self.store.size

    @property
    def state(self) -> State:
        """What the last pull came to; `unproved` before the first."""
        value = (self.store.get_meta(_STATE) or b"unproved").decode()
        return "forked" if self.fork is not None else cast("State", value)

    @property
    def fork(self) -> ForkProof | None:
        """The fork proof, once there is one."""
        return self._keeper.proof

    @property
    def fork_path(self) -> Path:
        """Where the fork proof lies once there is one."""
        return self._keeper.path

    def checkpoint(self) -> bytes | None:
        """Return the whole signed note of the newest head of which every entry is held."""
        return self.store.signed_head()

    def close(self) -> None:
        """Close the mirror's file."""
        self.store.close()

    def __enter__(self) -> Self:
        """Return the mirror itself."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the mirror's file."""
        self.close()

    def sync(
        self, fetch: Fetch, *, progress: Callable[[int, int], None] | None = None, in_flight: int = IN_FLIGHT
    ) -> SyncResult:
        """Pull what the log has and this mirror has not; verify it; store it.

        Args:
            fetch: gives the bytes at a path relative to the log's prefix, or raises `FetchError`. It is
                called from up to `in_flight` threads at a time, and limits size and time of an answer.
            progress: told (leaves held, leaves to hold) after every batch.
            in_flight: entry bundles fetched at a time.

        Raises:
            StoreError: the own disk failed.
        """
        with self._pulling:
            before = self.store.size
            reason: ComityError | None = None
            if self.fork is None:
                reason = self._pull(fetch, progress or _silent, in_flight)
            target = max([self.store.size, *(seen.size for seen in self.heads.seen())])
            return SyncResult(self.state, self.store.size, self.store.size - before, target, reason)

    def _pull(self, fetch: Fetch, progress: Callable[[int, int], None], in_flight: int) -> ComityError | None:
        try:
            newest = self._run(fetch).run(progress, in_flight)
        except ForkFoundError as found:
            self.declare_fork(found.proof)
            return found
        except PEER_FAULTS as error:
            if self.heads.seen():
                self._set_state("unproved")
            return error
        self._set_state("consistent" if newest else "behind")
        return None

    def observe(self, head: Checkpoint, note: bytes) -> None:
        """Hold a signed head that came another way (a witness request, a bundle) against everything known.

        Args:
            head: the checkpoint, whose signature the caller verified.
            note: its whole signed note.

        Raises:
            ForkFoundError: it proves a fork; the proof is kept and the mirror is forked.
            ContradictionError: it contradicts the held tree, which cannot be proven yet.
        """
        run = self._run(_nothing_to_fetch)
        try:
            run.check_same_size(head, note)
            if head.size <= self.store.size:
                run.check_covered(head, note)
            else:
                self.heads.remember(head, note)
        except ForkFoundError as found:
            self.declare_fork(found.proof)
            raise

    def cosign(self, cosigner: Cosigner, now: int) -> bytes:
        """Cosign the newest head of which every entry is held; the same head gives the same line for ever.

        Args:
            cosigner: the witness key (says: consistent) or the mirror key (says: and every entry is held).
            now: POSIX time in seconds; used the first time only.

        Raises:
            ForkFoundError: the log is forked.
            MirrorIncompleteError: a head is known of which not every entry is held, or none is known.
            CosignedLargerError: the cosigner signed for a larger head before.
            ContradictionError: it signed for a head that is not of the held tree.
        """
        with self.store.transaction():
            if self.fork is not None:
                raise ForkFoundError(self.fork)
            note = self.checkpoint()
            if note is None or self.heads.seen():
                raise MirrorIncompleteError(
                    f"{self.store.size} leaves of {self.origin} do not end at its newest signed head."
                )
            head = open_checkpoint(note, self.vkey)
            last = self.heads.last_cosigned(cosigner.vkey)
            if last.size > head.size:
                raise CosignedLargerError(
                    f"{cosigner.name} cosigned {last.size} leaves; {head.size} are held."
                )
            if self.store.root(last.size) != last.root:
                raise ContradictionError(f"{cosigner.name} cosigned another tree of {last.size} leaves.")
            if last.note and last.size == head.size:
                return last.line
            line = cosigner.cosign(note, now)
            self.heads.add_cosigned(cosigner.vkey, CosignedHead(head.size, head.root, note, line))
        return line

    def declare_fork(self, proof: ForkProof) -> None:
        """Keep a fork proof for ever, in the database and beside it; the state is terminal."""
        self._keeper.declare(proof)

    def _run(self, fetch: Fetch) -> Pull:
        return Pull(self.vkey, self.store, self.heads, fetch, admit=self._admit, identify=self._id_of)

    def require_room(self, octets: int) -> None:
        """Refuse what would make the file larger than its quota.

        Raises:
            QuotaError: it would.
        """
        if self.quota_bytes is None:
            return
        db = self.store.reader()
        after = db.pragma("page_count") * db.pragma("page_size") + octets
        if after > self.quota_bytes:
            raise QuotaError(
                f"{self.origin}: {octets} more bytes would make {after}; the quota is {self.quota_bytes}."
            )

    def _admit(self, batch: Batch) -> None:
        self.require_room(batch.size + LEAF_OVERHEAD * len(batch.leaves))

    def _id_of(self, leaf: bytes) -> bytes | None:
        try:
            return None if self._identify is None else self._identify(leaf)
        except ComityError:
            return None  # no entry: kept as a leaf, quarantined where it is projected

    def _set_state(self, state: State) -> None:
        if self.store.get_meta(_STATE) != state.encode():
            self.store.set_meta(_STATE, state.encode())

    def _pin(self) -> None:
        pinned = self.store.get_meta(_VKEY)
        if pinned is None:
            self.store.set_meta(_VKEY, self.vkey.encode())
        elif pinned != self.vkey.encode():
            raise MirrorKeyError(f"{self.store.path} was made for {pinned.decode()}, not for {self.vkey}.")


def _silent(_held: int, _target: int) -> None:
    return


def _nothing_to_fetch(path: str) -> bytes:
    raise NotFoundError(f"{path}: nothing is fetched here")
