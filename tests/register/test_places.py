"""Places as of a date: found by id, name and time; ambiguity is listed, a spelling never decides."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.register.calendar_bounds import Bounds, bounds
from comity.register.places import Gazetteer, Known, Name
from comity.register.places_fold import fold, numbers, roman_key
from comity.register.places_markers import MarkerLocation, parse_marker

BEFORE, AFTER = date(2024, 5, 1), date(2026, 1, 1)


def names(*texts, lang="vi", script="Latn"):
    return tuple(Name(lang, script, text, "a list") for text in texts)


def place(slug, kind, *texts, **changed):
    return Known(slug, kind, changed.pop("party", "aa"), names(*texts), **changed)


UNTIL, SINCE = bounds("../2025-06-30"), bounds("2025-07-01/..")


@pytest.fixture
def gazetteer():
    return Gazetteer(
        [
            place("aa-quang-binh", "province", "Quảng Bình", validity=UNTIL),
            place("aa-quang-tri", "province", "Quảng Trị", validity=UNTIL),
            place(
                "aa-quang-tri-2025",
                "province",
                "Quảng Trị",
                validity=SINCE,
                supersedes=("aa-quang-binh", "aa-quang-tri"),
            ),
            place("aa-gate-cha-lo", "gate", "Cha Lo", within=("aa-quang-binh", "aa-quang-tri-2025")),
            place("aa-gate-lao-bao", "gate", "Lao Bảo", within=("aa-quang-tri", "aa-quang-tri-2025")),
            place("aa-gate-la-lay", "gate", "La Lay", within=("aa-quang-tri", "aa-quang-tri-2025")),
            place("bb-gate-la-lay", "gate", "La Lay", party="bb", within=("bb-salavan",)),
            place("bb-salavan", "province", "Salavan", party="bb"),
            place("bb-houaphanh", "province", "Houaphanh", "Huaphan", "Hủa Phăn", "ຫົວພັນ", party="bb"),
            place("bb-dansavan", "gate", "Dansavan", "Den Savanh", party="bb"),
            place("aa-marker-605", "marker", "mốc 605", marker_number="605", within=("aa-quang-tri",)),
            place("aa-twin", "village", "Na Ư", same_as=("bb-twin",)),
            place("bb-twin", "village", "Na Ư", same_as=("aa-twin",), party="bb"),
        ]
    )


def test_a_name_and_its_province_as_of_a_day(gazetteer):
    found = gazetteer.resolve("Cha Lo, Quảng Bình", BEFORE)
    assert (found.state, found.place.id) == ("one", "aa-gate-cha-lo")
    assert [inside.id for inside in found.within] == ["aa-quang-binh"]
    assert found.notes == ()


def test_the_old_province_still_finds_the_gate_and_says_where_it_lies_now(gazetteer):
    found = gazetteer.resolve("cửa khẩu Cha Lo, tỉnh Quảng Bình", AFTER)
    assert (found.state, found.place.id) == ("one", "aa-gate-cha-lo")
    assert [inside.id for inside in found.within] == ["aa-quang-tri-2025"]
    assert "did not lie in tỉnh Quảng Bình" in found.notes[0]


@pytest.mark.parametrize(
    "text", ["quang binh", "QUANG BINH", "Quảng\u200b Bình", "Tỉnh Quảng Bình", "Quang Binh province"]
)
def test_spelling_without_marks_case_or_with_invisible_characters(gazetteer, text):
    assert gazetteer.resolve(text, BEFORE).place.id == "aa-quang-binh"


def test_a_place_that_was_none_on_the_day_leads_to_its_heirs_and_chooses_none(gazetteer):
    found = gazetteer.resolve("Quảng Bình", AFTER)
    assert (found.state, found.place) == ("other time", None)
    assert [item.place.id for item in found.candidates] == ["aa-quang-binh", "aa-quang-tri-2025"]


def test_one_name_at_two_times_needs_a_day(gazetteer):
    assert gazetteer.resolve("Quảng Trị").state == "several"
    assert gazetteer.resolve("Quảng Trị", BEFORE).place.id == "aa-quang-tri"
    assert gazetteer.resolve("Quảng Trị", AFTER).place.id == "aa-quang-tri-2025"


def test_two_gates_of_one_name_are_listed_and_never_guessed(gazetteer):
    found = gazetteer.resolve("La Lay", BEFORE)
    assert (found.state, found.place) == ("several", None)
    assert {item.place.id for item in found.candidates} == {"aa-gate-la-lay", "bb-gate-la-lay"}
    assert gazetteer.resolve("La Lay, Salavan", BEFORE).place.id == "bb-gate-la-lay"


def test_a_province_that_does_not_hold_the_place_is_no_answer(gazetteer):
    found = gazetteer.resolve("Lao Bảo, Quảng Bình", BEFORE)
    assert (found.state, found.place) == ("several", None)
    assert "no place called" in found.candidates[0].why


def test_records_of_the_same_place_are_one_place(gazetteer):
    assert gazetteer.resolve("Na Ư").state == "one"


@pytest.mark.parametrize("text", ["Hua Phanh", "Houaphan", "Huaphanh"])
def test_another_romanisation_is_offered_and_not_taken(gazetteer, text):
    found = gazetteer.resolve(text)
    assert (found.state, found.place) == ("similar", None)
    assert found.candidates[0].place.id == "bb-houaphanh"


def test_names_in_another_script_are_names(gazetteer):
    assert gazetteer.resolve("ແຂວງ ຫົວພັນ").place.id == "bb-houaphanh"
    assert gazetteer.resolve("ແຂວງຫົວພັນ").place.id == "bb-houaphanh"
    assert gazetteer.resolve("Hủa Phăn").place.id == "bb-houaphanh"


@pytest.mark.parametrize("text", ["", " , ,", "Atlantis", "🛂", "a" * 5000])
def test_what_nobody_recorded_is_unknown(gazetteer, text):
    assert gazetteer.resolve(text).state == "unknown"


@pytest.mark.parametrize(
    ("text", "marker", "offset", "either"),
    [
        ("mốc 578", "578", 0, False),
        ("Mốc số 578 + 150 m", "578", 150, False),
        ("cột mốc 605(2) - 1,2 km", "605(2)", -1200, False),
        ("marker 12/3 ± 40m", "12/3", 40, True),
        ("ຫຼັກໝາຍ ໕໗໘", "578", 0, False),
        ("ຫຼັກໝາຍຊາຍແດນ 578 \N{MINUS SIGN} 200 ແມັດ", "578", -200, False),
        ("mốc 578 + 1.200 m", "578", 1200, False),
    ],
)
def test_a_marker_and_metres_are_a_location(text, marker, offset, either):
    assert parse_marker(text) == MarkerLocation(marker, offset, either)


@pytest.mark.parametrize(
    "text",
    [
        "578",
        "mốc",
        "mốc 578 + 90 km",
        "km 578",
        "mốc năm 1977 là mốc",
        "house 578",
        "mốc 57812",
        "mốc 578 + m",
    ],
)
def test_what_is_no_marker_is_none(text):
    assert parse_marker(text) is None


def test_a_marker_that_is_not_in_the_gazetteer_is_still_a_location(gazetteer):
    found = gazetteer.resolve("mốc 578", BEFORE)
    assert (found.state, found.place, found.location.marker) == ("one", None, "578")
    assert "not in this gazetteer" in found.notes[0]
    known = gazetteer.resolve("mốc 605 + 30m", BEFORE)
    assert (known.place.id, known.location.offset_m) == ("aa-marker-605", 30)


def test_a_ring_of_containers_ends():
    ring = Gazetteer([place("a", "district", "A", within=("b",)), place("b", "district", "B", within=("a",))])
    assert {one.id for one in ring.containers(ring.places["a"], None)} == {"a", "b"}


def test_folding():
    assert fold("Đắk  Ốc (La Dêê)") == "dak oc la dee"
    assert fold("ດ່ານ") == fold("ດານ")
    assert roman_key("Dansavanh") == roman_key("Den Savanh") == roman_key("Densavan")
    assert numbers("Kế hoạch 2021\N{EN DASH}2025") == ("2021", "2025")


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2025-02", date(2025, 2, 1), date(2025, 2, 28)),
        ("2025-12?", date(2025, 12, 1), date(2025, 12, 31)),
        ("202X", date(2020, 1, 1), date(2029, 12, 31)),
        ("2026/2030", date(2026, 1, 1), date(2030, 12, 31)),
        ("2025-07-01/..", date(2025, 7, 1), None),
        ("../2025-06-30", None, date(2025, 6, 30)),
        ("2025-XX-05", date(2025, 1, 5), date(2025, 12, 5)),
        ("nonsense", None, None),
        (None, None, None),
    ],
)
def test_bounds_of_a_date(text, first, last):
    assert bounds(text) == Bounds(first, last)


DAYS = st.one_of(st.none(), st.dates(date(1900, 1, 1), date(2100, 1, 1)))


@settings(max_examples=100, deadline=None)
@given(DAYS, DAYS, DAYS, DAYS)
def test_overlap_is_symmetric_and_distance_zero_means_overlap(a, b, c, d):
    one, other = Bounds(a, b), Bounds(c, d)
    assert one.overlaps(other) == other.overlaps(one)
    assert (one.days_to(other) == 0) == one.overlaps(other) or one.days_to(other) > 0


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_any_text_is_answered_and_folding_is_stable(text):
    assert fold(fold(text)) == fold(text)
    assert Gazetteer([]).resolve(text).state in ("unknown", "one")
