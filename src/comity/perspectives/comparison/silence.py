"""Silence: only in a corpus declared complete, and only against what others say in theirs.

That a holder does not speak of a proposition in what somebody chose to quote shows nothing. In a corpus
declared complete for a holder and a period it may: Fisher's exact test, one-sided, of the works of that
corpus that address the proposition against those of the other complete corpora (R. A. Fisher, The Design of
Experiments, 1935, section 11). Nought of few is *not found in this corpus*, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Final, Literal

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

State = Literal["speaks", "silent", "not found in this corpus", "not covered", "not heard"]
RATE: Final = 0.05


@dataclass(frozen=True)
class Declared:
    """A corpus declared complete: its holder, its works, and those of them that address the proposition."""

    holder: str
    works: frozenset[str]
    address: frozenset[str]


@dataclass(frozen=True)
class Silence:
    """What can be said of a holder that was not heard on a proposition.

    `p` is of the exact test; `works` and `address` are of the holder, `other_*` of all the others.
    """

    holder: str
    state: State
    p: float | None = None
    works: int = 0
    address: int = 0
    other_works: int = 0
    other_address: int = 0


def fisher(address: int, works: int, other_address: int, other_works: int) -> float:
    """Return the probability of at most `address` of `works`, the margins of the 2 x 2 table held."""
    total, marked = works + other_works, address + other_address
    ways = sum(comb(marked, k) * comb(total - marked, works - k) for k in range(address + 1))
    return ways / comb(total, works)


def silence(holder: str, corpora: AbstractSet[Declared], *, speaks: bool, spoken_of: bool) -> Silence:
    """Return what can be said of `holder` on a proposition.

    Args:
        holder: an office or organisation.
        corpora: the corpora declared complete, of all holders.
        speaks: whether a statement of the holder addresses the proposition, in whatever work.
        spoken_of: whether others report what it holds, and nothing of its own is on record.
    """
    mine = [corpus for corpus in corpora if corpus.holder == holder]
    works = frozenset().union(*(corpus.works for corpus in mine))
    address = frozenset().union(*(corpus.address for corpus in mine))
    if speaks or address:
        return Silence(holder, "speaks", works=len(works), address=len(address))
    if not mine:
        return Silence(holder, "not heard" if spoken_of else "not covered")
    others = [corpus for corpus in corpora if corpus.holder != holder]
    known = frozenset().union(*(corpus.works for corpus in others)) - works
    told = frozenset().union(*(corpus.address for corpus in others)) - works
    if not known:
        return Silence(holder, "not found in this corpus", works=len(works))
    p = fisher(0, len(works), len(told), len(known))
    state: State = "silent" if p <= RATE else "not found in this corpus"
    return Silence(holder, state, p, len(works), 0, len(known), len(told))
