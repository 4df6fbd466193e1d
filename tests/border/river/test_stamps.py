"""Times of readings: a stated offset counts, the header only where a value is silent, nothing is guessed."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.errors import StampError
from comity.border.river.stamps import header_zone, read_day, read_stamp, read_zone

HANOI = timezone(timedelta(hours=7))


def test_values_that_end_in_z_are_utc_whatever_the_header_says():
    zone = header_zone("Timestamp (UTC+07:00)")
    assert zone == HANOI
    assert read_stamp("2016-08-17T12:00Z", zone).moment == datetime(2016, 8, 17, 12, tzinfo=UTC)
    assert read_stamp("2016-08-17T12:00+07:00", UTC).moment == datetime(2016, 8, 17, 5, tzinfo=UTC)


def test_a_silent_value_takes_the_headers_zone_and_is_refused_without_one():
    assert read_stamp("2016-08-17 07:00", HANOI).moment == datetime(2016, 8, 17, tzinfo=UTC)
    with pytest.raises(StampError, match="names none"):
        read_stamp("2016-08-17 07:00", None)


@pytest.mark.parametrize(
    ("header", "zone"),
    [
        ("Timestamp (UTC+07:00)", HANOI),
        ("time (UTC)", UTC),
        ("Date", None),
        ("GMT-3", timezone(timedelta(hours=-3))),
    ],
)
def test_headers(header, zone):
    assert header_zone(header) == zone


@pytest.mark.parametrize(
    "text",
    [
        "",
        "17/08/2016",
        "2016-8-17",
        "2016-02-30",
        "2016-08-17T25:00Z",
        "2016-08-17T07:00+15:00",
        "2016-08-17T07",
        "1e9",
        "2016-08-17T07:00Zz",
        "\u0662\u0660\u0661\u0666-08-17",
        "0001-01-01T00:00+07:00",
    ],
)
def test_what_must_be_guessed_is_refused(text):
    with pytest.raises(StampError):
        read_stamp(text, HANOI)


def test_days_are_days():
    assert read_day("2016-08-17") == date(2016, 8, 17)
    with pytest.raises(StampError):
        read_day("2016-08-17T00:00Z")
    assert read_zone("UTC+07:00") == HANOI
    with pytest.raises(StampError):
        read_zone("Hanoi")


@given(st.datetimes(timezones=st.integers(-14 * 60, 14 * 60).map(lambda n: timezone(timedelta(minutes=n)))))
def test_writing_and_reading_gives_the_same_moment(moment):
    moment = moment.replace(microsecond=0)
    if not 2 < moment.year < 9998:
        return
    stamp = read_stamp(moment.isoformat(), None)
    assert stamp.moment == moment
    assert stamp.form == f"{moment.utcoffset() // timedelta(minutes=1):+d}"
