"""Sources that disagree: both values and a distance; what a row says wrongly is named and not mended."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.assessment.entries.initiatives import Observation
from comity.assessment.initiatives import conflicts, finance, names, power, sources
from comity.assessment.initiatives.errors import DataFileError, DataFolderError
from comity.assessment.initiatives.geometry import Outline, kilometres, outlines, swapped_inside
from comity.assessment.initiatives.observations import Sighting, number
from comity.cli import app

SQUARE = Outline([[[(100.0, 10.0), (110.0, 10.0), (110.0, 20.0), (100.0, 20.0)]]])
AREAS = {"LA": SQUARE}


def seen(name="Nam X", *, lat="15.0", lon="105.0", mw="100", source="A", row=2, code="LAO"):
    place = [None if text is None else Decimal(text) for text in (lat, lon)]
    capacity = None if mw is None else Decimal(mw)
    return Sighting(
        name, "", code, "row", "Hydro", capacity, place[0], place[1], source, f"{source}.csv", row
    )


def comity(*args):
    return CliRunner().invoke(app, ["assess", *map(str, args)])


def test_two_places_give_a_distance_and_both_values():
    one, other = seen(), seen("Nam X Hydropower Project Laos", lat="16.0", source="B")
    (found,) = conflicts.compare([one, other], AREAS).conflicts
    assert found.what == "place"
    assert found.km == pytest.approx(111.195, abs=0.001)
    assert {found.one.lat, found.other.lat} == {Decimal("15.0"), Decimal("16.0")}
    assert conflicts.compare([one, replace(other, lat=Decimal("15.01"))], AREAS).conflicts == ()


def test_exchanged_coordinates_are_named_and_never_measured_as_written():
    good, bad = seen(), seen(lat="105.0", lon="15.0", source="B")
    found = conflicts.compare([good, bad], AREAS)
    (pair,) = found.conflicts
    assert (pair.km, pair.km_if_swapped) == (None, 0.0)
    assert [one.code for one in found.findings] == ["swapped"]
    # Both can be coordinates, and only one way round lies in the country.
    area = {"LA": Outline([[[(10.0, 60.0), (20.0, 60.0), (20.0, 70.0), (10.0, 70.0)]]])}
    found = conflicts.compare([seen(lat="65", lon="15"), seen(lat="15", lon="65", source="B")], area)
    assert [one.code for one in found.findings] == ["swapped"]
    assert (found.conflicts[0].km > 5000, found.conflicts[0].km_if_swapped) == (True, 0.0)


@pytest.mark.parametrize(
    ("lat", "lon", "code"),
    [
        ("95.0", "200.0", "impossible"),
        ("25.0", "105.0", "out-of-country"),
        ("15.0", None, "half-a-place"),
    ],
)
def test_what_a_row_says_wrongly(lat, lon, code):
    (found,) = conflicts.compare([seen(lat=lat, lon=lon)], AREAS).findings
    assert found.code == code
    if code == "out-of-country":
        assert found.detail["km"] == pytest.approx(556, abs=1)


def test_a_border_is_not_finer_than_its_outline():
    assert conflicts.compare([seen(lat="20.02")], AREAS).findings == ()
    assert conflicts.compare([seen(lat="25.0")]).findings == ()  # without outlines nothing is said


def test_coordinates_of_another_plant_are_named_but_phases_may_share():
    found = conflicts.compare([seen("Nam X"), seen("Nam Y", source="B")], AREAS)
    assert [one.code for one in found.findings] == ["coordinates-of-another"] * 2
    assert conflicts.compare([seen("Xeset 1"), seen("Xeset 2")], AREAS).findings == ()


@pytest.mark.parametrize(
    ("one", "other", "jump"),
    [
        ("100", "100000", "MW and kW"),
        ("0.1", "100000", "MW and W"),
        ("280", "500", ""),
        ("1.5", "1510", "MW and kW"),
    ],
)
def test_capacities_give_a_ratio_and_the_units_that_look_mixed(one, other, jump):
    (found,) = conflicts.compare([seen(mw=one), seen(mw=other, source="B")], AREAS).conflicts
    assert (found.what, found.unit_jump) == ("capacity", jump)
    assert found.ratio == Decimal(other) / Decimal(one)


def test_nothing_is_made_of_what_is_missing_or_zero():
    rows = [seen(lat=None, lon=None, mw=None), seen(mw="0"), seen(mw="-5"), seen("Hydropower Project")]
    assert conflicts.compare(rows, AREAS).conflicts == ()
    assert conflicts.compare([], AREAS).rows == 0
    assert [number(text) for text in ("1,070.0", " 5 ", "NaN", "inf", "", "x")] == [
        Decimal("1070.0"),
        Decimal(5),
        None,
        None,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("Nam Ngum 2", "Nam Ngum-2 Hydroelectric Power Project Laos", True),
        ("Nam Ngum 1", "Nam Ngum 2", False),
        ("Xeset 1", "Xeset  (Se Xet) I Hydroelectric Power Plant Laos", True),
        ("Xeset 2", "Xeset II Hydropower Project", True),
        ("Nam Sim", "Nam Sim Hydropower Project  Huapanh Province  Lao PDR", True),
        ("Xe Namnoy 2 - Xe Katam !", "Xe Namnoy 2 - Xe Katam 1 Hydropower Project", True),
        ("Theun Hinboun", "Theun-Hinboun Hydroelectric Power Project Laos", True),
        ("Nam Nga", "Nam Nga 2 Hydropower Project", False),
    ],
)
def test_names_that_may_mean_one_thing(one, other, same):
    assert (names.key(one, "LAO") == names.key(other, "LAO")) is same


def test_a_like_name_with_another_number_is_only_perhaps_one():
    found = conflicts.compare([seen("Nam Nga", lat="15.1"), seen("Nam Nga 2", source="B")], AREAS)
    assert [one.what for one in found.conflicts] == ["perhaps one"]
    assert conflicts.compare([seen("Nam Nga", mw="1"), seen("Nam Nga 2", source="B")], AREAS).conflicts == ()


POINTS = st.tuples(st.floats(-89, 89), st.floats(-179, 179))


@settings(max_examples=60, deadline=None)
@given(POINTS, POINTS, POINTS)
def test_distances_are_distances(one, two, three):
    assert kilometres(*one, *one) == 0
    assert kilometres(*one, *two) == pytest.approx(kilometres(*two, *one), abs=1e-6)
    assert kilometres(*one, *three) <= kilometres(*one, *two) + kilometres(*two, *three) + 1e-6
    assert kilometres(*one, *two) <= 20015.2


def test_outlines_with_holes_and_beside():
    holed = Outline(
        [[[(0.0, 0.0), (9.0, 0.0), (9.0, 9.0), (0.0, 9.0)], [(3.0, 3.0), (6.0, 3.0), (6.0, 6.0), (3.0, 6.0)]]]
    )
    assert holed.holds(1.0, 1.0)
    assert not holed.holds(4.0, 4.0)
    assert holed.off_by(1.0, 1.0) == 0
    assert holed.off_by(0.5, 10.0) == pytest.approx(111.19, abs=0.1)
    assert swapped_inside(None, 106.0, 15.0)
    assert not swapped_inside(holed, 1.0, 1.0)


GEODB = "country,name,gppd_idnr,capacity_mw,latitude,longitude,primary_fuel,commissioning_year,owner,estimated_generation_gwh\n"


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (GEODB.encode() + b"LAO,\xff\xfe", "not UTF-8"),
        (GEODB.encode() + b"LAO,Nam X,1,2", "other cells"),
        (GEODB.encode() + b"LAO,Nam X,1,2,3,4,5,6,7,8,9,10", "other cells"),
        (GEODB.encode() + b'LAO,"' + b"x" * 1_100_000 + b'"', "field larger"),
    ],
)
def test_broken_files_are_refused_with_their_place(tmp_path, data, said):
    (tmp_path / "broken.csv").write_bytes(data)
    with pytest.raises(DataFileError, match=said) as error:
        sources.load(tmp_path)
    assert "broken.csv" in str(error.value)


def test_folders_without_data_and_bad_outlines_are_refused(tmp_path):
    (tmp_path / "other.csv").write_text("a,b\n1,2\n")
    for folder in (tmp_path, tmp_path / "absent"):
        with pytest.raises(DataFolderError):
            sources.load(folder)
    bad = tmp_path / "x.geojson"
    bad.write_text('{"features": [{"geometry": null}]}')
    with pytest.raises(DataFileError):
        outlines(bad)
    assert comity("conflicts", "--data", tmp_path).exit_code == 1
    assert comity("conflicts", "--data", tmp_path, "--country", "ATL").exit_code == 1


def test_lines_are_counted_as_an_editor_counts_them(tmp_path):
    row = 'LAO,"Nam\nX",1,100,15.0,105.0,Hydro,,,\n'
    (tmp_path / "a.csv").write_bytes(("\ufeff" + GEODB + row + row).encode())
    (file,) = sources.load(tmp_path)
    assert [line for line, _ in file.rows] == [2, 4]
    said = power.observations([file])
    assert {one.row for one in said} == {2, 4}
    for one in said:
        Observation.model_validate(one.as_fields())
    assert said[0].subject == "Nam X"


def test_prices_of_different_bases_are_named(tmp_path):
    head = "project_id,title,recipient_iso3,amount,currency,usd_defl_2014,usd_current"
    (tmp_path / "p.csv").write_text(f"{head}\n7,School,LAO,100,USD,200,100\n8,Road,LAO, ,, ,\n")
    head = "id,shapeID,shapeGroup,shapeName,intersection_ratio,even_split_ratio,intersection_ratio_commitment_value"
    head += ",even_split_ratio_commitment_value,centroid_longitude,centroid_latitude"
    rows = "7,a,LAO,A,.5,.27,150,81,1,2\n7,b,LAO,B,.5,.37,150,111,1,2\n"
    (tmp_path / "q_adm1.csv").write_text(f"{head}\n{rows}")
    files = sources.load(tmp_path)
    (found,) = finance.price_bases(files)
    assert [(one.unit, one.value, one.rows) for one in found.amounts] == [
        ("USD nominal", 100, (2,)),
        ("USD constant 2014", 200, (2,)),
        ("USD constant 2021", 300, (2, 3)),
    ]
    assert found.ratio == 3
    (left,) = finance.remainders(files)
    assert left.total == Decimal("0.64")
    assert {one.unit for one in finance.observations(files)} >= {"USD nominal", "USD constant 2014", "share"}


@pytest.mark.shared
def test_the_public_files_on_one_country(shared):
    result = comity("conflicts", "--data", shared / "data", "--country", "LAO", "--json")
    assert result.exit_code == 0, result.output
    found = json.loads(result.stdout)
    places = {one["subject"]: one for one in found["conflicts"] if one["what"] == "place"}
    assert places["Nam Theun 2 Hydroelectric Power Project Laos"]["km"] == pytest.approx(217.4, abs=0.1)
    assert places["Nam Ngum 1 Hydroelectric Project Laos"]["km"] == pytest.approx(521.1, abs=0.1)
    swapped = {one["subject"] for one in found["findings"] if one["code"] == "swapped"}
    assert swapped == {"Xenamnoy 1 Hydropower Project", "Xenamnoy-6 Hydropower project"}
    (theun,) = [one for one in found["conflicts"] if one["what"] == "capacity" and "Theun" in one["subject"]]
    assert {one["capacity_mw"] for one in theun["values"]} == {"500.0", "280.0"}
    assert all(len(one["values"]) == 2 for one in found["conflicts"])
    assert {part["unit"] for part in found["prices"][0]["values"]} == {
        "USD nominal",
        "USD constant 2014",
        "USD constant 2021",
    }
    text = comity("conflicts", "--data", shared / "data" / "power_water").stdout
    assert "swapped: Chi Khe" in text


@pytest.mark.shared
def test_every_value_of_the_public_files_is_an_observation_with_its_line(shared):
    lines = comity(
        "observations", "--data", shared / "data", "--country", "LAO", "--drafts"
    ).stdout.splitlines()
    drafts = [json.loads(line) for line in lines]
    assert len(drafts) == 4334
    for draft in drafts[::400]:
        fields = Observation.model_validate(draft["fields"])
        (path,) = (shared / "data").rglob(fields.file)
        assert path.read_text("utf-8-sig").splitlines()[fields.row - 1]
