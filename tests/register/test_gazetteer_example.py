"""The worked example's gazetteers: complete as of two days, and the same as what is on record."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from comity.register.gazetteer import read_gazetteer
from comity.register.places import Gazetteer
from comity.register.places_kinds import known

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "vietnam-laos"


def fields(party):
    found = read_gazetteer((EXAMPLE / "gazetteer" / f"{party}.csv").read_bytes())
    return {
        place.slug: place.model_dump(mode="json", exclude_unset=True, exclude_none=True) for place in found
    }


@pytest.fixture(scope="module")
def gazetteer():
    return Gazetteer(known(place) for party in ("vn", "la") for place in fields(party).values())


def provinces(gazetteer, on):
    return [
        place
        for place in gazetteer.places.values()
        if (place.party, place.kind) == ("vn", "province") and place.validity.holds(on)
    ]


@pytest.mark.parametrize(
    ("on", "count"),
    [("2024-05-01", 63), ("2025-03-01", 63), ("2025-06-30", 63), ("2025-07-01", 34), ("2026-01-01", 34)],
)
def test_provinces_are_63_before_and_34_since_1_july_2025(gazetteer, on, count):
    assert len(provinces(gazetteer, date.fromisoformat(on))) == count


def test_every_province_that_ended_has_exactly_one_heir_and_nothing_else_has(gazetteer):
    for place in gazetteer.places.values():
        heirs = gazetteer.heirs(place.id)
        assert len(heirs) == (1 if place.validity.last else 0), place.id
        for heir in heirs:
            assert (heir.validity.first - place.validity.last).days == 1
    merged = [place for place in gazetteer.places.values() if place.id.endswith("-2025")]
    assert sum(len(place.supersedes) for place in merged) == 52
    assert len(merged) == 23


def test_ten_provinces_on_the_border_before_and_nine_since(gazetteer):
    gates = [place for place in gazetteer.places.values() if place.kind == "gate" and place.party == "vn"]
    for on, count in (("2024-05-01", 10), ("2026-01-01", 9)):
        held = {inside.id for gate in gates for inside in gazetteer.containers(gate, date.fromisoformat(on))}
        assert len(held) == count
    assert len(gates) == 20


def test_every_gate_lies_in_one_province_on_any_day(gazetteer):
    for place in gazetteer.places.values():
        for on in ("2024-05-01", "2025-03-01", "2026-01-01"):
            if place.kind == "gate":
                assert len(gazetteer.containers(place, date.fromisoformat(on))) == 1, place.id


@pytest.mark.parametrize(
    ("text", "on", "place"),
    [
        ("Cha Lo, Quảng Bình", "2024-05-01", "vn-gate-cha-lo"),
        ("Cha Lo, Quảng Trị", "2026-01-01", "vn-gate-cha-lo"),
        ("Hủa Phăn", "2026-01-01", "la-houaphanh"),
        ("ຫົວພັນ", "2026-01-01", "la-houaphanh"),
        ("Den Savanh", "2024-05-01", "la-gate-dansavan"),
        ("Thừa Thiên Huế", "2024-12-31", "vn-thua-thien-hue"),
        ("Huế", "2025-01-01", "vn-hue"),
        ("La Lay, Salavan", "2024-05-01", "la-gate-la-lay"),
        ("TP Hồ Chí Minh", "2026-01-01", "vn-ho-chi-minh-2025"),
    ],
)
def test_names_of_the_border_lead_to_ids(gazetteer, text, on, place):
    assert gazetteer.resolve(text, date.fromisoformat(on)).place.id == place


@pytest.mark.parametrize("text", ["La Lay", "Sepon", "Quảng Trị"])
def test_what_is_ambiguous_or_dirt_in_the_sources_is_not_resolved(gazetteer, text):
    assert gazetteer.resolve(text).place is None


@pytest.mark.parametrize("party", ["vn", "la"])
def test_what_is_on_record_is_what_the_gazetteer_says(party):
    lines = (EXAMPLE / party / "25-places.jsonl").read_text(encoding="utf-8").splitlines()
    read = [json.loads(line) for line in lines if not line.startswith("#")]
    there = fields(party)
    found = [item["fields"] for item in read if item["kind"] == "register.place"]
    assert len(found) >= 30
    for place in found:
        assert there[place["slug"]] == place
