"""Agreement on unitising: whether coders found the same passages, whatever they made of them.

A passage of one coder and one of another match when they overlap in at least half of what they cover
together, one to one, the best overlap first. F1 is twice the matches over all passages of both: it is the
same whichever coder is taken for the reference (Hripcsak and Rothschild, "Agreement, the F-measure, and
reliability in information retrieval", JAMIA 12(3), 2005). Text that nobody marked never counts.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MIN_OVERLAP: Final = 0.5


@dataclass(frozen=True, order=True)
class Span:
    """A passage that may match another of the same document and topic."""

    document: int
    topic: str
    start: int
    end: int


@dataclass(frozen=True)
class Unitising:
    """Agreement on passages: `f1` is the mean over pairs of coders, None where there are no two coders."""

    f1: float | None
    pairs: int
    spans: int


def overlap(one: Span, other: Span) -> float:
    """Return intersection over union in code points; 0 for other documents or topics."""
    if (one.document, one.topic) != (other.document, other.topic):
        return 0.0
    shared = min(one.end, other.end) - max(one.start, other.start)
    return max(shared, 0) / (max(one.end, other.end) - min(one.start, other.start))


def matches(ours: Sequence[Span], theirs: Sequence[Span]) -> list[tuple[Span, Span]]:
    """Return the passages of two coders that are the same, one to one."""
    found = [
        (overlap(one, other), one, other)
        for one in ours
        for other in theirs
        if overlap(one, other) >= MIN_OVERLAP
    ]
    taken: set[tuple[int, Span]] = set()
    pairs = []
    for _, one, other in sorted(found, key=lambda item: (-item[0], item[1], item[2])):
        if (0, one) not in taken and (1, other) not in taken:
            taken |= {(0, one), (1, other)}
            pairs.append((one, other))
    return pairs


def f1(ours: Sequence[Span], theirs: Sequence[Span]) -> float:
    """Return F1 of two coders' passages; 1 where both marked nothing."""
    total = len(ours) + len(theirs)
    return 2 * len(matches(ours, theirs)) / total if total else 1.0


def unitising(marked: Mapping[str, Sequence[Span]]) -> Unitising:
    """Return the agreement of coders on passages: the mean F1 over all pairs of them."""
    pairs = list(combinations(sorted(marked), 2))
    scores = [f1(marked[one], marked[other]) for one, other in pairs]
    spans = sum(len(found) for found in marked.values())
    return Unitising(sum(scores) / len(scores) if scores else None, len(pairs), spans)
