"""The kinds by which parties bind themselves: adopting a compact, going on after a fork."""

from __future__ import annotations

from typing import ClassVar

from pydantic import Field

from comity.record.kinds import Kind
from comity.record.protocol_values import Origin, Pointer, Pointers, Reason
from comity.record.values import Digest, Slug


class Adoption(Kind):
    """A party's word that it is bound by a compact, from this place of its log on."""

    kind: ClassVar[str] = "control.adoption"
    version: ClassVar[int] = 1

    name: Slug = Field(description="the compact's name")
    number: int = Field(ge=1, lt=2**53, description="its version")
    digest: Digest = Field(description="SHA-256 of its document")
    charter: Pointer = Field(description="the charter entry in force in this log")


class Epoch(Kind):
    """A party's word on how a forked log goes on: what of it both had agreed, and the log that follows it.

    The party whose log forked writes it into the new log, its peer into its own; together they are joint.
    """

    kind: ClassVar[str] = "control.epoch"
    version: ClassVar[int] = 1

    last: Pointer = Field(description="the last leaf of the old log that both hold alike")
    root: Digest = Field(description="root of the old log over all leaves up to that one")
    proof: Digest = Field(description="SHA-256 of the fork proof, the file")
    new: Origin = Field(description="the log that follows")
    charter: Digest = Field(description="digest of version 1 of the charter of the log that follows")
    reason: Reason = Field(description="how the fork came about, in words")
    answers: Pointer | None = Field(default=None, description="the other party's entry that this one answers")
    request: Pointer | None = Field(
        default=None, description="the request that people approved, where the charter asks for several"
    )
    approvals: Pointers = Field(default=[], description="the approvals it rests on")

    def agreed(self) -> tuple[Pointer, str, str, str, str]:
        """Return what both parties have to say alike."""
        return (self.last, self.root, self.proof, self.new, self.charter)
