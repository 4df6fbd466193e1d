"""The entry kinds of joint patrols: a party's own layers, plans, words on them, visits and reports."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.border.entries.events import Line, Marker, Metres, Moment, Words
from comity.record.header import ContentRef, Party
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Value

Latitude = Annotated[int, Field(ge=-85_000_000, le=85_000_000)]
Longitude = Annotated[int, Field(ge=-180_000_000, le=180_000_000)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Minutes = Annotated[int, Field(ge=0, le=10_000)]


class TrackPoint(Value):
    """A point that tracks meet at.

    Attributes:
        name: Within its network.
        lat: Latitude in millionths of a degree, WGS 84.
        lon: Longitude, likewise.
        marker: Number of the marker that stands there, if one does.
        station: Name of the station there, if there is one.
        party: Whose station it is.
    """

    name: Slug
    lat: Latitude
    lon: Longitude
    marker: Marker | None = None
    station: Line | None = None
    party: Party | None = None


class Track(Value):
    """A way that can be walked, both ways.

    Attributes:
        a: One end: the name of a point.
        b: The other end.
        minutes: How long it takes.
    """

    a: Slug
    b: Slug
    minutes: Annotated[int, Field(ge=1, le=10_000)]


class TrackNetwork(Kind):
    """The ways along the line as one party has them: its own layer, authoritative for nobody.

    Attributes:
        slug: Natural name; a party's newest network of a name counts.
        points: Where tracks meet.
        tracks: The tracks.
    """

    kind: ClassVar[str] = "border.track_network"
    version: ClassVar[int] = 1

    slug: Slug
    points: Annotated[list[TrackPoint], Field(min_length=2, max_length=400)]
    tracks: Annotated[list[Track], Field(min_length=1, max_length=1200)]

    @model_validator(mode="after")
    def _joined(self) -> TrackNetwork:
        names = [point.name for point in self.points]
        if len(set(names)) != len(names):
            raise ValueError("two points have one name")
        if any({track.a, track.b} - set(names) or track.a == track.b for track in self.tracks):
            raise ValueError("a track needs two points of the network")
        return self


class Corner(Value):
    """A corner of an area.

    Attributes:
        lat: Latitude in millionths of a degree, WGS 84.
        lon: Longitude, likewise.
    """

    lat: Latitude
    lon: Longitude


class HazardArea(Kind):
    """An area that no patrol is led through: a party's own layer, such as where ordnance lies.

    Attributes:
        slug: Natural name; a party's newest area of a name counts.
        hazard: What endangers.
        corners: The corners in order; the last joins the first.
        buffer_m: Metres around it that are kept clear as well.
        event: The event that it comes from, if it comes from one.
        lifted: Whether it is an area no more.
        valid_from: First day, where it has one.
        valid_to: Last day, where it has one.
        source: Who says so.
    """

    kind: ClassVar[str] = "border.hazard_area"
    version: ClassVar[int] = 1

    slug: Slug
    hazard: Literal["unexploded_ordnance", "flood", "fire", "landslide", "other"]
    corners: Annotated[list[Corner], Field(min_length=3, max_length=400)]
    buffer_m: Annotated[int, Field(ge=0, le=5000)] = 100
    event: ContentRef | None = None
    lifted: bool = False
    valid_from: Day | None = None
    valid_to: Day | None = None
    source: Line


class PatrolSeed(Kind):
    """A party's share of the seed that breaks ties: sealed in a round before either side sees the other's.

    Attributes:
        name: Name of the round.
        share: 32 random bytes, base64.
    """

    kind: ClassVar[str] = "border.patrol_seed"
    version: ClassVar[int] = 1

    name: Slug
    share: Digest


class Stop(Value):
    """A marker on the way of one side.

    Attributes:
        marker: Its number.
        at: Minutes after that side sets out.
    """

    marker: Marker
    at: Minutes


class Side(Value):
    """What one side walks.

    Attributes:
        party: Whose patrol.
        station: From where, and back to: the name of a point.
        sets_out: When, milliseconds UTC.
        stops: Markers in the order in which they are reached.
        way: Every point of the way, in order.
        minutes: How long the whole way takes.
    """

    party: Party
    station: Slug
    sets_out: Moment
    stops: Annotated[list[Stop], Field(max_length=200)]
    way: Annotated[list[Slug], Field(min_length=1, max_length=2000)]
    minutes: Minutes


class PatrolPlan(Kind):
    """A joint patrol as one party proposes it; it is one once the other side accepts this very plan.

    Attributes:
        slug: Natural name; a party's first plan of a name counts.
        on: The day.
        sector: What stretch, in words that both use.
        meets_at: Number of the marker where both sides meet.
        meets_when: When, milliseconds UTC.
        sides: What each side walks.
        left_out: Markers that were asked for and that no way reaches within the time, or without a hazard.
        network_digest: SHA-256 of the tracks it was planned on.
        hazards_digest: SHA-256 of the hazard areas that it keeps clear of.
        crosses_hazard: Names of hazard areas that a person allowed it to cross; none by default.
        seed: SHA-256 of the seed that broke ties, where both sides gave one.
        seed_round: Name of the round it comes from.
        method: Method and version.
        officer: Office whose decision the proposal is: the software decides no tasking.
    """

    kind: ClassVar[str] = "border.patrol_plan"
    version: ClassVar[int] = 1

    slug: Slug
    on: Day
    sector: Line
    meets_at: Marker
    meets_when: Moment
    sides: Annotated[list[Side], Field(min_length=1, max_length=8)]
    left_out: list[Marker] = Field(default_factory=list, max_length=400)
    network_digest: Digest
    hazards_digest: Digest
    crosses_hazard: list[Slug] = Field(default_factory=list, max_length=64)
    seed: Digest | None = None
    seed_round: Slug | None = None
    method: Line
    officer: Line


class PatrolAnswer(Kind):
    """The other side's word on a plan.

    Attributes:
        plan: The plan.
        digest: SHA-256 of the plan that was read, so that nobody can say another was meant.
        answer: Accepted or declined.
        office: Whose decision it is.
        note: In its own words.
    """

    kind: ClassVar[str] = "border.patrol_answer"
    version: ClassVar[int] = 1

    plan: ContentRef
    digest: Digest
    answer: Literal["accepted", "declined"]
    office: Line
    note: Words | None = None


class PatrolVisit(Kind):
    """A patrol was at a marker: logged there, by its number.

    Attributes:
        marker: Its number.
        offset_m: Metres along the line from it, where the patrol stood elsewhere.
        visited_at: When, by the patrol's clock, milliseconds UTC.
        condition: How the marker was found.
        plan: The plan it belongs to, if it belongs to one.
        note: In words; never who was met.
        slug: Name that the phone gave it when its form was opened: sent twice it is one visit.
    """

    kind: ClassVar[str] = "border.patrol_visit"
    version: ClassVar[int] = 1

    marker: Marker
    offset_m: Metres = 0
    visited_at: Moment
    condition: Literal["sound", "damaged", "displaced", "missing", "not_reached"]
    plan: ContentRef | None = None
    note: Words | None = None
    slug: Slug | None = None


class PatrolReport(Kind):
    """The report of a joint patrol: joint when both logs hold the same, else shown as different.

    Attributes:
        plan: The plan.
        on: The day.
        markers: Numbers of the markers that were visited, in rising order of their text.
        not_reached: Numbers of those that were not.
        events: Events that were met with.
        words: What both sides say.
    """

    kind: ClassVar[str] = "border.patrol_report"
    version: ClassVar[int] = 1

    plan: ContentRef
    on: Day
    markers: list[Marker] = Field(max_length=400)
    not_reached: list[Marker] = Field(default_factory=list, max_length=400)
    events: list[ContentRef] = Field(default_factory=list, max_length=64)
    words: Words


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    TrackNetwork: ("slug",),
    HazardArea: ("slug",),
    PatrolSeed: ("name",),
    PatrolPlan: ("slug", "on"),
    PatrolAnswer: (),
    PatrolVisit: ("marker",),
    PatrolReport: ("on",),
}
"""The kinds of this module and the fields that get a column."""
