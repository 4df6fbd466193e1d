"""The kinds of protocol entries: requests, approvals, grants, erasures, rounds (docs/spec/protocol.md).

Their entries have `outer` = `protocol`: the leaf itself names its sequenced targets in `refs`, and the
content names them again where it says what is asked of each. What follows from them is worked out by the
state machines of this package; nothing here has state.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, Field, StringConstraints, model_validator

from comity.record import canonical
from comity.record.entry_form import MAX_REFS, Ref, check_origin
from comity.record.errors import ComityError
from comity.record.header import Party  # noqa: TC001 - pydantic reads it when the class is made
from comity.record.kinds import Kind
from comity.record.values import Digest, Slug, Text, Value


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


def _distinct(value: list[str]) -> list[str]:
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
        _distinct(self.paths)
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


# --- Requests and the people who approve them ---


class Request(Kind):
    """An action that people are asked to approve: exactly this one, on exactly these targets."""

    kind: ClassVar[str] = "control.request"
    version: ClassVar[int] = 1

    action: Action = Field(description="what will be done once enough people approved it")
    targets: Targets = Field(description="the entries it is about, and which fields of each")
    recipient: Recipient | None = Field(default=None, description="to whom; releases only")
    openings_digest: Digest | None = Field(
        default=None,
        description="of a release: SHA-256 of the openings previewed, or the Merkle root over a set of them",
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
    roles: Annotated[list[RoleName], AfterValidator(_distinct)] = Field(
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


# --- Release ---


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


# --- Erasure and retention ---


class Erase(Kind):
    """The order to erase content, and to whom was granted to erase it too."""

    kind: ClassVar[str] = "control.erase"
    version: ClassVar[int] = 1

    request: Pointer | None = Field(default=None, description="the request that was approved")
    approvals: Pointers = Field(default=[], description="the approvals it rests on")
    targets: Targets = Field(description="the records; no paths: the key of a record is destroyed whole")
    basis: Reason = Field(description="the legal basis, as a code or a short text")
    deadline: Milliseconds = Field(description="by when every party that was granted it acknowledges")
    recipients: Annotated[list[Origin], AfterValidator(_distinct)] = Field(
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


# --- The compact ---


class Adoption(Kind):
    """A party's word that it is bound by a compact, from this place of its log on."""

    kind: ClassVar[str] = "control.adoption"
    version: ClassVar[int] = 1

    name: Slug = Field(description="the compact's name")
    number: int = Field(ge=1, lt=2**53, description="its version")
    digest: Digest = Field(description="SHA-256 of its document")
    charter: Pointer = Field(description="the charter entry in force in this log")


# --- Epochs ---


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

    def agreed(self) -> tuple[Pointer, str, str, str, str]:
        """Return what both parties have to say alike."""
        return (self.last, self.root, self.proof, self.new, self.charter)


# --- Rounds ---


class RoundStart(Kind):
    """A question that several parties answer sealed, before any of them opens."""

    kind: ClassVar[str] = "round.start"
    version: ClassVar[int] = 1

    round: Slug = Field(description="natural name of the round in the log that starts it")
    title: Text | None = Field(default=None, description="what it is called on a screen")
    parties: Annotated[list[Origin], AfterValidator(_distinct)] = Field(
        min_length=2, max_length=16, description="the logs that are to seal"
    )
    question_digest: Digest = Field(description="SHA-256 of the question as every party was given it")
    seal_by: Milliseconds = Field(description="until when a seal counts as in time")
    open_by: Milliseconds = Field(description="by when those who sealed are to have opened")
    paths: Annotated[list[PathName], AfterValidator(_distinct)] = Field(
        default=[], max_length=1024, description="the fields that each is to open; empty for whole records"
    )
    recipients: Annotated[list[Origin], AfterValidator(_distinct)] = Field(
        default=[], max_length=32, description="nodes to which each opens besides the other parties"
    )
    charter: Pointer = Field(description="the charter entry in force in the log that starts it")

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.open_by < self.seal_by:
            raise ValueError("a round is opened after it is sealed: open_by lies before seal_by")
        return self


class RoundSeal(Kind):
    """A party's answer, sealed: the commitment stands in its log, the content stays with it."""

    kind: ClassVar[str] = "round.seal"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    question_digest: Digest = Field(description="SHA-256 of the question that was answered")
    sealed: Pointer = Field(description="the entry that holds the commitment")


class RoundOpen(Kind):
    """A party opens what it sealed: all of it, or single fields."""

    kind: ClassVar[str] = "round.open"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    seal: Pointer = Field(description="the seal opened")
    grants: Pointers = Field(description="the grants that carry the openings, one for each recipient")
    paths: list[PathName] = Field(default=[], max_length=1024, description="fields opened; empty for all")


class RoundAck(Kind):
    """A party's word on what it has of a round, and whether it saw the deadline pass."""

    kind: ClassVar[str] = "round.ack"
    version: ClassVar[int] = 1

    round: Pointer = Field(description="the start of the round")
    seals: Pointers = Field(default=[], description="the seals that it has, its own among them")
    opened: Pointers = Field(default=[], description="the openings received and verified")
    deadline_seen: bool = Field(description="whether open_by had passed for it when it wrote this")


KINDS: Final[tuple[type[Kind], ...]] = (
    Request,
    Approval,
    Enrolment,
    Revocation,
    Grant,
    Received,
    Erase,
    EraseAck,
    Hold,
    Lapse,
    Adoption,
    Epoch,
    RoundStart,
    RoundSeal,
    RoundOpen,
    RoundAck,
)
"""Every kind of protocol entry."""
