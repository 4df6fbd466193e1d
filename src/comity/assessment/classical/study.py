"""A panel's answers: quantiles by expert and item, and the realisations of the seed questions."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Literal

import numpy as np

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scale = Literal["uni", "log"]


class StudyError(ComityError):
    """Answers of a panel do not make a study."""

    code = "assessment-study"
    advice = "Correct the answer that is named; every answer needs rising quantiles on the scale of its item."


@dataclass(frozen=True)
class Study:
    """Answers of one panel.

    Neighbouring quantiles may be equal: the forms of this software refuse that, published studies have it,
    and `scale` says what becomes of it. Quantiles that cross, or that their scale does not know, are no
    answer.

    Attributes:
        experts: Names of the experts, E of them.
        items: Names of the items, J of them.
        scales: `uni` or `log` for each item.
        levels: The K probability levels, rising, such as 0.05, 0.5, 0.95.
        answers: Shape (E, J, K), in the item's own unit; NaN over all levels where an expert gave no answer.
        realisations: Shape (J,), NaN for targets.
        questions: The items' words, empty where none are known.
        notes: What was found on reading and does not stop it.
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    scales: tuple[Scale, ...]
    levels: tuple[float, ...]
    answers: Floats
    realisations: Floats
    questions: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the arrays fit and that every answer is one.

        Raises:
            StudyError: with the expert and the item.
        """
        shape = (len(self.experts), len(self.items), len(self.levels))
        if self.answers.shape != shape or self.realisations.shape != shape[1:2]:
            raise StudyError(f"answers have shape {self.answers.shape}, not {shape}")
        if 0 in shape:
            raise StudyError("a study needs an expert, an item and a level")
        if not all(a < b for a, b in pairwise((0.0, *self.levels, 1.0))):
            raise StudyError(f"levels {self.levels} do not rise between 0 and 1")
        for expert, item in np.argwhere(self._odd()):
            self._refuse(int(expert), int(item))
        for item in np.flatnonzero(~np.isnan(self.realisations)):
            self._check(float(self.realisations[item]), int(item), "the realisation")

    def _odd(self) -> NDArray[np.bool_]:
        """Shape (E, J): which answers are not plainly good or plainly absent."""
        missing = np.isnan(self.answers)
        logs = np.array([scale == "log" for scale in self.scales])
        rising = (np.diff(self.answers, axis=2) >= 0).all(axis=2)
        positive = (self.answers > 0).all(axis=2) | ~logs
        good = rising & positive & np.isfinite(self.answers).all(axis=2)
        odd: NDArray[np.bool_] = ~good & ~missing.all(axis=2)
        return odd

    def _refuse(self, expert: int, item: int) -> None:
        row = self.answers[expert, item]
        where = f"{self.experts[expert]}, item {self.items[item]}"
        if np.isnan(row).any():
            raise StudyError(f"{where}: some quantiles are missing")
        for value in row:
            self._check(float(value), item, where)
        raise StudyError(f"{where}: the quantiles cross")

    def _check(self, value: float, item: int, where: str) -> None:
        if not np.isfinite(value):
            raise StudyError(f"{where}: {value} is no number of item {self.items[item]}")
        if self.scales[item] == "log" and value <= 0:
            raise StudyError(f"{where}: {value:g} on the logarithmic scale of item {self.items[item]}")

    @property
    def seeds(self) -> NDArray[np.bool_]:
        """Shape (J,): which items have a realisation."""
        known: NDArray[np.bool_] = ~np.isnan(self.realisations)
        return known
