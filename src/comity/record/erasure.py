"""Erasures as a state machine over any number of logs (docs/spec/erasure.md).

The rules:

1. Only the originator of a record orders it erased: records, request, approvals and order stand in one log.
2. An order rests on a request of action `erase` with the same targets and on approvals of people in the erase
   role, and is signed by an erase key. One approval, one order: the first that holds counts.
3. A hold in the same log that stands before the order stops it. Whoever holds an erase key places a hold;
   people approve that it is lifted.
4. Asked to acknowledge is every node that a grant before the order released one of the records to, and every
   node that the order names because the record went there without a grant.
5. A node acknowledges in its own log, by its erase key. By a standing rule of every compact the originator's
   approvals suffice: the recipient adds none, and only a hold in its own log stops it.
6. A lapse of a month key rests on a request of action `retain` of the same class and month.

Times are those that entries claim.

    >>> erasures = Erasures(trusts, approved, leaf_at)
    >>> for item in items:
    ...     erasures.take(item)
    >>> erasures.word(order, "la/hq", now).state
    'overdue'
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.record.basis import Basis, claimed, model_of, order_of
from comity.record.erasure_holds import Holds
from comity.record.erasure_states import REASONS, ErasureRefusedError, Standing, Word
from comity.record.errors import ComityError
from comity.record.protocol import check_refs, place_of
from comity.record.protocol_kinds import Approval, Erase, EraseAck, Grant, Hold, Lapse, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from comity.record.basis import ApprovalRule
    from comity.record.entry_form import Ref
    from comity.record.protocol import Item
    from comity.record.trust import Trust

__all__ = ["ACTIONS", "REASONS", "Basis", "ErasureRefusedError", "Erasures", "Holds", "Standing", "Word"]

ACTIONS: Final = frozenset({"erase", "retain", "hold"})
"""Actions of requests that this module judges."""
_DELIVERS: Final = frozenset({"release", "round_open"})


class Erasures:
    """The erasures, lapses and holds of any number of logs.

    Args:
        trust: The charters of each log, by origin.
        approved: Decides whether approvals suffice.
        leaf_at: Gives the leaf hash at a place of a log, None where it is not held.
    """

    def __init__(
        self,
        trust: Mapping[str, Trust],
        approved: ApprovalRule,
        leaf_at: Callable[[str, int], bytes | None],
    ) -> None:
        self._leaf_at = leaf_at
        self.basis = Basis(trust, approved)
        self.holds = Holds(self.basis)
        self._orders: dict[Ref, Item] = {}
        self._lapses: dict[Ref, Item] = {}
        self._grants: dict[Ref, Item] = {}
        self._acks: dict[Ref, dict[Ref, Item]] = {}

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over."""
        model = None if item.content is None else item.content.model
        known = Request | Approval | Erase | EraseAck | Grant | Hold | Lapse
        if item.entry is None or not isinstance(model, known):
            return
        try:
            check_refs(item.entry, model)
        except ComityError:
            return
        if isinstance(model, Request | Approval):
            self.basis.take(item)
        elif isinstance(model, Hold):
            self.holds.take(item)
        elif isinstance(model, EraseAck):
            self._acks.setdefault(model.erase.ref(), {})[place_of(item)] = item
        else:
            kept = {Erase: self._orders, Lapse: self._lapses, Grant: self._grants}
            kept[type(model)][place_of(item)] = item

    def orders(self, origin: str | None = None) -> list[Ref]:
        """Return the orders to erase that hold, of one log or of all, by origin and index."""
        places = sorted(self._orders, key=order_of)
        return [p for p in places if origin in (None, p.origin) and not self.order_faults(p)]

    def standing(self, request: Ref, now: int) -> Standing:
        """Say where a request to erase, to let a month lapse or to lift a hold stands at `now`."""
        item = self.basis.request(request)
        if item is None:
            return Standing("refused", reasons=("request-unknown",))
        if faults := self._request_faults(item):
            return Standing("refused", reasons=tuple(faults))
        approvals = tuple(place_of(one) for one in self.basis.counted(item))
        done = self._done(request)
        if done is not None:
            return Standing("ordered", approvals, done)
        asked = model_of(item, Request)
        if now >= asked.expires:
            return Standing("expired", approvals, reasons=("request-expired",))
        missing = self.basis.missing(item)
        held = asked.action == "erase" and any(
            self.holds.on(target.ref(), item.origin, now) for target in asked.targets
        )
        if held:
            return Standing("held", approvals, reasons=("held", *missing))
        return Standing("waiting" if missing else "approved", approvals, reasons=missing)

    def check_ready(self, request: Ref, now: int) -> Standing:
        """Check that the step that a request asks for may be taken at `now`.

        Raises:
            ErasureRefusedError: It may not; the reasons are all that were found.
        """
        standing = self.standing(request, now)
        reasons = ["already-ordered"] if standing.order is not None else list(standing.reasons)
        if reasons:
            raise ErasureRefusedError(f"{request.origin} {request.index} is not carried out", reasons)
        return standing

    def check_order(self, order: Ref) -> Erase:
        """Return an order to erase that holds.

        Raises:
            ErasureRefusedError: It does not; the reasons are all that were found.
        """
        if reasons := self.order_faults(order):
            raise ErasureRefusedError(f"the order {order.origin} {order.index} does not hold", reasons)
        return model_of(self._orders[order], Erase)

    def order_faults(self, order: Ref) -> list[str]:
        """Return why an order to erase does not hold; empty if it does."""
        item = self._orders.get(order)
        if item is None:
            return ["order-unknown"]
        faults = self._faults(item)
        request = model_of(item, Erase).request
        earlier = (p for p in self._orders if p.origin == order.origin and p.index < order.index)
        if not faults and any(
            model_of(self._orders[p], Erase).request == request and not self._faults(self._orders[p])
            for p in earlier
        ):
            faults.append("already-ordered")
        return faults

    def lapse_faults(self, lapse: Ref) -> list[str]:
        """Return why a lapse does not hold; empty if it does."""
        item = self._lapses.get(lapse)
        if item is None:
            return ["order-unknown"]
        model = model_of(item, Lapse)
        faults = self.basis.faults(item, model.request, model.approvals, "retain")
        request = None if model.request is None else self.basis.request(model.request.ref())
        if request is not None:
            asked = model_of(request, Request)
            if (asked.class_, asked.month) != (model.class_, model.month):
                faults.append("month-differs")
        return faults

    def asked(self, order: Ref) -> tuple[str, ...]:
        """Return the nodes that are asked to acknowledge an order, sorted."""
        model = model_of(self._orders[order], Erase)
        targets = {target.ref() for target in model.targets}
        asked = set(model.recipients)
        for place, grant in self._grants.items():
            if place.origin == order.origin and place.index < order.index:
                granted = model_of(grant, Grant)
                if targets & self._released(granted):
                    asked.add(granted.recipient.origin)
        return tuple(sorted(asked - {order.origin}))

    def word(self, order: Ref, origin: str, now: int) -> Word:
        """Return what a node says of an order at `now` (milliseconds UTC)."""
        model = model_of(self._orders[order], Erase)
        acks = self._acks.get(order, {})
        for place in sorted(acks, key=order_of):
            if place.origin == origin and not self.basis.key_faults(acks[place], "erase"):
                ack = model_of(acks[place], EraseAck)
                late = claimed(acks[place]) > model.deadline
                return Word("acknowledged", place, ack.done_at, late, tuple(ack.remains))
        for target in model.targets:
            hold = self.holds.on(target.ref(), origin, now)
            if hold is not None:
                return Word("held", hold=hold)
        return Word("overdue" if now > model.deadline else "waiting")

    # --- inside ---

    def _released(self, grant: Grant) -> set[Ref]:
        request = self.basis.request(grant.request.ref())
        if request is None or model_of(request, Request).action not in _DELIVERS:
            return set()
        return {target.ref() for target in model_of(request, Request).targets}

    def _done(self, request: Ref) -> Ref | None:
        """Return the step that rests on a request and holds, or None."""
        for place in sorted(self._orders, key=order_of):
            pointer = model_of(self._orders[place], Erase).request
            if pointer is not None and pointer.ref() == request and not self.order_faults(place):
                return place
        for place in sorted(self._lapses, key=order_of):
            pointer = model_of(self._lapses[place], Lapse).request
            if pointer is not None and pointer.ref() == request and not self.lapse_faults(place):
                return place
        return self.holds.lift_of(request)

    def _request_faults(self, item: Item) -> list[str]:
        model = model_of(item, Request)
        if model.action not in ACTIONS:
            return ["request-action"]
        faults = []
        places = [target.ref() for target in model.targets]
        here = [place for place in places if place.origin == item.origin]
        if model.action != "retain" and len(here) != len(places):
            faults.append("not-originator")
        if len(set(places)) != len(places) or any(place.index >= item.index for place in here):
            faults.append("request-order")
        leaves = ((self._leaf_at(place.origin, place.index), place.leaf) for place in places)
        if any(found is not None and found != named for found, named in leaves):
            faults.append("target-mismatch")
        return faults

    def _faults(self, item: Item) -> list[str]:
        model = model_of(item, Erase)
        faults = self.basis.faults(item, model.request, model.approvals, "erase")
        request = None if model.request is None else self.basis.request(model.request.ref())
        targets = [target.ref() for target in model.targets]
        if request is not None:
            faults += self._request_faults(request)
            if [target.ref() for target in model_of(request, Request).targets] != targets:
                faults.append("targets-differ")
        if self.holds.now_on(item, targets, before=item.index) is not None:
            faults.append("held")
        return list(dict.fromkeys(faults))
