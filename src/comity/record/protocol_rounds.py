"""The kinds of rounds: started, sealed, opened, acknowledged (docs/spec/round.md)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import AfterValidator, Field, model_validator

from comity.record.kinds import Kind
from comity.record.protocol_values import Milliseconds, Origin, PathName, Pointer, Pointers, distinct
from comity.record.values import Digest, Slug, Text


class RoundStart(Kind):
    """A question that several parties answer sealed, before any of them opens."""

    kind: ClassVar[str] = "round.start"
    version: ClassVar[int] = 1

    round: Slug = Field(description="natural name of the round in the log that starts it")
    title: Text | None = Field(default=None, description="what it is called on a screen")
    parties: Annotated[list[Origin], AfterValidator(distinct)] = Field(
        min_length=2, max_length=16, description="the logs that are to seal"
    )
    question_digest: Digest = Field(description="SHA-256 of the question as every party was given it")
    seal_by: Milliseconds = Field(description="until when a seal counts as in time")
    open_by: Milliseconds = Field(description="by when those who sealed are to have opened")
    paths: Annotated[list[PathName], AfterValidator(distinct)] = Field(
        default=[], max_length=1024, description="the fields that each is to open; empty for whole records"
    )
    recipients: Annotated[list[Origin], AfterValidator(distinct)] = Field(
        default=[], max_length=32, description="nodes to which each opens besides the other parties"
    )
    charter: Pointer = Field(description="the charter entry in force in the log that starts it")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.open_by < self.seal_by:
            raise ValueError("a round is opened after it is sealed: open_by lies before seal_by")
        return self


class RoundSeal(Kind):
    """A party's answer, sealed: the commitment stands in its log, the content stays with it."""

    kind: ClassVar[str] = "round.seal"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    question_digest: Digest = Field(description="SHA-256 of the question that was answered")
    sealed: Pointer = Field(description="the entry that holds the commitment")


class RoundOpen(Kind):
    """A party opens what it sealed: all of it, or single fields."""

    kind: ClassVar[str] = "round.open"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    seal: Pointer = Field(description="the seal opened")
    grants: Pointers = Field(description="the grants that carry the openings, one for each recipient")
    paths: list[PathName] = Field(default=[], max_length=1024, description="fields opened; empty for all")


class RoundAck(Kind):
    """A party's word on what it has of a round, and whether it saw the deadline pass."""

    kind: ClassVar[str] = "round.ack"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    seals: Pointers = Field(default=[], description="the seals that it has, its own among them")
    opened: Pointers = Field(default=[], description="the openings received and verified")
    deadline_seen: bool = Field(description="whether open_by had passed for it when it wrote this")
