"""Searches for the fallen and their return, and joint health surveys, in numbers and places only."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Decimal, Edtf, Slug, Text, Value
from comity.register.entries.shapes import OfBodies
from comity.register.entries.values import Body, Cites, Count, Name


class RemainsMission(OfBodies):
    """A mission that searches for the remains of the fallen; what identifies a person is not recorded."""

    kind: ClassVar[str] = "register.remains_mission"
    version: ClassVar[int] = 1


class RemainsSite(Kind):
    """A place that a mission names, and how far the search there has come.

    Attributes:
        slug: Natural name of the site.
        mission: Slug of the mission.
        place: Where, no nearer than the village or the marker.
        state: How far the search has come.
        on: When it stood so, as an EDTF date.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.remains_site"
    version: ClassVar[int] = 1

    slug: Slug
    mission: Slug
    place: Name
    state: Literal["named", "under_search", "searched_found", "searched_nothing_found", "closed"]
    on: Edtf
    cites: Cites


class Handover(Kind):
    """Remains that one party handed over to the other.

    Attributes:
        slug: Natural name of the handover.
        mission: Slug of the mission, where it is on record.
        given_by: Code of the party that handed over.
        given_to: Code of the party that received.
        date: When, as an EDTF date or interval.
        place: Where.
        count: How many sets of remains; absent where not reported.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.handover"
    version: ClassVar[int] = 1

    slug: Slug
    mission: Slug | None = None
    given_by: Slug
    given_to: Slug
    date: Edtf
    place: Name | None = None
    count: Count | None = None
    cites: Cites
    note: Text | None = None


class SurveyArea(Value):
    """What a survey covered and found on one side, summed over the area.

    Attributes:
        party: Code of the party on whose side the area lies.
        area: Name of the area, a district or larger.
        sites: How many villages or posts were covered.
        value: What was measured, as a decimal string; absent where too few to be shown.
        unit: Unit of the value.
    """

    party: Slug
    area: Name
    sites: Count | None = None
    value: Decimal | None = None
    unit: Name | None = None


class HealthSurvey(Kind):
    """A survey of health that both sides made together; sums over areas, nobody in it can be told apart.

    Attributes:
        slug: Natural name of the survey.
        subject: What was surveyed.
        areas: What was covered and found on either side.
        period: When, as an EDTF date or interval.
        bodies: The bodies that surveyed, where they are named.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.health_survey"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    areas: Annotated[list[SurveyArea], Field(min_length=1, max_length=40)]
    period: Edtf
    bodies: list[Body] = Field(default_factory=list, max_length=40)
    cites: Cites
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    RemainsMission,
    RemainsSite,
    Handover,
    HealthSurvey,
)
"""The kinds of this module."""
