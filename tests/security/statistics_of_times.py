"""Whether two kinds of request take the same time: a paired permutation test, for busy machines too.

Requests of all kinds are made in rounds, in a random order within each, so that whatever else the machine
does slows all of them alike. Of two kinds the differences within a round are taken; if the kinds cannot be
told apart, each difference is as likely to have one sign as the other, and flipping signs at random is the
permutation that the null hypothesis allows. The statistic is the number of positive signs: its distribution
over all 2^n permutations is the binomial one, so the p-value is exact, and one slow request in a hundred
counts no more than any other (Good, Permutation, Parametric and Bootstrap Tests, 3rd ed., section 3.2).
"""

from __future__ import annotations

import random
import time
from itertools import combinations
from math import comb

ALPHA = 1e-7
"""Shared by all pairs: one false alarm in ten million runs."""


def sign_test(differences: list[float]) -> float:
    """Return the two-sided p-value that both signs are equally likely; ties count for neither."""
    signs = [difference > 0 for difference in differences if difference]
    count, most = len(signs), max(sum(signs), len(signs) - sum(signs))
    tail = sum(comb(count, k) for k in range(most, count + 1)) / 2**count
    return min(1.0, 2 * tail)


def timed(kinds: dict, rounds: int) -> dict[str, list[float]]:
    """Call every kind once a round, in a random order; return the seconds of each, round by round."""
    order = random.Random(5)
    times = {kind: [] for kind in kinds}
    names = list(kinds)
    for _ in range(rounds):
        order.shuffle(names)
        for kind in names:
            start = time.perf_counter()
            kinds[kind]()
            times[kind].append(time.perf_counter() - start)
    return times


def told_apart(kinds: dict, rounds: int = 80) -> dict[tuple[str, str], float]:
    """Return the pairs of kinds whose times differ more than chance allows, with their p-values."""
    for call in kinds.values():
        call()  # caches fill, modules load
    times = timed(kinds, rounds)
    pairs = list(combinations(kinds, 2))
    found = {
        (one, other): sign_test([a - b for a, b in zip(times[one], times[other], strict=True)])
        for one, other in pairs
    }
    return {pair: p for pair, p in found.items() if p < ALPHA / len(pairs)}
