"""The entry kinds of series: stages of a gauge and weekly counts, as a party keeps and releases them."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Final

from pydantic import Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text

MOST: Final = 20_000
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")]
Moment = Annotated[int, Field(ge=-(2**52), lt=2**53)]
Millimetres = Annotated[int, Field(ge=-30_000, le=100_000)]
Cases = Annotated[int, Field(ge=0, le=10**9)]


class GaugeSeries(Kind):
    """Stages of a gauge over a stretch of time, from one file.

    Attributes:
        slug: Natural name; a party's newest series of one name counts.
        station: Name of the station.
        times: When each stage was read, milliseconds UTC, rising.
        levels: The stages, millimetres above the zero of the gauge, one for each time.
        zone_minutes: Offset that the days of the file are written in; absent where it says none.
        source_digest: SHA-256 of the file.
        set_aside: How many rows of it could not be read.
        note: What a reader must know besides.
        lat: Latitude of the gauge in millionths of a degree, WGS 84, as its party says; with `lon` or not at
            all.
        lon: Longitude, alike.
    """

    kind: ClassVar[str] = "border.gauge_series"
    version: ClassVar[int] = 1

    slug: Slug
    station: Name
    times: Annotated[list[Moment], Field(min_length=1, max_length=MOST)]
    levels: Annotated[list[Millimetres], Field(min_length=1, max_length=MOST)]
    zone_minutes: Annotated[int, Field(ge=-840, le=840)] | None = None
    source_digest: Digest
    set_aside: Annotated[int, Field(ge=0)] = 0
    note: Text | None = None
    lat: Annotated[int, Field(ge=-90_000_000, le=90_000_000)] | None = None
    lon: Annotated[int, Field(ge=-180_000_000, le=180_000_000)] | None = None

    @model_validator(mode="after")
    def _placed(self) -> GaugeSeries:
        if (self.lat is None) != (self.lon is None):
            raise ValueError("a place is a latitude and a longitude")
        return self

    @model_validator(mode="after")
    def _paired(self) -> GaugeSeries:
        if len(self.times) != len(self.levels):
            raise ValueError("as many levels as times")
        if any(late <= early for early, late in pairwise(self.times)):
            raise ValueError("times rise")
        return self


class HealthSeries(Kind):
    """Weekly counts of one disease in one place; small counts are not in it.

    Attributes:
        slug: Natural name; a party's newest series of one name counts.
        place: Code of the country, or name of a first-level area; nothing smaller.
        disease: What is counted.
        weeks: First days of the weeks, rising.
        cases: The counts, one for each week.
        suppressed: First days of weeks whose count is too small to be kept.
        below: Counts below this, but for zero, were suppressed.
        source_digest: SHA-256 of the file.
        set_aside: How many rows of it could not be read.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "border.health_series"
    version: ClassVar[int] = 1

    slug: Slug
    place: Name
    disease: Name
    weeks: Annotated[list[Day], Field(min_length=1, max_length=MOST)]
    cases: Annotated[list[Cases], Field(min_length=1, max_length=MOST)]
    suppressed: list[Day] = Field(default_factory=list, max_length=MOST)
    below: Annotated[int, Field(ge=1, le=1000)]
    source_digest: Digest
    set_aside: Annotated[int, Field(ge=0)] = 0
    note: Text | None = None

    @model_validator(mode="after")
    def _paired(self) -> HealthSeries:
        if len(self.weeks) != len(self.cases):
            raise ValueError("as many counts as weeks")
        if any(late <= early for early, late in pairwise(self.weeks)):
            raise ValueError("weeks rise")
        if any(0 < count < self.below for count in self.cases):
            raise ValueError("a count is smaller than what is suppressed")
        return self


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    GaugeSeries: ("slug", "station"),
    HealthSeries: ("slug", "place"),
}
"""The kinds of this module and the fields that get a column."""
