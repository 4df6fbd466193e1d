"""Candidates: the passages of a corpus that may speak to a proposition, the likeliest first.

English is ranked by words and by meaning, fused. The encoder knows no other language well enough, so
everything else is ranked by words and characters alone, and says so.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.assistance import fusion
from comity.perspectives.assistance.errors import EncoderMissingError
from comity.perspectives.assistance.lexical import WordIndex

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import numpy as np
    from numpy.typing import NDArray

    from comity.perspectives.assistance.encoder import Embeddings
    from comity.perspectives.assistance.passages import Passage

READ: Final = "en"
"""The one language that the model reads."""
EMBEDDED: Final = 4_000
"""Passages that are embedded for one question at most; of a larger corpus those that words rank first."""
NEIGHBOURS: Final = ("vi",)

Ranked = Literal["words and meaning", "words and characters"]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A passage that may speak to a proposition.

    Attributes:
        passage: The passage.
        score: Of the ranking; comparable inside one language of one answer only.
        ranked: What the ranking looked at.
    """

    passage: Passage
    score: float
    ranked: Ranked


class Candidates:
    """The passages of a corpus, indexed by language.

    Args:
        passages: The passages.
        embeddings: Where embeddings are computed and kept; None where the encoder is not to be used.
    """

    def __init__(self, passages: Sequence[Passage], embeddings: Embeddings | None) -> None:
        self._by_language: dict[str, list[Passage]] = defaultdict(list)
        for passage in passages:
            self._by_language[passage.language].append(passage)
        self._indexes = {
            language: WordIndex([one.text for one in found], neighbours=language in NEIGHBOURS)
            for language, found in self._by_language.items()
        }
        self._embeddings = embeddings
        self.encoder_missing = False

    @property
    def languages(self) -> dict[str, int]:
        """How many passages there are in each language."""
        return {language: len(found) for language, found in self._by_language.items()}

    def embedded(self, question: Mapping[str, str]) -> list[str]:
        """Return what is embedded to rank by meaning: proposition and passages, or nothing without either."""
        text = question.get(READ, "")
        passages = self._by_language.get(READ)
        if not text.strip() or not passages or self._embeddings is None:
            return []
        return [text, *(passages[place].text for place in self._places(self._indexes[READ].scores(text)))]

    def rank(
        self, question: Mapping[str, str], count: int, *, meaning: bool = True
    ) -> dict[str, list[Candidate]]:
        """Return the best candidates in each language in which the proposition is written.

        Args:
            question: The proposition by language.
            count: Candidates in each language.
            meaning: Whether English is ranked by meaning, too; else by words alone.
        """
        found = {}
        for language in self._by_language:
            text = question.get(language, "")
            if text.strip():
                found[language] = self._ranked(language, text, count, meaning=meaning)
        return found

    def _ranked(self, language: str, text: str, count: int, *, meaning: bool) -> list[Candidate]:
        passages = self._by_language[language]
        scores = self._indexes[language].scores(text)
        if meaning and language == READ and self._embeddings is not None:
            try:
                return self._fused(passages, scores, text, count)
            except EncoderMissingError:
                self.encoder_missing = True
        return [
            Candidate(passages[place], float(scores[place]), "words and characters")
            for place in fusion.best(scores, count)
            if scores[place] > 0
        ]

    def _fused(
        self, passages: Sequence[Passage], scores: NDArray[np.float64], text: str, count: int
    ) -> list[Candidate]:
        assert self._embeddings is not None
        places = self._places(scores)
        embedded = self._embeddings.of([text, *(passages[place].text for place in places)])
        fused = fusion.fuse(scores[places], embedded[1:] @ embedded[0])
        return [
            Candidate(passages[places[at]], float(fused[at]), "words and meaning")
            for at in fusion.best(fused, count)
        ]

    @staticmethod
    def _places(scores: NDArray[np.float64]) -> list[int]:
        """Return the passages that are embedded: all, or of many those that words rank first."""
        return fusion.best(scores, EMBEDDED) if len(scores) > EMBEDDED else list(range(len(scores)))
