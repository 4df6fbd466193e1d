"""What an answer must be: each refusal by its own reason, and whatever is taken can be computed with."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from comity.assessment.entries.sessions import Question
from comity.assessment.sessions.checks import checked
from comity.assessment.sessions.errors import ANSWERS, AnswerRefusedError
from comity.assessment.sessions.lines import distributions
from tests.assessment.sessions.world import event, kinds_of, quantity

FLOW = Question.model_validate(quantity("flow"))
LOG = Question.model_validate(quantity("cost", scale="log", low="0.001"))
EVENT = Question.model_validate(event("delay"))
SEASON = Question.model_validate(kinds_of("season"))

REFUSED = [
    (FLOW, ["100", "90", "300"], "crossed", "the 50 % value 90 is below the 5 % value 100"),
    (FLOW, ["100", "100", "300"], "zero-width", "the 5 % value and the 50 % value are both 100"),
    (FLOW, ["1.00", "1", "2"], "zero-width", "no width"),
    (FLOW, ["1", "1.00000000000000000001", "2"], "zero-width", "no width"),
    (LOG, ["0.5", "0.50000000000000001", "2"], "zero-width", "no width"),
    (FLOW, ["0", "10", "20"], "outside-domain", "must lie above 0 and below 1000 m3/s"),
    (FLOW, ["-3", "10", "20"], "outside-domain", "the 5 % value -3"),
    (FLOW, ["10", "20", "1000"], "outside-domain", "the 95 % value 1000"),
    (FLOW, ["10", "20", "999.99999999999999999999"], "outside-domain", "below 1000"),
    (FLOW, ["NaN", "10", "20"], "not-a-number", "only finite numbers"),
    (FLOW, ["10", "20", "inf"], "not-a-number", "only finite numbers"),
    (FLOW, ["10", "20", "-Infinity"], "not-a-number", "only finite numbers"),
    (FLOW, ["10", "", "20"], "not-a-number", "the 50 % value is missing"),
    (FLOW, ["10", "about 15", "20"], "not-a-number", "no number"),
    (FLOW, ["10", "15,5", "20"], "not-a-number", "full stop"),
    (FLOW, ["10", "1e400", "20"], "not-a-number", "digits"),
    (FLOW, ["1e-900", "15", "20"], "not-a-number", "digits"),
    (FLOW, ["10", "20"], "wrong-count", "2 values are given"),
    (FLOW, [], "wrong-count", "0 values"),
    (EVENT, ["0"], "certain", "0 and 1 leave no room"),
    (EVENT, ["1.000"], "certain", "0 and 1 leave no room"),
    (EVENT, ["0.99999999999999999999"], "certain", "0 and 1"),
    (EVENT, ["1.2"], "outside-domain", "between 0 and 1"),
    (EVENT, ["70"], "outside-domain", "between 0 and 1"),
    (SEASON, ["0.3", "0.3", "0.3"], "not-one", "sum to 0.9, not to 1: 0.1 missing"),
    (SEASON, ["0.5", "0.3", "0.3"], "not-one", "0.1 too much"),
    (SEASON, ["0", "0.5", "0.5"], "certain", "'dry'"),
]


@pytest.mark.parametrize(("question", "values", "reason", "said"), REFUSED)
def test_an_answer_is_refused_for_its_own_reason(question, values, reason, said):
    with pytest.raises(AnswerRefusedError) as refused:
        checked(question, values)
    assert refused.value.reason == reason
    assert said in str(refused.value)
    assert reason in ANSWERS


def test_what_was_typed_is_recorded_as_it_was_meant():
    assert checked(FLOW, [" 1e1 ", "20.50", "+30"]) == ["10", "20.50", "30"]
    assert checked(EVENT, ["0.05"]) == ["0.05"]
    assert checked(SEASON, ["0.333", "0.333", "0.334"]) == ["0.333", "0.333", "0.334"]


@given(
    st.lists(st.text(max_size=12) | st.floats().map(repr), max_size=5),
    st.sampled_from([FLOW, LOG, EVENT, SEASON]),
)
def test_whatever_is_taken_is_a_distribution_and_the_rest_has_a_reason(values, question):
    try:
        taken = checked(question, values)
    except AnswerRefusedError:
        return
    masses = distributions(question, [taken])
    assert (masses >= 0).all()
    assert np.allclose(masses.sum(axis=1), 1)


@given(st.lists(st.decimals("0.0011", "999", places=4), min_size=3, max_size=3, unique=True))
def test_every_rising_answer_inside_the_domain_is_taken(values):
    given_ = [f"{value:f}" for value in sorted(values)]
    for question in (FLOW, LOG):
        masses = distributions(question, [checked(question, given_)])
        assert masses.shape == (1, 64)
        assert masses.sum() == pytest.approx(1)


BAD = [
    (quantity("x", low="9", high="9"), "domain"),
    (quantity("x", scale="log", low="0"), "logarithmic"),
    (quantity("x", levels=["0.5", "0.5"]), "do not rise"),
    (quantity("x", levels=["0", "0.5"]), "do not rise"),
    (quantity("x", tail_rule=None), "has unit"),
    (quantity("x", categories=kinds_of("y")["categories"]), "categories"),
    (event("x", unit="m"), "are for quantities"),
    (event("x", horizon=None), "horizon"),
    ({**kinds_of("x"), "categories": [{"slug": "a", "label": {"en": "a"}}] * 2}, "named twice"),
]


@pytest.mark.parametrize(("fields", "said"), BAD)
def test_a_question_that_cannot_be_answered_is_none(fields, said):
    with pytest.raises(ValidationError, match=said):
        Question.model_validate(fields)
