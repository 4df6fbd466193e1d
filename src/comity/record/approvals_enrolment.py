"""Enrolments: which passkeys are whose, by the word of the enrolling party (docs/spec/approval.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.record.approvals_assertion import AssertionRefusedError, Passkey, check_passkey
from comity.record.canonical import unb64
from comity.record.errors import ComityError
from comity.record.protocol import check_refs, place_of
from comity.record.protocol_kinds import Enrolment, Revocation

if TYPE_CHECKING:
    from comity.record.entry_form import Ref
    from comity.record.kinds import Kind
    from comity.record.protocol import Item
    from comity.record.trust import Trust


class Enrolments:
    """The enrolments and revocations of any number of logs."""

    def __init__(self) -> None:
        self._items: dict[Ref, tuple[Item, Enrolment]] = {}
        self._ends: dict[Ref, list[Item]] = {}
        self._certain: dict[tuple[Ref, Trust, int], bool] = {}

    def take(self, item: Item) -> None:
        """Hear one item; what is of no concern here, or contradicts its own leaf, is passed over."""
        model = None if item.content is None else item.content.model
        if isinstance(model, Enrolment) and refs_hold(item, model):
            self._items[place_of(item)] = (item, model)
        elif isinstance(model, Revocation) and refs_hold(item, model):
            self._ends.setdefault(model.enrolment.ref(), []).append(item)

    def get(self, place: Ref) -> Enrolment | None:
        """Return the enrolment at a place, whether it counts or not."""
        found = self._items.get(place)
        return None if found is None else found[1]

    def all(self, origin: str) -> list[tuple[Ref, Enrolment]]:
        """Return every enrolment of a log in its order, whether it counts or not."""
        found = [(place, model) for place, (_, model) in self._items.items() if place.origin == origin]
        return sorted(found, key=lambda pair: pair[0].index)

    def fictional(self, place: Ref) -> bool:
        """Whether the person of an enrolment is fictional: its class is `exercise`."""
        found = self._items.get(place)
        return found is not None and is_exercise(found[0])

    def fault(self, place: Ref, charters: Trust, index: int) -> str:
        """Say why an enrolment does not count for an approval at `index` of its log.

        Returns:
            A code of `comity.record.approvals.REASONS`, empty if it counts.
        """
        found = self._items.get(place)
        if found is None:
            return "enrolment-unknown"
        item, model = found
        if place.index >= index:
            return "enrolment-order"
        if not self._certified(item, charters):
            return "enrolment-uncertified"
        try:
            check_passkey(passkey_of(model))
        except AssertionRefusedError as error:
            return error.reason
        if self._shared(place, model, charters):
            return "enrolment-shared"
        return "enrolment-revoked" if self._ended(place, charters, index) else ""

    def _certified(self, item: Item, charters: Trust) -> bool:
        """Whether an enrol key of the charter in force at its place signed an item."""
        # A later version of the charter may revoke the key from an earlier place on: that is looked at anew.
        case = (place_of(item), charters, len(charters.versions))
        if case not in self._certain:
            self._certain[case] = _signed_by_enrol(item, charters)
        return self._certain[case]

    def _ended(self, place: Ref, charters: Trust, index: int) -> bool:
        return any(
            end.origin == place.origin and place.index < end.index < index and self._certified(end, charters)
            for end in self._ends.get(place, ())
        )

    def _shared(self, place: Ref, model: Enrolment, charters: Trust) -> bool:
        """Whether the passkey was enrolled before, for somebody else."""
        for before, (item, earlier) in self._items.items():
            same = earlier.credential_id == model.credential_id or earlier.public_key == model.public_key
            older = before.origin == place.origin and before.index < place.index
            if same and older and earlier.person != model.person and self._certified(item, charters):
                return True
        return False


def passkey_of(model: Enrolment) -> Passkey:
    """Return the passkey of an enrolment."""
    return Passkey(unb64(model.public_key), model.rp_id, model.origin_url)


def is_exercise(item: Item) -> bool:
    """Whether the class of an item is `exercise`."""
    return item.content is not None and item.content.header.class_ == "exercise"


def refs_hold(item: Item, model: Kind) -> bool:
    """Whether the leaf of an item names the places that its content names."""
    if item.entry is None:
        return False
    try:
        check_refs(item.entry, model)
    except ComityError:
        return False
    return True


def _signed_by_enrol(item: Item, charters: Trust) -> bool:
    try:
        office = None if item.entry is None else charters.verify_entry(item.entry, item.index)
    except ComityError:
        return False
    return office is not None and office.role == "enrol"
