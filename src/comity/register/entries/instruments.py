"""Instruments and the attested events of their lives."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text, Value
from comity.register.entries.values import Channel, Cites, EntryId, Level, Name

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
    "provisionally_applied",
    "in_force",
    "registered",
    "amended",
    "extended",
    "renewed",
    "suspended",
    "resumed",
    "withdrawn",
    "terminated",
    "expired",
    "completed",
]
RelationType = Literal["implements", "amends", "supersedes", "plan_under", "follows", "framework_of"]


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
        term: The time for which it is concluded, as an EDTF interval such as 2025/2029.
        in_law: What the recording party asserts under VCLT article 2; absent where it asserts nothing.
        channel: The way of dealing that it serves.
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
    term: Edtf | None = None
    in_law: Literal["treaty", "not_a_treaty"] | None = None
    channel: Channel | None = None


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
        corrects: Id of an earlier record of the same party that this one takes the place of, from now on.
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
    corrects: EntryId | None = None


KINDS: Final[tuple[type[Kind], ...]] = (
    Instrument,
    Event,
)
"""The kinds of this module."""
