"""Fine-tuning of the upper encoder layers as a cross-encoder of claim and passage (extra `train`).

Devlin et al. 2019, section 3.2 (a pair in one sequence, fine-tuned end to end); AdamW (Loshchilov & Hutter
2019, algorithm 2) with warm-up and cosine decay. The lower `frozen` layers and the embeddings stay as they
are, so their activations are computed once. What is learned is used by `stance`, in numpy, without jax.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
import optax

from comity.perspectives.assistance import forward, tokens, weights
from comity.perspectives.assistance.weights import HEADS, WIDTH

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from numpy.typing import NDArray

    from comity.perspectives.assistance.perspectrum import Pair
    from comity.perspectives.assistance.settings import Settings

LENGTHS: Final = (20, 24, 28, 32, 40, 56, 96, 256)
"""Lengths to which sequences are padded in training: jax compiles one step for each."""
LABELS: Final = 2


Params = dict[str, Any]
"""`layers`: a list of dictionaries of the arrays of `weights.Layer`; `head`: `weight` and `bias`."""


class Batch(NamedTuple):
    """Pairs padded to one length: activations below the trained layers, mask, labels."""

    hidden: NDArray[np.float16]
    mask: NDArray[np.bool_]
    labels: NDArray[np.int32]


def first_params(settings: Settings) -> Params:
    """Return what training starts from: the encoder's own upper layers, and a small random head."""
    rng = np.random.default_rng(settings.seed)
    layers = [dict(vars(layer)) for layer in weights.load().layers[settings.frozen :]]
    head = {
        "weight": rng.normal(0, 0.02, (WIDTH, LABELS)).astype(np.float32),
        "bias": np.zeros(LABELS, dtype=np.float32),
    }
    return {"layers": layers, "head": head}


