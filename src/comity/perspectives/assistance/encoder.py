"""Sentence embeddings: the mean of the encoder's last activations, of length 1, kept by content hash.

Reimers & Gurevych 2019 ("Sentence-BERT"), section 3 (mean pooling). Embeddings are kept in memory only: a
text can be guessed back from its embedding, and documents lie encrypted on disk.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.assistance import forward, tokens, weights

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.perspectives.assistance.weights import Array

KEPT: Final = 50_000
"""Embeddings kept in memory: 75 MB."""


def embed(texts: Sequence[str]) -> Array:
    """Return the embeddings of `texts`, shape (len(texts), 384), each of length 1.

    An empty text has an embedding as well (that of the two marker tokens); a long one is cut.

    Raises:
        EncoderMissingError: the encoder is not installed.
    """
    model = weights.load()
    found = np.empty((len(texts), weights.WIDTH), dtype=np.float32)
    for batch in tokens.batches(texts):
        hidden = forward.embed_tokens(model, batch.ids, batch.segments)
        found[batch.places] = forward.run_layers(model.layers, hidden).mean(axis=1)
    if len(found):
        found /= np.linalg.norm(found, axis=1, keepdims=True)
    return found


class Embeddings:
    """Embeddings by content hash: a text that was seen is not computed again; the oldest are forgotten."""

    def __init__(self, compute: Callable[[Sequence[str]], Array] = embed, kept: int = KEPT) -> None:
        self._compute = compute
        self._kept = kept
        self._rows: OrderedDict[bytes, Array] = OrderedDict()

    def __len__(self) -> int:
        return len(self._rows)

    def of(self, texts: Sequence[str]) -> Array:
        """Return the embeddings of `texts`, shape (len(texts), 384).

        Raises:
            EncoderMissingError: the encoder is not installed.
        """
        keys = [_key(text) for text in texts]
        missing = {key: text for key, text in zip(keys, texts, strict=True) if key not in self._rows}
        computed = dict(zip(missing, self._compute(list(missing.values())), strict=True)) if missing else {}
        found = np.empty((len(texts), weights.WIDTH), dtype=np.float32)
        for place, key in enumerate(keys):
            found[place] = computed[key] if key in computed else self._rows[key]
        for key in keys:
            if key in computed:
                self._rows[key] = computed[key].copy()
            self._rows.move_to_end(key)
        while len(self._rows) > self._kept:
            self._rows.popitem(last=False)
        return found

    def keep(self, texts: Iterable[str]) -> None:
        """Forget the embeddings of every text but these."""
        wanted = {_key(text) for text in texts}
        for key in [key for key in self._rows if key not in wanted]:
            del self._rows[key]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
