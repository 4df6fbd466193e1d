"""Figures that the title of their own source contradicts.

A sentence that cites a source and gives a number of things is set against the number of the same things in
the source's title. Each number stands for a range: `nearly a hundred` for 80 to 100, `over 14,000` for 14,000
and half as much again; the two contradict each other when the ranges do not meet.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from comity.perspectives.citations.names import fold
from comity.perspectives.citations.vocabulary import ordered, scale
from comity.perspectives.citations.wording import finding

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from comity.perspectives.citations.model import Finding, Instance, Reference
    from comity.perspectives.segments import Segment

_SMALL: Final = (
    {word: number for number, word in enumerate(ordered("numbers", "small"))}
    | {word: 10 * number for number, word in enumerate(ordered("numbers", "tens"), start=3)}
    | {"dozen": 12}
)
_LARGE: Final = scale()
_ABOUT: Final = {
    **dict.fromkeys(ordered("numbers", "over"), (1.0, 1.5)),
    **dict.fromkeys(ordered("numbers", "nearly"), (0.8, 1.0)),
    **dict.fromkeys(ordered("numbers", "about"), (0.8, 1.2)),
}
_DIGITS: Final = r"\d{1,3}(?:[.,]\d{3})+|\d+(?:\.\d+)?"
_WORDS: Final = "|".join([*_SMALL, *_LARGE, "a hundred", "a thousand", "a dozen", "a million"])
_QUANTITY: Final = re.compile(
    rf"(?P<about>\b(?:{'|'.join(sorted(_ABOUT, key=len, reverse=True))})\s+)?"
    rf"(?<![\w.,\u2013-])(?P<number>(?:{_DIGITS})|(?:an?\s+)?\b(?:{_WORDS})\b)(?P<large>\s+(?:{'|'.join(_LARGE)})s?\b)?"
    r"(?![\w\u2013-]|[.,]\d|\s?%)\s+(?P<thing>[^\W\d_][\w-]*(?:\s+[^\W\d_][\w-]*)?(?:\s+[^\W\d_][\w-]*)?)",
    re.IGNORECASE,
)
_YEARS: Final = range(1500, 2101)
_SENTENCE: Final = re.compile(r"(?<=[^\W\d_]{2})[.?!][\"”\u2019)]*\s+(?=[A-ZĐ“\"])|(?<=\))\.\s+(?=[A-ZĐ“\"])")
_STEM: Final = 4


@dataclass(frozen=True, slots=True)
class Quantity:
    """A number of things: the range it stands for, the first words behind it, and how it is printed."""

    low: float
    high: float
    things: tuple[str, ...]
    printed: str


def quantities(text: str) -> Iterator[Quantity]:
    """Yield the numbers of things that a text gives; years, ordinals and shares are none."""
    for match in _QUANTITY.finditer(text):
        value = _value(match["number"], match["large"] or "")
        things = tuple(fold(match["thing"]).split())
        if (
            value is None
            or not things
            or (value in _YEARS and match["number"].isdigit() and not match["about"])
        ):
            continue
        low, high = _ABOUT.get(" ".join((match["about"] or "").casefold().split()), (1.0, 1.0))
        yield Quantity(value * low, value * high, things, " ".join(match[0].split()))


def _value(number: str, large: str) -> float | None:
    words = [word for word in number.casefold().split() if word not in {"a", "an"}]
    scale = _LARGE.get(large.strip().casefold().rstrip("s"), 1)
    if not words:
        return None
    plain = words[-1]
    if plain[0].isdigit():
        whole = re.fullmatch(r"\d{1,3}(?:[.,]\d{3})+", plain)
        return float(re.sub(r"[.,]", "", plain) if whole else plain) * scale
    return float((_SMALL.get(plain) or _LARGE.get(plain, 0)) * scale)


def same_things(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether two quantities count the same: their first words agree, endings aside."""
    return one[0][:_STEM] == other[0][:_STEM] and abs(len(one[0]) - len(other[0])) <= _STEM


def contradictions(
    segments: Sequence[Segment], instances: Sequence[Instance], references: Mapping[str, Reference]
) -> Iterator[Finding]:
    """Yield the numbers in sentences that the title of a source cited for them contradicts."""
    seen = set()
    starts: dict[int, list[int]] = {}
    for found in instances:
        reference = references.get(found.key)
        if reference is None or not found.resolved:
            continue
        titled = list(quantities(reference.title))
        if not titled:
            continue
        text = segments[found.segment].text
        if found.segment not in starts:
            starts[found.segment] = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
        for said in quantities(_claim(text, found.at, starts[found.segment])):
            for given in titled:
                apart = said.high < given.low or said.low > given.high
                if (
                    same_things(said.things, given.things)
                    and apart
                    and (found.line, said.printed) not in seen
                ):
                    seen.add((found.line, said.printed))
                    yield finding(
                        "figure-contradicts-title",
                        [found.line],
                        "title-says",
                        [found.key],
                        said=said.printed,
                        key=found.key,
                        given=given.printed,
                    )


def _claim(text: str, at: int, starts: Sequence[int]) -> str:
    """Return the sentence that holds a citation."""
    place = bisect_right(starts, at)
    return text[starts[place - 1] : starts[min(place, len(starts) - 1)]]
