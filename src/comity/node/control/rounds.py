"""Rounds on a node: parties seal, then open (docs/spec/round.md).

    round_ = Round.start(node, "coding-7", b"How does the text read?", ["vn/hq", "la/hq"],
                         seal_by=noon, open_by=evening, author="clerk")
    round_.seal(index, author="clerk")     # the record at `index`; people are asked to approve its opening
    round_.open(author="clerk")            # refused until everybody has sealed
    round_.status().phase                  # 'opening'; 'complete' once all have received all

The other side finds the round when it has exchanged, `Round.find(node, "coding-7")`, and does the same. What
is sealed is an ordinary record of the own log, of any kind; nothing of it leaves before the round opens.
"""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, Self

from comity.node.control.rounds_errors import RoundNotSealedError, RoundRefusedError
from comity.node.system import CLEAR
from comity.record.canonical import b64
from comity.record.merkle import leaf_hash
from comity.record.protocol_kinds import Grant, Pointer, RoundOpen, RoundSeal, RoundStart
from comity.record.release import ReleaseRefusedError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.rounds_asked import OpeningRequest
    from comity.node.control.rounds_desk import RoundDesk
    from comity.node.node import Node
    from comity.record.entry_form import Ref
    from comity.record.rounds import PartyStanding, RoundStanding


