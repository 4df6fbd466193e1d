"""Openings of a round that people are asked to approve, when they seal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.node.compacts import in_force
from comity.node.control.release import TERM
from comity.record.preview import HANDLING

if TYPE_CHECKING:
    from comity.node.folder import Folder
    from comity.record.entry_form import Ref
    from comity.record.protocol_kinds import Request
    from comity.record.release import Standing

GRACE: Final = 30 * 24 * 3600 * 1000
"""Milliseconds after `open_by` in which a round is looked after: what is opened late is not lost."""
HOUR: Final = 3600 * 1000


def approved_until(folder: Folder, open_by: int, now: int) -> int:
    """Return until when an opening holds that people approve now, in milliseconds UTC.

    What is approved at sealing holds for the compact's `round_grace_hours` after the deadline, where nodes
    have signed no compact for `GRACE`; what is asked for after that, for as long as any release.
    """
    compact = in_force(folder)
    grace = GRACE if compact is None else compact.deadlines.round_grace_hours * HOUR
    end = open_by + grace
    return end if now < end else now + TERM


@dataclass(frozen=True, slots=True)
class OpeningRequest:
    """An opening that people were asked to approve: its request, to whom, which fields, where it stands."""

    place: Ref
    model: Request
    standing: Standing

    @property
    def to(self) -> str:
        """The node that it opens to."""
        assert self.model.recipient is not None
        return self.model.recipient.origin

    @property
    def paths(self) -> frozenset[str]:
        """The fields, without those that say how to handle them; none for the whole record."""
        return frozenset(self.model.targets[0].paths) - frozenset(HANDLING)
