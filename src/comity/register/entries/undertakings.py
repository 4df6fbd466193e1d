"""Undertakings, and the word of each party on what became of them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from comity.record.kinds import Kind
from comity.record.values import Edtf, Slug, Text
from comity.register.entries.values import Cites

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


KINDS: Final[tuple[type[Kind], ...]] = (
    Undertaking,
    Status,
)
"""The kinds of this module."""
