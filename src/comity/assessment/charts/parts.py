"""The three parts of an uncertainty as one bar: within answers, between experts, between parties."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.assessment.charts.axis import FULL

if TYPE_CHECKING:
    from collections.abc import Mapping

NAMES: Final = ("within", "experts", "parties")
"""From left to right."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part: its value in the unit of the whole, its share of it, and where it lies in the bar."""

    name: str
    value: float
    share: float
    start: float
    width: float


def bar(values: Mapping[str, float]) -> tuple[Part, ...]:
    """Return the parts; nothing where nothing is uncertain.

    Args:
        values: By the names of `NAMES`; what rounding left below 0 counts as 0.
    """
    held = [max(float(values[name]), 0.0) for name in NAMES]
    whole = sum(held)
    if not whole:
        return ()
    found, start = [], 0.0
    for name, value in zip(NAMES, held, strict=True):
        width = FULL * value / whole
        found.append(Part(name, value, value / whole, round(start, 1), round(width, 1)))
        start += width
    return tuple(found)
