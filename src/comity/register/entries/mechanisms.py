"""Mechanisms and their meetings."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Channel, Cites, Level, Name


class Mechanism(Kind):
    """A standing forum of the parties.

    Attributes:
        slug: Natural name of the forum.
        names: Name by language.
        level: Level at which it meets.
        cadence: How often it is to meet, an ISO 8601 duration such as P1Y.
        rotation: Whether the place alternates between the parties.
        parties: Codes of the parties in it.
        cites: Where the fact is reported, at least one source.
        channel: The way of dealing that it serves.
    """

    kind: ClassVar[str] = "register.mechanism"
    version: ClassVar[int] = 1

    slug: Slug
    names: Text
    level: Level
    cadence: Annotated[str, StringConstraints(pattern=r"^P(\d+[YMWD])+$")] | None = None
    rotation: Literal["alternating", "fixed", "none"] | None = None
    parties: Annotated[list[Slug], Field(min_length=1)]
    cites: Cites
    channel: Channel | None = None


class Meeting(Kind):
    """One session of a mechanism; planned is not held.

    Attributes:
        slug: Natural name of the meeting.
        mechanism: Slug of the forum it is a session of.
        ordinal: Which session: 48 for the 48th.
        start: First day, as an EDTF date.
        end: Last day, where it is not the first.
        place: Where.
        chairs: Offices that chaired.
        state: `held` or `planned`; a planned meeting that was held is two records.
        cites: Where the fact is reported, at least one source.
        host: Code of the party on whose side it met; absent where it met on both or nobody says.
    """

    kind: ClassVar[str] = "register.meeting"
    version: ClassVar[int] = 1

    slug: Slug
    mechanism: Slug
    ordinal: Annotated[int, Field(ge=1)] | None = None
    start: Edtf
    end: Edtf | None = None
    place: Name | None = None
    chairs: list[Name] = Field(default_factory=list)
    state: Literal["held", "planned"]
    cites: Cites
    host: Slug | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    Mechanism,
    Meeting,
)
"""The kinds of this module."""
