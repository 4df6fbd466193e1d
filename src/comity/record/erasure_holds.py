"""Legal holds: one key places a hold, people's approval lifts it; see `comity.record.erasure`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.basis import claimed, model_of, order_of
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Hold, Request

if TYPE_CHECKING:
    from comity.record.basis import Basis
    from comity.record.entry_form import Ref
    from comity.record.protocol import Item


class Holds:
    """The holds of any number of logs. A hold binds the node in whose log it stands, and no other.

    Args:
        basis: What the lifting of a hold rests on.
    """

    def __init__(self, basis: Basis) -> None:
        self._basis = basis
        self._holds: dict[Ref, Item] = {}
        self._lifts: dict[Ref, dict[Ref, Item]] = {}

    def take(self, item: Item) -> None:
        """Hear a hold, or the lifting of one."""
        model = model_of(item, Hold)
        if model.lifts is None:
            self._holds[place_of(item)] = item
        else:
            self._lifts.setdefault(model.lifts.ref(), {})[place_of(item)] = item

    def placed(self, origin: str) -> list[Ref]:
        """Return every hold of a log that an erase key signed, in the order of the log."""
        places = sorted(self._holds, key=order_of)
        return [
            p for p in places if p.origin == origin and not self._basis.key_faults(self._holds[p], "erase")
        ]

    def hold(self, place: Ref) -> Item | None:
        """Return the item of a hold, or None."""
        return self._holds.get(place)

    def lifted(self, hold: Ref) -> Ref | None:
        """Return the place of the first entry that lifts a hold and holds itself, or None."""
        lifts = self._lifts.get(hold, {})
        return next((p for p in sorted(lifts, key=order_of) if not self.lift_faults(lifts[p])), None)

    def stands(self, hold: Ref, now: int, before: int | None = None) -> bool:
        """Say whether a hold stands.

        Args:
            hold: Its place.
            now: Milliseconds UTC.
            before: Judge by what stands before this place of its log; by all of it when absent.
        """
        if before is not None and hold.index >= before:
            return False
        until = model_of(self._holds[hold], Hold).until
        if until is not None and now >= until:
            return False
        lifted = self.lifted(hold)
        return lifted is None or (before is not None and lifted.index >= before)

    def on(self, target: Ref, origin: str, now: int, before: int | None = None) -> Ref | None:
        """Return the first hold in the log `origin` that stands on a record, or None; as `stands`."""
        for place in self.placed(origin):
            named = {pointer.ref() for pointer in model_of(self._holds[place], Hold).targets}
            if target in named and self.stands(place, now, before):
                return place
        return None

    def lift_faults(self, lift: Item) -> list[str]:
        """Return why an entry does not lift the hold that it names; empty if it does."""
        model = model_of(lift, Hold)
        assert model.lifts is not None
        hold = model.lifts.ref()
        faults = self._basis.faults(lift, model.request, model.approvals, "hold")
        if hold not in self._holds or hold.origin != lift.origin or hold.index >= lift.index:
            faults.append("hold-unknown")
        request = None if model.request is None else self._basis.request(model.request.ref())
        if request is not None and [t.ref() for t in model_of(request, Request).targets] != [hold]:
            faults.append("targets-differ")
        return list(dict.fromkeys(faults))

    def lift_of(self, request: Ref) -> Ref | None:
        """Return the place of the entry that rests on a request and lifts a hold, or None."""
        for lifts in self._lifts.values():
            for place in sorted(lifts, key=order_of):
                pointer = model_of(lifts[place], Hold).request
                if pointer is not None and pointer.ref() == request and not self.lift_faults(lifts[place]):
                    return place
        return None

    def now_on(self, item: Item, targets: list[Ref], before: int | None = None) -> Ref | None:
        """Return a hold in an item's log that stands on a target at the time that the item claims."""
        at = claimed(item)
        held = (self.on(target, item.origin, at, before) for target in targets)
        return next((place for place in held if place is not None), None)
