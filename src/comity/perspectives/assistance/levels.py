"""The level at which a model answers by default: the most answers that are right often enough, with a margin.

Geifman & El-Yaniv 2017, "Selective Classification for Deep Neural Networks", algorithm 1 (SGR): not the
level whose accuracy on the calibration pairs reaches the target, which is right about half the time
elsewhere, but the one whose lower confidence bound does. Pairs on one claim are no independent draws, so the
bound is that of a bootstrap over claims. The report part is never looked at here.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.assistance.conformal import threshold

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike

LEVELS: Final = tuple(step / 100 for step in range(2, 31))
TARGET: Final = 0.85
CONFIDENCE: Final = 0.95
DRAWS: Final = 2000


@dataclass(frozen=True)
class Level:
    """A level, and what it comes to on the calibration pairs.

    Attributes:
        alpha: The level.
        answered: Share of the pairs that get an answer.
        accuracy: Share of the answers that are right.
        low: Lower bound of that share, one-sided, at `CONFIDENCE`, over claims.
    """

    alpha: float
    answered: float
    accuracy: float
    low: float


def choose(
    claims: Sequence[int], probabilities: ArrayLike, labels: ArrayLike, scores: Sequence[float], seed: int
) -> Level | None:
    """Return the level that answers most and is right with a bound of at least `TARGET`; None if none is.

    Args:
        claims: Claim of each calibration pair, shape (n,).
        probabilities: Shape (n, labels).
        labels: True label of each pair, shape (n,).
        scores: Conformal scores of the calibration.
        seed: Seed of the bootstrap.
    """
    given = np.asarray(probabilities, dtype=np.float64)
    right = given.argmax(axis=1) == np.asarray(labels)
    known, group = np.unique(np.asarray(claims), return_inverse=True)
    drawn = np.random.default_rng(seed).integers(0, len(known), (DRAWS, len(known)))
    best: Level | None = None
    for alpha in LEVELS:
        answered = (1.0 - given <= threshold(scores, alpha)).sum(axis=1) == 1
        sizes = np.bincount(group, weights=answered, minlength=len(known))[drawn].sum(axis=1)
        hits = np.bincount(group, weights=answered & right, minlength=len(known))[drawn].sum(axis=1)
        if not answered.any() or not sizes.all():
            continue
        low = float(np.quantile(hits / sizes, 1 - CONFIDENCE))
        share = float(answered.mean())
        if low >= TARGET and (best is None or share > best.answered):
            best = Level(alpha, share, float(right[answered].mean()), low)
    return best
