"""The ground rules as each party records them."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints

from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text, Value


class CompactMember(Value):
    """A party to the compact, or an observer, which only reads what is released to all.

    Attributes:
        party: Code of the party or observer, as in the origins of its logs.
        role: `party`: its word counts; `observer`: it only reads.
        names: Short name by language.
    """

    party: Slug
    role: Literal["party", "observer"]
    names: Text


class CompactCharter(Value):
    """A log that the compact recognises, by the digest of its charter.

    Attributes:
        origin: Name of the log.
        digest: SHA-256 of its charter document, base64.
    """

    origin: Annotated[str, StringConstraints(min_length=3, max_length=100)]
    digest: Digest


class Compact(Kind):
    """The ground rules: in force once every party has recorded the same ones.

    Attributes:
        number: Version of the ground rules, from 1.
        title: What the compact is called.
        members: The parties and observers, at least two.
        charters: The logs that are recognised, by their charters.
        rules: The ground rules, in words.
    """

    kind: ClassVar[str] = "register.compact"
    version: ClassVar[int] = 1

    number: Annotated[int, Field(ge=1, alias="version")]
    title: Text
    members: Annotated[list[CompactMember], Field(min_length=2)]
    charters: Annotated[list[CompactCharter], Field(min_length=2)]
    rules: Annotated[list[Text], Field(min_length=1, max_length=40)]


KINDS: Final[tuple[type[Kind], ...]] = (Compact,)
"""The kinds of this module."""
