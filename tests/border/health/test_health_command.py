"""`comity border health` on made and on real files: nothing mixed in, nothing invented, nothing small shown."""

from __future__ import annotations

import csv
import io
import json
import random
import statistics
from datetime import date, timedelta

import pytest
from typer.testing import CliRunner

from comity.border.errors import SeriesFileError
from comity.border.health import answers
from comity.border.health.counts import read
from comity.cli import app

FIRST = date(2010, 1, 3)
WEEK = timedelta(days=7)
REAL = "data/health_disaster/opendengue_v1_1_national_mekong.csv"


def run(*words, code=0):
    done = CliRunner().invoke(app, ["border", "health", *map(str, words)])
    assert done.exit_code == code, done.output
    return done


def made(values, first=FIRST, head="week_start,cases"):
    return "\n".join([head, *(f"{first + WEEK * n},{value}" for n, value in enumerate(values))]).encode()


def test_an_outbreak_is_flagged_by_every_method_with_its_limit(tmp_path):
    path = tmp_path / "c.csv"
    values = [20 + n % 3 for n in range(400)]
    values[390] = 90
    path.write_bytes(made(values))
    found = json.loads(run(path, "--json").output)
    week = str(FIRST + WEEK * 390)
    hit = {one["method"]: one for one in found["alerts"] if one["week_start"] == week}
    assert set(hit) == {"historical-limits", "C1", "C2", "C3"}
    base = values[383:390]
    assert hit["C1"]["limit"] == round(statistics.fmean(base) + 3 * statistics.stdev(base), 4)
    assert all(one["cases"] > one["limit"] for one in found["alerts"])
    assert "weeks for days" in hit["C1"]["reason"]
    assert week in run(path).output
    only = json.loads(run(path, "--json", "--method", "C1", "--since", week).output)
    assert {one["method"] for one in only["alerts"]} == {"C1"}
    run(path, "--method", "C9", code=1)


def test_months_years_and_other_places_are_never_mixed_in():
    head = "ISO_A0,adm_1_name,calendar_start_date,calendar_end_date,dengue_total,S_res,T_res,sourceID"
    rows = [f"AAA,,{FIRST + WEEK * n},{FIRST + WEEK * n + timedelta(6)},{n},Admin0,Week,s" for n in range(20)]
    rows += [
        "AAA,,2010-02-01,2010-02-28,999,Admin0,Month,s",
        "AAA,,2010-01-01,2010-12-31,9999,Admin0,Year,s",
        "AAA,North,2010-01-10,2010-01-16,7,Admin1,Week,s",
        "BBB,,2010-01-10,2010-01-16,8,Admin0,Week,s",
        "AAA,,2010-01-10,2010-01-12,8,Admin0,Week,s",
        "AAA,,2010-01-12,2010-01-18,8,Admin0,Week,s",
        "AAA,,2010-01-17,2010-01-23,-4,Admin0,Week,s",
        "AAA,,2010-13-17,2010-01-23,4,Admin0,Week,s",
        "AAA,,2010-06-13,2010-06-19,,Admin0,Week,s",
    ]
    found = read("\n".join([head, *rows]).encode(), "AAA")
    assert len(found.weeks) == 20
    assert found.left_out == {"Month": 1, "Year": 1, "another area": 1}
    codes = {one.code for one in found.bad}
    assert codes == {"not-a-week", "other-weekday", "not-a-count", "stamp", "no-value"}
    assert len(read("\n".join([head, *rows]).encode(), "AAA", area="North").weeks) == 1
    with pytest.raises(SeriesFileError, match="several countries"):
        read("\n".join([head, *rows]).encode())
    with pytest.raises(SeriesFileError, match="no row of"):
        read("\n".join([head, *rows]).encode(), "CCC")


def test_duplicates_are_merged_and_contradictions_make_the_week_missing():
    data = made(range(30)) + b"\n" + f"{FIRST + WEEK * 3},3\n{FIRST + WEEK * 5},99\n".encode()
    found = read(data)
    assert found.merged == 1
    assert [one.code for one in found.bad] == ["contradiction"] * 2
    judged = answers.judge(found)
    assert judged["gaps"] == [{"from": str(FIRST + WEEK * 5), "to": str(FIRST + WEEK * 5), "weeks": 1}]


def test_small_counts_are_neither_shown_nor_alerts():
    values = [0] * 320
    values[310] = 3
    found = answers.judge(read(made(values)))
    assert found["alerts"] == []
    assert found["suppressed"]["alerts"] >= 3
    rows = answers.series(read(made(values)))
    assert rows[310]["cases"] is None
    assert rows[309]["cases"] == 0
    assert answers.judge(read(made(values)), small=1)["alerts"]


def test_missing_weeks_are_not_zero():
    values = [40 + n % 2 for n in range(400)]
    lines = made(values).decode().splitlines()
    holed = [line for n, line in enumerate(lines) if not 380 < n < 384]
    found = answers.judge(read("\n".join(holed).encode()))
    assert found["alerts"] == []
    assert found["gaps"][0]["weeks"] == 3
    assert any(one["method"] == "C1" and one["weeks"] == 7 for one in found["cannot_tell"])


@pytest.mark.shared
def test_the_real_series_says_what_it_cannot_tell(shared):
    data = (shared / REAL).read_bytes()
    found = answers.judge(read(data, "LAO"))
    assert found["weeks"] == 607
    assert found["left_out"] == {"Month": 72, "Year": 31}
    assert found["gaps"] == [{"from": "2013-05-12", "to": "2013-09-08", "weeks": 18}]
    historical = [one for one in found["alerts"] if one["method"] == "historical-limits"]
    assert historical
    # No week of 2015 has five earlier years, and none of the summer has before 2019.
    assert min(one["week_start"] for one in historical) >= "2016"
    summer = [one for one in historical if one["week_start"][5:7] in {"06", "07", "08"}]
    assert all(one["week_start"] >= "2019" for one in summer)


@pytest.mark.shared
def test_an_injected_outbreak_in_the_real_series_has_the_right_limit_in_any_order(shared):
    text = (shared / REAL).read_text("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    week = date(2021, 3, 7)
    for row in rows:
        if (row["ISO_A0"], row["calendar_start_date"], row["T_res"]) == ("LAO", str(week), "Week"):
            row["dengue_total"] = "5000"
    cases = {
        date.fromisoformat(row["calendar_start_date"]): int(row["dengue_total"])
        for row in rows
        if row["ISO_A0"] == "LAO" and row["T_res"] == "Week"
    }
    middles = [date(2020, 3, 8), date(2019, 3, 10), date(2018, 3, 4), date(2017, 3, 5), date(2016, 3, 6)]
    base = [cases[middle + WEEK * n] for middle in middles for n in range(-2, 3)]
    answers_ = []
    for seed in (0, 1):
        random.Random(seed).shuffle(rows)
        out = io.StringIO()
        writer = csv.DictWriter(out, rows[0])
        writer.writeheader()
        writer.writerows(rows)
        found = answers.judge(read(out.getvalue().encode(), "LAO"))
        for one in found["alerts"]:
            one.pop("row")
        answers_.append(found)
    assert answers_[0] == answers_[1]
    hit = {one["method"]: one for one in answers_[0]["alerts"] if one["week_start"] == str(week)}
    assert hit["historical-limits"]["limit"] == round(statistics.fmean(base) + 2 * statistics.stdev(base), 4)
    assert set(hit) == {"historical-limits", "C1", "C2", "C3"}
    assert {one["cases"] for one in hit.values()} == {5000}
