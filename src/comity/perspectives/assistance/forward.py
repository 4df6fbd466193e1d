"""The forward pass of the encoder in numpy: BERT as published, on batches of sequences of one length.

Devlin et al. 2019 ("BERT"), section 3, on Vaswani et al. 2017 ("Attention is all you need"), sections 3.1 to
3.3. Sequences of one length need neither padding nor a mask, so a batch holds sequences of one length only.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.assistance.weights import HEADS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from comity.perspectives.assistance.weights import Array, Layer, Weights

EPSILON: Final = np.float32(1e-12)
"""Of the layer norm, as the model's configuration says."""
ERF: Final = tuple(np.float32(a) for a in (0.254829592, -0.284496736, 1.421413741, -1.453152027, 1.061405429))
ERF_P: Final = np.float32(0.3275911)
ROWS: Final = 64
"""Rows of activations that one step of GELU takes: what it reads and writes then stays in the cache."""


def embed_tokens(weights: Weights, ids: NDArray[np.int32], segments: NDArray[np.int32]) -> Array:
    """Return the input of the first layer, shape (batch, length, width), for token ids and segment ids."""
    length = ids.shape[1]
    summed = weights.words[ids] + weights.positions[:length] + weights.segments[segments]
    rows: Array = np.asarray(summed.reshape(-1, WIDTH), dtype=np.float32)
    return _norm(rows, *weights.norm).reshape(summed.shape)


def run_layers(layers: Sequence[Layer], hidden: Array) -> Array:
    """Return the activations after `layers`, shape (batch, length, width) as `hidden`."""
    batch, length, width = hidden.shape
    rows = hidden.reshape(-1, width)
    for layer in layers:
        rows = _layer(layer, rows, batch, length)
    return rows.reshape(hidden.shape)


def _layer(layer: Layer, rows: Array, batch: int, length: int) -> Array:
    """Attention, then the feed-forward network, each with a residual and a norm (Vaswani 3.1)."""
    mixed = _attention(rows @ layer.qkv + layer.qkv_bias, batch, length)
    mixed = _norm(rows + (mixed @ layer.out + layer.out_bias), *layer.norm_attention)
    wide: Array = mixed @ layer.up
    wide += layer.up_bias
    _gelu(wide)
    return _norm(mixed + (wide @ layer.down + layer.down_bias), *layer.norm_output)


def _attention(qkv: Array, batch: int, length: int) -> Array:
    """softmax(Q Kᵀ / √d) V in every head (Vaswani equation 1)."""
    size = WIDTH // HEADS
    query, key, value = qkv.reshape(batch, length, 3, HEADS, size).transpose(2, 0, 3, 1, 4)
    scores = query @ key.transpose(0, 1, 3, 2)
    scores *= np.float32(size**-0.5)
    scores -= scores.max(axis=-1, keepdims=True)
    np.exp(scores, out=scores)
    scores /= scores.sum(axis=-1, keepdims=True)
    found: Array = (scores @ value).transpose(0, 2, 1, 3).reshape(batch * length, WIDTH)
    return found


def _norm(rows: Array, gain: Array, bias: Array) -> Array:
    """Layer norm over the last axis (Ba et al. 2016, equation 4)."""
    rows -= rows.mean(axis=-1, keepdims=True)
    variance: Array = np.einsum("ij,ij->i", rows, rows)[:, None] / np.float32(rows.shape[1])
    spread = np.sqrt(variance + EPSILON)
    rows /= spread
    rows *= gain
    rows += bias
    return rows


def _gelu(rows: Array) -> None:
    """Replace x by x · Φ(x) (Hendrycks & Gimpel 2016), erf by Abramowitz & Stegun 7.1.26."""
    half = np.float32(0.5)
    root = np.float32(2**-0.5)
    for start in range(0, len(rows), ROWS):
        x = rows[start : start + ROWS]
        size = np.abs(x)
        size *= root
        t = np.float32(1) / (np.float32(1) + ERF_P * size)
        tail = ERF[4] * t
        for coefficient in ERF[3::-1]:
            tail += coefficient
            tail *= t
        np.square(size, out=size)
        np.negative(size, out=size)
        tail *= np.exp(size, out=size)
        tail *= half
        # Φ(x) is the tail for negative x and 1 - tail for positive x.
        x *= np.where(x < 0, tail, np.float32(1) - tail)
