"""What a step that people approve rests on: a request, their approvals of it, and a key of the step's role.

Shared by grants (`comity.record.release`), orders to erase, lapses and the lifting of holds
(`comity.record.erasure`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from comity.record.errors import ComityError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Approval, Request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comity.record.entry_form import Ref
    from comity.record.kinds import Kind
    from comity.record.protocol import Item
    from comity.record.protocol_kinds import Action, Pointer
    from comity.record.roles import Role
    from comity.record.trust import Trust

    class Verdict(Protocol):
        """What an approval rule answers."""

        @property
        def ok(self) -> bool:
            """Whether the approvals suffice."""
            ...

        @property
        def reasons(self) -> Sequence[str]:
            """Codes of what is missing; empty if nothing is."""
            ...

    ApprovalRule = Callable[[Item, Sequence[Item], Mapping[str, Trust]], Verdict]
    """(request, approvals of it in the order of their log, charters) -> verdict."""

_Model = TypeVar("_Model", bound="Kind")


class Basis:
    """The requests and approvals of any number of logs.

    Args:
        trust: The charters of each log, by origin.
        approved: Decides whether approvals suffice.
    """

    def __init__(self, trust: Mapping[str, Trust], approved: ApprovalRule) -> None:
        self._trust = trust
        self._approved = approved
        self._requests: dict[Ref, Item] = {}
        self._approvals: dict[Ref, dict[Ref, Item]] = {}

    def take(self, item: Item) -> None:
        """Hear a request or an approval whose leaf names what its content names."""
        assert item.content is not None
        model = item.content.model
        if isinstance(model, Request):
            self._requests[place_of(item)] = item
        elif isinstance(model, Approval):
            self._approvals.setdefault(model.request.ref(), {})[place_of(item)] = item

    def request(self, place: Ref) -> Item | None:
        """Return a request, or None."""
        return self._requests.get(place)

    def counted(self, request: Item) -> list[Item]:
        """Return the approvals of a request that stand after it in its log and before its end, in order."""
        ends = model_of(request, Request).expires
        heard = self._approvals.get(place_of(request), {})
        return [
            heard[place]
            for place in sorted(heard, key=order_of)
            if place.origin == request.origin and place.index > request.index and claimed(heard[place]) < ends
        ]

    def missing(self, request: Item) -> tuple[str, ...]:
        """Return the codes of what the approvals of a request lack; empty when they suffice."""
        verdict = self._approved(request, self.counted(request), self._trust)
        return () if verdict.ok else tuple(verdict.reasons)

    def faults(
        self, step: Item, request: Pointer | None, approvals: Sequence[Pointer], action: Action
    ) -> list[str]:
        """Return what is wrong with the ground that a step of the erase role stands on, by `REASONS`."""
        item = None if request is None else self._requests.get(request.ref())
        if item is None:
            return ["request-unknown", *self.key_faults(step, "erase")]
        asked = model_of(item, Request)
        faults = [] if asked.action == action else ["request-action"]
        if step.origin != item.origin or step.index <= item.index:
            faults.append("not-originator")
        if claimed(step) >= asked.expires:
            faults.append("request-expired")
        faults += self.approval_faults(step, item, approvals)
        return faults + self.key_faults(step, "erase")

    def key_faults(self, step: Item, role: Role) -> list[str]:
        """Return `not-<role>-key` unless a key of the role in the charter in force at its place signed it."""
        trust = self._trust.get(step.origin)
        assert step.entry is not None
        try:
            found = None if trust is None else trust.at(step.index).office(step.entry.key).role
        except ComityError:
            found = None
        return [] if found == role else [f"not-{role}-key"]

    def approval_faults(self, step: Item, request: Item, approvals: Sequence[Pointer]) -> list[str]:
        """Return what is wrong with the approvals that a step names of a request."""
        named = [pointer.ref() for pointer in approvals]
        heard = self._approvals.get(place_of(request), {})
        if any(place not in heard for place in named):
            return ["approval-unknown"]
        faults = []
        if any(
            place.origin != step.origin or not request.index < place.index < step.index for place in named
        ):
            faults.append("approval-order")
        if any(claimed(heard[place]) >= model_of(request, Request).expires for place in named):
            faults.append("approval-late")
        if not faults:
            given = [heard[place] for place in sorted(set(named), key=order_of)]
            verdict = self._approved(request, given, self._trust)
            faults += [] if verdict.ok else list(verdict.reasons)
        return faults


def model_of(item: Item, kind: type[_Model]) -> _Model:
    """Return the content of an item that is known to be of a kind."""
    assert item.content is not None
    assert isinstance(item.content.model, kind)
    return item.content.model


def claimed(item: Item) -> int:
    """Return the time that an item claims, milliseconds UTC."""
    assert item.content is not None
    return item.content.header.claimed


def order_of(place: Ref) -> tuple[str, int]:
    """Return what places are sorted by."""
    return place.origin, place.index
