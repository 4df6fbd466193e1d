"""What a series of stages warns of: quality first, records from earlier years only, a gap is never normal."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import numpy as np
import pytest

from comity.border.errors import PlaceUnknownError, ThresholdError
from comity.border.river import answers, detect, graph, quality, thresholds
from comity.border.river.readings import Reading, Readings
from tests.border.river.series import daily, level

LIMITS = thresholds.parse(
    """
[[threshold]]
station = "Pakse"
name = "flood"
level = "12"
authority = "one"
source = "s"
unverified = true
[[threshold]]
station = "Pakse"
name = "low"
level = "0.6"
direction = "low"
authority = "two"
source = "s"
[[station]]
name = "Pakse"
aliases = ["Pakxe"]
""",
    "test",
)


def judged(items, **more):
    found = Readings("Pakse", tuple(items), (), 0, None)
    return answers.judge(found, answers.rules_of("pakxé".replace("é", "e"), LIMITS), **more)


def of(data, method):
    return [one for one in data["alerts"] if one["method"] == method]


def test_a_flood_of_three_days_is_one_occurrence_and_says_that_nobody_read_the_limit():
    wave = {date(2016, 8, 9 + n): 9 + n for n in range(8)} | {date(2016, 8, 17 + n): 14 - n for n in range(5)}
    found = of(judged(daily(changed=wave)), "threshold-flood")
    assert [one["date"] for one in found] == [f"2016-08-{n:02}" for n in range(12, 20)]
    assert {one["since"] for one in found} == {"2016-08-12"}
    assert found[0]["level"] == found[0]["limit"] == 12
    assert found[0]["unverified"]
    assert found[0]["authority"] == "one"


def test_a_spike_is_removed_before_anything_is_detected_and_is_shown():
    day = date(2016, 8, 10)
    data = judged(daily(changed={day: 15.0}))
    assert [one["time"][:10] for one in data["spikes"]] == ["2016-08-10"]
    assert [one for one in data["alerts"] if one["date"] in {"2016-08-10", "2016-08-11"}] == []
    (said,) = [one for one in data["cannot_tell"] if one["method"] == "threshold-flood"]
    assert (said["from"], "taken for a spike" in said["reason"]) == ("2016-08-10", True)
    low = judged(daily(changed={day: -5.0}))
    assert len(low["spikes"]) == 1
    assert of(low, "threshold-low") == []


def test_two_spikes_in_a_row_are_both_removed():
    two = {date(2016, 8, 10): 15.0, date(2016, 8, 11): 14.8}
    assert len(judged(daily(changed=two))["spikes"]) == 2


def test_a_wave_front_is_no_spike_and_the_newest_reading_is_never_thrown_away():
    first = date(2016, 8, 10)
    front = {first + timedelta(n): 11.0 + 0.1 * n for n in range(30)}
    data = judged(daily(changed=front))
    assert data["spikes"] == []
    assert of(data, "rate-of-rise")[0]["date"] == "2016-08-10"
    last = judged(daily(last=first, changed={first: 13.0}))
    (alert,) = of(last, "threshold-flood")
    assert "no later reading confirms it yet" in alert["reason"]
    assert last["state"]["state"] == "cannot tell"


def test_the_peak_of_a_flash_flood_that_falls_slowly_is_no_spike():
    wave = {date(2016, 8, 10): 12.5, date(2016, 8, 11): 10.5, date(2016, 8, 12): 9.0}
    data = judged(daily(changed=wave))
    assert data["spikes"] == []
    assert [one["date"] for one in of(data, "threshold-flood")] == ["2016-08-10"]


def test_the_rise_is_scaled_to_its_time_and_never_reckoned_across_a_gap():
    jump = date(2016, 5, 20)
    after = {jump + timedelta(n): level(jump + timedelta(n)) + 2 for n in range(300)}
    missing = [jump - timedelta(n) for n in range(1, 4)]
    assert of(judged(daily(changed=after)), "rate-of-rise")[0]["date"] == "2016-05-20"
    data = judged(daily(changed=after, without=missing))
    assert of(data, "rate-of-rise") == []
    assert data["gaps"] == [{"after": "2016-05-16T00:00Z", "before": "2016-05-20T00:00Z", "missing": 3}]


def test_records_are_those_of_earlier_years_only():
    day = date(2012, 6, 1)
    data = judged(daily(changed={day + timedelta(n): 9.0 for n in range(-4, 5)}), now=None)
    # 2012 has two earlier years: nothing in it can be called a record.
    assert [one for one in data["alerts"] if one["date"].startswith("2012-06")] == []
    early = [date(2016, 6, n) for n in range(1, 6)]
    ten = Readings("Pakse", tuple(daily(changed={day: level(day) + 0.9 for day in early})), (), 0, None)
    (first, *_) = [
        one for one in of(answers.judge(ten, answers.Rules()), "record-high") if one["date"] >= "2016-06-01"
    ]
    assert first["date"] == "2016-06-01"
    assert first["limit"] == max(level(date(year, 6, int(first["date"][-2:]))) for year in range(2010, 2016))
    (short,) = [one for one in data["cannot_tell"] if one["method"] == "record"]
    # A flat line and the steps beside it make no record, so those days of 2015 have four earlier years.
    assert short["to"] == "2015-06-06"
    later = judged(daily(changed={date(2016, 6, 1) + timedelta(n): 30.0 for n in range(10)}))
    earlier = [one for one in judged(daily())["alerts"] if one["date"] < "2016-06-01"]
    assert [one for one in later["alerts"] if one["date"] < "2016-06-01"] == earlier


def test_the_29th_of_february_is_held_against_the_days_beside_it():
    data = judged(daily(changed={date(2016, 2, 27) + timedelta(n): 3.5 for n in range(5)}))
    (leap,) = [one for one in of(data, "record-high") if one["date"] == "2016-02-29"]
    beside = [(2, 28), (3, 1)]
    assert leap["limit"] == max(
        [level(date(y, *day)) for y in range(2010, 2016) for day in beside] + [level(date(2012, 2, 29))]
    )


def test_flat_lines_and_steps_are_named_and_make_no_record():
    stuck = {date(2016, 7, 1) + timedelta(n): 9.5 for n in range(20)}
    data = judged(daily(changed=stuck))
    assert data["flags"]["flat"] == 19  # the first of them is the step up to it
    assert [one for one in of(data, "record-high") if one["date"] in {str(day) for day in stuck}] == []
    shifted = {
        date(2016, 3, 1) + timedelta(n): level(date(2016, 3, 1) + timedelta(n)) + 4 for n in range(306)
    }
    found = judged(daily(changed=shifted))
    assert found["flags"]["step"] == 1
    assert "cannot tell" in of(found, "rate-of-rise")[0]["quality"]


def test_silence_is_never_normal():
    items = daily(last=date(2016, 3, 1))
    now = datetime(2016, 3, 2, tzinfo=UTC)
    assert judged(items, now=now)["state"]["state"] == "normal"
    silent = judged(items, now=now + timedelta(days=5))["state"]
    assert silent["state"] == "cannot tell"
    assert "never normal" in silent["reason"]
    assert (
        answers.judge(Readings("?", tuple(items), (), 0, None), answers.Rules())["state"]["state"]
        == "cannot tell"
    )


def test_forecasts_count_for_three_days():
    items = daily(last=date(2016, 8, 1))
    coming = [
        Reading(datetime(2016, 8, 1 + n, tzinfo=UTC), date(2016, 8, 1 + n), 11.0 + n / 2, n)
        for n in range(1, 7)
    ]
    data = judged(items, forecast=Readings("Pakse", tuple(coming), (), 0, None))
    assert [one["date"] for one in of(data, "forecast-flood")] == ["2016-08-03", "2016-08-04"]
    assert any(one["method"] == "forecast" for one in data["cannot_tell"])


def test_hampel_is_the_published_formula():
    levels = np.array([1.0, 1.1, 0.9, 5.0, 1.0, 1.2, 0.8, 1.0])
    window = levels[0:7]
    median = np.median(window)
    limit = 3 * 1.4826 * np.median(np.abs(window - median))
    assert quality.hampel(levels)[3] == pytest.approx(abs(5 - median) - max(limit, 0.3))
    assert quality.check([]).gaps == ()
    assert detect.days(quality.check(daily()[:1]))[0].high == 0


def test_what_happened_on_the_sekong_is_not_blamed_for_a_rise_at_pakse():
    known = graph.load()
    dam, pakse = known.find("Xe-Pian Xe-Namnoy").slug, known.find("Pakxe").slug
    assert pakse not in known.downstream(dam)
    assert known.relation(dam, pakse) == "neither"
    assert known.relation(dam, known.find("Stung Treng").slug) == "upstream"
    assert "siem-pang" in known.downstream(dam)
    assert {one.river for slug in known.downstream("a-luoi") if (one := known.places[slug])} >= {
        "Sekong",
        "Mekong",
    }
    with pytest.raises(PlaceUnknownError):
        known.find("Atlantis")


def test_a_graph_that_runs_in_a_circle_and_a_bad_file_are_refused(tmp_path):
    loop = '[[place]]\nslug="a"\nname="A"\nriver="r"\nsource="s"\nto=["b"]\n[[place]]\nslug="b"\nname="B"\nriver="r"\nsource="s"\nto=["a"]\n'
    path = tmp_path / "r.toml"
    for text in (loop, loop.replace('"a"]', '"c"]'), "[[place]]\n", "x"):
        path.write_text(text)
        with pytest.raises(ThresholdError):
            graph.load(path)
    for text in ('[[threshold]]\nstation="x"', "{", '[[threshold]]\nlevel="high"'):
        with pytest.raises(ThresholdError):
            thresholds.parse(text, "t")
    assert thresholds.load().of("pakse")[0].unverified
    assert not thresholds.load().of("Luangprabang")[0].unverified
