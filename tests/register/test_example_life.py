"""What the register makes of the worked example: lives, series, channels, formulas, gaps and quiet ends."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from comity.register import entries, queries
from comity.register.answers_life import formula_versions, quiet_ends
from comity.register.channels import channels
from comity.register.formulas import differences
from comity.register.labels_channels import CHANNELS
from comity.register.lives import life_of, series, term_findings
from comity.register.tables import PROJECTOR
from tests.feed import Feed

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "vietnam-laos"
VOICES = ("vn", "la")
TODAY = date(2026, 6, 1)
KINDS = {kind.kind: kind for kind in entries.KINDS}


@pytest.fixture(scope="module")
def db():
    feed = Feed(PROJECTOR, entries.KINDS)
    for party in VOICES:
        for name in ("20-register", "40-exercise"):
            for line in (EXAMPLE / party / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
                item = json.loads(line) if line and not line.startswith("#") else {"kind": ""}
                if item["kind"] in KINDS:
                    model = KINDS[item["kind"]].model_validate(item["fields"])
                    feed.add(f"{party}/hq", model, **{"class": item.get("header", {}).get("class", "record")})
    with feed.engine.connect() as connection:
        yield connection


def state(db, slug, on):
    return life_of(db, slug, VOICES, date.fromisoformat(on)).life.stand.state


def test_signed_in_2016_is_in_force_in_2017(db):
    assert state(db, "protocol-border-2016", "2016-03-15") == "nothing attested"
    assert state(db, "protocol-border-2016", "2017-09-04") == "signed"
    assert state(db, "protocol-border-2016", "2017-09-05") == "in force"


def test_a_ratification_by_one_party_is_no_ratification_by_both(db):
    found = life_of(db, "agreement-mutual-assistance-civil-2023", VOICES, TODAY).life
    assert found.by_party["vn"].state == "ratified"
    assert found.by_party["la"].state == "signed"
    assert found.stand.state == "signed"


def test_a_party_that_withdrew_is_told_apart_from_those_that_stay(db):
    found = life_of(db, "clv-development-triangle", VOICES, TODAY).life
    assert found.by_party["kh"].state == "withdrawn"
    assert found.stand.state == "differs between the parties"
    assert found.by_recorder["vn"].state != "withdrawn"


def test_praised_and_quietly_ended_finds_the_single_stop_inspection(db):
    (found,) = quiet_ends(db, VOICES, TODAY)
    assert (found.about, found.how) == ("single-stop-lao-bao", "ended")
    assert {report.fields["party"] for report in found.praise} == {"vn", "la"}
    assert {report.fields["on"] for report in found.praise} == {"2016-10", "2021-12-29"}
    assert [(end.fields["party"], end.fields["date"]) for end in found.ends] == [("vn", "2025-06-18")]
    assert (found.spoke, found.silent) == (("vn",), ("la",))
    assert found.days == (date(2025, 6, 18) - date(2021, 12, 29)).days
    assert all(report.fields["cites"] for report in (*found.praise, *found.ends))


def test_its_start_is_disputed_and_its_end_is_in_one_record_only(db):
    found = life_of(db, "single-stop-lao-bao", VOICES, TODAY).life
    assert {conflict.code for conflict in found.conflicts} == {"dates-contradict", "ended-by-one"}
    assert found.by_recorder["la"].state == "in force"
    assert found.by_recorder["vn"].state == "differs between the parties"


def test_the_fourth_term_is_added_and_its_lao_wording_is_a_declared_gap(db):
    (before, after) = formula_versions(db, VOICES)["relationship-formula"]
    found = differences(before.fields["terms"], after.fields["terms"])
    assert [(one.id, one.change) for one in found if one.change != "kept"] == [
        ("strategic-connection", "added")
    ]
    assert "lo" not in found[-1].texts
    gaps = {fact.key for fact in queries.facts(db, entries.Gap, VOICES)}
    assert "gap-fourth-term-lao" in gaps


def test_series_find_the_numbers_without_a_record(db):
    found = {view.fact.key: view for view in series(db, VOICES, TODAY)}
    missing = [one.detail["number"] for one in found["igc"].findings if one.code == "number-missing"]
    assert {40, 41, 44} <= set(missing)
    assert "planned-no-record" in {one.code for one in found["igc"].findings}
    differs = found["ministerial-political-consultation"].findings
    assert [one.things for one in differs if one.code == "recorded-differently"] == [
        ("ministerial-consultation-12",)
    ]
    assert not [one for view in found.values() for one in view.findings if not one.records]


def test_the_five_year_protocols_join(db):
    things = {thing for one in term_findings(db, VOICES) for thing in one.things}
    assert not {"protocol-defence-2015-2019", "protocol-defence-2020-2024"} & things


def test_every_channel_has_a_place_and_an_unreported_number_is_no_zero(db):
    found = {view.name: view for view in channels(db, VOICES)}
    assert list(found) == list(CHANNELS)
    for name in ("consultation", "patrol", "forum", "consular", "press", "posts", "remains", "health"):
        assert found[name].facts, name
    amounts = {(one.fact.key, one.name): one.value for view in found.values() for one in view.amounts}
    assert amounts["talks-border-forces-2024", "count"] == 70
    assert amounts["training-scholarships-2025", "offered"] == 1160
    assert amounts["training-scholarships-2025", "taken"] is None
    assert 0 not in amounts.values()
    assert found["training"].gaps


def test_evidence_changes_the_advice_and_no_status(db):
    views = {view.slug: view for view in queries.undertakings(db, VOICES, TODAY)}
    seen = views["hold-border-meeting-30"]
    assert seen.advice == "window over, evidence seen"
    assert (seen.standing.state, seen.standing.status) == ("awaiting", None)
    assert views["hold-border-meeting-28"].advice == "window over, no evidence seen"
    assert views["hold-border-meeting-28"].overdue


def test_both_parties_annotate_a_dispute_and_it_stays_one(db):
    views = {view.slug: view for view in queries.undertakings(db, VOICES, TODAY)}
    disputed = views["exercise-flood-sirens"]
    assert disputed.standing.state == "disputed"
    assert {report.party for report in disputed.annotations} == {"vn", "la"}
