"""The entry kinds of events: what happened at the line, what was reported of it, and what one side asks.

Modelled on the public rules of EUROSUR: Regulation (EU) 2019/1896 Art. 24 (layers) and 25 (impact),
Implementing Regulation (EU) 2021/581 Art. 9 (first report, follow-ups, closing), 14 (requests),
16 (confidence), 17 (impact). They bind neither party here; they are a model that is public and tried.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.header import ContentRef, Party
from comity.record.kinds import Kind
from comity.record.values import Sentence, Slug

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Marker = Annotated[str, StringConstraints(pattern=r"^\d{1,4}(?:[/.]\d{1,2}|\(\d{1,2}\))?$")]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
Metres = Annotated[int, Field(ge=-20_000, le=20_000)]

Words = Annotated[
    dict[Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}$")], Sentence], Field(min_length=1)
]
"""What was said, in the language it was said in: a patrol writes its own, and need write no other."""

EventType = Literal[
    "marker_damaged", "crossing_difficulty", "fire_or_flood", "ordnance_found", "unknown_object", "other"
]
Impact = Literal["low", "medium", "high", "very_high"]
Credibility = Literal["1", "2", "3", "4", "5", "6"]
Reliability = Literal["A", "B", "C", "D", "E", "F"]


class BorderEvent(Kind):
    """Something that happened at the line, or threatens to; whoever records it owns it in the picture.

    Attributes:
        slug: Natural name; a party's first event of a name counts.
        event_type: What kind of event: one of the five forms, or other.
        layer: Layer of the picture: events, operational or analysis.
        marker: Number of the nearest marker, as it stands on it.
        offset_m: Metres along the line from it, in the direction of rising numbers.
        either_way: Whether the direction was left open.
        accuracy_m: How far off the place may be, metres.
        place: The place in the gazetteer, where the marker is in it.
        detail: What exactly, by the words of the form.
        object_class: What moves, where the event is about that: never who.
        happened_at: When it happened, milliseconds UTC; absent where nobody knows.
        learnt_at: When the competent authority learnt of it, milliseconds UTC; a day later a report is due.
        title: In a line, where the form's own words do not do.
    """

    kind: ClassVar[str] = "border.event"
    version: ClassVar[int] = 1

    slug: Slug
    event_type: EventType
    layer: Literal["events", "operational", "analysis"] = "events"
    marker: Marker
    offset_m: Metres = 0
    either_way: bool = False
    accuracy_m: Annotated[int, Field(ge=0, le=20_000)] = 50
    place: Slug | None = None
    detail: Slug | None = None
    object_class: Literal["air", "boat", "vehicle", "person-size", "unknown"] | None = None
    happened_at: Moment | None = None
    learnt_at: Moment
    title: Words | None = None


class EventReport(Kind):
    """What one office reports of an event: the first time, or to add to it; the owner may close with it.

    Attributes:
        event: The event.
        originator: Which office reports.
        credibility: Of the information, 1 confirmed to 5 improbable; 6 cannot be judged.
        reliability: Of the source, A reliable to E unreliable; F cannot be judged. Apart from credibility.
        validation: Whether somebody checked the report.
        impact: How much it weighs, in this report's judgement.
        reaction: What was done, or is planned; `none` says that nothing is.
        reaction_note: In words.
        closes: Why the owner closes the event with this report.
        words: What is reported.
        rests_on: Reports of others that it passes on; their originators must have consented.
    """

    kind: ClassVar[str] = "border.event_report"
    version: ClassVar[int] = 1

    event: ContentRef
    originator: Line
    credibility: Credibility = "6"
    reliability: Reliability = "F"
    validation: Literal["not_validated", "validated", "refuted"] = "not_validated"
    impact: Impact
    reaction: Literal["none", "planned", "under_way", "taken"]
    reaction_note: Words | None = None
    closes: Literal["did_not_happen", "below_threshold", "over"] | None = None
    words: Words | None = None
    rests_on: list[ContentRef] = Field(default_factory=list, max_length=32)


class EventDraft(Kind):
    """A form as far as it was filled in; it stays with its party, and is done once its event is on record.

    Attributes:
        slug: Name that the event will have.
        form: Which form.
        given: What stands in its fields.
    """

    kind: ClassVar[str] = "border.event_draft"
    version: ClassVar[int] = 1

    slug: Slug
    form: EventType
    given: dict[str, Annotated[str, StringConstraints(max_length=2000)]]


class InformationRequest(Kind):
    """What one party asks of another about an event, or about a stretch of the line, until when.

    Attributes:
        slug: Natural name; a party's first request of a name counts.
        to: The party that is asked.
        event: The event it is about, if it is about one.
        asker: Which office asks.
        asks: What is asked.
        deadline: Until when an answer is asked for, milliseconds UTC.
    """

    kind: ClassVar[str] = "border.information_request"
    version: ClassVar[int] = 1

    slug: Slug
    to: Party
    event: ContentRef | None = None
    asker: Line
    asks: Words
    deadline: Moment


class InformationAnswer(Kind):
    """An answer to a request, linked to it.

    Attributes:
        request: The request.
        originator: Which office answers.
        outcome: Whether it gives all, a part, has nothing, or does not give what it has.
        words: The answer.
        rests_on: Reports that it passes on; their originators must have consented.
    """

    kind: ClassVar[str] = "border.information_answer"
    version: ClassVar[int] = 1

    request: ContentRef
    originator: Line
    outcome: Literal["given", "in_part", "nothing_known", "not_given"]
    words: Words | None = None
    rests_on: list[ContentRef] = Field(default_factory=list, max_length=32)

    @model_validator(mode="after")
    def _said(self) -> InformationAnswer:
        if self.outcome in ("given", "in_part") and not (self.words or self.rests_on):
            raise ValueError("an answer that gives something has words, or reports it passes on")
        return self


COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    BorderEvent: ("slug", "event_type", "marker"),
    EventReport: (),
    EventDraft: ("slug",),
    InformationRequest: ("slug",),
    InformationAnswer: (),
}
"""The kinds of this module and the fields that get a column."""
