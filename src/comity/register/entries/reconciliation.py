"""The entry kinds of reconciliation: what means the same, and tickets about what is said differently."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text, Value
from comity.register.entries.values import Name

Reading = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
About = Literal["instrument", "event", "mechanism", "meeting", "undertaking", "figure"]


class PartyReading(Value):
    """What one party's record says.

    Attributes:
        party: Code of the party.
        slug: Natural name under which that party records the thing.
        value: What it says in the field, as canonical JSON.
    """

    party: Slug
    slug: Annotated[str, StringConstraints(min_length=1, max_length=300)]
    value: Reading


class Match(Kind):
    """The word of a party that records of two names are, or are not, about the same thing.

    Attributes:
        about: What the records are about.
        one: Natural name in one party's records.
        other: Natural name in the other party's records.
        same: Whether they are about the same thing.
        note: Why.
    """

    kind: ClassVar[str] = "register.match"
    version: ClassVar[int] = 1

    about: About
    one: Slug
    other: Slug
    same: bool
    note: Text | None = None


class Ticket(Kind):
    """A difference between the parties' records that an office follows up; it changes neither record.

    Attributes:
        slug: Name of the ticket; it follows from what differs, so that both parties open the same one.
        about: What the records are about.
        field: The field in which they differ.
        readings: What each record says, as it stood when the ticket was opened.
        owner: The office of the recording party that follows it up.
        opened: The day it was opened, as an EDTF date.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "register.ticket"
    version: ClassVar[int] = 1

    slug: Slug
    about: About
    field: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$", max_length=40)]
    readings: Annotated[list[PartyReading], Field(min_length=2, max_length=20)]
    owner: Name
    opened: Edtf
    note: Text | None = None


class TicketWord(Kind):
    """What a party says on a ticket: an explanation, or that the matter is settled, and how.

    Attributes:
        ticket: Name of the ticket.
        word: `explained`: the difference has a reason; `settled`: it is agreed what holds; `reopened`.
        outcome: What holds, in the words of the field, where it is settled; both parties must say the same.
        on: The day of which the word speaks, as an EDTF date.
        note: What the party adds.
    """

    kind: ClassVar[str] = "register.ticket_word"
    version: ClassVar[int] = 1

    ticket: Slug
    word: Literal["explained", "settled", "reopened"]
    outcome: Reading | None = None
    on: Edtf
    note: Text | None = None


class Translation(Kind):
    """How the texts of a party's records came into a language: nobody takes a machine's words for a person's.

    Attributes:
        lang: The language that they were put into.
        made: By a `machine` or by a `person`.
        covers: Natural names of the records that are meant; all of the party's records where none is named.
        reviewed_by: The office that read them through; absent while a review is awaited.
    """

    kind: ClassVar[str] = "register.translation"
    version: ClassVar[int] = 1

    lang: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")]
    made: Literal["machine", "person"]
    covers: list[Slug] = Field(default_factory=list, max_length=500)
    reviewed_by: Name | None = None


KINDS: Final[tuple[type[Kind], ...]] = (Match, Ticket, TicketWord, Translation)
"""The kinds of this module."""
