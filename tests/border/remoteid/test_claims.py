"""Claims: gathered by transmitter, floods counted, persons left out, and worth what sensors bear out."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from typer.testing import CliRunner

from comity.border.errors import RemoteIdError
from comity.border.remoteid import answers, claims
from comity.border.remoteid.corroborate import Seen, corroborate, metres
from comity.cli import app
from tests.border.remoteid import encoder as e

START = datetime(2026, 7, 23, 6, 59, 55, tzinfo=UTC)
LATITUDE, LONGITUDE = 17.9757, 102.6331
STEP = 10 / 111_000
"""Degrees of latitude in a second, at 10 m/s."""


def flight(seconds=12, who="aa:01", jump=0.0, **more):
    for n in range(seconds):
        at = START + timedelta(seconds=n)
        tenths = (at.minute * 60 + at.second) * 10
        latitude = LATITUDE + n * STEP + jump * (n % 2)
        message = e.location(latitude=latitude, longitude=LONGITUDE, speed=10.0, tenths=tenths, **more)
        yield f"{at:%Y-%m-%dT%H:%M:%SZ},{who},{message.hex()}"


def track(off=0.0, seconds=12, sigma=5.0):
    return [
        Seen(
            int((START + timedelta(seconds=n)).timestamp() * 1000),
            LONGITUDE + off,
            LATITUDE + n * STEP,
            sigma,
        )
        for n in range(0, seconds, 2)
    ]


def read(*lines, now=None):
    return claims.read("\n".join(lines).encode(), now)


def test_a_claim_is_worth_what_sensors_bear_out():
    (claim,) = read(*flight()).claims
    everywhere = answers.circle(LATITUDE, LONGITUDE, 5_000.0)
    found = corroborate(claim, {"far": track(0.01), "near": track()})
    assert (found.verdict, found.score, found.track) == ("corroborated", 1.0, "near")
    assert corroborate(claim, {"far": track(0.01)}).verdict == "cannot tell"
    assert corroborate(claim, {}).verdict == "cannot tell"
    spoofed = corroborate(claim, {"far": track(0.01)}, everywhere)
    assert (spoofed.verdict, spoofed.score, spoofed.track) == ("contradicted", 0.0, "")
    assert corroborate(claim, {}, answers.circle(0.0, 0.0, 1_000.0)).verdict == "cannot tell"
    (jumping,) = read(*flight(jump=0.1)).claims
    assert corroborate(jumping, {"near": track()}).verdict == "contradicted"
    (short,) = read(*flight(4)).claims
    assert corroborate(short, {"near": track()}, everywhere).verdict == "cannot tell"


def test_the_second_of_the_hour_goes_with_the_nearest_hour():
    found = read(*flight(10))
    times = [one.time for one in found.claims[0].reports]
    assert times == [int(START.timestamp() * 1000) + 1000 * n for n in range(10)]
    late = int(datetime(2026, 7, 23, 7, 0, 1, tzinfo=UTC).timestamp() * 1000)
    assert claims.said_at(late, 3599.0) == late - 2000
    assert claims.said_at(None, 5.0) is None
    assert read(f"2026-07-23T06:30:00Z,a,{e.location(tenths=0).hex()}").claims[0].stale == 1


def test_metres_are_those_of_the_ellipsoid():
    assert metres((0.0, 0.0), (1.0, 0.0)) == pytest.approx(111_319.5, rel=1e-4)
    assert metres((0.0, 0.0), (0.0, 1.0)) == pytest.approx(110_574.3, rel=1e-4)
    assert metres((179.9, 18.0), (-179.9, 18.0)) == pytest.approx(21_169, rel=1e-3)


def test_bad_lines_and_messages_are_set_aside_and_floods_and_names_used_twice_are_said():
    good = e.basic_id().hex()
    lines = [
        "# a comment", "", good.upper(), f"2026-07-23T07:00:00Z {good}", "xyz", f"{good}0", "2026-07-23 " + good,
        f"2026-07-23T07:00:00,a,{good}", f"a,b,c,{good}", "2999-01-01T00:00:00Z," + good, "00" * 600,
        e.pack(e.basic_id(), e.location(latitude=91), e.self_id("x")).hex(),
        *[f"2026-07-23T07:00:01Z,flood,{e.basic_id('OTHER').hex()}"] * 30,
        f"2026-07-23T07:00:01Z,second,{good}",
    ]  # fmt: skip
    found = read(*lines, now=datetime(2026, 7, 24, tzinfo=UTC))
    assert found.counts == {"line": 6, "future": 1, "place": 1}
    assert found.lines == len(lines) - 2
    flood, second = found.claims[1], found.claims[2]
    assert (flood.flooding, flood.messages, second.flooding) == (True, 30, False)
    said = answers.judge(found)
    assert said["used_twice"] == [{"uas_id": "1581F5EXERCISE00001", "transmitters": ["", "second"]}]
    assert [one["mismatch"] for one in said["claims"]] == [True, False, True]
    with pytest.raises(RemoteIdError, match="no text"):
        claims.read(b"\xff\xfe\xfd")


def test_what_names_or_places_a_person_is_left_out_without_a_purpose():
    lines = [e.pack(e.operator_id("EXA-OP-1"), e.system(), e.self_id("call me"), e.basic_id()).hex()]
    closed = json.dumps(answers.judge(read(*lines)))
    for secret in ("EXA-OP-1", "call me", "17.97", "-102.5"):
        assert secret not in closed
    assert "OperatorId.operator" in closed
    shown = answers.judge(read(*lines), purpose="search and rescue")
    assert shown["claims"][0]["said"]["OperatorId"]["operator"] == "EXA-OP-1"
    assert (shown["claims"][0]["left_out"], shown["purpose"]) == ([], "search and rescue")


def test_the_command_line(tmp_path):
    messages, tracks = tmp_path / "rid.txt", tmp_path / "tracks.csv"
    messages.write_text(
        "\n".join([*flight(), "zz", f"2026-07-23T07:00:00Z,aa:01,{e.operator_id('OP').hex()}"])
    )
    rows = [
        f"t1,{datetime.fromtimestamp(s.time / 1000, UTC):%Y-%m-%dT%H:%M:%SZ},{s.latitude},{s.longitude},5"
        for s in track()
    ]
    tracks.write_text("\n".join(["track,time,latitude,longitude,sigma", *rows]))

    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", "remoteid", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    text = run(messages, "--tracks", tracks)
    assert "corroborated: 12 of 12 places are those of track t1" in text
    assert "left out, as it is about a person: OperatorId.operator" in text
    assert "set aside: 1 (line 1)" in text
    data = json.loads(run(messages, "--covered", f"{LATITUDE},{LONGITUDE},5000", "--json"))
    assert data["claims"][0]["corroboration"]["verdict"] == "contradicted"
    run(messages, "--covered", "here", code=1)
    tracks.write_text("track,time,latitude,longitude,sigma\nt,2026-07-23T07:00:00Z,x,1,1\n")
    run(messages, "--tracks", tracks, code=1)
    run(tmp_path / "none", code=1)
