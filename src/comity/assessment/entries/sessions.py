"""The kinds of a blind session: what is asked, what experts answer, what a party opens, what both make of it.

`session_questions` has the questions and how they came out, `session_answers` what experts answer and what a
party opens, `session_results` the joint layer and the discussion. Numbers in signed bytes are integers and
decimal strings. A session is named by its slug and by the digest of its fields (docs/spec/session.md).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.assessment.entries.session_answers import Answer, Panel, PartySummary, SummaryLine, Weighting
from comity.assessment.entries.session_questions import Category, Impact, Question, Resolution
from comity.assessment.entries.session_results import (
    AdviceFound,
    Argument,
    JointResult,
    Mismatch,
    OtherPool,
    PartsFound,
)
from comity.assessment.entries.session_values import (
    LEAST_EXPERTS,
    MOST_QUESTIONS,
    WHOLE,
    Method,
    StageName,
    Voice,
    once,
)
from comity.record.header import Marking
from comity.record.kinds import Kind
from comity.record.protocol_values import Milliseconds, Origin
from comity.record.values import Cite, Digest, Slug, Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

__all__ = [
    "COLUMNS",
    "LEAST_EXPERTS",
    "MOST_QUESTIONS",
    "WHOLE",
    "AdviceFound",
    "Answer",
    "Argument",
    "Asked",
    "Category",
    "CompactName",
    "Deadlines",
    "Impact",
    "JointResult",
    "Mismatch",
    "OtherPool",
    "Panel",
    "PartsFound",
    "PartySummary",
    "Question",
    "Resolution",
    "Session",
    "StageName",
    "SummaryLine",
    "Voice",
    "Weighting",
]


class Asked(Value):
    """A question of a session: fixed by the digest of its fields.

    Attributes:
        question: Slug of the question.
        digest: SHA-256 over the RFC 8785 JSON of its fields.
    """

    question: Slug
    digest: Digest


class CompactName(Value):
    """The compact that a session rests on.

    Attributes:
        name: Its name.
        number: Its version.
        digest: SHA-256 of its document.
    """

    name: Annotated[str, StringConstraints(max_length=80)]
    number: Annotated[int, Field(ge=1)]
    digest: Digest


class Deadlines(Value):
    """When a stage ends, in milliseconds UTC.

    Attributes:
        stage: `private`, each expert alone; `revised`, after the discussion.
        answer_by: Until when experts answer.
        seal_by: Until when a party's summary is sealed in time.
        open_by: By when all is to be open.
    """

    stage: StageName
    answer_by: Milliseconds
    seal_by: Milliseconds
    open_by: Milliseconds

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if not self.answer_by <= self.seal_by <= self.open_by:
            raise ValueError(f"{self.stage}: experts answer, then parties seal, then they open")
        return self


class Session(Kind):
    """A blind session: who is asked what, by when, and how the answers are put together.

    Attributes:
        slug: Its natural name in the log that starts it.
        title: What it is called, by language.
        topic: What it is about, by language.
        protocol: IDEA (private, discuss, revise) or Cooke's (one stage, seeds).
        questions: In the order in which they are asked and opened.
        voices: The parties, and the voice of each.
        compact: The compact that gives these voices; absent where the nodes are only paired.
        stages: One of Cooke's protocol, two of IDEA.
        methods: How summaries, the joint layer and its parts are computed.
        least_experts: Experts of a party below which nothing is summarised; never less than three.
        initiative: Slug of the third party's initiative that it serves.
        gate: Slug of the consultation that it serves.
        recipients: Nodes to which summaries are opened besides those of the parties.
        auditors: Parties to which single answers may be granted, by their custodian's party alone.
        keep_answers_months: Months for which single answers are kept after the last deadline.
        cites: Sources.
        joint_marking: The TLP 2.0 label of joint results, which are made of what both opened.
    """

    kind: ClassVar[str] = "assessment.session"
    version: ClassVar[int] = 1

    slug: Annotated[str, StringConstraints(pattern=r"^[a-z0-9]+(?:-[a-z0-9]+)*$", max_length=80)]
    title: Text
    topic: Text
    protocol: Literal["idea", "cooke"]
    questions: Annotated[list[Asked], Field(min_length=1, max_length=MOST_QUESTIONS)]
    voices: Annotated[list[Voice], Field(min_length=2, max_length=16)]
    compact: CompactName | None = None
    stages: Annotated[list[Deadlines], Field(min_length=1, max_length=2)]
    methods: Annotated[list[Method], Field(min_length=1, max_length=16)]
    least_experts: Annotated[int, Field(ge=LEAST_EXPERTS, le=100)] = LEAST_EXPERTS
    initiative: Slug | None = None
    gate: Slug | None = None
    recipients: list[Origin] = Field(default_factory=list, max_length=32)
    auditors: list[Slug] = Field(default_factory=list, max_length=16)
    keep_answers_months: Annotated[int, Field(ge=1, le=120)] = 24
    cites: list[Cite] = Field(default_factory=list, max_length=16)
    joint_marking: Marking = "TLP:AMBER"

    @model_validator(mode="after")
    def _whole(self) -> Self:
        once((one.question for one in self.questions), "question")
        once((one.party for one in self.voices), "party")
        once((one.log for one in self.voices), "log")
        wanted = ["private", "revised"] if self.protocol == "idea" else ["private"]
        if [one.stage for one in self.stages] != wanted:
            raise ValueError(f"the stages of {self.protocol} are: {', '.join(wanted)}")
        if len(self.stages) > 1 and self.stages[1].answer_by <= self.stages[0].open_by:
            raise ValueError("the answers are revised after the first ones were opened and discussed")
        for one in self.voices:
            if one.log.partition("/")[0] != one.party:
                raise ValueError(f"{one.log} is no log of {one.party}")
        return self

    def deadlines(self, stage: str) -> Deadlines | None:
        """Return when a stage ends; None where the protocol has no such stage."""
        return next((one for one in self.stages if one.stage == stage), None)


COLUMNS: Final[Mapping[type[Kind], tuple[str, ...]]] = {
    Question: ("slug",),
    Session: ("slug", "initiative", "gate"),
    Panel: ("session",),
    Answer: ("session", "question"),
    PartySummary: ("session",),
    JointResult: ("session", "question"),
    Mismatch: ("session", "question"),
    Argument: ("session", "question"),
    Resolution: ("question",),
}
"""The kinds of this module and the fields that get a column."""
