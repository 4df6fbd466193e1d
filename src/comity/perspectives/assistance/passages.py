"""The passages of the documents held here: sentences with their language and their place, exactly.

A passage is a sentence of the running text as `sentences` finds it, and it is shown and pointed to as it
stands in the document. Lao and Thai mark no sentences: their phrases are gathered until there is enough to
read. What stands in a list of references, or is a reference in a note, says nothing and is no passage.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.listing import entries_of, noted, section_of_references
from comity.perspectives.intake.sections import section_map
from comity.perspectives.languages import language_of
from comity.perspectives.locators import fold
from comity.perspectives.segments import segment
from comity.perspectives.sentences import pieces

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.perspectives.segments import Segment

SHORTEST: Final = 20
"""Code points below which a piece is a heading, a label or a fragment, and no statement."""
LONGEST: Final = 2000
_GATHERED: Final = 60
"""Code points that are gathered, phrase by phrase, before a passage without sentences ends."""


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
    """Return the passages of a document's text, in order; headings, tables, code and references are none.

    A sentence that stands there several times is one passage: the first.
    """
    found: dict[str, Passage] = {}
    for piece, start, end, language in _said(text):
        at, to = piece.span(start, end)
        verbatim = fold(text[at:to]).text
        if SHORTEST <= len(verbatim) <= LONGEST:
            found.setdefault(verbatim, Passage(work, document, verbatim, language, at, to))
    return list(found.values())


def _said(text: str) -> Iterator[tuple[Segment, int, int, str]]:
    """Yield the pieces of what a document says: segment, span in its running text, language."""
    segments = segment(text, section_map(text))
    listed = entries_of(segments, section_of_references(text, segments))
    references = _in_notes(segments, listed)
    for index, piece in enumerate(segments):
        if piece.kind in {"heading", "table", "code"} or index in listed:
            continue
        words = piece.text[: references.get(index, len(piece.text))]
        language = language_of(words)
        for start, end in _gathered(words, language):
            yield piece, start, end, language


def _in_notes(segments: Sequence[Segment], listed: frozenset[int]) -> dict[int, int]:
    """Return where in a note its reference begins, by the number of the segment."""
    return {index: start for index, start, _, _ in noted(segments, listed)}


def _gathered(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of sentences; of phrases as many together as make a passage."""
    begin: int | None = None
    end = 0
    for one in pieces(text, language):
        begin, end = one.start if begin is None else begin, one.end
        if one.unit == "sentence" or end - begin >= _GATHERED:
            yield begin, end
            begin = None
    if begin is not None:
        yield begin, end
