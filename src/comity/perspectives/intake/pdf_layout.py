"""Blocks of a PDF from where its lines lie: headings, paragraphs, list items, notes; running heads left out.

Rules of typesetting, all relative to the size of the running text: larger or bold short lines are headings;
a wider gap, a first-line indent or a short last line ends a paragraph; in a list of references the *hanging*
indent continues one; smaller lines at the foot that begin with a mark are notes; what returns at the head or
foot of pages is no text.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.segments_lines import starts_block

if TYPE_CHECKING:
    from collections.abc import Sequence

_NUMBER_ONLY: Final = re.compile(
    r"[-–—\s|]*(?:page\s+|trang\s+)?(?:\d{1,5}|[ivxlc]{1,7})(?:\s*(?:/|of)\s*\d+)?[-–—\s|]*$",  # noqa: RUF001 - dashes around page numbers
    re.IGNORECASE,
)
_DIGITS: Final = re.compile(r"\d+")
_NOTE: Final = re.compile(r"(\d{1,3}|[*†‡§]{1,3})[.)]?\s*(?=[^\s\d.,)])")
_REFERENCES: Final = re.compile(
    r"(?:\d+\.?\s*)?(?:references?(?: list)?|bibliography|works cited|literature cited|tài liệu tham khảo"
    r"|ເອກະສານອ້າງອີງ|bibliographie|références)\s*:?$",
    re.IGNORECASE,
)
_HEAD_NUMBER: Final = re.compile(r"(\d{1,2}(?:\.\d{1,2}){0,4})\.?\s+\S")
_TERMINAL: Final = re.compile(r"[.?!:;…။។][\"'”\u2019»)\]]*$")
_EDGE: Final = 2
"""Lines at the head and at the foot of a page in which running heads are looked for."""
_RETURNS: Final = 3
_LARGER: Final = 1.12
_SMALLER: Final = 0.93
_GAP: Final = 1.35
_INDENT: Final = 0.7
_LONGEST_HEADING: Final = 160


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a page: its words, left and right edge and top in points, letter size, weight, note calls."""

    text: str
    left: float
    right: float
    top: float
    size: float
    bold: bool = False
    calls: tuple[tuple[int, int], ...] = ()


def lay_out(pages: Sequence[Sequence[Line]]) -> str:
    """Return the pages as Markdown, divided by form feeds."""
    returning = _returning(pages)
    kept = [_without_heads(page, returning) for page in pages]
    size = _body_size(kept)
    state = _State(size, _leading(kept, size))
    return "\f".join(state.page(page) for page in kept)


