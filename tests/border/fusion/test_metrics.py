"""Distances of pictures: cases made by hand, and every assignment tried."""

from __future__ import annotations

import itertools
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

from comity.border.errors import FusionInputError
from comity.border.fusion.metrics.gospa import gospa, ospa


def places(count):
    return hnp.arrays(np.float64, (count, 2), elements=st.floats(-150, 150, width=32))


SETS = st.integers(0, 4).flatmap(places)


def tried(truth, tracks, c, p):
    """GOSPA^p by its definition over assignments: every one tried."""
    best = math.inf
    for size in range(min(len(truth), len(tracks)) + 1):
        for rows in itertools.combinations(range(len(truth)), size):
            for columns in itertools.permutations(range(len(tracks)), size):
                local = sum(
                    min(math.dist(truth[i], tracks[j]), c) ** p for i, j in zip(rows, columns, strict=True)
                )
                best = min(best, local + c**p / 2 * (len(truth) + len(tracks) - 2 * size))
    return best


def test_gospa_of_a_case_made_by_hand():
    found = gospa(
        np.array([(0.0, 0.0), (500.0, 0.0)]), np.array([(3.0, 4.0), (900.0, 0.0), (900.0, 9.0)]), 100, 2
    )
    assert found.localisation == 25.0
    assert (found.missed, found.false) == (5000.0, 10000.0)
    assert found.distance == math.sqrt(15025)
    assert found.pairs.tolist() == [[0, 0]]


@settings(max_examples=60, deadline=None)
@given(SETS, SETS, st.sampled_from([1.0, 2.0]))
def test_gospa_is_the_best_of_all_assignments_and_its_parts_add_up(truth, tracks, p):
    found = gospa(truth, tracks, 100.0, p)
    assert found.distance**p == pytest.approx(tried(truth, tracks, 100.0, p), abs=1e-6)
    assert found.localisation + found.missed + found.false == pytest.approx(found.distance**p, abs=1e-6)
    assert gospa(tracks, truth, 100.0, p).distance == pytest.approx(found.distance, abs=1e-9)


@settings(max_examples=60, deadline=None)
@given(SETS, SETS, SETS)
def test_gospa_and_ospa_hold_the_triangle(one, two, three):
    for measure in (gospa, ospa):
        whole, first, second = measure(one, three), measure(one, two), measure(two, three)
        assert whole.distance <= first.distance + second.distance + 1e-6


def test_ospa_of_a_case_made_by_hand():
    found = ospa(np.array([(0.0, 0.0), (10.0, 0.0)]), np.array([(10.0, 3.0)]), 100, 2)
    assert found.localisation == 4.5
    assert found.cardinality == 5000.0
    assert found.distance == math.sqrt(5004.5)
    assert ospa(np.empty((0, 2)), np.empty((0, 2))).distance == 0.0


def test_sets_that_cannot_be_measured_are_refused():
    for truth in (np.array([1.0, 2.0]), np.array([(np.nan, 0.0)])):
        with pytest.raises(FusionInputError):
            gospa(truth, np.empty((0, 2)))
    with pytest.raises(FusionInputError):
        ospa(np.zeros((1, 2)), np.zeros((1, 3)))
    with pytest.raises(FusionInputError):
        gospa(np.zeros((1, 2)), np.zeros((1, 2)), c=-1)


def test_all_distances_at_once_and_a_tree_of_places_find_the_same(monkeypatch):
    draw = np.random.default_rng(5)
    truth = draw.uniform(0, 900, (40, 2))
    tracks = truth[:35] + draw.normal(0, 30, (35, 2))
    at_once = gospa(truth, tracks)
    monkeypatch.setattr("comity.border.fusion.metrics.gospa.SMALL", 0)
    by_tree = gospa(truth, tracks)
    assert sorted(map(tuple, at_once.pairs.tolist())) == sorted(map(tuple, by_tree.pairs.tolist()))
    assert at_once.distance == pytest.approx(by_tree.distance, rel=1e-12)
