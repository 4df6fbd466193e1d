"""How good a stance model is: accuracy with an interval over claims, and how it answers at each level."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

from comity.perspectives.assistance.conformal import predict
from comity.perspectives.assistance.stance import LABELS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.perspectives.assistance.perspectrum import Pair

ALPHAS: Final = (0.05, 0.1, 0.2)
DRAWS: Final = 2000


def judged(pairs: Sequence[Pair], probabilities: NDArray[Any], seed: int) -> dict[str, Any]:
    """Return accuracy over pairs, macro-F1, and a 95 % interval of the accuracy by bootstrap over claims."""
    truth = np.array([pair.label for pair in pairs])
    said = probabilities.argmax(axis=1)
    low, high = _interval(pairs, said == truth, seed)
    return {
        "pairs": len(pairs),
        "claims": len({pair.claim_id for pair in pairs}),
        "accuracy": float((said == truth).mean()),
        "accuracy_low": low,
        "accuracy_high": high,
        "macro_f1": float(np.mean([_f1(truth == label, said == label) for label in range(len(LABELS))])),
        "always_supports": float(truth.mean()),
    }


def selective(
    pairs: Sequence[Pair],
    probabilities: NDArray[Any],
    scores: Sequence[float],
    alphas: Sequence[float] = ALPHAS,
) -> list[dict[str, Any]]:
    """Return for each level: how often the set holds the truth, how much is answered, how well."""
    found = []
    for alpha in alphas:
        sets = predict(probabilities, scores, alpha)
        truth = [LABELS[pair.label] for pair in pairs]
        answered = [(one.answer, label) for one, label in zip(sets, truth, strict=True) if one.answer]
        right = sum(answer == label for answer, label in answered)
        found.append(
            {
                "alpha": alpha,
                "coverage": float(
                    np.mean([label in one.labels for one, label in zip(sets, truth, strict=True)])
                ),
                "answered": len(answered) / len(sets),
                "accuracy_of_answers": right / len(answered) if answered else None,
                "none_fits": sum(not one.labels for one in sets) / len(sets),
            }
        )
    return found


def most_certain(pairs: Sequence[Pair], probabilities: NDArray[Any], share: float) -> float:
    """Return the accuracy on the `share` of the pairs that the model is most certain of."""
    truth = np.array([pair.label for pair in pairs])
    count = max(1, round(share * len(truth)))
    chosen = np.argsort(-probabilities.max(axis=1), kind="stable")[:count]
    return float((probabilities[chosen].argmax(axis=1) == truth[chosen]).mean())


def _interval(pairs: Sequence[Pair], right: NDArray[np.bool_], seed: int) -> tuple[float, float]:
    """Return the 95 % interval of the share of right answers; claims are drawn, with all their pairs."""
    claims, group = np.unique([pair.claim_id for pair in pairs], return_inverse=True)
    hits = np.bincount(group, weights=right)
    sizes = np.bincount(group)
    drawn = np.random.default_rng(seed).integers(0, len(claims), (DRAWS, len(claims)))
    shares = hits[drawn].sum(axis=1) / sizes[drawn].sum(axis=1)
    low, high = np.quantile(shares, [0.025, 0.975])
    return float(low), float(high)


def _f1(truth: NDArray[np.bool_], said: NDArray[np.bool_]) -> float:
    total = int(truth.sum() + said.sum())
    return 2 * int((truth & said).sum()) / total if total else 0.0
