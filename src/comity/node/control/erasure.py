"""Erasure on a node: request, order, the peers' acknowledgements, legal holds (docs/spec/erasure.md).

Approvals are people's, in `approvals`; what is destroyed and how is in `destruction`; the ledger is in
`erasure_ledger`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.node.compacts import in_force
from comity.node.control.desk import milliseconds
from comity.node.control.erasure_book import erase_of, request_of
from comity.node.control.erasure_holds import DAY, TERM, Holding
from comity.node.control.standing import stands_granted
from comity.node.openings import is_clear
from comity.record.entry_form import MAX_REFS, Ref
from comity.record.erasure import ErasureRefusedError, Standing
from comity.record.errors import ComityError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import (
    Erase,
    EraseAck,
    Pointer,
    Remainder,
    Request,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.node.control.copies import Copies
    from comity.node.control.desk import Steps
    from comity.node.control.destruction import Destruction
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.node.system import Record
    from comity.record.basis import ApprovalRule
    from comity.record.opening import FullOpening

ACK_DAYS: Final = 30
"""Days to acknowledge an order while no compact sets them."""
MOST_REMAINS: Final = 256


class ErasureDesk(Holding):
    """Orders to erase own records, obedience to peers' orders, and holds.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        destruction: destroys.
        copies: the backups and exports that were written.
        approved: decides whether approvals suffice.
        clock: milliseconds UTC.
    """

    def __init__(
        self,
        node: Node,
        steps: Steps,
        destruction: Destruction,
        copies: Copies,
        approved: ApprovalRule,
        *,
        clock: Callable[[], int] = milliseconds,
    ) -> None:
        super().__init__(node, steps, approved, clock=clock)
        self._destruction = destruction
        self._copies = copies
        self.problems: dict[Ref, ComityError] = {}
        """By order of a peer: why it could not be obeyed or acknowledged at the last try."""

    # --- own orders ---

    def request(self, indexes: Sequence[int], *, author: str, reason: str, expires: int | None = None) -> Ref:
        """Ask people to approve that records of the own log are erased; return the request's place.

        Args:
            indexes: the records.
            author: pseudonym of who asks.
            reason: the legal basis; it becomes the order's, and stays readable for ever.
            expires: milliseconds UTC; a week from now when absent.

        Raises:
            ErasureRefusedError: a hold stands on one of them, or one is a step of the protocol.
            RecordNotFoundError: there is no such record.
        """
        targets = [self._target(self._node.origin, index) for index in dict.fromkeys(indexes)]
        machine = self.machine(targets)
        now = self.clock()
        if any(machine.holds.on(target.ref(), self._node.origin, now) for target in targets):
            raise ErasureRefusedError("nothing is requested", ["held"])
        model = Request(
            action="erase",
            targets=targets,
            expires=now + TERM if expires is None else expires,
            reason=reason,
        )
        return self._append(model, author, targets)

    def requests(self) -> list[Record]:
        """Return every request to erase, or to lift a hold, of the own log, newest first."""
        found = reversed(self.steps_of(Request, self._node.origin))
        return [item for item in found if request_of(item).action in ("erase", "hold")]

    def standing(self, request: Record) -> Standing:
        """Say where a request of the own log stands now."""
        machine = self.machine(request_of(request).targets)
        return machine.standing(place_of(request), self.clock())

    def carry_out(self, index: int, *, author: str) -> Ref:
        """Order an approved erasure, and destroy what is held here; return the order's place.

        The order is in the log before anything is destroyed: a crash in between is made good by `sweep`.

        Raises:
            ErasureRefusedError: approvals are missing, a hold stands, it ended, or it was carried out.
            RecordNotFoundError: there is no such request.
        """
        with self._acting:
            record = self.asked(index, "erase")
            model = request_of(record)
            now = self.clock()
            standing = self.machine(model.targets).check_ready(place_of(record), now)
            openings = list(self._openings(model.targets))
            order = Erase(
                request=Pointer.of(place_of(record)),
                approvals=[Pointer.of(place) for place in standing.approvals[:MAX_REFS]],
                targets=model.targets,
                basis=model.reason,
                deadline=now + self.ack_days() * DAY,
                recipients=self._ungranted(openings),
                public=any(is_clear(opening) for opening in openings),
            )
            place = self._append(order, author, model.targets)
            for target in model.targets:
                self._destruction.destroy(target.ref())
            return place

    def ack_days(self) -> int:
        """Return the days that a recipient has to acknowledge: the compact's."""
        compact = in_force(self._node.folder)
        return ACK_DAYS if compact is None else compact.deadlines.erase_ack_days

    # --- peers' orders ---

    def obey(self, link: PeerLink) -> int:
        """Destroy what a peer ordered to erase, and acknowledge it; return how many orders were.

        What cannot be done is tried again at the next exchange, and stands in the ledger until then.
        """
        done = 0
        with self._acting:
            for record in self.steps_of(Erase, link.origin):
                place = place_of(record)
                if self._acked(place):
                    continue
                try:
                    done += self._obeyed(link, place)
                except ComityError as error:
                    self.problems[place] = error
                else:
                    self.problems.pop(place, None)
        return done

    def obeyed(self) -> set[Ref]:
        """Return the peers' records that were erased here by their order."""
        own = self._node.origin
        orders = [r for r in self.steps_of(Erase) if r.origin != own and self._acked(place_of(r))]
        return {target.ref() for record in orders for target in erase_of(record).targets}

    def erased(self) -> set[Ref]:
        """Return the records that were erased here by order, own and peers'."""
        own = [record for record in self.steps_of(Erase) if record.origin == self._node.origin]
        return self.obeyed() | {target.ref() for record in own for target in erase_of(record).targets}

    def sweep(self) -> int:
        """Destroy again what an order carried out here had destroyed and what has come back; return how much.

        A crash between order and destruction, a backup restored, and a peer that sends erased content again
        leave something behind.
        """
        found = 0
        for record in self.steps_of(Erase):
            place = place_of(record)
            own = place.origin == self._node.origin
            if not own and not self._acked(place):
                continue
            lingering = [t for t in erase_of(record).targets if self._destruction.lingers(t.ref())]
            if lingering and not self.machine(lingering, [record]).order_faults(place):
                for target in lingering:
                    self._destruction.destroy(target.ref())
                found += len(lingering)
        return found

    # --- inside ---

    def _openings(self, targets: Sequence[Pointer]) -> Iterable[FullOpening]:
        for target in targets:
            record = self._steps.record(target.ref())
            full = self._node.contents.get(target.origin, record.id)
            if full is not None:
                yield full

    def _ungranted(self, openings: Sequence[FullOpening]) -> list[str]:
        """Return the peers to which any of some contents went without a grant."""
        compact = in_force(self._node.folder)
        found = []
        for origin, charter in self._node.charters.items():
            stands = stands_granted(compact, charter.party)
            if origin != self._node.origin and any(is_clear(full) or stands(full) for full in openings):
                found.append(origin)
        return sorted(found)

    def _acked(self, order: Ref) -> bool:
        acks = self._steps.about(order.origin, order.index, EraseAck)
        return any(ack.origin == self._node.origin for ack in acks)

    def _obeyed(self, link: PeerLink, place: Ref) -> bool:
        record = self._steps.record(place)
        machine = self.machine(erase_of(record).targets, [record])
        order = machine.check_order(place)
        now = self.clock()
        targets = [target.ref() for target in order.targets]
        if any(machine.holds.on(target, self._node.origin, now) for target in targets):
            return False
        held = [target for target in targets if self._destruction.lingers(target)]
        if not held and self._node.origin not in machine.asked(place):
            return False
        for target in held:
            self._destruction.destroy(target)
        remains = self.remains(targets, now)
        assert record.content is not None
        self._steps.append(
            EraseAck(erase=Pointer.of(place), done_at=now, remains=remains[:MOST_REMAINS]),
            author=f"node:{self._node.origin}",
            parties=[link.charter.party],
            exercise=record.content.header.class_ == "exercise",
        )
        return True

    def remains(self, targets: Sequence[Ref], erased: int) -> list[Remainder]:
        """Return the backups and exports of this node that may still carry records erased here at a time."""
        now = self.clock()
        copies = [copy for target in targets for copy in self._copies.holding(target, erased, now)]
        unique = {(copy.what, copy.name, copy.written): copy for copy in copies}
        return [copy.remainder() for copy in unique.values()]
