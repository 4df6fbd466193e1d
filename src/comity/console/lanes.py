"""The record as two lanes: which entries stand beside each other, and where anchors order them.

An anchor in one log names a size of the other: what the other log held up to there came before everything
that follows the anchor (DESIGN section 6, "Order and time"). Between two anchors nothing orders the lanes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Sequence


@dataclass(frozen=True, slots=True)
class Rung:
    """An anchor: the entry `index` of one lane names the first `size` entries of the other."""

    index: int
    size: int


@dataclass(frozen=True, slots=True)
class Stretch:
    """Entries that nothing orders between the lanes, and the anchor that closes them, with its lane."""

    own: range
    peer: range
    rung: Rung | None = None
    own_rung: bool = True


def weave(own: range, peer: range, own_rungs: Sequence[Rung], peer_rungs: Sequence[Rung]) -> list[Stretch]:
    """Cut two lanes into stretches at their anchors, oldest first.

    Every index of `own` and of `peer` stands in exactly one stretch or is the rung of one.

    Args:
        own: The indexes shown of the own log.
        peer: The indexes shown of the peer's log.
        own_rungs: Anchors of the own log inside `own`, by index.
        peer_rungs: Anchors of the peer's log inside `peer`, by index.
    """
    mine, theirs = list(own_rungs), list(peer_rungs)
    at, beside = own.start, peer.start
    found: list[Stretch] = []
    while mine or theirs:
        # A peer's anchor inside what the own anchor names came first; otherwise the own one is drawn first.
        if mine and not (theirs and theirs[0].index < mine[0].size):
            rung = mine.pop(0)
            until = min(max(beside, rung.size), theirs[0].index if theirs else peer.stop, peer.stop)
            found.append(Stretch(range(at, rung.index), range(beside, until), rung))
            at, beside = rung.index + 1, until
        else:
            rung = theirs.pop(0)
            until = min(max(at, rung.size), mine[0].index if mine else own.stop, own.stop)
            found.append(Stretch(range(at, until), range(beside, rung.index), rung, own_rung=False))
            at, beside = until, rung.index + 1
    found.append(Stretch(range(at, own.stop), range(beside, peer.stop)))
    return found


SHOWN: Final = 40
"""Entries of a peer beside one page of the own log; the rest is one click away."""


def window(size: int, page: int, per_page: int) -> range:
    """Return the indexes on a page, where page 1 has the newest."""
    stop = max(0, size - (page - 1) * per_page)
    return range(max(0, stop - per_page), stop)
