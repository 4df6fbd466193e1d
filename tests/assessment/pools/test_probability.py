"""Pools of probabilities, intervals and proper scores: by hand, and on the published forecasts."""

from __future__ import annotations

import csv
from collections import defaultdict
from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assessment.pools import probability, proper
from comity.assessment.pools.distributions import Grid, binary
from comity.assessment.pools.errors import PoolError
from comity.assessment.pools.intervals import standardised

CHANCES = st.lists(st.floats(0, 1), min_size=1, max_size=12)


def test_pools_worked_by_hand():
    assert probability.linear([0.2, 0.6]) == pytest.approx(0.4)
    assert probability.linear([0.2, 0.6], [3, 1]) == pytest.approx(0.3)
    assert probability.median([0.1, 0.9, 0.3]) == pytest.approx(0.3)
    assert probability.median([0.1, 0.9]) == pytest.approx(0.5)
    assert probability.median([0.1, 0.9, 0.3], [1, 5, 1]) == pytest.approx(0.9)
    assert probability.log_odds([0.2, 0.8]) == pytest.approx(0.5)
    assert probability.log_odds([0.5, 0.8]) == pytest.approx(2 / 3)  # odds 1 and 4: their mean is 2


def test_a_certain_voice_does_not_decide_alone():
    assert probability.log_odds([0.0, 0.5, 0.5]) == pytest.approx(probability.log_odds([0.01, 0.5, 0.5]))


@pytest.mark.parametrize("name", probability.POOLS)
@given(CHANCES, st.randoms())
def test_pools_lie_among_the_answers_and_heed_no_order(name, chances, random):
    pool = probability.POOLS[name]
    found = float(pool(chances))
    kept = np.clip(chances, 0.01, 0.99) if name == "log_odds" else chances
    assert min(kept) - 1e-12 <= found <= max(kept) + 1e-12
    turned = random.sample(chances, len(chances))
    assert float(pool(turned)) == pytest.approx(found, abs=1e-12)


@pytest.mark.parametrize("bad", [[1.1], [-0.1], [float("nan")], []])
@pytest.mark.parametrize("name", probability.POOLS)
def test_what_is_no_probability_is_refused(name, bad):
    with pytest.raises(PoolError):
        probability.POOLS[name](bad)


@pytest.mark.parametrize("weights", [[0, 0], [-1, 2], [float("inf"), 1]])
def test_weights_that_are_none_are_refused(weights):
    with pytest.raises(PoolError, match="weights"):
        probability.linear([0.2, 0.3], weights)


def test_intervals_are_stretched_and_held_to_the_domain():
    assert standardised([10, 20, 40], 0.5, 0.9) == pytest.approx([2, 20, 56])
    assert standardised([10, 20, 40], 0.5, 0.9, (5, 50)) == pytest.approx([5, 20, 50])
    assert standardised([[10, 20, 40]], [1.0], 0.8) == pytest.approx(np.array([[12, 20, 36]]))


@pytest.mark.parametrize(
    ("answers", "sure", "says"),
    [
        ([3, 2, 4], 0.5, "rise"),
        ([1, 2, 3], 0, "sure"),
        ([1, 2, 3], 1.2, "sure"),
        ([1, 200, 300], 0.5, "domain"),
    ],
)
def test_intervals_that_are_none_are_refused(answers, sure, says):
    with pytest.raises(PoolError, match=says):
        standardised(answers, sure, 0.9, (0, 100))


def test_scores_worked_by_hand():
    assert proper.brier([0.8, 0.8], [1, 0]) == pytest.approx([0.04, 0.64])
    assert proper.logarithmic([0.25, 0.25], [1, 0]) == pytest.approx([2, -log(0.75) / log(2)])
    assert proper.logarithmic(1, 1) == 0
    assert proper.logarithmic(0, 1) == np.inf
    with pytest.raises(PoolError, match="outcome"):
        proper.brier(0.5, 0.5)


