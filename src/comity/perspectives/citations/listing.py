"""The list of references of a document: found, divided, unglued; and the references that notes give."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.names import fold
from comity.perspectives.citations.references import read_head, read_reference
from comity.perspectives.citations.vocabulary import words
from comity.perspectives.citations.years import ANY

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from comity.perspectives.citations.model import Reference
    from comity.perspectives.segments import Segment

_TITLES: Final = words("folded", "list_titles")
_NUMBERED: Final = re.compile(r"^\s*(?:[\dIVX]+(?:\.\d+)*[.)]?)\s+")
_WORD: Final = r"(?:[^\W\d_a-zà-ỹ][\w'\u2019.-]*|and|&|of|for|the|de|van|von|der|la|và|et|al\.)"
_AUTHORISH: Final = rf"[^\W\d_a-zà-ỹ][\w'\u2019-]*(?:[,.]?\s+{_WORD},?){{0,14}}"
_GLUED: Final = re.compile(
    rf"(?<=[.>\]”\"\u2019)])\s+(?P<head>{_AUTHORISH}(?:[.,]\s*|\s+)[(\[]?(?P<year>{ANY})[)\]]?[.,:]?)\s+(?=[“\"\u2018'«]|[^\W\d_])"
)
_NOTED: Final = re.compile(
    rf"(?:^|(?<=[.;:”\"\u2019)]\s)|(?<=\bsee\s)|(?<=\bSee\s))(?P<head>{_AUTHORISH}[.,]?\s*[(\[]?(?P<year>{ANY})(?:,?\s[\w\s]{{1,20}})?[)\]]?[.,])\s+(?=[“\"\u2018'«*]|[^\W\d_])"
)
_TITLE_LEAST: Final = 12
_FEW: Final = 3
_LAST_SHARE: Final = 0.5
"""Without a heading, only the second half of a document is searched for a list."""


def section_of_references(text: str, segments: Sequence[Segment]) -> range:
    """Return the segments that are the list of references; an empty range where there is none."""
    begin, level = None, 0
    for index, segment in enumerate(segments):
        depth = _level(text, segment)
        if begin is None:
            if fold(_NUMBERED.sub("", segment.text)) in _TITLES and len(segment.text) < 60:  # noqa: PLR2004 - a heading
                begin, level = index + 1, depth
        elif depth and depth <= level and fold(_NUMBERED.sub("", segment.text)) not in _TITLES:
            return range(begin, index)
    if begin is not None and begin < len(segments):
        return range(begin, len(segments))
    return _unnamed(segments)


def entries_of(segments: Sequence[Segment], where: range) -> frozenset[int]:
    """Return which segments are entries of the list: a note that a page or a file puts there is none.

    Where most of them are notes, the list is one of notes.
    """
    notes = {index for index in where if segments[index].kind == "note"}
    return frozenset(where) if 2 * len(notes) > len(where) else frozenset(where) - notes


def _level(text: str, segment: Segment) -> int:
    """Return the level of a heading, 0 for any other segment."""
    if segment.kind != "heading":
        return 0
    line = text[text.rfind("\n", 0, segment.start) + 1 : segment.start]
    return max(1, line.count("#"))


def _unnamed(segments: Sequence[Segment]) -> range:
    """Return the references that close a document under no heading: at least three in a row."""
    index = len(segments)
    while index > len(segments) * _LAST_SHARE and _is_entry(segments[index - 1]):
        index -= 1
    return range(index, len(segments)) if len(segments) - index >= _FEW else range(0)


def _is_entry(segment: Segment) -> bool:
    head = read_head(segment.text) if segment.kind in {"paragraph", "item"} else None
    return head is not None and len(head.authors) < 200 and len(segment.text) - head.after > _TITLE_LEAST  # noqa: PLR2004 - many authors


def listed(segments: Sequence[Segment], where: Iterable[int]) -> Iterator[Reference]:
    """Yield the references of the list, those glued to another one with its key."""
    for index in sorted(where):
        segment = segments[index]
        if segment.kind in {"heading", "table", "code"}:
            continue
        pieces = list(_divided(segment.text))
        many = segment.kind == "paragraph" and len(pieces) > 2  # noqa: PLR2004 - a list set as one block
        first = ""
        for start, end in pieces:
            start_place, end_place = segment.span(start, end)
            found = read_reference(segment.text[start:end], start_place, end_place)
            if found is not None:
                yield found if many or not first else replace(found, glued_to=first)
                first = first or found.key


def _divided(text: str) -> Iterator[tuple[int, int]]:
    """Yield the spans of the references in one entry: one, as a rule."""
    begin = 0
    for match in _GLUED.finditer(text):
        head = read_head(text[begin : match.start()])
        whole = head is not None and match.start() - begin - head.after >= _TITLE_LEAST
        if whole and read_head(text[match.start("head") :]) is not None:
            yield begin, match.start()
            begin = match.start("head")
    yield begin, len(text)


def noted(
    segments: Sequence[Segment], entries: frozenset[int] = frozenset()
) -> Iterator[tuple[int, int, int, Reference]]:
    """Yield the references that notes give: segment, span in its running text, reference.

    A note gives a reference where a title follows authors and year; `see Brook 2014: 3` is a citation.
    """
    for index, segment in enumerate(segments):
        if segment.kind != "note" or index in entries:
            continue
        for match in _NOTED.finditer(segment.text):
            start = match.start("head")
            end = len(segment.text)
            place, end_place = segment.span(start, end)
            found = read_reference(segment.text[start:end], place, end_place, note=True)
            if found is not None and len(found.title) >= _TITLE_LEAST:
                yield index, start, end, found
                break
