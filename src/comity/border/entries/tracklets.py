"""The entry kinds of what crosses the line of tracks: a party's decision, increments, whole estimates.

The increments of one exchange stand in one entry: for twenty tracks an entry each would be twenty times as
many leaves and five times the bytes (docs/spec/tracklet.md). Nothing here is ever changed: a
correction is a new estimate that names what it follows.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.header import ContentRef, Marking, Party
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text, Value

Way = Literal["tracklets", "gridded", "blurred", "delayed", "nothing"]
"""How tracks are shared: increments; places rounded to a grid; error added; later; not at all."""
ObjectClass = Literal["unknown", "air", "boat", "vehicle", "person-size"]
Reason = Literal["checkpoint", "corrected", "widened"]
"""Why a whole estimate stands in a chain: so that a gap can be mended; late data changed what was known; the
own estimate became less sure than its chain says."""

Name = Annotated[str, StringConstraints(min_length=1, max_length=64)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
Exchanged = Annotated[int, Field(ge=0, lt=250_000_000_000_000)]
"""A time within the years that have four digits."""
Number = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,18}(?:\.[0-9]{1,24})?$", max_length=40)]
"""A number as a decimal string of at most ten significant digits."""
Figure = Annotated[str, StringConstraints(pattern=r"^[0-9]{1,12}(?:\.[0-9]{1,12})?$")]
Config = Annotated[str, StringConstraints(min_length=1, max_length=100)]
"""Digest of the sector that the tracks are of: its plane and its rules."""
Ten = Annotated[list[Number], Field(min_length=10, max_length=10)]
"""Upper triangle of a symmetric matrix (4, 4) over x, y, vx, vy, row by row."""
Four = Annotated[list[Number], Field(min_length=4, max_length=4)]
MOST: Final = 100
"""Tracks of one entry."""
Stretch = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[03]0Z$")]
"""A half-hour, by its beginning in UTC."""
HALF: Final = 1_800_000
"""Half an hour, ms."""


def stretch_of(time: int) -> str:
    """Return the half-hour that a time in milliseconds UTC lies in."""
    return f"{datetime.fromtimestamp(time // HALF * (HALF // 1000), UTC):%Y-%m-%dT%H:%MZ}"


class WayPrice(Value):
    """What one way of sharing was expected to cost, as it was shown before the decision.

    Attributes:
        way: The way; `plots` is every detection, to compare with.
        error: Expected error of the place in the picture of the other side, m, root mean square.
        times: That, relative to sharing every detection.
    """

    way: Line
    error: Figure
    times: Figure


class Sharing(Kind):
    """A party's decision what of its tracks of a sector leaves, how, and for whom; without one nothing does.

    Attributes:
        sector: Name of the sector.
        config: Digest of the sector as it stood then.
        way: How.
        to: Parties that it is for.
        marking: Label of what leaves; `TLP:CLEAR` is for everybody.
        classes: Object classes that leave.
        every: Looks between two exchanges.
        blur: Error that is added to each axis of the place, m.
        grid: Side of a cell, m.
        delay: How much later, ms.
        prices: Every way with what it was expected to cost, as it was shown before.
        valid_from: From when it holds, milliseconds UTC.
        valid_until: Until when; without it, until the next decision.
        office: Which office decided.
        note: In its own words.
    """

    kind: ClassVar[str] = "border.sharing"
    version: ClassVar[int] = 1

    sector: Slug
    config: Config
    way: Way
    to: Annotated[list[Party], Field(max_length=64)]
    marking: Marking
    classes: Annotated[list[ObjectClass], Field(max_length=5)]
    every: Annotated[int, Field(ge=1, le=10_000)]
    blur: Figure | None = None
    grid: Figure | None = None
    delay: Annotated[int, Field(ge=0, le=604_800_000)] | None = None
    prices: Annotated[list[WayPrice], Field(min_length=1, max_length=8)]
    valid_from: Moment
    valid_until: Moment | None = None
    office: Line
    note: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> Sharing:
        needs = {"blurred": "blur", "gridded": "grid", "delayed": "delay"}.get(self.way)
        given = {name for name in ("blur", "grid", "delay") if getattr(self, name) is not None}
        if given != ({needs} if needs else set()):
            raise ValueError(f"{self.way} has {needs or 'no blur, grid or delay'}")
        if self.way != "nothing" and not (self.to and self.classes):
            raise ValueError("what leaves leaves for somebody, and has classes")
        if self.valid_until is not None and self.valid_until <= self.valid_from:
            raise ValueError("it ends before it begins")
        return self


class Increment(Value):
    """A tracklet: what a centre's own sensors learnt of a track since it last said something of it.

    Attributes:
        track: Name of the track at the centre that says it.
        object_class: Class of object, as it is thought now.
        since: Time of the tracklet before, milliseconds UTC; equal to `time` in the first.
        time: Of this one.
        matrix: Increment of the information matrix, m⁻², s·m⁻², s²·m⁻².
        vector: Increment of the information vector, m⁻¹ and s·m⁻¹.
        previous: Digest of what was said of the track before; absent in the first.
        existence: Probability that it is there.
        seen: Last detection, milliseconds UTC.
    """

    track: Name
    object_class: ObjectClass
    since: Moment
    time: Moment
    matrix: Ten
    vector: Four
    previous: Digest | None = None
    existence: Figure
    seen: Moment


class Whole(Value):
    """A whole estimate of a track.

    Attributes:
        track: Name at the centre that says it; a name of its own where it is blurred, gridded or delayed.
        object_class: Class of object.
        time: Milliseconds UTC.
        mean: x, y in m east and north of the sector's origin, vx, vy in m/s.
        covariance: Its covariance.
        previous: Digest of what was said of the track before, where there was something.
        reason: Why it stands in a chain of tracklets; absent outside one.
        existence: Probability that it is there.
        seen: Last detection, milliseconds UTC.
    """

    track: Name
    object_class: ObjectClass
    time: Moment
    mean: Four
    covariance: Ten
    previous: Digest | None = None
    reason: Reason | None = None
    existence: Figure
    seen: Moment


class Tracklets(Kind):
    """The tracklets of one exchange.

    Attributes:
        sector: Name of the sector.
        config: Digest of the sector.
        decision: The decision that it leaves by.
        time: Of the exchange, milliseconds UTC.
        stretch: The half-hour of that time, so that it can be found.
        tracks: One a track.
        ended: Tracks that are followed no longer.
        silent: Own sensors of which nothing is heard: where they look, nothing seen means nothing known.
        batch: Root of the newest sealed batch of observations then.
        corrections: Name of the corrections of own sensors that were in force then; absent without any.
    """

    kind: ClassVar[str] = "border.tracklets"
    version: ClassVar[int] = 1

    sector: Slug
    config: Config
    decision: ContentRef
    time: Exchanged
    stretch: Stretch
    tracks: Annotated[list[Increment], Field(max_length=MOST)] = Field(default_factory=list)
    ended: Annotated[list[Name], Field(max_length=MOST)] = Field(default_factory=list)
    silent: Annotated[list[Slug], Field(max_length=40)] = Field(default_factory=list)
    batch: Digest | None = None
    corrections: Digest | None = None

    @model_validator(mode="after")
    def _fits(self) -> Tracklets:
        _check_stretch(self.time, self.stretch)
        return self


class Told(Kind):
    """Whole estimates: of tracks that are blurred, gridded or delayed, or that begin a chain anew.

    Attributes:
        sector: Name of the sector.
        config: Digest of the sector.
        decision: The decision that it leaves by.
        way: How the estimates were changed; `tracklets` where they were not.
        blur: Error that was added to each axis of the place, m.
        grid: Side of a cell, m.
        delay: How much later it is said, ms.
        time: Of the exchange, milliseconds UTC.
        stretch: The half-hour of that time, so that it can be found.
        tracks: One a track.
        ended: Tracks that are followed no longer.
        silent: Own sensors of which nothing is heard.
        batch: Root of the newest sealed batch of observations then.
        corrections: Name of the corrections of own sensors that were in force then; absent without any.
    """

    kind: ClassVar[str] = "border.told"
    version: ClassVar[int] = 1

    sector: Slug
    config: Config
    decision: ContentRef
    way: Literal["tracklets", "gridded", "blurred", "delayed"]
    blur: Figure | None = None
    grid: Figure | None = None
    delay: Annotated[int, Field(ge=0, le=604_800_000)] | None = None
    time: Exchanged
    stretch: Stretch
    tracks: Annotated[list[Whole], Field(max_length=MOST)] = Field(default_factory=list)
    ended: Annotated[list[Name], Field(max_length=MOST)] = Field(default_factory=list)
    silent: Annotated[list[Slug], Field(max_length=40)] = Field(default_factory=list)
    batch: Digest | None = None
    corrections: Digest | None = None

    @model_validator(mode="after")
    def _fits(self) -> Told:
        _check_stretch(self.time, self.stretch)
        return self


def _check_stretch(time: int, stretch: str) -> None:
    if stretch != stretch_of(time):
        raise ValueError("the half-hour is not that of the time")


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    Sharing: ("sector",),
    Tracklets: ("sector", "stretch"),
    Told: ("sector", "stretch"),
}
"""The kinds of this module and the fields that get a column."""