@given(st.floats(0, 1), st.floats(0, 1))
def test_nobody_does_better_by_saying_other_than_they_think(thought, said):
    for score in (proper.brier, proper.logarithmic):
        with np.errstate(invalid="ignore"):
            honest, other = (
                np.nan_to_num(thought * score(p, 1)) + np.nan_to_num((1 - thought) * score(p, 0))
                for p in (thought, said)
            )
        assert honest <= other + 1e-12


def test_only_answers_that_were_sealed_before_are_scored():
    assert proper.scorable([5, 10, 15], 10).tolist() == [True, False, False]


@pytest.mark.parametrize("outcome", [-0.7, 0.0, 0.31, 0.5, 1.0, 2.5])
def test_crps_is_the_integral(outcome):
    grid = Grid(0, 1, cells=8)
    masses = np.random.default_rng(1).dirichlet(np.ones(8), 3)
    x = np.linspace(min(0, outcome), max(1, outcome), 400_001)
    for row, found in zip(masses, proper.crps(grid, masses, outcome), strict=True):
        f = np.interp(x, grid.edges, [0, *np.cumsum(row)])
        y = (f - (x >= outcome)) ** 2
        assert found == pytest.approx(((y[1:] + y[:-1]) / 2 * np.diff(x)).sum(), abs=1e-5)


def test_crps_of_a_uniform_answer_worked_by_hand():
    # Uniform on (0, 1) and an outcome in the middle: 2 times the integral of x^2 from 0 to a half.
    assert proper.crps(Grid(0, 1), np.full((1, 512), 1 / 512), 0.5)[0] == pytest.approx(1 / 12)


def test_quantiles_come_back_from_the_grid():
    grid = Grid(1, 1000, "log", cells=600)
    masses = grid.masses([0.05, 0.5, 0.95], [[2, 30, 500], [1.5, 2, 3]])
    assert masses.sum(axis=1) == pytest.approx([1, 1])
    assert grid.quantiles([0.05, 0.5, 0.95], masses[0]) == pytest.approx([2, 30, 500], rel=0.02)


@pytest.mark.parametrize(
    ("row", "says"),
    [([0, 5, 9], "domain"), ([2, 1, 3], "rise"), ([1, np.nan, 3], "domain"), ([1, 5, 11], "domain")],
)
def test_quantiles_that_are_none_are_refused(row, says):
    with pytest.raises(PoolError, match=says):
        Grid(0, 10).masses([0.05, 0.5, 0.95], [row])


@pytest.mark.parametrize("domain", [(1, 1), (2, 1), (0, float("inf"))])
def test_a_grid_needs_a_domain(domain):
    with pytest.raises(PoolError):
        Grid(*domain)
    with pytest.raises(PoolError, match="above 0"):
        Grid(0, 1, "log")


def test_a_probability_is_a_distribution_over_no_and_yes():
    assert binary([0.25]).tolist() == [[0.75, 0.25]]
    with pytest.raises(PoolError):
        binary([2])


@pytest.mark.shared
def test_the_published_forecasts_score_as_published(shared):
    """25 claims, 25 forecasters, second round: Brier scores of three pools."""
    folder = shared / "data" / "elicitation"
    answers = defaultdict(list)
    for row in csv.DictReader((folder / "aggrecat_ratings.csv").open()):
        if (row["round"], row["element"]) == ("round_2", "three_point_best"):
            answers[row["paper_id"]].append(float(row["value"]) / 100)
    outcomes = {
        row["paper_id"]: float(row["outcome"])
        for row in csv.DictReader((folder / "aggrecat_outcomes.csv").open())
    }
    assert len(outcomes) == 25
    found = {
        name: np.mean([proper.brier(pool(answers[claim]), fell) for claim, fell in outcomes.items()])
        for name, pool in probability.POOLS.items()
    }
    assert found["linear"] == pytest.approx(0.1516, abs=5e-5)
    assert found["median"] == pytest.approx(0.1521, abs=5e-5)
    assert found["log_odds"] == pytest.approx(0.1445, abs=5e-5)
