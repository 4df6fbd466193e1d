"""What decides, as the codebook fixed it before anything was opened."""

from __future__ import annotations

from dataclasses import dataclass, fields
from fractions import Fraction
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


@dataclass(frozen=True)
class Limits:
    """The thresholds of method `clusters/2`; the defaults are those of a codebook that names none."""

    near: Fraction = Fraction(1)
    spread: Fraction = Fraction(1)
    coverage: Fraction = Fraction(9, 10)
    discovery_rate: Fraction = Fraction(1, 10)
    clusters_to_test: int = 4
    clusters_open: int = 3
    clusters_so: int = 2
    resamples: int = 9999
    agreement: Fraction = Fraction(4, 5)
    agreement_tentative: Fraction = Fraction(667, 1000)
    reliability: tuple[str, ...] = ("A", "B", "C")
    credibility: tuple[str, ...] = ("1", "2", "3")

    @classmethod
    def of(cls, given: Mapping[str, Any]) -> Limits:
        """Return the limits of a codebook's `thresholds`: decimal strings, integers and lists."""
        known = {field.name for field in fields(cls)}
        return cls(**{name: _value(value) for name, value in given.items() if name in known})


def _value(value: Any) -> Any:
    if isinstance(value, str):
        return Fraction(value)
    return tuple(value) if isinstance(value, list) else value
