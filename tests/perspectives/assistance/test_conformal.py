"""Prediction sets: they hold the truth as often as they promise, and abstain at both ends."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.assistance.conformal import predict, scores_of_truth, threshold
from comity.perspectives.assistance.errors import AssistanceInputError


def drawn(rng, n, certainty):
    """Scores of a model that is right about as often as it is certain, and true labels."""
    p = rng.beta(certainty, 1, n)
    truth = (rng.random(n) < p * 0.9).astype(int)
    return np.stack([1 - p, p], axis=1), truth


@pytest.mark.parametrize("alpha", [0.05, 0.1, 0.2])
@pytest.mark.parametrize("n", [25, 60])
def test_sets_hold_the_truth_as_often_as_promised(alpha, n):
    rng = np.random.default_rng(7)
    held = []
    for _ in range(400):
        scores = scores_of_truth(*drawn(rng, n, 2.0))
        new, truth = drawn(rng, 20, 2.0)
        limit = threshold(scores, alpha)
        held.append((scores_of_truth(new, truth) <= limit).mean())
    # Over calibration draws the coverage is at least 1 - alpha, and at most 1 / (n + 1) more.
    assert 1 - alpha - 0.015 <= np.mean(held) <= 1 - alpha + 1 / (n + 1) + 0.015


def test_pairs_of_one_claim_would_not_do():
    # Twenty pairs of one claim share its difficulty: calibrated on pairs, sets miss more than they promise.
    rng = np.random.default_rng(3)

    def claims(n, pairs):
        hard = rng.random(n) < 0.3
        return np.clip(np.where(hard, 0.85, 0.2)[:, None] + rng.normal(0, 0.05, (n, pairs)), 0, 1)

    by_pair, by_claim = [], []
    for _ in range(600):
        few = claims(4, 20)
        new = claims(1, 1)[0, 0]
        by_pair.append(new <= threshold(few.ravel(), 0.1))
        many = claims(20, 20)
        by_claim.append(new <= threshold(many[np.arange(20), rng.integers(0, 20, 20)], 0.1))
    assert np.mean(by_claim) >= 0.88 > np.mean(by_pair)


@given(st.lists(st.floats(0, 1), max_size=60), st.floats(0.001, 0.999))
def test_the_threshold_is_one_of_the_scores_or_excludes_nothing(scores, alpha):
    limit = threshold(scores, alpha)
    assert limit == math.inf or limit in scores
    if limit != math.inf:
        assert sum(score <= limit for score in scores) >= (len(scores) + 1) * (1 - alpha) - 1e-6


def test_the_rank_is_not_rounded_past_a_whole_number():
    assert threshold([n / 100 for n in range(1, 20)], 0.05) == 0.19  # 20 · 0.95 is the 19th of 19


def test_it_abstains_where_more_than_one_label_fits_and_where_none_does():
    (torn,) = predict(np.array([[0.5, 0.5]]), [0.1, 0.6, 0.7], 0.25)
    assert torn.labels == ("undermines", "supports")
    assert (torn.answer, torn.abstained) == (None, "more than one label fits")
    (strange,) = predict(np.array([[0.5, 0.5]]), [0.01] * 9, 0.1)
    assert (strange.labels, strange.answer, strange.abstained) == ((), None, "no label fits")
    (clear,) = predict(np.array([[0.02, 0.98]]), [0.1] * 9, 0.1)
    assert (clear.answer, clear.abstained) == ("supports", "")


def test_with_too_few_calibration_scores_everything_fits():
    (one,) = predict(np.array([[0.0, 1.0]]), [0.1] * 8, 0.1)
    assert one.abstained == "more than one label fits"
    assert predict(np.zeros((0, 2)), [], 0.1) == []


@pytest.mark.parametrize("alpha", [0, 1, -0.1, 1.5, math.nan])
def test_a_level_that_is_none_is_refused(alpha):
    with pytest.raises(AssistanceInputError):
        threshold([0.1], alpha)
