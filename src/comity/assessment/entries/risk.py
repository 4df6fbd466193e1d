"""The kinds of the risk register: risks as distributions, correlation groups, runs."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, ClassVar, Final, Literal, Self

from pydantic import Field, StringConstraints, model_validator

from comity.assessment.risk.errors import DistributionError
from comity.assessment.risk.parameters import check
from comity.record.kinds import Kind
from comity.record.values import Cite, Decimal, Digest, Slug, Text, Value

if TYPE_CHECKING:
    from collections.abc import Mapping

Unit = Annotated[str, StringConstraints(min_length=1, max_length=40)]
Seed = Annotated[str, StringConstraints(min_length=1, max_length=80)]


class Spread(Value):
    """A distribution of one number that is not below 0.

    Attributes:
        shape: Its kind.
        values: Its parameters in rising order: value; low, high; low, mode, high; p5, p95; low, p5, p50,
        p95, high.
    """

    shape: Literal["point", "uniform", "triangular", "pert", "lognormal", "quantiles"]
    values: Annotated[list[Decimal], Field(min_length=1, max_length=5)]

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        try:
            check(self.shape, [float(value) for value in self.values])
        except DistributionError as error:
            raise ValueError(str(error)) from error
        return self


class HowOften(Value):
    """A frequency.

    Attributes:
        measure: The probability of one event within the horizon, or the rate of events within it.
        spread: What is known of that number.
    """

    measure: Literal["probability", "rate"]
    spread: Spread

    @model_validator(mode="after")
    def _a_probability(self) -> Self:
        if self.measure == "probability" and float(self.spread.values[-1]) > 1:
            raise ValueError(f"a probability reaches {self.spread.values[-1]}")
        return self


class Impact(Value):
    """What one event costs one party in one dimension; it is never summed with another party's.

    Attributes:
        party: Code of the party.
        dimension: Slug of the dimension, such as `human-welfare` or `economic`.
        unit: What is counted.
        spread: How much.
    """

    party: Slug
    dimension: Slug
    unit: Unit
    spread: Spread


class RiskTreatment(Value):
    """What could be done about a risk, and what it would change.

    Attributes:
        slug: Its natural name.
        label: What it is, by language.
        frequency: How often then; unchanged if absent.
        impacts: How much then, where it changes.
        cost: What it costs, in words and figures.
    """

    slug: Slug
    label: Text
    frequency: HowOften | None = None
    impacts: list[Impact] = Field(default_factory=list, max_length=32)
    cost: Text | None = None


class Risk(Kind):
    """One risk, as one party sees it: distributions with their horizon, from which any matrix is derived.

    Attributes:
        slug: Its natural name.
        title: What it is called, by language.
        cause: Where it comes from.
        event: What would happen.
        consequence: What would follow.
        horizon_months: Months within which the frequency counts; stored with it, for without it it says
        nothing.
        malicious: Whether somebody would bring it about on purpose.
        frequency: How often.
        impacts: How much, by party and dimension.
        group: Slug of the correlation group.
        initiative: Slug of the initiative it comes with.
        owner: The office that looks after it.
        treatments: What could be done.
        cites: Sources.
        pools: Slugs of the pooled judgements that the distributions come from.
    """

    kind: ClassVar[str] = "assessment.risk"
    version: ClassVar[int] = 1

    slug: Slug
    title: Text
    cause: Text | None = None
    event: Text | None = None
    consequence: Text | None = None
    horizon_months: Annotated[int, Field(ge=1, le=1200)]
    malicious: bool = False
    frequency: HowOften
    impacts: Annotated[list[Impact], Field(min_length=1, max_length=64)]
    group: Slug | None = None
    initiative: Slug | None = None
    owner: Slug | None = None
    treatments: list[RiskTreatment] = Field(default_factory=list, max_length=8)
    cites: list[Cite] = Field(default_factory=list, max_length=16)
    pools: list[Slug] = Field(default_factory=list, max_length=16)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        places = [(impact.party, impact.dimension) for impact in self.impacts]
        if len(set(places)) != len(places):
            raise ValueError("an impact on a party in a dimension is given twice")
        for treatment in self.treatments:
            if strange := {(i.party, i.dimension) for i in treatment.impacts} - set(places):
                raise ValueError(
                    f"treatment {treatment.slug!r} changes an impact that the risk has not: {strange}"
                )
        return self


class RiskGroup(Kind):
    """Risks that tend to come together, by one common factor.

    Attributes:
        slug: Its natural name.
        label: What they share, by language.
        rho: Share of the common factor in the variance of the normal score, from 0 to below 1.
    """

    kind: ClassVar[str] = "assessment.risk_group"
    version: ClassVar[int] = 1

    slug: Slug
    label: Text
    rho: Decimal

    @model_validator(mode="after")
    def _a_share(self) -> Self:
        if not 0 <= float(self.rho) < 1:
            raise ValueError(f"{self.rho} is no correlation from 0 to below 1")
        return self


class Outcome(Value):
    """What a run gave for one party and dimension, in thousandths of the unit.

    Attributes:
        party: Code of the party.
        dimension: Slug of the dimension.
        unit: What is counted.
        total: Sum of the losses of all draws, as a decimal integer.
        var: Value at risk at 90, 95, 99 and 99.9 %.
    """

    party: Slug
    dimension: Slug
    unit: Unit
    total: Decimal
    var: Annotated[list[Decimal], Field(min_length=4, max_length=4)]


class RiskRun(Kind):
    """A Monte-Carlo run: what went in, and what came out, so that the other node can do it again.

    Attributes:
        seed: Seed of the run, any text.
        draws: Number of draws.
        method: Name of the method, with its version.
        inputs: Root over the risks and groups that were run.
        horizon_months: The horizon.
        draws_digest: SHA-256 over every loss of every draw: equal on both nodes, or they differ.
        outcomes: What came out.
    """

    kind: ClassVar[str] = "assessment.risk_run"
    version: ClassVar[int] = 1

    seed: Seed
    draws: Annotated[int, Field(ge=1000)]
    method: Annotated[str, StringConstraints(pattern=r"^[a-z-]+@[0-9]+$")]
    inputs: Digest
    horizon_months: Annotated[int, Field(ge=1)]
    draws_digest: Digest
    outcomes: Annotated[list[Outcome], Field(max_length=64)]


COLUMNS: Final[Mapping[type[Kind], tuple[str, ...]]] = {
    Risk: ("slug", "group"),
    RiskGroup: ("slug",),
    RiskRun: ("seed",),
}
"""The kinds of this module and the fields that get a column."""
