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
    """A publication; works of one `origin_cluster` are not independent of each other."""

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
    """A page of a document: its number as printed or counted, and its code-point span."""

    number: Annotated[str, StringConstraints(min_length=1, max_length=20)]
    start: Offset
    end: Offset


class Section(Value):
    """A section of a document: its number where it has one, its heading, and its code-point span."""

    number: Annotated[str, StringConstraints(max_length=20)]
    title: Annotated[str, StringConstraints(max_length=300)]
    start: Offset
    end: Offset


class Document(Kind):
    """The text of a work that a party holds; the exact original is the blob of that digest in its vault."""

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
    """A perspective: the name under which holders are compared."""

    name: Slug
    labels: Text


class HolderRule(Value):
    """An office or organisation that voices statements, and the group it is counted in."""

    holder: Slug
    names: Text
    group: Slug


class Rule(Kind):
    """A perspective rule: from holder to group, versioned, so that a result can name the rule it rests on."""

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
    """What holders take a stance on; `authors_section` is where the authors compare voices on it."""

    kind: ClassVar[str] = "perspectives.proposition"
    version: ClassVar[int] = 1

    slug: Slug
    text: Text
    issue: Slug
    authors_section: Annotated[str, StringConstraints(max_length=40)]


class Statement(Kind):
    """A coded statement.

    `holder` voiced it; `reported_by` is the chain of works through which it reached us, nearest to the holder
    first, the work that was read last; `source` is where it was published, `author` who wrote that, `coder`
    who coded it. `stance` is -2 (rejects) to 2 (affirms) towards the proposition.
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
    """What the authors of a work conclude on a proposition, held by them, with the evidence they cite."""

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
