"""Excalibur files: the studies there are, and what damaged ones say."""

from __future__ import annotations

import json
from contextlib import suppress

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from typer.testing import CliRunner

from comity.assessment.classical import excalibur, panel
from comity.assessment.classical.excalibur_write import write
from comity.assessment.classical.study import StudyError
from comity.assessment.commands import app
from comity.record.errors import ComityError
from tests.assessment.classical.studies import DTT, RLS, made

STUDIES = {
    "Arkansas": (4, 30, 10),
    "CoveringKids": (5, 22, 10),
    "EffusiveErupt": (14, 18, 8),
    "Erie_Carps": (11, 79, 15),
    "Florida": (7, 30, 10),
    "Goodheart": (6, 32, 10),
    "IceSheet2012": (10, 90, 11),
    "Nebraska": (4, 30, 10),
    "San_Diego": (8, 45, 10),
}


def read(dtt=DTT, rls=RLS):
    return excalibur.read(dtt.encode("cp1252"), rls.encode("cp1252"))


def test_a_small_study():
    study = read()
    assert study.experts == ("Ana", "Bee")
    assert study.items == ("Height", "Depth")
    assert study.scales == ("uni", "log")
    assert study.levels == (0.05, 0.5, 0.95)
    assert study.answers[1, 1].tolist() == [2, 20, 200]
    assert study.realisations[0] == 2.2
    assert np.isnan(study.realisations[1])
    assert study.questions[0] == "How high?"


def test_lower_case_scales_shifted_columns_tabs_carriage_returns_and_the_old_end_of_file():
    lines = DTT.replace("UNI", "uni").splitlines()
    lines[2] = lines[2].replace("Ana    2", "Ana   2")
    lines[3] = lines[3].replace("    2      Bee    1", "2\tBee\t1\t")
    study = read("\r\n".join(lines) + "\r\n\x1a", RLS.replace("\n", "\r\n"))
    assert (study.answers == read().answers).all()


def test_letters_of_the_western_code_page():
    study = read(DTT.replace("Ana", "Zoé"), RLS.replace("How", "Où"))
    assert study.experts[0] == "Zoé"
    assert study.questions[0] == "Où high?"


def test_a_missing_part_makes_the_answer_missing():
    study = read(DTT.replace("2.50000E+0000", "-9.9950E+0002"))
    assert np.isnan(study.answers[1, 0]).all()


def test_realisations_belong_to_the_item_of_their_name():
    study = read(rls=RLS.replace("    1  ", "    7  "))
    assert study.realisations[0] == 2.2


def test_a_realisation_of_no_item_is_told():
    notes = read(rls=RLS + "    3          Width  1.00000E+0000 UNI\n").notes
    assert notes == ("line 3 of the realisations: nobody answered an item 'Width'",)


def test_equal_quantiles_load_and_are_told():
    study = read(DTT.replace("2.00000E+0000  3.00000E+0000", "3.00000E+0000  3.00000E+0000"))
    assert panel.judge(study).notes == ("Ana, item Height: equal quantiles, pulled apart",)


@pytest.mark.parametrize(
    ("find", "put", "says"),
    [
        ("QU=   5  50  95", "", "names no quantiles"),
        ("NQ=   3", "NQ=   5", "says 5 quantiles"),
        ("  50  95", "  50  5.0.5", "first line"),
        ("3.00000E+0000      How high?", "", "line 2 of the answers is damaged"),
        ("2.50000E+0000", "2,50000E+0000", "line 4 of the answers is damaged"),
        ("2.50000E+0000", "nan", "line 4 of the answers is damaged"),
        ("2.50000E+0000", "9.50000E+0000", "Bee, item Height: the quantiles cross"),
        ("2.00000E+0000  2.0", "-2.00000E+0000  2.0", "Bee, item Depth: -2 on the logarithmic scale"),
        (
            "    2      Bee    1         Height",
            "    1      Ana    1         Height",
            "line 4: Ana answers item",
        ),
        ("    2      Bee    1", "    x      Bee    1", "line 4 of the answers has no numbers"),
        (
            "Bee    1         Height UNI",
            "Bee    1         Height LOG",
            "line 4: item Height is on another scale",
        ),
        ("Height UNI", "Height XXX", "names no scale"),
    ],
)
def test_a_damaged_file_says_where(find, put, says):
    assert find in DTT
    with pytest.raises(StudyError, match=says):
        read(DTT.replace(find, put))


@pytest.mark.parametrize(
    ("rls", "says"),
    [
        (RLS.replace("2.20000E+0000", "two"), "line 1 of the realisations is damaged"),
        (RLS + RLS.splitlines()[0], "Height as in line 1"),
        (RLS.replace("Height", "H").replace("Depth", "D"), "not of one study"),
        (RLS[:30], "no line names a scale"),
    ],
)
def test_damaged_realisations_say_where(rls, says):
    with pytest.raises(StudyError, match=says):
        read(rls=rls)


