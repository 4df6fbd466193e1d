"""What the draws of one party and one dimension say: how likely is how much, and how bad is the worst.

- VaR at a is the smallest loss that is not exceeded in a share a of the draws.
- CVaR at a is the mean of the worst share 1 - a (C. Acerbi, D. Tasche, J. Banking & Finance 26, 2002,
  definition 2.6).
- The exceedance curve says how many draws lose more than a given loss.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

LEVELS: Final = (900, 950, 990, 999)
"""Levels of VaR and CVaR, in thousandths."""
CURVE: Final = tuple(sorted({round(10 ** (step / 15)) for step in range(15, 75)}, reverse=True))
"""Exceedance probabilities of the curve's points, in hundred thousandths."""


@dataclass(frozen=True)
class Tail:
    """VaR and CVaR at one level in thousandths; in thousandths of the unit."""

    level: int
    var: int
    cvar: Fraction


@dataclass(frozen=True)
class Measures:
    """What one party and dimension may expect, in thousandths of the unit.

    Attributes:
        draws: How many draws.
        any: Draws with a loss above 0.
        mean: Mean loss.
        tails: VaR and CVaR by level.
        curve: (loss, draws that lose more), losses rising.
    """

    draws: int
    any: int
    mean: Fraction
    tails: tuple[Tail, ...]
    curve: tuple[tuple[int, int], ...]


def measure(losses: NDArray[np.int64]) -> Measures:
    """Return the measures of an array of losses."""
    size = len(losses)
    tails = [(level, ceil(Fraction(level, 1000) * size)) for level in LEVELS]
    places = sorted({max(0, size - 1 - size * share // 100_000) for share in CURVE})
    # Only what stands at these places, and what lies between them, is needed: no whole order.
    kept = sorted({*places, *(place - 1 for _, place in tails)})
    order = np.partition(losses, kept)
    counted = dict(_above(order, kept))
    some = int(np.count_nonzero(losses > 0))
    values = sorted({0, *(int(order[place]) for place in places)})
    return Measures(
        draws=size,
        any=some,
        mean=Fraction(int(losses.sum()), size),
        tails=tuple(_tail(order, level, place) for level, place in tails),
        curve=tuple((value, counted.get(value, some)) for value in values),
    )


def _above(order: NDArray[np.int64], places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Yield the value at each place and how many are larger; equal ones may stand until the next place."""
    beyond, before, more = len(order), -1, 0
    for place in reversed(places):
        value = int(order[place])
        if value != before:
            more = len(order) - beyond + int(np.count_nonzero(order[place + 1 : beyond] > value))
        beyond, before = place, value
        yield value, more


def worst(losses: NDArray[np.int64], level: int) -> NDArray[np.int64]:
    """Return the indexes of the worst draws beyond a level, rising; of equal losses the first draws."""
    size = len(losses)
    wanted = size - ceil(Fraction(level, 1000) * size)
    edge = int(np.partition(losses, size - wanted - 1)[size - wanted - 1]) if wanted < size else -1
    beyond = np.flatnonzero(losses > edge)
    equal = np.flatnonzero(losses == edge)[: wanted - len(beyond)]
    return np.sort(np.concatenate((beyond, equal)))


def _tail(order: NDArray[np.int64], level: int, place: int) -> Tail:
    """Return VaR and CVaR; `order` is parted at the place before this one."""
    size = len(order)
    var = int(order[place - 1])
    weight = size * (1 - Fraction(level, 1000))
    return Tail(level, var, (int(order[place:].sum()) + (weight - (size - place)) * var) / weight)
