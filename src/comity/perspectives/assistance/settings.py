"""What a training run depends on besides its data."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Settings:
    """What a training run depends on besides its data.

    Attributes:
        frozen: Encoder layers, from below, that are not trained.
        epochs: Passes over the training pairs.
        batch: Pairs a step.
        rate: Highest learning rate.
        decay: Weight decay.
        dropout: Share of the activations dropped after each sublayer.
        warmup: Share of the steps over which the learning rate rises.
        seed: Seed of the order, the dropout and the first head.
    """

    frozen: int = 1
    epochs: int = 4
    batch: int = 32
    rate: float = 1e-4
    decay: float = 0.01
    dropout: float = 0.1
    warmup: float = 0.1
    seed: int = 1
