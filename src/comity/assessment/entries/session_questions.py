"""Questions to experts, and how they came out. A question that was changed is another one, by its digest."""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.assessment.entries.session_values import once
from comity.record.kinds import Kind
from comity.record.protocol_values import Milliseconds
from comity.record.values import Cite, Decimal, Digest, Edtf, Slug, Text, Value

Form = Literal["quantile", "probability", "categorical"]
Dimension = Annotated[str, StringConstraints(pattern=r"^[a-z]+(?:_[a-z]+)*$", max_length=40)]


class Category(Value):
    """An answer that may be given to a categorical question.

    Attributes:
        slug: Its natural name.
        label: What it is called, by language.
    """

    slug: Slug
    label: Text


class Impact(Value):
    """On whom, and in what, the impact is that a question asks for; impacts on two parties are never summed.

    Attributes:
        party: Code of the party that bears it.
        dimension: In what: `economic`, `environmental`.
    """

    party: Slug
    dimension: Dimension


class Question(Kind):
    """A question to experts, as every one of them is asked it.

    Attributes:
        slug: Its natural name.
        form: Quantiles of a quantity, the probability of an event, or probabilities of categories.
        text: What is asked, by language.
        role: A seed's outcome is known to those who ask; a target's to nobody.
        unit: Unit of a quantity.
        scale: Of a quantity: `uni`, or `log` for natural logarithms.
        low: Lower end of the domain, no answer reaches it.
        high: Upper end of the domain, no answer reaches it.
        levels: Probability levels of the quantiles, rising.
        tail_rule: Of a quantity: beyond the outer quantiles probability is spread evenly to the ends of the
        domain.
        cells: Cells of the fixed grid over the domain, on which summaries are opened.
        categories: What may be answered.
        horizon: Until when the question looks, as an EDTF date.
        impact: The party and the dimension, where an impact is asked for.
        resolves_by: When its outcome is expected to be known, as an EDTF date.
        resolution_source: By what the outcome will be told.
        background: What everybody is given to read, by language.
        cites: Sources of the background.
    """

    kind: ClassVar[str] = "assessment.question"
    version: ClassVar[int] = 1

    slug: Slug
    form: Form
    text: Text
    role: Literal["seed", "target"]
    unit: Annotated[str, StringConstraints(min_length=1, max_length=60)] | None = None
    scale: Literal["uni", "log"] | None = None
    low: Decimal | None = None
    high: Decimal | None = None
    levels: Annotated[list[Decimal], Field(min_length=2, max_length=9)] | None = None
    tail_rule: Literal["to-domain"] | None = None
    cells: Annotated[int, Field(ge=16, le=256)] | None = None
    categories: Annotated[list[Category], Field(min_length=2, max_length=24)] | None = None
    horizon: Edtf | None = None
    impact: Impact | None = None
    resolves_by: Edtf | None = None
    resolution_source: Text | None = None
    background: Text | None = None
    cites: list[Cite] = Field(default_factory=list, max_length=16)

    @model_validator(mode="after")
    def _fits_its_form(self) -> Self:
        quantity = (self.unit, self.scale, self.low, self.high, self.levels, self.tail_rule, self.cells)
        if self.form == "quantile" and None in quantity:
            raise ValueError("a quantity has unit, scale, low, high, levels, tail_rule and cells")
        if self.form != "quantile" and any(part is not None for part in quantity):
            raise ValueError(f"unit, scale, domain, levels and grid are for quantities, not for {self.form}")
        if (self.categories is not None) != (self.form == "categorical"):
            raise ValueError("categories are for categorical questions, and needed there")
        if self.form == "probability" and self.horizon is None:
            raise ValueError("a probability says nothing without its horizon")
        once((one.slug for one in self.categories or ()), "category")
        self._check_domain()
        return self

    def _check_domain(self) -> None:
        if self.low is None or self.high is None or self.levels is None:
            return
        if float(self.low) >= float(self.high):
            raise ValueError(f"the domain from {self.low} to {self.high} is empty")
        if self.scale == "log" and float(self.low) <= 0:
            raise ValueError(f"a logarithmic domain begins above 0, not at {self.low}")
        levels = [0.0, *map(float, self.levels), 1.0]
        if any(one >= other for one, other in pairwise(levels)):
            raise ValueError(f"levels {', '.join(self.levels)} do not rise between 0 and 1")


class Resolution(Kind):
    """How a question came out, as one party says from a source; a seed's realisation, a target's outcome.

    Attributes:
        question: Slug of the question.
        question_digest: Digest of the question.
        outcome: The value of a quantity; 1 or 0 of an event; absent where `void`.
        category: The category that came true.
        void: Whether it can no longer be answered as it was asked; then nothing is scored.
        resolved_at: When it came out, in milliseconds UTC.
        cites: Where it is told.
        note: What a reader must know besides.
    """

    kind: ClassVar[str] = "assessment.resolution"
    version: ClassVar[int] = 1

    question: Slug
    question_digest: Digest
    outcome: Decimal | None = None
    category: Slug | None = None
    void: bool = False
    resolved_at: Milliseconds
    cites: Annotated[list[Cite], Field(min_length=1, max_length=16)]
    note: Text | None = None

    @model_validator(mode="after")
    def _one_outcome(self) -> Self:
        if [self.outcome is not None, self.category is not None, self.void].count(True) != 1:
            raise ValueError("a question has an outcome, a category that came true, or is void")
        return self
