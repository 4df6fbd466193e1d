"""What stands in each slot of a commitment: salted field digests and decoys (docs/spec/commitment.md)."""

from __future__ import annotations

import hashlib
import hmac
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Protocol

from comity.record import canonical
from comity.record.entry import MAX_SLOTS
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

KEY_SIZE: Final = 32
WIDTH: Final = 8  # slots are padded to a multiple of this
_PATH = re.compile(r"[a-z0-9_]+(?:\.[a-z0-9_]+)*")
_MAX_PATH = 128


class CommitmentError(ComityError):
    """A commitment cannot be made or does not hold."""

    code = "commitment"
    advice = "Do not rely on the disclosed content; ask for it again and tell the party whose record it is."


class SlotError(CommitmentError):
    """A slot lies outside the commitment, or the number of slots is impossible."""

    code = "commitment-slot"
    advice = "The slot is not one the entry commits to: the opening or the entry states a wrong number."


class DuplicateSlotError(CommitmentError):
    """Two fields claim one slot."""

    code = "commitment-duplicate-slot"
    advice = "One slot holds one value: refuse the opening, and ask for one that lists each slot once."


class DuplicatePathError(CommitmentError):
    """Two slots claim one path."""

    code = "commitment-duplicate-path"
    advice = "One path stands in one slot: refuse the opening, and ask for one that lists each path once."


class PathError(CommitmentError):
    """A path is empty, too long or badly written."""

    code = "commitment-path"
    advice = "Write a path as words of lower-case letters, digits and underscores, joined by full stops."


@dataclass(frozen=True, slots=True)
class Field:
    """A value at its place: slot number, path, JSON value without null and floats."""

    slot: int
    path: str
    value: Any


class Placed(Protocol):
    """Whatever claims a slot and a path: a field or the opening of one."""

    @property
    def slot(self) -> int:
        """Slot number."""
        ...

    @property
    def path(self) -> str:
        """Path of the field."""
        ...


@dataclass(frozen=True, slots=True)
class Place:
    """What every field digest is bound to besides its slot: the log, the 16-byte entry id, `kind@version`."""

    origin: str
    id: bytes
    kind: str


def pad(slots: int) -> int:
    """Return `slots` rounded up to a multiple of 8, at least 8.

    Raises:
        SlotError: There are none, or more than 1024.
    """
    if not 0 < slots <= MAX_SLOTS:
        raise SlotError(f"{slots} slots: a commitment has from 1 to {MAX_SLOTS}")
    return -(-slots // WIDTH) * WIDTH


def lp(data: bytes) -> bytes:
    """Return `data` behind its length as u32, big-endian."""
    return len(data).to_bytes(4, "big") + data


def expand(record_key: bytes, info: bytes) -> bytes:
    """Return HKDF-Expand-SHA256(record_key, info, 32): RFC 5869 section 2.3 with one block, T(1)."""
    return hmac.digest(record_key, info + b"\x01", "sha256")


def salt(record_key: bytes, path: str) -> bytes:
    """Return the 32-byte salt of a path."""
    return expand(record_key, b"comity/salt/v1\n" + lp(path.encode()))


def decoy(record_key: bytes, slot: int) -> bytes:
    """Return the 32 bytes that stand in a slot without a field."""
    return expand(record_key, b"comity/decoy/v1\n" + slot.to_bytes(2, "big"))


def field_digest(place: Place, field: Field, field_salt: bytes) -> bytes:
    """Return `d_i`, the digest of a field at its place, in its slot."""
    return hashlib.sha256(
        b"comity/field/v1\n"
        + lp(place.origin.encode())
        + place.id
        + lp(place.kind.encode())
        + field.slot.to_bytes(2, "big")
        + field_salt
        + lp(field.path.encode())
        + canonical.encode(field.value)
    ).digest()


def slot_digests(place: Place, fields: Sequence[Field], n: int, record_key: bytes) -> list[bytes]:
    """Return the digest of each of the `n` slots: fields where there are any, decoys elsewhere."""
    check_fields(fields, n)
    if len(record_key) != KEY_SIZE:
        raise CommitmentError(f"the record key has {len(record_key)} bytes, not {KEY_SIZE}")
    digests = {field.slot: field_digest(place, field, salt(record_key, field.path)) for field in fields}
    return [digests.get(slot) or decoy(record_key, slot) for slot in range(n)]


def check_fields(fields: Iterable[Placed], n: int) -> None:
    """Check slots and paths of a set of fields.

    Raises:
        SlotError: A slot is outside 0 to n - 1, or n is no multiple of 8 from 8 to 1024.
        DuplicateSlotError: Two fields have one slot.
        DuplicatePathError: Two fields have one path.
        PathError: A path is badly written.
    """
    if n % WIDTH or not 0 < n <= MAX_SLOTS:
        raise SlotError(f"n is {n}: not a multiple of {WIDTH} from {WIDTH} to {MAX_SLOTS}")
    slots: set[int] = set()
    paths: set[str] = set()
    for field in fields:
        check_place(field.slot, field.path, n)
        if field.slot in slots:
            raise DuplicateSlotError(f"slot {field.slot} is listed twice")
        if field.path in paths:
            raise DuplicatePathError(f"path {field.path!r} is listed twice")
        slots.add(field.slot)
        paths.add(field.path)


def check_place(slot: int, path: str, n: int) -> None:
    """Check one slot against `n`, and the form of its path."""
    if isinstance(slot, bool) or not isinstance(slot, int) or not 0 <= slot < n:
        raise SlotError(f"slot {slot!r} is outside the {n} slots of the commitment")
    if not isinstance(path, str) or len(path) > _MAX_PATH or not _PATH.fullmatch(path):
        raise PathError(f"{path!r} is not a path")
