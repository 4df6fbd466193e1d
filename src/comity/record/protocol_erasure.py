"""The kinds of erasure and retention: orders, acknowledgements, holds, lapses (docs/spec/erasure.md)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from comity.record.kinds import Kind
from comity.record.protocol_values import (
    Milliseconds,
    Month,
    Origin,
    Pointer,
    Pointers,
    Reason,
    Targets,
    distinct,
)
from comity.record.values import Slug, Value


class Erase(Kind):
    """The order to erase content, and to whom was granted to erase it too."""

    kind: ClassVar[str] = "control.erase"
    version: ClassVar[int] = 1

    request: Pointer | None = Field(default=None, description="the request that was approved")
    approvals: Pointers = Field(default=[], description="the approvals it rests on")
    targets: Targets = Field(description="the records; no paths: the key of a record is destroyed whole")
    basis: Reason = Field(description="the legal basis, as a code or a short text")
    deadline: Milliseconds = Field(description="by when every party that was granted it acknowledges")
    recipients: Annotated[list[Origin], AfterValidator(distinct)] = Field(
        default=[],
        max_length=64,
        description="nodes that it went to without a grant, by its marking or the compact",
    )
    public: bool = Field(
        default=False, description="whether any of it was marked for everybody: strangers may hold it"
    )

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if any(target.paths for target in self.targets):
            raise ValueError("an erasure names whole records: their key cannot be destroyed in part")
        return self


class Remainder(Value):
    """Where erased content may still be read, and until when."""

    where: Literal["bundle", "backup", "print", "export", "held", "elsewhere"] = Field(description="what")
    note: Reason = Field(description="which one")
    until: Milliseconds | None = Field(default=None, description="when it expires; absent if that is unknown")


class EraseAck(Kind):
    """A party's word that it erased what it had been granted, and of what may remain."""

    kind: ClassVar[str] = "control.erase_ack"
    version: ClassVar[int] = 1

    erase: Pointer = Field(description="the order")
    done_at: Milliseconds = Field(description="when keys, ciphertext and rows were destroyed")
    remains: list[Remainder] = Field(
        default=[], max_length=256, description="where it may still be, honestly"
    )


class Hold(Kind):
    """A legal hold: its targets are not erased and do not lapse while it stands."""

    kind: ClassVar[str] = "control.hold"
    version: ClassVar[int] = 1

    targets: Targets = Field(description="the records held")
    reason: Reason = Field(description="case or legal basis")
    until: Milliseconds | None = Field(default=None, description="when it ends by itself; absent if never")
    lifts: Pointer | None = Field(default=None, description="an earlier hold that this entry ends instead")
    request: Pointer | None = Field(default=None, description="to lift: the request that was approved")
    approvals: Pointers = Field(default=[], description="to lift: the approvals it rests on")


class Lapse(Kind):
    """The month key of a retention class was destroyed: what was kept under it is gone."""

    kind: ClassVar[str] = "control.lapse"
    version: ClassVar[int] = 1

    class_: Slug = Field(alias="class", description="the retention class")
    month: Month = Field(description="the month whose key was destroyed")
    request: Pointer | None = Field(default=None, description="the request that was approved")
    approvals: Pointers = Field(default=[], description="the approvals it rests on")
