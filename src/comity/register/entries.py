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
    """A party to the compact, or an observer, which only reads what is released to all.

    Attributes:
        party: Code of the party or observer, as in the origins of its logs.
        role: `party`: its word counts; `observer`: it only reads.
        names: Short name by language.
    """

    party: Slug
    role: Literal["party", "observer"]
    names: Text


class CompactCharter(Value):
    """A log that the compact recognises, by the digest of its charter.

    Attributes:
        origin: Name of the log.
        digest: SHA-256 of its charter document, base64.
    """

    origin: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    digest: Digest


class Compact(Kind):
    """The ground rules: in force once every party has recorded the same ones.

    Attributes:
        number: Version of the ground rules, from 1.
        title: What the compact is called.
        members: The parties and observers, at least two.
        charters: The logs that are recognised, by their charters.
        rules: The ground rules, in words.
    """

    kind: ClassVar[str] = "register.compact"
    version: ClassVar[int] = 1

    number: Annotated[int, Field(ge=1, alias="version")]
    title: Text
    members: Annotated[list[CompactMember], Field(min_length=2)]
    charters: Annotated[list[CompactCharter], Field(min_length=2)]
    rules: Annotated[list[Text], Field(min_length=1, max_length=40)]


class Alias(Value):
    """Another name under which an instrument is known.

    Attributes:
        lang: Language of the name.
        text: The name.
    """

    lang: Literal["vi", "lo", "en", "fr"]
    text: Name


class InstrumentParty(Value):
    """Who is bound, and at which level.

    Attributes:
        party: Code of the party.
        level: Level at which it is bound.
        actor: The body that is bound, where the level is below the state.
    """

    party: Slug
    level: Level
    actor: Text | None = None


class Relation(Value):
    """How an instrument stands to another one.

    Attributes:
        type: How the two stand to each other, read from this one to the other.
        target: Slug of the other instrument.
    """

    type: RelationType
    target: Slug


class Instrument(Kind):
    """A treaty, protocol, agreement, minutes, memorandum or plan; `not_a_treaty` is VCLT article 2 denied.

    Attributes:
        slug: Natural name; reports with the same slug speak of the same instrument.
        instrument_class: What it is; `not_a_treaty` where it is reported not to bind under international
            law.
        titles: Title by language.
        aliases: Other names under which it is known.
        parties: Who is bound, at which level.
        relations: How it stands to other instruments.
        cites: Where the fact is reported, at least one source.
        note: What a reader must know besides, for example that sources differ.
    """

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
    """A dated, attested event in the life of an instrument: signed is not ratified is not in force.

    Attributes:
        instrument: Slug of the instrument.
        type: The step in its life.
        date: When, as an EDTF date.
        place: Where.
        party: The party that took the step, where one did it alone.
        attested_by: The office or source that attests the step.
        cites: Where the fact is reported, at least one source.
    """

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
    """A standing forum of the parties.

    Attributes:
        slug: Natural name of the forum.
        names: Name by language.
        level: Level at which it meets.
        cadence: How often it is to meet, an ISO 8601 duration such as P1Y.
        rotation: Whether the place alternates between the parties.
        parties: Codes of the parties in it.
        cites: Where the fact is reported, at least one source.
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


class Undertaking(Kind):
    """What an instrument or a meeting obliges somebody to do; what an author proposes is none.

    Attributes:
        slug: Natural name of the undertaking.
        instrument: Slug of the instrument it rests on; this or `meeting`.
        meeting: Slug of the meeting whose minutes it rests on; this or `instrument`.
        obligors: Codes of the parties that are obliged.
        action: What is to be done, in words of the editor.
        window: When it is to be done, as an EDTF date or interval.
        indicator: By what one would see that it was done.
        modality: `agreement` where it binds, `plan` where it is intended.
        cites: Where the fact is reported, at least one source.
    """

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
    """What the recording party itself says became of an undertaking: an act of will, never computed.

    Attributes:
        undertaking: Slug of the undertaking.
        status: The word of the party that records it.
        on: The day of which the word speaks, as an EDTF date.
        note: What the party adds.
    """

    kind: ClassVar[str] = "register.status"
    version: ClassVar[int] = 1

    undertaking: Slug
    status: StatusWord
    on: Edtf
    note: Text | None = None


class Figure(Kind):
    """A number somebody reported; several reports of one slug stay several.

    Attributes:
        slug: Natural name; several reports of one figure share it.
        subject: What was counted or measured.
        value: The number, as a decimal string.
        unit: Unit of the number.
        period: The time it speaks of, as an EDTF date or interval.
        reported_by: The office or work that reported it.
        cites: Where the fact is reported, at least one source.
    """

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
