"""What was heard of rounds, and what each log shows to have known when (docs/spec/round.md, *Order*).

A log *knows* a place from the first of its entries that names it: a protocol entry by its leaf hash, or an
anchor by a head over it. This is read from the leaves; nobody can claim it later, or deny it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any, TypeVar

from comity.record.errors import ComityError
from comity.record.protocol import check_refs, place_of
from comity.record.protocol_kinds import (
    Grant,
    Received,
    Request,
    RoundAck,
    RoundOpen,
    RoundSeal,
    RoundStart,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from comity.record.entry import Entry
    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.rounds_states import Cosigned

_Answer = TypeVar("_Answer")


def party_of(origin: str) -> str:
    """Return the party whose log this is."""
    return origin.partition("/")[0]


def order(place: Ref) -> tuple[str, int]:
    """Return what places are sorted by: the log, then the index."""
    return place.origin, place.index


class Book:
    """Every item heard, found by what it is about. Hearing is idempotent and in any order of logs."""

    def __init__(self) -> None:
        self.starts: dict[Ref, RoundStart] = {}
        self.seals: dict[Ref, RoundSeal] = {}
        self.opens: dict[Ref, RoundOpen] = {}
        self.acks: dict[Ref, RoundAck] = {}
        self.requests: dict[Ref, Request] = {}
        self.grants: dict[Ref, Grant] = {}
        self.received: dict[Ref, Received] = {}
        self.heard: set[Ref] = set()
        self.places: dict[tuple[str, int], Ref] = {}
        self._named: dict[str, dict[int, frozenset[Ref]]] = defaultdict(dict)
        self._anchored: dict[tuple[str, str], dict[int, int]] = defaultdict(dict)
        self._cosigned: dict[str, set[Cosigned]] = defaultdict(set)
        self._worked_out: dict[tuple[object, ...], Any] = {}

    def once(self, key: tuple[object, ...], work: Callable[[], _Answer]) -> _Answer:
        """Return what `work` gives; while nothing more is heard, it is worked out once for a key."""
        if key not in self._worked_out:
            self._worked_out[key] = work()
        answer: _Answer = self._worked_out[key]
        return answer

    def take(self, item: Item) -> None:
        """Hear one item; content that contradicts its own leaf is passed over."""
        self._worked_out.clear()
        entry = item.entry
        if entry is None:
            return
        self.places[item.origin, item.index] = place_of(item)
        for head in entry.heads:
            self._anchored[item.origin, head.origin][item.index] = head.size
        if entry.refs:
            self._named[item.origin][item.index] = frozenset(entry.refs)
        if entry.outer != "protocol":
            self.heard.add(place_of(item))
        elif item.content is not None and item.content.model is not None:
            self._take_step(item, entry)

    def witness(self, cosigned: Cosigned) -> None:
        """Hear one verified cosignature."""
        self._cosigned[cosigned.log].add(cosigned)

    def named_with(self, log: str, start: Ref, before: int) -> set[Ref]:
        """Return what a log named, in entries about a round, before an index."""
        found: set[Ref] = set()
        for index, refs in self._named[log].items():
            if index < before and start in refs:
                found |= refs
        return found

    def knows(self, log: str, place: Ref) -> int | None:
        """Return the index at which a log first names a place; None if it does not. Its own it knows at 0."""
        if log == place.origin:
            return 0
        first = [index for index, refs in self._named[log].items() if place in refs]
        heads = self._anchored[log, place.origin]
        first += [index for index, size in heads.items() if size > place.index]
        return min(first, default=None)

    def cosigned(self, log: str, index: int) -> Iterator[Cosigned]:
        """Give the cosignatures over an entry of a log, earliest first."""
        over = (item for item in self._cosigned[log] if item.size > index)
        return iter(sorted(over, key=lambda item: (item.seconds, item.by, item.size)))

    def grants_of(self, sealed: Ref) -> list[Ref]:
        """Return the grants, in the log of an entry, that release something of it; in order."""
        return self.once(("grants", sealed), lambda: self._grants_of(sealed))

    def _grants_of(self, sealed: Ref) -> list[Ref]:
        found = []
        for place, grant in self.grants.items():
            request = self.requests.get(grant.request.ref())
            if request is None or place.origin != sealed.origin:
                continue
            if any((t.origin, t.index) == (sealed.origin, sealed.index) for t in request.targets):
                found.append(place)
        return sorted(found, key=order)

    def words_on(self, grant: Ref) -> Iterable[tuple[Ref, Received]]:
        """Give what recipients said of a grant, in order."""
        return sorted(
            ((place, word) for place, word in self.received.items() if word.grant.ref() == grant),
            key=lambda item: order(item[0]),
        )

    def _take_step(self, item: Item, entry: Entry) -> None:
        assert item.content is not None
        model = item.content.model
        assert model is not None
        try:
            check_refs(entry, model)
        except ComityError:
            return
        place = place_of(item)
        self.heard.add(place)
        if isinstance(model, RoundStart):
            self.starts[place] = model
        elif isinstance(model, RoundSeal):
            self.seals[place] = model
        elif isinstance(model, RoundOpen):
            self.opens[place] = model
        elif isinstance(model, RoundAck):
            self.acks[place] = model
        elif isinstance(model, Request):
            self.requests[place] = model
        elif isinstance(model, Grant):
            self.grants[place] = model
        elif isinstance(model, Received):
            self.received[place] = model
