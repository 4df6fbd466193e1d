"""The entry kind of how a centre tracked: by which entries of its sector, from which observation on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field

from comity.record.header import ContentRef
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug

Moment = Annotated[int, Field(ge=0, lt=2**53)]
MOST: Final = 500
"""Zones of one sector that a centre watches."""


class Tracking(Kind):
    """By which entries a centre tracks a sector from an observation on: a past picture is made again by them.

    Attributes:
        sector: Name of the sector.
        config: Digest of all that the centre depends on: the sector's entry and those of its zones.
        entry: The entry of the sector.
        zones: The entries of the zones that are watched, by name.
        after: Number of the last observation that was taken before; 0 where none was.
        moment: Until when the centre had taken time by then, milliseconds UTC by the node's clock.
        clock: Time of the sector by then, by its observations, milliseconds UTC; 0 before the first.
    """

    kind: ClassVar[str] = "border.tracking"
    version: ClassVar[int] = 1

    sector: Slug
    config: Digest
    entry: ContentRef
    zones: Annotated[list[ContentRef], Field(max_length=MOST)] = Field(default_factory=list)
    after: Moment
    moment: Moment
    clock: Moment


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {Tracking: ("sector",)}
"""The kinds of this module and the fields that get a column."""
