"""Which passages share words, syllables or letters with a question: BM25, in any language and script.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", section 3, as `bm25s` computes it
(Lù 2024). Words are folded: case, diacritics and đ do not matter. Where a script writes no spaces, and for
Vietnamese with its one-syllable words, runs of characters or pairs of syllables count as well.
"""

from __future__ import annotations

import itertools
import re
import unicodedata
from typing import TYPE_CHECKING, Final

import numpy as np
from bm25s import BM25

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_WORD: Final = re.compile(r"\w+")
_UNSPACED: Final = re.compile(r"[\u0e00-\u0eff\u1780-\u17ff\u3400-\u9fff\u1000-\u109f]+")
GRAM: Final = 3
CHARACTERS: Final = 20_000
"""Characters of a text that are looked at."""


def folded(text: str) -> str:
    """Return a text in lower case without diacritics; Lao and Thai vowel signs are letters and stay."""
    plain = unicodedata.normalize("NFD", text[:CHARACTERS].casefold()).replace("đ", "d")
    return "".join(c for c in plain if not "\u0300" <= c <= "\u036f")


def terms(text: str) -> list[str]:
    """Return the terms of a text: folded words, pairs of neighbours, and runs of unspaced characters."""
    found: list[str] = []
    plain = folded(text)
    for run in _UNSPACED.findall(plain):
        found += [run[start : start + GRAM] for start in range(max(1, len(run) - GRAM + 1))]
    words = _WORD.findall(_UNSPACED.sub(" ", plain))
    return [*found, *words]


def pairs(text: str) -> list[str]:
    """Return the terms of a text and the pairs of neighbouring words, for languages of short words."""
    found = terms(text)
    return [*found, *(f"{one} {other}" for one, other in itertools.pairwise(found))]


class WordIndex:
    """BM25 over passages.

    Args:
        passages: The passages.
        neighbours: Whether pairs of neighbouring words are terms as well.
    """

    def __init__(self, passages: Sequence[str], *, neighbours: bool = False) -> None:
        self._terms = pairs if neighbours else terms
        self._size = len(passages)
        corpus = [self._terms(passage) for passage in passages]
        self._index: BM25 | None = None
        if any(corpus):
            self._index = BM25()
            self._index.index(corpus, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float64]:
        """Return the BM25 score of every passage for a question, shape (passages,); 0 shares no term."""
        found = np.zeros(self._size)
        if self._index is None:
            return found
        wanted = [term for term in dict.fromkeys(self._terms(question)) if term in self._index.vocab_dict]
        if wanted:
            found += self._index.get_scores(wanted)
        return found
