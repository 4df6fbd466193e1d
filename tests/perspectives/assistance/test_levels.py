"""The level by default: as many answers as are right with a margin, judged over claims, never over pairs."""

from __future__ import annotations

import numpy as np
import pytest

from comity.perspectives.assistance.levels import TARGET, choose


def made(seed, claims=60, pairs=12, spoilt=0):
    """Pairs whose model is right as often as it says; in `spoilt` claims it is certain, and wrong."""
    rng = np.random.default_rng(seed)
    claim = np.repeat(np.arange(claims), pairs)
    sure = rng.uniform(0.5, 1.0, len(claim))
    said = rng.integers(0, 2, len(claim))
    right = rng.uniform(size=len(claim)) < sure
    sure[claim < spoilt], right[claim < spoilt] = 0.999, False
    probabilities = np.stack(
        [np.where(said == 0, sure, 1 - sure), np.where(said == 1, sure, 1 - sure)], axis=1
    )
    labels = np.where(right, said, 1 - said)
    first = np.arange(0, len(claim), pairs)
    scores = sorted(1 - probabilities[first, labels[first]])
    return claim, probabilities, labels, scores


def test_the_level_keeps_its_target_on_other_pairs_nearly_always():
    kept = []
    for seed in range(40):
        found = choose(*made(seed), seed)
        if found is None:
            continue
        assert found.low >= TARGET
        assert found.accuracy >= found.low
        _, probabilities, labels, _ = made(seed + 1000, claims=2000)
        limit = np.sort(made(seed)[3])[int(np.ceil(61 * (1 - found.alpha) - 1e-9)) - 1]
        answered = (1 - probabilities <= limit).sum(axis=1) == 1
        kept.append((probabilities.argmax(axis=1) == labels)[answered].mean() >= TARGET)
    assert len(kept) > 20
    assert np.mean(kept) >= 0.85


def test_claims_that_go_wrong_together_cost_more_than_as_many_pairs():
    whole, spoilt = choose(*made(1), 1), choose(*made(1, spoilt=12), 1)
    assert whole is not None
    assert spoilt is None or spoilt.answered < whole.answered


@pytest.mark.parametrize("lean", [0.5, 1.0])
def test_a_model_that_guesses_or_is_certain_and_wrong_has_no_level(lean):
    count = 40
    probabilities = np.tile([1 - lean, lean], (count, 1))
    assert choose(list(range(count)), probabilities, [0, 1] * (count // 2), [lean] * count, 1) is None


def test_the_same_data_give_the_same_level():
    assert choose(*made(3), 7) == choose(*made(3), 7)
