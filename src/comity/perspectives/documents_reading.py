"""A document as a page shows it: its segments in order, one passage marked, and where each page begins."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from comity.perspectives.intake.sections import section_map
from comity.perspectives.languages import language_of
from comity.perspectives.segments import segment
from comity.perspectives.sentences import pieces

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.segments import Segment

LEAF: Final = 120
"""Segments that are shown at once."""
_SPAN: Final = re.compile(r"(\d{1,9})-(\d{1,9})$")


@dataclass(frozen=True, slots=True)
class Shown:
    """A segment on the page: kind, span, text around and in the marked passage, the page that it begins."""

    kind: str
    before: str
    marked: str
    after: str
    note: str
    page: str
    joined: int
    span: str


def reading(text: str, pages: Sequence[dict[str, Any]], at: str = "") -> tuple[Shown, ...]:
    """Return the segments of a document; `at` is the span (`start-end`) of a passage to mark."""
    start, end = span_of(at) or (-1, -1)
    shown = []
    number = ""
    for piece in segment(text, section_map(text)):
        page = next((page["number"] for page in pages if page["start"] <= piece.start < page["end"]), "")
        left, right = _marked(piece, start, end)
        shown.append(
            Shown(
                kind=piece.kind,
                before=piece.text[:left],
                marked=piece.text[left:right],
                after=piece.text[right:],
                note=piece.mark,
                page=page if page != number else "",
                joined=piece.joined,
                span=f"{piece.start}-{piece.end}",
            )
        )
        number = page
    return tuple(shown)


def span_of(at: str) -> tuple[int, int] | None:
    """Return the span that `start-end` names, or None where it names none."""
    found = _SPAN.match(at)
    return (int(found[1]), int(found[2])) if found else None


def sentence_spans(text: str, span: tuple[int, int]) -> tuple[tuple[int, int], ...]:
    """Return the spans of the sentences of the segments that a span meets; none where there is but one."""
    found = [
        piece.span(one.start, one.end)
        for piece in segment(text, section_map(text))
        if piece.start < span[1] and span[0] < piece.end
        for one in pieces(piece.text, language_of(piece.text))
    ]
    return tuple(found) if len(found) > 1 else ()


def _marked(piece: Segment, start: int, end: int) -> tuple[int, int]:
    """Return which part of a segment's text a span of the document covers; an empty one where none."""
    if end <= piece.start or start >= piece.end or start < 0:
        return len(piece.text), len(piece.text)
    inside = [
        (begin, following)
        for begin, following in zip(piece.starts, (*piece.starts[1:], len(piece.text)), strict=True)
        if start < piece.place(begin) + following - begin and piece.place(begin) < end
    ]
    if not inside:
        return len(piece.text), len(piece.text)
    first, last = inside[0][0], inside[-1]
    left = first + max(0, start - piece.place(first))
    return left, min(last[1], last[0] + max(0, end - piece.place(last[0])))


def leaf_of(pieces: Sequence[Shown], leaf: int) -> tuple[Sequence[Shown], int, int]:
    """Return the segments of a leaf, its number and how many leaves there are; a marked passage decides."""
    leaves = max(1, -(-len(pieces) // LEAF))
    marked = next((number for number, piece in enumerate(pieces) if piece.marked), None)
    leaf = min(max(leaf, 1), leaves) if marked is None else marked // LEAF + 1
    return pieces[(leaf - 1) * LEAF : leaf * LEAF], leaf, leaves


def line_spans(text: str, lines: set[int]) -> dict[int, tuple[int, int]]:
    """Return the span of each of some lines, counted from 1; an empty line has none."""
    spans, at = {}, 0
    for number, line in enumerate(text.split("\n"), start=1):
        if number in lines and line:
            spans[number] = (at, at + len(line))
        at += len(line) + 1
    return spans
