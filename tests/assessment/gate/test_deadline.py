"""When a consultation ends: calendar months exact, extensions, what is not known to the day."""

from __future__ import annotations

import json
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.assessment.gate import dates
from comity.assessment.gate.deadline import Extension, Period, end_of, parse_extension, reckon
from comity.assessment.gate.errors import GateDateError, PastDeadlineError
from comity.cli import app

SIX = Period(months=6)
DAYS = st.dates(date(1950, 1, 1), date(2200, 12, 31))


def comity(*args):
    return CliRunner().invoke(app, ["gate", "deadline", *map(str, args)])


@pytest.mark.parametrize(
    ("start", "extend", "end"),
    [
        ("2016-12-20", (), "2017-06-19"),  # the public case: a start, six months, less a day
        ("2023-08-31", (), "2024-02-28"),  # no 31 February; 2024 has a 29th
        ("2022-08-31", (), "2023-02-27"),
        ("2023-08-29", (), "2024-02-28"),
        ("2023-09-01", (), "2024-02-29"),
        ("2022-09-01", (), "2023-02-28"),
        ("2024-02-29", (), "2024-08-28"),
        ("2024-03-01", (), "2024-08-31"),
        ("1999-12-31", (), "2000-06-29"),
        ("2016-12-20", ("6m",), "2017-12-19"),
        ("2016-12-20", ("30d",), "2017-07-19"),
        ("2016-12-20", ("P1M", "P10D"), "2017-07-29"),
        ("2016-12-20", ("10d", "1m"), "2017-07-29"),  # months are counted from the start, days after
        ("2023-08-31", ("6m",), "2024-08-30"),  # a short February does not shorten what follows
        ("2016-12-20", ("2017-09-30",), "2017-09-30"),
        ("2016-12-20", ("2017-09-30", "1m"), "2017-10-31"),
        ("2016-12-20", ("2w",), "2017-07-03"),
    ],
)
def test_the_end_to_the_day(start, extend, end):
    found = end_of(date.fromisoformat(start), SIX, [parse_extension(text) for text in extend])
    assert found.isoformat() == end


def test_days_are_counted_from_the_first():
    assert end_of(date(2026, 1, 1), Period(days=30), ()) == date(2026, 1, 30)
    assert end_of(date(2024, 2, 1), Period(days=30, minus_days=0), ()) == date(2024, 3, 2)


@settings(max_examples=60, deadline=None)
@given(DAYS, st.integers(1, 24), st.integers(0, 60))
def test_an_end_moves_with_its_start_and_never_back(start, months, days):
    period = Period(months=months)
    end = end_of(start, period, [Extension(days=days)] if days else [])
    assert end <= end_of(start + timedelta(days=1), period, [Extension(days=days)] if days else [])
    assert end > end_of(start, Period(months=months - 1, days=1), ()) or months == 1
    assert abs((end - start).days - days - months * 30.4375) < 4


@pytest.mark.parametrize(
    ("start", "reason", "earliest", "latest"),
    [
        ("2016-12", "coarse", "2017-05-31", "2017-06-29"),
        ("2016-12-20~", "uncertain", "2017-06-19", "2017-06-19"),
        ("2016-12-20?", "uncertain", "2017-06-19", "2017-06-19"),
        ("2016-12-20/..", "unknown", "2017-06-19", None),
        ("2016-12-XX", "coarse", "2017-05-31", "2017-06-29"),
        ("2016-12-20/2016-12-22", "coarse", "2017-06-19", "2017-06-21"),
    ],
)
def test_what_a_date_leaves_open_stays_open(start, reason, earliest, latest):
    found = reckon(start, SIX)
    assert found.end is None
    assert found.reason == reason
    assert [day and day.isoformat() for day in (found.earliest, found.latest)] == [earliest, latest]


@pytest.mark.parametrize("text", ["", "tomorrow", "2016-02-30", "20161220", "2016-13", "2016-12-20T00", "0m"])
def test_what_is_no_date_is_refused(text):
    with pytest.raises(GateDateError):
        dates.day(text)
    with pytest.raises(GateDateError):
        parse_extension(text)


def test_an_extension_cannot_end_before_what_it_extends():
    with pytest.raises(PastDeadlineError):
        end_of(date(2016, 12, 20), SIX, [Extension(until=date(2017, 6, 19))])
    with pytest.raises(GateDateError):
        end_of(date(9999, 8, 1), SIX, ())
    with pytest.raises(GateDateError):
        end_of(date(9999, 1, 1), Period(days=400), ())


@pytest.mark.parametrize(
    ("text", "end"),
    [
        ("6m", "2017-12-19"),
        ("6 months", "2017-12-19"),
        ("P6M", "2017-12-19"),
        ("1 year", "2018-06-19"),
        ("30 days", "2017-07-19"),
        ("2w", "2017-07-03"),
        ("1m, 30d", "2017-08-18"),
        ("2017-09-01", "2017-09-01"),
    ],
)
def test_an_extension_is_a_length_in_its_usual_spellings_or_a_day(text, end):
    done = comity("--rule", "mrc-pnpca", "--start", "2016-12-20", "--extend", text, "--json")
    assert json.loads(done.stdout)["end"] == end


def test_the_command_prints_the_end():
    found = json.loads(comity("--rule", "mrc-pnpca", "--start", "2016-12-20", "--json").stdout)
    assert found["end"] == "2017-06-19"
    longer = comity("--rule", "mrc-pnpca", "--start", "2016-12-20", "--extend", "6m", "--json")
    assert json.loads(longer.stdout)["end"] == "2017-12-19"
    assert json.loads(longer.stdout)["without_extensions"] == "2017-06-19"
    assert comity("--rule", "mrc-pnpca", "--start", "2016-12").stdout.startswith("cannot tell")
    for args in (
        ("--rule", "mrc-pnpca", "--rule-version", 99, "--start", "2016-12-20"),
        ("--rule", "no-such", "--start", "2016-12-20"),
        ("--rule", "mrc-pnpca", "--start", "never"),
        ("--rule", "mrc-pnpca", "--start", "2016-12-20", "--extend", "2017-01-01"),
    ):
        refused = comity(*args, "--json")
        assert refused.exit_code == 1
        assert "urn:comity:error:gate-" in refused.output
