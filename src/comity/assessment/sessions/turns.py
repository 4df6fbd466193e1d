"""Who opens what when: question by question, and another party first each time.

The party that opens the first question is drawn by the digest of the session, which neither side could choose
alone once both have agreed to it; from question to question the first place moves on by one. Whether an
opening came in turn is read from the logs: the log it stands in must have known every opening that comes
before it (docs/spec/round.md, *Order*). An opening out of turn counts, and is marked.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.canonical import unb64

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, Sequence

    from comity.record.entry_form import Ref

    Knows = Callable[[str, Ref], int | None]
    """From a log and a place to the index at which that log first names the place."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One opening that is due: of one question, by one party."""

    question: str
    party: str


@dataclass(frozen=True, slots=True)
class Opening:
    """One opening that counts.

    Attributes:
        party: Whose.
        place: Where in its log.
        questions: What it opened.
    """

    party: str
    place: Ref
    questions: frozenset[str]


def order(digest: str, questions: Sequence[str], parties: Iterable[str]) -> list[Turn]:
    """Return every opening in the order in which they are due.

    Args:
        digest: Of the session's fields, base64.
        questions: In the order of the session.
        parties: In any order.
    """
    everybody = sorted(parties)
    first = int.from_bytes(unb64(digest, 32)[:8], "big") % len(everybody)
    turns = []
    for number, question in enumerate(questions):
        start = (first + number) % len(everybody)
        turns += [Turn(question, party) for party in everybody[start:] + everybody[:start]]
    return turns


def due(turns: Sequence[Turn], openings: Iterable[Opening]) -> Turn | None:
    """Return the first opening that has not come; None when all is open."""
    done = {(one.party, question) for one in openings for question in one.questions}
    return next((turn for turn in turns if (turn.party, turn.question) not in done), None)


def in_turn(turns: Sequence[Turn], openings: Sequence[Opening], knows: Knows) -> Mapping[Turn, bool]:
    """Say of every opening that has come whether it came in turn.

    Args:
        turns: All, in their order.
        openings: Those that count, of all parties.
        knows: What each log shows to have known when.
    """
    places: dict[Turn, list[Opening]] = {}
    for one in openings:
        for question in one.questions:
            places.setdefault(Turn(question, one.party), []).append(one)
    first = {turn: min(found, key=lambda one: one.place.index) for turn, found in places.items()}
    return {
        turn: all(_before(first.get(earlier), mine, knows) for earlier in turns[: turns.index(turn)])
        for turn, mine in first.items()
        if turn in turns
    }


def _before(earlier: Opening | None, mine: Opening, knows: Knows) -> bool:
    """Whether an opening was there, as far as the log of another one shows, when that other was made."""
    if earlier is None:
        return False
    if earlier.place.origin == mine.place.origin:
        return earlier.place.index <= mine.place.index
    known = knows(mine.place.origin, earlier.place)
    return known is not None and known < mine.place.index
