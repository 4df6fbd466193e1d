"""The risks of a run, as the engine takes them: no records, no parties' names but as keys."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from comity.assessment.risk.errors import RegisterError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.assessment.risk.distributions import Distribution
    from comity.assessment.risk.frequency import Frequency

Key = tuple[str, str]
"""Party and dimension."""


@dataclass(frozen=True)
class Treatment:
    """What is done about a risk: another frequency, other impacts, or both."""

    slug: str
    frequency: Frequency | None = None
    impacts: Mapping[Key, Distribution] = field(default_factory=dict)


@dataclass(frozen=True)
class Risk:
    """One risk.

    Attributes:
        slug: Its name; with the seed, the key of its streams.
        horizon: Months within which the frequency counts.
        frequency: How often.
        impacts: How much one event costs, by party and dimension.
        group: Slug of its correlation group.
        treatments: What could be done.
    """

    slug: str
    horizon: int
    frequency: Frequency
    impacts: Mapping[Key, Distribution]
    group: str | None = None
    treatments: tuple[Treatment, ...] = ()

    def treated(self, treatment: Treatment) -> Risk:
        """Return the risk under a treatment."""
        return replace(
            self,
            frequency=treatment.frequency or self.frequency,
            impacts={**self.impacts, **treatment.impacts},
        )


@dataclass(frozen=True)
class Register:
    """Risks that are run together.

    Attributes:
        risks: The risks.
        loadings: By correlation group, rho: the share of the common factor in the variance, 0 to below 1.
        units: By dimension, the unit of its impacts.
    """

    risks: tuple[Risk, ...]
    loadings: Mapping[str, float] = field(default_factory=dict)
    units: Mapping[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        """Refuse risks that cannot be run together."""
        if len({risk.slug for risk in self.risks}) != len(self.risks):
            raise RegisterError("a risk is named twice")
        for name, rho in self.loadings.items():
            if not 0 <= rho < 1:
                raise RegisterError(f"group {name!r}: {rho} is no correlation from 0 to below 1")
        for risk in self.risks:
            if risk.group is not None and risk.group not in self.loadings:
                raise RegisterError(
                    f"risk {risk.slug!r} is in the group {risk.group!r}, of which nothing is said"
                )

    @property
    def keys(self) -> tuple[Key, ...]:
        """Party and dimension of every impact, sorted."""
        return tuple(sorted({key for risk in self.risks for key in risk.impacts}))

    @property
    def horizon(self) -> int:
        """The months of the run.

        Raises:
            RegisterError: risks have different horizons, or there are none.
        """
        found = {risk.horizon for risk in self.risks}
        if len(found) != 1:
            raise RegisterError(f"the risks have {len(found)} horizons: {sorted(found)} months")
        return found.pop()

    def over(self, months: int) -> Register:
        """Return the register over another horizon, under the assumption of a constant hazard."""
        risks = tuple(
            replace(risk, horizon=months, frequency=risk.frequency.scaled(months / risk.horizon))
            if risk.horizon != months
            else risk
            for risk in self.risks
        )
        return replace(self, risks=risks)
