"""Logs of receivers: points with times, nothing of who carried them; no entity is ever expanded."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.feeds import gps
from comity.border.feeds.errors import FeedError

HEAD = '<gpx version="1.1" xmlns="http://www.topografix.com/GPX/1/1">'


def gpx(*points, head=HEAD):
    return (head + "<trk><trkseg>" + "".join(points) + "</trkseg></trk></gpx>").encode()


def point(lat="17.1", lon="106.2", time="2026-03-01T06:00:00Z", more=""):
    stamp = f"<time>{time}</time>" if time else ""
    return f'<trkpt lat="{lat}" lon="{lon}"><ele>3</ele>{stamp}{more}</trkpt>'


def rmc(body="060000,A,1706.00,N,10612.00,E,010.0,090.0,010326,,,A"):
    text, checksum = f"GPRMC,{body}", 0
    for byte in text.encode():
        checksum ^= byte
    return f"${text}*{checksum:02X}"


def test_points_of_gpx():
    heard = gps.read(gpx(point(), point(lat="-17.5", time="2026-03-01T13:00:01+07:00")), "person-size")
    assert [(one.lat, one.lon, one.kind, one.number) for one in heard.said] == [
        (17.1, 106.2, "person-size", ""),
        (-17.5, 106.2, "person-size", ""),
    ]
    assert heard.said[1].time - heard.said[0].time == 1_000_000
    without = gpx(point(), head=HEAD.replace(' xmlns="http://www.topografix.com/GPX/1/1"', ""))
    assert len(gps.read(without).said) == 1


def test_who_carried_it_is_not_read():
    head = f"{HEAD}<metadata><author><name>Somebody</name></author></metadata>"
    heard = gps.read(gpx(point(more="<cmt>Somebody</cmt>"), head=head))
    assert heard.left_out == {"names and identities": 3}
    assert "Somebody" not in repr(heard)


@pytest.mark.parametrize(
    ("bad", "reason"),
    [
        (point(lat="NaN"), "not-a-number"),
        (point(lat="1e1"), "not-a-number"),
        (point(lat="٣"), "not-a-number"),
        (point(lon=""), "not-a-number"),
        (point(lat="91"), "no-fix"),
        (point(time=""), "stamp"),
        (point(time="2026-03-01T06:00:00"), "stamp"),
        (point(time="yesterday"), "stamp"),
    ],
)
def test_a_bad_point_is_set_aside_alone(bad, reason):
    heard = gps.read(gpx(point(), bad, point()))
    assert (len(heard.said), heard.counts) == (2, {reason: 1})


@pytest.mark.parametrize(
    "data",
    [
        b"<gpx>",
        b"<kml/>",
        b'<!DOCTYPE gpx [<!ENTITY a "b">]><gpx><trk/></gpx>',
        b'<!DOCTYPE gpx SYSTEM "file:///etc/passwd"><gpx/>',
        b'<?xml version="1.0" encoding="no-such"?><gpx/>',
        b"<" * 1000,
    ],
)
def test_what_is_no_gpx_is_refused_and_nothing_is_expanded(data):
    with pytest.raises(FeedError):
        gps.read(data)


def test_sentences_of_nmea():
    pytest.importorskip("pynmea2")
    others = "$GPGGA,060000,1706.00,N,10612.00,E,1,08,0.9,5.0,M,,M,,*41"
    heard = gps.read("\r\n".join([rmc(), others, rmc()[:-1] + "X", rmc()[:-2] + "00"]).encode())
    (said,) = heard.said
    assert (said.lat, said.lon) == (17.1, 106.2)
    assert (said.time, said.velocity) == (1772344800_000_000, (5.144, 0.0))
    assert heard.left_out == {"GGA": 1}
    assert heard.counts == {"malformed": 1, "checksum": 1}


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("060000,V,,,,,,,010326,,,N", "no-fix"),
        ("060000,A,1706.00,N,10612.00,E,010.0,090.0,990326,,,A", "malformed"),
        ("996000,A,1706.00,N,10612.00,E,010.0,090.0,010326,,,A", "malformed"),
        ("060000,A,9906.00,N,10612.00,E,010.0,090.0,010326,,,A", "no-fix"),
        ("", "no-fix"),
    ],
)
def test_a_sentence_without_a_fix_is_set_aside(body, reason):
    pytest.importorskip("pynmea2")
    heard = gps.read(f"{rmc()}\n{rmc(body)}\n".encode())
    assert (len(heard.said), heard.counts) == (1, {reason: 1})


@given(st.binary(max_size=300))
def test_noise_is_set_aside_and_never_more(noise):
    pytest.importorskip("pynmea2")
    try:
        heard = gps.read(b"$" + noise)
    except FeedError:
        return
    assert not heard.said
