"""Grades of several graders: how far they agree, and the one grade that stands for an item.

Grades have an order and no known distances, so agreement is ordinal alpha (`alpha`), with an interval by
claim: items of evidence on one claim are not independent of each other. The grade of an item is the median of
its graders on each side, and the median of the sides: a side with more graders weighs no more.
"""

from __future__ import annotations

import statistics
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.agreement.stages import measure

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.perspectives.agreement.stages import Measured

SCALE: Final = {"none": 0, "partial": 1, "substantial": 2, "full": 3}
"""The rubric in its order."""


@dataclass(frozen=True)
class Middle:
    """The grade of one item: of each party's graders, and of the parties."""

    by_party: Mapping[str, Fraction]

    @property
    def value(self) -> Fraction:
        """The median of the parties' grades."""
        return Fraction(statistics.median(self.by_party.values()))


def middle(grades: Mapping[str, str]) -> Middle:
    """Return the grade of an item from those of its graders, each named `party/role`."""
    by_party: dict[str, list[int]] = {}
    for coder, grade in sorted(grades.items()):
        by_party.setdefault(coder.partition("/")[0], []).append(SCALE[grade])
    return Middle({party: Fraction(statistics.median(given)) for party, given in by_party.items()})


def agreement(items: Sequence[Mapping[str, str]], clusters: Sequence[int], seed: str) -> Measured:
    """Return ordinal alpha over items.

    Args:
        items: for each item the grade of each grader who graded it.
        clusters: the claim of each item, by number.
        seed: names what is measured.
    """
    coders = sorted({coder for grades in items for coder in grades})
    given = np.full((len(coders), len(items)), np.nan)
    for column, grades in enumerate(items):
        for coder, grade in grades.items():
            given[coders.index(coder), column] = SCALE[grade]
    return measure(given, "ordinal", clusters, seed)
