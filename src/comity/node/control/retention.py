"""Retention clocks: months that are over are proposed, people approve, month keys lapse.

Content is kept under the key of the month in which its retention class ends. Where a header sets no month,
the compact's retention classes do, from the month that the record claims. No class means no end.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import structlog

from comity.node.compacts import in_force
from comity.node.control.desk import milliseconds, month_of
from comity.node.control.erasure_book import request_of
from comity.node.errors import RecordNotFoundError
from comity.record.canonical import b64
from comity.record.content import PARTIAL
from comity.record.entry_form import MAX_REFS, Ref
from comity.record.erasure import ErasureRefusedError
from comity.record.keyring import Kept, Retention
from comity.record.merkle import root
from comity.record.protocol import place_of
from comity.record.protocol_kinds import Lapse, Pointer, Request, Target
from comity.record.recipient_key import months_from
from comity.record.slots import lp

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from comity.node.control.desk import Steps
    from comity.node.control.destruction import Destruction
    from comity.node.control.erasure import ErasureDesk
    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.erasure import Standing

LOGGER = structlog.get_logger("comity.node.retention")
OPEN: Final = "open"
ID_SIZE: Final = 16
TERM: Final = 7 * 24 * 3600 * 1000
MOST_NAMED: Final = 256
"""Records that a request names; its digest covers all of them."""
CONTEXT: Final = b"comity/lapse/v1\n"


@dataclass(frozen=True, slots=True)
class Due:
    """A month that is over.

    Attributes:
        retention: The retention class and the month.
        members: Origin and id of every key that lapses with it.
        places: The records among them.
        held: Records under it on which a hold stands: they stay.
        request: The newest request to let it lapse, with where it stands; None if nobody asked.
    """

    retention: Retention
    members: tuple[tuple[str, bytes], ...]
    places: tuple[Ref, ...]
    held: tuple[Ref, ...]
    request: tuple[Record, Standing] | None = None

    @property
    def digest(self) -> str:
        """What people approve: the RFC 6962 root over everything that lapses, in base64."""
        return members_digest(self.members)


def members_digest(members: Sequence[tuple[str, bytes]]) -> str:
    """Return the RFC 6962 root over origin and id of every key that lapses, sorted, in base64."""
    return b64(root(CONTEXT + lp(origin.encode()) + lp(key) for origin, key in sorted(members)))


class RetentionDesk:
    """The retention clocks of one node.

    Args:
        node: the node.
        steps: reads and writes steps of the protocol.
        destruction: destroys.
        erasures: knows holds, and judges what rests on approvals.
        clock: milliseconds UTC.
    """

    def __init__(
        self,
        node: Node,
        steps: Steps,
        destruction: Destruction,
        erasures: ErasureDesk,
        clock: Callable[[], int] = milliseconds,
    ) -> None:
        self._node = node
        self._steps = steps
        self._destruction = destruction
        self._erasures = erasures
        self.clock = clock
        self._acting = threading.Lock()

    def due(self) -> list[Due]:
        """Return every month that is over and still has a key, the oldest first."""
        self._settle()
        now, held = month_of(self.clock()), self._held_ids()
        months = [r for r in self._node.contents.keyring.months() if r.month != OPEN and r.month < now]
        found = [self._due(retention, held) for retention in months]
        return sorted((due for due in found if due.members), key=lambda due: due.retention.month)

    def propose(self, class_: str, month: str, *, author: str, reason: str) -> Ref:
        """Ask people to approve that the month key of a class lapses; return the request's place.

        Raises:
            ErasureRefusedError: the month is not over, or nothing lapses with it.
        """
        due = self._find(class_, month)
        places = due.places[:MOST_NAMED] or (self._charter_leaf(),)
        model = Request.model_validate(
            {
                "action": "retain",
                "targets": [Target(**Pointer.of(place).model_dump()) for place in places],
                "openings_digest": due.digest,
                "expires": self.clock() + TERM,
                "reason": reason,
                "class": class_,
                "month": month,
            }
        )
        return self._append(model, author, due)

    def lapse(self, index: int, *, author: str) -> Ref:
        """Let the month lapse that an approved request names; return the place of the lapse.

        Records on which a hold stands are put under the open key of their class first, and stay.

        Raises:
            ErasureRefusedError: approvals are missing, it ended, or other records are under the month now.
            RecordNotFoundError: there is no such request.
        """
        with self._acting:
            record = self._erasures.asked(index, "retain")
            model = request_of(record)
            machine = self._erasures.machine(model.targets, [record])
            standing = machine.check_ready(place_of(record), self.clock())
            due = self._find(model.class_ or "", model.month or "")
            if due.digest != model.openings_digest:
                raise ErasureRefusedError(f"{model.class_} {model.month} does not lapse", ["records-differ"])
            self._spare(due)
            values = {
                "class": model.class_,
                "month": model.month,
                "request": Pointer.of(place_of(record)),
                "approvals": [Pointer.of(place) for place in standing.approvals[: MAX_REFS - 1]],
            }
            place = self._append(Lapse.model_validate(values), author, due)
            self._destroy(due)
            return place

    def sweep(self) -> int:
        """Destroy what is under a month that lapsed: left by a crash or a restored backup, or come late."""
        found = 0
        kept = set(self._node.contents.keyring.months())
        for record in self._erasures.steps_of(Lapse, self._node.origin):
            model = None if record.content is None else record.content.model
            if not isinstance(model, Lapse) or Retention(model.class_, model.month) not in kept:
                continue
            machine = self._erasures.machine(() if model.request is None else [model.request], [record])
            if not machine.lapse_faults(place_of(record)):
                due = self._due(Retention(model.class_, model.month), self._held_ids())
                self._spare(due)
                self._destroy(due)
                found += len(due.members)
        return found

    # --- inside ---

    def _find(self, class_: str, month: str) -> Due:
        found = (due for due in self.due() if due.retention == Retention(class_, month))
        due = next(found, None)
        if due is None:
            raise ErasureRefusedError(f"{class_} {month} does not lapse", ["month-open"])
        return due

    def _due(self, retention: Retention, held: Mapping[tuple[str, bytes], Ref]) -> Due:
        members, places, spared = [], [], []
        for origin, key in self._node.contents.keyring.members(retention):
            entry_id = key[:ID_SIZE] if len(key) in (ID_SIZE, ID_SIZE + len(PARTIAL)) else b""
            if (origin, entry_id) in held:
                spared.append(held[origin, entry_id])
                continue
            members.append((origin, key))
            place = self._place(origin, entry_id)
            if place is not None:
                places.append(place)
        unique = tuple(dict.fromkeys(sorted(places, key=lambda ref: (ref.origin, ref.index))))
        request = self._asked(retention)
        return Due(retention, tuple(members), unique, tuple(dict.fromkeys(spared)), request)

    def _place(self, origin: str, entry_id: bytes) -> Ref | None:
        try:
            return place_of(self._node.find(origin, entry_id)) if entry_id else None
        except RecordNotFoundError:
            return None

    def _held_ids(self) -> dict[tuple[str, bytes], Ref]:
        held = self._erasures.held()
        return {(place.origin, self._node.record(place.origin, place.index).id): place for place in held}

    def _asked(self, retention: Retention) -> tuple[Record, Standing] | None:
        for record in reversed(self._erasures.steps_of(Request, self._node.origin)):
            model = request_of(record)
            if (model.action, model.class_, model.month) == ("retain", retention.name, retention.month):
                machine = self._erasures.machine(model.targets, [record])
                return record, machine.standing(place_of(record), self.clock())
        return None

    def _spare(self, due: Due) -> None:
        for place in due.held:
            entry_id = self._node.record(place.origin, place.index).id
            self._move(place.origin, entry_id, due.retention, Retention(due.retention.name))
            self._move(place.origin, entry_id + PARTIAL, due.retention, Retention(due.retention.name))

    def _move(self, origin: str, key: bytes, old: Retention, new: Retention) -> None:
        keyring = self._node.contents.keyring
        kept = keyring.find(origin, key)
        if kept is not None and kept.retention == old:
            # The key is wrapped anew; the ciphertext that it opens stays where it is.
            keyring.keep([Kept(origin, key, new, kept.key, kept.parts)])

    def _destroy(self, due: Due) -> None:
        for place in due.places:
            self._destruction.destroy(place)
        self._node.contents.erase_month(due.retention)

    def _settle(self) -> None:
        """Put what has no month under the month that the compact's classes give it, never one past."""
        compact = in_force(self._node.folder)
        held = self._held_ids()
        this = month_of(self.clock())
        for name, months in () if compact is None else compact.retention.items():
            for origin, key in self._node.contents.keyring.members(Retention(name)):
                if (origin, key[:ID_SIZE]) in held:
                    continue
                claimed = self._claimed(origin, key)
                end = months_from(month_of(self.clock() if claimed is None else claimed), months + 1)[-1]
                self._move(origin, key, Retention(name), Retention(name, max(end, this)))

    def _claimed(self, origin: str, key: bytes) -> int | None:
        """Return the time that a record claims, None where only single fields or an attachment are held."""
        place = self._place(origin, key) if len(key) == ID_SIZE else None
        content = None if place is None else self._node.record(origin, place.index).content
        return None if content is None else content.header.claimed

    def _charter_leaf(self) -> Ref:
        return place_of(self._node.record(self._node.origin, 0))

    def _append(self, model: Any, author: str, due: Due) -> Ref:
        classes = {
            content.header.class_
            for place in due.places
            if (content := self._node.record(place.origin, place.index).content) is not None
        }
        parties = sorted({charter.party for charter in self._node.charters.values()})
        return self._steps.append(model, author=author, parties=parties, exercise=classes == {"exercise"})
