"""Passages for a proposition: by the words they share and by what they mean, fused by a weight.

Bruch, Gai & Ingber 2023, "An Analysis of Fusion Functions for Hybrid Retrieval" (ACM TOIS 42), section 4.1:
a convex combination of normalised scores, which needs one weight, learned on few examples, and beats ranks
fused with equal weight. BM25 is divided by the best of the question; a cosine is what it is.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


WEIGHT: Final = 0.9
"""Share of the embedding in the fused score: the best R@20 on Perspectrum's train claims (see the card)."""


def fuse(
    lexical: NDArray[np.float64], semantic: NDArray[np.floating[Any]], weight: float = WEIGHT
) -> NDArray[np.float64]:
    """Return weight · cosine + (1 - weight) · BM25 / best BM25, of the shape of both."""
    best = lexical.max(axis=-1, keepdims=True, initial=0.0)
    scaled = np.divide(lexical, best, out=np.zeros_like(lexical), where=best > 0)
    return np.asarray(weight * semantic + (1 - weight) * scaled)


def best(scores: NDArray[np.float64], count: int) -> list[int]:
    """Return the places of the `count` best scores, the best first; of equals the earlier first."""
    return [int(place) for place in np.argsort(-scores, kind="stable")[:count]]


def recall(scores: NDArray[np.float64], wanted: Sequence[set[int]], count: int) -> float:
    """Return R@count: the mean over questions of the share of wanted passages among the `count` best.

    Args:
        scores: One row a question, one column a passage.
        wanted: The places of the passages that are right, for each question.
        count: How many passages are looked at.
    """
    found = [
        len(set(best(row, count)) & places) / len(places) for row, places in zip(scores, wanted, strict=True)
    ]
    return float(np.mean(found))
