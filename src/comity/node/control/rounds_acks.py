"""What a node says in its own log of a round: the seals it has, the openings it received, the deadline.

A node says so as soon as it can, with one exception. Where it learned of the last seal after the deadline, so
that it never had a chance to open in time, it does not acknowledge openings before it has opened itself: its
own software does not accuse it of what the line did.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.control.rounds_reader import RoundReader, model_of
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Grant, Pointer, Received, RoundAck, RoundOpen

if TYPE_CHECKING:
    from comity.node.control.desk import Steps
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.entry_form import Ref
    from comity.record.protocol_kinds import RoundStart
    from comity.record.rounds import RoundStanding


class Acks:
    """Makes the acknowledgements of one node.

    Args:
        node: the node.
        steps: reads steps of the protocol.
        reader: reads rounds.
    """

    def __init__(self, node: Node, steps: Steps, reader: RoundReader) -> None:
        self._node = node
        self._steps = steps
        self._reader = reader

    def seals(self, round_: Ref, model: RoundStart, standing: RoundStanding, now: int) -> RoundAck | None:
        """Return what names everybody's seal; None if not all are known, or the own log names them."""
        seals = [party.seal for party in standing.parties if party.seal is not None]
        if len(seals) < len(standing.parties) or self._named(round_, seals) is not None:
            return None
        return self._ack(round_, seals, [], deadline=now >= model.open_by)

    def due(self, round_: Ref, model: RoundStart, standing: RoundStanding, now: int) -> RoundAck | None:
        """Return what there is to say now; None if nothing is new."""
        over = now >= model.open_by
        seals = [party.seal for party in standing.parties if party.seal is not None]
        complete = len(seals) == len(standing.parties)
        opened = self._received(standing) if self._had_a_chance(round_, model, standing) else []
        said = [ack for _, ack in self._own(round_)]
        before = {pointer.ref() for ack in said for pointer in ack.opened}
        new_seals = complete and self._named(round_, seals) is None
        new_deadline = over and bool(opened) and not any(ack.deadline_seen and ack.opened for ack in said)
        if not new_seals and not new_deadline and set(opened) <= before:
            return None
        return self._ack(round_, seals if complete else [], opened, deadline=over)

    def fictional(self, place: Ref) -> bool:
        """Whether a round is an exercise."""
        content = self._steps.record(place).content
        return content is not None and content.header.class_ == "exercise"

    # --- inside ---

    @staticmethod
    def _ack(round_: Ref, seals: list[Ref], opened: list[Ref], *, deadline: bool) -> RoundAck:
        return RoundAck(
            round=Pointer.of(round_),
            seals=[Pointer.of(seal) for seal in seals],
            opened=[Pointer.of(place) for place in opened],
            deadline_seen=deadline,
        )

    def _own(self, round_: Ref) -> list[tuple[Record, RoundAck]]:
        found = []
        for record in self._steps.about(round_.origin, round_.index, RoundAck):
            model = model_of(record)
            if record.origin == self._node.origin and isinstance(model, RoundAck):
                found.append((record, model))
        return found

    def _named(self, round_: Ref, seals: list[Ref]) -> Record | None:
        """Return the own acknowledgement that first names seals."""
        for record, ack in self._own(round_):
            if set(seals) <= {pointer.ref() for pointer in ack.seals}:
                return record
        return None

    def _received(self, standing: RoundStanding) -> list[Ref]:
        """Return the others' openings of which everything granted to this node verified."""
        return [
            place
            for party in standing.parties
            if party.origin != self._node.origin
            for place in party.openings
            if self._verified(place)
        ]

    def _verified(self, opening: Ref) -> bool:
        model = model_of(self._steps.record(opening))
        assert isinstance(model, RoundOpen)
        for pointer in model.grants:
            record = self._steps.record(pointer.ref())
            grant = model_of(record)
            if isinstance(grant, Grant) and grant.recipient.origin == self._node.origin:
                words = [model_of(word) for word in self._words(place_of(record))]
                return any(isinstance(word, Received) and not word.disputes for word in words)
        return False

    def _words(self, grant: Ref) -> list[Record]:
        found = self._steps.about(grant.origin, grant.index, Received)
        return [word for word in found if word.origin == self._node.origin]

    def _had_a_chance(self, round_: Ref, model: RoundStart, standing: RoundStanding) -> bool:
        mine = standing.party(self._node.origin)
        if mine is None or (mine.openings and not mine.partly):
            return True
        seals = [party.seal for party in standing.parties if party.seal is not None]
        named = self._named(round_, seals) if len(seals) == len(standing.parties) else None
        return (
            named is not None and named.content is not None and named.content.header.claimed < model.open_by
        )
