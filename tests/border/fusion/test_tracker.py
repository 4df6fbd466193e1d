"""The tracker: against a Kalman filter, in any order of arrival, when nobody looks, and when it is crowded."""

from __future__ import annotations

import math
import random

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.fusion import motion, scenarios
from comity.border.fusion.metrics.gospa import gospa
from comity.border.fusion.model import Area, Config, Limits, Rules, Sensor
from comity.border.fusion.observations import Batch, Detections, join
from comity.border.fusion.scenarios import Recipe
from comity.border.fusion.tracker import Tracker

AREA = Area(-1000, -1000, 11_000, 6_000)


def config(**changes):
    given_ = {"area": AREA, "sensors": (Sensor("a"), Sensor("b", x=5000, y=2500, reach=1500))}
    return Config(**{**given_, **changes})


def same(one, two):
    return all(
        np.array_equal(getattr(one, name), getattr(two, name)) for name in type(one).__dataclass_fields__
    )


def test_one_thing_without_doubt_is_a_kalman_filter():
    sensor = Sensor("a", detects=1 - 1e-9, clutter=1e-15)
    tracker = Tracker(config(sensors=(sensor,)))
    draw = np.random.default_rng(3)
    state, covariance = None, None
    step = np.eye(4)
    step[:2, 2:] = np.eye(2)
    q = 0.5 * np.kron([[1 / 3, 1 / 2], [1 / 2, 1]], np.eye(2))
    for k in range(12):
        z = np.array([1000.0, 2000.0]) + k * np.array([12.0, -7.0]) + draw.normal(0, 5, 2)
        noise = np.array([100.0, 20.0, 60.0])
        one = Detections.of([1000 * k], 0, [z], 10)
        told = tracker.push(
            Batch(Detections(one.time, one.sensor, one.place, noise[None], one.kind, one.speed))
        )
        r = np.array([[100.0, 20.0], [20.0, 60.0]])
        if state is None:
            state, covariance = np.append(z, [0, 0]), np.diag([0.0, 0, 225, 225])
            covariance[:2, :2] = r
            continue
        state, covariance = step @ state, step @ covariance @ step.T + q
        gain = covariance[:, :2] @ np.linalg.inv(covariance[:2, :2] + r)
        state, covariance = state + gain @ (z - state[:2]), covariance - gain @ covariance[:2]
    assert len(told.tracks) == 1
    np.testing.assert_allclose(told.tracks.states()[0], state, rtol=1e-6)
    np.testing.assert_allclose(told.tracks.covariances()[0], covariance, rtol=1e-6, atol=1e-6)
    assert told.tracks.hits[0] == 12


@pytest.mark.parametrize("value", [0.0, 1e-9, 0.3, 1.0, 20.0, 300.0, 705.0])
def test_decay_is_the_exponential(value):
    assert motion.decay(value) == pytest.approx(math.exp(-value), rel=1e-15, abs=1e-300)


@pytest.fixture(scope="module")
def crowd():
    return scenarios.make(
        Recipe(targets=40, clutter=40, steps=20, sensors=2, classes=("vehicle", "boat"), named=0.5), 5
    )


@pytest.fixture(scope="module")
def in_order(crowd):
    tracker = Tracker(crowd.config())
    told = [tracker.push(batch) for batch in crowd.batches()]
    return tracker, told


def test_a_crowd_in_clutter_is_told_well(crowd, in_order):
    _, told = in_order
    for step in (10, 19):
        found = gospa(crowd.truth[step, :, :2], told[step].tracks.place)
        assert found.missed + found.false <= 4 * 5000
    kinds = crowd.kinds[found.pairs[:, 0]], told[19].tracks.kind[found.pairs[:, 1]]
    assert (kinds[0] == kinds[1]).mean() > 0.8


def test_one_push_or_many_are_the_same_bits(crowd, in_order):
    whole = Tracker(crowd.config()).push(Batch(crowd.detections, crowd.looks), frames=True)
    assert same(whole.tracks, in_order[1][-1].tracks)
    assert same(whole.frames[-1].tracks, whole.tracks)
    assert len(whole.frames) == len(crowd.looks)


@settings(max_examples=12, deadline=None)
@given(st.integers(0, 1 << 32), st.integers(1, 7))
def test_any_order_of_arrival_ends_in_the_same_bits(crowd, in_order, seed, size):
    batches = crowd.batches()
    every = [
        (batch.detections.take([k]), batch.looks) for batch in batches for k in range(len(batch.detections))
    ]
    random.Random(seed).shuffle(every)
    tracker = Tracker(crowd.config())
    step = len(every) // size + 1
    for begin in range(0, len(every), step):
        part = every[begin : begin + step]
        told = tracker.push(
            Batch(join([one for one, _ in part]), np.concatenate([looks for _, looks in part]))
        )
    assert not told.set_aside
    assert same(tracker.every(), in_order[0].every())
    np.testing.assert_array_equal(tracker.engine.unseen, in_order[0].engine.unseen)


