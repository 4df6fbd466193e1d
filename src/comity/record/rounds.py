"""Rounds: parties seal, then open, as a state machine (docs/spec/round.md).

The rules:

1. A round is a `round.start`: a question, by its digest, the logs that answer it, two deadlines. It is known
   by its place; every other step names that place.
2. A party seals once: its first `round.seal` that counts. It names an entry of its own log that stands before
   it, and the question. What was sealed for another round, or released before, cannot be sealed.
3. Before it opens or grants anything of what it sealed, a party names the seals of all the others in its own
   log (`round.ack`). So its log alone shows that it could not know what the others opened when it sealed.
4. An opening names grants of its own log, one for each recipient: of what was sealed, of the same fields.
5. *Not received* is attributed to nobody. *Withheld* follows from the party's own log: it acknowledges
   every seal, another's opening, and the deadline, and has not opened (`comity.record.rounds_silence`).
6. Times that entries claim are never looked at. What is attested says by whom.
7. What is not held here yet decides nothing: no verdict accuses a party of what the reader has not read.

The answers depend on the set of items heard, not on their order.

    >>> rounds = Rounds(holds=holds, leaf_at=leaf_at)
    >>> for item in items:
    ...     rounds.take(item)
    >>> rounds.standing(start, now).phase
    'sealing'
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.rounds_book import Book, order, party_of
from comity.record.rounds_openings import Openings
from comity.record.rounds_seals import Seals
from comity.record.rounds_silence import withheld
from comity.record.rounds_states import (
    REASONS,
    Basis,
    Cosigned,
    PartyStanding,
    Phase,
    Refused,
    RoundError,
    RoundStanding,
    RoundUnknownError,
    Seen,
    State,
    Timing,
    Withheld,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.protocol_kinds import RoundStart

__all__ = [
    "REASONS",
    "Basis",
    "Cosigned",
    "PartyStanding",
    "Phase",
    "Refused",
    "RoundError",
    "RoundStanding",
    "RoundUnknownError",
    "Rounds",
    "Seen",
    "State",
    "Timing",
    "Withheld",
]


class Rounds:
    """The rounds of any number of logs.

    Args:
        holds: Says of a grant whether it holds (`comity.record.release`); None if something is not held here
            that would decide it.
        leaf_at: Gives the leaf hash at a place of a log, None where it is not held.
    """

    def __init__(
        self,
        holds: Callable[[Ref], bool | None],
        leaf_at: Callable[[str, int], bytes | None],
    ) -> None:
        self._book = Book()
        self._seals = Seals(self._book, leaf_at)
        self._openings = Openings(self._book, self._seals, holds)

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over.

        Beside the steps of rounds: anchors, requests, grants, receipts, and records that steps name.
        """
        self._book.take(item)

    def witness(self, cosigned: Cosigned) -> None:
        """Hear one verified cosignature."""
        self._book.witness(cosigned)

    def starts(self) -> list[Ref]:
        """Return every round heard of, by log and index."""
        return sorted(self._book.starts, key=order)

    def start(self, round_: Ref) -> RoundStart:
        """Return what a round asks.

        Raises:
            RoundUnknownError: It was not heard of, or its content is not held.
        """
        found = self._book.starts.get(round_)
        if found is None:
            raise RoundUnknownError(f"{round_.origin} {round_.index} is no start of a round held here")
        return found

    def standing(self, round_: Ref, now: int) -> RoundStanding:
        """Say how a round stands.

        Args:
            round_: Where it was started.
            now: Milliseconds UTC by the reader's clock; decides *not received* and nothing else.

        Raises:
            RoundUnknownError: It was not heard of, or its content is not held.
        """
        start = self.start(round_)
        refused = [*self._seals.refused(round_), *self._openings.refused(round_)]
        parties = tuple(self._party(round_, start, origin, now) for origin in start.parties)
        return RoundStanding(
            round_,
            _phase(parties, start),
            parties,
            tuple(sorted(set(refused), key=lambda item: (*order(item.place), item.reason))),
            tuple(self._openings.undecided(round_)),
        )

    def knows(self, log: str, place: Ref) -> int | None:
        """Return the index at which a log first names a place, or a head over it; None if it does not."""
        return self._book.knows(log, place)

    # --- inside ---

    def _party(self, round_: Ref, start: RoundStart, origin: str, now: int) -> PartyStanding:
        seal = self._seals.first(round_, origin)
        if seal is None:
            return PartyStanding(origin, "not_received" if now >= start.seal_by else "awaited")
        seen = self._seen(seal)
        opened = self._openings.of(round_, origin)
        held_back = withheld(self._book, self._seals, self._openings, round_, origin)
        open_seen = None if opened.whole_at is None else self._seen(opened.whole_at)
        state: State = opened.state
        if state == "sealed" and held_back is not None:
            state = "withheld"
        elif state == "sealed" and now >= start.open_by:
            state = "not_received"
        open_timing: Timing = "unknown" if opened.whole_at is None else _timing(open_seen, start.open_by)
        return PartyStanding(
            origin=origin,
            state=state,
            seal=seal,
            sealed=self._book.seals[seal].sealed.ref(),
            witnessed=seen is not None or self._acknowledged(seal, start),
            seal_timing=_timing(seen, start.seal_by),
            seal_seen=seen,
            openings=opened.counted,
            paths=opened.paths,
            partly=opened.partly,
            open_timing="late" if held_back is not None and opened.whole_at is not None else open_timing,
            open_seen=open_seen,
            received_by=opened.received_by,
            disputed_by=opened.disputed_by,
            withheld=held_back,
            notes=self._notes(round_, seal),
        )

    def _seen(self, place: Ref) -> Seen | None:
        """Return the earliest cosignature over an entry by another party."""
        for found in self._book.cosigned(place.origin, place.index):
            if party_of(found.by) != party_of(place.origin):
                return Seen(found.by, found.seconds)
        return None

    def _acknowledged(self, seal: Ref, start: RoundStart) -> bool:
        others = (log for log in start.parties if log != seal.origin)
        return any(self._book.knows(log, seal) is not None for log in others)

    def _notes(self, round_: Ref, seal: Ref) -> tuple[str, ...]:
        """Say whether a party sealed after its log knew an opening of another's, whoever's fault that is."""
        for place, model in self._book.opens.items():
            if model.round.ref() == round_ and place.origin != seal.origin:
                known = self._book.knows(seal.origin, place)
                if known is not None and known < seal.index:
                    return ("sealed-after-opening",)
        return ()


def _timing(seen: Seen | None, deadline: int) -> Timing:
    if seen is None:
        return "unknown"
    return "in_time" if seen.seconds * 1000 <= deadline else "seen_late"


def _phase(parties: tuple[PartyStanding, ...], start: RoundStart) -> Phase:
    everybody = set(start.parties)
    if all(everybody <= {party.origin, *party.received_by} and not party.disputed_by for party in parties):
        return "complete"
    if any(party.openings for party in parties):
        return "opening"
    if all(party.seal is not None and party.witnessed for party in parties):
        return "all_sealed"
    return "sealing" if any(party.seal is not None for party in parties) else "started"
