"""A paper as the checks see it."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.perspectives.citations.model import Instance, Reference
    from comity.perspectives.citations.resolve import Resolver
    from comity.perspectives.entries.documents import Section
    from comity.perspectives.segments import Segment


class Lines:
    """Line numbers of a text, from 1."""

    def __init__(self, text: str) -> None:
        self._ends = [at for at, sign in enumerate(text) if sign == "\n"]

    def at(self, offset: int) -> int:
        """Return the line in which a code point stands."""
        return bisect_right(self._ends, offset - 1) + 1


@dataclass(frozen=True)
class Paper:
    """The parts of a paper: segments, sections, which segments are its list of references, citations."""

    segments: Sequence[Segment]
    sections: Sequence[Section]
    where: frozenset[int]
    references: Sequence[Reference]
    instances: Sequence[Instance]
    resolver: Resolver
    lines: Lines
