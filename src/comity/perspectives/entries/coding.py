"""Blind coding: the task that two parties code, what each side's coders gave, and what both settle."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, StringConstraints, model_validator

from comity.perspectives.entries.parts import CodebookVersion, Modality, Offset, Stance
from comity.record.kinds import Kind
from comity.record.values import Digest, Sentence, Slug, Text, Value

CoderRole = Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=32)]
"""A coder as the other party sees them: a role of their party, never a name."""
UnitKey = Annotated[str, StringConstraints(min_length=1, max_length=300)]


class TaskDocument(Value):
    """A text to be coded: the same bytes on both sides.

    Attributes:
        work: Slug of the work.
        sha256: SHA-256 of the exact original, base64.
        length: Code points of its text.
    """

    work: Slug
    sha256: Digest
    length: Offset


class Passage(Value):
    """A passage of a document of the task.

    Attributes:
        document: Place of the document in the task, from 0.
        start: First code point.
        end: One past the last code point.
    """

    document: Offset
    start: Offset
    end: Offset

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a passage has at least one character")
        return self


class Question(Passage):
    """A unit that is given: how does this passage stand to this proposition, and who holds it?

    Attributes:
        document: Place of the document in the task, from 0.
        start: First code point.
        end: One past the last code point.
        proposition: Slug of the proposition.
        holder: Slug of the holder.
    """

    proposition: Slug
    holder: Slug


class Task(Kind):
    """A coding task: the documents, the codebook, and the units if they are given.

    Attributes:
        slug: Natural name of the task.
        codebook: Version of the codebook.
        codebook_digest: SHA-256 of the codebook's content as canonical JSON.
        documents: What is coded.
        units: The units to code; none: the coders find the passages themselves.
        instructions: What the coders are told besides.
    """

    kind: ClassVar[str] = "perspectives.task"
    version: ClassVar[int] = 1

    slug: Slug
    codebook: CodebookVersion
    codebook_digest: Digest
    documents: Annotated[list[TaskDocument], Field(min_length=1, max_length=64)]
    units: Annotated[list[Question], Field(max_length=300)] = Field(default_factory=list)
    instructions: Text | None = None


class Coded(Value):
    """One unit as one coder coded it.

    Attributes:
        coder: The coder, by role.
        document: Place of the document in the task, from 0.
        start: First code point.
        end: One past the last code point.
        proposition: Slug of the proposition.
        holder: Slug of the holder.
        stance: The stance, `mixed` or `not_addressed`.
        frame: Slug of the frame.
        modality: How the voice reached us.
    """

    coder: CoderRole
    document: Offset
    start: Offset
    end: Offset
    proposition: Slug
    holder: Slug
    stance: Stance
    frame: Slug | None = None
    modality: Modality | None = None

    @model_validator(mode="after")
    def _some(self) -> Self:
        if self.end <= self.start:
            raise ValueError("a passage has at least one character")
        return self


class Sheet(Kind):
    """What the coders of one party gave: sealed before the other's can be read.

    Attributes:
        task: Slug of the task.
        party: Code of the party.
        units: Every coding of every coder.
    """

    kind: ClassVar[str] = "perspectives.sheet"
    version: ClassVar[int] = 1

    task: Slug
    party: Slug
    units: Annotated[list[Coded], Field(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen = set()
        for unit in self.units:
            key = (unit.coder, unit.document, unit.start, unit.end, unit.proposition, unit.holder)
            if key in seen:
                raise ValueError(f"coder {unit.coder!r} codes a unit twice, at {unit.start}")
            seen.add(key)
        return self


class Adjudication(Kind):
    """What a difference of codings was settled to; it stands when both parties signed the same.

    Attributes:
        round: Place of the round's start, as in `vn/hq/12`.
        unit: The unit, as the agreement page names it.
        stance: What it is settled to.
        reason: Why.
        frame: The frame it is settled to.
    """

    kind: ClassVar[str] = "perspectives.adjudication"
    version: ClassVar[int] = 1

    round: Annotated[str, StringConstraints(min_length=3, max_length=160)]
    unit: UnitKey
    stance: Stance
    reason: Sentence
    frame: Slug | None = None
