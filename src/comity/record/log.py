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
from typing import TYPE_CHECKING, Any, Self

from comity.record import merkle
from comity.record.cosignature import verify_cosignature
from comity.record.export import export, restore
from comity.record.fsck import fsck
from comity.record.head_signer import HeadSigner
from comity.record.intake import DuplicateIdError, Intake, LeafError
from comity.record.note import Signer, Verifier
from comity.record.receipt import Receipt
from comity.record.store import TreeStore
from comity.record.store_errors import OutOfRangeError
from comity.record.tree import leaf_hashes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.record.fsck import Finding
    from comity.record.intake import Ids

__all__ = ["DuplicateIdError", "LeafError", "Log"]


_new_tuple: Callable[[type[Receipt], Iterable[Any]], Receipt] = tuple.__new__


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
        self._intake = Intake(store, identify)
        self._heads = HeadSigner(store, signer, guard)
        self._appending = threading.Lock()

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

    @classmethod
    def restore(
        cls,
        folder: Path | str,
        path: Path | str,
        signer: Signer | str,
        *,
        identify: Callable[[bytes], bytes | None] | None = None,
        guard: Path | str | None = None,
    ) -> Self:
        """Make the log anew from its static export, verifying everything, and open it.

        Args:
            folder: What `export` wrote.
            path: The SQLite file to make; there must be none.
            signer: The log's key: the export's checkpoint must be signed with it.
            identify: As for `open`; a leaf that it refuses is kept, without an id.
            guard: The guard file. Is it gone, make one only when no newer head can have been signed.

        Raises:
            ExportError: the folder is no export of this log, or not a whole one.
        """
        path = Path(path)
        file = path / "log.sqlite" if path.is_dir() else path
        key = Signer.parse(signer) if isinstance(signer, str) else signer
        restore(folder, file, key.verifier, identify=identify)
        return cls.open(file, key, identify=identify, guard=guard)

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
        return self.store.writable and self._heads.refusal is None

    def append(self, leaves: Sequence[bytes]) -> list[Receipt]:
        """Append leaves, all or none, durably; return one receipt a leaf.

        Raises:
            LeafError: a leaf is too large, or its id is in the log; and whatever `identify` raises.
            ReadOnlyError: the disk failed. The batch may or may not be there after the next opening.
            GuardError: the file is older than what was signed.
        """
        with self._appending:
            return self._append(leaves, self._intake.check(leaves, set()))

    def append_each(self, groups: Sequence[Sequence[bytes]]) -> list[list[Receipt] | Exception]:
        """Append what several callers want, in one commit; each group is all or none, and fails alone.

        Returns:
            For every group its receipts, or the error that is its own.

        Raises:
            ReadOnlyError, GuardError: as `append`.
        """
        taken: set[bytes] = set()
        answers: list[list[Receipt] | Exception] = []
        leaves: list[bytes] = []
        ids: list[bytes | None] = []
        with self._appending:
            for group in groups:
                try:
                    found = self._intake.check(group, taken)
                except Exception as error:  # noqa: BLE001 - whatever refuses these leaves is for their caller
                    answers.append(error)
                    continue
                answers.append([])
                leaves += group
                ids += repeat(None, len(group)) if found is None else found
            receipts = iter(self._append(leaves, None if self._identify is None else ids))
        for group, answer in zip(groups, answers, strict=True):
            if isinstance(answer, list):
                answer += [next(receipts) for _ in group]
        return answers

    def _append(self, leaves: Sequence[bytes], ids: Ids) -> list[Receipt]:
        self._heads.require_unrefused()
        hashes = leaf_hashes(leaves)
        indices = self.store.append(leaves, ids=ids, hashes=hashes)
        rows = zip(repeat(self.origin), indices, hashes, repeat(indices.stop), repeat(self), strict=False)
        return list(map(_new_tuple, repeat(Receipt), rows))  # as Receipt._make, without a frame a leaf

    def entries(self, start: int, stop: int) -> list[bytes]:
        """The leaves start to stop-1, the exact bytes; a stop beyond the end is cut to it."""
        if start < 0 or stop < start:
            raise OutOfRangeError(f"no entries [{start}, {stop})")
        stop = min(stop, self.size)
        return self.store.leaves(min(start, stop), stop)

    def prove_inclusion(self, index: int, size: int | None = None) -> list[bytes]:
        """The proof that leaf `index` is in the tree of `size` leaves (default: all)."""
        return self.store.prove_inclusion(index, self.size if size is None else size)

    def prove_consistency(self, size1: int, size2: int | None = None) -> list[bytes]:
        """The proof that the tree of `size2` leaves (default: all) only appended to that of `size1`."""
        return merkle.prove_consistency_from(self.store.hash, size1, self._within(size2))

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
        return self._heads.newest()

    def signed_checkpoint(self, size: int) -> bytes | None:
        """The signed note of a size with its cosignatures, or None when that size was never signed."""
        return self._heads.signed(size)

    def add_cosignature(self, size: int, line: bytes, vkey: str, *, now: int | None = None) -> int:
        """Verify a cosignature of a head that this log signed and keep it; return its time (POSIX seconds).

        Args:
            size: Leaves of the head.
            line: The signature line, with or without its newline.
            vkey: The cosigner's verifier key.
            now: The present time; a cosignature from the future is refused. None accepts any time.

        Raises:
            OutOfRangeError: that size was never signed.
            CosignatureError: the line does not verify.
        """
        note = self.store.signed_head(size)
        if note is None:
            raise OutOfRangeError(f"{self.origin}: size {size} was never signed")
        seconds = verify_cosignature(note, line, vkey, now=now)
        verifier = Verifier.parse(vkey)
        key = f"{verifier.name}+{verifier.key_id.hex()}"
        self.store.add_cosignature(size, key, seconds, line.removesuffix(b"\n") + b"\n")
        return seconds

    def retake_guard(self, path: Path | str) -> None:
        """Take the guard again after it was made anew: a restored log whose head was confirmed may grow.

        Raises:
            GuardError: the log must still not grow.
        """
        with self._appending:
            self._heads.retake_guard(path)

    def export(self, folder: Path | str) -> bytes:
        """Write the log as a static C2SP tlog-tiles folder, or bring one up to date; return its checkpoint.

        The folder always is a whole log: `checkpoint` is replaced last.
        """
        note = self.checkpoint()
        export(self.store, note, folder)
        return note

    def fsck(self) -> list[Finding]:
        """Check everything in the file against everything else; an empty list is a sound log."""
        return fsck(self.store.path, self.signer.vkey, identify=self._identify)
