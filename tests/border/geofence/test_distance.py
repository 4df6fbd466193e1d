"""The signed distance against shapely: every side alike, holes and edges included, distances to a nanometre."""

from __future__ import annotations

import numpy as np
import pytest
import shapely
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.errors import ZoneError
from comity.border.geofence import _kernels as kernels
from comity.border.geofence.distance import Fence
from comity.border.geofence.zones import Zone, from_json


def star(random, count, centre=(0.0, 0.0), size=1000.0):
    angles = np.sort(random.uniform(0, 2 * np.pi, count))
    radii = random.uniform(0.3, 1.0, count) * size
    return tuple(
        (float(centre[0] + r * np.cos(a)), float(centre[1] + r * np.sin(a)))
        for r, a in zip(radii, angles, strict=True)
    )


def of(zone):
    return (
        shapely.Polygon(zone.rings[0], zone.rings[1:])
        if zone.shape == "area"
        else shapely.LineString(zone.rings[0])
    )


def agree(zone, points, reach=5e3):
    fence = Fence(zone, reach)
    found = fence.locate(points)
    shape, dots = of(zone), shapely.points(points)
    shapely.prepare(shape)
    border = shape.boundary if zone.shape == "area" else shape
    if zone.shape == "area":
        covered, strictly = shapely.covers(shape, dots), shapely.contains_properly(shape, dots)
        side = np.where(strictly, kernels.INSIDE, np.where(covered, kernels.EDGE, kernels.OUTSIDE))
        assert (found.side == side).all(), points[found.side != side]
        assert (fence.sides(points) == side).all()
        # A distance may round to zero beside an edge; its sign never says another side.
        assert not ((found.distance < 0) & ~covered).any()
        assert not ((found.distance > 0) & covered).any()
    np.testing.assert_allclose(np.abs(found.distance), shapely.distance(border, dots), rtol=1e-9, atol=1e-7)
    np.testing.assert_allclose(np.hypot(*found.normal.T), 1.0, rtol=1e-9)
    assert (found.distance[found.side == kernels.EDGE] == 0).all()
    return found


@pytest.mark.parametrize("seed", range(4))
def test_sides_and_distances_are_those_of_shapely_on_areas_with_holes(seed):
    random = np.random.default_rng(seed)
    rings = [star(random, int(random.integers(3, 300)))]
    if not shapely.Polygon(rings[0]).is_valid:
        pytest.skip("the draw crosses itself")
    holes = [star(random, int(random.integers(3, 12)), c, 40.0) for c in ((0, 0), (120, 0), (0, 150))]
    rings += [hole for hole in holes if shapely.Polygon(rings[0]).contains_properly(shapely.Polygon(hole))]
    zone = Zone("z", "area", tuple(rings))
    corners = np.array([point for ring in zone.rings for point in ring])
    starts, ends = np.array(zone.edges)[:, :2], np.array(zone.edges)[:, 2:]
    near = starts + random.uniform(0, 1, (len(starts), 1)) * (ends - starts)
    level = np.stack((random.uniform(-1200, 1200, len(corners)), corners[:, 1]), axis=1)
    points = np.concatenate(
        (random.uniform(-1300, 1300, (2000, 2)), corners, near, np.nextafter(near, 1e9), level)
    )
    agree(zone, points)
    assert (Fence(zone).locate(corners).side == kernels.EDGE).all()


@settings(max_examples=40, deadline=None)
@given(
    st.lists(st.tuples(st.integers(-6, 6), st.integers(-6, 6)), min_size=3, max_size=9, unique=True),
    st.lists(st.tuples(st.integers(-14, 14), st.integers(-14, 14)), min_size=1, max_size=40),
)
def test_whole_numbers_where_points_fall_on_edges_and_vertices(corners, places):
    shape = shapely.Polygon(corners)
    if not shape.is_valid or shape.area == 0:
        return
    # Halves and thirds of whole numbers: exactly on edges, and as near as rounding leaves them.
    points = np.array(places) / np.array([2.0, 2.0])
    agree(Zone("z", "area", (tuple((float(x), float(y)) for x, y in corners),)), points)
    agree(Zone("z", "area", (tuple((x / 3, y / 3) for x, y in corners),)), np.array(places) / 6)


def test_a_line_has_sides_and_at_a_bend_its_outside():
    zone = Zone("z", "line", (((0.0, 0.0), (10.0, 0.0), (10.0, 10.0)),))
    places = [(5, 2), (5, -2), (12, -2), (8, 5), (13, 5), (10, 5), (5, 0), (10, 0), (-3, 1), (10, 12)]
    found = agree(zone, np.array(places, dtype=float))
    assert found.side.tolist() == [1, -1, -1, 1, -1, 0, 0, 0, 1, -1]
    assert found.distance[:3] == pytest.approx([2, -2, -np.sqrt(8)])
    random = np.random.default_rng(3)
    long = np.cumsum(random.normal(0, 50, (300, 2)), axis=0)
    agree(Zone("z", "line", (tuple(map(tuple, long.tolist())),)), random.uniform(-1500, 1500, (3000, 2)))


def test_what_is_no_point_or_out_of_reach_takes_nothing_down():
    zone = Zone("z", "area", (((0.0, 0.0), (10.0, 0.0), (10.0, 10.0), (0.0, 10.0), (0.0, 0.0)),))
    found = Fence(zone, 100.0).locate(
        [(np.nan, 1), (5, 5), (np.inf, 0), (1e7, 1e7), (-1e300, 5), (5, 110), (5, 110.5)]
    )
    assert found.side.tolist() == [-2, 1, -2, -1, -1, -1, -1]
    assert np.isnan(found.distance[[0, 2]]).all()
    assert found.distance[1] == -5
    assert np.isinf(found.distance[[3, 4, 6]]).all()
    assert found.distance[5] == 100
    again = Fence(zone, 100.0).locate([(5.0, 5.0)])
    assert again.distance.tobytes() == found.distance[1:2].tobytes()
    with pytest.raises(ZoneError, match="no inside"):
        Fence(Zone("l", "line", zone.rings)).sides([(0, 0)])
    assert Fence(zone).locate(np.empty((0, 2))).distance.size == 0


@pytest.mark.parametrize(
    "bent",
    [
        {"rings": []},
        {"rings": [[(0, 0), (1, 0)]]},
        {"rings": [[(0, 0), (0, 0), (1, 0), (0, 0)]]},
        {"rings": [[(0, 0), (1, 0), (float("nan"), 1)]]},
        {"rings": [[(0, 0), (1, 0), (0, 1e9)]]},
        {"shape": "line", "rings": [[(0, 0)]]},
        {"shape": "disc"},
        {"rings": "no"},
        {"dwell": -1},
        {"approach": float("nan")},
    ],
)
def test_a_zone_that_cannot_be_watched_is_refused(bent):
    sound = {"slug": "z", "shape": "area", "rings": [[(0, 0), (1, 0), (0, 1)]]}
    assert from_json(sound).edges[-1] == (0.0, 1.0, 0.0, 0.0)
    with pytest.raises(ZoneError):
        from_json({**sound, **bent})