def train(
    pairs: Sequence[Pair],
    settings: Settings,
    after_epoch: Callable[[int, Params], None],
    progress: Callable[[int, int], None] = lambda _done, _all: None,
) -> None:
    """Train on `pairs`; `after_epoch(number, params)` is called after each pass, with arrays of numpy.

    Args:
        pairs: Claims and perspectives with their labels.
        settings: What the run depends on.
        after_epoch: Judges or keeps the parameters.
        progress: Told how many steps are done, of how many.
    """
    held = _padded(pairs, settings.frozen)
    rng = np.random.default_rng(settings.seed)
    steps = settings.epochs * sum(-(-len(group.labels) // settings.batch) for group in held)
    optimiser = _optimiser(settings, steps)
    params: Params = jax.tree.map(jnp.asarray, first_params(settings))
    state = optimiser.init(params)
    step = _step(optimiser, settings.dropout)
    key = jax.random.key(settings.seed)
    done = 0
    for epoch in range(1, settings.epochs + 1):
        for batch in _shuffled(held, settings.batch, rng):
            key, drop = jax.random.split(key)
            params, state = step(params, state, drop, batch)
            done += 1
            progress(done, steps)
        after_epoch(epoch, jax.tree.map(np.asarray, params))


def logits(params: Params, hidden: Any, mask: Any, drop: Any = None, rate: float = 0.0) -> Any:
    """Return the logits (batch, 2) of padded sequences: the trained layers, the mean, the head.

    The same mathematics as `forward` and `stance`, written for jax: each is the other's oracle in the tests.
    """
    for number, layer in enumerate(params["layers"]):
        key = None if drop is None else jax.random.fold_in(drop, number)
        hidden = _layer(layer, hidden, mask, key, rate)
    weight = mask[:, :, None] / mask.sum(axis=1)[:, None, None]
    pooled = _dropped((hidden * weight).sum(axis=1), drop, rate)
    return pooled @ params["head"]["weight"] + params["head"]["bias"]


def _layer(layer: Params, hidden: Any, mask: Any, key: Any, rate: float) -> Any:
    batch, length, width = hidden.shape
    size = WIDTH // HEADS
    qkv = hidden @ layer["qkv"] + layer["qkv_bias"]
    query, key_, value = qkv.reshape(batch, length, 3, HEADS, size).transpose(2, 0, 3, 1, 4)
    scores = query @ key_.transpose(0, 1, 3, 2) / jnp.sqrt(size)
    scores = jnp.where(mask[:, None, None, :], scores, -1e9)
    mixed = (jax.nn.softmax(scores) @ value).transpose(0, 2, 1, 3).reshape(batch, length, width)
    one, two = (None, None) if key is None else jax.random.split(key)
    mixed = _dropped(mixed @ layer["out"] + layer["out_bias"], one, rate)
    hidden = _norm(hidden + mixed, layer["norm_attention"])
    wide = jax.nn.gelu(hidden @ layer["up"] + layer["up_bias"], approximate=False)
    return _norm(
        hidden + _dropped(wide @ layer["down"] + layer["down_bias"], two, rate), layer["norm_output"]
    )


def _norm(rows: Any, gain_bias: tuple[Any, Any]) -> Any:
    centred = rows - rows.mean(axis=-1, keepdims=True)
    spread = jnp.sqrt((centred**2).mean(axis=-1, keepdims=True) + 1e-12)
    return centred / spread * gain_bias[0] + gain_bias[1]


def _dropped(rows: Any, key: Any, rate: float) -> Any:
    if key is None or not rate:
        return rows
    return jnp.where(jax.random.bernoulli(key, 1 - rate, rows.shape), rows / (1 - rate), 0)


def _optimiser(settings: Settings, steps: int) -> optax.GradientTransformation:
    warm = max(1, round(settings.warmup * steps))
    rate = optax.warmup_cosine_decay_schedule(0, settings.rate, warm, max(steps, warm + 1))

    def decayed(params: Params) -> Params:
        """Decay matrices only: biases and norms are left alone."""
        return dict(jax.tree.map(lambda array: array.ndim > 1, params))

    adam = optax.adamw(rate, weight_decay=settings.decay, mask=decayed)
    return optax.chain(optax.clip_by_global_norm(1.0), adam)


def _step(optimiser: optax.GradientTransformation, dropout: float) -> Callable[..., tuple[Params, Any]]:
    def loss(params: Params, drop: Any, hidden: Any, mask: Any, labels: Any) -> Any:
        found = logits(params, hidden.astype(jnp.float32), mask, drop, dropout)
        return optax.softmax_cross_entropy_with_integer_labels(found, labels).mean()

    @jax.jit
    def step(params: Params, state: Any, drop: Any, batch: Batch) -> tuple[Params, Any]:
        gradient = jax.grad(loss)(params, drop, *batch)
        updates, state = optimiser.update(gradient, state, params)
        return optax.apply_updates(params, updates), state

    return step


def _padded(pairs: Sequence[Pair], frozen: int) -> list[Batch]:
    """Return all pairs, grouped by padded length, with their activations below the trained layers."""
    model = weights.load()
    labels = np.array([pair.label for pair in pairs], dtype=np.int32)
    groups: dict[int, list[tuple[NDArray[np.float16], NDArray[np.bool_], NDArray[np.int32]]]] = {}
    for batch in tokens.batches([(pair.claim, pair.perspective) for pair in pairs]):
        hidden = forward.embed_tokens(model, batch.ids, batch.segments)
        hidden = forward.run_layers(model.layers[:frozen], hidden).astype(np.float16)
        size, length = batch.ids.shape
        wide = next(limit for limit in LENGTHS if limit >= length)
        mask = np.arange(wide) < np.full((size, 1), length)
        padding = ((0, 0), (0, wide - length), (0, 0))
        groups.setdefault(wide, []).append((np.pad(hidden, padding), mask, labels[batch.places]))
    return [Batch(*(np.concatenate(part) for part in zip(*groups[wide], strict=True))) for wide in groups]


def _shuffled(held: list[Batch], size: int, rng: np.random.Generator) -> list[Batch]:
    """Return the batches of one epoch, in random order; the last of a length is filled up."""
    found = []
    for group in held:
        order = rng.permutation(len(group.labels))
        order = np.resize(order, -(-len(order) // size) * size)
        for start in range(0, len(order), size):
            chosen = order[start : start + size]
            found.append(Batch(group.hidden[chosen], group.mask[chosen], group.labels[chosen]))
    return [found[place] for place in rng.permutation(len(found))]
