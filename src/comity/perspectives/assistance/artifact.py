"""A stance model on disk: arrays in `stance.safetensors`, and `card.json`, which says how it came about.

The arrays are digested in the card, and the card names the encoder's digest: a model is used with the encoder
that it was trained on or not at all. A card is data from outside: what is missing or damaged is refused.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load, save

from comity.perspectives.assistance import weights
from comity.perspectives.assistance.errors import StanceModelError
from comity.perspectives.assistance.stance import LABELS, StanceModel
from comity.perspectives.assistance.weights import Layer

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

FORMAT: Final = "comity/stance-model/1"
ARRAYS: Final = "stance.safetensors"
CARD: Final = "card.json"
_NORMS: Final = ("norm_attention", "norm_output")


@dataclass(frozen=True)
class Artifact:
    """A stance model with its card and its calibration scores, sorted."""

    model: StanceModel
    card: dict[str, Any]
    scores: tuple[float, ...]

    @property
    def level(self) -> float | None:
        """The level at which it answers by default, chosen on its calibration; None where none was."""
        chosen = self.card["calibration"].get("level")
        return float(chosen["alpha"]) if chosen else None

    @property
    def digest(self) -> str:
        """SHA-256 of the arrays, which names the model."""
        return str(self.card["arrays_sha256"])


def write(folder: Path, model: StanceModel, card: Mapping[str, Any]) -> Artifact:
    """Write a model and its card; the card gets its format, the encoder and the digest of the arrays."""
    data = save(_arrays(model))
    whole = {
        "format": FORMAT,
        "labels": list(LABELS),
        "frozen": model.frozen,
        "encoder_sha256": weights.load().digest,
        "arrays_sha256": hashlib.sha256(data).hexdigest(),
        **card,
    }
    folder.mkdir(parents=True, exist_ok=True)
    (folder / ARRAYS).write_bytes(data)
    (folder / CARD).write_text(json.dumps(whole, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    return read(folder)


def read(folder: Path) -> Artifact:
    """Read a model.

    Raises:
        StanceModelError: it is absent or damaged, of another format, or made for another encoder.
        EncoderMissingError: the encoder is not installed.
    """
    try:
        card = json.loads((folder / CARD).read_text(encoding="utf-8"))
        data = (folder / ARRAYS).read_bytes()
        if card["format"] != FORMAT or card["labels"] != list(LABELS):
            raise StanceModelError(f"{folder}: the card is of format {card['format']!r}, not {FORMAT}")
        if hashlib.sha256(data).hexdigest() != card["arrays_sha256"]:
            raise StanceModelError(f"{folder / ARRAYS}: not the arrays that the card describes")
        if card["encoder_sha256"] != weights.load().digest:
            raise StanceModelError(f"{folder}: made for another encoder than the one installed")
        model = _model(load(data), int(card["frozen"]))
        _check_level(card["calibration"].get("level"))
        return Artifact(model, card, _scores(card["calibration"]["scores"]))
    except (OSError, ValueError, KeyError, TypeError, SafetensorError) as error:
        raise StanceModelError(f"{folder}: no stance model can be read here: {error!r}") from error


def _scores(found: Sequence[Any]) -> tuple[float, ...]:
    scores = tuple(sorted(float(score) for score in found))
    if not all(0 <= score <= 1 for score in scores):
        raise ValueError("a calibration score is not between 0 and 1")
    return scores


def _check_level(level: Mapping[str, Any] | None) -> None:
    if level is not None and not 0 < float(level["alpha"]) < 1:
        raise ValueError(f"{level['alpha']!r} is no level")


def _arrays(model: StanceModel) -> dict[str, Any]:
    found = {"head": model.head, "head_bias": model.head_bias}
    for number, layer in enumerate(model.layers):
        for field in fields(Layer):
            value = getattr(layer, field.name)
            parts = dict(zip(("gain", "bias"), value, strict=True)) if field.name in _NORMS else {"": value}
            found |= {f"{number}.{field.name}.{part}".rstrip("."): array for part, array in parts.items()}
    return {name: np.ascontiguousarray(array, dtype=np.float32) for name, array in found.items()}


def _model(arrays: Mapping[str, Any], frozen: int) -> StanceModel:
    base = weights.load().layers
    if not 0 <= frozen <= len(base):
        raise ValueError(f"{frozen} layers cannot be frozen")

    def of(name: str, like: Any) -> Any:
        found = arrays[name]
        if found.shape != like.shape or found.dtype != np.float32:
            raise ValueError(f"{name} has shape {found.shape}, not {like.shape}")
        return found

    layers = []
    for number, layer in enumerate(base[frozen:]):
        parts: dict[str, Any] = {}
        for field in fields(Layer):
            like = getattr(layer, field.name)
            name = f"{number}.{field.name}"
            if field.name in _NORMS:
                parts[field.name] = (of(f"{name}.gain", like[0]), of(f"{name}.bias", like[1]))
            else:
                parts[field.name] = of(name, like)
        layers.append(Layer(**parts))
    head = of("head", np.empty((weights.WIDTH, len(LABELS))))
    return StanceModel(frozen, tuple(layers), head, of("head_bias", np.empty(len(LABELS))))
