"""Sentences of a text with their places, and the language of each; the text itself is not changed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

Lang = Literal["vi", "lo", "en"]

_PARAGRAPH: Final = re.compile(r"[^\n]+(?:\n(?!\s*\n|\s*[-*#•]\s|\s*\d+\.\s)[^\n]+)*")
_END: Final = re.compile(r"[.!?。…]+[\"'\u201d\u2019)\]]*(?=\s+|$)|;(?=\s)")
_ABBREVIATION: Final = re.compile(
    r"(?:^|[\s(])(?:No|Nos|Art|Dr|Mr|Mrs|Ms|St|vs|e\.g|i\.e|etc|al|pp?|cf|approx|TP|Tp|Th\.S|TS|GS|PGS|[A-Z])\.$"
)
_VIETNAMESE: Final = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u1ea0-\u1ef9àáèéìíòóùúýãõ]")
_COMMON: Final = """
hai ben nuoc va cua cac trong nam se da voi nhat tri thong hop tac bo quoc gia lao viet ke hoach de
"""
_VIETNAMESE_WORDS: Final = frozenset(_COMMON.split())
_LAO: Final = re.compile(r"[\u0e80-\u0eff]")
_MOST: Final = 1500
_BARE: Final = 0.5


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence: code points `start` to `end` of the text, its words, its language."""

    start: int
    end: int
    text: str
    lang: Lang


def sentences(text: str) -> Iterator[Sentence]:
    """Yield the sentences of a text in order; headings, rules and what is too long to be one are left out."""
    for paragraph in _PARAGRAPH.finditer(text):
        whole = paragraph.group()
        if whole.lstrip().startswith(("#", "---", "```", "|")):
            continue
        for start, end in _spans(whole):
            piece = whole[start:end]
            lead = len(piece) - len(piece.lstrip(" \t\n-*•"))
            words = piece.strip(" \t\n-*•")
            if words and end - start <= _MOST:
                at = paragraph.start() + start + lead
                yield Sentence(at, at + len(words), words, language(words))


def language(text: str) -> Lang:
    """Return the language of a sentence among the three: by script, letters and commonest words."""
    if _LAO.search(text):
        return "lo"
    if len(_VIETNAMESE.findall(text)) * 20 >= len(text.split()):
        words = re.findall(r"\w+", text.casefold())
        marked = sum(1 for word in words if _VIETNAMESE.search(word))
        if marked * 4 >= len(words):
            return "vi"
    words = re.findall(r"[a-z]+", text.casefold())
    known = sum(1 for word in words if word in _VIETNAMESE_WORDS)
    return "vi" if words and known / len(words) >= _BARE else "en"


def _spans(paragraph: str) -> Iterator[tuple[int, int]]:
    start = 0
    for match in _END.finditer(paragraph):
        before = paragraph[start : match.end()]
        if match.group() == "." and _ABBREVIATION.search(before):
            continue
        yield start, match.end()
        start = match.end()
    if paragraph[start:].strip():
        yield start, len(paragraph)
