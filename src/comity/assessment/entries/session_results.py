"""What both make of the opened summaries, where they differ, and what they argue."""

from __future__ import annotations

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.assessment.entries.session_values import Figure, Mass, Method, Root, StageName, Voice, Words
from comity.record.kinds import Kind
from comity.record.protocol_values import Pointer
from comity.record.values import Cite, Digest, Slug, Value


class PartsFound(Value):
    """The uncertainty of the linear pool, in three parts that sum to it.

    Attributes:
        unit: Bits, variance, or variance of natural logarithms.
        total: Of the pool.
        within: Stated within the experts' answers.
        experts: Between the experts of a party.
        parties: Between the parties.
        method: Name and version of the computation.
    """

    unit: Literal["bits", "variance", "log variance"]
    total: Figure
    within: Figure
    experts: Figure
    parties: Figure
    method: Method


class AdviceFound(Value):
    """What to do about a question.

    Attributes:
        word: Discuss, investigate, re-brief; none where nothing is uncertain.
        divisive: Whether the parties differ, and much more than drawing them by lot gives.
        reason: Why, with the figures.
        method: Name and version of the rule.
    """

    word: Literal["discuss", "investigate", "re-brief", "none"]
    divisive: bool
    reason: Annotated[str, StringConstraints(max_length=400)]
    method: Method


class OtherPool(Value):
    """Another pool of a probability than the linear one.

    Attributes:
        method: Name and version.
        value: The pooled probability.
    """

    method: Method
    value: Figure


class JointResult(Kind):
    """One question, jointly, as one party computed it from the opened summaries.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        stage: Private or revised.
        question: Slug of the question.
        question_digest: Digest of the question.
        method: Name and version of the computation.
        inputs: Root over the opened summaries that it was computed from.
        voices: The parties' voices.
        stream: The linear pool as integers: the parties' masses times their weights, added.
        out_of: What the stream sums to.
        quantiles: Of the pool of a quantity, at 0.05, 0.25, 0.5, 0.75 and 0.95.
        other_pools: Other pools of a probability.
        parts: Its uncertainty, split.
        times: How many times what drawing parties by lot gives the distance between them is.
        advice: What to do.
    """

    kind: ClassVar[str] = "assessment.joint_result"
    version: ClassVar[int] = 1

    session: Slug
    asked: Digest
    stage: StageName
    question: Slug
    question_digest: Digest
    method: Method
    inputs: Root
    voices: Annotated[list[Voice], Field(min_length=2, max_length=16)]
    stream: Annotated[list[Mass], Field(min_length=2, max_length=256)]
    out_of: Mass
    quantiles: list[Figure] = Field(default_factory=list, max_length=9)
    other_pools: list[OtherPool] = Field(default_factory=list, max_length=8)
    parts: PartsFound
    times: Figure
    advice: AdviceFound


class Mismatch(Kind):
    """Two parties' joint results of one question are not the same: a state, to be looked into by both.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        stage: Private or revised.
        question: Slug of the question.
        own: The result in the own log.
        other: The result in the other log.
        own_inputs: Root of the summaries that the own result was computed from.
        other_inputs: Root that the other result names.
        differs: Where: `inputs`, `stream`, or a figure.
    """

    kind: ClassVar[str] = "assessment.mismatch"
    version: ClassVar[int] = 1

    session: Slug
    asked: Digest
    stage: StageName
    question: Slug
    own: Pointer
    other: Pointer
    own_inputs: Root
    other_inputs: Root
    differs: Annotated[list[Annotated[str, StringConstraints(max_length=60)]], Field(min_length=1)]


class Argument(Kind):
    """An argument of the discussion, by question and tail, released to those who discuss.

    Attributes:
        session: Slug of the session.
        asked: Digest of the session's fields.
        question: Slug of the question.
        question_digest: Digest of the question.
        tail: For a low value or a low probability, or for a high one.
        category: The category that it speaks for.
        text: The argument, in the language that it was written in.
        cites: Sources.
    """

    kind: ClassVar[str] = "assessment.argument"
    version: ClassVar[int] = 1

    session: Slug
    asked: Digest
    question: Slug
    question_digest: Digest
    tail: Literal["low", "high"] | None = None
    category: Slug | None = None
    text: Words
    cites: list[Cite] = Field(default_factory=list, max_length=16)

    @model_validator(mode="after")
    def _one_end(self) -> Self:
        if (self.tail is None) == (self.category is None):
            raise ValueError("an argument is for a tail, or for a category")
        return self
