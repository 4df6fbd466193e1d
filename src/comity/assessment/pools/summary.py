"""What a party opens of a question: its pool on the fixed grid and what its experts' answers say within it.

Never an individual answer, never an aggregate of fewer than three experts. Numbers travel as decimal
strings, so that both nodes compute on the same ones.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.pools.decompose import TOLERANCE, Uncertainty, checked
from comity.assessment.pools.errors import PoolError, TooFewError
from comity.assessment.pools.probability import log_odds, median, normal
from comity.record.canonical import encode
from comity.record.merkle import root

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

METHOD: Final = "party-summary@1"
LEAST: Final = 3
"""Experts of the smallest panel of which anything is opened."""


@dataclass(frozen=True)
class Summary:
    """One party's side of one question.

    Attributes:
        party: Which.
        experts: How many have a weight.
        effective: As how many equal voices they count: 1 over the sum of squared weights (Kish 1965).
        masses: Shape (C,): the weighted mean of their distributions.
        within: Mean uncertainty of their answers, in the unit of the decomposition.
        spread: Sum over the cells (categories), or of the means (grid): variance between the experts.
        median, log_odds: Other pools of a probability; None for quantities and categories.
        method: Name and version of this computation.
    """

    party: str
    experts: int
    effective: float
    masses: Floats
    within: float
    spread: float
    median: float | None = None
    log_odds: float | None = None
    method: str = METHOD

    def __post_init__(self) -> None:
        """Check that it may be opened, and that it is one.

        Raises:
            TooFewError: fewer than three experts.
            PoolError: no distribution, or terms that are none.
        """
        if self.experts < LEAST:
            raise TooFewError(f"{self.party}: {self.experts} experts have a weight, {LEAST} are needed")
        checked(self.masses)
        if not (np.isfinite([self.within, self.spread]).all() and min(self.within, self.spread) >= 0):
            raise PoolError(f"{self.party}: terms of the summary are negative or no numbers")
        if not 1 <= self.effective <= self.experts * (1 + TOLERANCE):
            raise PoolError(f"{self.party}: {self.experts} experts do not count as {self.effective:g}")

    def told(self) -> dict[str, Any]:
        """Return it as plain data without floats."""
        data: dict[str, Any] = {
            "party": self.party,
            "experts": self.experts,
            "effective": _text(self.effective),
            "masses": [_text(mass) for mass in self.masses],
            "within": _text(self.within),
            "spread": _text(self.spread),
            "method": self.method,
        }
        for name in ("median", "log_odds"):
            value = getattr(self, name)
            if value is not None:
                data[name] = _text(value)
        return data


def summarise(
    party: str, distributions: Floats, uncertainty: Uncertainty, weights: Floats | None = None
) -> Summary:
    """Summarise a party's answers.

    Args:
        party: Which.
        distributions: Shape (E, C); a probability is given over no and yes.
        uncertainty: Which.
        weights: Shape (E,): of the experts, such as those of the Classical Model; equal where none are given.

    Raises:
        TooFewError: fewer than three experts have a weight.
    """
    checked(distributions)
    held = normal(np.ones(len(distributions)) if weights is None else weights)
    mean = held @ placed(distributions, uncertainty)
    apart = ((placed(distributions, uncertainty) - mean) ** 2).sum(axis=1)
    event = uncertainty.grid is None and distributions.shape[1] == 2  # noqa: PLR2004 - no and yes
    made = Summary(
        party=party,
        experts=int((held > 0).sum()),
        effective=float(1 / (held @ held)),
        masses=held @ distributions,
        within=float(held @ uncertainty.of(distributions)),
        spread=float(held @ apart),
        median=float(median(distributions[:, 1], held)) if event else None,
        log_odds=float(log_odds(distributions[:, 1], held)) if event else None,
    )
    return from_told(made.told())


def placed(distributions: Floats, uncertainty: Uncertainty) -> Floats:
    """Return what is compared between experts: the categories (E, C), or the means on the grid (E, 1)."""
    if uncertainty.grid is None:
        return distributions
    edges = uncertainty.grid.edges
    means: Floats = distributions @ ((edges[:-1] + edges[1:]) / 2)
    return means[..., None]


def from_told(data: Mapping[str, Any]) -> Summary:
    """Read what `Summary.told` gave.

    Raises:
        PoolError: something is missing or no number.
        TooFewError: fewer than three experts.
    """
    try:
        masses = np.array([float(mass) for mass in data["masses"]])
        return Summary(
            party=str(data["party"]),
            experts=int(data["experts"]),
            effective=float(data["effective"]),
            masses=masses,
            within=float(data["within"]),
            spread=float(data["spread"]),
            median=float(data["median"]) if "median" in data else None,
            log_odds=float(data["log_odds"]) if "log_odds" in data else None,
            method=str(data["method"]),
        )
    except (KeyError, TypeError, ValueError, ZeroDivisionError) as error:
        raise PoolError(f"a summary is damaged: {error!r}") from error


def root_of(summaries: Iterable[Summary]) -> str:
    """Return the root over the summaries, hexadecimal; their order does not matter."""
    return root(sorted(encode(one.told()) for one in summaries)).hex()


def _text(value: float) -> str:
    """Return a number as a decimal string, to its last bit."""
    return f"{Decimal(repr(float(value))):f}"
