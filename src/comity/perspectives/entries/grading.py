"""Graded claims coded blind: what is to be graded, and the grades that one party's graders gave."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from comity.perspectives.entries.coding import CoderRole
from comity.perspectives.entries.parts import CodebookVersion, Offset, Rubric
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text, Value


class GradedItem(Value):
    """A claim, or an item of evidence on it, as it read when the round was started.

    Attributes:
        claim: Slug of the claim.
        said: SHA-256 of what is graded: its content as canonical JSON, without grades of any kind.
        evidence: Slug of the evidence; none: the claim itself is graded.
    """

    claim: Slug
    said: Digest
    evidence: Slug | None = None


class Grading(Kind):
    """A grading task: claims and the evidence on them, to be graded on one rubric and apart.

    Attributes:
        slug: Natural name of the task.
        codebook: Version of the codebook that has the rubric.
        codebook_digest: SHA-256 of the codebook's content as canonical JSON.
        items: What is graded; a grader grades claims, or evidence, and never both.
        instructions: What the graders are told besides.
    """

    kind: ClassVar[str] = "perspectives.grading"
    version: ClassVar[int] = 1

    slug: Slug
    codebook: CodebookVersion
    codebook_digest: Digest
    items: Annotated[list[GradedItem], Field(min_length=1, max_length=200)]
    instructions: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        named = [(item.claim, item.evidence) for item in self.items]
        if len(set(named)) != len(named):
            raise ValueError("an item is to be graded twice")
        claims = {claim for claim, evidence in named if evidence is None}
        if alone := sorted({claim for claim, _ in named} - claims):
            raise ValueError(f"evidence on {alone[0]!r} is to be graded, and the claim is not")
        return self


class GivenGrade(Value):
    """The grade that one grader gave.

    Attributes:
        coder: The grader, by role.
        item: Place of the item in the task, from 0.
        grade: The grade.
    """

    coder: CoderRole
    item: Offset
    grade: Rubric


class GradeSheet(Kind):
    """What the graders of one party gave: sealed before the other's can be read.

    Attributes:
        task: Slug of the task.
        party: Code of the party.
        grades: Every grade of every grader.
    """

    kind: ClassVar[str] = "perspectives.grade_sheet"
    version: ClassVar[int] = 1

    task: Slug
    party: Slug
    grades: Annotated[list[GivenGrade], Field(min_length=1, max_length=400)]

    @model_validator(mode="after")
    def _once(self) -> Self:
        seen = set()
        for given in self.grades:
            if (given.coder, given.item) in seen:
                raise ValueError(f"coder {given.coder!r} grades item {given.item} twice")
            seen.add((given.coder, given.item))
        return self
