"""The entry kinds of initiatives: what a third party proposes, and what public sources say beside it."""

from __future__ import annotations

from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Cite, Decimal, Digest, Edtf, Slug, Text, Value

InitiativeName = Literal[
    "railway", "road", "dam", "power_line", "zone", "port", "loan", "base", "platform", "training", "other"
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=300)]
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class Money(Value):
    """An amount, never without its currency and its prices.

    Attributes:
        value: Decimal string, in whole units of the currency.
        currency: ISO 4217 code.
        prices: As of its own time (nominal), or of one year (constant).
        year: The year of constant prices, or in which a nominal amount was said.
    """

    value: Decimal
    currency: Currency
    prices: Literal["nominal", "constant", "not_said"]
    year: Annotated[int, Field(ge=1900, le=2200)] | None = None


class Paper(Value):
    """A document of an initiative.

    Attributes:
        title: What it is called.
        work: Slug of the work, where it is on record.
        sha256: Digest of the file, where a party holds it.
        on: Its date, as an EDTF date.
    """

    title: Name
    work: Slug | None = None
    sha256: Digest | None = None
    on: Edtf | None = None


class Asked(Value):
    """What an initiative asks of one party.

    Attributes:
        party: Code of the party.
        what: What is asked.
        by: By when, as an EDTF date; absent where no day was named.
    """

    party: Slug
    what: Text
    by: Edtf | None = None


class Initiative(Kind):
    """A third party's proposal.

    Attributes:
        slug: Natural name; several reports share it.
        title: What it is called.
        initiative_kind: What kind of thing it is.
        third_party: Slug of who proposes.
        third_party_name: What it is called.
        sponsor: Code of the party on whose side it is taken forward.
        what: What is proposed.
        places: Slugs of places of the register.
        amount: What it costs, as proposed.
        financing: How it is paid for.
        documents: Its papers, at least one: nothing is judged on hearsay alone.
        asks: What it asks of each party, and by when.
        instruments: Slugs of instruments that it touches.
        evidence: Slugs of evidence that speaks of it.
        cites: Where it is reported.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.initiative"
    version: ClassVar[int] = 1

    slug: Slug
    title: Text
    initiative_kind: InitiativeName
    third_party: Slug
    third_party_name: Text
    sponsor: Slug
    what: Text
    places: list[Slug] = Field(default_factory=list, max_length=60)
    amount: Money | None = None
    financing: Text | None = None
    documents: Annotated[list[Paper], Field(max_length=60)]
    asks: list[Asked] = Field(default_factory=list, max_length=40)
    instruments: list[Slug] = Field(default_factory=list, max_length=40)
    evidence: list[Slug] = Field(default_factory=list, max_length=40)
    cites: Annotated[list[Cite], Field(max_length=16)] = Field(default_factory=list)
    note: Text | None = None

    @model_validator(mode="before")
    @classmethod
    def _has_papers(cls, value: Any) -> Any:
        if isinstance(value, dict) and not value.get("documents"):
            raise ValueError("an initiative without documents: name at least one paper that it rests on")
        return value


class Observation(Kind):
    """One value of one thing in one row of a public file.

    Attributes:
        about: Slug of the initiative that it is background to; absent where it belongs to none.
        subject: What the source calls the thing.
        identifier: The source's own id of it.
        country: ISO 3166-1 alpha-3 code that the row gives.
        attribute: Which property.
        value: As the source writes it.
        unit: Its unit, prices with their basis: `MW`, `degree`, `USD constant 2014`.
        source: Name of the data set.
        file: Name of the file.
        row: Line of the file, the header being line 1.
        sha256: Digest of the file.
        licence: Under which the data set is given.
    """

    kind: ClassVar[str] = "assessment.observation"
    version: ClassVar[int] = 1

    about: Slug | None = None
    subject: Name
    identifier: Annotated[str, StringConstraints(max_length=100)] = ""
    country: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    attribute: Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:_[a-z0-9]+)*$", max_length=60)]
    value: Name
    unit: Annotated[str, StringConstraints(max_length=60)] = ""
    source: Name
    file: Name
    row: Annotated[int, Field(ge=2, le=100_000_000)]
    sha256: Digest
    licence: Name


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    Initiative: ("slug", "third_party"),
    Observation: ("about", "subject"),
}
"""The kinds of this module and the fields that get a column."""
