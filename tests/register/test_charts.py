"""Where bands and marks lie: inside the axis, in order, and never wider than what they stand for."""

from __future__ import annotations

from datetime import date

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.register.charts import WIDTH, life_chart, series_chart
from comity.register.lifecycle_bands import Band
from comity.register.series import Session, findings, meeting_days

BOTH = ("aa", "bb")


def session(ordinal, start, host=None, *, held=True):
    return Session(f"m-{ordinal}", ordinal, meeting_days(start, None), host, held, (("aa/hq", ordinal),))


def test_bands_lie_side_by_side():
    bands = (
        Band("signed", ("signed",), date(2016, 1, 1), date(2016, 12, 31)),
        Band("in force", ("in force",), date(2017, 1, 1), date(2017, 12, 31)),
    )
    chart = life_chart({"": bands, "aa": bands[1:]})
    first, second = chart.lanes[0].stretches
    assert (first.x, first.tone, second.tone) == (0, "quiet", "good")
    assert abs(first.x + first.width - second.x) <= 2
    assert [lane.name for lane in chart.lanes] == ["", "aa"]
    assert life_chart({"": ()}) is None


def test_sessions_stand_with_their_host_and_missing_numbers_between_neighbours():
    sessions = [session(1, "2020-01", "aa"), session(4, "2023", "bb"), session(5, "2024-01", held=False)]
    found = findings(sessions, None, None, date(2024, 6, 1))
    chart = series_chart(sessions, found, BOTH)
    assert [lane.name for lane in chart.lanes] == ["aa", "bb", ""]
    assert [part.tone for part in chart.lanes[1].stretches] == ["coarse"]
    assert [part.tone for part in chart.lanes[2].stretches] == ["planned", "missing", "missing"]
    one, other = chart.lanes[2].stretches[1:]
    assert 0 < one.x < other.x < chart.lanes[1].stretches[0].x
    assert series_chart([], (), BOTH) is None
    assert series_chart([session(1, "2020/..")], (), BOTH) is None


@given(st.lists(st.tuples(st.integers(1, 40), st.dates(date(1990, 1, 1), date(2030, 1, 1)))), st.booleans())
@settings(max_examples=50, deadline=None)
def test_nothing_lies_outside_the_axis(rows, held):
    sessions = [session(n, day.isoformat(), "aa", held=held) for n, day in dict(rows).items()]
    chart = series_chart(sessions, findings(sessions, None, None, date(2031, 1, 1)), BOTH)
    for lane in chart.lanes if chart else ():
        assert all(part.x >= 0 and part.x + part.width <= WIDTH for part in lane.stretches)
