"""Bargaining solutions on a finite set of packages, for what both sides chose to release.

- Nash (J. F. Nash, "The bargaining problem", Econometrica 18(2), 1950): the greatest product of gains over
  no agreement.
- Kalai-Smorodinsky (E. Kalai, M. Smorodinsky, "Other solutions to Nash's bargaining problem", Econometrica
  43(3), 1975): equal shares of the most that each could gain. A finite set rarely holds such a point, so
  the least share is made as great as possible, then the other one (leximin).
- Egalitarian (E. Kalai, "Proportional solutions to bargaining situations", Econometrica 45(7), 1977): the
  least gain is made as great as possible, then the other one.

All three lie on the frontier, and so only the frontier is looked at, in exact integers and fractions. What
ties exactly is listed; of ties the pair with the most equal gains is taken, then the one with the smaller
first utility.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.assessment.position.frontier import pareto
from comity.assessment.position.packages import off_grid, on_grid, utilities

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from comity.assessment.position.packages import Domain, Profile

METHOD: Final = "bargaining-finite@1"

Pair = tuple[int, int]


@dataclass(frozen=True)
class Solution:
    """One solution: its utilities on the grid, and all pairs that are exactly as good."""

    pair: Pair
    ties: tuple[Pair, ...]


@dataclass(frozen=True)
class Solved:
    """What a domain gives; solutions are None where no package is worth its reservation to both sides.

    Attributes:
        outcomes: How many packages there are.
        frontier: Pairs on the grid, rising in the first side.
        disagreement: Utilities of no agreement, on the grid.
        ideal: The most that each side can have while the other is not worse off than without agreement.
    """

    outcomes: int
    frontier: tuple[Pair, ...]
    disagreement: Pair
    ideal: Pair | None
    nash: Solution | None
    kalai_smorodinsky: Solution | None
    egalitarian: Solution | None


def solve(domain: Domain, one: Profile, other: Profile) -> Solved:
    """Return the frontier and the solutions of a domain under two profiles."""
    kept = [pareto(a, b) for a, b in zip(utilities(domain, one), utilities(domain, other), strict=True)]
    pairs = np.concatenate(kept)
    front: list[Pair] = [(int(a), int(b)) for a, b in pareto(pairs[:, 0], pairs[:, 1])]
    none = (on_grid(one.reservation or 0.0), on_grid(other.reservation or 0.0))
    return Solved(domain.size, tuple(front), none, *_solutions(front, none))


def _solutions(
    front: Sequence[Pair], none: Pair
) -> tuple[Pair | None, Solution | None, Solution | None, Solution | None]:
    feasible = [pair for pair in front if pair[0] >= none[0] and pair[1] >= none[1]]
    if not feasible:
        return None, None, None, None
    ideal = (max(a for a, _ in feasible), max(b for _, b in feasible))

    def gains(pair: Pair) -> Pair:
        return pair[0] - none[0], pair[1] - none[1]

    def shares(pair: Pair) -> tuple[Fraction, Fraction]:
        # A side that has nothing to gain has all of it.
        most = gains(ideal)
        found = [
            Fraction(gain, limit) if limit else Fraction(1)
            for gain, limit in zip(gains(pair), most, strict=True)
        ]
        return min(found), max(found)

    def least(pair: Pair) -> Pair:
        return min(gains(pair)), max(gains(pair))

    def best(worth: Callable[[Pair], Any]) -> Solution:
        return _best(feasible, worth, lambda pair: abs(gains(pair)[0] - gains(pair)[1]))

    return ideal, best(lambda pair: gains(pair)[0] * gains(pair)[1]), best(shares), best(least)


def _best(pairs: Sequence[Pair], worth: Callable[[Pair], Any], apart: Callable[[Pair], int]) -> Solution:
    values = [worth(pair) for pair in pairs]
    most = max(values)
    ties = tuple(sorted(pair for pair, value in zip(pairs, values, strict=True) if value == most))
    return Solution(min(ties, key=lambda pair: (apart(pair), pair)), ties)


def to_json(found: Solved, one: Profile, other: Profile) -> dict[str, Any]:
    """Return the result as the command prints it; utilities as numbers."""
    chosen = {
        "nash": found.nash,
        "kalai_smorodinsky": found.kalai_smorodinsky,
        "egalitarian": found.egalitarian,
    }
    return {
        "outcomes": found.outcomes,
        "pareto": [numbers(pair) for pair in found.frontier],
        **{name: numbers(item.pair) if item else None for name, item in chosen.items()},
        "ties": {
            name: [numbers(pair) for pair in item.ties]
            for name, item in chosen.items()
            if item and len(item.ties) > 1
        },
        "disagreement": numbers(found.disagreement),
        "ideal": numbers(found.ideal) if found.ideal else None,
        "reservation_given": [one.reservation is not None, other.reservation is not None],
        "discount": [one.discount, other.discount],
        "why": None if found.nash else "no package is worth to both sides what no agreement is worth to them",
        "method": METHOD,
    }


def numbers(pair: Pair) -> list[float]:
    """Return a pair of the grid as numbers."""
    return [off_grid(pair[0]), off_grid(pair[1])]
