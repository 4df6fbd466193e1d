"""What every protocol entry has in common: its items, and the places that it names (docs/spec/protocol.md).

A state machine of the protocol is given *items*: entries that were verified (leaf, author, place), with the
content held of them. It may be given them in any interleaving of logs; what it answers depends on the set.

The `refs` of a protocol entry are the places that its content names, in the order of the content, each once,
the first 32 of them. So the leaf alone tells what a step is about, and content cannot tell another story.
A step that names no place (an enrolment, the start of a round) is an entry of outer `record`: a protocol
entry has at least one reference.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from pydantic import BaseModel

from comity.record.entry_form import MAX_REFS, Ref
from comity.record.errors import ComityError
from comity.record.protocol_kinds import Pointer

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.record.entry import Entry
    from comity.record.kinds import Content, Kind


class ProtocolRefsError(ComityError):
    """A protocol entry names other places than its content."""

    code = "protocol-refs"
    advice = "The step is not counted; ask the party for one whose leaf and content name the same places."


class Item(Protocol):
    """A sequenced entry whose leaf and author were verified, with the content held of it, if any."""

    @property
    def origin(self) -> str:
        """The log."""
        ...

    @property
    def index(self) -> int:
        """Its place in the log."""
        ...

    @property
    def leaf_hash(self) -> bytes:
        """RFC 6962 hash of the leaf."""
        ...

    @property
    def entry(self) -> Entry | None:
        """The entry; None where the leaf is none."""
        ...

    @property
    def content(self) -> Content | None:
        """The content, verified against the entry; None where it is not held."""
        ...


def place_of(item: Item) -> Ref:
    """Return the place of an item."""
    return Ref(item.origin, item.index, item.leaf_hash)


def places_named(model: Kind) -> tuple[Ref, ...]:
    """Return every place that content names, in its order, each once."""
    return tuple(dict.fromkeys(pointer.ref() for pointer in _pointers(model)))


def refs_of(model: Kind) -> tuple[Ref, ...]:
    """Return the `refs` that the entry of this content carries."""
    return places_named(model)[:MAX_REFS]


def check_refs(entry: Entry, model: Kind) -> None:
    """Check that an entry names the places that its content names.

    Raises:
        ProtocolRefsError: It names others, or has another outer form than its content asks for.
    """
    refs = refs_of(model)
    if entry.outer != ("protocol" if refs else "record") or entry.refs != refs:
        raise ProtocolRefsError(
            f"entry {entry.id.hex()} of {entry.origin} does not name the places that its content names"
        )


def _pointers(value: Any) -> Iterator[Pointer]:
    if isinstance(value, Pointer):
        yield value
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _pointers(getattr(value, name))
    elif isinstance(value, list | tuple):
        for item in value:
            yield from _pointers(item)
