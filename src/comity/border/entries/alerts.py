"""The entry kinds of alerts: that an occurrence was seen, and each step of it afterwards.

There is no affiliation in them, of anybody, and no field that any device could be aimed by: an alert says
what was seen of an object, by which rule and how surely, so that a person can decide.
"""

from __future__ import annotations

from typing import Annotated, ClassVar, Final, Literal

from pydantic import Field, StringConstraints, model_validator

from comity.record.header import ContentRef
from comity.record.kinds import Kind
from comity.record.values import Decimal, Digest, Slug, Text, Value

Line = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Moment = Annotated[int, Field(ge=0, lt=2**53)]
Severity = Literal["Minor", "Moderate", "Severe", "Extreme"]
ObjectClass = Literal["air", "boat", "vehicle", "person-size", "unknown"]
Step = Literal["active", "lapsed", "acknowledged", "escalated", "counted", "cleared", "resolved", "noted"]
Outcome = Literal["true", "false", "cannot_tell"]


class Reason(Value):
    """A figure that an alert rests on.

    Attributes:
        name: What it is: observations, sigma, distance, confidence, level, limit and so on.
        value: The figure.
        unit: Of the figure, where it has one.
    """

    name: Slug
    value: Decimal
    unit: Annotated[str, StringConstraints(min_length=1, max_length=20)] | None = None


class Alert(Kind):
    """That a rule holds: an occurrence as one node saw it. Both nodes derive the same name of it.

    Attributes:
        occurrence: Name of the occurrence: the digest of rule, cell, subject and window.
        rule: Name of the rule.
        cell: Where: a zone, a gauge, an area, or a cell of the grid.
        subject: What: a track, a sensor, a station, a series.
        window: Number of the rule's window in which it began.
        since: When it began, milliseconds UTC.
        observed: When it was last observed to hold, milliseconds UTC.
        severity: As in the Common Alerting Protocol.
        source: Which sensor or series it comes from; a flood is counted by it.
        object_class: Class of the object, where there is one.
        reasons: The figures it rests on.
        method: Of the rule, with its version.
        words: In words, where the rule has some.
        about: Records that gave cause.
    """

    kind: ClassVar[str] = "border.alert"
    version: ClassVar[int] = 1

    occurrence: Digest
    rule: Slug
    cell: Line
    subject: Line
    window: Annotated[int, Field(ge=0, lt=2**53)]
    since: Moment
    observed: Moment
    severity: Severity
    source: Line
    object_class: ObjectClass | None = None
    reasons: Annotated[list[Reason], Field(max_length=16)] = Field(default_factory=list)
    method: Line
    words: Text | None = None
    about: Annotated[list[ContentRef], Field(max_length=16)] = Field(default_factory=list)

    @model_validator(mode="after")
    def _in_order(self) -> Alert:
        if self.observed < self.since:
            raise ValueError("it was observed before it began")
        return self


class AlertStep(Kind):
    """A step of an occurrence; those of people name their office.

    Attributes:
        occurrence: Name of the occurrence.
        step: Active after the delay, or lapsed before; acknowledged by a person; escalated, as nobody did;
            counted, what a flooding source sent besides; cleared, as the rule holds no longer; resolved by a
            person with an outcome; noted by a person, which changes nothing.
        at: When, milliseconds UTC.
        office: Which office, of a person's step.
        outcome: Of a resolution: whether there was what the alert says.
        level: Of an escalation.
        count: Of what was counted.
        note: In its own words.
    """

    kind: ClassVar[str] = "border.alert_step"
    version: ClassVar[int] = 1

    occurrence: Digest
    step: Step
    at: Moment
    office: Line | None = None
    outcome: Outcome | None = None
    level: Annotated[int, Field(ge=1, le=9)] | None = None
    count: Annotated[int, Field(ge=1, lt=2**53)] | None = None
    note: Text | None = None

    @model_validator(mode="after")
    def _fits(self) -> AlertStep:
        given = {name for name in ("office", "outcome", "level", "count") if getattr(self, name) is not None}
        if given != NEEDS.get(self.step, set()):
            raise ValueError(f"{self.step} has {' and '.join(sorted(NEEDS.get(self.step, ()))) or 'neither'}")
        if self.step == "noted" and self.note is None:
            raise ValueError("a note says something")
        return self


NEEDS: Final[dict[str, set[str]]] = {
    "acknowledged": {"office"},
    "resolved": {"office", "outcome"},
    "noted": {"office"},
    "escalated": {"level"},
    "counted": {"count"},
}

COLUMNS: Final[dict[type[Kind], tuple[str, ...]]] = {
    Alert: ("occurrence", "rule"),
    AlertStep: ("occurrence",),
}
"""The kinds of this module and the fields that get a column."""
