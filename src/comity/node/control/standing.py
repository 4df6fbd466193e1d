"""What stands granted without a request: the kinds that the compact names, to the members that it names.

Steps of the protocol travel whatever their marking says; a record of any other kind that the compact names
still needs a marking that permits the member. Nodes that are paired and have signed no compact exchange the
steps of the protocol alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from comity.node.control.desk import PROTOCOL
from comity.node.openings import nothing_stands
from comity.record.marking import mark

if TYPE_CHECKING:
    from comity.node.openings import Stands
    from comity.record.compact import Compact
    from comity.record.opening import FullOpening


def stands_granted(compact: Compact | None, party: str | None) -> Stands:
    """Return what stands granted to a party.

    Args:
        compact: the compact in force; None while there is only the pairing.
        party: the party's code; None for a stranger.
    """
    if party is None:
        return nothing_stands

    def stands(opening: FullOpening) -> bool:
        kind = opening.kind.partition("@")[0]
        if compact is None or not compact.stands_granted(kind, party):
            return compact is None and kind in PROTOCOL
        return kind in PROTOCOL or _permits(opening, party)

    return stands


def steps_stand(opening: FullOpening) -> bool:
    """Grant the steps of the protocol: for whoever asks on this machine, while nobody is told apart there."""
    return opening.kind.partition("@")[0] in PROTOCOL


def _permits(opening: FullOpening, party: str) -> bool:
    values = {field.path: field.value for field in opening.fields}
    label, audience = values.get("header.marking"), values.get("header.releasable_to")
    return isinstance(label, str) and isinstance(audience, list) and mark(label, audience).permits(party)
