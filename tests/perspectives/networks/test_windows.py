"""Dates, windows and units: a statement is where its whole date is, or nowhere."""

from __future__ import annotations

import itertools
from datetime import date

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.networks.dates import Length, span, windows
from comity.perspectives.networks.errors import NetworkError
from comity.perspectives.networks.load import Coded
from comity.perspectives.networks.network import Choice, over_time
from comity.perspectives.networks.units import units

D = date.toordinal


def coded(*rows, actors=("a", "b"), concepts=("c",)):
    """Statements as (actor, concept, level, EDTF date, document)."""
    spans = [span(row[3]) for row in rows]
    column = {"dtype": int}
    return Coded(
        actor=np.array([row[0] for row in rows], **column),
        concept=np.array([row[1] for row in rows], **column),
        level=np.array([row[2] for row in rows], **column),
        first=np.array([first for first, _ in spans], **column),
        last=np.array([last for _, last in spans], **column),
        document=np.array([row[4] for row in rows], dtype=np.uint64),
        actors=actors,
        concepts=concepts,
    )


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024", date(2024, 1, 1), date(2024, 12, 31)),
        ("2024-02~", date(2024, 2, 1), date(2024, 2, 29)),
        ("2024-02-05?", date(2024, 2, 5), date(2024, 2, 5)),
        ("202X", date(2020, 1, 1), date(2029, 12, 31)),
        ("2024-XX-05", date(2024, 1, 5), date(2024, 12, 5)),
        ("2015/2019-06", date(2015, 1, 1), date(2019, 6, 30)),
    ],
)
def test_the_days_a_date_can_mean(text, first, last):
    assert span(text) == (D(first), D(last))


@pytest.mark.parametrize("text", [None, "", "..", "nonsense", "0000"])
def test_what_is_no_date_is_not_known(text):
    assert span(text) == (0, 0)


def test_an_open_end_is_not_known():
    assert span("2024/..") == (D(date(2024, 1, 1)), 0)


def test_windows_begin_with_the_year_and_slide():
    found = windows(D(date(2011, 5, 1)), D(date(2016, 2, 1)), Length.parse("3y"), Length.parse("1y"))
    assert [each.dates for each in found][:2] == [("2011-01-01", "2013-12-31"), ("2012-01-01", "2014-12-31")]
    assert found[-1].dates == ("2014-01-01", "2016-12-31")


@given(
    st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    st.integers(0, 900),
    st.sampled_from(["1y", "2y", "7m", "40d"]),
)
def test_windows_without_a_step_cover_every_day_once(first, days, width):
    found = windows(D(first), D(first) + days, Length.parse(width))
    assert found[0].first <= D(first)
    assert found[-1].last >= D(first) + days
    assert all(one.last + 1 == other.first for one, other in itertools.pairwise(found))


@pytest.mark.parametrize("text", ["", "5", "0y", "y", "5w", "99999y", "-1y"])
def test_what_is_no_length_is_refused(text):
    with pytest.raises(NetworkError, match="no length of time"):
        Length.parse(text)


def test_too_many_windows_are_refused():
    with pytest.raises(NetworkError, match="longer step"):
        windows(1, 700_000, Length.parse("1d"))


def test_windows_at_the_end_of_the_calendar():
    assert windows(D(date(9999, 6, 1)), D(date(9999, 12, 31)), Length.parse("5y"))[0].last >= D(
        date(9999, 12, 30)
    )


def test_an_imprecise_date_is_in_no_window_and_is_counted():
    data = coded(
        (0, 0, 1, "2020-03-01", 1), (1, 0, 1, "2020", 2), (1, 0, 0, None, 3), (0, 0, 1, "2020/2022", 4)
    )
    network = over_time(data, Choice(norm="none", width=Length.parse("1y")))
    assert [window.statements for window in network.windows] == [2, 0, 0]
    assert network.windows[0].matrix[0, 1] == 1
    assert network.left_out == {"in no window": 2}
    assert over_time(data, Choice(norm="none")).windows[0].statements == 4


def test_no_dated_statement_is_no_window():
    network = over_time(coded((0, 0, 1, None, 1)), Choice(width=Length.parse("1y")))
    assert network.windows == ()
    assert network.left_out == {"in no window": 1}


def test_duplicates_count_once_in_their_unit():
    rows = [
        (0, 0, 1, "2020-03-02", 1),
        (0, 0, 1, "2020-03-05", 1),
        (0, 0, 1, "2020-03-09", 2),
        (0, 0, 1, "2021", 2),
    ]
    data = coded(*rows)

    def total(choice):
        return over_time(data, Choice(duplicates=choice)).windows[0].tensor.counts.sum()

    found = {name: total(name) for name in ("all", "document", "week", "month", "year", "window")}
    assert found == {"all": 4, "document": 2, "week": 3, "month": 2, "year": 2, "window": 1}


def test_a_date_that_spans_two_units_is_a_unit_of_its_own():
    data = coded((0, 0, 1, "2020", 1), (0, 0, 1, "2020", 2), (0, 0, 1, "2020-01-01", 3))
    found = units(data, "month")
    assert found[0] == found[1] != found[2]


@pytest.mark.parametrize(
    "wrong",
    [
        {"mode": "three"},
        {"method": "average"},
        {"norm": "activity"},
        {"mode": "two", "method": "conflict", "norm": "none"},
        {"mode": "two", "method": "ignore", "norm": "cosine"},
    ],
)
def test_a_choice_that_is_none_is_refused(wrong):
    with pytest.raises(NetworkError):
        Choice(**wrong)


def test_duplicates_by_an_unknown_unit_are_refused():
    with pytest.raises(NetworkError, match="none of"):
        over_time(coded((0, 0, 1, None, 1)), Choice(duplicates="decade"))
