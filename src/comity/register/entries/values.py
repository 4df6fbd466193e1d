"""Values that several kinds of the register share."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from comity.record.values import Cite, Slug, Text, Value

Level = Literal["state", "government", "party", "ministry", "province", "agency"]
Name = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Cites = Annotated[list[Cite], Field(min_length=1, max_length=16)]
Channel = Literal[
    "leaders",
    "consultation",
    "committee",
    "defence",
    "security",
    "border",
    "anti_drug",
    "patrol",
    "forum",
    "consular",
    "press",
    "posts",
    "economic",
    "training",
    "experts",
    "material_support",
    "remains",
    "health",
    "water",
]
"""The ways on which the parties deal with each other."""

Count = Annotated[int, Field(ge=0, le=10_000_000)]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{22}==$")]
"""The id of an entry: 128 bits in standard base64."""


class Body(Value):
    """An office or organisation that acts for a party; never a person.

    Attributes:
        party: Code of the party.
        name: What the body is called.
    """

    party: Slug
    name: Text
