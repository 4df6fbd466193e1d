"""Leaves become records: parsed, attributed to an office, joined with content, given their status."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final, Protocol

from comity.node.errors import MisplacedCharterError, RepeatedIdError
from comity.node.system import Record, Status
from comity.record.charter import KeyRevokedError
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.merkle import leaf_hash
from comity.record.recent import Recent

if TYPE_CHECKING:
    from comity.record.charter import Office
    from comity.record.commitment import FullOpening
    from comity.record.kinds import Content, Registry
    from comity.record.store import FeedRow
    from comity.record.trust import Trust


READ_LAST: Final = 2048
"""Entries and contents kept in memory, so that what is read again and again is parsed once."""


class Shelf(Protocol):
    """The leaves of one origin: a log's or a mirror's store."""

    @property
    def size(self) -> int:
        """How many leaves there are."""
        ...

    def leaves(self, start: int, stop: int) -> list[bytes]:
        """The leaves [start, stop)."""
        ...

    def index_of(self, entry_id: bytes) -> int | None:
        """Where an id stands first."""
        ...

    def feed(self, after_seq: int = 0, limit: int = 1000) -> list[FeedRow]:
        """The feed after a row."""
        ...

    def feed_end(self) -> int:
        """The newest row of the feed."""
        ...


class Contents(Protocol):
    """Where content is held."""

    def get(self, origin: str, entry_id: bytes) -> FullOpening | None:
        """The full opening of a record, or None: withheld, erased and never stored look the same."""
        ...


@dataclass(frozen=True, slots=True)
class Levels:
    """The sizes up to which the entries of an origin are published, witnessed and joint."""

    published: int = 0
    witnessed: int = 0
    joint: int = 0

    def status(self, index: int) -> Status:
        """The status of the entry at an index."""
        if index < self.joint:
            return "joint"
        if index < self.witnessed:
            return "witnessed"
        return "published" if index < self.published else "local"


@dataclass(frozen=True, slots=True)
class Origin:
    """One log as this node knows it: its leaves, the trust in its keys, how far each status reaches."""

    name: str
    shelf: Shelf
    trust: Trust
    levels: Levels


@dataclass(frozen=True, slots=True)
class Examined:
    """A record and, where it must not be projected, the reason."""

    record: Record
    fault: ComityError | None


class Reader:
    """Reads records with everything this node knows of them.

    Args:
        contents: where full openings are held.
        registry: the kinds that this node's systems know.
    """

    def __init__(self, contents: Contents, registry: Registry) -> None:
        self._contents = contents
        self._registry = registry
        # A leaf says the same for ever, and so does a content while it is held.
        self._entries: Recent[bytes, Entry] = Recent(READ_LAST)
        self._read: Recent[tuple[str, bytes], tuple[FullOpening, Content]] = Recent(READ_LAST)

    def examine(self, origin: Origin, start: int, stop: int) -> list[Examined]:
        """Read the entries [start, stop) of a log, in order."""
        leaves = origin.shelf.leaves(start, stop)
        return [self.examine_leaf(origin, start + i, leaf) for i, leaf in enumerate(leaves)]

    def examine_leaf(self, origin: Origin, index: int, leaf: bytes) -> Examined:
        """Read one leaf; what is wrong with it is returned, never raised."""
        entry: Entry | None = None
        office: Office | None = None
        content: Content | None = None
        fault: ComityError | None = None
        try:
            entry = self._entry(leaf)
            office = origin.trust.verify_entry(entry, index)
            _check_place(origin, index, entry)
            content = self._content(entry)
        except KeyRevokedError as error:
            # What repeats an id is refused as that: the first of the id must keep its rows.
            fault = _repetition(origin, index, entry) or error
        except ComityError as error:
            fault = error
        record = Record(
            origin=origin.name,
            index=index,
            id=b"" if entry is None else entry.id,
            leaf_hash=leaf_hash(leaf),
            entry=entry,
            office=office,
            content=content,
            status=origin.levels.status(index),
        )
        return Examined(record, fault)

    def _entry(self, leaf: bytes) -> Entry:
        known = self._entries.get(leaf)
        if known is None:
            known = Entry.parse(leaf)
            self._entries.put(leaf, known)
        return known

    def _content(self, entry: Entry) -> Content | None:
        if entry.n == 0:
            return None
        key = (entry.origin, entry.id)
        full = self._contents.get(*key)
        known = self._read.get(key)
        if full is None:
            self._read.drop(key)
            return None
        if known is None or known[0] is not full:
            known = (full, self._registry.from_fields(full.kind, full.fields))
            self._read.put(key, known)
        return replace(known[1], fields=dict(known[1].fields))


def _check_place(origin: Origin, index: int, entry: Entry) -> None:
    """Refuse a log that does not begin with a charter, and every repetition of an id."""
    if index == 0 and entry.charter is None:
        raise MisplacedCharterError(f"{origin.name} does not begin with a charter")
    repetition = _repetition(origin, index, entry)
    if repetition is not None:
        raise repetition


def _repetition(origin: Origin, index: int, entry: Entry | None) -> RepeatedIdError | None:
    first = None if entry is None else origin.shelf.index_of(entry.id)
    if first is None or first == index:
        return None
    return RepeatedIdError(f"{origin.name} leaf {index}: leaf {first} carries the same id; the first counts")
