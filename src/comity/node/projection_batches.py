"""Batches of a projection: which records the feed speaks of, and where the cursor stands after them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from comity.node.system import Cause
    from comity.record.store import FeedRow

_PRECEDENCE: Final[dict[str, int]] = {"upgraded": 0, "opened": 1, "entry": 2, "erased": 3}


@dataclass(frozen=True, slots=True)
class Position:
    """A cursor: every feed row up to `seq` is done, and of the row after it the indexes below `next`."""

    seq: int = 0
    next: int = 0


@dataclass(frozen=True, slots=True)
class Batch:
    """Records to project, by ascending index, and where the cursor stands after them."""

    causes: dict[int, Cause]
    seq: int
    end: Position


def cut(rows: Sequence[FeedRow], start: Position, limit: int) -> Batch:
    """Take at most `limit` records from feed rows that follow a position."""
    causes: dict[int, Cause] = {}
    position = start
    for row in rows:
        first = max(row.start, position.next)
        room = limit - len(causes)
        last = min(row.stop, first + room)
        for index in range(first, last):
            known = causes.get(index)
            if known is None or _PRECEDENCE[row.cause] > _PRECEDENCE[known]:
                causes[index] = row.cause  # type: ignore[assignment]
        if last < row.stop:
            return Batch(causes, row.seq, Position(position.seq, last))
        position = Position(row.seq, 0)
        if len(causes) >= limit:
            break
    return Batch(causes, position.seq, position)


def runs(indexes: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Give the runs of neighbouring indexes, each as its first and the one after its last."""
    start = 0
    for i in range(1, len(indexes) + 1):
        if i == len(indexes) or indexes[i] != indexes[i - 1] + 1:
            yield indexes[start], indexes[i - 1] + 1
            start = i
