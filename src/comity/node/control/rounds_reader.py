"""Reads one round out of the logs, mirrors and cosignatures of a node, for the state machine to judge."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from sqlalchemy import func, select

from comity.node.control.tables_release import RECEIVED, REFS
from comity.node.control.tables_rounds import ANCHORS
from comity.node.errors import RecordNotFoundError
from comity.node.own import cosigner_key
from comity.record.cosignature import verify_cosignature
from comity.record.protocol import place_of, places_named
from comity.record.protocol_kinds import (
    Grant,
    Received,
    Request,
    RoundAck,
    RoundOpen,
    RoundSeal,
    RoundStart,
)
from comity.record.release import ReleaseRefusedError
from comity.record.rounds import Cosigned, Rounds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from comity.node.control.desk import Steps
    from comity.node.control.release import ReleaseDesk
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.entry_form import Ref

NOT_HELD: Final = frozenset({"request-unknown", "approval-unknown", "enrolment-unknown"})
"""Reasons why a grant does not hold *here*: something that it rests on has not come."""


class RoundReader:
    """Gives the state machine everything that is held of a round.

    Args:
        node: the node.
        steps: reads steps of the protocol.
        desk: judges grants.
    """

    def __init__(self, node: Node, steps: Steps, desk: ReleaseDesk) -> None:
        self._node = node
        self._steps = steps
        self._desk = desk

    def starts(self) -> list[tuple[Ref, RoundStart]]:
        """Return every round held here, newest last within each log."""
        found = ((record, model_of(record)) for record in self._steps.of(RoundStart))
        return [(place_of(record), model) for record, model in found if isinstance(model, RoundStart)]

    def machine(self, round_: Ref) -> Rounds:
        """Return the state machine that has heard everything about one round."""
        rounds = Rounds(self._holds, self._steps.leaf_at)
        heard: dict[Ref, Record] = {}
        for record in self._items(round_):
            heard[place_of(record)] = record
        for record in (*self._closed(heard), *self._anchors(heard)):
            heard.setdefault(place_of(record), record)
        for record in heard.values():
            rounds.take(record)
        for cosigned in self._cosignatures(heard):
            rounds.witness(cosigned)
        return rounds

    def mark(self, round_: Ref) -> tuple[int, int]:
        """Return what changes when there may be something to acknowledge.

        Returns:
            How many steps name the round, and how many openings of it this node has received.
        """
        about = REFS.alias("about")
        here = (about.c.to_origin == round_.origin) & (about.c.to_index == round_.index)
        steps = select(func.count()).select_from(about).where(here)
        received = (
            select(func.count())
            .select_from(about)
            .join(
                REFS,
                (REFS.c.origin == about.c.origin)
                & (REFS.c.index == about.c.index)
                & (REFS.c.kind == RoundOpen.kind),
            )
            .join(
                RECEIVED,
                (RECEIVED.c.grant_origin == REFS.c.to_origin) & (RECEIVED.c.grant_index == REFS.c.to_index),
            )
            .where(here, RECEIVED.c.origin == self._node.origin)
        )
        with self._node.views.connect() as db:
            return db.execute(steps).scalar_one(), db.execute(received).scalar_one()

    # --- inside ---

    def _holds(self, grant: Ref) -> bool | None:
        model = model_of(self._steps.record(grant))
        if not isinstance(model, Grant):
            return None
        try:
            self._desk.heard(model.request.ref()).check_grant(grant)
        except ReleaseRefusedError as error:
            return None if NOT_HELD & set(error.reasons) else False
        return True

    def _items(self, round_: Ref) -> Iterator[Record]:
        """Give the steps of a round, and what they rest on."""
        yield self._steps.record(round_)
        for step in self._steps.about(round_.origin, round_.index, RoundSeal, RoundOpen, RoundAck):
            yield step
            model = model_of(step)
            if isinstance(model, RoundSeal):
                yield from self._about_sealed(model.sealed.ref())
            elif isinstance(model, RoundAck):
                yield from self._there(places_named(model))

    def _about_sealed(self, sealed: Ref) -> Iterator[Record]:
        """Give what else was done with a sealed entry: other seals, releases, and their receipts."""
        yield from self._steps.about(sealed.origin, sealed.index, RoundSeal)
        for request in self._steps.about(sealed.origin, sealed.index, Request):
            yield request
            for grant in self._steps.about(request.origin, request.index, Grant):
                yield grant
                yield from self._steps.about(grant.origin, grant.index, Received)

    def _there(self, places: Iterable[Ref]) -> Iterator[Record]:
        for place in places:
            try:
                yield self._steps.record(place)
            except RecordNotFoundError:
                continue

    def _closed(self, heard: dict[Ref, Record]) -> Iterator[Record]:
        """Give the steps of these logs of which the content is not held: their leaves still name places."""
        for origin in {place.origin for place in heard}:
            for index in self._node.book.closed_steps(origin):
                yield self._node.record(origin, index)

    def _anchors(self, heard: dict[Ref, Record]) -> Iterator[Record]:
        """Give, of each log, its first anchor over each place of another log."""
        logs = {place.origin for place in heard}
        found: set[tuple[str, int]] = set()
        with self._node.views.connect() as db:
            for place in heard:
                query = (
                    select(ANCHORS.c.origin, func.min(ANCHORS.c.index))
                    .where(ANCHORS.c.head_origin == place.origin, ANCHORS.c.head_size > place.index)
                    .group_by(ANCHORS.c.origin)
                )
                found |= {(str(row[0]), int(row[1])) for row in db.execute(query) if row[0] in logs}
        for origin, index in sorted(found):
            yield self._node.record(origin, index)

    def _cosignatures(self, heard: dict[Ref, Record]) -> Iterator[Cosigned]:
        """Give, for each place, the first cosignature of each cosigner over it."""
        node = self._node
        names = {cosigner_key(vkey): link.origin for link in node.peers for vkey in link.cosigners().values()}
        for place in heard:
            link = node.peers.get(place.origin)
            store = node.log.store if link is None else link.mirror.store
            if link is None and place.origin != node.origin:
                continue
            for size, key, seconds in store.first_cosigned(place.index):
                if key in names:
                    yield Cosigned(place.origin, size, names[key], seconds)
            if link is not None:
                for vkey in node.cosigner_vkeys:
                    head = link.mirror.heads.first_cosigned(vkey, place.index)
                    if head is not None:
                        seconds = verify_cosignature(head.note, head.line, vkey)
                        yield Cosigned(place.origin, head.size, node.origin, seconds)


def model_of(record: Record) -> object:
    """Return the content of a record as the model of its kind; None where it is not held or not known."""
    return None if record.content is None else record.content.model