def test_no_realisations_make_a_study_of_targets():
    assert not read(rls="").seeds.any()


def test_an_oversized_table_is_refused_before_it_is_made():
    lines = [f"{n:5d} {n:>8d} {n:4d} {n:>14d} UNI  1.0  2.0  3.0" for n in range(1, 1200)]
    with pytest.raises(StudyError, match="too many"):
        read(DTT.splitlines()[0] + "\n" + "\n".join(lines))


def test_a_line_of_a_million_spaces_is_refused_at_once():
    with pytest.raises(StudyError, match="line 6 of the answers names no scale"):
        read(DTT + "    3      Cee    1" + " 1" * 500_000 + " UNI 1 2 3\n")
    with pytest.raises(StudyError, match="damaged"):
        read(rls=RLS + "x" + " 1" * 500_000 + " UNI\n")


def test_tabs_after_the_scale_and_names_with_spaces():
    study = read(
        DTT.replace("Height UNI  ", "He  ht UNI \t").replace("E+0000  ", "E+0000\t"),
        RLS.replace("Height", "He ht"),
    )
    assert (study.answers == read().answers).all()
    assert study.realisations[0] == 2.2


@pytest.mark.parametrize("junk", [b"", b"\0" * 4096, bytes(range(256)) * 64, b"\xff\xfe* CLASS QU= 5 50 95"])
def test_what_is_no_study_is_refused_on_the_command_line(tmp_path, junk):
    for name in ("a.dtt", "a.rls"):
        (tmp_path / name).write_bytes(junk)
    done = CliRunner().invoke(app, ["classical", str(tmp_path / "a.dtt"), str(tmp_path / "a.rls")])
    assert isinstance(done.exception, StudyError)
    done = CliRunner().invoke(app, ["classical", str(tmp_path / "a.dtt"), str(tmp_path / "none.rls")])
    assert isinstance(done.exception, StudyError)


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_a_torn_or_scrambled_file_is_read_or_refused_and_never_crashes(data):
    whole = bytearray(DTT.encode())
    for _ in range(data.draw(st.integers(0, 4))):
        whole[data.draw(st.integers(0, len(whole) - 1))] = data.draw(st.integers(0, 255))
    torn = bytes(whole[: data.draw(st.integers(0, len(whole)))])
    with suppress(ComityError):
        panel.judge(excalibur.read(torn, RLS.encode()))


@settings(max_examples=10, deadline=None)
@given(st.integers(0, 1000))
def test_what_is_written_is_read_again(seed):
    study = made(seed, logs=1)
    again = excalibur.read(*write(study))
    assert again.experts == study.experts
    assert again.answers == pytest.approx(study.answers, rel=1e-9)
    assert again.realisations == pytest.approx(study.realisations, rel=1e-9, nan_ok=True)


def test_a_number_that_stands_for_none_is_not_written():
    study = made(1)
    study.answers[0, 0] = [-999, 1, 2]
    with pytest.raises(StudyError, match="stand for none"):
        write(study)


@pytest.mark.shared
@pytest.mark.parametrize("name", STUDIES)
def test_the_published_studies_through_the_command_line(shared, name):
    base = shared / "data" / "elicitation" / name
    done = CliRunner().invoke(app, ["classical", f"{base}.dtt", f"{base}.rls", "--json"])
    assert done.exit_code == 0, done.output
    told = json.loads(done.stdout)
    experts, items, seeds = STUDIES[name]
    study = excalibur.read(base.with_suffix(".dtt").read_bytes(), base.with_suffix(".rls").read_bytes())
    assert study.answers.shape[:2] == (experts, items)
    assert study.seeds.sum() == seeds
    assert list(told) == ["experts", "decision_makers", "recommended", "why"]
    assert all(0 <= expert["calibration"] <= 1 for expert in told["experts"])
    weighted = seeds >= panel.LEAST_SEEDS
    assert (told["decision_makers"]["global"] is not None) == weighted
    assert set(told["decision_makers"]["equal"]) == {"calibration", "information_seeds", "alpha"}


@pytest.mark.shared
def test_a_published_study_in_sums(shared):
    """Florida, to ten digits: the figures that a program of the field gives for it too."""
    base = shared / "data" / "elicitation" / "Florida"
    done = CliRunner().invoke(app, ["classical", f"{base}.dtt", f"{base}.rls", "--json", "--leave-out", "1"])
    told = json.loads(done.stdout)
    assert told["decision_makers"]["global_optimised"] == {
        "calibration": pytest.approx(0.7561706337),
        "information_seeds": pytest.approx(1.1331126665),
        "alpha": pytest.approx(0.06586160214),
    }
    assert told["recommended"] == "equal"
    assert len(told["leave_out"]["experts"]["rows"]) == 8
