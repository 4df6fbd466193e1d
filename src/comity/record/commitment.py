# ruff: noqa: A002 - `id` is the word of the specification
"""Commitments: binding by position, bound to their place (DESIGN section 6, docs/spec/commitment.md).

A record's fields are digested one by one, each under its own salt, each bound to the log, the entry id, the
kind and its slot. Slots without a field hold decoys that look the same. The commitment is the RFC 6962 root
over all slots.

    sealed = seal("vn/hq", entry_id, "register.instrument@1", fields, slots=12)
    leaf = entry.record_entry(origin="vn/hq", id=entry_id, commit=sealed.commit, n=sealed.n, seed=office_seed)
    full = FullOpening("vn/hq", entry_id, "register.instrument@1", sealed.record_key, tuple(fields))
    verify_full(full, Entry.parse(leaf))
    verify_opening(open_field(full, sealed.n, "slug"), Entry.parse(leaf), "register.instrument@1")
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from dataclasses import field as attribute
from typing import TYPE_CHECKING

from comity.record import merkle
from comity.record.opening import (
    FullOpening,
    Opening,
    OpeningFormError,
    OpeningMismatchError,
    OpeningPlaceError,
    OpeningProofError,
    open_field,
    verify_full,
    verify_opening,
)
from comity.record.slots import (
    KEY_SIZE,
    CommitmentError,
    DuplicatePathError,
    DuplicateSlotError,
    Field,
    PathError,
    Place,
    SlotError,
    pad,
    slot_digests,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

__all__ = [
    "CommitmentError",
    "DuplicatePathError",
    "DuplicateSlotError",
    "Field",
    "FullOpening",
    "Opening",
    "OpeningFormError",
    "OpeningMismatchError",
    "OpeningPlaceError",
    "OpeningProofError",
    "PathError",
    "Place",
    "Sealed",
    "SlotError",
    "open_field",
    "seal",
    "verify_full",
    "verify_opening",
]


@dataclass(frozen=True, slots=True)
class Sealed:
    """A commitment made: the 32-byte root, the number of slots, and the 32-byte key that opens it."""

    commit: bytes
    n: int
    record_key: bytes = attribute(repr=False)


def seal(  # noqa: PLR0917 - the terms of the formula, in its order
    origin: str,
    id: bytes,
    kind: str,
    fields: Sequence[Field],
    slots: int,
    record_key: bytes | None = None,
) -> Sealed:
    """Commit to `fields` of `kind` (`kind@version`) for the entry `id` (16 bytes) of the log `origin`.

    Args:
        origin: The log that the entry is for.
        id: The entry's 16 bytes.
        kind: `kind@version`.
        fields: The fields present.
        slots: How many slots the schema has; padded up to a multiple of 8.
        record_key: 32 bytes; drawn at random unless a test vector gives it.

    Raises:
        CommitmentError: A slot or path is impossible or listed twice.
    """
    key = secrets.token_bytes(KEY_SIZE) if record_key is None else record_key
    n = pad(slots)
    return Sealed(merkle.root(slot_digests(Place(origin, id, kind), fields, n, key)), n, key)
