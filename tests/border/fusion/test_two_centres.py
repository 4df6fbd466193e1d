"""What two centres exchange: increments add up to the central estimate; nothing counts twice; what silence costs."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from comity.border.errors import FusionInputError
from comity.border.fusion.intersection import intersect
from comity.border.fusion.tracklets import (
    Chain,
    Estimate,
    add,
    begin,
    disturbance,
    first,
    increment,
    predict,
    transition,
)
from comity.border.fusion.withholding import WAYS, Sharing, price

NOISE, SPREAD = 0.5, 15.0


def seen(estimate, z, sigma):
    gain = estimate.covariance[:, :2] @ np.linalg.inv(estimate.covariance[:2, :2] + sigma**2 * np.eye(2))
    left = np.eye(4) - np.hstack([gain, np.zeros((4, 2))])
    covariance = left @ estimate.covariance @ left.T + sigma**2 * gain @ gain.T
    return Estimate(estimate.time, estimate.mean + gain @ (z - estimate.mean[:2]), covariance)


def fresh(z, sigma):
    return Estimate(0, np.append(z, [0, 0]), np.diag([sigma**2, sigma**2, SPREAD**2, SPREAD**2]))


@cache
def story(seed, looks, exchange, sigmas=(20.0, 10.0)):
    """Return truth, central, joint by tracklets, and own of the receiver, right after the last exchange."""
    random = np.random.default_rng(seed)
    root, step = np.linalg.cholesky(disturbance(1.0, NOISE)), transition(1.0)
    truth = np.append(random.normal(0, 500, 2), random.normal(0, SPREAD, 2))
    z = [truth[:2] + random.normal(0, sigma, 2) for sigma in sigmas]
    own, theirs = (fresh(one, sigma) for one, sigma in zip(z, sigmas, strict=True))
    central = seen(own, z[1], sigmas[1])
    said = first(theirs, "la/7", SPREAD)
    joint, last, chain = add(own, [said]), theirs, Chain("la/7")
    assert chain.takes(said)
    for look in range(2, looks + 1):
        truth = step @ truth + root @ random.normal(size=4)
        z = [truth[:2] + random.normal(0, sigma, 2) for sigma in sigmas]
        own, theirs, central, joint = (
            predict(one, look * 1000, NOISE) for one in (own, theirs, central, joint)
        )
        own, joint = seen(own, z[0], sigmas[0]), seen(joint, z[0], sigmas[0])
        theirs = seen(theirs, z[1], sigmas[1])
        central = seen(seen(central, z[0], sigmas[0]), z[1], sigmas[1])
        if look % exchange == 0:
            said = increment(theirs, last, said, NOISE)
            assert chain.takes(said)
            joint, last = add(joint, [said]), theirs
    return truth, central, joint, own, theirs


def test_increments_of_each_look_add_up_to_the_central_estimate_exactly():
    _, central, joint, *_ = story(1, 40, 1)
    np.testing.assert_allclose(joint.mean, central.mean, rtol=1e-8)
    np.testing.assert_allclose(joint.covariance, central.covariance, rtol=1e-8)


def test_a_first_tracklet_makes_the_track_where_nothing_is_known():
    z = np.array([100.0, 50.0])
    made = begin(first(fresh(z, 10), "vn/1", SPREAD), SPREAD)
    np.testing.assert_allclose(made.mean, [100, 50, 0, 0], atol=1e-9)
    np.testing.assert_allclose(made.covariance, fresh(z, 10).covariance)


def nees(exchange, which, runs=80):
    """Normalised estimation error squared of place and velocity: 4 where an estimate is as sure as it may be."""
    found = []
    for seed in range(runs):
        truth, *estimates = story(seed, 20, exchange)
        error = estimates[which].mean - truth
        found.append(error @ np.linalg.solve(estimates[which].covariance, error))
    return np.mean(found)


def test_the_sum_is_as_sure_as_it_may_be():
    wide = 3 * np.sqrt(2 * 4 / 80)  # of the mean of 80 chi-squared of 4
    assert abs(nees(1, 1) - 4) < wide
    assert abs(nees(5, 1) - 4) < wide + 0.4  # shared process noise within an exchange


def test_fusing_whole_estimates_as_if_independent_is_too_sure_and_intersection_is_not():
    naive, safe = [], []
    for seed in range(60):
        truth, _, _, own, theirs = story(seed, 20, 1)
        a, b = np.linalg.inv(own.covariance), np.linalg.inv(theirs.covariance)
        covariance = np.linalg.inv(a + b)
        error = covariance @ (a @ own.mean + b @ theirs.mean) - truth
        naive.append(error @ np.linalg.solve(covariance, error))
        mean, covariance, _ = intersect((own.mean, own.covariance), (theirs.mean, theirs.covariance))
        safe.append((mean - truth) @ np.linalg.solve(covariance, mean - truth))
    assert np.mean(naive) > np.mean(safe)
    assert np.mean(safe) < 4.6


@pytest.mark.parametrize("seed", range(5))
def test_intersection_is_never_too_sure_whatever_the_correlation(seed):
    random = np.random.default_rng(seed)
    root = random.normal(size=(8, 8))
    whole = root @ root.T
    a, b = whole[:4, :4], whole[4:, 4:]
    _, fused, w = intersect((np.zeros(4), a), (np.zeros(4), b))
    mix = np.hstack([w * fused @ np.linalg.inv(a), (1 - w) * fused @ np.linalg.inv(b)])
    assert np.linalg.eigvalsh(fused - mix @ whole @ mix.T).min() > -1e-8
    for other in np.linspace(0, 1, 11):
        volume = np.linalg.slogdet(intersect((np.zeros(4), a), (np.zeros(4), b), other)[1])[1]
        assert np.linalg.slogdet(fused)[1] <= volume + 1e-9


def test_a_chain_takes_each_tracklet_once_and_shows_a_gap():
    one = fresh(np.zeros(2), 10)
    start = first(one, "la/1", SPREAD)
    two = seen(predict(one, 1000, NOISE), np.ones(2), 10)
    three = seen(predict(two, 2000, NOISE), np.ones(2), 10)
    second = increment(two, one, start, NOISE)
    third = increment(three, two, second, NOISE)
    chain = Chain("la/1")
    assert not chain.takes(second)  # a chain starts with its first
    assert chain.takes(start)
    assert not chain.takes(start)  # a repeat
    assert not chain.takes(third)  # a gap
    assert not chain.takes(replace(second, matrix=2 * second.matrix, since=500))
    assert not Chain("la/2").takes(start)
    assert chain.takes(second)
    assert chain.takes(third)
    assert replace(third, vector=third.vector * (1 + 1e-6)).digest() != third.digest()


def test_what_cannot_be_fused_is_refused():
    one = fresh(np.zeros(2), 10)
    with pytest.raises(FusionInputError):
        predict(one, -1, NOISE)
    with pytest.raises(FusionInputError):
        add(predict(one, 1000, NOISE), [first(one, "a", SPREAD)])
    with pytest.raises(FusionInputError):
        intersect((np.zeros(2), np.diag([1.0, -1.0])), (np.zeros(2), np.eye(2)))
    with pytest.raises(FusionInputError):
        price(Sharing(own=0))


def test_the_price_rises_with_what_is_withheld():
    found = price(Sharing())
    assert tuple(found) == WAYS
    assert found["plots"].times == 1
    assert 1 <= found["tracklets"].times < 1.05
    for way in ("blurred", "gridded", "delayed"):
        assert found["tracklets"].error < found[way].error <= found["nothing"].error
    assert price(Sharing(blur=10))["blurred"].error < found["blurred"].error < found["nothing"].error
    assert price(Sharing(delay=2000))["delayed"].error < found["delayed"].error
    assert price(Sharing(delay=100_000))["delayed"].error == found["nothing"].error


def test_the_price_of_tracklets_is_the_error_that_stories_have():
    given = Sharing(own=20, looks=20, exchange=5)
    found = price(given)
    stories = [story(seed, 20, 5) for seed in range(80)]
    for which, way in ((2, "tracklets"), (1, "plots"), (3, "nothing")):
        square = np.mean([((told[which].mean - told[0])[:2] ** 2).sum() for told in stories])
        assert np.sqrt(square) == pytest.approx(found[way].error, rel=0.15)
    assert price(replace(given, exchange=1))["tracklets"].error == pytest.approx(found["plots"].error)
