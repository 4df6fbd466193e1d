"""Shapes of filters, held against another implementation."""

from __future__ import annotations

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comity.border.sensors import geometry
from tests.border.sensors.requirement import requirement

shapely = pytest.importorskip("shapely")

GRID = st.integers(-6, 6)
POINTS = st.tuples(GRID, GRID)


@st.composite
def shapes(draw):
    kind = draw(st.sampled_from(["point", "line", "triangle", "holed"]))
    if kind == "point":
        return shapely.Point(draw(POINTS))
    if kind == "line":
        return shapely.LineString(draw(st.lists(POINTS, min_size=2, max_size=4, unique=True)))
    if kind == "holed":
        x, y = draw(POINTS)
        ring = [(x, y), (x + 6, y), (x + 6, y + 6), (x, y + 6)]
        return shapely.Polygon(ring, [[(x + 2, y + 2), (x + 4, y + 2), (x + 4, y + 4), (x + 2, y + 4)]])
    return shapely.Polygon(draw(st.lists(POINTS, min_size=3, max_size=3, unique=True)))


@given(shapes(), shapes())
@settings(max_examples=400, deadline=None)
@requirement("request-data/built-in-query-functions")
def test_as_another_implementation_has_it(one, other):
    assume(one.is_valid and other.is_valid and not one.is_empty and not other.is_empty)
    a, b = (geometry.from_geojson(each.__geo_interface__) for each in (one, other))
    assert geometry.intersects(a, b) == one.intersects(other)
    # Ours keeps boundaries in: what lies on an edge is within, as `covered_by` has it.
    assert geometry.within(a, b) == one.covered_by(other)
    assert geometry.equals(a, b) == one.equals(other)
    assert geometry.distance(a, b) == pytest.approx(one.distance(other))
    assert geometry.from_wkt(one.wkt).corners() == a.corners()


@pytest.mark.parametrize(
    "text",
    ["POINT", "POINT (1)", "POINT (a b)", "POLYGON ((0 0, 1 1", "CIRCLE (1 1)", "POINT (1 2) ; DROP", "POLYGON ((9e999 0, 1 1, 0 1))", ""],
)  # fmt: skip
def test_what_is_no_shape(text):
    with pytest.raises(ValueError):
        geometry.from_wkt(text)


@pytest.mark.parametrize(
    "data",
    [
        None,
        5,
        {},
        {"type": "Point"},
        {"type": "Point", "coordinates": ["a", 1]},
        {"type": "Polygon", "coordinates": [[]]},
        {"type": "LineString", "coordinates": [[0, 0]] * 30_000},
    ],
)
def test_what_is_no_geojson(data):
    with pytest.raises(ValueError):
        geometry.from_geojson(data)
