"""When it may be said that a party withholds (docs/spec/round.md, *Silence*).

That nothing came proves nothing: the line may be down, the blob lost, the reader behind. A party is said to
withhold only by what its *own* log shows, at one place of it. Before that place the log knows the seals of
all the parties and another party's opening, it has not opened what is asked, and the deadline is behind it:

- `own_word`: an acknowledgement of its own names that opening and says that the deadline had passed; or
- `attested`: the log knew the seals and the opening under a head that a third party cosigned before the
  deadline, and knows afterwards a third party's word, or says itself, that the deadline had passed.

A cosignature shows that something was there by its time. It never shows that something was *not* there: what
a witness had not seen may have been on its way. So no cosignature stands for the second half.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.rounds_book import order, party_of
from comity.record.rounds_states import Withheld

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.record.entry_form import Ref
    from comity.record.rounds_book import Book
    from comity.record.rounds_openings import Openings
    from comity.record.rounds_seals import Seals


def withheld(book: Book, seals: Seals, openings: Openings, round_: Ref, origin: str) -> Withheld | None:
    """Return where a party's log first shows that it withheld; None if it does not show it."""
    ready = _all_sealed_known(book, seals, round_, origin)
    if ready is None:
        return None
    found: list[Withheld] = []
    for opening in openings.counted(round_):
        if opening.origin != origin:
            found += _own_word(book, round_, origin, opening, ready)
            found += _attested(book, round_, origin, opening, ready)
    held = (item for item in found if not openings.open_before(round_, origin, item.at.index))
    return min(held, key=lambda item: (item.at.index, item.basis != "own_word", item.by), default=None)


def _own_word(book: Book, round_: Ref, origin: str, opening: Ref, ready: int) -> Iterator[Withheld]:
    for place, ack in book.acks.items():
        if place.origin != origin or ack.round.ref() != round_ or not ack.deadline_seen:
            continue
        if ready <= place.index and opening in [pointer.ref() for pointer in ack.opened]:
            yield Withheld(place, "own_word")


def _attested(book: Book, round_: Ref, origin: str, opening: Ref, ready: int) -> Iterator[Withheld]:
    known = book.knows(origin, opening)
    if known is None:
        return
    since, deadline = max(ready, known), book.starts[round_].open_by
    concerned = {party_of(origin), party_of(opening.origin)}
    witness = next(
        (
            item.by
            for item in book.cosigned(origin, since)
            # A cosignature at second s was made before s + 1.
            if party_of(item.by) not in concerned and (item.seconds + 1) * 1000 <= deadline
        ),
        None,
    )
    if witness is None:
        return
    for place, ack in sorted(book.acks.items(), key=lambda item: order(item[0])):
        if ack.round.ref() != round_ or not ack.deadline_seen:
            continue
        own = place.origin == origin
        at = place.index if own else book.knows(origin, place)
        if at is not None and at > since and (own or party_of(place.origin) not in concerned):
            said = {witness} if own else {witness, place.origin}
            yield Withheld(book.places[origin, at], "attested", tuple(sorted(said)))


def _all_sealed_known(book: Book, seals: Seals, round_: Ref, origin: str) -> int | None:
    """Return the index from which a log knows the seals of all the parties, its own among them."""
    known = []
    for party in book.starts[round_].parties:
        seal = seals.first(round_, party)
        if seal is None:
            return None
        known.append(seal.index if party == origin else book.knows(origin, seal))
    return None if None in known else max(index for index in known if index is not None)
