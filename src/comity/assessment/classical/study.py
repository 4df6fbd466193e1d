"""A panel's answers: quantiles by expert and item, and the realisations of the seed questions."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

import numpy as np

from comity.record.errors import ComityError

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

Scale = Literal["uni", "log"]

OVERSHOOT: Final = 0.1
"""Share of the range of an item's answers that is added at either end (Cooke 1991, 12.1)."""


class StudyError(ComityError):
    """Answers of a panel do not make a study."""

    code = "assessment-study"
    advice = "Correct the answer that is named; every answer needs rising quantiles on the scale of its item."


@dataclass(frozen=True)
class Study:
    """Answers of one panel.

    Attributes:
        experts: Names of the experts, E of them.
        items: Names of the items, J of them.
        scales: `uni` or `log` for each item.
        levels: The K probability levels, rising, such as 0.05, 0.5, 0.95.
        answers: Shape (E, J, K), in the item's own unit; NaN over all levels where an expert gave no answer.
        realisations: Shape (J,), NaN for targets.
        questions: The items' words, empty where none are known.
    """

    experts: tuple[str, ...]
    items: tuple[str, ...]
    scales: tuple[Scale, ...]
    levels: tuple[float, ...]
    answers: Floats
    realisations: Floats
    questions: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Check that the arrays fit and that every answer is one.

        Raises:
            StudyError: with the expert and the item.
        """
        shape = (len(self.experts), len(self.items), len(self.levels))
        if self.answers.shape != shape or self.realisations.shape != shape[1:2]:
            raise StudyError(f"answers have shape {self.answers.shape}, not {shape}")
        levels = (0.0, *self.levels, 1.0)
        if not all(a < b for a, b in zip(levels, levels[1:], strict=False)):
            raise StudyError(f"levels {self.levels} do not rise between 0 and 1")
        for expert, item in np.argwhere(~np.isnan(self.answers).all(axis=2)):
            self._check(int(expert), int(item))
        for item in np.flatnonzero(~np.isnan(self.realisations)):
            self._check_value(float(self.realisations[item]), int(item), "the realisation")

    def _check(self, expert: int, item: int) -> None:
        row = self.answers[expert, item]
        where = f"{self.experts[expert]}, item {self.items[item]}"
        if np.isnan(row).any():
            raise StudyError(f"{where}: some quantiles are missing")
        if (np.diff(row) < 0).any():
            raise StudyError(f"{where}: the quantiles cross")
        if (np.diff(row) == 0).any():
            raise StudyError(f"{where}: two quantiles are the same, which leaves an interval without width")
        self._check_value(float(row[0]), item, where)
        self._check_value(float(row[-1]), item, where)

    def _check_value(self, value: float, item: int, where: str) -> None:
        if not np.isfinite(value):
            raise StudyError(f"{where}: {value} is no number of item {self.items[item]}")
        if self.scales[item] == "log" and value <= 0:
            raise StudyError(f"{where}: {value} on the logarithmic scale of item {self.items[item]}")

    @property
    def seeds(self) -> NDArray[np.bool_]:
        """Shape (J,): which items have a realisation."""
        known: NDArray[np.bool_] = ~np.isnan(self.realisations)
        return known

    @property
    def answered(self) -> NDArray[np.bool_]:
        """Shape (E, J): who answered what."""
        given: NDArray[np.bool_] = ~np.isnan(self.answers[:, :, 0])
        return given


@dataclass(frozen=True)
class Scaled:
    """A study with each item on its own scale (natural logarithms for `log`) and with its intrinsic range.

    Attributes:
        quantiles: Shape (E, J, K + 2): the answers between the two ends of the item's range.
        realisations: Shape (J,).
        masses: Shape (K + 1,): what lies between the levels.
        low, high: Shape (J,): the ends of the intrinsic range, overshoot included.
    """

    quantiles: Floats
    realisations: Floats
    masses: Floats
    low: Floats
    high: Floats


def scaled(study: Study, overshoot: float = OVERSHOOT) -> Scaled:
    """Put a study on its scales; the range of an item covers all answers and the realisation."""
    logs = np.array([scale == "log" for scale in study.scales])
    answers = np.where(logs[:, None], _log(study.answers, logs[None, :, None]), study.answers)
    realised = np.where(logs, _log(study.realisations, logs), study.realisations)
    spread = np.vstack([answers.reshape(len(study.experts), len(study.items), -1)[:, :, 0], realised])
    top = np.vstack([answers[:, :, -1], realised])
    low, high = _extreme(spread, np.nanmin), _extreme(top, np.nanmax)
    width = overshoot * (high - low)
    low, high = low - width, high + width
    edge = (len(study.experts), len(study.items), 1)
    ends = [np.broadcast_to(low[None, :, None], edge), answers, np.broadcast_to(high[None, :, None], edge)]
    masses = np.diff([0.0, *study.levels, 1.0])
    return Scaled(np.concatenate(ends, axis=2), realised, masses, low, high)


def _log(values: Floats, where: NDArray[np.bool_]) -> Floats:
    out: Floats = np.full_like(values, np.nan)
    np.log(values, out=out, where=np.broadcast_to(where, values.shape) & (values > 0))
    return out


def _extreme(values: Floats, of: object) -> Floats:
    with np.errstate(all="ignore"):
        kept = np.where(np.isnan(values).all(axis=0), 0.0, values)
        found: Floats = of(kept, axis=0)  # type: ignore[operator]
    return found
