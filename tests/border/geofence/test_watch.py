"""Crossing, approach and dwell: three sigma, existence, updates; and what a bad sample may not do."""

from __future__ import annotations

from itertools import pairwise
from unittest.mock import patch

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.geofence import watch
from comity.border.geofence.watch import FORGOTTEN, Sample, Watch
from comity.border.geofence.zones import Zone

SQUARE = ((0.0, 0.0), (1000.0, 0.0), (1000.0, 1000.0), (0.0, 1000.0))
AREA = Zone("area", "area", (SQUARE,), approach=300.0, dwell=30.0)
LINE = Zone("line", "line", (((0.0, 0.0), (0.0, 1000.0)),))


def samples(places, sigma=10.0, existence=0.95, *, track="t", start=0, step=10_000):
    return [
        Sample(track, start + n * step, float(x), float(y), (sigma**2, 0.0, sigma**2), existence)
        for n, (x, y) in enumerate(places)
    ]


def told(zone, given, **more):
    return [(one.name, one.on, one.time // 1000) for one in Watch([zone]).push(given, **more)]


def test_a_track_comes_near_enters_stays_and_leaves():
    way = [(-900, 500), (-600, 500), (-350, 500), (-250, 500), (-20, 500), (20, 500), (200, 500)]
    way += [(300, 500)] * 4 + [(-100, 500), (-310, 500), (-340, 500)]
    assert told(AREA, samples(way)) == [
        ("approach", True, 30),
        ("crossing", True, 60),
        ("approach", False, 60),
        ("dwell", True, 90),
        ("crossing", False, 110),
        ("dwell", False, 110),
        ("approach", True, 110),
        ("approach", False, 130),
    ]


def test_events_say_what_they_rest_on():
    (event,) = [
        one for one in Watch([AREA]).push(samples([(-900, 500)] * 3 + [(50, 500)])) if one.name == "crossing"
    ]
    assert (event.zone, event.track, event.time, event.updates, event.existence) == (
        "area",
        "t",
        30_000,
        4,
        0.95,
    )
    assert (event.distance, event.sigma) == (-50.0, pytest.approx(10.0))
    wide = [Sample("t", n, x, 500.0, (4.0, 0.0, 1e6), 1.0) for n, x in enumerate([-90.0] * 3 + [50.0])]
    assert Watch([AREA]).push(wide)[-1].sigma == pytest.approx(2.0)


def test_who_wavers_on_an_edge_or_is_doubtful_or_new_says_nothing():
    waver = [(-500, 500)] * 3 + [(25 * (-1) ** n, 500) for n in range(20)]
    assert ("crossing", True) not in {one[:2] for one in told(AREA, samples(waver))}
    assert told(AREA, samples([(-900, 500)] * 3 + [(500, 500)] * 9, existence=0.89)) == []
    assert told(AREA, samples([(-900, 500), (500, 500)])) == []
    first_seen_inside = [(500, 500)] * 7
    assert told(AREA, samples(first_seen_inside)) == [("dwell", True, 50)]
    assert told(AREA, samples([(-900, 500)] * 3 + [(500, 500)] * 9, sigma=400.0)) == []


def test_a_line_is_crossed_but_not_by_going_round_its_end():
    across = [(200, 500)] * 3 + [(-200, 500)] * 2
    assert told(LINE, samples(across)) == [("crossing", True, 30)]
    around = [(200, 500)] * 3 + [(200, 1300), (-200, 1300), (-200, 500)]
    assert told(LINE, samples(around)) == []
    assert told(LINE, samples([(200, 500)] * 3 + [(1e7, 1e7)] * 2 + [(200, 500)])) == []


def test_bad_samples_are_set_aside_and_counted_and_change_nothing():
    good = samples([(-900, 500)] * 3 + [(500, 500)] * 5)
    bad = [
        Sample("t", 30_000, float("nan"), 0.0, (1.0, 0.0, 1.0), 1.0),
        Sample("t", 35_000, 0.0, 0.0, (-1.0, 0.0, 1.0), 1.0),
        Sample("t", 35_000, 0.0, 0.0, (1.0, 9.0, 1.0), 1.0),
        Sample("t", 35_000, 0.0, 0.0, (1.0, 0.0, 1.0), 1.5),
        Sample("t", 90_000, -900.0, 500.0, (1.0, 0.0, 1.0), 1.0),
    ]
    watch = Watch([AREA])
    found = watch.push([*bad, *good], now=80_000)
    assert found == Watch([AREA]).push(good)
    assert watch.aside == {"not-a-number": 2, "covariance": 2, "future": 1}
    assert watch.push(good) == []
    assert watch.aside["late-or-twice"] == len(good)
    watch.push(samples([(0, 0)], track="u", start=2 * FORGOTTEN))
    assert set(watch._tracks) == {"u"}


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 2**32 - 1), st.integers(1, 7))
def test_batches_of_any_size_say_the_same(seed, size):
    random = np.random.default_rng(seed)
    given_ = [
        one
        for name in "abc"
        for one in samples(np.cumsum(random.normal(0, 250, (40, 2)), axis=0), track=name)
    ]
    whole = Watch([AREA, LINE]).push(given_)
    ordered = sorted(given_, key=lambda one: (one.time, one.track))
    watch = Watch([LINE, AREA])
    parts = [one for at in range(0, len(ordered), size) for one in watch.push(ordered[at : at + size])]
    assert parts == whole
    for name in ("crossing", "approach", "dwell"):
        for track in "abc":
            states = [one.on for one in whole if (one.zone, one.track, one.name) == ("area", track, name)]
            assert all(one != other for one, other in pairwise(states))


STEPS = st.lists(
    st.tuples(
        st.integers(-400, 400), st.integers(-400, 400), st.sampled_from([0.5, 0.95]), st.integers(1, 60)
    ),
    max_size=40,
)


@settings(max_examples=150, deadline=None)
@given(st.lists(STEPS, min_size=1, max_size=3), st.integers(1, 7))
def test_a_track_that_rests_is_passed_over_and_nothing_changes_by_it(ways, size):
    square = ((0.0, 0.0), (400.0, 0.0), (400.0, 400.0), (0.0, 400.0))
    zones = [
        Zone("field", "area", (square,), approach=100.0, dwell=3.0),
        Zone("yard", "area", (square,)),
        Zone("ford", "line", (((-900.0, -900.0), (-900.0, 900.0)),), approach=50.0),
    ]
    samples = []
    for name, way in enumerate(ways):
        x = y = -1500.0
        for n, (dx, dy, existence, sigma) in enumerate(way):
            x, y = x + dx, y + dy
            samples.append(Sample(f"t{name}", 1000 * n, x, y, (sigma**2, 0.0, 4.0), existence))
    samples.sort(key=lambda one: one.time)
    quick, whole = Watch(zones), Watch(zones)
    for at in range(0, len(samples), size):
        events = quick.push(samples[at : at + size])
        with patch.object(watch, "_rests", lambda *_: False):
            assert events == whole.push(samples[at : at + size])
    assert quick.save() == whole.save()
