"""What the forces and provinces on either side of a border do together."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Body, Channel, Cites, Count


class Talks(Kind):
    """Talks that were held along the border in a time; their number where it is reported.

    Attributes:
        slug: Natural name; several reports of the same talks share it.
        subject: What the talks were.
        channel: The way of dealing: border, anti_drug, patrol or security.
        bodies: The bodies that met.
        period: When, as an EDTF date or interval.
        count: How many were held; absent where not reported.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.talks"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    channel: Channel
    bodies: Annotated[list[Body], Field(min_length=1, max_length=40)]
    period: Edtf
    count: Count | None = None
    cites: Cites
    note: Text | None = None


class Patrol(Kind):
    """Patrols that both sides walked together in a time; their number where it is reported.

    Attributes:
        slug: Natural name; several reports of the same patrols share it.
        subject: Which stretch, by the places at its ends or the provinces.
        bodies: The bodies that patrolled.
        period: When, as an EDTF date or interval.
        count: How many were walked; absent where not reported.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.patrol"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    bodies: Annotated[list[Body], Field(min_length=1, max_length=40)]
    period: Edtf
    count: Count | None = None
    cites: Cites
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    Talks,
    Patrol,
)
"""The kinds of this module."""
