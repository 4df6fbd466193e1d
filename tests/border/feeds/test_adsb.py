"""Aircraft: places from two messages; a message that ends the decoder is found and set aside alone."""

from __future__ import annotations

from collections import Counter

import pytest

from comity.border.feeds import adsb
from comity.border.feeds.errors import FeedError

pytest.importorskip("rs1090")
# Messages that textbooks of Mode S decode, of an aircraft over the sea: two of a place, a speed, a call sign.
EVEN, ODD = "8D40621D58C382D690C8AC2863A7", "8D40621D58C386435CC412692AD6"
SPEED, CALL = "8D485020994409940838175B284F", "8D406B902015A678D4D220AA4BDA"


def line(second, message):
    return f"2026-03-01T06:00:{second:02d}Z,{message}"


def file(*lines):
    return "\n".join(lines).encode()


def test_two_messages_make_a_place():
    heard = adsb.read(file(line(0, EVEN), line(1, ODD), line(2, SPEED), line(3, CALL)))
    (said,) = heard.said
    assert (said.lat, said.lon) == pytest.approx((52.2658, 3.9389), abs=1e-4)
    assert (said.kind, said.number, said.velocity) == ("air", "40621d", None)
    assert heard.left_out == {"without a place": 3, "names and identities": 1}
    assert "EZY85MH" not in repr(heard)
    backwards = adsb.read(file(line(1, f"*{ODD.lower()};"), line(0, EVEN)))
    assert backwards.said == [said], "the order of the file is not the order of time"


def test_one_bad_message_never_takes_its_batch_down():
    bad = [
        (line(2, EVEN[:-1] + "Z"), "malformed"),
        (line(2, EVEN[:-2]), "malformed"),
        (line(2, EVEN + EVEN), "malformed"),
        (line(2, ""), "malformed"),
        (EVEN, "stamp"),
        (line(2, EVEN[:-1] + "0"), "checksum"),
        (line(2, "é"), "malformed"),
    ]
    heard = adsb.read(file(line(0, EVEN), *(one for one, _ in bad), line(1, ODD)))
    assert len(heard.said) == 1
    assert heard.counts == Counter(reason for _, reason in bad)
    assert {one.raw for one in heard.aside} == {one for one, _ in bad}


WORKER = """
import json, os, sys
for line in sys.stdin:
    messages = json.loads(line)
    if any(frame.startswith("DEAD") for _, frame in messages):
        os._exit(70)
    if any(frame.startswith("BAD") for _, frame in messages):
        print("null", flush=True)
        continue
    found = [{"timestamp": time, "frame": frame, "icao24": "abcdef", "latitude": 17.0, "longitude": 106.0}
             for time, frame in messages]
    print(json.dumps(found), flush=True)
"""


@pytest.fixture
def fragile(tmp_path, monkeypatch):
    """A decoder that dies at one message and panics at another, as the real one could."""
    (tmp_path / "fragile.py").write_text(WORKER)
    monkeypatch.setattr(adsb, "WORKER", tmp_path / "fragile.py")


def test_what_ends_the_decoder_is_found_and_the_rest_is_decoded(fragile):
    frames = [f"{n:028X}" for n in range(20)]
    frames[3], frames[11] = "DEAD" + "0" * 24, "BAD0" + "0" * 24
    heard = adsb.read(file(*(line(n, frame) for n, frame in enumerate(frames))))
    assert len(heard.said) == 18
    assert [one.words for one in heard.aside] == ["the decoder ended over it"] * 2
    assert heard.counts == {"malformed": 2}


def test_a_decoder_that_never_starts_is_an_error(monkeypatch):
    monkeypatch.setattr(adsb, "WORKER", "no_such_file_anywhere.py")
    found = adsb.read(file(line(0, EVEN)))
    assert found.counts == {"malformed": 1}, "it ended over the only message"
    monkeypatch.setattr(adsb.Decoder, "_ending", lambda *_: [])
    with pytest.raises(FeedError):
        adsb.read(file(line(0, EVEN), line(1, ODD)))
