"""The kinds of release: requests, the people who approve them, grants, receipts (docs/spec/release.md)."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import AfterValidator, Field, model_validator

from comity.record.kinds import Kind
from comity.record.protocol_values import (
    Action,
    Base64,
    Milliseconds,
    Month,
    Person,
    Pointer,
    Pointers,
    Reason,
    Recipient,
    RoleName,
    Targets,
    distinct,
)
from comity.record.values import Digest, Slug, Value

Outcome = Literal["corrected", "withdrawn", "left"]
"""How a dispute was settled."""


class Request(Kind):
    """An action that people are asked to approve: exactly this one, on exactly these targets."""

    kind: ClassVar[str] = "control.request"
    version: ClassVar[int] = 1

    action: Action = Field(description="what will be done once enough people approved it")
    targets: Targets = Field(description="the entries it is about, and which fields of each")
    recipient: Recipient | None = Field(default=None, description="to whom; releases only")
    openings_digest: Digest | None = Field(
        default=None,
        description="of a release: SHA-256 of the openings previewed, or the Merkle root over a set of them; "
        "to recover: SHA-256 of the proposal of an epoch",
    )
    expires: Milliseconds = Field(description="approvals after this time do not count")
    reason: Reason = Field(description="why, in words")
    class_: Slug | None = Field(
        default=None, alias="class", description="to retain or not: the retention class whose month is over"
    )
    month: Month | None = Field(default=None, description="to retain or not: the month that is over")

    @model_validator(mode="after")
    def _month_is_whole(self) -> Self:
        named = (self.class_ is not None, self.month is not None)
        if named[0] != named[1] or (named[0] and self.action != "retain"):
            raise ValueError("a request to retain, and no other, names a retention class and its month")
        return self

    @model_validator(mode="after")
    def _release_is_whole(self) -> Self:
        whole = self.recipient is not None and self.openings_digest is not None
        if self.action == "release" and not whole:
            raise ValueError("a release names its recipient and the digest of its openings")
        if self.action not in ("release", "round_open") and self.recipient is not None:
            raise ValueError(f"a request to {self.action} has no recipient")
        return self


class Approval(Kind):
    r"""One person's approval of one request: a WebAuthn assertion with all that verifies it offline.

    Its challenge is SHA-256("comity/approve/v1\n" || origin || u64(index) || leaf hash of the request).
    """

    kind: ClassVar[str] = "control.approval"
    version: ClassVar[int] = 1

    request: Pointer = Field(description="the request approved")
    person: Person = Field(description="pseudonym of who approved")
    role: RoleName = Field(description="the role in which they approved")
    credential_id: Base64 = Field(description="the passkey used")
    client_data: Base64 = Field(description="clientDataJSON, the octets as signed")
    authenticator_data: Base64 = Field(description="authenticatorData, the octets as signed")
    signature: Base64 = Field(description="the assertion's signature")
    enrolment: Pointer = Field(description="the entry that certifies the passkey")


class Enrolment(Kind):
    """A person's passkey and roles, certified by the charter's `enrol` key, which signs the entry.

    That two pseudonyms are two people is the enrolling party's word.
    """

    kind: ClassVar[str] = "control.enrolment"
    version: ClassVar[int] = 1

    person: Person = Field(description="pseudonym; one for each person, whatever number of passkeys")
    roles: Annotated[list[RoleName], AfterValidator(distinct)] = Field(
        min_length=1, max_length=16, description="what the person may approve"
    )
    credential_id: Base64 = Field(description="the passkey's id")
    public_key: Base64 = Field(description="the passkey's COSE public key")
    rp_id: str = Field(min_length=1, max_length=253, description="the relying party id it was made for")
    origin_url: str = Field(
        pattern=r"^https?://[^/\s]{1,255}$", description="the web origin assertions must come from"
    )


class Revocation(Kind):
    """The end of an enrolment; approvals before this entry stay what they were."""

    kind: ClassVar[str] = "control.revocation"
    version: ClassVar[int] = 1

    enrolment: Pointer = Field(description="the enrolment that ends")
    reason: Reason = Field(description="why")


class Grant(Kind):
    """Fields released to one recipient; its author is whoever's log it stands in."""

    kind: ClassVar[str] = "control.grant"
    version: ClassVar[int] = 1

    request: Pointer = Field(description="the request that was approved")
    approvals: Pointers = Field(default=[], description="the approvals it rests on; none for a standing rule")
    recipient: Recipient = Field(description="to whom, and the key sealed to")
    sealed_digest: Digest = Field(description="SHA-256 of the sealed blob, by which it is fetched")
    openings_digest: Digest = Field(description="as in the request")


class Dispute(Value):
    """A record of a grant whose opening does not fit the recipient's copy of the log: a claim to settle."""

    record: Pointer = Field(description="the record, as the request named it")
    code: str = Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", description="code of what was wrong with it")
    received: Digest = Field(description="SHA-256 of the opening file as it was received, which is kept")


class Received(Kind):
    """The recipient's word that it fetched the blob of a grant, and what of it verified.

    The sender deletes the blob when it sees this without disputes.
    """

    kind: ClassVar[str] = "control.received"
    version: ClassVar[int] = 1

    grant: Pointer = Field(description="the grant")
    sealed_digest: Digest = Field(description="SHA-256 of the blob that was opened")
    opened: int = Field(ge=0, le=4096, description="records whose openings all verified and were stored")
    disputes: list[Dispute] = Field(default=[], max_length=256, description="records that did not verify")


class Settled(Kind):
    """The recipient's word that the disputes of one of its receipts are settled: whose claim it is closes it.

    What was received and disputed stays where it is; the sender no longer keeps the blob.
    """

    kind: ClassVar[str] = "control.settled"
    version: ClassVar[int] = 1

    received: Pointer = Field(description="the receipt with disputes, in the same log")
    outcome: Outcome = Field(
        description="`corrected`: granted anew, and that verified; `withdrawn`: the claim was wrong; `left`: "
        "the parties leave it open, each with what it holds"
    )
    reason: Reason = Field(description="what was settled, and how")
