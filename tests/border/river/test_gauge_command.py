"""`comity border gauge`: files as they come, bad rows set aside with their number and reason."""

from __future__ import annotations

import json
import random
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.border.errors import SeriesFileError
from comity.border.river.readings import read
from comity.cli import app
from tests.border.river.series import as_csv, daily

WAVE = {date(2016, 8, 9 + n): 9.0 + n for n in range(6)}


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def gauge(tmp_path, data, *words, name="levels.csv"):
    path = tmp_path / name
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return json.loads(run("gauge", path, "--json", *words).output)


def test_the_download_is_read_as_it_comes_and_rows_in_any_order_give_the_same(tmp_path):
    data = as_csv(daily(changed=WAVE))
    found = gauge(tmp_path, data)
    assert found["station"] == "Pakse"
    assert "taken at their word" in found["notes"][0]
    assert {"date", "level", "limit", "method", "reason"} <= set(found["alerts"][0])
    flood = [one["date"] for one in found["alerts"] if one["method"] == "threshold-flood"]
    assert flood == ["2016-08-12", "2016-08-13", "2016-08-14"]
    head, *rows = data.decode().splitlines()
    random.Random(1).shuffle(rows)
    again = gauge(tmp_path, "\n".join([head, *rows]))
    for one in (*found["alerts"], *again["alerts"]):
        one.pop("row")
    assert again["alerts"] == found["alerts"]
    assert again["gaps"] == found["gaps"]


def test_bad_rows_are_set_aside_one_by_one(tmp_path):
    head, *rows = as_csv(daily(last=date(2010, 3, 1))).decode().splitlines()
    rows[4] = "Pakse,013901,2010-01-05T00:00+07:00,1.0,m"
    rows[5] = "Pakse,013901,2010-01-06T00:00Z,NaN,m"
    rows[6] = "Pakse,013901,2010-01-07T00:00Z,451,m"
    rows[7] = "Pakse,013901,2010-01-08T00:00Z,2.0,feet"
    rows[8] = "Pakse,013901"
    rows[9] = "Pakse,013901,2910-01-10T00:00Z,2.0,m"
    rows += [
        rows[20],
        rows[21].replace(",m", "0,m").replace("Z,", "Z,9"),
        "Pakse,013901,2010-01-31T00:00Z,,m",
    ]
    found = gauge(tmp_path, "\n".join([head, *rows]))
    assert found["quarantine"]["codes"] == {
        "mixed-offsets": 1, "not-a-number": 1, "out-of-range": 1, "unit": 1,
        "columns": 1, "future": 1, "contradiction": 2, "no-value": 1,
    }  # fmt: skip
    assert found["merged"] == 1
    assert {row["row"] for row in found["quarantine"]["rows"]} >= {6, 7, 8, 9, 10, 11}
    text = run("gauge", tmp_path / "levels.csv").output
    assert "set aside: 9 rows" in text
    assert "row 6: '2010-01-05T00:00+07:00' is placed by +420" in text


@pytest.mark.parametrize("unit", ["cm", "mm"])
def test_units_and_names_of_columns(tmp_path, unit):
    factor = {"cm": 100, "mm": 1000}[unit]
    plain = "\n".join(["tag;stand", *(f"{one.day};{one.level * factor:.0f}" for one in daily(changed=WAVE))])
    found = gauge(
        tmp_path,
        plain,
        "--time-column",
        "tag",
        "--value-column",
        "stand",
        "--unit",
        unit,
        name="pakse-2016.csv",
    )
    assert found["station"] == "Pakse"
    assert [one["level"] for one in found["alerts"] if one["method"] == "threshold-flood"] == [12, 13, 14]
    headed = plain.replace("tag;stand", f"date;level ({unit})")
    assert gauge(tmp_path, headed, name="[Pakse].csv")["alerts"] == found["alerts"]


def test_files_that_cannot_be_read_say_what_to_do(tmp_path):
    for data in (
        b"",
        b"a\n1",
        b"\xff\xfe1,2",
        b"date,level\n",
        b'date,level\n2010-01-01,"1',
        b"x,y\n1,2",
        b"date,level\0,1\n1,2,3",
    ):
        path = tmp_path / "x.csv"
        path.write_bytes(data)
        done = run("gauge", path, "--json", code=1)
        assert json.loads(done.stderr)["type"] == "urn:comity:error:border-series-file"
    run("gauge", tmp_path / "none.csv", code=1)
    with pytest.raises(SeriesFileError, match="several stations"):
        read(b"station,date,level\na,2010-01-01,1\nb,2010-01-01,2\n")
    both = b"station,date,level\na,2010-01-01,1\nb,2010-01-01,2\n"
    assert read(both, station="B").items[0].level == 2
    with pytest.raises(SeriesFileError, match="no row of"):
        read(both, station="c")


def test_forecast_river_and_since(tmp_path):
    levels, coming = tmp_path / "l.csv", tmp_path / "f.csv"
    levels.write_bytes(as_csv(daily(last=date(2016, 8, 1))))
    coming.write_bytes(b"date,level\n2016-08-02,11.5\n2016-08-03,12.2\n")
    found = json.loads(run("gauge", levels, "--forecast", coming, "--since", "2016-08-01", "--json").output)
    assert {one["method"] for one in found["alerts"]} >= {"forecast-flood", "forecast-alarm"}
    assert min(one["date"] for one in found["alerts"]) >= "2016-08-01"
    assert "Stung Treng" in run("river", "Attapeu").output
    seen = json.loads(run("river", "xe pian xe namnoy", "--from", "Pakse", "--json").output)
    assert seen["relation"] == "neither"
    assert len(json.loads(run("river", "--json").output)["places"]) > 20
    run("river", "Atlantis", code=1)


@settings(max_examples=60, deadline=None)
@given(
    st.binary(max_size=300) | st.text(alphabet="date,level\n2010-1Z:+7.;\"'", max_size=200).map(str.encode)
)
def test_whatever_comes_is_read_or_refused(data):
    try:
        found = read(b"date,level\n2016-01-01,1\n" + data)
    except SeriesFileError:
        return
    assert found.items