def test_a_late_observation_says_what_it_corrects(crowd):
    batches = crowd.batches()
    tracker = Tracker(crowd.config())
    for batch in (*batches[:4], *batches[5:8]):
        assert tracker.push(batch).replayed_from is None
    assert tracker.push(batches[4]).replayed_from == 4000
    assert tracker.push(batches[4]).replayed_from is None  # all of it was known
    assert tracker.intake.counts["duplicate"] == len(batches[4].detections)


def test_what_is_later_than_the_horizon_is_kept_apart_and_changes_nothing(crowd):
    made = crowd.config()
    short = Config(made.area, made.sensors, made.rules, Limits(horizon=3000))
    tracker = Tracker(short)
    batches = crowd.batches()
    for batch in batches[1:10]:
        tracker.push(batch)
    before = tracker.every()
    told = tracker.push(batches[0])
    assert len(told.late) == tracker.late == len(batches[0].detections)
    assert same(before, tracker.every())
    expected = batches[0].detections
    np.testing.assert_array_equal(told.late.place, expected.place[expected.order()])


def test_where_nobody_looks_any_more_what_is_unseen_grows():
    tracker = Tracker(config(rules=Rules(turnover=300)))
    none = Detections.empty()
    for k in range(60):
        told = tracker.push(Batch(none, np.array([[1000 * k, 0]])))
    watched = told.unseen
    told = tracker.push(Batch(none, np.array([[600_000, 1]])))  # ten minutes of silence of the wide sensor
    assert told.unseen > 20 * watched
    grid = tracker.engine.unseen
    assert grid[3, 6] < 0.2 * grid[0, 0]  # the near sensor looked at its own circle


def test_a_track_that_nobody_looks_at_stays_and_grows_uncertain():
    tracker = Tracker(config())
    for k in range(10):
        told = tracker.push(Batch(Detections.of([1000 * k], 0, [(500 + 10 * k, 500)], 10)))
    sure = told.tracks.existence[0]
    far = tracker.push(Batch(Detections.empty(), np.array([[30_000, 1]])))  # out of reach of this one
    assert far.tracks.existence[0] > 0.95 * sure
    assert far.tracks.moments[0, 0] > 10 * told.tracks.moments[0, 0]
    missed = tracker.push(
        Batch(Detections.empty(), np.array([[t, 0] for t in (31_000, 32_000, 33_000, 34_000)]))
    )
    assert len(missed.tracks) == 0
    assert missed.ended.tolist() == told.tracks.uid.tolist()


def test_a_track_is_told_with_hysteresis():
    tracker = Tracker(config(rules=Rules(density=4e-6, tell=0.9, untell=0.3)))
    place = [(500.0, 500.0)]
    told = [len(tracker.push(Batch(Detections.of([1000 * k], 0, place, 10))).tracks) for k in range(3)]
    assert told[0] == 0
    assert told[2] == 1
    one = tracker.push(Batch(Detections.empty(), np.array([[3000, 0]])))
    assert 0.3 < one.tracks.existence[0] < 1
    assert not len(one.ended)


def test_memory_is_bounded_and_the_likeliest_stay(crowd):
    made = crowd.config()
    tracker = Tracker(Config(made.area, made.sensors, made.rules, Limits(tracks=25, held=300)))
    for batch in crowd.batches():
        tracker.push(batch)
        assert len(tracker.every()) <= 25
        assert sum(segment.size for segment in tracker.segments) <= 300 + 300
    assert tracker.engine.overflow > 0
    assert tracker.every().existence.min() > 0.5


@given(st.integers(0, 1000), st.booleans())
@settings(max_examples=30, deadline=None)
def test_the_order_is_by_time_sensor_and_place_and_equal_ones_stay_as_they_came(seed, one_look):
    draw = np.random.default_rng(seed)
    count = int(draw.integers(0, 40))
    time = np.zeros(count, np.int64) if one_look else np.sort(draw.integers(0, 4, count))
    place = draw.integers(0, 5, (count, 2)).astype(float) if seed % 2 else draw.normal(size=(count, 2))
    found = Detections.of(time, draw.integers(0, 2, count) * (not one_look), place, 1.0)
    keys = list(zip(found.time, found.sensor, place[:, 0], place[:, 1], strict=True))
    assert found.order().tolist() == sorted(range(count), key=keys.__getitem__)
