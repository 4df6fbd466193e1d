"""GOSPA of trajectories: cases made by hand, and every assignment over time tried."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest

from comity.border.errors import FusionInputError
from comity.border.fusion.metrics import trajectories
from comity.border.fusion.metrics.gospa import gospa
from comity.border.fusion.metrics.trajectories import trajectory_gospa

NAN = np.nan


def line(*values):
    return np.array([[value, 0.0] for value in values])


def test_a_track_that_changes_its_name_costs_a_switch():
    truth = line(0, 0, 0, 0)[None]
    one = trajectory_gospa(truth, np.array([line(3, 3, NAN, NAN), line(NAN, NAN, 3, 3)]), 10, 2, 2)
    assert one.localisation == pytest.approx(4 * 9)
    assert one.switches == pytest.approx(4)
    assert (one.missed, one.false) == pytest.approx((0, 0), abs=1e-9)
    assert one.distance == pytest.approx(math.sqrt(40))


def test_a_gap_is_a_miss_and_no_switch():
    one = trajectory_gospa(line(0, 0, 0)[None], line(0, NAN, 0)[None], 10, 2, 2)
    assert (one.missed, one.switches) == pytest.approx((50, 0), abs=1e-9)


def test_at_one_time_it_is_gospa():
    random = np.random.default_rng(1)
    truth, tracks = random.uniform(0, 100, (5, 1, 2)), random.uniform(0, 100, (4, 1, 2))
    found, plain = trajectory_gospa(truth, tracks, 30, 2, 5), gospa(truth[:, 0], tracks[:, 0], 30, 2)
    assert found.distance == pytest.approx(plain.distance)
    assert found.localisation == pytest.approx(plain.localisation)


def assignments(n, k):
    every = itertools.product(range(-1, k), repeat=n)
    return [one for one in every if len({j for j in one if j >= 0}) == sum(j >= 0 for j in one)]


def cost(truth, tracks, how, one, t):
    c, p = how
    total, taken = 0.0, {j for j in one if j >= 0}
    for i, j in enumerate(one):
        x = truth[i, t]
        y = tracks[j, t] if j >= 0 else np.full(2, NAN)
        both = int(np.isfinite(x).all()) + int(np.isfinite(y).all())
        total += min(math.dist(x, y), c) ** p if both == 2 else both * c**p / 2
    return total + sum(
        c**p / 2 for j in range(len(tracks)) if j not in taken and np.isfinite(tracks[j, t]).all()
    )


def tried(truth, tracks, c, p, switch):
    every = assignments(len(truth), len(tracks))
    best = {one: cost(truth, tracks, (c, p), one, 0) for one in every}
    for t in range(1, truth.shape[1]):
        here = {one: cost(truth, tracks, (c, p), one, t) for one in every}
        best = {
            now: here[now]
            + min(
                worth
                + sum((a != b) * (1 if a >= 0 and b >= 0 else 0.5) for a, b in zip(now, then, strict=True))
                * switch**p
                for then, worth in best.items()
            )
            for now in every
        }
    return min(best.values()) ** (1 / p)


@pytest.mark.parametrize("seed", range(8))
def test_the_program_finds_the_best_of_all_assignments_over_time(seed):
    random = np.random.default_rng(seed)
    truth = random.uniform(0, 30, (2, 1, 2)) + np.cumsum(random.normal(0, 3, (2, 4, 2)), axis=1)
    tracks = truth[[0, 1, 0]] + random.normal(0, 4, (3, 4, 2))
    tracks[random.random((3, 4)) < 0.3] = NAN
    found = trajectory_gospa(truth, tracks, 15, 2, 6)
    exact = tried(truth, tracks, 15, 2, 6)
    assert found.distance == pytest.approx(exact, rel=1e-6)
    parts = found.localisation + found.missed + found.false + found.switches
    assert parts == pytest.approx(found.distance**2)


def test_trajectories_that_do_not_fit_are_refused():
    with pytest.raises(FusionInputError):
        trajectory_gospa(np.zeros((1, 2, 2)), np.zeros((1, 3, 2)))
    with pytest.raises(FusionInputError):
        trajectory_gospa(np.zeros((1, 2, 2)), np.zeros((1, 2, 2)), c=0)


@pytest.mark.parametrize("seed", range(6))
def test_one_and_one_is_solved_as_the_program_solves_it(seed):
    draw = np.random.default_rng(seed)
    apart = draw.uniform(0, 140, (1, 1, 30))
    how = (100.0, float(1 + seed % 2), float(draw.uniform(5, 120)))
    for found, told in zip(
        trajectories._chain(apart, apart < 100, how),
        trajectories._program(apart, apart < 100, how),
        strict=True,
    ):
        assert found == pytest.approx(told, rel=1e-9)
