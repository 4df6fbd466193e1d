"""Better routes than the first ones: take markers out, put markers in, keep what covers more.

Large neighbourhood search (Shaw 1998, "Using constraint programming and local search methods to solve
vehicle routing problems", CP-98; removal of stretches and noise on the insertions as Pisinger and Ropke
2007, "A general heuristic for vehicle routing problems", Computers & Operations Research 34(8)), with
record-to-record acceptance (Dueck 1993, Journal of Computational Physics 104). Kernels on whole numbers
and basic operations of doubles, with a generator of their own: the same task gives the same routes on
every machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final, TypeVar, cast

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Whole = NDArray[np.int64]
    Real = NDArray[np.float64]
    Made = TypeVar("Made", bound=Callable[..., Any])

ROUNDS: Final = 6000
WORK: Final = 60_000_000
"""Rounds for a small task; for n points at most WORK / n² of them."""
DEVIATION: Final = 0.03
"""How much less than the best a round may cover at the beginning and still be gone on from."""


def improve(task: tuple[Whole, Whole, Whole, int, int], routes: list[list[int]]) -> list[list[int]]:
    """Return routes that cover at least as much.

    Args:
        task: (n, n) minutes; (n,) gain; (n,) order of ties; minutes a side may be out; where all meet.
        routes: Of each side, from its station by the meeting marker to its station.
    """
    minutes, gain, rank, budget, meet = task
    size = len(gain)
    table, sizes = np.zeros((len(routes), size + 2), np.int64), np.zeros(len(routes), np.int64)
    for side, route in enumerate(routes):
        table[side, : len(route)], sizes[side] = route, len(route)
    rounds = max(min(ROUNDS, WORK // (size * size)), 1)
    arrays = (np.ascontiguousarray(minutes), gain.astype(np.int64), rank.astype(np.int64))
    _search(*arrays, table, sizes, budget, meet, rounds)
    return [table[side, : sizes[side]].tolist() for side in range(len(routes))]


def kernel(function: Made) -> Made:
    """Compile a function; the code is kept where that is possible."""
    try:
        return cast("Made", njit(cache=True, nogil=True)(function))
    except RuntimeError:  # no place to keep it
        return cast("Made", njit(nogil=True)(function))


@kernel
def _drawn(state: NDArray[np.uint64], below: int) -> int:
    """Return a number from 0 to below - 1 (SplitMix64: Steele and others 2014, OOPSLA)."""
    state[0] += np.uint64(0x9E3779B97F4A7C15)
    z = state[0]
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    z = (z ^ (z >> np.uint64(27))) * np.uint64(0x94D049BB133111EB)
    z ^= z >> np.uint64(31)
    return int((z >> np.uint64(33)) % np.uint64(below))


@kernel
def _walked(minutes: Whole, route: Whole, size: int) -> int:
    total = 0
    for k in range(size - 1):
        total += minutes[route[k], route[k + 1]]
    return total


@kernel
def _take_out(
    table: Whole, sizes: Whole, inside: NDArray[np.bool_], meet: int, state: NDArray[np.uint64]
) -> None:
    """Take out a stretch of one route, and some markers here and there."""
    side = _drawn(state, len(sizes))
    start, span = 1 + _drawn(state, sizes[side]), 1 + _drawn(state, 1 + sizes[side] // 3)
    chance = _drawn(state, 30)
    for s in range(len(sizes)):
        kept = 1
        for k in range(1, sizes[s]):
            n = table[s, k]
            last = k == sizes[s] - 1
            chosen = (s == side and start <= k < start + span) or _drawn(state, 100) < chance
            if chosen and not last and n != meet:
                inside[n] = False
            else:
                table[s, kept] = n
                kept += 1
        sizes[s] = kept


@kernel
def _best(  # noqa: PLR0917 - kernels take their arguments by place
    minutes: Whole,
    worth: Real,
    rank: Whole,
    table: Whole,
    sizes: Whole,
    inside: NDArray[np.bool_],
    spare: Whole,
) -> tuple[int, int, int, int]:
    """Return marker (-1 for none), side, place and added minutes of the best insertion."""
    best, side, place, least, most = -1, 0, 0, 0, 0.0
    for n in range(len(worth)):
        if inside[n] or worth[n] <= 0.0:
            continue
        for s in range(len(sizes)):
            for k in range(1, sizes[s]):
                a, b = table[s, k - 1], table[s, k]
                added = minutes[a, n] + minutes[n, b] - minutes[a, b]
                value = worth[n] / (max(added, 0) + 1.0) if added <= spare[s] else 0.0
                if value > most or (value == most > 0.0 and rank[n] < rank[best]):
                    best, side, place, least, most = n, s, k, added, value
    return best, side, place, least


@kernel
def _put_in(  # noqa: PLR0917 - kernels take their arguments by place
    minutes: Whole,
    worth: Real,
    rank: Whole,
    table: Whole,
    sizes: Whole,
    inside: NDArray[np.bool_],
    budget: int,
) -> None:
    """Insert markers, the most worth for an added minute first, until none fits."""
    spare = np.empty(len(sizes), np.int64)
    for s in range(len(sizes)):
        spare[s] = budget - _walked(minutes, table[s], sizes[s])
    while True:
        best, side, place, added = _best(minutes, worth, rank, table, sizes, inside, spare)
        if best < 0:
            return
        for k in range(sizes[side], place, -1):
            table[side, k] = table[side, k - 1]
        table[side, place] = best
        sizes[side] += 1
        spare[side] -= added
        inside[best] = True


@kernel
def _shorten(minutes: Whole, route: Whole, size: int) -> bool:
    """Turn stretches round while that makes the way shorter (2-opt, Croes 1958)."""
    did, better = False, True
    while better:
        better = False
        for i in range(1, size - 2):
            for j in range(i + 1, size - 1):
                before, after = route[i - 1], route[j + 1]
                old = minutes[before, route[i]] + minutes[route[j], after]
                if minutes[before, route[j]] + minutes[route[i], after] < old:
                    low, high = i, j
                    while low < high:
                        route[low], route[high] = route[high], route[low]
                        low += 1
                        high -= 1
                    did = better = True
    return did


@kernel
def _copy(given: tuple[Whole, Whole, NDArray[np.bool_]], to: tuple[Whole, Whole, NDArray[np.bool_]]) -> None:
    """Copy routes, their sizes and what is on them."""
    for s in range(len(given[1])):
        to[1][s] = given[1][s]
        for k in range(given[1][s]):
            to[0][s, k] = given[0][s, k]
    for n in range(len(given[2])):
        to[2][n] = given[2][n]


@kernel
def _covered(gain: Whole, inside: NDArray[np.bool_]) -> int:
    total = 0
    for n in range(len(gain)):
        if inside[n]:
            total += gain[n]
    return total


@kernel
def _search(  # noqa: PLR0917 - kernels take their arguments by place
    minutes: Whole,
    gain: Whole,
    rank: Whole,
    table: Whole,
    sizes: Whole,
    budget: int,
    meet: int,
    rounds: int,
) -> None:
    """Search `rounds` times from the routes given; leave the best ones in their place."""
    state = np.zeros(1, np.uint64)
    for n in range(len(rank)):
        state[0] = state[0] * np.uint64(31) + np.uint64(rank[n])
    sides, size = len(sizes), len(gain)
    inside = np.zeros(size, np.bool_)
    for s in range(sides):
        for k in range(sizes[s]):
            inside[table[s, k]] = True
    here, here_sizes, here_inside = table.copy(), sizes.copy(), inside.copy()
    trial, trial_sizes, worth = table.copy(), sizes.copy(), np.empty(size)
    best_inside = inside.copy()
    most = covered = _covered(gain, inside)
    walked = shortest = _total(minutes, table, sizes)
    for turn in range(rounds):
        _copy((here, here_sizes, here_inside), (trial, trial_sizes, inside))
        _take_out(trial, trial_sizes, inside, meet, state)
        squared = _drawn(state, 3) == 0
        for n in range(size):
            worth[n] = gain[n] * (1.0 + _drawn(state, 1000) / 1000.0)
            if squared:
                worth[n] *= gain[n]
        _put_in(minutes, worth, rank, trial, trial_sizes, inside, budget)
        for s in range(sides):
            _shorten(minutes, trial[s], trial_sizes[s])
        _put_in(minutes, worth, rank, trial, trial_sizes, inside, budget)
        found, way = _covered(gain, inside), _total(minutes, trial, trial_sizes)
        floor = most * (1.0 - DEVIATION * (rounds - turn) / rounds)
        if found > covered or (found == covered and way <= walked) or found > floor:
            _copy((trial, trial_sizes, inside), (here, here_sizes, here_inside))
            covered, walked = found, way
        if found > most or (found == most and way < shortest):
            _copy((trial, trial_sizes, inside), (table, sizes, best_inside))
            most, shortest = found, way


@kernel
def _total(minutes: Whole, table: Whole, sizes: Whole) -> int:
    total = 0
    for s in range(len(sizes)):
        total += _walked(minutes, table[s], sizes[s])
    return total
