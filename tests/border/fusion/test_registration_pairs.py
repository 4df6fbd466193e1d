"""Pairs of a sensor and co-operative targets: through clutter and other objects, and refused where too few."""

from __future__ import annotations

import numpy as np
import pytest

from comity.border.fusion.observations import Detections
from comity.border.fusion.registration_pairs import FEWEST, Target, find, paired, targets_of

CENTRE = (500.0, -200.0)
EAST, NORTH, TURN, LATE = 60.0, -35.0, 0.015, 0.7
SIGMA = 10.0


def ways(count=3, steps=240, speed=8.0):
    """Targets on circles of their own: places each second, ms, x, y, sigma."""
    found = {}
    for number in range(count):
        turn = np.arange(steps) * speed / (600 + 300 * number) + number
        x = 1500.0 * (number + 1) + (600 + 300 * number) * np.cos(turn)
        y = 1000.0 + (600 + 300 * number) * np.sin(turn)
        found[f"t{number}"] = [
            (1000 * n, east, north, 5.0) for n, (east, north) in enumerate(zip(x, y, strict=True))
        ]
    return found


def seen(said, seed=0, clutter=3, late=LATE):
    random = np.random.default_rng(seed)
    targets = targets_of(said)
    looks = np.arange(2_000, 230_000, 1_000)
    times, places = [], []
    for target in targets.values():
        true, _, _ = target.at(looks - round(late * 1000))
        arm = true - np.array(CENTRE)
        told = true + [EAST, NORTH] + TURN * np.stack([-arm[:, 1], arm[:, 0]], axis=1)
        places.append(told + random.normal(0, SIGMA, told.shape))
        times.append(looks)
    for _ in range(clutter):
        places.append(random.uniform(-4000, 9000, (len(looks), 2)))
        times.append(looks)
    return Detections.of(np.concatenate(times), 0, np.concatenate(places), SIGMA), list(targets.values())


def test_a_bias_is_found_with_an_error_that_holds():
    found = find(*seen(ways()), CENTRE)
    assert found.parts == ("east", "north", "turn", "late")
    bias = found.bias
    error = np.array([bias.east - EAST, bias.north - NORTH, bias.turn - TURN, bias.late - LATE])
    assert (np.abs(error) < 5 * np.sqrt(np.diag(bias.covariance))).all()
    assert len(np.unique(found.paired.targets)) == 3
    assert len(found.paired) > 500
    assert 0.7 < found.error < 1.4
    assert found.alone is not None
    assert found.alone < 40
    assert bias.covariance[0, 0] ** 0.5 < 5


def test_what_cannot_be_told_apart_is_looked_for_no_more():
    still = {"post": [(1000 * n, 1500.0, 900.0, 2.0) for n in range(240)]}
    found = find(*seen(still, late=0.0), CENTRE)
    assert found.parts == ("east", "north"), "one target that stands still tells a shift alone"
    assert found.alone is None
    assert found.bias.late == found.bias.turn == 0


@pytest.mark.parametrize(("count", "steps", "words"), [(0, 240, "no co-operative"), (1, 12, "fewer than")])
def test_too_little_is_said_in_words(count, steps, words):
    said = ways(count, steps)
    detections, _ = seen(ways(1))
    few = detections.take(np.arange(10))
    assert words in find(few, list(targets_of(said).values()), CENTRE)
    assert "detected nothing" in find(Detections.empty(), list(targets_of(ways(1)).values()))


def test_what_is_doubtful_makes_no_pair():
    one = Target(np.array([0, 10_000]), np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([1.0, 1.0]))
    near = Target(np.array([0, 10_000]), np.array([[5.0, 0.0], [105.0, 0.0]]), np.array([1.0, 1.0]))
    looks = Detections.of([5_000, 6_000, 6_000, 20_000], 0, [(50, 3), (60, 3), (62, 3), (200, 0)], 1.0)
    assert paired(looks, [one]).rows.tolist() == [0], "two in one look; and nobody knows where it was later"
    assert paired(looks, [one, near]).rows.tolist() == []
    gone = Target(np.array([0, 60_000]), np.array([[0.0, 0.0], [100.0, 0.0]]), np.array([1.0, 1.0]))
    assert len(paired(looks, [gone])) == 0
    assert FEWEST > 1


def test_the_same_observations_have_the_same_name_and_others_another():
    detections, targets = seen(ways(1))
    ids = np.arange(len(detections))
    one, other = (find(detections, targets, CENTRE).paired.digest(ids) for _ in range(2))
    assert one == other
    assert find(detections, targets, CENTRE).paired.digest(ids + 1) != one
