"""What the parts of control share: the steps of the protocol as items, the charters, the ground rules."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import select

from comity.node.compacts import in_force
from comity.node.control.tables_release import ITEMS, REFS
from comity.node.errors import RecordNotFoundError
from comity.node.system import Draft
from comity.record.canonical import unb64
from comity.record.entry_form import Ref
from comity.record.header import Header
from comity.record.protocol_kinds import KINDS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from comity.node.node import Node
    from comity.node.system import Record
    from comity.record.kinds import Kind
    from comity.record.marking import Terms
    from comity.record.trust import Trust

PROTOCOL: Final = frozenset(kind.kind for kind in KINDS)
RETENTION: Final = "protocol"
BASIS: Final = "compact"


class Members:
    """The ground rules of nodes that are paired and have signed no compact: those paired are its members."""

    def __init__(self, parties: Collection[str]) -> None:
        self._parties = frozenset(parties)

    def member(self, party: str) -> str | None:
        """Return the party if it is paired."""
        return party if party in self._parties else None


class Steps:
    """Reads the steps of the protocol from the views, and writes new ones.

    Args:
        node: the node.
    """

    def __init__(self, node: Node) -> None:
        self._node = node

    def record(self, place: Ref) -> Record:
        """Return the record at a place.

        Raises:
            RecordNotFoundError: there is none, or another than the place names.
        """
        record = self._node.record(place.origin, place.index)
        if record.leaf_hash != place.leaf:
            raise RecordNotFoundError(f"{place.origin} {place.index} is another record than the one named")
        return record

    def about(self, origin: str, index: int, *kinds: type[Kind]) -> list[Record]:
        """Return the steps of some kinds that name a place, by origin and index."""
        query = (
            select(REFS.c.origin, REFS.c.index)
            .where(
                REFS.c.to_origin == origin,
                REFS.c.to_index == index,
                REFS.c.kind.in_([kind.kind for kind in kinds]),
            )
            .order_by(REFS.c.origin, REFS.c.index)
            .distinct()
        )
        with self._node.views.connect() as db:
            places = [(str(row[0]), int(row[1])) for row in db.execute(query)]
        return [self._node.record(*place) for place in places]

    def of(self, kind: type[Kind], origin: str | None = None) -> list[Record]:
        """Return every step of a kind, of one log or of all, by origin and index."""
        query = select(ITEMS.c.origin, ITEMS.c.index).where(ITEMS.c.kind == kind.kind)
        if origin is not None:
            query = query.where(ITEMS.c.origin == origin)
        with self._node.views.connect() as db:
            places = [(str(row[0]), int(row[1])) for row in db.execute(query.order_by("origin", "index"))]
        return [self._node.record(*place) for place in places]

    def leaf_at(self, origin: str, index: int) -> bytes | None:
        """Return the leaf hash at a place, None where it is not held."""
        try:
            return self._node.record(origin, index).leaf_hash
        except RecordNotFoundError:
            return None

    def trusts(self) -> Mapping[str, Trust]:
        """Return the charters of each log."""
        return self._node.trusts

    def terms(self) -> Terms:
        """Return the ground rules: the compact in force, or the pairing while there is none."""
        return in_force(self._node.folder) or Members(
            {charter.party for charter in self._node.charters.values()}
        )

    def append(
        self,
        model: Kind,
        *,
        author: str,
        parties: Collection[str],
        exercise: bool,
        entry_id: bytes | None = None,
    ) -> Ref:
        """Append one step to the own log; return its place.

        Args:
            model: its content.
            author: who takes it: a person's pseudonym, or the node itself.
            parties: the parties that it concerns.
            exercise: whether it is about fictional records alone.
            entry_id: its id; drawn at random when absent.
        """
        values: dict[str, Any] = {
            "author": author,
            "marking": "TLP:AMBER",
            "releasable_to": sorted({self._node.charter.party, *parties}),
            "basis": BASIS,
            "retention": RETENTION,
            "class": "exercise" if exercise else "record",
            "claimed": milliseconds(),
        }
        receipt = self._node.append([Draft(model, Header.model_validate(values), id=entry_id)])[0]
        return Ref(receipt.origin, receipt.index, receipt.leaf_hash)


def milliseconds() -> int:
    """Return the time in integer milliseconds UTC."""
    return time.time_ns() // 1_000_000


def month_of(now: int) -> str:
    """Return the month (UTC) of a time in milliseconds."""
    moment = time.gmtime(now // 1000)
    return f"{moment.tm_year:04}-{moment.tm_mon:02}"


def digest_of(text: str) -> bytes:
    """Return the 32 bytes of a digest in base64."""
    return unb64(text, 32)
