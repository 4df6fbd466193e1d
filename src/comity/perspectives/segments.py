"""Segments: headings, paragraphs, items and notes as they were written, before lines and pages broke them.

A segment's text is the running text: line ends are spaces, words hyphenated at a line end are whole, marks of
emphasis and of notes are lifted. Every code point of it leads back to its place in the document's text, so
whatever is found in a segment is shown, and pointed to, where it stands.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final, Literal

from comity.perspectives.segments_join import join_broken
from comity.perspectives.segments_lines import blocks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.entries.documents import Section
    from comity.perspectives.segments_lines import Block

METHOD: Final = "segments/1"
SegmentKind = Literal["heading", "paragraph", "item", "note", "table", "code"]

_MARKUP: Final = re.compile(
    r"<sup>(?P<note>\s*(?:\d{1,3}|[a-z]|\\?[*†‡§]+(?:\\\*)*)\s*)</sup>|</?(?:sup|sub|em|i|b|strong|u)>"
    r"|\[\^(?P<name>[^\]\s]{1,20})\]|\\(?=[*_\[\]#<>])|\*+|(?<!\w)_+(?=\w)|(?<=\w)_+(?!\w)|\u00ad"
)


@dataclass(frozen=True, slots=True)
class Segment:
    """A piece of running text.

    Attributes:
        kind: What it is.
        text: The running text.
        mark: The mark of a note; empty elsewhere.
        section: Number or title of the section it stands in; empty before the first one.
        starts: For every piece of `text`: its first code point in `text` …
        places: … and that code point's offset in the document's text.
        end: One past the last code point in the document's text.
        joined: How many breaks were rejoined in it.
        calls: Marks of notes called in it, with the code point of `text` before which each stood.
    """

    kind: SegmentKind
    text: str
    mark: str
    section: str
    starts: tuple[int, ...]
    places: tuple[int, ...]
    end: int
    joined: int = 0
    calls: tuple[tuple[str, int], ...] = ()

    @property
    def start(self) -> int:
        """The first code point in the document's text."""
        return self.places[0]

    def place(self, at: int) -> int:
        """Return the offset, in the document's text, of the code point at `at` of the running text."""
        piece = bisect_right(self.starts, at) - 1
        return self.places[piece] + at - self.starts[piece]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the span, in the document's text, of `text[start:end]`."""
        return self.place(start), self.place(end - 1) + 1


def segment(text: str, sections: Sequence[Section] = ()) -> tuple[Segment, ...]:
    """Return the segments of a document's text in order."""
    found = []
    bounds = [section.start for section in sections]
    for joined, block in join_broken(text, blocks(text)):
        if block.kind == "rule" or not block.spans:
            continue
        at = bisect_right(bounds, block.spans[0][0]) - 1
        section = (sections[at].number or sections[at].title) if at >= 0 else ""
        made = _segment(text, block, section, joined)
        if made is not None:
            found.append(made)
    return tuple(found)


class _Writer:
    """Collects the pieces of a running text with their places."""

    def __init__(self) -> None:
        self.pieces: list[str] = []
        self.starts: list[int] = []
        self.places: list[int] = []
        self.length = 0

    def add(self, piece: str, place: int) -> None:
        if piece:
            self.pieces.append(piece)
            self.starts.append(self.length)
            self.places.append(place)
            self.length += len(piece)


def _segment(text: str, block: Block, section: str, joined: int) -> Segment | None:
    writer = _Writer()
    calls: list[tuple[str, int]] = []
    last = len(block.spans) - 1
    for number, (start, end) in enumerate(block.spans):
        stop, gap = end, " "
        if number < last:
            stop, gap = _line_end(text, start, end, block.spans[number + 1][0])
        if block.kind == "code":
            writer.add(text[start:stop], start)
        else:
            _unmarked(text, start, stop, writer, calls)
        if number < last:
            writer.add(gap, stop)
    whole = "".join(writer.pieces)
    if not whole.strip():
        return None
    return Segment(
        kind=block.kind if block.kind != "rule" else "paragraph",
        text=whole,
        mark=block.mark,
        section=section,
        starts=tuple(writer.starts),
        places=tuple(writer.places),
        end=block.spans[-1][1],
        joined=joined,
        calls=tuple(calls),
    )


def _unmarked(text: str, start: int, stop: int, writer: _Writer, calls: list[tuple[str, int]]) -> None:
    """Write `text[start:stop]` without marks of emphasis and of notes; remember the notes called."""
    at = start
    for mark in _MARKUP.finditer(text, start, stop):
        writer.add(text[at : mark.start()], at)
        called = mark["note"] or mark["name"]
        if called:
            calls.append((called.strip().replace("\\", ""), writer.length))
        at = mark.end()
    writer.add(text[at:stop], at)


def _line_end(text: str, start: int, end: int, following: int) -> tuple[int, str]:
    """Return where a line's words end and what joins it to the next: nothing after a hyphenated word.

    A word is whole without the hyphen where its halves are lower-case letters, unless the text writes the
    hyphen inside a line elsewhere and never the whole word (`long-` / `term`).
    """
    if end - start < 2 or text[end - 1] not in "-\u00ad\u2010" or not text[end - 2].isalpha():  # noqa: PLR2004 - a letter and a hyphen
        return end, " "
    if not text[following].islower():
        return end, "" if text[end - 1] != "\u00ad" and text[following].isalpha() else " "
    left = re.search(r"\w+$", text[start : end - 1])
    right = re.match(r"\w+", text[following : following + 40])
    if text[end - 1] != "\u00ad" and left and right:
        whole, compound = left[0] + right[0], f"{left[0]}-{right[0]}"
        words, compounds = _vocabulary(text)
        if compound in compounds and whole not in words:
            return end, ""
    return end - 1, ""


@lru_cache(maxsize=1)
def _vocabulary(text: str) -> tuple[frozenset[str], frozenset[str]]:
    """Return the words that a text writes, and the compounds that it writes with a hyphen inside a line."""
    return frozenset(re.findall(r"\w+", text)), frozenset(re.findall(r"\w+-\w+", text))
