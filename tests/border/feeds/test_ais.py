"""Ships: places as they say themselves, no names; one bad message is set aside alone."""

from __future__ import annotations

import json

import pytest

from comity.border.feeds import ais

pyais = pytest.importorskip("pyais")
AT = "2026-03-01T06:00:00Z"


def sentences(**fields):
    given = {"type": 1, "mmsi": 574000001, "lat": 17.2, "lon": 106.1, "speed": 10.0, "course": 90.0, **fields}
    return pyais.encode_dict(given, sentence_type="VDM")


def file(*lines):
    return "\n".join(lines).encode()


def test_a_place_and_a_speed():
    (said,) = ais.read(file(f"{AT},{sentences(accuracy=True)[0]}")).said
    assert (said.lat, said.lon, said.kind, said.number, said.sigma) == (
        17.2,
        106.1,
        "boat",
        "574000001",
        10.0,
    )
    assert said.velocity == pytest.approx((5.144, 0.0), abs=1e-3)
    assert said.time == 1772344800_000_000


def test_a_tag_block_says_when():
    body = "c:1772344800"
    checksum = 0
    for byte in body.encode():
        checksum ^= byte
    line = f"\\{body}*{checksum:02X}\\{sentences()[0]}"
    assert ais.read(file(line)).said[0].time == 1772344800_000_000
    assert ais.read(file(line.replace("c:1772", "c:1773"))).counts == {"stamp": 1}


@pytest.mark.parametrize("kind", [1, 2, 3, 9, 18, 27])
def test_every_kind_that_says_a_place(kind):
    (said,) = ais.read(file(f"{AT},{sentences(type=kind)[0]}")).said
    assert said.kind == ("air" if kind == 9 else "boat")
    assert said.lat == pytest.approx(17.2, abs=0.01)


def test_names_are_not_read_and_it_is_said():
    named = pyais.encode_dict(
        {"type": 5, "mmsi": 574000001, "shipname": "OSTELVARRA"}, sentence_type="VDM", seq_id=3
    )
    heard = ais.read(file(*(f"{AT},{one}" for one in named)))
    assert heard.said == []
    assert heard.left_out == {"names and identities": 1, "type 5": 1}
    assert "OSTELVARRA" not in repr(heard)
    class_b = sentences(type=19, shipname="OSTELVARRA", seq_id=1)
    heard = ais.read(file(*(f"{AT},{one}" for one in class_b)))
    assert [one.number for one in heard.said] == ["574000001"]
    assert "OSTELVARRA" not in repr(heard)


def test_parts_out_of_order_or_missing_are_set_aside_and_nothing_else():
    first, second = (
        f"{AT},{one}" for one in pyais.encode_dict({"type": 5, "mmsi": 1}, sentence_type="VDM", seq_id=1)
    )
    good = f"{AT},{sentences()[0]}"
    for lines in ([second, good], [first, good], [first, first, good], [second, first, good]):
        heard = ais.read(file(*lines))
        assert len(heard.said) == 1
        assert heard.counts["malformed"] == len(lines) - 1
    assert ais.read(file(first, good, second)).counts == {}


@pytest.mark.parametrize(
    ("line", "reason"),
    [
        ("!AIVDM,1,1,,A,18SJ;POP0bWUcw09mpP3Q00EP000,0*05", "stamp"),
        (f"{AT[:-1]},!AIVDM,1,1,,A,18SJ;POP0bWUcw09mpP3Q00EP000,0*05", "stamp"),
        (f"{AT},!AIVDM,1,1,,A,18SJ;POP0bWUcw09mpP3Q00EP000,0*06", "checksum"),
        (f"{AT},!AIVDM,1,1,,A,18S", "malformed"),
        (f"{AT},!AIVDM,1,1,,A,1,0*17", "malformed"),
        (f"{AT},!AIVDM,1,1,,A,\x07,0*05", "malformed"),
        (f"{AT},{'A' * 3000}", "malformed"),
        (f"{AT},ngữ", "malformed"),
        (f"{AT},{sentences(lat=91.0, lon=181.0)[0]}", "no-fix"),
        (f"{AT},{sentences(mmsi=0)[0]}", "malformed"),
    ],
)
def test_one_bad_message_is_set_aside_with_its_reason(line, reason):
    good = f"{AT},{sentences()[0]}"
    heard = ais.read(file(good, line, good))
    assert len(heard.said) == 2
    assert heard.counts == {reason: 1}
    assert json.dumps([list(one) for one in heard.aside])


def test_what_is_not_known_is_not_made_up():
    (said,) = ais.read(file(f"{AT},{sentences(speed=102.3, course=360.0)[0]}")).said
    assert said.velocity is None
