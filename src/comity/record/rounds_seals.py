"""Which seals of a round count: a party's first, of its own, for this question, sealed for nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.rounds_book import Book, order
from comity.record.rounds_states import Refused

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from comity.record.entry_form import Ref


class Seals:
    """Judges seals.

    Args:
        book: What was heard.
        leaf_at: Gives the leaf hash at a place of a log, None where it is not held.
    """

    def __init__(self, book: Book, leaf_at: Callable[[str, int], bytes | None]) -> None:
        self._book = book
        self._leaf_at = leaf_at

    def first(self, round_: Ref, origin: str) -> Ref | None:
        """Return the seal of a party that counts, None if it has none."""
        return self._book.once(("first", round_), lambda: self._firsts(round_)).get(origin)

    def sealed_for(self, round_: Ref, place: Ref, origin: str) -> bool:
        """Whether a place is a seal of a party for a round, sound by what it says and by its own log.

        What was sealed or released before is left out: whoever relied on the seal may not have been shown it.
        """
        model = self._book.seals.get(place)
        return place.origin == origin and model is not None and not self._plain_fault(place, round_)

    def refused(self, round_: Ref) -> Iterator[Refused]:
        """Give the seals that do not count."""
        for place in self._of(round_):
            if fault := self._fault(place, round_):
                yield Refused(place, fault)
            elif place != self.first(round_, place.origin):
                yield Refused(place, "already-sealed")

    def _firsts(self, round_: Ref) -> dict[str, Ref]:
        found: dict[str, Ref] = {}
        for place in self._of(round_):
            if place.origin not in found and not self._fault(place, round_):
                found[place.origin] = place
        return found

    def _of(self, round_: Ref) -> list[Ref]:
        found = (place for place, model in self._book.seals.items() if model.round.ref() == round_)
        return sorted(found, key=order)

    def _fault(self, place: Ref, round_: Ref) -> str:
        """Say why a seal does not count, even if it is its party's first; empty if it does."""
        sealed = self._book.seals[place].sealed.ref()
        return self._plain_fault(place, round_) or self._used_before(place, sealed, round_)

    def _plain_fault(self, place: Ref, round_: Ref) -> str:
        return self._book.once(("seal", round_, place), lambda: self._judge_plain(place, round_))

    def _judge_plain(self, place: Ref, round_: Ref) -> str:
        model, start = self._book.seals[place], self._book.starts[round_]
        sealed = model.sealed.ref()
        leaf = self._leaf_at(sealed.origin, sealed.index)
        faults = {
            "other-round": model.round.ref() != round_,
            "not-a-party": place.origin not in start.parties,
            "question-differs": model.question_digest != start.question_digest,
            "sealed-elsewhere": sealed.origin != place.origin,
            "sealed-order": sealed.index >= place.index,
            "sealed-differs": leaf is not None and leaf != sealed.leaf,
        }
        return next((code for code, wrong in faults.items() if wrong), "")

    def _used_before(self, place: Ref, sealed: Ref, round_: Ref) -> str:
        """Say whether what is sealed was sealed for another round, or released, earlier in the same log."""
        for other, model in self._book.seals.items():
            earlier = other.origin == place.origin and other.index < place.index
            if earlier and model.round.ref() != round_ and model.sealed.ref() == sealed:
                return "seal-replayed"
        grants = self._book.grants_of(sealed)
        return "released-before" if any(grant.index < place.index for grant in grants) else ""
