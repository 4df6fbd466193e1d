"""Which openings of a round count, and what of them arrived."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.record.preview import HANDLING
from comity.record.rounds_book import Book, order
from comity.record.rounds_states import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comity.record.entry_form import Ref
    from comity.record.protocol_kinds import Grant, Request, RoundStart
    from comity.record.rounds_seals import Seals
    from comity.record.rounds_states import State

UNDECIDED: Final = "undecided"
"""Stands for the fault of what cannot be judged with what is held here."""
ACTION: Final = "round_open"
WHOLE: Final = ""
"""Stands among paths for the whole record."""


@dataclass(frozen=True, slots=True)
class Opened:
    """What a party opened: the openings that count, their paths, where all was open, what recipients said."""

    counted: tuple[Ref, ...] = ()
    paths: tuple[str, ...] = ()
    partly: bool = False
    whole_at: Ref | None = None
    received_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    by_all: bool = False

    @property
    def state(self) -> State:
        """Return how far the party has come, by what it opened."""
        if self.disputed_by:
            return "disputed"
        if self.whole_at is None:
            return "sealed"
        return "received" if self.by_all else "opened"


class Openings:
    """Judges openings.

    Args:
        book: What was heard.
        seals: Judges seals.
        holds: Says of a grant whether it holds; None if that cannot be decided here.
    """

    def __init__(self, book: Book, seals: Seals, holds: Callable[[Ref], bool | None]) -> None:
        self._book = book
        self._seals = seals
        self._holds = holds

    def of(self, round_: Ref, origin: str) -> Opened:
        """Return what a party opened."""
        start = self._book.starts[round_]
        counted = [place for place in self._by(round_, origin) if not self._fault(place, round_)]
        received, disputed = self._words(counted)
        whole_at = next((p for i, p in enumerate(counted) if self._covers(counted[: i + 1], start)), None)
        paths = self._paths(counted)
        return Opened(
            tuple(counted),
            () if WHOLE in paths else tuple(sorted(paths)),
            bool(counted) and whole_at is None,
            whole_at,
            tuple(sorted(received)),
            tuple(sorted(disputed)),
            _required(start, origin) <= received,
        )

    def open_before(self, round_: Ref, origin: str, index: int) -> bool:
        """Whether a party had opened all that is asked before an index; what is undecided counts for it."""
        start = self._book.starts[round_]
        places = [p for p in self._by(round_, origin) if p.index < index]
        return self._covers([p for p in places if self._fault(p, round_) in ("", UNDECIDED)], start)

    def counted(self, round_: Ref) -> list[Ref]:
        """Return every opening that counts."""
        return [place for place in self._all(round_) if not self._fault(place, round_)]

    def undecided(self, round_: Ref) -> list[Ref]:
        """Return the openings that cannot be judged with what is held here."""
        return [place for place in self._all(round_) if self._fault(place, round_) == UNDECIDED]

    def refused(self, round_: Ref) -> Iterator[Refused]:
        """Give the openings, and the grants beside them, that do not count."""
        for place in self._all(round_):
            fault = self._fault(place, round_)
            if fault and fault != UNDECIDED:
                yield Refused(place, fault)
        for origin in self._book.starts[round_].parties:
            seal = self._seals.first(round_, origin)
            if seal is not None:
                for grant in self._book.grants_of(self._book.seals[seal].sealed.ref()):
                    if grant.index > seal.index and self._early(round_, grant) == "opened-early":
                        yield Refused(grant, "granted-early")

    # --- inside ---

    def _all(self, round_: Ref) -> list[Ref]:
        found = (place for place, model in self._book.opens.items() if model.round.ref() == round_)
        return sorted(found, key=order)

    def _by(self, round_: Ref, origin: str) -> list[Ref]:
        return [place for place in self._all(round_) if place.origin == origin]

    def _fault(self, place: Ref, round_: Ref) -> str:
        """Say why an opening does not count; empty if it does, `UNDECIDED` if something is not held here."""
        return self._book.once(("opening", round_, place), lambda: self._judge(place, round_))

    def _judge(self, place: Ref, round_: Ref) -> str:
        model, start = self._book.opens[place], self._book.starts[round_]
        if place.origin not in start.parties:
            return "not-a-party"
        if fault := self._seal_fault(place, round_) or self._early(round_, place):
            return fault
        grants = [pointer.ref() for pointer in model.grants]
        faults = [self._grant_fault(grant, place, round_) for grant in grants]
        certain = next((fault for fault in faults if fault and fault != UNDECIDED), "")
        if certain or any(faults):
            return certain or UNDECIDED
        return self._set_fault([self._book.grants[grant] for grant in grants], place, start)

    def _seal_fault(self, place: Ref, round_: Ref) -> str:
        seal, named = self._seals.first(round_, place.origin), self._book.opens[place].seal.ref()
        if named not in self._book.heard:
            return UNDECIDED
        if seal is None:
            return "not-sealed"
        return "" if named == seal else "seal-differs"

    def _early(self, round_: Ref, place: Ref) -> str:
        """Say whether a step stands before its log named the seals of all the other parties.

        A log is not blamed for naming a seal that is not held here yet.
        """
        named = self._book.named_with(place.origin, round_, place.index)
        undecided = False
        for other in self._book.starts[round_].parties:
            if other == place.origin:
                continue
            if any(self._seals.sealed_for(round_, one, other) for one in named):
                continue
            if all(one in self._book.heard for one in named if one.origin == other and one != round_):
                return "opened-early"
            undecided = True
        return UNDECIDED if undecided else ""

    def _grant_fault(self, place: Ref, opening: Ref, round_: Ref) -> str:
        if place.origin != opening.origin or place.index >= opening.index:
            return "grant-order"
        grant = self._book.grants.get(place)
        request = None if grant is None else self._book.requests.get(grant.request.ref())
        if grant is None or request is None:
            return UNDECIDED
        if request.action != ACTION:
            return "grant-differs"
        sealed = self._book.seals[self._book.opens[opening].seal.ref()].sealed.ref()
        if [target.ref() for target in request.targets] != [sealed]:
            return "other-record"
        if early := self._early(round_, place):
            return early
        held = self._holds(place)
        return UNDECIDED if held is None else ("" if held else "grant-refused")

    def _set_fault(self, grants: list[Grant], place: Ref, start: RoundStart) -> str:
        """Judge the grants of one opening together: the same to everybody, and what was asked."""
        if not _required(start, place.origin) <= {grant.recipient.origin for grant in grants}:
            return "recipient-missing"
        sets = {_fields(self._book.requests[grant.request.ref()]) for grant in grants}
        if len(sets) > 1 or len({grant.openings_digest for grant in grants}) > 1:
            return "unequal"
        opened = next(iter(sets))
        said = frozenset(self._book.opens[place].paths) - frozenset(HANDLING) or frozenset({WHOLE})
        asked = _asked(start)
        if opened != said or (WHOLE not in asked and not opened <= asked):
            return "other-fields"
        return ""

    def _covers(self, places: list[Ref], start: RoundStart) -> bool:
        paths = self._paths(places)
        return WHOLE in paths or (bool(paths) and _asked(start) <= paths)

    def _paths(self, places: list[Ref]) -> frozenset[str]:
        found: set[str] = set()
        for place in places:
            found |= frozenset(self._book.opens[place].paths) - frozenset(HANDLING) or {WHOLE}
        return frozenset(found)

    def _words(self, counted: list[Ref]) -> tuple[set[str], set[str]]:
        """Return which recipients said that all they were granted verified, and which that something did not.

        Fields that were opened anew and verified then are no longer missing or disputed.
        """
        said: dict[str, list[tuple[frozenset[str], bool | None]]] = {}
        for place in counted:
            paths = self._paths([place])
            for pointer in self._book.opens[place].grants:
                who = self._book.grants[pointer.ref()].recipient.origin
                said.setdefault(who, []).append((paths, self._word(pointer.ref())))
        received, disputed = set(), set()
        for who, words in said.items():
            good = frozenset[str]().union(*(paths for paths, verified in words if verified))
            open_words = {verified for paths, verified in words if WHOLE not in good and not paths <= good}
            if not open_words:
                received.add(who)
            elif False in open_words:
                disputed.add(who)
        return received, disputed

    def _word(self, place: Ref) -> bool | None:
        """Return whether the recipient of a grant said that it verified; None where it said nothing."""
        grant = self._book.grants[place]
        said = [word for at, word in self._book.words_on(place) if at.origin == grant.recipient.origin]
        word = next((word for word in said if word.sealed_digest == grant.sealed_digest), None)
        return None if word is None else not word.disputes


def _required(start: RoundStart, origin: str) -> set[str]:
    return {*start.parties, *start.recipients} - {origin}


def _asked(start: RoundStart) -> frozenset[str]:
    return frozenset(start.paths) - frozenset(HANDLING) or frozenset({WHOLE})


def _fields(request: Request) -> frozenset[str]:
    """Return the fields that a request opens, without those that say how to handle them."""
    return frozenset(request.targets[0].paths) - frozenset(HANDLING) or frozenset({WHOLE})
