"""Experts' scores on many choices of seeds and experts at once.

Who answered less than `LEAST_SHARE` of the seeds is scored and has no weight; they do not lower the number
N as which the others are judged either.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.classical import scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.scale import Scaled
    from comity.assessment.classical.study import Floats

    Marks = NDArray[np.bool_]

LEAST_SHARE: Final = 0.5
"""Share of the seeds that an expert must have answered to be weighted."""


@dataclass(frozen=True)
class Choices:
    """B choices of who and what counts.

    Attributes:
        seeds: Shape (B, J).
        experts: Shape (B, E).
    """

    seeds: Marks
    experts: Marks


@dataclass(frozen=True)
class Weighed:
    """Scores of every expert in every choice.

    Attributes:
        choices: What was chosen.
        ends: Shape (V, J, 2): the ranges; V is 1 where all choices have the same experts, else B.
        answered: Shape (B, E): how many seeds.
        calibration: Shape (B, E); NaN where no seed was answered.
        information: Shape (V, E, J), NaN where there is no answer.
        information_seeds: Shape (B, E): mean over the seeds.
        weighable: Shape (B, E): who answered enough to be weighted.
        power: Shape (B,): N.
    """

    choices: Choices
    ends: Floats
    answered: NDArray[np.int64]
    calibration: Floats
    information: Floats
    information_seeds: Floats
    weighable: Marks
    power: NDArray[np.int64]


def weigh(put: Scaled, choices: Choices) -> Weighed:
    """Score every expert in every choice."""
    same = (choices.experts == choices.experts[:1]).all()
    ends = put.ends(choices.experts[:1] if same else choices.experts)
    information = scores.information(put.quantiles, ends[:, None], put.masses)
    counts = _counts(put, choices)
    answered = counts.sum(axis=-1)
    least = LEAST_SHARE * choices.seeds.sum(axis=1, keepdims=True)
    weighable = (answered > 0) & (answered >= least)
    power = _least(answered, np.where(weighable.any(axis=1, keepdims=True), weighable, answered > 0))
    return Weighed(
        choices=choices,
        ends=ends,
        answered=answered,
        calibration=scores.calibration(counts, put.masses, np.minimum(power[:, None], answered)),
        information=information,
        information_seeds=_means(information, choices.seeds, answered),
        weighable=weighable,
        power=power,
    )


def _counts(put: Scaled, choices: Choices) -> NDArray[np.int64]:
    """Return how many realisations fell into each interval, shape (B, E, K + 1)."""
    intervals = np.arange(len(put.masses))
    marks = (put.hits[:, :, None] == intervals) & put.answered[:, :, None]
    counts = np.swapaxes(choices.seeds.astype(float) @ marks.astype(float), 0, 1)
    kept: NDArray[np.int64] = np.where(choices.experts[:, :, None], counts, 0).astype(np.int64)
    return kept


def _means(information: Floats, seeds: Marks, answered: NDArray[np.int64]) -> Floats:
    held = np.nan_to_num(information)
    sums = seeds.astype(float) @ held[0].T if len(held) == 1 else np.einsum("bej,bj->be", held, seeds)
    with np.errstate(invalid="ignore", divide="ignore"):
        means: Floats = np.where(answered > 0, sums / answered, np.nan)
    return means


def _least(answered: NDArray[np.int64], counted: Marks) -> NDArray[np.int64]:
    least = np.where(counted, answered, np.iinfo(np.int64).max).min(axis=1)
    found: NDArray[np.int64] = np.where(counted.any(axis=1), least, 0)
    return found
