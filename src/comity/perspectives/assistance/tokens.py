"""Texts to token ids: the tokenizer that comes with the encoder, with lengths that it was made for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from tokenizers import Tokenizer

from comity.perspectives.assistance.errors import EncoderMissingError
from comity.perspectives.assistance.weights import model_folder

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    Text = str | tuple[str, str]

LONGEST: Final = 256
"""Tokens of a sequence, as the model's configuration says; what is longer is cut."""
CHARACTERS: Final = 4096
"""Characters of a text that are looked at: more than LONGEST tokens can hold of any prose."""
BATCH_TOKENS: Final = 2048


@dataclass(frozen=True)
class Batch:
    """Sequences of one length: where they stood, token ids and segment ids, both (batch, length)."""

    places: NDArray[np.intp]
    ids: NDArray[np.int32]
    segments: NDArray[np.int32]


@lru_cache(maxsize=1)
def tokenizer() -> Tokenizer:
    """Return the encoder's tokenizer, without padding, cutting at `LONGEST` tokens.

    Raises:
        EncoderMissingError: the package is not installed, or its file is damaged.
    """
    path = model_folder() / "tokenizer.json"
    try:
        # Read here, so that a missing file is an error of its own and not one of the library's.
        found = Tokenizer.from_str(path.read_text(encoding="utf-8"))
    except Exception as error:  # the library raises bare Exception for a damaged file
        raise EncoderMissingError(f"{path.name} cannot be read: {error}") from error
    found.no_padding()
    found.enable_truncation(LONGEST)
    return found


def batches(texts: Sequence[Text]) -> Iterator[Batch]:
    """Yield the token ids of texts, or of pairs of texts, in batches of one length, short ones first."""
    cut = [_cut(text) for text in texts]
    encoded = tokenizer().encode_batch(cut)
    by_length: dict[int, list[int]] = defaultdict(list)
    for place, item in enumerate(encoded):
        by_length[len(item.ids)].append(place)
    for length in sorted(by_length):
        places = by_length[length]
        size = max(1, BATCH_TOKENS // length)
        for start in range(0, len(places), size):
            chosen = places[start : start + size]
            yield Batch(
                np.array(chosen),
                np.array([encoded[place].ids for place in chosen], dtype=np.int32),
                np.array([encoded[place].type_ids for place in chosen], dtype=np.int32),
            )


def _cut(text: Text) -> Text:
    return text[:CHARACTERS] if isinstance(text, str) else (text[0][:CHARACTERS], text[1][:CHARACTERS])
