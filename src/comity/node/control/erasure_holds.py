"""Legal holds on a node: placed by whoever has the erase key, lifted with people's approval."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from comity.node.control.erasure_book import ErasureBook, hold_of, request_of
from comity.record.entry_form import MAX_REFS
from comity.record.erasure import ErasureRefusedError
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Hold, Pointer, Request, Target

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.node.system import Record
    from comity.record.entry_form import Ref

DAY: Final = 24 * 3600 * 1000
"""Milliseconds."""
TERM: Final = 7 * DAY
"""Milliseconds that a request is open when nothing else is said."""


class Holding(ErasureBook):
    """Places and lifts the holds of the own log."""

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
        holds = [record for record in reversed(records) if hold_of(record).lifts is None]
        machine = self.machine([target for record in holds for target in hold_of(record).targets])
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
            hold = self._standing_hold(request_of(record).targets[0].index)
            machine = self.machine(request_of(record).targets)
            standing = machine.check_ready(place_of(record), self.clock())
            model = Hold(
                targets=hold_of(hold).targets,
                reason=request_of(record).reason,
                lifts=Pointer.of(place_of(hold)),
                request=Pointer.of(place_of(record)),
                approvals=[Pointer.of(place) for place in standing.approvals[:MAX_REFS]],
            )
            return self._append(model, author, hold_of(hold).targets)

    def held(self) -> set[Ref]:
        """Return the records on which a hold of the own log stands now."""
        return {t.ref() for hold, stands in self.holds() if stands for t in hold_of(hold).targets}

    # --- inside ---

    def _standing_hold(self, index: int) -> Record:
        record = self._node.record(self._node.origin, index)
        found = {place_of(hold): stands for hold, stands in self.holds()}
        if not found.get(place_of(record)):
            raise ErasureRefusedError(f"{self._node.origin} {index} is no hold that stands", ["hold-unknown"])
        return record
