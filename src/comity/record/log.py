"""`Log`: the one writer of one append-only log of opaque leaves.

Rules:

1. A leaf gets a receipt when it is durably on disk, in the order in which the batch gave it.
2. A checkpoint is signed only from the head read back after its commit, and never two roots for one size: the
   file keeps one signed note a size, and the guard, outside the file, remembers the last head signed.
3. After a disk error nothing is written or signed until the log is opened again; the last signed head is
   still served.
4. `identify`, when given, sees every leaf first: it refuses what is no entry, and no id comes twice.

Usage::

    log = Log.open("log.sqlite", Signer.generate("vn/hq"))
    receipts = log.append([b"one", b"two"])
    note = log.checkpoint()
    proof = receipts[0].proof()
"""

from __future__ import annotations

import threading
from itertools import repeat
from pathlib import Path
from typing import TYPE_CHECKING, Self

from comity.record import checkpoint as checkpoints
from comity.record import merkle
from comity.record.errors import ComityError
from comity.record.guard import Guard, GuardError, GuardMissingError
from comity.record.note import Signer
from comity.record.receipt import Receipt
from comity.record.store import TreeStore
from comity.record.store_errors import CorruptStoreError, OutOfRangeError, ReadOnlyError
from comity.record.tree import leaf_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

MAX_LEAF = 65_535
"""Bytes of the largest leaf: an entry bundle gives its length in 16 bits (C2SP tlog-tiles)."""


class LeafError(ComityError):
    """A leaf cannot be appended."""

    code = "leaf"
    advice = "Correct or drop the leaf that the message names; nothing of its batch was appended."


class DuplicateIdError(LeafError):
    """The id of the entry is in the log already."""

    code = "duplicate-id"
    advice = (
        "The entry may have been appended before: look it up by its id, or make a new id for a new entry."
    )


