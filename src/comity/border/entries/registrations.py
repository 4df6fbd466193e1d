"""The entry kind of registration: the correction of a sensor that a person accepted, and what it rests on."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Decimal, Digest, Slug, Text

Moment = Annotated[int, Field(ge=0, lt=2**53)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Part = Literal["east", "north", "turn", "late"]
MOST_LATE: Final = 60_000
"""Milliseconds beyond which a clock is set, and not corrected."""
FARTHEST: Final = 10_000.0
WIDEST: Final = 0.5
"""Metres and radians beyond which a sensor is set up anew, and not corrected."""


class Registration(Kind):
    """What a sensor adds to what it says, as a person accepted it: taken off from a time on.

    Software finds a bias and says how surely; it never applies one. Of the corrections of one sensor each
    holds until the next begins; one that is withdrawn ends what was before, and corrects nothing.

    Attributes:
        sector: Name of the sector.
        sensor: The sensor that is corrected.
        since: From when on, by the time that its observations say, milliseconds UTC.
        shift_east: What it adds to the east, m.
        shift_north: What it adds to the north, m.
        turn: By how much it turns places about itself, radians, anticlockwise.
        late: By how many milliseconds it tells a time too late.
        estimated: Which of these were found; the others are taken as none.
        sigma_east: Standard deviation of the shift to the east, m.
        sigma_north: Of the shift to the north, m.
        sigma_turn: Of the turn, radians.
        sigma_late: Of the lateness, milliseconds.
        pairs: How many times a co-operative target was seen.
        target_count: How many targets that were.
        outliers: Pairs that counted for less than in full.
        references: Sensors that told where the targets were.
        earliest: From when on observations were looked at, milliseconds UTC.
        latest: Until when.
        pairs_digest: SHA-256 of the pairs, so that whoever has the observations can find the same.
        config: Digest of the sector by which it was found.
        batches: Roots of the sealed batches that hold the observations.
        unsealed: How many of the observations no batch held yet.
        method: How it was found, with its version.
        office: Which office accepted it.
        note: In its own words.
        withdrawn: Whether nothing is corrected any more.
    """

    kind: ClassVar[str] = "border.registration"
    version: ClassVar[int] = 1

    sector: Slug
    sensor: Slug
    since: Moment
    shift_east: Decimal = "0"
    shift_north: Decimal = "0"
    turn: Decimal = "0"
    late: Annotated[int, Field(ge=-MOST_LATE, le=MOST_LATE)] = 0
    estimated: Annotated[list[Part], Field(max_length=4)] = Field(default_factory=list)
    sigma_east: Decimal = "0"
    sigma_north: Decimal = "0"
    sigma_turn: Decimal = "0"
    sigma_late: Decimal = "0"
    pairs: Count = 0
    target_count: Count = 0
    outliers: Count = 0
    references: Annotated[list[Slug], Field(max_length=40)] = Field(default_factory=list)
    earliest: Moment | None = None
    latest: Moment | None = None
    pairs_digest: Digest | None = None
    config: Digest
    batches: Annotated[list[Digest], Field(max_length=100)] = Field(default_factory=list)
    unsealed: Count = 0
    method: Line
    office: Line
    note: Text | None = None
    withdrawn: bool = False

    @model_validator(mode="after")
    def _fits(self) -> Registration:
        far = max(abs(float(self.shift_east)), abs(float(self.shift_north)))
        if far > FARTHEST or abs(float(self.turn)) > WIDEST:
            raise ValueError(f"more than {FARTHEST:.0f} m or {WIDEST} rad: the sensor is set up anew")
        given = any(float(one) for one in (self.shift_east, self.shift_north, self.turn, self.late))
        if self.withdrawn == bool(given or self.estimated):
            raise ValueError("a correction has parts, and one that is withdrawn has none")
        if not self.withdrawn and not (self.pairs and self.pairs_digest and self.references):
            raise ValueError("a correction names what it rests on")
        return self


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {Registration: ("sector",)}
"""The kinds of this module and the fields that get a column."""
