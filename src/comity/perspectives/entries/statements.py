"""Propositions, coded statements and the findings of authors.

Holder, reporter, source, author and coder are five different fields, because they are five different people.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.perspectives.entries.parts import CodebookVersion, Modality, Name, Stance, TextQuote, Words
from comity.perspectives.locators import passage_digest
from comity.record.kinds import Kind
from comity.record.values import Cite, Edtf, Slug, Text


class Proposition(Kind):
    """What holders take a stance on.

    Attributes:
        slug: Natural name of the proposition.
        text: The proposition, by language.
        issue: Slug of the issue it belongs to.
        authors_section: Section in which the authors compare the voices on it.
    """

    kind: ClassVar[str] = "perspectives.proposition"
    version: ClassVar[int] = 1

    slug: Slug
    text: Text
    issue: Slug
    authors_section: Annotated[str, StringConstraints(max_length=40)]


class Statement(Kind):
    """A coded statement: five people stand behind it, and each has a field.

    Attributes:
        slug: Natural name of the statement.
        proposition: Slug of the proposition.
        holder: Who voiced it: an office, organisation or work, never a private person.
        reported_by: Works through which it reached us: nearest to the holder first, the one that was read
            last.
        source: Slug of the work where it was published.
        author: Who wrote that work.
        coder: Who coded it.
        stance: -2 (rejects) to 2 (affirms) towards the proposition, or `mixed`, or `not_addressed`.
        frame: Slug of the frame in which the holder speaks of it.
        modality: How the voice reached us: first-hand (`asserts`, `plans`, `proposes`, `aspires`) or
            through another work (`reports`, `quotes`).
        paraphrase: What was said, in words of the coder, in the languages in which the coder gave it.
        cite: The passage that was coded; a passage that stands there twice is an orphan, never a guess.
        date: When it was voiced.
        codebook: Version of the codebook it was coded by, as in `cooperation/1`.
        round: Name of the coding round it comes from, where it comes from one.
        quote: The words of the passage and what stands around them, where the coder kept them: they are those
            that the citation's locator names, and go wherever the whole statement goes.
    """

    kind: ClassVar[str] = "perspectives.statement"
    version: ClassVar[int] = 1

    slug: Slug
    proposition: Slug
    holder: Slug
    reported_by: Annotated[list[Slug], Field(min_length=1, max_length=8)]
    source: Slug
    author: Name
    coder: Name
    stance: Stance
    frame: Slug
    modality: Modality
    paraphrase: Words
    cite: Cite
    date: Edtf | None = None
    codebook: CodebookVersion | None = None
    round: Slug | None = None
    quote: TextQuote | None = None

    @model_validator(mode="after")
    def _quotes_its_passage(self) -> Self:
        """Check that what is quoted is the passage that is pointed to."""
        if self.quote is None:
            return self
        if self.cite.locator is None or passage_digest(self.quote.exact) != self.cite.locator.digest:
            raise ValueError("what is quoted is not the passage that the citation points to")
        return self


class Finding(Kind):
    """What the authors of a work conclude on a proposition, held by them, with the evidence they cite.

    Attributes:
        proposition: Slug of the proposition.
        authors: Who concludes it.
        finding: What they conclude of the voices: they converge, diverge, or both.
        statement: Their conclusion, paraphrased.
        evidence: Slugs of the works they cite for it.
        cite: Where they conclude it.
    """

    kind: ClassVar[str] = "perspectives.finding"
    version: ClassVar[int] = 1

    proposition: Slug
    authors: Annotated[list[Name], Field(min_length=1)]
    finding: Literal["converge", "diverge", "mixed"]
    statement: Text
    evidence: list[Slug]
    cite: Cite
