"""The passages of the documents held here: sentences with their language and their place, exactly.

A passage is a sentence of the running text, and it is shown and pointed to as it stands in the document.
English sentences are found by `pysbd` (Sadvilkar & Neumann 2020); other languages end theirs with the marks
of `_ENDS`, and Lao, which has none, with the spaces of its phrases.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.languages import language_of
from comity.perspectives.locators import fold
from comity.perspectives.segments import segment

if TYPE_CHECKING:
    from collections.abc import Iterator

    from comity.perspectives.segments import Segment

SHORTEST: Final = 20
"""Code points below which a piece is a heading, a label or a fragment, and no statement."""
LONGEST: Final = 2000
_ENDS: Final = re.compile(r"(?<=[.!?…။។])\s+")
_PHRASES: Final = re.compile(r"(?<=[\u0e80-\u0eff.!?])\s+")
_LAO_PHRASE: Final = 60
"""Code points that are gathered, phrase by phrase, before a Lao passage ends."""


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence of a document.

    Attributes:
        work: Slug of the work whose document it stands in.
        document: Origin and index of the document's record.
        text: As it stands in the document, with white space folded.
        language: Its language, as `languages` tells it.
        start: First code point in the document's text.
        end: One past the last.
    """

    work: str
    document: tuple[str, int]
    text: str
    language: str
    start: int
    end: int


def passages_of(work: str, document: tuple[str, int], text: str) -> list[Passage]:
    """Return the passages of a document's text, in order; headings, tables and code are none.

    A sentence that stands there several times, as titles in a list of references do, is one passage: the
    first.
    """
    found: dict[str, Passage] = {}
    for piece in segment(text):
        if piece.kind in ("heading", "table", "code"):
            continue
        language = language_of(piece.text)
        for start, end in _sentences(piece, language):
            at, to = piece.span(start, end)
            verbatim = fold(text[at:to]).text
            if SHORTEST <= len(verbatim) <= LONGEST:
                found.setdefault(verbatim, Passage(work, document, verbatim, language, at, to))
    return list(found.values())


def _sentences(piece: Segment, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the sentences of a segment, without white space at their ends."""
    if language == "lo":
        spans = _gathered(piece.text)
    elif language == "en":
        spans = _english(piece.text)
    else:
        spans = _split(_ENDS, piece.text)
    for start, end in spans:
        inner = piece.text[start:end]
        lead, trail = len(inner) - len(inner.lstrip()), len(inner) - len(inner.rstrip())
        if start + lead < end - trail:
            yield start + lead, end - trail


def _english(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans that pysbd finds; where its spans do not lie one after another, the plain rule's."""
    spans = [(int(span.start), int(span.end)) for span in _segmenter().segment(text)]
    ordered = all(one[1] <= other[0] for one, other in pairwise(spans))
    if ordered and all(0 <= start < end <= len(text) for start, end in spans):
        yield from spans
    else:
        yield from _split(_ENDS, text)


def _gathered(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for _, end in _split(_PHRASES, text):
        if end - start >= _LAO_PHRASE or end == len(text):
            yield start, end
            start = end


def _split(pattern: re.Pattern[str], text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in pattern.finditer(text):
        yield start, match.start()
        start = match.end()
    if start < len(text):
        yield start, len(text)


@lru_cache(maxsize=1)
def _segmenter() -> Any:
    from pysbd import Segmenter  # noqa: PLC0415 - only where there is English text

    return Segmenter(language="en", clean=False, char_span=True)
