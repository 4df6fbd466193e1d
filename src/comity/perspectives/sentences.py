"""Sentences of a segment, by the rules of its language; where it marks none, smaller pieces, named so.

English and French go to `pysbd` (Sadvilkar and Neumann 2020). Vietnamese has a rule of its own. Lao and Thai
write no sign at the end of a sentence and no space between words: what is between their spaces is a *phrase*,
and is called so, never a sentence. Khmer and Chinese end sentences with signs of their own.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Iterator

_PYSBD: Final = frozenset({"en", "fr"})
_PHRASES: Final = frozenset({"lo", "th"})
_SIGNS: Final = {
    "km": re.compile(r"[\u17d4\u17d5?!]+\s*"),
    "zh": re.compile(r"[\u3002\uff01\uff1f!?]+[”\u2019」』]*\s*"),
}
_SHORT_FORMS: Final = (
    "TP|TS|PGS|GS|ThS|BS|KS|CN|Tr|tr|Nxb|NXB|v\\.v|VV|ĐC|Đ/c|St|Dr|Mr|Mrs|Ms|No|vs|TT|UBND|Ths|Q|P|H|tel|ĐT"
)
_VIETNAMESE: Final = re.compile(
    r"(?<!\b(?:[A-ZĐ]))(?:[.?!…]+)(?<!\d\.)[”\"\u2019)\]]*\s+(?=[\"“\u2018(\[]?[A-ZÀ-ỸĐ0-9])"
    r"|(?<=\d)\.\s+(?=[\"“\u2018(]?[A-ZÀ-ỸĐ][^\d])"
)
_ENDS_SHORT: Final = re.compile(rf"(?:^|[\s(])(?:{_SHORT_FORMS})\.\s*$")


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a segment: its span in the running text, and whether it is a sentence or a phrase."""

    start: int
    end: int
    unit: Literal["sentence", "phrase"]


def pieces(text: str, language: str) -> tuple[Piece, ...]:
    """Return the sentences of a running text, or its phrases where the language marks no sentences."""
    if language in _PHRASES:
        return tuple(
            Piece(start, end, "phrase") for start, end in _between(text, re.compile(r"\s+|[?!ฯ]+\s*"))
        )
    if language in _SIGNS:
        return tuple(Piece(start, end, "sentence") for start, end in _between(text, _SIGNS[language]))
    found = _by_pysbd(text, language) if language in _PYSBD else _vietnamese(text)
    return tuple(Piece(start, end, "sentence") for start, end in found)


def _between(text: str, sign: re.Pattern[str]) -> Iterator[tuple[int, int]]:
    """Yield what ends with a sign, the sign without the white space behind it included."""
    at = 0
    for match in sign.finditer(text):
        end = match.start() + len(match[0].rstrip())
        if text[at:end].strip():
            yield at, end
        at = match.end()
    if text[at:].strip():
        yield at, len(text.rstrip())


def _vietnamese(text: str) -> Iterator[tuple[int, int]]:
    """Yield sentences that end in a sign before a capital; short forms and lone letters end none."""
    at = 0
    for match in _VIETNAMESE.finditer(text):
        end = match.start() + len(match[0].rstrip())
        if _ENDS_SHORT.search(text[at:end]):
            continue
        if text[at:end].strip():
            yield at, end
        at = match.end()
    if text[at:].strip():
        yield at, len(text.rstrip())


def _by_pysbd(text: str, language: str) -> Iterator[tuple[int, int]]:
    """Yield the sentences that pysbd gives, at their places; what it changes is looked for no further."""
    at = 0
    for sentence in _segmenter(language).segment(text):
        said = sentence.strip()
        start = text.find(said, at)
        if not said or start < 0:
            continue
        yield start, start + len(said)
        at = start + len(said)


@lru_cache(maxsize=2)
def _segmenter(language: str) -> Any:
    import pysbd  # noqa: PLC0415 - for English and French only

    return pysbd.Segmenter(language=language, clean=False)
