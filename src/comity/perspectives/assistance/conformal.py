"""Split-conformal prediction sets: how many answers fit, at a level that is stated, and abstaining otherwise.

Vovk, Gammerman & Shafer 2005, "Algorithmic Learning in a Random World", section 4.2; Angelopoulos & Bates
2023, "Conformal Prediction: A Gentle Introduction", section 1 and algorithm 1. With the score s(x, y) =
1 - p(y | x) and n calibration pairs, q is the ⌈(n + 1)(1 - alpha)⌉-th smallest of their scores, and the set
holds every label whose score is at most q. If calibration pairs and new ones are exchangeable, a set holds
the true label with probability at least 1 - alpha. Pairs on one claim are not exchangeable with pairs on
another, so a calibration set has one random pair a claim.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from comity.perspectives.assistance.errors import AssistanceInputError
from comity.perspectives.assistance.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

Answer = Literal["supports", "undermines"]
Abstained = Literal["", "more than one label fits", "no label fits"]


@dataclass(frozen=True)
class Prediction:
    """The labels that fit at a level; an answer only where exactly one does.

    Attributes:
        labels: Every label in the set.
        scores: Score of each of `LABELS`, from the model.
        alpha: Level: a set misses the true label at most this often.
    """

    labels: tuple[str, ...]
    scores: tuple[float, ...]
    alpha: float

    @property
    def answer(self) -> str | None:
        """The one label that fits, or None: then it abstains."""
        return self.labels[0] if len(self.labels) == 1 else None

    @property
    def abstained(self) -> Abstained:
        """Why there is no answer; empty where there is one."""
        if not self.labels:
            return "no label fits"
        return "more than one label fits" if len(self.labels) > 1 else ""


def scores_of_truth(probabilities: ArrayLike, labels: ArrayLike) -> NDArray[np.float64]:
    """Return s(x, y) of the true labels, shape (n,), of probabilities (n, labels)."""
    given = np.asarray(probabilities, dtype=np.float64)
    return np.asarray(1.0 - given[np.arange(len(given)), np.asarray(labels, dtype=np.int64)])


def threshold(scores: ArrayLike, alpha: float) -> float:
    """Return q for a level; infinite where there are too few calibration scores to exclude anything.

    Raises:
        AssistanceInputError: alpha is not between 0 and 1.
    """
    if not 0 < alpha < 1:
        raise AssistanceInputError(f"alpha {alpha} is not between 0 and 1")
    ordered = np.sort(np.asarray(scores, dtype=np.float64))
    # 1e-9 keeps a product such as 20 * 0.95 from being rounded up past the integer that it is.
    rank = math.ceil((len(ordered) + 1) * (1 - alpha) - 1e-9)
    return float(ordered[rank - 1]) if rank <= len(ordered) else math.inf


def predict(probabilities: NDArray[Any], scores: Sequence[float], alpha: float) -> list[Prediction]:
    """Return the prediction set of every row of probabilities, shape (n, labels).

    Raises:
        AssistanceInputError: alpha is not between 0 and 1.
    """
    limit = threshold(scores, alpha)
    return [
        Prediction(
            tuple(label for label, p in zip(LABELS, row, strict=True) if 1.0 - p <= limit),
            tuple(float(p) for p in row),
            alpha,
        )
        for row in probabilities
    ]
