"""The entry kinds of the register: what was agreed, by whom, when, and what each party says became of it.

Natural ids (slugs) join them: several records may carry one slug, from one party or from both, and then
they are several reports of the same thing; nothing here overwrites anything.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Cite, Decimal, Digest, Edtf, Slug, Text, Value

Level = Literal["state", "government", "party", "ministry", "province", "agency"]
InstrumentClass = Literal[
    "treaty",
    "protocol",
    "agreement",
    "memorandum",
    "minutes",
    "joint_statement",
    "party_agreement",
    "ministry_agreement",
    "plan",
    "not_a_treaty",
]
EventType = Literal[
    "negotiated",
    "initialled",
    "signed",
    "ratified",
    "in_force",
    "registered",
    "amended",
    "extended",
    "renewed",
    "suspended",
    "withdrawn",
    "terminated",
    "expired",
    "completed",
]
RelationType = Literal["implements", "amends", "supersedes", "plan_under", "follows", "framework_of"]
StatusWord = Literal["planned", "under_way", "fulfilled", "partial", "lapsed"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cites = Annotated[list[Cite], Field(min_length=1, max_length=16)]


class CompactMember(Value):
    """A party to the compact, or an observer, which only reads what is released to all."""

    party: Slug
    role: Literal["party", "observer"]
    names: Text


class CompactCharter(Value):
    """A log that the compact recognises, by the digest of its charter."""

    origin: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    digest: Digest


class Compact(Kind):
    """The ground rules: in force once every party has recorded the same ones."""

    kind: ClassVar[str] = "register.compact"
    version: ClassVar[int] = 1

    number: Annotated[int, Field(ge=1, alias="version")]
    title: Text
    members: Annotated[list[CompactMember], Field(min_length=2)]
    charters: Annotated[list[CompactCharter], Field(min_length=2)]
    rules: Annotated[list[Text], Field(min_length=1, max_length=40)]


class Alias(Value):
    """Another name under which an instrument is known."""

    lang: Literal["vi", "lo", "en", "fr"]
    text: Name


class InstrumentParty(Value):
    """Who is bound, at which level; `actor` names the body where the level is below the state."""

    party: Slug
    level: Level
    actor: Text | None = None


class Relation(Value):
    """How an instrument stands to another one."""

    type: RelationType
    target: Slug


class Instrument(Kind):
    """A treaty, protocol, agreement, minutes, memorandum or plan; `not_a_treaty` is VCLT article 2 denied."""

    kind: ClassVar[str] = "register.instrument"
    version: ClassVar[int] = 1

    slug: Slug
    instrument_class: InstrumentClass
    titles: Text
    aliases: list[Alias] = Field(default_factory=list)
    parties: Annotated[list[InstrumentParty], Field(min_length=1)]
    relations: list[Relation] = Field(default_factory=list)
    cites: Cites
    note: Text | None = None


class Event(Kind):
    """A dated, attested event in the life of an instrument: signed is not ratified is not in force."""

    kind: ClassVar[str] = "register.event"
    version: ClassVar[int] = 1

    instrument: Slug
    type: EventType
    date: Edtf
    place: Name | None = None
    party: Slug | None = None
    attested_by: Name
    cites: Cites


class Mechanism(Kind):
    """A standing forum of the parties; `cadence` is an ISO 8601 duration such as P1Y."""

    kind: ClassVar[str] = "register.mechanism"
    version: ClassVar[int] = 1

    slug: Slug
    names: Text
    level: Level
    cadence: Annotated[str, StringConstraints(pattern=r"^P(\d+[YMWD])+$")] | None = None
    rotation: Literal["alternating", "fixed", "none"] | None = None
    parties: Annotated[list[Slug], Field(min_length=1)]
    cites: Cites


class Meeting(Kind):
    """One session of a mechanism; planned is not held."""

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


class Undertaking(Kind):
    """What an instrument or a meeting obliges somebody to do; what an author proposes is none."""

    kind: ClassVar[str] = "register.undertaking"
    version: ClassVar[int] = 1

    slug: Slug
    instrument: Slug | None = None
    meeting: Slug | None = None
    obligors: Annotated[list[Slug], Field(min_length=1)]
    action: Text
    window: Edtf | None = None
    indicator: Text | None = None
    modality: Literal["agreement", "plan"]
    cites: Cites

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        if (self.instrument is None) == (self.meeting is None):
            raise ValueError("an undertaking rests on one instrument or on one meeting")
        return self


class Status(Kind):
    """What the recording party itself says became of an undertaking: an act of will, never computed."""

    kind: ClassVar[str] = "register.status"
    version: ClassVar[int] = 1

    undertaking: Slug
    status: StatusWord
    on: Edtf
    note: Text | None = None


class Figure(Kind):
    """A number somebody reported; several reports of one slug stay several."""

    kind: ClassVar[str] = "register.figure"
    version: ClassVar[int] = 1

    slug: Slug
    subject: Text
    value: Decimal
    unit: Name
    period: Edtf
    reported_by: Name
    cites: Cites


KINDS: Final[tuple[type[Kind], ...]] = (
    Compact,
    Instrument,
    Event,
    Mechanism,
    Meeting,
    Undertaking,
    Status,
    Figure,
)
"""Every kind the register writes."""
