"""What an office proposes for the next consultation: an act of will of one party, and no undertaking."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, model_validator

from comity.record.kinds import Kind
from comity.record.values import Cite, Edtf, Slug, Text
from comity.register.entries.values import Name


class Direction(Kind):
    """A direction that an office of the recording party proposes for a consultation; nobody has agreed to it.

    Attributes:
        slug: Natural name of the proposal; a later record of it is the party's newer word.
        mechanism: Slug of the forum at whose next session it is proposed.
        meeting: Slug of the session, where it is on record; without it, the next one.
        proposer: The office of the recording party that proposes it.
        words: What is proposed, in words of the office.
        basis: Why, or what it rests on; this, `undertaking` or `cites`.
        undertaking: Slug of the undertaking that it would carry further.
        on: The day on which it is proposed, as an EDTF date.
        state: Whether it is proposed or taken back.
        cites: Works that it rests on.
    """

    kind: ClassVar[str] = "register.direction"
    version: ClassVar[int] = 1

    slug: Slug
    mechanism: Slug
    meeting: Slug | None = None
    proposer: Name
    words: Text
    basis: Text | None = None
    undertaking: Slug | None = None
    on: Edtf
    state: Literal["proposed", "taken_back"]
    cites: Annotated[list[Cite], Field(max_length=16)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _rests_on_something(self) -> Self:
        if not (self.basis or self.undertaking or self.cites):
            raise ValueError("a proposal says what it rests on: basis, undertaking or cites")
        return self


KINDS: Final[tuple[type[Kind], ...]] = (Direction,)
"""The kinds of this module."""
