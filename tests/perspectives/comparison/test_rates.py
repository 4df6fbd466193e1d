"""How often the procedure is wrong on data made to be hard: at most as often as it says.

The voices of a side are drawn from a normal opinion that is coded in whole steps and cut at -2 and 2. At the
edge of a claim (the true difference is exactly one step) *agree* and *differ* are both false; each may be said
in at most 5 % of the cases, half of what a 90 % interval leaves out. Seeds are fixed.
"""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from scipy.optimize import brentq
from scipy.stats import norm

from comity.perspectives.comparison.bootstrap import interval
from comity.perspectives.comparison.family import adjust
from comity.perspectives.comparison.permutation import permute

STEPS = np.arange(-2, 3)
EDGES = np.array([-np.inf, -1.5, -0.5, 0.5, 1.5, np.inf])
TRIALS = 400
MARGIN = 2 * np.sqrt(0.05 * 0.95 / TRIALS)
"""Two standard errors of a rate of 5 % in so many trials."""


def chances(centre, width):
    return np.diff(norm.cdf((EDGES - centre) / width))


@cache
def centres(width):
    """Opinions whose coded means are one step apart."""
    one = 1.2
    aim = chances(one, width) @ STEPS - 1
    return one, brentq(lambda centre: chances(centre, width) @ STEPS - aim, -4, 4)


def drawn(rng, size, centre, width):
    return rng.choice(STEPS, size, p=chances(centre, width)).tolist()


def spans(width, size, apart=True):
    rng = np.random.default_rng([int(width * 10), size])
    one, other = centres(width)
    for trial in range(TRIALS):
        yield interval(
            drawn(rng, size, one, width),
            drawn(rng, size, other if apart else one, width),
            coverage=0.9,
            resamples=499,
            seed=(str(trial),),
        )


@pytest.mark.parametrize("size", [4, 6, 12])
@pytest.mark.parametrize("width", [0.4, 0.7, 1.0])
def test_at_the_edge_neither_claim_is_made_more_often_than_nominal(width, size):
    found = list(spans(width, size))
    agree = np.mean([low >= -1 and high <= 1 for low, high in found])
    differ = np.mean([low > 1 or high < -1 for low, high in found])
    covered = np.mean([low <= 1 <= high for low, high in found])
    assert agree <= 0.05 + MARGIN
    assert differ <= 0.05 + MARGIN
    assert covered >= 0.9 - 2 * MARGIN


def test_where_there_is_no_difference_differ_is_never_said_and_agree_is_found_with_enough_origins():
    small = list(spans(0.7, 4, apart=False))
    assert np.mean([low > 1 or high < -1 for low, high in small]) == 0
    few = np.mean([low >= -1 and high <= 1 for low, high in small])
    many = np.mean([low >= -1 and high <= 1 for low, high in spans(0.7, 12, apart=False)])
    assert few < 0.3
    assert many > 0.85


def test_a_plain_percentile_interval_would_claim_agreement_three_times_too_often():
    """Why the interval is smoothed and expanded: what it replaces, measured on the same data."""
    rng = np.random.default_rng(7)
    one, other = centres(0.4)
    wrong = 0
    for _ in range(200):
        a, b = (np.array(drawn(rng, 4, centre, 0.4)) for centre in (one, other))
        d = a[rng.integers(0, 4, (299, 4))].mean(1) - b[rng.integers(0, 4, (299, 4))].mean(1)
        low, high = np.quantile(d, [0.05, 0.95])
        wrong += low >= -1 and high <= 1
    assert wrong / 200 > 0.15


def test_a_rare_dissent_that_four_origins_do_not_show_is_not_seen():
    """The limit of every resampling: one in four against, and four voices that happen to be for."""
    unseen = {size: 0.75**size for size in (4, 12)}
    for size, rate in unseen.items():
        low, high = interval([2] * size, [2] * size, coverage=0.9, resamples=499, seed=())
        assert -1 < low < high < 1
        assert (rate > 0.3) == (size == 4)
        assert (rate < 0.05) == (size == 12)


@pytest.mark.parametrize("sizes", [(4, 4), (5, 7)])
def test_the_test_is_of_its_size_under_the_null(sizes):
    rng = np.random.default_rng(11)
    p = []
    for _ in range(TRIALS):
        pooled = drawn(rng, sum(sizes), 0.3, 0.8)
        p.append(permute(pooled[: sizes[0]], pooled[sizes[0] :], ()).p)
    for level in (0.05, 0.1):
        assert np.mean(np.array(p) <= level) <= level + 2 * np.sqrt(level * (1 - level) / TRIALS)


def test_false_discoveries_stay_below_the_rate_in_a_family_that_is_mostly_null():
    rng = np.random.default_rng(13)
    shares = []
    for _ in range(60):
        rows = {}
        for row in range(20):
            real = row < 5
            a, b = drawn(rng, 6, 1.5 if real else 0, 0.7), drawn(rng, 6, -1.0 if real else 0, 0.7)
            rows[row] = permute(a, b, ())
        found = [row for row, tested in adjust(rows, 0.1).items() if tested.q is not None and tested.q <= 0.1]
        shares.append(sum(row >= 5 for row in found) / max(len(found), 1))
    assert np.mean(shares) <= 0.1
