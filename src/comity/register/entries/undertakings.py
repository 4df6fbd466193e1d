"""Undertakings, and the word of each party on what became of them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Cites, EntryId, Name

StatusWord = Literal["planned", "under_way", "fulfilled", "partial", "lapsed"]


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


class Evidence(Kind):
    """Something that bears on whether an undertaking was carried out: shown beside it, never a status.

    Attributes:
        slug: Natural name of the piece of evidence.
        undertaking: Slug of the undertaking.
        bears: Whether it speaks for or against fulfilment, for a part of it, or only of it.
        shows: What it shows, in words of the editor.
        on: The time of which it speaks, as an EDTF date.
        reported_by: The office or work that reported it.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.evidence"
    version: ClassVar[int] = 1

    slug: Slug
    undertaking: Slug
    bears: Literal["for", "part", "against", "about"]
    shows: Text
    on: Edtf
    reported_by: Name
    cites: Cites


class Annotation(Kind):
    """What a party adds to a dispute over an undertaking: an act of will, it changes no status.

    Attributes:
        undertaking: Slug of the undertaking.
        words: What the party adds.
        on: The day of which it speaks, as an EDTF date.
        answers: Id of an annotation, of either party, that this one answers.
    """

    kind: ClassVar[str] = "register.annotation"
    version: ClassVar[int] = 1

    undertaking: Slug
    words: Text
    on: Edtf
    answers: EntryId | None = None


class Appraisal(Kind):
    """What an office said of an instrument, mechanism or undertaking: praise or criticism, as reported.

    Attributes:
        slug: Natural name of the appraisal.
        about: Slug of what it speaks of.
        about_kind: Which kind of thing that is.
        party: Code of the party for which the office spoke.
        holder: The office that spoke.
        tone: Whether it praised or criticised.
        words: What it said, in words of the editor.
        on: When, as an EDTF date.
        cites: Where the fact is reported, at least one source.
    """

    kind: ClassVar[str] = "register.appraisal"
    version: ClassVar[int] = 1

    slug: Slug
    about: Slug
    about_kind: Literal["instrument", "mechanism", "undertaking"]
    party: Slug
    holder: Name
    tone: Literal["praised", "criticised"]
    words: Text
    on: Edtf
    cites: Cites


KINDS: Final[tuple[type[Kind], ...]] = (Undertaking, Status, Evidence, Annotation, Appraisal)
"""The kinds of this module."""
