"""The kinds of a joint line: issues and options, clauses of one text, the line itself, its withdrawal.

No kind here has a field for a side's reservation or for its own red lines: these, and what packages are worth
to it, stay on its node (`comity.assessment.position.private`). `ShownValues` is what a side chooses to show.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints, model_validator

from comity.record.kinds import Kind
from comity.record.values import Cite, Digest, Slug, Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping


def _day(text: str) -> str:
    date.fromisoformat(text)
    return text


Day = Annotated[str, StringConstraints(pattern=r"^\d{4}-\d{2}-\d{2}$"), AfterValidator(_day)]
"""A day, ISO 8601."""

Share = Annotated[str, StringConstraints(pattern=r"^(?:0(?:\.[0-9]{1,12})?|1(?:\.0{1,12})?)$")]
"""A number from 0 to 1, as a decimal string."""


def _key(name: object) -> object:
    return name.replace("-", "_") if isinstance(name, str) else name


Named = Annotated[
    str,
    BeforeValidator(_key),
    StringConstraints(pattern=r"^[a-z0-9]+(?:_[a-z0-9]+)*$", max_length=96),
]
"""The short name of an issue or an option as a key: keys have no hyphens, short names no underscores."""


def named(key: str) -> str:
    """Return the short name that a key stands for."""
    return key.replace("_", "-")


Matter = Literal["position", "vote", "candidature"]


class LineOption(Value):
    """A way to settle an issue.

    Attributes:
        slug: Its natural name.
        label: What it is, by language.
    """

    slug: Slug
    label: Text


class LineIssue(Value):
    """What is to be settled.

    Attributes:
        slug: Its natural name.
        label: What it is, by language.
        options: The options on the table.
        matter: In a forum, whether it is how to vote on an item or whom to support; a position where absent.
        item: Slug of the register's forum item or candidature that it is about.
    """

    slug: Slug
    label: Text
    options: Annotated[list[LineOption], Field(min_length=1, max_length=32)]
    matter: Matter | None = None
    item: Slug | None = None


class Line(Kind):
    """A line to be agreed: toward a third party, or in a forum.

    Attributes:
        slug: Its natural name.
        title: What it is about, by language.
        matter: A position, a vote, or a candidature.
        initiative: Slug of the third party's initiative.
        forum: Slug of the register's forum.
        items: Slugs of what the forum decides on: agenda items, resolutions, candidatures of the register.
        issues: Issues and options.
        cites: Sources.
    """

    kind: ClassVar[str] = "assessment.line"
    version: ClassVar[int] = 1

    slug: Slug
    title: Text
    matter: Matter = "position"
    initiative: Slug | None = None
    forum: Slug | None = None
    items: list[Slug] = Field(default_factory=list, max_length=32)
    issues: list[LineIssue] = Field(default_factory=list, max_length=32)
    cites: list[Cite] = Field(default_factory=list, max_length=16)

    @model_validator(mode="after")
    def _named_once(self) -> Self:
        slugs = [issue.slug for issue in self.issues]
        if len(set(slugs)) != len(slugs):
            raise ValueError("an issue is named twice")
        if self.matter != "position" and self.forum is None:
            raise ValueError(f"a {self.matter} names its forum")
        for issue in self.issues:
            if issue.matter not in (None, "position") and (self.forum is None or issue.item is None):
                raise ValueError(
                    f"the issue {issue.slug!r}, a {issue.matter}, needs the line's forum and its item"
                )
            options = [option.slug for option in issue.options]
            if len(set(options)) != len(options):
                raise ValueError(f"the issue {issue.slug!r} names an option twice")
        return self


class Clause(Kind):
    """One step on one clause of the single negotiating text.

    Attributes:
        line: Slug of the line.
        clause: Slug of the clause; clauses are read in the order of their slugs.
        step: Propose a text; bracket or accept a text that is on the table; withdraw one's own word on the
        clause.
        text: The text proposed, by language.
        about: Digest of the text that is bracketed or accepted.
        reason: Why, in words for the other side.
    """

    kind: ClassVar[str] = "assessment.clause"
    version: ClassVar[int] = 1

    line: Slug
    clause: Slug
    step: Literal["propose", "bracket", "accept", "withdraw"]
    text: Text | None = None
    about: Digest | None = None
    reason: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if (self.text is not None) != (self.step == "propose"):
            raise ValueError("a text is proposed, and nothing else brings one")
        if (self.about is not None) != (self.step in ("bracket", "accept")):
            raise ValueError("to bracket or accept names the digest of the text, and nothing else does")
        return self


class AgreedClause(Value):
    """A clause of the line.

    Attributes:
        clause: Slug of the clause.
        text: Digest of its agreed text.
    """

    clause: Slug
    text: Digest


class AgreedRange(Value):
    """What both stand for on an issue.

    Attributes:
        issue: Slug of the issue.
        options: The options that both accept.
    """

    issue: Slug
    options: Annotated[list[Slug], Field(min_length=1, max_length=32)]


class Fallback(Value):
    """What both fall back to, in the order of the list.

    Attributes:
        label: What it is, by language.
        options: By issue, the option.
    """

    label: Text
    options: dict[Named, Slug] = Field(default_factory=dict)


class JointLine(Kind):
    """The line itself, written by each party alike into its own log: two equal records are one line.

    Attributes:
        line: Slug of the line.
        number: Version of the line, from 1.
        clauses: The agreed clauses.
        ranges: What may be agreed with the outside, by issue.
        red_lines: What both will not cross; only what both chose to share.
        fallbacks: First to last.
        mandate_holder: The office that speaks for both.
        valid_from: First day.
        valid_to: Last day.
    """

    kind: ClassVar[str] = "assessment.joint_line"
    version: ClassVar[int] = 1

    line: Slug
    number: Annotated[int, Field(ge=1, alias="version")]
    clauses: list[AgreedClause] = Field(default_factory=list, max_length=128)
    ranges: list[AgreedRange] = Field(default_factory=list, max_length=32)
    red_lines: list[Text] = Field(default_factory=list, max_length=32)
    fallbacks: list[Fallback] = Field(default_factory=list, max_length=16)
    mandate_holder: Text
    valid_from: Day
    valid_to: Day

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.valid_to < self.valid_from:
            raise ValueError(f"the line ends on {self.valid_to}, before it begins on {self.valid_from}")
        return self


class LineWithdrawal(Kind):
    """A party's word that it does not stand by a line any more; it needs no consent.

    Attributes:
        line: Slug of the line.
        number: Version of the line.
        on: From this day.
        reason: Why, if it says so.
    """

    kind: ClassVar[str] = "assessment.line_withdrawal"
    version: ClassVar[int] = 1

    line: Slug
    number: Annotated[int, Field(ge=1, alias="version")]
    on: Day
    reason: Text | None = None


class ShownValues(Kind):
    """What a side chooses to show of how much the options of a line are worth to it.

    It has no field for a reservation or a red line, and it need not be what the side holds for itself. Two
    sides that both show values see beside the line which packages are fair by them.

    Attributes:
        line: Slug of the line.
        weights: By issue; those of a side sum to 1.
        values: By issue and option, 0 to 1.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.shown_values"
    version: ClassVar[int] = 1

    line: Slug
    weights: dict[Named, Share]
    values: dict[Named, dict[Named, Share]]
    note: Text | None = None

    @model_validator(mode="after")
    def _whole(self) -> Self:
        if not self.weights or set(self.weights) != set(self.values):
            raise ValueError("weights and values are of the same issues, one at least")
        if abs(sum(map(Decimal, self.weights.values()), Decimal(0)) - 1) > Decimal("0.001"):
            raise ValueError("the weights do not sum to 1")
        return self


COLUMNS: Final[Mapping[type[Kind], tuple[str, ...]]] = {
    Line: ("slug", "forum", "initiative"),
    Clause: ("line", "clause"),
    JointLine: ("line",),
    LineWithdrawal: ("line",),
    ShownValues: ("line",),
}
"""The kinds of this module and the fields that get a column."""
