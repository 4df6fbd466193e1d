"""Publications: what was published, by whom, and which of them are not independent of each other."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StringConstraints

from comity.perspectives.entries.parts import Name
from comity.record.kinds import Kind
from comity.record.values import Cite, Slug

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
