"""Claims and the record: what was claimed, and what the evidence shows.

Grades that count come from sealed rounds (`grading`). A grade that stands in one of these records is its
author's word: it is shown as not blind, and is in no verdict.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from comity.perspectives.entries.parts import Admiralty, Name, Rubric
from comity.record.kinds import Kind
from comity.record.values import Cite, Edtf, Slug, Text, Value


class Claim(Kind):
    """A claim.

    Attributes:
        slug: Natural name of the claim.
        claimant: Slug of the holder that claims it.
        claims: What is claimed, paraphrased.
        grade: How much its author says is claimed; not blind, so best left out.
        coder: Who gave that grade.
        cite: Where it is claimed.
        proposition: Slug of the proposition it bears on.
        critic: Slug of the holder that contests it.
        date: When it was claimed.
    """

    kind: ClassVar[str] = "perspectives.claim"
    version: ClassVar[int] = 1

    slug: Slug
    claimant: Slug
    claims: Text
    grade: Rubric | None = None
    coder: Name | None = None
    cite: Cite
    proposition: Slug | None = None
    critic: Slug | None = None
    date: Edtf | None = None


class Grade(Value):
    """How one party grades an item of evidence: letter and digit stand apart.

    Attributes:
        party: Code of the party.
        grade: The Admiralty grade, as in `B2`.
    """

    party: Slug
    grade: Admiralty


class Evidence(Kind):
    """What a work shows on a claim.

    Attributes:
        slug: Natural name of the item.
        claim: Slug of the claim.
        works: Works through which it reached us: nearest to the observation first, the one read last.
        shows: What it shows, paraphrased.
        grade: How much its author says it shows; not blind, so best left out.
        coder: Who gave that grade.
        cite: Where it stands.
        admiralty: The parties' grades, which decide whether it is included and nothing else.
        date: When it was observed.
    """

    kind: ClassVar[str] = "perspectives.evidence"
    version: ClassVar[int] = 1

    slug: Slug
    claim: Slug
    works: Annotated[list[Slug], Field(min_length=1, max_length=8)]
    shows: Text
    grade: Rubric | None = None
    coder: Name | None = None
    cite: Cite
    admiralty: Annotated[list[Grade], Field(max_length=16)] = Field(default_factory=list)
    date: Edtf | None = None

    @model_validator(mode="after")
    def _once(self) -> Self:
        if len({grade.party for grade in self.admiralty}) != len(self.admiralty):
            raise ValueError("a party grades an item twice")
        return self
