"""Does a passage support a proposition, or undermine it? A small cross-encoder, in numpy alone.

The model is the installed encoder with its upper layers fine-tuned, and a head: softmax(mean · W + b). It
knows two labels and nothing else: whether the passage speaks to the proposition at all is for the reader.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.assistance import forward, tokens, weights

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.perspectives.assistance.weights import Array, Layer

LABELS: Final = ("undermines", "supports")
"""The labels, in the order of the columns of every array of scores."""


@dataclass(frozen=True)
class StanceModel:
    """The trained layers above the encoder's `frozen` ones, and the head: (384, 2) and (2,)."""

    frozen: int
    layers: tuple[Layer, ...]
    head: Array
    head_bias: Array

    def probabilities(self, pairs: Sequence[tuple[str, str]]) -> NDArray[np.float64]:
        """Return the scores of `LABELS` for pairs of proposition and passage, shape (len(pairs), 2).

        Rows sum to 1. They are scores, not calibrated probabilities: `conformal` turns them into sets.

        Raises:
            EncoderMissingError: the encoder is not installed.
        """
        model = weights.load()
        layers = (*model.layers[: self.frozen], *self.layers)
        found = np.empty((len(pairs), len(LABELS)))
        for batch in tokens.batches(pairs):
            hidden = forward.embed_tokens(model, batch.ids, batch.segments)
            pooled = forward.run_layers(layers, hidden).mean(axis=1)
            found[batch.places] = pooled @ self.head + self.head_bias
        found -= found.max(axis=1, keepdims=True, initial=-np.inf)
        np.exp(found, out=found)
        found /= found.sum(axis=1, keepdims=True)
        return found