class Round:
    """One round, as this node takes part in it; made by `start`, `find` and `all`.

    Attributes:
        place: Where it was started.
        model: What it asks.
    """

    def __init__(self, desk: RoundDesk, place: Ref, model: RoundStart) -> None:
        self._desk = desk
        self.place = place
        self.model = model

    @classmethod
    def start(
        cls,
        node: Node,
        name: str,
        question: bytes,
        parties: Sequence[str],
        *,
        seal_by: int,
        open_by: int,
        author: str,
        paths: Sequence[str] = (),
        recipients: Sequence[str] = (),
        title: dict[str, str] | None = None,
        exercise: bool = False,
    ) -> Self:
        """Start a round in the own log.

        Args:
            node: the node.
            name: what it is called: lower-case words and hyphens, once in this log.
            question: the question, the very bytes that every party is given.
            parties: the logs that are to seal, as in `la/hq`; paired with this node, or its own.
            seal_by: milliseconds UTC until which a seal is in time.
            open_by: milliseconds UTC by which all is to be open.
            author: pseudonym of who starts it.
            paths: fields that each opens, as in `title`; whole records when none is named.
            recipients: nodes to which each opens besides the other parties.
            title: what it is called on a screen, by language.
            exercise: whether it is about fictional records alone.

        Raises:
            RoundRefusedError: the name is taken, a log is not paired, or the deadline is over.
        """
        desk = node.control.rounds
        with desk.lock:
            desk.check_start(name, [*parties, *recipients], seal_by)
            index, charter = node.own.trust.versions[-1]
            first = node.log.entries(index, index + 1)[0]
            model = RoundStart(
                round=name,
                title=title,
                parties=list(parties),
                question_digest=b64(hashlib.sha256(question).digest()),
                seal_by=seal_by,
                open_by=open_by,
                paths=list(paths),
                recipients=list(recipients),
                charter=Pointer(origin=charter.origin, index=index, leaf=b64(leaf_hash(first))),
            )
            place = desk.append(model, model, author=author, exercise=exercise)
        return cls(desk, place, model)

    @classmethod
    def find(cls, node: Node, key: str) -> Self:
        """Return a round by its name, or by its place as in `vn/hq/12`.

        Raises:
            RoundUnknownError: there is none, or the name means several; the place always tells them apart.
        """
        return cls(node.control.rounds, *node.control.rounds.find(key))

    @classmethod
    def all(cls, node: Node) -> list[Self]:
        """Return every round held here, by log and place."""
        return [cls(node.control.rounds, *found) for found in node.control.rounds.starts()]

    def status(self) -> RoundStanding:
        """Say how the round stands, as far as this node has read; nothing in it says what anybody sealed."""
        return self._desk.standing(self.place)

    def requests(self) -> list[OpeningRequest]:
        """Return the openings that people were asked to approve here, oldest first."""
        return self._desk.requests(self.place)

    def seal(self, index: int, *, author: str, question: bytes | None = None) -> Ref:
        """Seal a record of the own log, and ask people to approve its opening now; return the seal's place.

        Doing it again asks for whatever approval was not asked yet, and seals nothing twice. Where an opening
        did not verify for a recipient, that asks people to approve it anew.

        Args:
            index: the record; its content is written, and stays here.
            author: pseudonym of who seals.
            question: the question as it was given to this party, to be held against the round's.

        Raises:
            RoundRefusedError: it would not count.
            ReleaseRefusedError: the record's marking, the compact or a charter would deny its opening.
            PreviewError: the record does not have a field that the round asks for.
        """
        with self._desk.lock:
            if question is not None:
                self._check_question(question)
            mine = self._mine()
            if mine.seal is not None and (mine.sealed is None or mine.sealed.index != index):
                raise RoundRefusedError("already-sealed")
            sealed = self._desk.own_place(index)
            if mine.seal is None:
                self._check_blind(sealed)
            for recipient in self._desk.recipients(self.model):
                self._desk.check_opening(self.model, index, recipient, self.model.paths)
            seal = mine.seal or self._append_seal(sealed, author)
            self._desk.ask(self.place, self.model, index, self.model.paths, author)
            return seal

    def ask(self, paths: Sequence[str], *, author: str) -> None:
        """Ask people to approve the opening of single fields, of those that the round asks.

        Raises:
            RoundRefusedError: this party has not sealed.
            PreviewError: the record does not have such a field.
        """
        with self._desk.lock:
            mine = self._mine()
            if mine.sealed is None:
                raise RoundRefusedError("not-sealed")
            self._desk.ask(self.place, self.model, mine.sealed.index, list(paths), author)

    def open(self, *, author: str, paths: Sequence[str] = ()) -> Ref:
        """Open what was sealed to everybody that the round opens to; return the opening's place.

        The grants were approved at sealing. What was cut off in the middle is gone on with; what a recipient
        disputed is opened anew, once people have approved that.

        Args:
            author: pseudonym of who opens.
            paths: single fields, approved alone (`ask`); what the round asks for when none is named.

        Raises:
            RoundNotSealedError: not everybody has sealed under a head that somebody else saw.
            RoundRefusedError: this party has not sealed, or these fields are open.
            ReleaseRefusedError: approvals are missing or over, or a charter or marking denies it by now.
        """
        with self._desk.lock:
            standing, wanted = self.status(), list(paths) or self.model.paths
            mine = self._mine(standing)
            if mine.seal is None or mine.sealed is None:
                raise RoundRefusedError("not-sealed")
            if not standing.all_sealed:
                raise RoundNotSealedError(
                    party.origin for party in standing.parties if party.seal is None or not party.witnessed
                )
            if self._desk.is_open(self.place, wanted):
                raise RoundRefusedError("already-opened")
            asked = self._desk.approved(self.place, self.model, wanted)
            self._desk.name_seals(self.place, self.model, standing, author)
            grants = [self._grant(one, author) for one in asked]
            model = RoundOpen(
                round=Pointer.of(self.place),
                seal=Pointer.of(mine.seal),
                grants=[Pointer.of(grant) for grant in grants],
                paths=wanted,
            )
            return self._desk.append(model, self.model, author=author, of=self.place)

    def acknowledge(self, *, author: str) -> Ref:
        """Say in the own log what is held of the round, and whether the deadline is over; return the place.

        An exchange does it by itself. Where this party has not opened, the others' openings are here, and
        the deadline is over, that is what *withheld* rests on.

        Raises:
            RoundRefusedError: it was said before.
        """
        with self._desk.lock:
            place = self._desk.acknowledge(self.place, self.model, author)
        if place is None:
            raise RoundRefusedError("nothing-new")
        return place

    # --- inside ---

    def _mine(self, standing: RoundStanding | None = None) -> PartyStanding:
        mine = (standing or self.status()).party(self._desk.origin)
        if mine is None:
            raise RoundRefusedError("not-a-party")
        return mine

    def _check_question(self, question: bytes) -> None:
        if b64(hashlib.sha256(question).digest()) != self.model.question_digest:
            raise RoundRefusedError("question-differs")

    def _check_blind(self, sealed: Ref) -> None:
        """Refuse a record that somebody may have read, or that was sealed before."""
        record = self._desk.record(sealed)
        if record.content is None or record.entry is None or record.entry.outer != "record":
            raise RoundRefusedError("no-content")
        if record.content.header.marking == CLEAR:
            raise RoundRefusedError("not-blind")
        if self._desk.about(sealed, RoundSeal):
            raise RoundRefusedError("seal-replayed")
        if self._desk.releases(sealed, Grant):
            raise RoundRefusedError("released-before")

    def _append_seal(self, sealed: Ref, author: str) -> Ref:
        model = RoundSeal(
            round=Pointer.of(self.place),
            question_digest=self.model.question_digest,
            sealed=Pointer.of(sealed),
        )
        return self._desk.append(model, self.model, author=author, of=self.place)

    def _grant(self, asked: OpeningRequest, author: str) -> Ref:
        if asked.standing.grant is not None:
            return asked.standing.grant
        return self._desk.grant(asked.place, author)


__all__ = ["ReleaseRefusedError", "Round", "RoundNotSealedError", "RoundRefusedError"]
