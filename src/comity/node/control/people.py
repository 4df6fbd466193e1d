"""People of a node: who is enrolled, by whose word, and whether approvals suffice (docs/spec/approval.md).

A passkey is certified by an entry in the log, signed with the charter's `enrol` key. Whoever holds that key
says that two pseudonyms are two people; nothing else here can know it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from comity.node.control.tables_release import ITEMS, REFS
from comity.record.approvals import Approvals, Enrolments, Verdict
from comity.record.errors import ComityError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Approval, Enrolment, Pointer, Request, Revocation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.node.control.desk import Steps
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.trust import Trust

CUSTODIAN: Final = "custodian"
"""Author of enrolments: whoever has the node's run file."""
_KINDS: Final = (Enrolment.kind, Revocation.kind)


class PersonUnknownError(ComityError):
    """Nobody is enrolled under this pseudonym."""

    code = "person-unknown"
    advice = "`comity people list NODE` lists who is enrolled."


class PersonError(ComityError):
    """A pseudonym or role is not of the form that an enrolment takes."""

    code = "person-invalid"
    advice = "Use a pseudonym of a-z, 0-9 and hyphens, never a name, and roles such as release or erase."


@dataclass(frozen=True, slots=True)
class Enrolled:
    """One passkey of one person; `fault` says why it does not count now, empty if it does."""

    place: Ref
    model: Enrolment
    fault: str

    def to_json(self) -> dict[str, Any]:
        """Return it as the API gives it."""
        return {
            "person": self.model.person,
            "roles": list(self.model.roles),
            "origin": self.place.origin,
            "index": self.place.index,
            "origin_url": self.model.origin_url,
            "counts": not self.fault,
            "reason": self.fault,
        }


class People:
    """The people of every log known here.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
    """

    def __init__(self, node: Node, steps: Steps) -> None:
        self._node = node
        self._steps = steps
        self._heard: dict[str, tuple[tuple[int, ...], Enrolments]] = {}

    def enrolments(self, origin: str) -> Enrolments:
        """Return the enrolments and revocations of a log."""
        query = select(ITEMS.c.index).where(ITEMS.c.origin == origin, ITEMS.c.kind.in_(_KINDS))
        with self._node.views.connect() as db:
            places = tuple(sorted(int(row[0]) for row in db.execute(query)))
        heard = self._heard.get(origin)
        if heard is None or heard[0] != places:
            found = Enrolments()
            for index in places:
                found.take(self._node.record(origin, index))
            heard = self._heard[origin] = (places, found)
        return heard[1]

    def approved(self, request: Item, approvals: Sequence[Item], trust: Mapping[str, Trust]) -> Verdict:
        """Say whether approvals of a request suffice: the approval rule of releases and erasures."""
        return Approvals(self.enrolments(request.origin)).approved(request, approvals, trust)

    def known(self, request: Record, approvals: Sequence[Record]) -> Approvals:
        """Return what is known of people for a request, with the earlier uses of their passkeys."""
        state = Approvals(self.enrolments(request.origin))
        for item in (*approvals, *self._earlier(request, approvals)):
            state.take(item)
        return state

    def listing(self) -> list[Enrolled]:
        """Return every passkey enrolled in the own log, in its order."""
        origin = self._node.origin
        known, trust = self.enrolments(origin), self._steps.trusts()[origin]
        size = self._node.size(origin)
        return [Enrolled(place, model, known.fault(place, trust, size)) for place, model in known.all(origin)]

    def counting(self, role: str) -> list[Enrolled]:
        """Return the passkeys that can approve in a role now."""
        return [one for one in self.listing() if not one.fault and role in one.model.roles]

    def revoke(self, person: str, reason: str) -> list[Ref]:
        """End every enrolment of a person in the own log; return the places of the revocations.

        Raises:
            PersonUnknownError: nobody of this pseudonym is enrolled now.
            DraftsRefusedError: this node does not hold the charter's enrol key.
        """
        ending = [one for one in self.listing() if one.model.person == person and not one.fault]
        if not ending:
            raise PersonUnknownError(f"nobody is enrolled as {person!r} in {self._node.origin}")
        return [
            self._steps.append(
                Revocation(enrolment=Pointer.of(one.place), reason=reason),
                author=CUSTODIAN,
                parties=self.parties(),
                exercise=self.fictional(one.place),
            )
            for one in ending
        ]

    def parties(self) -> list[str]:
        """Return every party known here: approvals are for all of them to verify."""
        return sorted({charter.party for charter in self._node.charters.values()})

    def fictional(self, place: Ref) -> bool:
        """Whether a step carries the class `exercise`."""
        content = self._steps.record(place).content
        return content is not None and content.header.class_ == "exercise"

    def _earlier(self, request: Record, approvals: Sequence[Record]) -> list[Record]:
        """Return, for every passkey that approved a request, the newest approvals before the request."""
        found: dict[Ref, Record] = {}
        for item in approvals:
            model = None if item.content is None else item.content.model
            if not isinstance(model, Approval):
                continue
            query = (
                select(REFS.c.index)
                .where(
                    REFS.c.origin == request.origin,
                    REFS.c.kind == Approval.kind,
                    REFS.c.to_origin == model.enrolment.origin,
                    REFS.c.to_index == model.enrolment.index,
                    REFS.c.index < item.index,
                )
                .order_by(REFS.c.index.desc())
                .limit(1)
            )
            with self._node.views.connect() as db:
                indexes = [int(row[0]) for row in db.execute(query)]
            for index in indexes:
                record = self._node.record(request.origin, index)
                found[place_of(record)] = record
        return list(found.values())


def request_of(record: Record) -> Request | None:
    """Return the request that a record holds, or None."""
    model = None if record.content is None else record.content.model
    return model if isinstance(model, Request) else None
