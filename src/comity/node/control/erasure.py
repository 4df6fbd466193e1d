"""Erasure on a node: request, order, the peers' acknowledgements, legal holds (docs/spec/erasure.md).

Approvals are people's, in `approvals`; what is destroyed and how is in `destruction`; the ledger is in
`erasure_ledger`.
"""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from comity.node.compacts import in_force
from comity.node.control.desk import PROTOCOL, milliseconds
from comity.node.control.standing import stands_granted
from comity.node.errors import RecordNotFoundError
from comity.node.openings import is_clear
from comity.record.entry_form import MAX_REFS, Ref
from comity.record.erasure import ErasureRefusedError, Erasures, Standing
from comity.record.errors import ComityError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import (
    Approval,
    Erase,
    EraseAck,
    Grant,
    Hold,
    Lapse,
    Pointer,
    Remainder,
    Request,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.node.control.copies import Copies
    from comity.node.control.desk import Steps
    from comity.node.control.destruction import Destruction
    from comity.node.node import Node
    from comity.node.peers import PeerLink
    from comity.node.system import Record
    from comity.record.kinds import Kind
    from comity.record.opening import FullOpening
    from comity.record.release import ApprovalRule

DAY: Final = 24 * 3600 * 1000
"""Milliseconds."""
TERM: Final = 7 * DAY
"""Milliseconds that a request is open when nothing else is said."""
ACK_DAYS: Final = 30
"""Days to acknowledge an order while no compact sets them."""
MOST_REMAINS: Final = 256
_ABOUT: Final[dict[str, tuple[type[Kind], ...]]] = {
    Request.kind: (Approval, Grant, Erase, Hold, Lapse),
    Erase.kind: (EraseAck,),
    Hold.kind: (Hold, Request),
}
"""By kind of a step: which steps that name it are heard with it."""


class ErasureDesk:
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
        self._node = node
        self._steps = steps
        self._destruction = destruction
        self._copies = copies
        self.approved = approved
        self.clock = clock
        self.problems: dict[Ref, ComityError] = {}
        """By order of a peer: why it could not be obeyed or acknowledged at the last try."""
        self._acting = threading.Lock()

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
        return [item for item in found if _request(item).action in ("erase", "hold")]

    def standing(self, request: Record) -> Standing:
        """Say where a request of the own log stands now."""
        machine = self.machine(_request(request).targets)
        return machine.standing(place_of(request), self.clock())

    def asked(self, index: int, *actions: str) -> Record:
        """Return the request at a place of the own log.

        Raises:
            RecordNotFoundError: there is none of these actions.
        """
        record = self._node.record(self._node.origin, index)
        model = None if record.content is None else record.content.model
        if not isinstance(model, Request) or model.action not in actions:
            raise RecordNotFoundError(f"{self._node.origin} {index} is no request to {' or '.join(actions)}")
        return record

    def carry_out(self, index: int, *, author: str) -> Ref:
        """Order an approved erasure, and destroy what is held here; return the order's place.

        The order is in the log before anything is destroyed: a crash in between is made good by `sweep`.

        Raises:
            ErasureRefusedError: approvals are missing, a hold stands, it ended, or it was carried out.
            RecordNotFoundError: there is no such request.
        """
        with self._acting:
            record = self.asked(index, "erase")
            model = _request(record)
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

    # --- holds ---

    def hold(self, places: Iterable[tuple[str, int]], *, author: str, reason: str, until: int | None) -> Ref:
        """Place a legal hold: these records are not erased here and do not lapse; return its place.

        Args:
            places: origins and indexes, of any log held here.
            author: pseudonym of who places it.
            reason: case or legal basis.
            until: when it ends by itself, milliseconds UTC; None for never.

        Raises:
            RecordNotFoundError: there is no such record.
        """
        targets = [self._target(*place, steps=True) for place in dict.fromkeys(places)]
        return self._append(Hold(targets=targets, reason=reason, until=until), author, targets)

    def holds(self) -> list[tuple[Record, bool]]:
        """Return every hold of the own log, newest first, and whether it stands now."""
        records = self.steps_of(Hold, self._node.origin)
        holds = [record for record in reversed(records) if _hold(record).lifts is None]
        machine = self.machine([target for record in holds for target in _hold(record).targets])
        now = self.clock()
        placed = set(machine.holds.placed(self._node.origin))
        return [(r, place_of(r) in placed and machine.holds.stands(place_of(r), now)) for r in holds]

    def request_lift(self, index: int, *, author: str, reason: str, expires: int | None = None) -> Ref:
        """Ask people to approve that a hold is lifted; return the request's place.

        Raises:
            ErasureRefusedError: no such hold stands.
            RecordNotFoundError: there is no such record.
        """
        record = self._standing_hold(index)
        target = Target(**Pointer.of(place_of(record)).model_dump())
        model = Request(
            action="hold",
            targets=[target],
            expires=self.clock() + TERM if expires is None else expires,
            reason=reason,
        )
        return self._append(model, author, [target])

    def lift(self, index: int, *, author: str) -> Ref:
        """Lift the hold that an approved request names; return the place of the entry that does.

        Raises:
            ErasureRefusedError: approvals are missing, it ended, or no such hold stands.
            RecordNotFoundError: there is no such request.
        """
        with self._acting:
            record = self.asked(index, "hold")
            hold = self._standing_hold(_request(record).targets[0].index)
            machine = self.machine(_request(record).targets)
            standing = machine.check_ready(place_of(record), self.clock())
            model = Hold(
                targets=_hold(hold).targets,
                reason=_request(record).reason,
                lifts=Pointer.of(place_of(hold)),
                request=Pointer.of(place_of(record)),
                approvals=[Pointer.of(place) for place in standing.approvals[:MAX_REFS]],
            )
            return self._append(model, author, _hold(hold).targets)

    # --- shared with the ledger and with retention ---

    def machine(self, targets: Iterable[Pointer], orders: Sequence[Record] | None = None) -> Erasures:
        """Return the state machine that has heard everything about some records and the steps about them."""
        erasures = Erasures(self._steps.trusts(), self.approved, self._steps.leaf_at)
        heard: set[Ref] = set()

        def take(record: Record) -> bool:
            place = place_of(record)
            new = place not in heard
            if new:
                heard.add(place)
                erasures.take(record)
            return new

        for target in dict.fromkeys(pointer.ref() for pointer in targets):
            # A target may be a step itself: the hold that people are asked to lift.
            about = self._steps.about(target.origin, target.index, Request, Erase, Hold)
            for step in (self._steps.record(target), *about):
                if take(step):
                    self._follow(step, take)
        for record in orders or ():
            if take(record):
                self._follow(record, take)
        return erasures

    def steps_of(self, kind: type[Kind], origin: str | None = None) -> list[Record]:
        """Return the steps of a kind whose content is held, of one log or of all, by origin and index."""
        found = self._steps.of(kind, origin)
        return [r for r in found if r.content is not None and isinstance(r.content.model, kind)]

    def held(self) -> set[Ref]:
        """Return the records on which a hold of the own log stands now."""
        return {t.ref() for hold, stands in self.holds() if stands for t in _hold(hold).targets}

    # --- inside ---

    def _follow(self, step: Record, take: Callable[[Record], bool]) -> None:
        """Hear what speaks of a step: approvals, grants, orders, acknowledgements, liftings."""
        content = step.content
        model = None if content is None else content.model
        if isinstance(model, Erase | Hold) and model.request is not None:
            place = model.request.ref()
            try:
                asked = self._steps.record(place)
            except RecordNotFoundError:
                return
            if take(asked):
                self._follow(asked, take)
        kinds = _ABOUT.get("" if model is None else model.kind, ())
        for found in self._steps.about(step.origin, step.index, *kinds) if kinds else ():
            if take(found):
                self._follow(found, take)

    def _target(self, origin: str, index: int, *, steps: bool = False) -> Target:
        record = self._node.record(origin, index)
        if not steps and (record.content is None or record.content.kind in PROTOCOL):
            raise ErasureRefusedError(f"{origin} {index} is not erased", ["not-content"])
        return Target(**Pointer.of(place_of(record)).model_dump())

    def _append(self, model: Any, author: str, targets: Sequence[Pointer]) -> Ref:
        return self._steps.append(
            model,
            author=author,
            parties=sorted({charter.party for charter in self._node.charters.values()}),
            exercise=self._fictional(targets),
        )

    def _fictional(self, targets: Sequence[Pointer]) -> bool:
        records = [self._steps.record(target.ref()) for target in targets]
        held = [record.content.header.class_ for record in records if record.content is not None]
        if held:
            return set(held) == {"exercise"}
        first = self._steps.about(targets[0].origin, targets[0].index, Request, Erase)
        return bool(first) and all(
            r.content is not None and r.content.header.class_ == "exercise" for r in first
        )

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

    def _standing_hold(self, index: int) -> Record:
        record = self._node.record(self._node.origin, index)
        found = {place_of(hold): stands for hold, stands in self.holds()}
        if not found.get(place_of(record)):
            raise ErasureRefusedError(f"{self._node.origin} {index} is no hold that stands", ["hold-unknown"])
        return record


def _request(record: Record) -> Request:
    assert record.content is not None
    assert isinstance(record.content.model, Request)
    return record.content.model


def erase_of(record: Record) -> Erase:
    """Return the order that a record holds."""
    assert record.content is not None
    assert isinstance(record.content.model, Erase)
    return record.content.model


def _hold(record: Record) -> Hold:
    assert record.content is not None
    assert isinstance(record.content.model, Hold)
    return record.content.model
