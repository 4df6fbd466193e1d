"""`HeadSigner`: signs the heads of one log, and never two roots for one size.

The order is fixed: the head is read back from the file after its commit; the guard moves; the note is made;
the note is kept in the file; only then it leaves the house. A crash between any two steps leads to the same
note again, because the head is committed and the signature is a function of it.
"""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

from comity.record import checkpoint as checkpoints
from comity.record import merkle
from comity.record.guard import Guard, GuardError, GuardMissingError
from comity.record.store_errors import CorruptStoreError, ReadOnlyError

if TYPE_CHECKING:
    from comity.record.note import Signer
    from comity.record.store import TreeStore


class HeadSigner:
    """Signs the newest committed head of a tree with the log's key.

    Args:
        store: The tree.
        signer: The log's key.
        guard: The guard file, or None for a log without one.

    Attributes:
        refusal: Why the log must not grow or be signed: its guard knows better. None when all is well.
    """

    def __init__(self, store: TreeStore, signer: Signer, guard: Path | str | None) -> None:
        self.refusal: GuardError | None = None
        self._store = store
        self._signer = signer
        self._lock = threading.Lock()
        self._guard: Guard | None = None
        if guard is not None:
            self._take(Path(guard))

    def require_unrefused(self) -> None:
        """Raise the refusal, if there is one."""
        if self.refusal is not None:
            raise self.refusal

    def retake_guard(self, path: Path | str) -> None:
        """Take the guard again after it was made anew: a restored log whose head was confirmed may grow.

        Raises:
            GuardError: the log must still not grow.
        """
        with self._lock:
            self.refusal = None
            self._take(Path(path))
            self.require_unrefused()

    def newest(self) -> bytes:
        """The signed note of the newest head with the cosignatures known for it; signed now if it was not.

        When nothing may be signed any more, the newest note that was.

        Raises:
            ReadOnlyError, GuardError: nothing may be signed, and nothing was.
        """
        size = self._store.size
        if self._store.signed_head(size) is None:
            size = self._sign_or_fall_back()
        note = self.signed(size)
        if note is None:
            raise CorruptStoreError(f"{self._store.path}: signed_head {size}: gone")
        return note

    def signed(self, size: int) -> bytes | None:
        """The signed note of a size with its cosignatures, or None when that size was never signed."""
        note = self._store.signed_head(size)
        return None if note is None else note + b"".join(self._store.cosignatures(size))

    def _sign_or_fall_back(self) -> int:
        try:
            with self._lock:
                return self._sign()
        except (ReadOnlyError, GuardError):
            signed = self._store.signed_size()
            if signed is None:
                raise
            return signed

    def _sign(self) -> int:
        self.require_unrefused()
        self._store.require_writable()
        size = self._store.size
        if self._store.signed_head(size) is not None:
            return size
        root = self._store.head(size)
        if self._guard is not None:
            try:
                self._guard.advance(size, root)
            except OSError as error:
                self._store.fail(error)
                raise ReadOnlyError(f"{self._guard.path}: the guard cannot be written: {error}") from error
        head = checkpoints.Checkpoint(self._store.origin, size, root)
        self._store.add_signed_head(size, checkpoints.sign(head, self._signer))
        return size

    def _take(self, path: Path) -> None:
        """Open the guard. When the log is behind it, or it is gone, the log may be read but not grow."""
        newest = self._store.signed_size()
        try:
            if newest is None and not path.exists():
                Guard.create(path, epoch=0, size=0, root=merkle.EMPTY_ROOT)
            guard = Guard(path)
            guard.check(self._store.size, self._store.root(min(guard.size, self._store.size)))
            self._guard = guard
        except GuardMissingError:
            self.refusal = GuardMissingError(
                f"{path}: gone, but size {newest} of {self._store.origin} was signed"
            )
        except GuardError as error:
            self.refusal = error
