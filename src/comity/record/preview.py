"""Previews: exactly the bytes that the other side will see of a record, before anybody approves them.

What is previewed of one record is an opening file (docs/spec/opening.md): the leaf, and the fields disclosed
with values, salts and proofs, or the whole record. What is approved is the digest of a *set* of them, the RFC
6962 root over their bytes in the order of the request's targets. What is granted is these same bytes.

Every release of single fields carries the fields that say how to handle it (`HANDLING`): a field without its
marking, its retention or the word `exercise` must not travel.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from comity.record import merkle
from comity.record.canonical import b64
from comity.record.disclosure import Disclosure
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.opening import OpeningPlaceError, open_fields, verify_full
from comity.record.protocol_kinds import Target

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from comity.record.opening import FullOpening

HANDLING: Final = ("header.marking", "header.releasable_to", "header.retention", "header.class")
"""Paths that every release of single fields discloses besides."""


class PreviewError(ComityError):
    """Nothing can be previewed like this."""

    code = "preview"
    advice = "Name records of your own log whose content is held here, each once, and fields that they have."


@dataclass(frozen=True, slots=True)
class Seen:
    """One field of a record as the other side will have it: `opened`, or a closed slot."""

    slot: int
    path: str
    value: Any
    opened: bool


@dataclass(frozen=True)
class Preview:
    """What will be seen of one record.

    Attributes:
        index: Its place in the log.
        full: All of the content, which stays here.
        disclosure: What leaves.
    """

    index: int
    full: FullOpening
    disclosure: Disclosure

    @cached_property
    def data(self) -> bytes:
        """The bytes that leave."""
        return self.disclosure.encode()

    @property
    def whole(self) -> bool:
        """Whether all of the record is disclosed, its record key among it."""
        return self.disclosure.full is not None

    @property
    def target(self) -> Target:
        """The record and the fields, as a request names them."""
        leaf = merkle.leaf_hash(self.disclosure.leaf)
        paths = [opening.path for opening in self.disclosure.openings]
        return Target(origin=self.full.origin, index=self.index, leaf=b64(leaf), paths=paths)

    @property
    def fields(self) -> tuple[Seen, ...]:
        """Every field of the record, field by field, opened or not."""
        opened = {opening.slot for opening in self.disclosure.openings}
        return tuple(Seen(f.slot, f.path, f.value, self.whole or f.slot in opened) for f in self.full.fields)

    @property
    def marking(self) -> tuple[str, list[str]]:
        """The label and the audience in the header; no label where there is none, which denies."""
        values = {field.path: field.value for field in self.full.fields}
        label, audience = values.get("header.marking"), values.get("header.releasable_to")
        return (label if isinstance(label, str) else ""), (audience if isinstance(audience, list) else [])


def preview(index: int, leaf: bytes, full: FullOpening, paths: Collection[str] = ()) -> Preview:
    """Return what the other side will see of a record.

    Args:
        index: Its place in the log.
        leaf: Its leaf.
        full: All of its content.
        paths: The fields to disclose; the whole record if none is named. `HANDLING` is added.

    Raises:
        PreviewError: It has no such field.
        CommitmentError: The content is not that of the leaf.
    """
    entry = Entry.parse(leaf)
    if (full.origin, full.id) != (entry.origin, entry.id):
        raise OpeningPlaceError(f"the content is of record {full.id.hex()}, the leaf of {entry.id.hex()}")
    if not paths:
        verify_full(full, entry)
        disclosure = Disclosure(leaf, full)
    else:
        present = {field.path for field in full.fields}
        if unknown := sorted(set(paths) - present):
            raise PreviewError(f"{full.origin} {index} has no field {unknown[0]!r}")
        wanted = {*paths, *(path for path in HANDLING if path in present)}
        openings = open_fields(full, entry.n, wanted, entry.commit)
        disclosure = Disclosure(leaf, None, full.kind, tuple(openings))
    return Preview(index, full, disclosure)


def openings_digest(items: Sequence[bytes]) -> bytes:
    """Return the digest of a set: the RFC 6962 root over the bytes of its opening files, in order.

    Raises:
        PreviewError: The set is empty.
    """
    if not items:
        raise PreviewError("there is nothing to release")
    return merkle.root(items)
