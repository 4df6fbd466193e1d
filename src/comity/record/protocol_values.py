"""What the kinds of protocol entries are made of: places in logs, people, times (docs/spec/protocol.md)."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from comity.record import canonical
from comity.record.entry_form import MAX_REFS, Ref, check_origin
from comity.record.errors import ComityError
from comity.record.header import Party
from comity.record.values import Digest, Value


def _origin(value: str) -> str:
    try:
        return check_origin(value)
    except ComityError as error:
        raise ValueError(str(error)) from error


def _base64(value: str) -> str:
    try:
        canonical.unb64(value)
    except ComityError as error:
        raise ValueError(str(error)) from error
    return value


def distinct(value: list[str]) -> list[str]:
    """Return a list in which nothing is listed twice."""
    if len(set(value)) != len(value):
        raise ValueError("an item is listed twice")
    return value


Origin = Annotated[str, AfterValidator(_origin)]
"""The name of a log."""
Milliseconds = Annotated[int, Field(ge=0, lt=2**53)]
"""A time: milliseconds UTC since 1970."""
Month = Annotated[str, StringConstraints(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")]
"""A calendar month, UTC."""
Base64 = Annotated[str, StringConstraints(min_length=4, max_length=8192), AfterValidator(_base64)]
"""Octets in standard base64."""
Person = Annotated[str, StringConstraints(pattern=r"^[a-z0-9][a-z0-9-]{0,62}[a-z0-9]$")]
"""A pseudonym of a person, given by the enrolling party; never a name."""
RoleName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_-]{0,31}$")]
"""What a person may approve: `release`, `erase`, `charter`, or a role of the party's own."""
PathName = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)?$", max_length=128)]
"""The path of a slot: `title`, `header.author`."""
Reason = Annotated[str, StringConstraints(min_length=1, max_length=2000)]
"""Why, in a person's words."""


class Pointer(Value):
    """A sequenced target: the leaf of a log at its place."""

    origin: Origin = Field(description="the log")
    index: int = Field(ge=0, lt=2**53, description="its place in that log, from 0")
    leaf: Digest = Field(description="RFC 6962 hash of the leaf at that place")

    def ref(self) -> Ref:
        """Return it as the `refs` of a protocol entry name it."""
        return Ref(self.origin, self.index, canonical.unb64(self.leaf, 32))

    @classmethod
    def of(cls, ref: Ref) -> Self:
        """Return the pointer that names the same place."""
        return cls(origin=ref.origin, index=ref.index, leaf=canonical.b64(ref.leaf))


class Target(Pointer):
    """A sequenced target and the fields of it that are meant."""

    paths: list[PathName] = Field(
        default=[], max_length=1024, description="paths of the fields meant; empty for the whole record"
    )

    @model_validator(mode="after")
    def _once(self) -> Self:
        distinct(self.paths)
        return self


class Recipient(Value):
    """To whom fields are released, and the key that they are sealed to."""

    party: Party = Field(description="the party's code")
    origin: Origin = Field(description="the node that will open the blob")
    hpke_key: Digest = Field(
        description="SHA-256 of the recipient's public HPKE key, as its charter lists it"
    )


Targets = Annotated[list[Target], Field(min_length=1, max_length=4096)]
Pointers = Annotated[list[Pointer], Field(max_length=MAX_REFS)]
Action = Literal["release", "erase", "charter", "retain", "round_open", "hold", "recover"]