class Log:
    """An append-only log in one file, with its signing key. Threads may share it; processes may not.

    Made by `Log.open`.

    Attributes:
        store: The leaves and hashes.
        signer: The log's key; its name is the origin.
    """

    def __init__(
        self,
        store: TreeStore,
        signer: Signer,
        identify: Callable[[bytes], bytes | None] | None,
        guard: Path | str | None,
    ) -> None:
        self.store = store
        self.signer = signer
        self._identify = identify
        self._signing = threading.Lock()
        self._appending = threading.Lock()
        self._refusal: GuardError | None = None
        self._guard: Guard | None = None
        if guard is not None:
            self._take_guard(Path(guard))

    @classmethod
    def open(
        cls,
        path: Path | str,
        signer: Signer | str,
        *,
        identify: Callable[[bytes], bytes | None] | None = None,
        guard: Path | str | None = None,
        vfs: str | None = None,
    ) -> Self:
        """Open the log at `path`, or begin it.

        Args:
            path: The SQLite file, or the folder that holds `log.sqlite`.
            signer: The log's key, or its text form; the name of the key is the origin.
            identify: Checks a leaf (raises to refuse it) and returns its 16-byte id, or None.
            guard: The guard file; made beside a fresh log, required beside one that was signed.
            vfs: Name of a registered SQLite VFS.

        Raises:
            StoreError: the file is another's, damaged, or cannot be opened.
        """
        path = Path(path)
        file = path / "log.sqlite" if path.is_dir() else path
        key = Signer.parse(signer) if isinstance(signer, str) else signer
        store = TreeStore(file, key.name, vfs=vfs)
        try:
            return cls(store, key, identify, guard)
        except BaseException:
            store.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self.store.close()

    @property
    def origin(self) -> str:
        """The log's name."""
        return self.store.origin

    @property
    def size(self) -> int:
        """How many leaves are durably in the log."""
        return self.store.size

    @property
    def writable(self) -> bool:
        """False after a disk error, or when the guard knows a newer head than the file."""
        return self.store.writable and self._refusal is None

    def append(self, leaves: Sequence[bytes]) -> list[Receipt]:
        """Append leaves, all or none, durably; return one receipt a leaf.

        Raises:
            LeafError: a leaf is too large; whatever `identify` raises; DuplicateIdError.
            ReadOnlyError: the disk failed. The batch may or may not be there after the next opening.
            GuardError: the file is older than what was signed.
        """
        with self._appending:
            ids = self.check(leaves)
            return self.append_checked(leaves, ids)

    def check(self, leaves: Sequence[bytes], taken: set[bytes] | None = None) -> list[bytes | None] | None:
        """Check that leaves may be appended; return their ids, or None when nothing identifies them.

        Args:
            leaves: The batch.
            taken: Ids to be refused as well; the ids of this batch are added when all of it passes.
        """
        if leaves and max(map(len, leaves)) > MAX_LEAF:
            place = next(place for place, leaf in enumerate(leaves) if len(leaf) > MAX_LEAF)
            raise LeafError(
                f"leaf {place} of {len(leaves)} has {len(leaves[place])} bytes, at most {MAX_LEAF}"
            )
        if self._identify is None:
            return None
        ids = list(map(self._identify, leaves))
        seen = set() if taken is None else set(taken)
        for place, entry_id in enumerate(ids):
            if entry_id is not None:
                if entry_id in seen:
                    raise DuplicateIdError(f"leaf {place} of {len(leaves)} repeats the id {entry_id.hex()}")
                seen.add(entry_id)
        known = self.store.first_known([entry_id for entry_id in ids if entry_id is not None])
        if known is not None:
            raise DuplicateIdError(f"the id {known[0].hex()} is that of entry {known[1]}")
        if taken is not None:
            taken |= seen
        return ids

    def append_checked(self, leaves: Sequence[bytes], ids: Sequence[bytes | None] | None) -> list[Receipt]:
        """Append leaves that `check` has passed."""
        if self._refusal is not None:
            raise self._refusal
        hashes = leaf_hashes(leaves)
        indices = self.store.append(leaves, ids=ids, hashes=hashes)
        rows = zip(repeat(self.origin), indices, hashes, repeat(indices.stop), repeat(self), strict=False)
        return list(map(Receipt._make, rows))

    def entries(self, start: int, stop: int) -> list[bytes]:
        """The leaves start to stop-1, the exact bytes; a stop beyond the end is cut to it."""
        if start < 0 or stop < start:
            raise OutOfRangeError(f"no entries [{start}, {stop})")
        stop = min(stop, self.size)
        return self.store.leaves(min(start, stop), stop)

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size` leaves (default: all)."""
        size = self._within(size)
        return merkle.prove_inclusion_from(self.store.hash, index, size)

    def prove_consistency(self, size1: int, size2: int | None = None) -> list[bytes]:
        """The proof that the tree of `size2` leaves (default: all) only appended to that of `size1`."""
        size2 = self._within(size2)
        return merkle.prove_consistency_from(self.store.hash, size1, size2)

    def _within(self, size: int | None) -> int:
        if size is None:
            return self.size
        if not 0 <= size <= self.size:
            raise OutOfRangeError(f"no tree of size {size} in a log of {self.size}")
        return size

    def checkpoint(self) -> bytes:
        """The signed note of the newest committed head, with the cosignatures known for it.

        A log that must not write or sign any more serves the newest note it has signed.

        Raises:
            ReadOnlyError, GuardError: nothing may be signed, and nothing was.
        """
        size = self.size
        if self.store.signed_head(size) is None:
            size = self._sign_or_fall_back()
        note = self.signed_checkpoint(size)
        if note is None:
            raise CorruptStoreError(f"{self.store.path}: signed_head {size}: gone")
        return note

    def signed_checkpoint(self, size: int) -> bytes | None:
        """The signed note of a size with its cosignatures, or None when that size was never signed."""
        note = self.store.signed_head(size)
        return None if note is None else note + b"".join(self.store.cosignatures(size))

    def _sign_or_fall_back(self) -> int:
        try:
            with self._signing:
                return self._sign()
        except (ReadOnlyError, GuardError):
            signed = self.store.signed_size()
            if signed is None:
                raise
            return signed

    def _sign(self) -> int:
        """Sign the newest head as the file holds it, guard first, and keep the note before it is shown."""
        if self._refusal is not None:
            raise self._refusal
        self.store.require_writable()
        size = self.size
        if self.store.signed_head(size) is not None:
            return size
        root = self.store.head(size)
        if self._guard is not None:
            try:
                self._guard.advance(size, root)
            except OSError as error:
                self.store.fail(error)
                raise ReadOnlyError(f"{self._guard.path}: the guard cannot be written: {error}") from error
        head = checkpoints.Checkpoint(self.origin, size, root)
        self.store.add_signed_head(size, checkpoints.sign(head, self.signer))
        return size

    def retake_guard(self, path: Path | str) -> None:
        """Take the guard again after it was made anew: a restored log whose head was confirmed may grow.

        Raises:
            GuardError: the log must still not grow.
        """
        with self._appending, self._signing:
            self._refusal = None
            self._take_guard(Path(path))
            if self._refusal is not None:
                raise self._refusal

    def _take_guard(self, path: Path) -> None:
        """Open the guard; when the log is behind it, or it is gone, the log may be read but not grow."""
        newest = self.store.signed_size()
        try:
            if not path.exists():
                if newest is not None:
                    raise GuardMissingError(f"{path}: gone, but size {newest} of {self.origin} was signed")
                Guard.create(path, epoch=0, size=0, root=merkle.EMPTY_ROOT)
            guard = Guard(path)
            guard.check(self.size, self.store.root(min(guard.size, self.size)))
            self._guard = guard
        except GuardError as error:
            self._refusal = error
