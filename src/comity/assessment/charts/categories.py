"""Probabilities of categories: for each category a bar of every party, all on one scale from 0 to 1."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.charts.axis import Axis, Tick

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar: whose (`plot.JOINT` for the pool), the probability, and how far it reaches in thousandths."""

    party: str
    value: float
    width: float


@dataclass(frozen=True, slots=True)
class Group:
    """One category with the bars of all parties."""

    name: str
    bars: tuple[Bar, ...]


@dataclass(frozen=True, slots=True)
class Groups:
    """The categories in the order of the question, over one axis."""

    groups: tuple[Group, ...]
    columns: tuple[Tick, ...]


def categories(names: Sequence[str], masses: Mapping[str, Sequence[float]]) -> Groups:
    """Return the bars.

    Args:
        names: The categories, in order.
        masses: By party, a probability for each category.

    Raises:
        ValueError: a party has another number of probabilities than there are categories.
    """
    axis = Axis(0.0, 1.0)
    groups = [
        Group(
            name,
            tuple(Bar(party, parts[at], axis.place(parts[at])) for party, parts in _whole(masses, names)),
        )
        for at, name in enumerate(names)
    ]
    return Groups(tuple(groups), axis.ticks())


def _whole(masses: Mapping[str, Sequence[float]], names: Sequence[str]) -> list[tuple[str, Sequence[float]]]:
    for party, parts in masses.items():
        if len(parts) != len(names):
            raise ValueError(f"{party or 'the pool'}: {len(parts)} probabilities of {len(names)} categories")
    return list(masses.items())
