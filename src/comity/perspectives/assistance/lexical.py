"""Which passages share words, syllables or letters with a question: BM25, in any language and script.

Robertson & Zaragoza 2009, "The Probabilistic Relevance Framework", section 3, as `bm25s` computes it (Lù
2024). The terms are those of the search: words without case and diacritics, pairs of code points where a
script writes no spaces. Vietnamese writes its words as several syllables, so there pairs of neighbours are
terms as well.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Final

import numpy as np
from bm25s import BM25

from comity.node.search.tokens import columns

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

CHARACTERS: Final = 20_000
"""Characters of a text that are looked at."""


def terms(text: str, *, neighbours: bool = False) -> list[str]:
    """Return the terms of a text, with pairs of neighbouring ones where that is asked for."""
    found = columns(text[:CHARACTERS])[0].split()
    if neighbours:
        found += [f"{one} {other}" for one, other in itertools.pairwise(found)]
    return found


class WordIndex:
    """BM25 over passages.

    Args:
        passages: The passages.
        neighbours: Whether pairs of neighbouring terms are terms as well.
    """

    def __init__(self, passages: Sequence[str], *, neighbours: bool = False) -> None:
        self._neighbours = neighbours
        self._size = len(passages)
        corpus = [terms(passage, neighbours=neighbours) for passage in passages]
        self._index: BM25 | None = None
        if any(corpus):
            self._index = BM25()
            self._index.index(corpus, show_progress=False)

    def scores(self, question: str) -> NDArray[np.float64]:
        """Return the BM25 score of every passage for a question, shape (passages,); 0 shares no term."""
        found = np.zeros(self._size)
        if self._index is None:
            return found
        asked = dict.fromkeys(terms(question, neighbours=self._neighbours))
        wanted = [term for term in asked if term in self._index.vocab_dict]
        if wanted:
            found += self._index.get_scores(wanted)
        return found
