"""References of a paper to its own parts: to one that is not there, or one that says nothing of the matter.

A section fits when it uses the words of the sentence that refers to it. Words weigh by how few sections use
them (inverse document frequency, Spärck Jones 1972); the sentence's words that the section lacks altogether,
while another section has them, are what is reported. Where no section stands out, nothing is said.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.names import fold
from comity.perspectives.citations.vocabulary import words
from comity.perspectives.citations.wording import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.perspectives.citations.model import Finding
    from comity.perspectives.citations.paper import Lines, Paper
    from comity.perspectives.entries.documents import Section
    from comity.perspectives.segments import Segment

_TO_SECTION: Final = re.compile(
    r"\b(?:sub-?sections?|sections?|mục|phần)\s+(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\b(?!\s*[%])(?P<after>.{0,14})",
    re.IGNORECASE,
)
_TO_FLOAT: Final = re.compile(
    r"\b(?P<kind>Table|Figure|Fig\.|Bảng|Hình)\s+(?P<number>\d{1,2})\b(?P<after>.{0,14})"
)
_CAPTION: Final = re.compile(
    r"^(?:\W*)(?P<kind>Table|Figure|Fig\.|Bảng|Hình)\s+(?P<number>\d{1,2})\s*[.:\u2013-]", re.IGNORECASE
)
_OF_ANOTHER: Final = re.compile(r"\s*(?:of|in|trong|của)\s+(?:the\s+)?[A-Z“\"]")
_BEFORE_OTHER: Final = re.compile(
    r"(?:Act|Law|Code|Article|Treaty|Agreement|Decree|Convention|\d{4}:?),?\s*$"
)
_SENTENCE_END: Final = re.compile(
    r"(?<=[^\W\d_]{2})[.?!][\"”\u2019)]*\s+(?=[A-ZĐ“\"])|(?<=\))\.\s+(?=[A-ZĐ“\"])"
)
_MEASURE: Final = 6
"""Letters by which two words are compared: `limitation`, `limitations`, `limited` differ, endings do not."""
_SHORTEST: Final = 4
_EMPTY: Final = words("folded", "empty_words")
_LEAST: Final = 1.5
"""Weight of a sentence below which its words say too little to be looked for."""
_BARELY: Final = 0.15
"""Share of a sentence's weight below which a section does not speak of it …"""
_COVERED: Final = 0.25
"""… where another section has at least this share."""
_SHOWN: Final = 3


@dataclass(frozen=True, slots=True)
class _Part:
    number: str
    start: int
    words: frozenset[str]


def cross_references(paper: Paper) -> Iterator[Finding]:
    """Yield what does not fit among the references of a paper to its own sections, tables and figures."""
    segments, where, lines = paper.segments, paper.where, paper.lines
    parts = _parts(segments, paper.sections, where)
    captions = {(_kind(m["kind"]), m["number"]) for s in segments if (m := _CAPTION.match(s.text))}
    for index, segment in enumerate(segments):
        if index in where or segment.kind == "heading":
            continue
        for match in _TO_SECTION.finditer(segment.text):
            if not _elsewhere(segment.text, match):
                yield from _section(segment, match, parts, lines)
        for match in _TO_FLOAT.finditer(segment.text):
            named = (_kind(match["kind"]), match["number"])
            known = {number for kind, number in captions if kind == named[0]}
            if known and named not in captions and not _elsewhere(segment.text, match):
                line = lines.at(segment.place(match.start()))
                what = f"{match['kind']} {match['number']}"
                yield finding("cross-reference", [line], "no-caption", named=what)


def _kind(word: str) -> str:
    return {"f": "figure", "h": "figure"}.get(word[:1].casefold(), "table")


def _elsewhere(text: str, match: re.Match[str]) -> bool:
    """Whether a section, table or figure of another text is meant."""
    return bool(
        _OF_ANOTHER.match(match["after"])
        or _BEFORE_OTHER.search(text[max(0, match.start() - 30) : match.start()])
    )


def _parts(segments: Sequence[Segment], sections: Sequence[Section], where: frozenset[int]) -> list[_Part]:
    """Return the numbered sections with the words of each: its own, and those of what is inside it."""
    numbered = [section for section in sections if section.number]
    found = []
    for section in numbered:
        inside = [other for other in numbered if other.number.startswith(f"{section.number}.")]
        end = _end(section, sections, inside)
        used: set[str] = set()
        for index, segment in enumerate(segments):
            if index not in where and section.start <= segment.start < end:
                used |= _words(segment.text)
        found.append(_Part(section.number, section.start, frozenset(used)))
    return found


def _end(section: Section, sections: Sequence[Section], inside: Sequence[Section]) -> int:
    """Return where a section ends: at the next numbered one that is not inside it, or at one of its level."""
    for other in sections:
        if other.start > section.start and other.number and other not in inside:
            return other.start
    later = [other.end for other in (section, *inside)]
    return max(later)


def _section(
    segment: Segment, match: re.Match[str], parts: Sequence[_Part], lines: Lines
) -> Iterator[Finding]:
    if not parts:
        return
    line = lines.at(segment.place(match.start()))
    number = match["number"]
    meant = next((part for part in parts if part.number == number), None)
    if meant is None:
        yield finding("cross-reference", [line], "no-section", number=number)
        return
    sentence = _sentence(segment.text, match.start())
    if len(_TO_SECTION.findall(sentence)) > 1:
        return  # a sentence that lays out the paper says little of each part
    own = max(
        (part for part in parts if part.start <= segment.start), key=lambda part: part.start, default=None
    )
    told = _words(sentence)
    weight = {
        word: math.log((1 + len(parts)) / (1 + sum(word in part.words for part in parts))) for word in told
    }
    whole = sum(weight.values())
    if whole < _LEAST or (own is not None and _within(own.number, number)):
        return
    covers = {part.number: sum(weight[word] for word in told & part.words) / whole for part in parts}
    rivals = [
        part
        for part in parts
        if not _within(part.number, number)
        and not (own is not None and _within(own.number, part.number))
        and covers[part.number] >= _COVERED
        and not any(other.number.startswith(f"{part.number}.") for other in parts)
    ]
    if covers[number] >= _BARELY or not rivals:
        return
    best = sorted(rivals, key=lambda part: -covers[part.number])[:_SHOWN]
    missing = sorted(
        (told - meant.words) & set().union(*(part.words for part in best)),
        key=lambda word: (-weight[word], word),
    )
    shown = ", ".join(f'"{_printed(sentence, word)}"' for word in missing[:_SHOWN])
    others = " and ".join(sorted(part.number for part in best))
    yield finding("cross-reference", [line], "section-silent", number=number, words=shown, others=others)


def _within(inner: str, outer: str) -> bool:
    return inner == outer or inner.startswith(f"{outer}.") or outer.startswith(f"{inner}.")


def _sentence(text: str, at: int) -> str:
    """Return the sentence around a place of a running text."""
    ends = [0, *(match.end() for match in _SENTENCE_END.finditer(text)), len(text)]
    start = max(end for end in ends if end <= at)
    return text[start : min(end for end in ends if end > at)]


def _words(text: str) -> set[str]:
    """Return the words of a text that say something, by their first letters."""
    return {
        word[:_MEASURE]
        for word in fold(text).split()
        if len(word) >= _SHORTEST and word not in _EMPTY and not word.isdigit()
    }


def _printed(text: str, stem: str) -> str:
    """Return the word of a text that has a stem."""
    return next(
        (word.strip(',.;:()[]"“”').lower() for word in text.split() if fold(word)[:_MEASURE] == stem), stem
    )
