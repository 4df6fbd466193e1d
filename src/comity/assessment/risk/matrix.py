"""The matrix, as a view: bands of likelihood and impact derived from distributions, never stored.

A matrix throws away what a distribution says (L. A. Cox, "What's wrong with risk matrices?", Risk Analysis
28(2), 2008); so each cell keeps the numbers it was made of.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.likelihood.scales import UK_NRR

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.assessment.risk.register import Key, Register

AT: Final = (0.05, 0.5, 0.95)
"""Quantiles of an event's impact that a cell shows; the middle one places it."""
_DECADES: Final = 10.0


@dataclass(frozen=True)
class Cell:
    """Where one risk stands for one party and dimension.

    Attributes:
        risk: Slug of the risk.
        key: Party and dimension.
        probability: Of at least one event within the horizon.
        likelihood: Band of the national risk register's scale, 1 to 5.
        impact: Quantiles of one event's impact, at `AT`.
        severity: Band of the middle one, from 1: decades of the unit unless edges are given.
    """

    risk: str
    key: Key
    probability: float
    likelihood: int
    impact: tuple[float, ...]
    severity: int


def cells(register: Register, edges: Sequence[float] = ()) -> list[Cell]:
    """Return every risk's cells, by party, dimension and slug.

    Args:
        register: The risks.
        edges: Rising upper edges of the impact bands but the last.
    """
    found = []
    for risk in register.risks:
        probability = 1 - risk.frequency.none()
        band = UK_NRR.band(min(max(probability, 0.0), 1.0))
        for key, impact in risk.impacts.items():
            values = tuple(float(value) for value in impact.quantile(np.array(AT)))
            severity = _severity(values[1], edges)
            found.append(Cell(risk.slug, key, probability, int(band.slug) if band else 0, values, severity))
    return sorted(found, key=lambda cell: (cell.key, -cell.likelihood, -cell.severity, cell.risk))


def _severity(value: float, edges: Sequence[float]) -> int:
    steps = edges or [_DECADES**power for power in range(1, 5)]
    return 1 + sum(value >= edge for edge in steps)
