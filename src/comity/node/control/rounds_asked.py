"""Openings of a round that people are asked to approve, when they seal."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.record.preview import HANDLING

if TYPE_CHECKING:
    from comity.record.entry_form import Ref
    from comity.record.protocol_kinds import Request
    from comity.record.release import Standing


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
