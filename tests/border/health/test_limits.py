"""Historical limits and EARS by their published formulas, and by hand."""

from __future__ import annotations

import math
import statistics
from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from comity.border.health.ears import baseline, ears_limit
from comity.border.health.limits import CannotTell, historical_limit, same_week

FIRST = date(2010, 1, 3)
WEEK = timedelta(days=7)


def weeks(values, first=FIRST):
    return {first + WEEK * n: value for n, value in enumerate(values)}


def test_historical_limit_is_mean_and_two_deviations_of_25_weeks():
    cases = weeks([n * 37 % 101 for n in range(7 * 53)])
    week = FIRST + WEEK * 320
    values = [cases[same_week(week, back) + WEEK * near] for back in range(1, 6) for near in range(-2, 3)]
    found = historical_limit(cases, week)
    assert found.weeks == len(values) == 25
    assert found.value == statistics.fmean(values) + 2 * statistics.stdev(values)
    # Neither the week itself nor what comes after counts.
    later = {one: count if one < week else 9999 for one, count in cases.items()}
    assert historical_limit(later, week) == found


def test_a_year_without_these_weeks_is_cannot_tell_and_missing_weeks_are_not_zero():
    cases = weeks([50] * (7 * 53))
    week = FIRST + WEEK * 320
    gone = same_week(week, 3)
    two = {
        one: count
        for one, count in cases.items()
        if abs(one - gone) > WEEK * 2 or abs(one - gone) == WEEK * 2
    }
    found = historical_limit(two, week)
    assert isinstance(found, CannotTell)
    assert str(gone.year) in found.reason
    one_less = {one: count for one, count in cases.items() if one != gone}
    kept = historical_limit(one_less, week)
    assert (kept.weeks, kept.mean, kept.deviation) == (24, 50, 0)
    assert isinstance(historical_limit(cases, FIRST + WEEK * 200), CannotTell)


@given(st.integers(0, 4000), st.integers(1, 5))
def test_the_same_week_is_the_nearest_on_its_weekday(number, back):
    week = FIRST + WEEK * number
    found = same_week(week, back)
    assert found.weekday() == week.weekday()
    day = min(week.day, 28) if week.month == 2 else week.day
    assert abs((found - date(week.year - back, week.month, day)).days) <= 3


def test_c1_c2_and_c3_by_hand():
    values = [10, 12, 11, 13, 9, 10, 12, 30, 28, 26, 20]
    cases = weeks(values)
    at = FIRST + WEEK * 9
    one = values[2:9]
    assert ears_limit("C1", cases, at).value == statistics.fmean(one) + 3 * statistics.stdev(one)
    two = values[0:7]
    mean, deviation = statistics.fmean(two), statistics.stdev(two)
    assert baseline(cases, at, 2) == (mean, deviation)
    assert ears_limit("C2", cases, at).value == mean + 3 * deviation
    assert isinstance(ears_limit("C3", cases, at), CannotTell)
    long = weeks([8, 11, *values])
    at = FIRST + WEEK * 11

    def c2(place):
        known = [8, 11, *values]
        base = known[place - 9 : place - 2]
        return (known[place] - statistics.fmean(base)) / statistics.stdev(base)

    rest = sum(max(0, c2(place) - 1) for place in (9, 10))
    base = [8, 11, *values][2:9]
    limit = ears_limit("C3", long, at)
    assert math.isclose(limit.value, max(statistics.fmean(base) + statistics.stdev(base) * (3 - rest), 0))
    # An alarm of C3 is its sum above 2.
    assert c2(11) > 1
    assert (rest + c2(11) - 1 > 2) == (limit.value < 26)


def test_a_gap_in_the_baseline_is_cannot_tell():
    cases = weeks([5] * 30)
    at = FIRST + WEEK * 20
    for back in range(1, 8):
        holed = {one: count for one, count in cases.items() if one != at - WEEK * back}
        assert isinstance(ears_limit("C1", holed, at), CannotTell)
    holed = {one: count for one, count in cases.items() if one != at - WEEK}
    assert not isinstance(ears_limit("C2", holed, at), CannotTell)
    assert isinstance(ears_limit("C3", holed, at), CannotTell)


@given(st.lists(st.integers(0, 500), min_size=12, max_size=40))
def test_c3_never_lies_above_c2(values):
    cases = weeks(values)
    at = FIRST + WEEK * (len(values) - 1)
    two, three = ears_limit("C2", cases, at), ears_limit("C3", cases, at)
    assert three.value <= two.value + 1e-9
    assert three.value >= 0
