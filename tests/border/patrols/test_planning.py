"""The planner: never into a hazard, never off the tracks, never beyond the time; and against shapely."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapely.geometry import LineString, Polygon

from comity.border.patrols import geometry, planning
from comity.border.patrols.errors import PatrolWayError
from comity.border.patrols.seed import combined
from comity.border.patrols.tracks import FAR, Area, Network
from tests.border.patrols.tracks import STEP, network, square


def area_of(fields):
    corners = np.array([[one["lat"], one["lon"]] for one in fields["corners"]], dtype=np.int64)
    return Area(fields["slug"], corners, fields["buffer_m"])


def test_pieces_that_come_into_an_area_are_those_that_shapely_names():
    rng = np.random.default_rng(7)
    wrong = 0
    for _ in range(40):
        angles = np.sort(rng.uniform(0, 2 * np.pi, rng.integers(3, 9)))
        radii = rng.uniform(50, 400, len(angles))
        corners = np.column_stack([radii * np.cos(angles), radii * np.sin(angles)])
        a, b = rng.uniform(-600, 600, (60, 2)), rng.uniform(-600, 600, (60, 2))
        margin = float(rng.choice([0.0, 40.0]))
        area = Polygon(corners)
        told = [LineString([p, q]).distance(area) <= margin for p, q in zip(a, b, strict=True)]
        if area.is_valid:
            wrong += int((geometry.enters(a, b, corners, margin) != np.array(told)).sum())
    assert wrong == 0


def test_a_way_keeps_clear_of_a_hazard_and_goes_round_on_tracks():
    tracks = Network(network())
    hazard = area_of(square("old-field", (17_000_000 + 4 * STEP + STEP // 2, 106_000_000)))
    keys = ["m4", "m5"]
    free, kept = tracks.ways(keys, []), tracks.ways(keys, [hazard])
    assert free.minutes[0, 1] == 30
    assert kept.minutes[0, 1] == 15 + 40 + 15
    assert kept.way(0, 1) == ["m4", "p4", "p5", "m5"]
    assert tracks.crossed(free.way(0, 1), [hazard]) == ["old-field"]
    assert tracks.crossed(kept.way(0, 1), [hazard]) == []
    shut = area_of(square("all", (17_000_000 + 5 * STEP, 106_000_000), half=10 * STEP))
    assert tracks.ways(keys, [shut]).minutes[0, 1] == FAR


def planned(budget=480, gain=None, seed=b"", meet=None, hazards=()):
    tracks = Network(network())
    keys = ["post-9", "post-4", *(f"m{n}" for n in range(1, 11))]
    ways = tracks.ways(keys, hazards)
    gains = np.array([0, 0, *(gain or [30] * 10)], dtype=np.int64)
    task = planning.Task(ways.minutes, [0, 1], gains, planning.ranks(keys, seed), budget, meet)
    return keys, ways, task, *planning.plan(task)


def test_both_sides_meet_come_home_in_time_and_no_marker_is_done_twice():
    _, ways, task, meet, routes = planned()
    for start, route in zip(task.starts, routes, strict=True):
        assert route[0] == route[-1] == start
        assert meet in route
        assert planning.length(ways.minutes, route) <= task.budget
    rest = [key for route in routes for key in route[1:-1] if key != meet]
    assert len(rest) == len(set(rest))
    assert {meet, *rest} == set(range(2, 12)), "everything is reached within eight hours"
    with pytest.raises(PatrolWayError):
        planned(budget=60)


def test_what_was_not_visited_for_long_comes_first_and_equals_fall_by_the_seed():
    _, _, task, meet, routes = planned(budget=360, gain=[1, 1, 1, 1, 1, 1, 1, 1, 1, 400])
    assert any(11 in route for route in routes) or meet == 11
    names = [str(n) for n in range(40)]
    one, two = planning.ranks(names, combined([b"a" * 32, b"b" * 32])), planning.ranks(names, b"x" * 32)
    assert sorted(one) == sorted(two) == list(range(40))
    assert one.tolist() != two.tolist()
    assert planning.ranks(names, combined([b"a" * 32, b"b" * 32])).tolist() == one.tolist()
    assert task.budget == 360


@settings(max_examples=25, deadline=None)
@given(
    st.lists(st.integers(1, 3000), min_size=10, max_size=10),
    st.integers(330, 900),
    st.integers(0, 9),
    st.binary(min_size=1, max_size=8),
)
def test_no_plan_crosses_a_hazard_or_outlasts_the_time(gain, budget, at, seed):
    hazard = area_of(square("field", (17_000_000 + at * STEP + STEP // 2, 106_000_000)))
    try:
        keys, ways, task, meet, routes = planned(budget, gain, seed, hazards=[hazard])
    except PatrolWayError:
        return
    tracks = Network(network())
    joined = {frozenset((one["a"], one["b"])) for one in network()["tracks"]}
    for route in routes:
        assert meet in route
        assert planning.length(ways.minutes, route) <= task.budget
        way = [keys[route[0]]]
        for before, key in pairwise(route):
            way += ways.way(before, key)[1:]
        assert all(frozenset(pair) in joined for pair in pairwise(way))
        assert tracks.crossed(way, [hazard]) == []


@settings(max_examples=20, deadline=None)
@given(st.integers(0, 10_000), st.integers(150, 500))
def test_a_search_covers_no_less_keeps_the_time_and_finds_the_same_again(seed, budget):
    draw = np.random.default_rng(seed)
    spots = draw.uniform(0, 100, (16, 2))
    minutes = np.rint(np.linalg.norm(spots[:, None] - spots[None], axis=2)).astype(np.int64)
    gain = np.concatenate([[0, 0], draw.integers(1, 400, 14)])
    task = planning.Task(minutes, [0, 1], gain, planning.ranks([str(n) for n in range(16)], b"s"), budget)
    try:
        _, first = planning.plan(replace(task, search=False))
    except PatrolWayError:
        return
    meet, routes = planning.plan(task)
    assert sum(gain[list({*routes[0], *routes[1]})]) >= sum(gain[list({*first[0], *first[1]})])
    assert (meet, routes) == planning.plan(task)
    rest = [key for route in routes for key in route[1:-1] if key != meet]
    assert len(rest) == len(set(rest))
    assert all(gain[key] for key in rest)
    for start, route in zip(task.starts, routes, strict=True):
        assert route[0] == route[-1] == start
        assert route.count(meet) == 1
        assert planning.length(minutes, route) <= budget
