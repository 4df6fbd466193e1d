"""Numbers that are doubted, each for its reason, and those that are not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.quality import series
from comity.border.quality.settings import settings_of

MINUTE = 60_000_000
LEVELS = series.Limits(0.3, 1.0, 8, 5 * MINUTE)


def flags(values, limits=LEVELS, without=()):
    times = np.array([n * MINUTE for n in range(len(values)) if n not in without], dtype=np.int64)
    kept = np.array([value for n, value in enumerate(values) if n not in without], dtype=np.float64)
    return series.flags(times, kept, limits)


def rising(count=30):
    return [2 + 0.02 * n for n in range(count)]


def test_a_spike_is_short_and_comes_back():
    assert flags([*rising(10), 9.0, *rising(10)])[10] == "spike"
    assert not any(flags(rising()))
    wave = [2.0, 2.1, 2.5, 3.4, 4.6, 5.0, 4.8, 4.1, 3.5, 3.0, 2.7, 2.4, 2.2, 2.1, 2.0]
    assert "spike" not in flags(wave), "a flood has shoulders"


def test_what_stands_at_the_end_is_only_unconfirmed():
    assert flags([*rising(), 9.0])[-1] == "unconfirmed"
    assert flags([*rising(), 9.0, 2.6, 2.6, 2.62])[30] == "spike"


def test_a_step_and_a_flat_line():
    given = flags([2.0 + 0.01 * (n % 3) for n in range(10)] + [5.0 + 0.01 * (n % 3) for n in range(10)])
    assert given[10] == "step"
    assert flags([*rising(5), *[3.0] * 9, *rising(5)]).count("flat") == 9
    assert "flat" not in flags([0.0] * 40, series.Limits(1, 1, 8, MINUTE, idle=0.0)), "nothing may last"


def test_an_unknown_unit_is_judged_by_its_own_resolution():
    calm = [20.0, 20.1, 20.1, 20.2, 20.1, 20.2, 20.3, 20.2, 20.3, 20.3]
    assert not any(flags([*calm, 20.5, *calm[::-1]], series.Limits()))
    assert flags([*calm, 35.0, *calm[::-1]], series.Limits())[10] == "spike"


def test_a_gap_parts_what_is_judged():
    times = np.array([0, 1, 2, 3, 9, 10, 11], dtype=np.int64) * MINUTE
    found = series.stretches(times)
    assert (found.spacing, found.before, found.missing, found.bounds) == (MINUTE, (3,), (5,), (0, 4, 7))
    assert series.stretches(times[:1]).spacing == 0
    assert series.stretches(times[:0]).bounds == (0,)
    assert series.stretches(times, 10 * MINUTE).before == ()


@given(st.lists(st.floats(-50, 50), max_size=40))
def test_whatever_comes_each_reading_has_one_flag(values):
    given_ = flags(values)
    assert len(given_) == len(values)
    assert set(given_) <= {"", "spike", "step", "flat", "unconfirmed"}


@pytest.mark.parametrize(
    ("unit", "given_", "field", "value"),
    [
        ({"symbol": "m"}, {}, "least_spike", 0.3),
        ({"symbol": "m"}, {"least_spike": 2}, "least_spike", 2.0),
        ({"symbol": "m"}, {"least_spike": -2}, "least_spike", 0.3),
        ({"symbol": "m"}, {"flat_seconds": 60}, "flat_span", MINUTE),
        ({"symbol": "m"}, {"flat_count": 1}, "flat_count", 2),
        (None, {"interval": 1e99}, "interval", None),
        ("m", {"interval": 60}, "interval", MINUTE),
    ],
)
def test_limits_follow_from_the_unit_and_the_properties(unit, given_, field, value):
    assert getattr(settings_of("OM_Measurement", unit, {"quality": given_}).limits, field) == value


def test_checks_may_be_skipped_by_name_alone():
    assert settings_of("", None, {"quality": {"skip": ["spike", "all", 3]}}).skip == {"spike"}
    assert settings_of("", {"symbol": "mm"}, None).skip == {"spike", "step"}
    assert settings_of("OM_CountObservation", None, None).limits.idle == 0.0
    assert settings_of("", None, {"one_object": True}).one_object
