"""The entry kinds of consultation: requests, gates, their steps, commitments to third parties, replies."""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.header import ContentRef
from comity.record.kinds import Kind
from comity.record.values import Cite, Digest, Edtf, Slug, Text

GateStepName = Literal["notified", "complete", "started", "extended", "concluded", "lapsed"]
CommitmentName = Literal[
    "memorandum", "concession", "purchase_agreement", "financing", "construction_start", "other"
]
EntryId = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9+/]{22}==$")]
Class = Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:_[a-z]+)*$", max_length=40)]
Months = Annotated[int, Field(ge=1, le=600)]
ExtraDays = Annotated[int, Field(ge=1, le=20_000)]


class GateRequest(Kind):
    """A party asks the sponsor of an initiative to open a gate.

    Attributes:
        slug: Natural name of the request.
        initiative: Slug of the initiative.
        sponsor: Code of the party that is asked.
        rule: The rule it has in mind.
        reason: Why, if it wants to say so.
        answer_by: By when an answer is hoped for.
    """

    kind: ClassVar[str] = "assessment.gate_request"
    version: ClassVar[int] = 1

    slug: Slug
    initiative: Slug
    sponsor: Slug
    rule: Slug | None = None
    reason: Text | None = None
    answer_by: Edtf | None = None


class GateAnswer(Kind):
    """The sponsor's answer to a request; a refusal needs no reason.

    Attributes:
        request: Slug of the request.
        requested_by: Code of the party that asked.
        answer: Accepted or refused.
        reason: Why, if the sponsor wants to say so.
    """

    kind: ClassVar[str] = "assessment.gate_answer"
    version: ClassVar[int] = 1

    request: Slug
    requested_by: Slug
    answer: Literal["accept", "refuse"]
    reason: Text | None = None


class Gate(Kind):
    """A consultation that a sponsor opens; it carries the rule it runs under, word for word.

    Attributes:
        slug: Natural name; with the sponsor it names the gate.
        initiative: Slug of the initiative.
        sponsor: Code of the party that proposes; only its own logs open a gate.
        rule: Id of the rule.
        rule_version: Its version.
        rule_digest: SHA-256 of the rule file.
        rule_text: The rule file, so that a gate keeps its rule whatever files come later.
        water: Class of water, in the words of the rule.
        seasons: Seasons of the use, in the words of the rule.
        use: Class of use, in the words of the rule.
        cites: Where the matter is reported.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.gate"
    version: ClassVar[int] = 1

    slug: Slug
    initiative: Slug
    sponsor: Slug
    rule: Slug
    rule_version: Annotated[int, Field(ge=1, le=9999)]
    rule_digest: Digest
    rule_text: Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
    water: Class | None = None
    seasons: list[Class] = Field(default_factory=list, max_length=4)
    use: Class | None = None
    cites: list[Cite] = Field(default_factory=list, max_length=16)
    note: Text | None = None


class GateStep(Kind):
    """A step of a consultation, as one party says that it was taken.

    Attributes:
        gate: Slug of the gate.
        sponsor: Code of its sponsor.
        step: Which step.
        on: When it was taken, as an EDTF date.
        number: Which extension, from 1; absent for the other steps.
        months: By how many months it extends.
        days: By how many days it extends.
        until: Until when it extends, as a day.
        corrects: Id of this party's own step that this one replaces.
        documents: Works or digests submitted or issued with it.
        cites: Where the step is reported.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.gate_step"
    version: ClassVar[int] = 1

    gate: Slug
    sponsor: Slug
    step: GateStepName
    on: Edtf
    number: Annotated[int, Field(ge=1, le=99)] | None = None
    months: Months | None = None
    days: ExtraDays | None = None
    until: Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$")] | None = None
    corrects: EntryId | None = None
    documents: list[Slug] = Field(default_factory=list, max_length=64)
    cites: list[Cite] = Field(default_factory=list, max_length=16)
    note: Text | None = None

    @model_validator(mode="after")
    def _one_length(self) -> GateStep:
        given = [part for part in (self.months, self.days, self.until) if part is not None]
        if self.step == "extended" and (len(given) != 1 or self.number is None):
            raise ValueError("an extension has a number, and either months, days or until")
        if self.step != "extended" and (given or self.number is not None):
            raise ValueError("only an extension has a number and a length")
        return self


class ExternalCommitment(Kind):
    """A commitment to a third party, as somebody asserts it from a source.

    Attributes:
        slug: Natural name; several reports of one commitment share it.
        initiative: Slug of the initiative.
        commitment: What was entered into or begun.
        on: When, as an EDTF date.
        by: Code of the party, or name of its body, that committed itself.
        toward: Slug of the third party.
        asserted_by: The office or work that says so.
        cites: Where it is reported, at least one source.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.external_commitment"
    version: ClassVar[int] = 1

    slug: Slug
    initiative: Slug
    commitment: CommitmentName
    on: Edtf
    by: Slug
    toward: Slug
    asserted_by: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    cites: Annotated[list[Cite], Field(min_length=1, max_length=16)]
    note: Text | None = None


class GateReply(Kind):
    """What a party replies in a gate, to a flag or to the whole.

    Attributes:
        gate: Slug of the gate.
        sponsor: Code of its sponsor.
        about: The commitment, step or other record it replies to; the gate as a whole if absent.
        reply: Accepts, contests or explains.
        text: In its own words.
        cites: Sources.
    """

    kind: ClassVar[str] = "assessment.gate_reply"
    version: ClassVar[int] = 1

    gate: Slug
    sponsor: Slug
    about: ContentRef | None = None
    reply: Literal["accept", "contest", "explain"]
    text: Text
    cites: list[Cite] = Field(default_factory=list, max_length=16)


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    GateRequest: ("slug", "initiative"),
    GateAnswer: ("request",),
    Gate: ("slug", "initiative"),
    GateStep: ("gate",),
    ExternalCommitment: ("slug", "initiative"),
    GateReply: ("gate",),
}
"""The kinds of this module and the fields that get a column."""
