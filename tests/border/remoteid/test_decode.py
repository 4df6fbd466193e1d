"""Remote ID: what an encoder of its own wrote is read back; any bytes give a message or a named refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.remoteid import decode as d
from tests.border.remoteid import encoder as e


def test_each_type_is_read_as_it_was_written():
    assert d.decode(e.basic_id()) == d.Message(
        0, 2, d.BasicId("serial number", "multirotor or helicopter", "1581F5EXERCISE00001")
    )
    assert d.decode(e.basic_id(bytes(range(16)), 3)).body.uas_id == bytes(range(16)).hex()
    found = d.decode(e.location()).body
    assert (found.status, found.direction, found.speed, found.climb) == ("airborne", 270.0, 12.5, -1.5)
    assert (found.latitude, found.longitude) == (17.9757, 102.6331)
    assert (found.pressure_altitude, found.altitude, found.height) == (210.0, 185.5, 60.0)
    assert (found.height_over, found.second, found.time_accuracy) == ("take-off", 300.0, 0.5)
    assert (found.horizontal_accuracy, found.vertical_accuracy) == (10.0, 10.0)
    assert (found.pressure_accuracy, found.speed_accuracy) == (25.0, 1.0)
    first = d.decode(e.authentication_first(b"x" * 17)).body
    assert (first.scheme, first.last_page, first.length, first.data) == ("UAS ID signature", 1, 40, b"x" * 17)
    assert first.time == 1_546_300_900
    assert d.decode(e.authentication_page(1, b"y" * 23)).body.data == b"y" * 23
    assert d.decode(e.self_id("survey flight")).body == d.SelfId("text", "survey flight")
    found = d.decode(e.system()).body
    assert (found.place_type, found.classification, found.category, found.class_) == (
        "live", "European Union", "open", "1",
    )  # fmt: skip
    assert (found.latitude, found.longitude, found.altitude) == (17.97, -102.5, 170.0)
    assert (found.area_count, found.area_radius, found.area_ceiling, found.area_floor) == (3, 50, 120.0, None)
    assert found.time == 1_546_300_800 + 240_000_000
    assert d.decode(e.system(classification=0)).body.category == ""
    assert d.decode(e.operator_id("EXA-OP-00001")).body == d.OperatorId("operator id", "EXA-OP-00001")


def test_what_the_standard_keeps_for_unknown_is_none():
    found = d.decode(
        e.location(
            latitude=0,
            longitude=0,
            direction=361,
            speed=255,
            climb=63,
            pressure=None,
            altitude=None,
            height=None,
            horizontal=0,
            vertical=0,
            tenths=0xFFFF,
            time_accuracy=0,
            status=9,
            over_ground=1,
        )
    ).body
    assert (found.latitude, found.longitude, found.direction, found.speed, found.climb) == (None,) * 5
    assert (found.altitude, found.height, found.second, found.time_accuracy) == (None,) * 4
    assert (found.horizontal_accuracy, found.status, found.height_over) == (None, "reserved 9", "ground")
    assert d.decode(e.location(speed=254.25)).body.speed == 254.25
    assert d.decode(e.self_id("x", 230)).body.text_type == "private 230"


def replaced(data, at, value):
    return data[:at] + bytes([value]) + data[at + 1 :]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "length"),
        (e.basic_id()[:-1], "length"),
        (e.basic_id() + b"\0", "length"),
        (replaced(e.basic_id(), 0, 0x62), "type"),
        (e.basic_id("naïve"), "text"),
        (e.location(latitude=90.1), "place"),
        (e.location(longitude=-181), "place"),
        (replaced(e.location(direction=10), 2, 181), "direction"),
        (replaced(e.location(direction=350), 2, 182), "direction"),
        (e.location(climb=63.5), "climb"),
        (e.location(climb=-62.5), "climb"),
        (e.location(tenths=36_001), "timestamp"),
        (e.authentication_first(b"", last=16), "page"),
    ],
)
def test_a_bad_message_is_refused_by_name(data, reason):
    with pytest.raises(d.BadMessageError) as refused:
        d.decode(data)
    assert refused.value.reason == reason


def test_one_bad_message_never_takes_its_pack_down():
    bad = e.location(latitude=95)
    found = list(d.unpack(e.pack(e.basic_id(), bad, e.pack(e.basic_id())[:25], e.location())))
    assert [getattr(one, "reason", None) or one.type for one in found] == [0, "place", "type", 1]
    for broken, reason in (
        (b"\xf2\x19", "length"),
        (e.pack(e.basic_id(), size=24), "pack-size"),
        (e.pack(), "pack-count"),
        (e.pack(*[e.basic_id()] * 10), "pack-count"),
        (e.pack(e.basic_id(), count=2), "length"),
        (e.pack(e.basic_id()) + b"x" * 300, "length"),
    ):
        (only,) = d.unpack(broken)
        assert only.reason == reason


@settings(max_examples=400, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=260),
        st.builds(
            lambda head, rest: bytes([head]) + rest, st.integers(0, 255), st.binary(min_size=24, max_size=24)
        ),
        st.builds(
            lambda count, rest: bytes([0xF2, 25, count]) + rest, st.integers(0, 11), st.binary(max_size=230)
        ),
    )
)
def test_any_bytes_give_a_message_or_a_named_refusal(data):
    found = list(d.unpack(data))
    assert 1 <= len(found) <= 9
    for one in found:
        assert isinstance(one, d.Message) or one.reason in {
            "length", "type", "pack-size", "pack-count", "place", "direction", "climb", "timestamp", "page", "text",
        }  # fmt: skip


@settings(max_examples=100, deadline=None)
@given(
    st.fixed_dictionaries(
        {
            "latitude": st.integers(-900, 900).map(lambda n: n / 10),
            "longitude": st.integers(1, 1800).map(lambda n: n / 10),
            "direction": st.integers(0, 359),
            "speed": st.one_of(
                st.integers(0, 255).map(lambda n: n / 4), st.integers(1, 254).map(lambda n: 63.75 + n * 0.75)
            ),
            "climb": st.integers(-124, 124).map(lambda n: n / 2),
            "altitude": st.integers(1, 65535).map(lambda n: n / 2 - 1000),
            "tenths": st.integers(0, 36_000),
        }
    )
)
def test_every_value_comes_back(given_):
    found = d.decode(e.location(**given_)).body
    for name, value in given_.items():
        if name == "tenths":
            assert found.second == value / 10
        else:
            assert getattr(found, name) == pytest.approx(value, abs=1e-7)