def _returning(pages: Sequence[Sequence[Line]]) -> set[tuple[str, int]]:
    """Return the lines, digits aside, that return at one height at the head or the foot of pages."""
    seen: Counter[tuple[str, int]] = Counter()
    for page in pages:
        seen.update({_shape(line) for line in _edges(page)})
    least = 2 if len(pages) <= _RETURNS else max(_RETURNS, len(pages) // 4)
    return {shape for shape, times in seen.items() if times >= least}


def _edges(page: Sequence[Line]) -> list[Line]:
    ordered = sorted(page, key=lambda line: line.top)
    return [*ordered[:_EDGE], *ordered[max(_EDGE, len(ordered) - _EDGE) :]]


def _shape(line: Line) -> tuple[str, int]:
    return _DIGITS.sub("#", line.text), round(line.top / 4)


def _without_heads(page: Sequence[Line], returning: set[tuple[str, int]]) -> list[Line]:
    edges = {id(line) for line in _edges(page)}
    return [
        line
        for line in page
        if id(line) not in edges or not (_shape(line) in returning or _NUMBER_ONLY.match(line.text))
    ]


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    """Return the letter size in which most of the text is set."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page:
            sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 1.0


def _leading(pages: Sequence[Sequence[Line]], size: float) -> float:
    """Return the usual distance of two lines of the running text."""
    gaps = [
        below.top - line.top
        for page in pages
        for line, below in itertools.pairwise(page)
        if line.size == below.size == size and 0 < below.top - line.top < 3 * size
    ]
    return statistics.median(gaps) if gaps else 1.2 * size


class _State:
    """Lays out page after page; whether the list of references has begun goes from one to the next."""

    def __init__(self, size: float, leading: float) -> None:
        self._size = size
        self._leading = leading
        self._references = False

    def page(self, lines: Sequence[Line]) -> str:
        """Return a page as Markdown."""
        if not lines:
            return "\n"
        notes_from = self._notes_from(lines)
        left = _left_edge(lines[:notes_from] or lines)
        right = max(line.right for line in lines)
        out: list[str] = []
        previous: Line | None = None
        was_heading = False
        for number, line in enumerate(lines):
            noted = number >= notes_from
            heading = not noted and self._is_heading(line)
            text = _marked(line)
            if noted:
                match = _NOTE.match(line.text)
                if match and line.size < self._size * _SMALLER:
                    self._open(out, f"[^{match[1]}]: {line.text[match.end() :]}")
                else:
                    self._go_on(out, text)
            elif heading:
                self._heading(out, line, after=previous if was_heading else None)
            elif previous is None or was_heading or self._breaks(previous, line, left, right):
                self._open(out, text)
            else:
                self._go_on(out, text)
            previous, was_heading = line, heading
        return "".join(out) + "\n"

    def _heading(self, out: list[str], line: Line, *, after: Line | None) -> None:
        numbered = _HEAD_NUMBER.match(line.text)
        if after is not None and after.size == line.size and not numbered:
            out.append(f" {line.text}")
        else:
            depth = numbered[1].count(".") + 2 if numbered else 2 if line.size > self._size * 1.3 else 3
            out.append(("\n\n" if out else "") + "#" * min(depth, 6) + f" {line.text}")
        self._references = bool(_REFERENCES.match(line.text))

    def _is_heading(self, line: Line) -> bool:
        if len(line.text) > _LONGEST_HEADING or not any(letter.isalpha() for letter in line.text):
            return False
        if _REFERENCES.match(line.text) and len(line.text) < 40:  # noqa: PLR2004 - the longest name is 27
            return True
        if line.size > self._size * _LARGER:
            return True
        return line.bold and not _TERMINAL.search(line.text) and bool(_HEAD_NUMBER.match(line.text))

    def _breaks(self, above: Line, line: Line, left: float, right: float) -> bool:
        """Whether a paragraph ends between two lines."""
        gap = line.top - above.top
        if gap > self._leading * _GAP or gap < -self._leading:
            return gap > 0 or _TERMINAL.search(above.text) is not None
        found = starts_block(line.text)
        if found and found[0] == "item" and not line.text[0].isdigit():
            return True
        indented = line.left > left + _INDENT * line.size
        if self._references:
            return not indented and (above.left > left + _INDENT * line.size or _ended(above, right))
        first = indented and not above.left > left + _INDENT * above.size
        return first or (_ended(above, right) and line.left <= left + _INDENT * line.size)

    def _notes_from(self, lines: Sequence[Line]) -> int:
        """Return the first of the smaller lines at the foot, the first of which begins with a mark."""
        at = len(lines)
        while at and lines[at - 1].size < self._size * _SMALLER:
            at -= 1
        while at < len(lines) and not _NOTE.match(lines[at].text):
            at += 1
        return at

    @staticmethod
    def _open(out: list[str], text: str) -> None:
        out.append(("\n\n" if out else "") + (f"\\{text}" if text.startswith("#") else text))

    @staticmethod
    def _go_on(out: list[str], text: str) -> None:
        joint = " " if starts_block(text) else "\n"
        out.append((joint if out else "") + text)


def _left_edge(lines: Sequence[Line]) -> float:
    """Return where lines of running text begin: the leftmost edge that several of them share."""
    edges = Counter(round(line.left) for line in lines)
    several = [edge for edge, times in edges.items() if times >= max(2, len(lines) // 10)]
    return float(min(several or edges))


def _ended(line: Line, right: float) -> bool:
    """Whether a line ends a paragraph: it ends as sentences do, well before the right edge."""
    return bool(_TERMINAL.search(line.text)) and line.right < right - 0.12 * (right - line.left + 1)


def _marked(line: Line) -> str:
    """Return the words of a line with the calls of notes as Markdown."""
    text = line.text
    for start, end in reversed(line.calls):
        text = f"{text[:start]}[^{text[start:end]}]{text[end:]}"
    return text
