"""Perspective rules: from holder to group, versioned."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from comity.perspectives.entries.parts import Name
from comity.record.kinds import Kind
from comity.record.values import Cite, Slug, Text, Value


class Group(Value):
    """A perspective: the name under which holders are compared.

    Attributes:
        name: Slug of the group.
        labels: What it is called, by language.
        voice: `official` where one office speaks for it; `open` for a community of which no part speaks for
            the others. What is not declared is open, which asks for more.
    """

    name: Slug
    labels: Text
    voice: Literal["official", "open"] | None = None


class HolderRule(Value):
    """An office or organisation that voices statements, and the group it is counted in.

    Attributes:
        holder: Slug of the office, organisation or work.
        names: Name by language.
        group: Slug of the group it is counted in.
        level: Rank of the office, by which its own words are placed on the rungs of evidence.
    """

    holder: Slug
    names: Text
    group: Slug
    level: Literal["leader", "ministry", "party_press"] | None = None


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


class Stream(Value):
    """One group of an author's own grouping.

    Attributes:
        label: What the author calls it, in words of the coder.
        members: Slugs of the works or holders that the author puts there.
    """

    label: Text
    members: Annotated[list[Slug], Field(min_length=1, max_length=64)]


class Grouping(Kind):
    """How the authors of a work group voices: theirs, and never the rule by which anything is counted.

    Attributes:
        work: Slug of the work.
        authors: Who groups so.
        streams: Their groups.
        cite: Where they do it.
    """

    kind: ClassVar[str] = "perspectives.grouping"
    version: ClassVar[int] = 1

    work: Slug
    authors: Annotated[list[Name], Field(min_length=1)]
    streams: Annotated[list[Stream], Field(min_length=1, max_length=16)]
    cite: Cite
