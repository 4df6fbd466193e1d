"""The entry kind of places: what they are called, by whom, and from when to when."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from comity.record.kinds import Kind
from comity.record.values import Decimal, Edtf, Slug, Text, Value
from comity.register.entries.values import Name

PlaceKind = Literal[
    "marker", "gate", "station", "province", "district", "commune", "village", "river", "dam", "road", "other"
]


class PlaceName(Value):
    """One name of a place, as one source writes it.

    Attributes:
        lang: Language of the name.
        script: ISO 15924 code of the script it is written in: Latn, Laoo.
        text: The name as the source writes it.
        source: The work or list that writes it so.
    """

    lang: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    script: Annotated[str, StringConstraints(pattern=r"^[A-Z][a-z]{3}$")]
    text: Name
    source: Name


class Point(Value):
    """A position, never without how far off it may be.

    Attributes:
        lat: Latitude in degrees, WGS 84, as a decimal string.
        lon: Longitude in degrees, WGS 84, as a decimal string.
        accuracy_m: How far off the position may be, in metres.
        source: The work or list that gives the position.
    """

    lat: Decimal
    lon: Decimal
    accuracy_m: Annotated[int, Field(ge=1, le=1_000_000)]
    source: Name


class Place(Kind):
    """A place as one party names it, for as long as it was that place: the id is matched, never a spelling.

    Attributes:
        slug: Id of the place; a place that became another one is two places.
        place_kind: What it is.
        party: Code of the party whose authority names it.
        names: Its names, each with language, script and source.
        valid_from: From when it was this place, as an EDTF date; absent where not recorded.
        valid_to: The last day on which it was this place, as an EDTF date.
        supersedes: Ids of the places that it took over, wholly or in part.
        same_as: Ids under which others name the same place.
        within: Id of the place in which it lies.
        marker_number: The number that stands on the marker, where it is one.
        point: Where it lies, with its accuracy; no line and no area is held.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.place"
    version: ClassVar[int] = 1

    slug: Slug
    place_kind: PlaceKind
    party: Slug
    names: Annotated[list[PlaceName], Field(min_length=1, max_length=60)]
    valid_from: Edtf | None = None
    valid_to: Edtf | None = None
    supersedes: list[Slug] = Field(default_factory=list, max_length=30)
    same_as: list[Slug] = Field(default_factory=list, max_length=30)
    within: list[Slug] = Field(default_factory=list, max_length=10)
    marker_number: (
        Annotated[str, StringConstraints(pattern=r"^\d{1,4}([/.]\d{1,2}|\(\d{1,2}\))?$")] | None
    ) = None
    point: Point | None = None
    note: Text | None = None


KINDS: Final[tuple[type[Kind], ...]] = (Place,)
"""The kinds of this module."""
