"""The steps of erasure on a node: heard together, and written; see `erasure`."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Final

from comity.node.control.desk import PROTOCOL, milliseconds
from comity.node.errors import RecordNotFoundError
from comity.record.erasure import ErasureRefusedError, Erasures
from comity.record.protocol import place_of
from comity.record.protocol_kinds import (
    Approval,
    Erase,
    EraseAck,
    Grant,
    Hold,
    Lapse,
    Pointer,
    Request,
    Target,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.node.control.desk import Steps
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.basis import ApprovalRule
    from comity.record.entry_form import Ref
    from comity.record.kinds import Kind

_ABOUT: Final[dict[str, tuple[type[Kind], ...]]] = {
    Request.kind: (Approval, Grant, Erase, Hold, Lapse),
    Erase.kind: (EraseAck,),
    Hold.kind: (Hold, Request),
}
"""By kind of a step: which steps that name it are heard with it."""


class ErasureBook:
    """Reads what was asked, ordered, held and acknowledged, in every log.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        approved: decides whether approvals suffice.
        clock: milliseconds UTC.
    """

    def __init__(
        self,
        node: Node,
        steps: Steps,
        approved: ApprovalRule,
        *,
        clock: Callable[[], int] = milliseconds,
    ) -> None:
        self._node = node
        self._steps = steps
        self.approved = approved
        self.clock = clock
        self._acting = threading.Lock()

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

    # --- inside ---

    def _follow(self, step: Record, take: Callable[[Record], bool]) -> None:
        """Hear what speaks of a step: approvals, grants, orders, acknowledgements, liftings."""
        content = step.content
        model = None if content is None else content.model
        if isinstance(model, Erase | Hold | Lapse) and model.request is not None:
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


def request_of(record: Record) -> Request:
    """Return the request that a record holds."""
    assert record.content is not None
    assert isinstance(record.content.model, Request)
    return record.content.model


def erase_of(record: Record) -> Erase:
    """Return the order that a record holds."""
    assert record.content is not None
    assert isinstance(record.content.model, Erase)
    return record.content.model


def hold_of(record: Record) -> Hold:
    """Return the hold that a record holds."""
    assert record.content is not None
    assert isinstance(record.content.model, Hold)
    return record.content.model
