"""Bias between sensors: found from co-operative targets, through outliers; refused where they cannot tell."""

from __future__ import annotations

import numpy as np
import pytest

from comity.border.errors import FusionInputError, FusionSingularError
from comity.border.fusion.registration import Pairs, correct, register

CENTRE = (1000.0, -500.0)
TRUE = np.array([25.0, -40.0, 0.01, 0.8])


def pairs(seed=0, count=300, outliers=0.0, speed=20.0):
    random = np.random.default_rng(seed)
    place = random.uniform(-4000, 4000, (count, 2))
    velocity = random.normal(0, speed, (count, 2))
    arm = place - np.array(CENTRE)
    seen = place + TRUE[:2] + TRUE[2] * np.stack([-arm[:, 1], arm[:, 0]], axis=1) - TRUE[3] * velocity
    seen = seen + random.normal(0, 10, (count, 2))
    wild = random.random(count) < outliers
    seen[wild] += random.normal(300, 500, (int(wild.sum()), 2))
    return Pairs(seen, place, velocity, np.full(count, 10.0)), place


@pytest.mark.parametrize("outliers", [0.0, 0.1])
def test_shift_turn_and_delay_are_found_through_outliers(outliers):
    given, place = pairs(outliers=outliers)
    found = register(given, CENTRE)
    error = np.array([found.east, found.north, found.turn, found.late]) - TRUE
    assert (np.abs(error) < 5 * np.sqrt(np.diag(found.covariance))).all()
    assert found.condition < 10
    assert (found.outliers > 0.05 * 300) or outliers == 0
    left = correct(given.seen, given.velocity, found, CENTRE) - place
    assert np.abs(np.median(left, axis=0)).max() < 2


def test_errors_of_many_estimates_are_as_large_as_they_say():
    found = [register(pairs(seed, 100)[0], CENTRE) for seed in range(60)]
    errors = np.array([[one.east, one.north, one.turn, one.late] for one in found]) - TRUE
    nees = [e @ np.linalg.solve(one.covariance, e) for e, one in zip(errors, found, strict=True)]
    assert 3 < np.mean(nees) < 6


def test_what_targets_cannot_tell_apart_is_refused_or_left_out():
    still, _ = pairs(speed=0.0)
    with pytest.raises(FusionSingularError):
        register(still, CENTRE)
    found = register(still, CENTRE, ("east", "north", "turn"))
    assert found.late == 0
    assert found.covariance[3].tolist() == [0, 0, 0, 0]
    with pytest.raises(FusionSingularError):
        register(pairs(count=1)[0], CENTRE)
    together, _ = pairs()
    one = Pairs(together.seen, np.tile(together.reference[:1], (300, 1)), together.velocity, together.sigma)
    with pytest.raises(FusionSingularError):
        register(one, CENTRE)


def test_pairs_that_cannot_be_are_refused():
    good, _ = pairs(count=5)
    with pytest.raises(FusionInputError):
        register(Pairs(good.seen * np.nan, good.reference, good.velocity, good.sigma))
    with pytest.raises(FusionInputError):
        register(Pairs(good.seen[:4], good.reference, good.velocity, good.sigma))
