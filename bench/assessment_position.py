"""All solutions of a negotiation domain of 390,625 packages, under values of two sides.

The bare limit is one sort of as many numbers, which any exact frontier by sorting needs; the aim is 100 ms.
"""

from __future__ import annotations

import time

import numpy as np

from bench.harness import Case, Variant
from comity.assessment.position.packages import Domain, Issue, Profile
from comity.assessment.position.solutions import solve

ISSUES, OPTIONS = 8, 5


def timed(work):
    """Milliseconds that `work` takes."""

    def run():
        start = time.perf_counter()
        work()
        return 1000 * (time.perf_counter() - start)

    return run


def side(rng):
    """One side's values: random weights and evaluations, a fifth as reservation."""
    values = tuple(rng.integers(0, 101, OPTIONS) / 100 for _ in range(ISSUES))
    return Profile(tuple(rng.dirichlet(np.ones(ISSUES))), values, 0.2)


def cases():
    """The one case."""
    rng = np.random.default_rng(5)
    domain = Domain("d", tuple(Issue(str(n), tuple("abcde")) for n in range(ISSUES)))
    one, other = side(rng), side(rng)
    numbers = rng.integers(0, 10**12, domain.size)
    yield Case(
        f"all solutions of {domain.size:,} packages",
        "ms",
        [
            Variant("one sort of as many integers", timed(lambda: np.sort(numbers))),
            Variant(
                "utilities, frontier, three solutions", timed(lambda: solve(domain, one, other)), 100.0, False
            ),
        ],
        less_is_better=True,
    )
