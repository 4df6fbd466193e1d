"""Scores against figures worked by hand."""

from __future__ import annotations

from math import log

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assessment.classical import scores
from comity.assessment.classical.scale import scaled
from comity.assessment.classical.study import Study, StudyError
from tests.assessment.classical.studies import LEVELS, made

MASSES = np.diff([0, *LEVELS, 1])


def test_calibration_of_one_expert_worked_by_hand():
    # One realisation below, one above, four in each middle interval: 20 (0.2 ln 2 + 0.8 ln(0.4 / 0.45)) = 0.888.
    assert scores.calibration(np.array([1, 4, 4, 1]), MASSES, 10) == pytest.approx(0.8283081717)


def test_hits_as_stated_give_exactly_one():
    assert scores.calibration(np.array([1, 9, 9, 1]), MASSES, 20) == 1.0


def test_all_outside_gives_next_to_nothing_and_no_seed_gives_nothing():
    assert scores.calibration(np.array([10, 0, 0, 0]), MASSES, 10) < 1e-10
    assert np.isnan(scores.calibration(np.array([0, 0, 0, 0]), MASSES, 10))
    assert np.isnan(scores.calibration(np.array([1, 0, 0, 0]), MASSES, 0))


@given(st.lists(st.integers(0, 60), min_size=4, max_size=4), st.integers(1, 100))
def test_calibration_lies_between_0_and_1(counts, power):
    found = float(scores.calibration(np.array(counts), MASSES, power))
    assert np.isnan(found) if not sum(counts) else 0 <= found <= 1


def test_a_realisation_on_a_quantile_belongs_to_the_interval_below():
    quantiles = np.array([[[1.0, 2.0, 3.0]] * 4])
    assert scores.hits(quantiles, np.array([1.0, 2.0, 3.0, 3.5])).tolist() == [[0, 1, 2, 3]]


def test_information_worked_by_hand():
    study = Study(("A",), ("x",), ("uni",), LEVELS, np.array([[[1.0, 2.0, 3.0]]]), np.array([2.0]))
    put = scaled(study)
    ends = put.ends(np.ones((1, 1), bool))
    assert ends[0, 0] == pytest.approx([0.8, 3.2])
    expected = log(2.4) + 2 * 0.05 * log(0.05 / 0.2) + 2 * 0.45 * log(0.45)
    assert scores.information(put.quantiles, ends, put.masses)[0, 0] == pytest.approx(expected)


def test_log_items_are_judged_on_logarithms():
    study = Study(("A",), ("x",), ("log",), LEVELS, np.exp([[[1.0, 2.0, 3.0]]]), np.exp([2.0]))
    assert scaled(study).quantiles[0, 0] == pytest.approx([1, 2, 3])


def test_digits_beyond_the_tenth_are_not_told_apart():
    assert scores.canonical(np.array([0.1 + 1e-13])) == scores.canonical(np.array([0.1]))
    assert scores.canonical(np.array([0.0, 5e-324])).tolist()[0] == 0.0


@pytest.mark.parametrize(
    ("answer", "scale", "says"),
    [
        ([3, 2, 1], "uni", "cross"),
        ([1, np.nan, 3], "uni", "missing"),
        ([0, 1, 2], "log", "logarithmic"),
        ([1, 2, np.inf], "uni", "no number"),
    ],
)
def test_what_is_no_answer_is_refused_with_expert_and_item(answer, scale, says):
    with pytest.raises(StudyError, match=f"Ana, item x: .*{says}"):
        Study(("Ana",), ("x",), (scale,), LEVELS, np.array([[answer]], float), np.array([1.0]))


def test_levels_that_do_not_rise_are_refused():
    with pytest.raises(StudyError, match="do not rise"):
        Study(("A",), ("x",), ("uni",), (0.5, 0.05, 0.95), np.array([[[1.0, 2, 3]]]), np.array([1.0]))


def test_equal_quantiles_are_pulled_apart_by_less_than_the_narrowest_interval_and_told():
    answers = np.array([[[1.0, 1.0, 1.0]], [[0.0, 0.5, 4.0]]])
    put = scaled(Study(("A", "B"), ("x",), ("uni",), LEVELS, answers, np.array([1.0])))
    gaps = np.diff(put.quantiles[0, 0])
    assert (gaps > 0).all()
    assert gaps.max() <= 0.5
    assert put.quantiles[0, 0, 1] == 1.0
    assert put.hits[0, 0] == 0  # counted on what was stated: nothing lies below 1
    assert put.notes == ("A, item x: equal quantiles, pulled apart",)


def test_an_item_on_which_everything_is_one_value_scores_nobody():
    answers = np.array([[[1.0, 1.0, 1.0]], [[1.0, 1.0, 1.0]]])
    put = scaled(Study(("A", "B"), ("x",), ("uni",), LEVELS, answers, np.array([1.0])))
    assert not put.answered.any()
    assert "nobody is scored" in put.notes[0]


def test_made_studies_have_rising_answers():
    assert (np.diff(made(logs=2).answers, axis=2) > 0).all()
