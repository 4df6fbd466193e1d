"""The ledger of erasures: what is done, by whose word, what is late, what cannot be enforced."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node.control.erasure_book import erase_of
from comity.node.control.recipient_keys import destroyed_after
from comity.node.control.release import problem_of
from comity.record.canonical import b64
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Erase, Grant, Received, Request

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.control.desk import Steps
    from comity.node.control.erasure import ErasureDesk
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.entry_form import Ref
    from comity.record.erasure import Erasures, Word

LIMITS: Final = {
    "word": "That a party destroyed its copy is that party's word; nothing can prove that none was kept.",
    "seen": "What people read, printed, photographed or copied elsewhere cannot be taken back.",
    "media": "A disk may keep old blocks: of content only ciphertext without its key, of views rows deleted.",
    "backups": "Backups and exports carry it until whoever keeps them destroys them; the list has dates.",
    "sealed": "A copy of the sealed blob can be opened until the recipient's key of its month is destroyed.",
    "public": "It was marked for everybody: strangers may hold it, and nobody knows who.",
}
"""What no technique enforces: stable codes, and what each means."""


class ErasureLedger:
    """Reads the orders of every log, and what each node says of them.

    Args:
        node: the node.
        steps: reads steps of the protocol.
        desk: knows orders, holds and copies.
    """

    def __init__(self, node: Node, steps: Steps, desk: ErasureDesk) -> None:
        self._node = node
        self._steps = steps
        self._desk = desk

    def orders(self) -> list[dict[str, Any]]:
        """Return every order, the newest first by the time that it claims."""
        records = self._desk.steps_of(Erase)
        records.sort(key=lambda record: record.content.header.claimed, reverse=True)  # type: ignore[union-attr]
        return [self.order(record) for record in records]

    def order(self, record: Record) -> dict[str, Any]:
        """Return one order as plain data."""
        order, place = erase_of(record), place_of(record)
        machine = self._desk.machine(order.targets, [record])
        reasons = machine.order_faults(place)
        targets = [target.ref() for target in order.targets]
        grants = self._grants(place, targets)
        asked = machine.asked(place) if not reasons else ()
        assert record.content is not None
        return {
            "origin": place.origin,
            "index": place.index,
            "class": record.content.header.class_,
            "targets": [{"origin": t.origin, "index": t.index, "leaf": b64(t.leaf)} for t in targets],
            "basis": order.basis,
            "ordered_at": record.content.header.claimed,
            "deadline": order.deadline,
            "own": place.origin == self._node.origin,
            "valid": not reasons,
            "reasons": reasons,
            "here": self._here(machine, place, asked),
            "parties": [self._party(machine, place, origin, grants) for origin in asked],
            "copies": [
                item.model_dump(mode="json", exclude_none=True)
                for item in self._copies(machine, place, targets)
            ],
            "limits": self._limits(order, asked, grants),
        }

    # --- inside ---

    def _here(self, machine: Erasures, place: Ref, asked: Sequence[str]) -> dict[str, Any]:
        """Say what was done here: `done`, `held`, `waiting`, `refused`, or `nothing` was ever held."""
        problem = self._desk.problems.get(place)
        shown = None if problem is None else problem_of(problem)
        if machine.order_faults(place):
            return {"state": "refused", "at": None, "problem": shown}
        if place.origin == self._node.origin:
            return {"state": "done", "at": self._claimed(place), "problem": None}
        word = machine.word(place, self._node.origin, self._desk.clock())
        state = {"acknowledged": "done", "held": "held"}.get(word.state, "waiting")
        if state == "waiting" and self._node.origin not in asked:
            state = "nothing"
        return {"state": state, "at": word.done_at, "problem": shown}

    def _party(
        self, machine: Erasures, place: Ref, origin: str, grants: Sequence[tuple[Record, Grant]]
    ) -> dict[str, Any]:
        word = machine.word(place, origin, self._desk.clock())
        charter = self._node.charters.get(origin)
        return {
            "origin": origin,
            "party": origin.partition("/")[0] if charter is None else charter.party,
            "state": word.state,
            "late": word.late,
            "acknowledged_at": word.done_at,
            "ack": None if word.ack is None else word.ack.index,
            "hold": None if word.hold is None else word.hold.index,
            "received": self._received(origin, grants),
            "remains": self._remains(word),
            "keys": self._keys(origin, grants),
        }

    def _remains(self, word: Word) -> list[dict[str, Any]]:
        """Return what a party says may remain, without what has expired."""
        now = self._desk.clock()
        return [
            item.model_dump(mode="json", exclude_none=True)
            for item in word.remains
            if item.until is None or item.until > now
        ]

    def _grants(self, place: Ref, targets: Sequence[Ref]) -> list[tuple[Record, Grant]]:
        """Return the grants before an order that released one of its records."""
        found: dict[Ref, tuple[Record, Grant]] = {}
        for target in targets:
            for request in self._steps.about(target.origin, target.index, Request):
                for record in self._steps.about(request.origin, request.index, Grant):
                    model = None if record.content is None else record.content.model
                    before = record.origin == place.origin and record.index < place.index
                    if before and isinstance(model, Grant):
                        found[place_of(record)] = record, model
        return list(found.values())

    def _received(self, origin: str, grants: Sequence[tuple[Record, Grant]]) -> bool:
        """Whether a node said that it received one of the grants."""
        own = [record for record, grant in grants if grant.recipient.origin == origin]
        words = (w for r in own for w in self._steps.about(r.origin, r.index, Received))
        return any(word.origin == origin for word in words)

    def _keys(self, origin: str, grants: Sequence[tuple[Record, Grant]]) -> list[dict[str, Any]]:
        """Return until when a copy of a blob sealed to a node could still be opened by that node."""
        trust = self._node.trusts.get(origin)
        lines = (
            {}
            if trust is None
            else {b64(line.key_id): line.month for _, charter in trust.versions for line in charter.hpke}
        )
        named = {grant.recipient.hpke_key for _, grant in grants if grant.recipient.origin == origin}
        months = sorted({lines[key] for key in named if key in lines})
        return [{"month": month, "until": destroyed_after(month)} for month in months]

    def _copies(self, machine: Erasures, place: Ref, targets: Sequence[Ref]) -> list[Any]:
        if place.origin == self._node.origin:
            erased: int | None = self._claimed(place)
        else:
            erased = machine.word(place, self._node.origin, self._desk.clock()).done_at
        return [] if erased is None else self._desk.remains(targets, erased)

    def _claimed(self, place: Ref) -> int:
        content = self._steps.record(place).content
        return 0 if content is None else content.header.claimed

    def _limits(
        self, order: Erase, asked: Sequence[str], grants: Sequence[tuple[Record, Grant]]
    ) -> list[dict[str, str]]:
        codes = ["media", "backups", "seen"]
        codes += ["word"] if asked else []
        now = self._desk.clock()
        open_keys = any(key["until"] > now for origin in asked for key in self._keys(origin, grants))
        codes += ["sealed"] if open_keys else []
        codes += ["public"] if order.public else []
        return [{"code": code, "text": LIMITS[code]} for code in codes]
