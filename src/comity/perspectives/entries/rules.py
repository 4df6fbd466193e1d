"""Perspective rules: from holder to group, versioned."""

from __future__ import annotations

from typing import Annotated, ClassVar, Self

from pydantic import Field, model_validator

from comity.record.kinds import Kind
from comity.record.values import Slug, Text, Value


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
