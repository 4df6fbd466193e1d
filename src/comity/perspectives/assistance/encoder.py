"""Sentence embeddings: the mean of the encoder's last activations, of length 1, kept by content hash.

Reimers & Gurevych 2019 ("Sentence-BERT"), section 3 (mean pooling). Embeddings are kept in memory only: a
text can be guessed back from its embedding, and documents lie encrypted on disk.
"""

from __future__ import annotations

import hashlib
import threading
from collections import OrderedDict
from typing import TYPE_CHECKING, Final

import numpy as np

from comity.perspectives.assistance import forward, tokens, weights
from comity.perspectives.assistance.reading import PASSAGES, quiet

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from comity.perspectives.assistance.reading import Progress
    from comity.perspectives.assistance.weights import Array

KEPT: Final = 50_000
"""Embeddings kept in memory: 75 MB."""
STEP: Final = 256
"""Texts that are embedded before it is told how far it is; texts of like length go together."""


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
        self._lock = threading.Lock()

    def __len__(self) -> int:
        return len(self._rows)

    def missing(self, texts: Iterable[str]) -> int:
        """Return how many different texts are not embedded yet."""
        keys = {_key(text) for text in texts}
        with self._lock:
            return sum(key not in self._rows for key in keys)

    def of(self, texts: Sequence[str], progress: Progress = quiet) -> Array:
        """Return the embeddings of `texts`, shape (len(texts), 384); what is new is told as it is done.

        Raises:
            EncoderMissingError: the encoder is not installed.
        """
        keys = [_key(text) for text in texts]
        held = self._held(keys)
        by_length = sorted(zip(keys, texts, strict=True), key=lambda item: len(item[1]))
        missing = {key: text for key, text in by_length if key not in held}
        left = list(missing)
        for start in range(0, len(left), STEP):
            progress(PASSAGES, start, len(left))
            chosen = left[start : start + STEP]
            rows = self._compute([missing[key] for key in chosen])
            held |= self._added({key: row.copy() for key, row in zip(chosen, rows, strict=True)})
        found = np.empty((len(texts), weights.WIDTH), dtype=np.float32)
        for place, key in enumerate(keys):
            found[place] = held[key]
        return found

    def _held(self, keys: Iterable[bytes]) -> dict[bytes, Array]:
        """Return what is kept of `keys`, and remember that it was asked for."""
        with self._lock:
            found = {key: self._rows[key] for key in keys if key in self._rows}
            for key in found:
                self._rows.move_to_end(key)
        return found

    def _added(self, fresh: dict[bytes, Array]) -> dict[bytes, Array]:
        with self._lock:
            self._rows.update(fresh)
            while len(self._rows) > self._kept:
                self._rows.popitem(last=False)
        return fresh

    def keep(self, texts: Iterable[str]) -> None:
        """Forget the embeddings of every text but these."""
        wanted = {_key(text) for text in texts}
        with self._lock:
            for key in [key for key in self._rows if key not in wanted]:
                del self._rows[key]


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()
