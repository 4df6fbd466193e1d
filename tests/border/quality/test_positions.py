"""Places that cannot be, each for its reason."""

from __future__ import annotations

import math

import pytest

from comity.border.quality.positions import Box, Fix, distance, fix_of, place_flag, speed_flags, too_fast

SECTOR = Box(105.0, 16.0, 107.0, 18.0, (-5000.0, -5000.0, 5000.0, 5000.0))


def fix(lat, lon, time=0, kind="boat", *, speed=0.0, plane=False):
    return Fix(time, lat, lon, plane, kind, speed)


@pytest.mark.parametrize(
    ("lat", "lon", "box", "word"),
    [
        (17.0, 106.0, SECTOR, ""),
        (106.0, 17.0, SECTOR, "swapped"),
        (0.0, 0.0, SECTOR, "null-island"),
        (0.0, 0.0, None, "null-island"),
        (0.0, 0.0, Box(-1, -1, 1, 1), ""),
        (19.0, 106.0, SECTOR, "outside"),
        (106.0, 17.0, None, "swapped"),
        (17.0, 106.0, None, ""),
        (400.0, 17.0, None, "outside"),
        (17.0, 181.0, None, "outside"),
        (91.0, 181.0, SECTOR, "outside"),
        (math.nan, 17.0, None, "outside"),
        (math.inf, math.inf, SECTOR, "outside"),
    ],
)
def test_where_a_place_cannot_be(lat, lon, box, word):
    assert place_flag(fix(lat, lon), box) == word


def test_the_plane_of_a_sector_has_bounds_too():
    assert place_flag(fix(10.0, 20.0, plane=True), SECTOR) == ""
    assert place_flag(fix(10.0, 9000.0, plane=True), SECTOR) == "outside"
    assert place_flag(fix(10.0, 9000.0, plane=True), None) == ""


def test_one_place_that_cannot_be_reached_is_left_out_and_the_rest_goes_on():
    way = [fix(17.0, 106.0 + n * 1e-4, n * 1_000_000) for n in range(6)]
    jump = fix(17.5, 106.0, 2_500_000)
    assert speed_flags([*way[:3], jump, *way[3:]]) == ["", "", "", "speed", "", "", ""]


def test_an_object_that_stays_elsewhere_is_believed_in_the_end():
    way = [fix(17.0, 106.0, 0), *(fix(17.5, 106.0 + n * 1e-4, (n + 1) * 1_000_000) for n in range(5))]
    assert speed_flags(way) == ["", "speed", "speed", "", "", ""]
    assert speed_flags(way[1:], way[0]) == ["speed", "speed", "", "", ""]
    assert speed_flags([fix(17.0, 106.0), fix(1.0, 2.0, plane=True)]) == ["", ""]


def test_a_stated_speed_is_held_against_the_class():
    assert too_fast(fix(17, 106, kind="person-size", speed=20))
    assert not too_fast(fix(17, 106, kind="vehicle", speed=20))
    assert too_fast(fix(17, 106, kind="no such class", speed=2000))


def test_places_are_read_from_what_sensors_send():
    assert fix_of(1, {"lat": 17, "lon": 106, "class": "boat", "velocity": [3, 4]}) == fix(
        17, 106, 1, speed=5.0
    )
    assert fix_of(1, {"x": 1.5, "y": 2}) == fix(1.5, 2, 1, "unknown", plane=True)
    assert fix_of(1, {"type": "Point", "coordinates": [106, 17]}) == fix(17, 106, 1, "unknown")
    for other in (
        {"lat": True, "lon": 1},
        {"lat": "17", "lon": 1},
        {"type": "Point", "coordinates": ["a", 1]},
        [],
        3,
    ):
        assert fix_of(1, other) is None


def test_a_degree_is_about_111_kilometres():
    assert distance(fix(0, 0), fix(1, 0)) == pytest.approx(111_195, rel=1e-4)
    assert distance(fix(60, 0), fix(60, 1)) == pytest.approx(55_597, rel=1e-3)
