"""The guard: a small file beside the signing key that remembers the last head signed.

A backup of the log may be older than what the key has signed since; signing from it would give one size two
roots. The guard is never in a backup: it is moved forward, durably, before a signature leaves the house.
"""

from __future__ import annotations

from pathlib import Path
from typing import Self

from comity.record.canonical import b64, decode, encode, unb64
from comity.record.canonical_errors import CanonicalError
from comity.record.durable import replace_file
from comity.record.errors import ComityError

VERSION = 1


class GuardError(ComityError):
    """The guard forbids this signature."""

    code = "guard"
    advice = (
        "This log is older than what its key has signed. Restore it from the peer's mirror or a newer "
        "export; if neither has the signed head, start a new epoch of the log."
    )


class GuardMissingError(GuardError):
    """The log was signed before, but its guard is not there."""

    code = "guard-missing"
    advice = (
        "Restore the newest log from the peer's mirror first, then create the guard for its size and root."
    )


class Guard:
    """The memory of the last signed head. One process holds it; the file is replaced whole.

    Attributes:
        epoch: How many times the log was begun anew after a loss (0: never).
        size: Leaves of the last head signed.
        root: Its root, 32 bytes.
    """

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path)
        try:
            self.epoch, self.size, self.root = _parse(self.path.read_bytes())
        except FileNotFoundError as error:
            raise GuardMissingError(f"{self.path}: no such guard") from error
        except (OSError, ValueError, CanonicalError) as error:
            raise GuardError(f"{self.path}: not a guard: {error}") from error

    @classmethod
    def create(cls, path: Path | str, *, epoch: int, size: int, root: bytes) -> Self:
        """Write a guard that stands at this head; an existing one may only be moved forward."""
        path = Path(path)
        if path.exists():
            guard = cls(path)
            if epoch < guard.epoch or (epoch == guard.epoch and size < guard.size):
                raise GuardError(f"{path}: stands at epoch {guard.epoch}, size {guard.size} already")
        _replace(path, epoch, size, root)
        return cls(path)

    def check(self, size: int, root: bytes) -> None:
        """Refuse a log that must not be signed: `size` leaves, `root` over the first `self.size` of them.

        Raises:
            GuardError: smaller than the last head signed, or another root at its size.
        """
        if size < self.size:
            raise GuardError(f"{self.path}: size {self.size} was signed, the log has {size}")
        if root != self.root:
            raise GuardError(f"{self.path}: size {self.size} was signed with another root than the log has")

    def advance(self, size: int, root: bytes) -> None:
        """Move forward to this head, durably, before its signature is made.

        Raises:
            GuardError: the head must not be signed.
            OSError: the file could not be written; do not sign.
        """
        if size <= self.size:
            self.check(size, root)
        else:
            _replace(self.path, self.epoch, size, root)
            self.size, self.root = size, root


def _parse(body: bytes) -> tuple[int, int, bytes]:
    fields = decode(body.removesuffix(b"\n"))
    if (
        not isinstance(fields, dict)
        or set(fields) != {"epoch", "root", "size", "v"}
        or fields["v"] != VERSION
    ):
        raise ValueError("not the fields of a guard")
    epoch, size, root = fields["epoch"], fields["size"], fields["root"]
    if not (type(epoch) is type(size) is int and epoch >= 0 and size >= 0 and isinstance(root, str)):
        raise ValueError("a field of the wrong type")
    return epoch, size, unb64(root, 32)


def _replace(path: Path, epoch: int, size: int, root: bytes) -> None:
    body = encode({"epoch": epoch, "root": b64(root), "size": size, "v": VERSION}) + b"\n"
    replace_file(path, body)
