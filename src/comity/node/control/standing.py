"""What stands granted without a request: the kinds that the compact names, to the members that it names.

Steps of the protocol travel whatever their marking says; a record of any other kind that the compact names
still needs a marking that permits the member. Nodes that are paired and have signed no compact exchange the
steps of the protocol alone.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from sqlalchemy import and_, exists, false, or_, select

from comity.node.control.desk import PROTOCOL
from comity.node.projection_rows import ENTRY
from comity.node.system import CLEAR
from comity.node.views import QUARANTINE, RECORDS
from comity.record.compact_parts import Policy
from comity.record.marking import mark

if TYPE_CHECKING:
    from sqlalchemy import ColumnElement

    from comity.node.views import Reads
    from comity.record.compact import Compact
    from comity.record.opening import FullOpening

STEPS: Final = tuple(Policy(kind, "members") for kind in sorted(PROTOCOL))


@dataclass(frozen=True, slots=True)
class StandingGrants:
    """What stands granted to a party by policies.

    `party` is empty for whoever asks on this machine while nobody is told apart there.
    """

    policies: tuple[Policy, ...] = ()
    party: str = ""

    def __call__(self, opening: FullOpening) -> bool:
        """Say whether a content stands granted."""
        kind = opening.kind.partition("@")[0]
        return any(policy.covers(kind) for policy in self.policies) and (
            kind in PROTOCOL or _permits(opening, self.party)
        )

    def indexes(self, views: Reads, origin: str, start: int, stop: int) -> list[int]:
        """Return where in [start, stop) of a log content may be that this party is shown without a request.

        The answer comes from the views: content that is withheld is not read, so that serving takes as long
        as if it had been erased, or never been here. What is not projected, not yet or because something is
        wrong with it, is named, for it to be read.
        """
        query = select(RECORDS.c.index, self._may_travel()).where(
            RECORDS.c.origin == origin, RECORDS.c.index >= start, RECORDS.c.index < stop
        )
        with views.connect() as db:
            found = {index: bool(travels) for index, travels in db.execute(query)}
        return [index for index in range(start, stop) if found.get(index, True)]

    def _may_travel(self) -> ColumnElement[bool]:
        named = or_(false(), *(_glob(policy) for policy in self.policies))
        step = or_(*(_glob(policy) for policy in STEPS))
        shared = RECORDS.c.audience.contains(f",{self.party},", autoescape=True)
        bad = exists().where(
            QUARANTINE.c.origin == RECORDS.c.origin,
            QUARANTINE.c.index == RECORDS.c.index,
            QUARANTINE.c.source == ENTRY,
        )
        return or_(RECORDS.c.marking == CLEAR, and_(named, or_(step, shared)), bad)


NOTHING: Final = StandingGrants()
STEPS_STAND: Final = StandingGrants(STEPS)
"""The steps of the protocol: for whoever asks on this machine, while nobody is told apart there."""


def stands_granted(compact: Compact | None, party: str | None) -> StandingGrants:
    """Return what stands granted to a party.

    Args:
        compact: the compact in force; None while there is only the pairing.
        party: the party's code; None for a stranger.
    """
    if party is None:
        return NOTHING
    if compact is None:
        return StandingGrants(STEPS, party)
    return StandingGrants(compact.standing(party), party)


def _glob(policy: Policy) -> ColumnElement[bool]:
    return RECORDS.c.kind.op("GLOB", is_comparison=True)(f"{policy.kinds}@*")


def _permits(opening: FullOpening, party: str) -> bool:
    values = {field.path: field.value for field in opening.fields}
    label, audience = values.get("header.marking"), values.get("header.releasable_to")
    return isinstance(label, str) and isinstance(audience, list) and mark(label, audience).permits(party)
