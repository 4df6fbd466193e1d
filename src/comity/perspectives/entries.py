"""The entry kinds of perspectives: who voiced what, through which works it reached us, and who coded it.

Holder, reporter, source, author and coder are five different fields, because they are five different people.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Cite, Digest, Slug, Text, Value

Modality = Literal["asserts", "reports", "quotes", "plans", "proposes", "aspires"]
Stance = Annotated[int, Field(strict=True, ge=-2, le=2)] | Literal["mixed", "not_addressed"]
WorkKind = Literal[
    "treaty",
    "joint_statement",
    "official_report",
    "white_paper",
    "press",
    "interview",
    "article",
    "thesis",
    "book",
    "think_tank",
    "speech",
    "web",
    "other",
]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Offset = Annotated[int, Field(ge=0)]


class Work(Kind):
    """A publication.

    Attributes:
        slug: Natural name of the work; citations use it.
        title: Title as published.
        authors: Authors as published; empty where none is named.
        year: Year of publication.
        work_kind: Kind of publication.
        origin_party: Party or third place it comes from.
        origin_cluster: Works of one cluster are not independent of each other.
        cites: Works through which it is known, where it was not read itself.
    """

    kind: ClassVar[str] = "perspectives.work"
    version: ClassVar[int] = 1

    slug: Slug
    title: Annotated[str, StringConstraints(min_length=1, max_length=500)]
    authors: list[Name]
    year: Annotated[int, Field(ge=1, le=9999)]
    work_kind: Annotated[WorkKind, Field(alias="kind")]
    origin_party: Slug
    origin_cluster: Slug
    cites: list[Cite] = Field(default_factory=list)


class Page(Value):
    """A page of a document: its number as printed or counted, and its code-point span.

    Attributes:
        number: Number as printed, or as counted.
        start: First code point.
        end: One past the last code point.
    """

    number: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    start: Offset
    end: Offset


class Section(Value):
    """A section of a document: its number where it has one, its heading, and its code-point span.

    Attributes:
        number: Number as printed; empty where it has none.
        title: Heading; empty where it has none.
        start: First code point.
        end: One past the last code point.
    """

    number: Annotated[str, StringConstraints(max_length=20)]
    title: Annotated[str, StringConstraints(max_length=300)]
    start: Offset
    end: Offset


class Document(Kind):
    """The text of a work that a party holds; the exact original is the blob of that digest in its vault.

    Attributes:
        work: Slug of the work whose text it is.
        sha256: SHA-256 of the original file, base64.
        media_type: Media type of the original.
        length: Code points of its NFC text.
        pages: Where each page begins and ends, if pages are known.
        sections: Where each section begins and ends.
        blob: Digest under which the vault keeps the original, encrypted.
    """

    kind: ClassVar[str] = "perspectives.document"
    version: ClassVar[int] = 1

    work: Slug
    sha256: Digest
    media_type: Literal["text/plain", "text/markdown"]
    length: Offset
    pages: list[Page] = Field(default_factory=list)
    sections: list[Section] = Field(default_factory=list)
    blob: Digest


class Group(Value):
    """A perspective: the name under which holders are compared.

    Attributes:
        name: Slug of the group.
        labels: What it is called, by language.
    """

    name: Slug
    labels: Text


class HolderRule(Value):
    """An office or organisation that voices statements, and the group it is counted in.

    Attributes:
        holder: Slug of the office, organisation or work.
        names: Name by language.
        group: Slug of the group it is counted in.
    """

    holder: Slug
    names: Text
    group: Slug


class Rule(Kind):
    """A perspective rule: from holder to group, versioned, so that a result can name the rule it rests on.

    Attributes:
        number: Version of the rule, from 1.
        groups: The perspectives that are compared.
        holders: Each holder and its group; a holder that is not listed is in no group.
    """

    kind: ClassVar[str] = "perspectives.rule"
    version: ClassVar[int] = 1

    number: Annotated[int, Field(ge=1, alias="version")]
    groups: Annotated[list[Group], Field(min_length=1)]
    holders: list[HolderRule]

    @model_validator(mode="after")
    def _known_groups(self) -> Self:
        names = {group.name for group in self.groups}
        for holder in self.holders:
            if holder.group not in names:
                raise ValueError(f"holder {holder.holder!r} is put in an undeclared group {holder.group!r}")
        if len({holder.holder for holder in self.holders}) != len(self.holders):
            raise ValueError("a holder is named twice")
        return self


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
        paraphrase: What was said, in words of the coder.
        cite: The passage that was coded.
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
    paraphrase: Text
    cite: Cite


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


KINDS: Final[tuple[type[Kind], ...]] = (Work, Document, Rule, Proposition, Statement, Finding)
"""Every kind that perspectives writes."""
