"""Gaps, duplicates, drift and alternation in a series of meetings; plans that do not join."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.register.calendar_bounds import bounds
from comity.register.series import Session, Term, cadence_days, findings, joins, meeting_days

TODAY = date(2025, 6, 1)


def session(ordinal, start, host=None, *, held=True, slug=None, differs=()):
    name = slug or f"m-{ordinal}"
    return Session(
        name, ordinal, meeting_days(start, None), host, held, (("aa/hq", ordinal or 0),), tuple(differs)
    )


def codes(*sessions, cadence="P1Y", rotation=None, today=TODAY):
    return [found.code for found in findings(sessions, cadence, rotation, today)]


def test_a_regular_series_has_no_finding():
    assert codes(*(session(n, f"{2013 + n}-05") for n in range(1, 13)), rotation="alternating") == []


def test_a_number_without_a_record_is_named_with_its_neighbours():
    found = findings(
        [session(39, "2017-02-07"), session(42, "2020-01-02"), session(43, "2025-01")], None, None, TODAY
    )
    assert [(one.code, one.detail["number"]) for one in found] == [
        ("number-missing", 40),
        ("number-missing", 41),
    ]
    assert found[0].records == (("aa/hq", 39), ("aa/hq", 42))


def test_a_number_twice_and_a_number_against_the_date():
    twice = [session(3, "2023-03", slug="one"), session(3, "2024-03", slug="other")]
    assert codes(*twice, cadence=None) == ["number-repeated"]
    assert codes(session(3, "2024"), session(4, "2023"), cadence=None) == ["number-against-date"]


def test_drift_is_said_only_where_every_reading_of_the_dates_says_it():
    assert codes(session(1, "2023-01"), session(2, "2024-12")) == ["late"]
    assert codes(session(1, "2023"), session(2, "2024-12")) == []
    assert codes(session(1, "2024-11"), session(2, "2025-01")) == ["early"]
    assert codes(session(1, "2023-01"), session(2, "2024-12"), cadence=None) == []
    missing = codes(session(1, "2022-01"), session(3, "2025-01"))
    assert missing == ["number-missing"]


def test_a_host_twice_running_breaks_only_a_declared_alternation():
    pair = (session(47, "2024-06", "bb"), session(48, "2025-03", "bb"))
    assert codes(*pair, rotation="alternating") == ["host-repeated"]
    assert codes(*pair) == []
    assert codes(session(1, "2024-06", "bb"), session(2, "2025-03", None), rotation="alternating") == []


def test_planned_and_never_recorded_as_held():
    assert codes(session(38, "2015-12-27", held=False), cadence=None) == ["planned-no-record"]
    held = (session(5, "2025-01", held=False, slug="plan"), session(5, "2025-03-28", slug="done"))
    assert "planned-no-record" not in codes(*held, cadence=None)
    assert codes(session(5, "2025-12", held=False), cadence=None) == []


def test_the_next_one_overdue_is_known_by_the_clock_that_is_given():
    one = session(1, "2023-01-10")
    assert codes(one, today=date(2024, 1, 9)) == []
    assert codes(one, today=date(2025, 1, 9)) == ["next-overdue"]
    assert codes(one, session(2, "2026", held=False), today=date(2025, 1, 9)) == []


def test_a_record_that_differs_is_a_finding_of_its_own():
    assert codes(session(12, "2025-04-18", differs=("start", "end"))) == ["recorded-differently"]


def test_plans_join_on_the_day_after():
    def term(slug, when, *follows):
        return Term(slug, bounds(when), follows, ((f"aa/{slug}", 0),))

    good = [term("a", "2015/2019"), term("b", "2020/2024", "a"), term("c", "2025/2029", "b")]
    assert joins(good) == ()
    (gap,) = joins([term("a", "2015/2019"), term("b", "2021/2024", "a")])
    assert (gap.code, gap.things, gap.detail) == ("term-gap", ("a", "b"), {"days": 366})
    (overlap,) = joins([term("a", "2021/2025"), term("b", "2025-12-03/2030", "a")])
    assert (overlap.code, overlap.detail["days"]) == ("term-overlap", 29)
    assert joins([term("b", "2020/2024", "unknown"), term("c", "2025/2029", "b")]) == ()
    assert joins([term("a", "2015/.."), term("b", "2020", "a")]) == ()


@pytest.mark.parametrize(
    ("text", "days"), [("P1Y", 365.25), ("P6M", 182.625), ("P1Y6M", 547.875), (None, None)]
)
def test_cadences(text, days):
    assert cadence_days(text) == days


@given(
    st.lists(st.tuples(st.integers(1, 9), st.integers(2000, 2024), st.booleans()), max_size=8), st.randoms()
)
@settings(max_examples=60, deadline=None)
def test_the_order_of_records_changes_no_finding(rows, random):
    sessions = [
        session(n, str(year), "aa", held=held, slug=f"s{at}") for at, (n, year, held) in enumerate(rows)
    ]
    shuffled = list(sessions)
    random.shuffle(shuffled)
    assert findings(sessions, "P1Y", "alternating", TODAY) == findings(shuffled, "P1Y", "alternating", TODAY)
