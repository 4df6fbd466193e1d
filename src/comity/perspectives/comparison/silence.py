"""Silence: only in a corpus declared complete and coded whole, and only against what others say in theirs.

That a holder does not speak of a proposition in what somebody chose to quote shows nothing. In a corpus
declared complete for a holder and a period it may, once every work of it was coded: works that nobody coded
are *not covered*. Works of one origin cluster are no independent observations, so the test permutes clusters:
under the null any of them could be the holder's, and as none of the holder's addresses the proposition, the
p-value is the share of the ways to choose that many clusters in which none does. That is Fisher's exact test,
one-sided, of the 2 x 2 table of clusters (R. A. Fisher, The Design of Experiments, 1935, section 11). A
cluster that stands behind both sides is in neither. Nought of few is *not found in this corpus*, and no more.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import comb
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.perspectives.comparison.origins import components

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from collections.abc import Set as AbstractSet

State = Literal["speaks", "silent", "not found in this corpus", "not covered", "not heard"]
RATE: Final = 0.05


@dataclass(frozen=True)
class Declared:
    """A corpus declared complete.

    Attributes:
        holder: Its holder.
        works: Its works.
        address: Those of them that address the proposition.
        coded: Those of them that were coded at all.
    """

    holder: str
    works: frozenset[str]
    address: frozenset[str]
    coded: frozenset[str]


@dataclass(frozen=True)
class Silence:
    """What can be said of a holder that was not heard on a proposition.

    `p` is of the exact test over origin clusters. `works`, `coded` and `address` count works of the holder,
    `origins` the clusters they are of; `other_*` the same of all the others, `other_speak` those of their
    clusters that address the proposition. `organs_as_one` is the state with all organs of one party-state as
    one cluster; None where no codebook says which they are, or nothing was tested.
    """

    holder: str
    state: State
    p: float | None = None
    works: int = 0
    coded: int = 0
    address: int = 0
    origins: int = 0
    other_works: int = 0
    other_address: int = 0
    other_origins: int = 0
    other_speak: int = 0
    organs_as_one: State | None = None


def fisher(address: int, works: int, other_address: int, other_works: int) -> float:
    """Return the probability of at most `address` of `works`, the margins of the 2 x 2 table held."""
    total, marked = works + other_works, address + other_address
    ways = sum(comb(marked, k) * comb(total - marked, works - k) for k in range(address + 1))
    return ways / comb(total, works)


def silence(
    holder: str,
    corpora: AbstractSet[Declared],
    cluster_of: Mapping[str, str],
    *,
    speaks: bool,
    spoken_of: bool,
) -> Silence:
    """Return what can be said of `holder` on a proposition.

    Args:
        holder: an office or organisation.
        corpora: the corpora declared complete, of all holders.
        cluster_of: the origin cluster of each work; an unknown work is its own.
        speaks: whether a statement of the holder addresses the proposition, in whatever work.
        spoken_of: whether others report what it holds, and nothing of its own is on record.
    """
    mine = [corpus for corpus in corpora if corpus.holder == holder]
    others = [corpus for corpus in corpora if corpus.holder != holder]
    works, coded = _all(one.works for one in mine), _all(one.coded for one in mine)
    address = _all(one.address for one in mine)
    counts: dict[str, Any] = {"works": len(works), "coded": len(coded), "address": len(address)}
    if speaks or address:
        return Silence(holder, "speaks", **counts)
    if not mine:
        return Silence(holder, "not heard" if spoken_of else "not covered")
    if works - coded:
        return Silence(holder, "not covered", **counts)
    known, told = _all(one.coded for one in others) - works, _all(one.address for one in others) - works
    origins, other, speak = _origins(sorted(works), sorted(known), told, cluster_of)
    counts |= {"origins": origins, "other_works": len(known), "other_address": len(told)}
    counts |= {"other_origins": other, "other_speak": speak}
    if not origins or not other:
        return Silence(holder, "not found in this corpus", **counts)
    p = fisher(0, origins, speak, other)
    return Silence(holder, "silent" if p <= RATE else "not found in this corpus", p, **counts)


# --- inside ---


def _origins(
    works: list[str], known: list[str], told: AbstractSet[str], cluster_of: Mapping[str, str]
) -> tuple[int, int, int]:
    """Return the clusters of the holder's works, of the others', and those of the latter that speak."""
    every = [*works, *known]
    mine = other = speak = 0
    for places in components([(work,) for work in every], cluster_of):
        if places[0] < len(works) <= places[-1]:
            continue  # it stands behind both
        if places[0] < len(works):
            mine += 1
        else:
            other += 1
            speak += any(every[place] in told for place in places)
    return mine, other, speak


def _all(parts: Iterable[frozenset[str]]) -> frozenset[str]:
    return frozenset().union(*parts)
