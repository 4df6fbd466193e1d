"""Answers on the scales of their items, and the range of each item.

The range of an item covers all answers and the realisation, and a tenth more at either end (Cooke 1991,
12.1).

Two rules for answers that the model has no density for, `METHOD`:

- Neighbouring quantiles that are equal are pulled apart, around their common value, as far as keeps them
  nearer to each other than the narrowest interval that anybody stated for the item: no answer becomes less
  informative than one that is wider. Hits are counted on the quantiles as they were stated.
- An item on which all answers and the realisation are one value has no range: nobody is scored on it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.assessment.classical import scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from comity.assessment.classical.study import Floats, Study

METHOD: Final = "equal-quantiles-apart@1"
OVERSHOOT: Final = 0.1
"""Share of the range of an item's answers that is added at either end."""


@dataclass(frozen=True)
class Scaled:
    """A study with each item on its own scale: natural logarithms for `log`.

    Attributes:
        quantiles: Shape (E, J, K), strictly rising; NaN where there is no answer.
        answered: Shape (E, J).
        hits: Shape (E, J): the interval in which the realisation fell, from 0 to K; only of use on seeds.
        realisations: Shape (J,); NaN for targets.
        masses: Shape (K + 1,): what lies between the levels.
        logs: Shape (J,): which items are on logarithms.
        notes: The answers that fell under a rule of this module.
    """

    quantiles: Floats
    answered: NDArray[np.bool_]
    hits: NDArray[np.int64]
    realisations: Floats
    masses: Floats
    logs: NDArray[np.bool_]
    notes: tuple[str, ...]

    @cached_property
    def asked(self) -> NDArray[np.bool_]:
        """Shape (J,): which items anybody answered."""
        given: NDArray[np.bool_] = np.asarray(self.answered.any(axis=0))
        return given

    @cached_property
    def seeds(self) -> NDArray[np.bool_]:
        """Shape (J,): which items have a realisation."""
        known: NDArray[np.bool_] = ~np.isnan(self.realisations)
        return known

    def ends(self, kept: NDArray[np.bool_]) -> Floats:
        """Return the two ends of every item's range.

        Args:
            kept: Shape (V, E): the experts of each of V panels.

        Returns:
            Shape (V, J, 2); NaN where nobody of the panel answered.
        """
        given = np.logical_and(kept[:, :, None], self.answered)
        known = self.realisations
        low = np.where(given, self.quantiles[:, :, 0], np.inf).min(axis=1)
        high = np.where(given, self.quantiles[:, :, -1], -np.inf).max(axis=1)
        low, high = np.fmin(low, known), np.fmax(high, known)
        beyond = OVERSHOOT * (high - low)
        found = np.stack([low - beyond, high + beyond], axis=2)
        reached: Floats = np.where(np.isfinite(found).all(axis=2, keepdims=True), found, np.nan)
        return reached


def scaled(study: Study) -> Scaled:
    """Put a study on its scales."""
    logs = np.array([scale == "log" for scale in study.scales])
    stated = _on_scale(study.answers, logs[:, None])
    realised = _on_scale(study.realisations, logs)
    given = ~np.isnan(stated[:, :, 0])
    low = np.fmin(np.where(given, stated[:, :, 0], np.inf).min(axis=0), realised)
    high = np.fmax(np.where(given, stated[:, :, -1], -np.inf).max(axis=0), realised)
    flat = given.any(axis=0) & ~(high > low)
    stated = np.where(flat[:, None], np.nan, stated)
    given &= ~flat
    quantiles = _apart(stated, high - low)
    notes = [
        f"item {study.items[item]}: all answers are one value, nobody is scored"
        for item in np.flatnonzero(flat)
    ]
    notes += [
        f"{study.experts[expert]}, item {study.items[item]}: equal quantiles, pulled apart"
        for expert, item in np.argwhere((np.diff(stated) == 0).any(axis=2))
    ]
    return Scaled(
        quantiles=quantiles,
        answered=given,
        hits=scores.hits(stated, realised),
        realisations=realised,
        masses=np.diff([0.0, *study.levels, 1.0]),
        logs=logs,
        notes=tuple(notes),
    )


def _on_scale(values: Floats, logs: NDArray[np.bool_]) -> Floats:
    out = values.copy()
    np.log(values, out=out, where=np.broadcast_to(logs, values.shape) & (values > 0))
    return out


def _apart(stated: Floats, spread: Floats) -> Floats:
    """Return answers (E, J, K) whose equal neighbours are pulled apart; `spread` (J,) is the items' range."""
    gaps = np.diff(stated, axis=2)
    narrowest = np.where(gaps > 0, gaps, np.inf).min(axis=(0, 2), initial=np.inf)
    step = np.minimum(narrowest, OVERSHOOT * spread) / stated.shape[2]
    out = stated.copy()
    for expert, item in np.argwhere((gaps == 0).any(axis=2)):
        values, sizes = np.unique(stated[expert, item], return_counts=True)
        moved = [
            value + (np.arange(size) - (size - 1) / 2) * step[item]
            for value, size in zip(values, sizes, strict=True)
        ]
        out[expert, item] = np.concatenate(moved)
    return out
