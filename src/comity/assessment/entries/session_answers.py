"""What experts answer, and what a party opens of it.

A single answer is personal data: it is written for nobody, kept under a class of its own with a month in
which it ends, and shown to its expert and to one custodian of the party. What a party seals in a round is its
summary, one numbered field a question, so that questions can be opened one by one (docs/spec/session.md).
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from comity.assessment.entries.session_values import (
    LEAST_EXPERTS,
    MOST_QUESTIONS,
    WHOLE,
    Figure,
    Mass,
    Method,
    Root,
    StageName,
    Words,
    once,
)
from comity.record.kinds import Kind
from comity.record.protocol_values import Person
from comity.record.values import Decimal, Digest, Slug, Value


class Panel(Kind):
    """Whom a party asks, by pseudonym, and who keeps their answers; it stays with that party.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        custodian: Pseudonym of the one person, besides each expert, who sees single answers.
        experts: Pseudonyms of the experts.
    """

    kind: ClassVar[str] = "assessment.panel"
    version: ClassVar[int] = 1
    personal: ClassVar[bool] = True

    session: Slug
    asked: Digest
    custodian: Person
    experts: Annotated[list[Person], Field(max_length=200)]

    @model_validator(mode="after")
    def _apart(self) -> Self:
        once(self.experts, "expert")
        if self.custodian in self.experts:
            raise ValueError("the custodian sees all answers, and is no expert of the panel")
        return self


class Answer(Kind):
    """One expert's answer to one question: personal data.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        stage: Private, or revised after the discussion.
        question: Slug of the question.
        question_digest: Digest of the question as it was shown.
        expert: The expert's pseudonym.
        values: Quantiles by rising level; one probability; or the probabilities of the categories in order.
        why: Why, in the expert's words.
        why_low: What would make the value low, or the event fail.
        why_high: What would make the value high, or the event come.
    """

    kind: ClassVar[str] = "assessment.answer"
    version: ClassVar[int] = 1
    personal: ClassVar[bool] = True

    session: Slug
    asked: Digest
    stage: StageName
    question: Slug
    question_digest: Digest
    expert: Person
    values: Annotated[list[Decimal], Field(min_length=1, max_length=24)]
    why: Words | None = None
    why_low: Words | None = None
    why_high: Words | None = None


class Weighting(Value):
    """How the experts of a party were weighted.

    Attributes:
        method: Name and version of the rule; equal weights are a rule, too.
        seeds: Seed questions with a known outcome that were used.
        why: Code of the reason: `few-seeds`, `not-better`, `few-weighted`, `better-unseen`, `no-seeds`.
    """

    method: Method
    seeds: Annotated[int, Field(ge=0, le=MOST_QUESTIONS)]
    why: Literal["no-seeds", "few-seeds", "not-better", "few-weighted", "better-unseen"]


class SummaryLine(Value):
    """A party's side of one question; either `nothing` says why there is none, or all else is there.

    Attributes:
        question: Slug of the question.
        question_digest: Digest of the question that was answered.
        nothing: Why nothing is opened: fewer experts answered than the session asks for.
        experts: How many experts have a weight.
        effective: As how many equal voices they count (Kish 1965).
        masses: The weighted mean of their distributions, in parts of 10^12: over the cells of
        the grid, over no and yes, or over the categories.
        within: Mean uncertainty stated within their answers.
        spread: Variance between the experts.
        median: Weighted median of a probability.
        log_odds: Log-odds pool of a probability.
        weights: Whether performance weights or equal ones were used for this question.
        inputs: Root over the leaves of the answers that went into it.
        method: Name and version of the computation.
    """

    question: Slug
    question_digest: Digest
    nothing: Literal["too-few"] | None = None
    experts: Annotated[int, Field(ge=LEAST_EXPERTS, le=200)] | None = None
    effective: Figure | None = None
    masses: Annotated[list[Mass], Field(min_length=2, max_length=256)] | None = None
    within: Figure | None = None
    spread: Figure | None = None
    median: Figure | None = None
    log_odds: Figure | None = None
    weights: Literal["performance", "equal"] | None = None
    inputs: Root | None = None
    method: Method | None = None

    @model_validator(mode="after")
    def _all_or_nothing(self) -> Self:
        needed = (self.experts, self.effective, self.masses, self.within, self.spread)
        told = (*needed, self.weights, self.inputs, self.method)
        if self.nothing is not None and any(part is not None for part in (*told, self.median, self.log_odds)):
            raise ValueError("either nothing is opened, or a summary")
        if self.nothing is None and None in told:
            raise ValueError("a summary is not whole")
        if self.masses is not None and sum(self.masses) != WHOLE:
            raise ValueError(f"masses sum to {sum(self.masses)}, not to {WHOLE}")
        return self


Line = Annotated[SummaryLine | None, Field(description="the summary of the question with this number")]


class PartySummary(Kind):
    """What a party seals of a stage, and opens question by question; `q01` is the session's first question.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        stage: Private or revised.
        party: Code of the party.
        weighting: How its experts were weighted.
    """

    kind: ClassVar[str] = "assessment.party_summary"
    version: ClassVar[int] = 1

    session: Slug
    asked: Digest
    stage: StageName
    party: Slug
    weighting: Weighting
    q01: Line = None
    q02: Line = None
    q03: Line = None
    q04: Line = None
    q05: Line = None
    q06: Line = None
    q07: Line = None
    q08: Line = None
    q09: Line = None
    q10: Line = None
    q11: Line = None
    q12: Line = None
    q13: Line = None
    q14: Line = None
    q15: Line = None
    q16: Line = None
    q17: Line = None
    q18: Line = None
    q19: Line = None
    q20: Line = None
    q21: Line = None
    q22: Line = None
    q23: Line = None
    q24: Line = None
    q25: Line = None
    q26: Line = None
    q27: Line = None
    q28: Line = None
    q29: Line = None
    q30: Line = None
    q31: Line = None
    q32: Line = None
