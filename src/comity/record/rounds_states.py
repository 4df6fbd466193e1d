"""Where a round can stand, and why a step of it does not count; `comity.record.rounds` exports these."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.record.entry_form import Ref

Phase = Literal["started", "sealing", "all_sealed", "opening", "complete"]
"""How far a round has come."""
State = Literal["awaited", "sealed", "opened", "received", "disputed", "not_received", "withheld"]
"""How far one party has come in it."""
Timing = Literal["unknown", "in_time", "seen_late", "late"]
"""What is known of the time of a step; see `PartyStanding`."""
Basis = Literal["own_word", "attested"]
"""What *withheld* and *late* rest on: the party's own log alone, or third parties' clocks besides."""

REASONS: Final = {
    "not-a-party": "The log is not one of those that the round asks.",
    "question-differs": "The seal is for another question than the round asks.",
    "sealed-elsewhere": "What is sealed stands in another party's log.",
    "sealed-order": "What is sealed does not stand before its seal.",
    "sealed-differs": "Another entry stands at the place that was sealed.",
    "seal-replayed": "The same entry was sealed for another round before.",
    "released-before": "What is sealed was released to somebody before it was sealed.",
    "already-sealed": "The party had sealed before: its first seal counts.",
    "not-sealed": "The party opens without a seal that counts.",
    "seal-differs": "The opening is of another seal than the party's first.",
    "opened-early": "The party opened before its own log named the seals of all the others.",
    "granted-early": "The party granted what it sealed before its own log named the seals of all the others.",
    "grant-order": "A grant does not stand before the opening in the same log.",
    "grant-differs": "A grant is for something else than opening a round.",
    "grant-refused": "A grant does not hold: it was not approved as made, or not signed by a release key.",
    "other-record": "A grant opens another record than was sealed.",
    "other-fields": "Other fields were opened than the round asks for.",
    "unequal": "Different fields, or different bytes, were opened to different recipients.",
    "recipient-missing": "The opening is not granted to everybody that the round opens to.",
}
"""Why a step does not count: stable codes. Each can be checked from the logs by anybody who has them."""


class RoundError(ComityError):
    """A round is not as it is asked for."""

    code = "round"
    advice = "List the rounds and how they stand: comity round status."


class RoundUnknownError(RoundError):
    """No such round is held here."""

    code = "round-unknown"
    advice = "Exchange with the party that started it, then list the rounds: comity round status."


@dataclass(frozen=True, slots=True)
class Cosigned:
    """A verified cosignature: `by` had seen `size` leaves of `log`, and says it was at `seconds`.

    Attributes:
        log: The log whose head was cosigned.
        size: Leaves under that head.
        by: The log of the node that cosigned.
        seconds: POSIX time, by the cosigner's clock.
    """

    log: str
    size: int
    by: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Seen:
    """By whom and when (POSIX seconds, that one's clock) a step is first known to have been seen."""

    by: str
    seconds: int


@dataclass(frozen=True, slots=True)
class Withheld:
    """Where a party's own log shows that it had what it needs to open, and the deadline behind it.

    Attributes:
        at: The entry of its log at which it had not opened.
        basis: `own_word`: its own acknowledgement says all of it. `attested`: third parties say when.
        by: The third parties, where it is attested.
    """

    at: Ref
    basis: Basis
    by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PartyStanding:
    """How one party stands in a round.

    `in_time` is attested: another party's cosignature of the step is no later than the deadline. `seen_late`
    says only that no such cosignature is known: the line may have been slow, and it is nobody's fault on
    record. `late` follows from *withheld*: the party opened after that.

    Attributes:
        origin: Its log.
        state: How far it has come; `not_received` is attributed to nobody.
        seal: Its first seal that counts.
        sealed: The entry sealed.
        witnessed: Whether another party saw the seal, by a cosignature or in its own log.
        seal_timing: What is known of the time of the seal.
        seal_seen: The earliest cosignature over it.
        openings: Its openings that count, in order.
        paths: Fields opened so far, where not the whole record was.
        partly: Whether fields that the round asks for are still closed.
        open_timing: What is known of the time at which all was open.
        open_seen: The earliest cosignature over that.
        received_by: Recipients whose own log says that every opening verified.
        disputed_by: Recipients whose own log says that one did not: a claim to settle, not a proof.
        withheld: Set if it withheld, even if it opened later.
        notes: Facts that accuse nobody: `sealed-after-opening`.
    """

    origin: str
    state: State
    seal: Ref | None = None
    sealed: Ref | None = None
    witnessed: bool = False
    seal_timing: Timing = "unknown"
    seal_seen: Seen | None = None
    openings: tuple[Ref, ...] = ()
    paths: tuple[str, ...] = ()
    partly: bool = False
    open_timing: Timing = "unknown"
    open_seen: Seen | None = None
    received_by: tuple[str, ...] = ()
    disputed_by: tuple[str, ...] = ()
    withheld: Withheld | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """A step that does not count, and why: a code of `REASONS`."""

    place: Ref
    reason: str


@dataclass(frozen=True, slots=True)
class RoundStanding:
    """How a round stands.

    Attributes:
        start: Where it was started.
        phase: How far it has come.
        parties: Each party, in the order of the start.
        refused: Steps that do not count, by log and index.
        undecided: Openings of which something is not held here yet; they accuse nobody and open nothing.
    """

    start: Ref
    phase: Phase
    parties: tuple[PartyStanding, ...]
    refused: tuple[Refused, ...] = ()
    undecided: tuple[Ref, ...] = ()

    @property
    def all_sealed(self) -> bool:
        """Whether everybody has sealed, and somebody else saw it."""
        return all(party.seal is not None and party.witnessed for party in self.parties)

    def party(self, origin: str) -> PartyStanding | None:
        """Return how one log stands, None if it is no party of the round."""
        return next((party for party in self.parties if party.origin == origin), None)
