"""The kinds of a blind zone of agreement: mandate, sealed set, reply, result (docs/spec/zone.md)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Final, Self

from pydantic import AfterValidator, Field, StringConstraints, create_model, model_validator

from comity.assessment.entries.position import Day, Named
from comity.record.kinds import Kind
from comity.record.protocol_values import Origin, distinct
from comity.record.values import Digest, Slug, Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

MOST_PACKAGES: Final = 64
"""Packages that a frozen list has at most."""
LEAST_PACKAGES: Final = 2
SIDES: Final = 2

PointText = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{43}=$")]
"""A point, or another 32 bytes, in standard base64."""
Points = Annotated[list[PointText], Field(min_length=1, max_length=MOST_PACKAGES // 2)]


class ZonePackage(Value):
    """A package on the frozen list.

    Attributes:
        slug: Its natural name.
        label: What it is, by language.
        options: By issue of the line, the option that it takes.
    """

    slug: Slug
    label: Text
    options: dict[Named, Slug] = Field(default_factory=dict)


class Zone(Kind):
    """A frozen list and the mandate to compare over it, written by each party alike into its own log.

    Attributes:
        slug: Its natural name.
        line: Slug of the line that it serves.
        logs: The two logs that compare, as in `la/hq`; the one that sorts first starts.
        packages: The frozen list.
        cap: How many packages a side may accept, and how many points it sends: at most half of the list.
        mandate_holder: The office that answers for the run.
        valid_from: First day of the mandate.
        valid_to: Last day of the mandate.
    """

    kind: ClassVar[str] = "assessment.zone"
    version: ClassVar[int] = 1

    slug: Annotated[Slug, StringConstraints(max_length=60)]
    line: Slug
    logs: Annotated[list[Origin], AfterValidator(distinct), Field(min_length=SIDES, max_length=SIDES)]
    packages: Annotated[list[ZonePackage], Field(min_length=LEAST_PACKAGES, max_length=MOST_PACKAGES)]
    cap: Annotated[int, Field(ge=1, le=MOST_PACKAGES // 2)]
    mandate_holder: Text
    valid_from: Day
    valid_to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        slugs = [package.slug for package in self.packages]
        if len(set(slugs)) != len(slugs):
            raise ValueError("a package is named twice")
        if self.cap * 2 > len(slugs):
            raise ValueError(f"a cap of {self.cap} on {len(slugs)} packages: at most half of the list")
        if len({log.partition("/")[0] for log in self.logs}) != SIDES:
            raise ValueError("both logs are of one party")
        if self.valid_to < self.valid_from:
            raise ValueError(f"the mandate ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self


class _ZoneSet(Kind):
    """The fields of a set that are no bits."""

    kind: ClassVar[str] = "assessment.zone_set"
    version: ClassVar[int] = 1

    terms: Digest = Field(description="digest of the mandate that this set was made for")
    points: Points = Field(description="the first message: as many points as the cap says, sorted")
    seed: PointText = Field(description="32 secret bytes that the message follows from; opened for an audit")


def bit_of(number: int) -> str:
    """Return the name of the field that says whether a package, by its place on the list, is accepted."""
    return f"accepts_{number:02}"


_BITS: Final[Mapping[str, Any]] = {
    bit_of(number): (
        bool | None,
        Field(default=None, description=f"whether package {number} of the frozen list is accepted, from 0"),
    )
    for number in range(MOST_PACKAGES)
}

ZoneSet: Final[type[Kind]] = create_model(
    "ZoneSet",
    __base__=_ZoneSet,
    __module__=__name__,
    __doc__="A side's acceptable packages: a salted bit each, the secret seed, and the first message.",
    **_BITS,
)
"""A field a package, so that each bit has its own salt and opens alone."""


class ZoneReply(Kind):
    """The second message of a side: what it received first, multiplied by its secret.

    Attributes:
        terms: Digest of the mandate.
        returned: The points, in the order in which the other side sent its own.
    """

    kind: ClassVar[str] = "assessment.zone_reply"
    version: ClassVar[int] = 1

    terms: Digest
    returned: Points


class ZoneResult(Kind):
    """What a side found: the packages that both accept. It stands when both sides wrote the same.

    Attributes:
        zone: Slug of the zone.
        terms: Digest of the mandate.
        common: Slugs of the packages, in the order of the list; none where there are none.
    """

    kind: ClassVar[str] = "assessment.zone_result"
    version: ClassVar[int] = 1

    zone: Slug
    terms: Digest
    common: list[Slug] = Field(max_length=MOST_PACKAGES // 2)


COLUMNS: Final[Mapping[type[Kind], tuple[str, ...]]] = {
    Zone: ("slug", "line"),
    ZoneResult: ("zone",),
}
"""The kinds of this module that have rows, and the fields that get a column."""
SEALED: Final[tuple[type[Kind], ...]] = (ZoneSet, ZoneReply)
"""The kinds that have no rows: a set is nowhere in plain words but in front of whoever sealed it."""
