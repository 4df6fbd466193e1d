"""Panels: against plain loops, worked by hand, and what must not matter."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.classical import excalibur, optimise, panel, robustness
from comity.assessment.classical.scale import scaled
from comity.assessment.classical.study import Study, StudyError
from comity.assessment.classical.weighing import Choices, weigh
from tests.assessment.classical.plain import Plain
from tests.assessment.classical.studies import LEVELS, made

FEW = settings(max_examples=15, deadline=None)


def same(one, other):
    for name, maker in one.decision_makers.items():
        twin = other.decision_makers[name]
        assert (maker is None) == (twin is None), name
        if maker is not None:
            assert maker.calibration == pytest.approx(twin.calibration, rel=1e-8), name
            assert maker.information_seeds == pytest.approx(twin.information_seeds, rel=1e-8), name
    assert one.recommended == other.recommended


def holes(study, seed):
    """Take away some answers."""
    rng = np.random.default_rng(seed)
    answers = study.answers.copy()
    answers[rng.random(answers.shape[:2]) < 0.1] = np.nan
    return replace(study, answers=answers)


@FEW
@given(st.integers(0, 10_000), st.integers(0, 3), st.booleans())
def test_every_score_is_that_of_plain_loops(seed, logs, holed):
    levels = LEVELS if seed % 2 else (0.05, 0.25, 0.5, 0.75, 0.95)
    study = made(seed, logs=logs, levels=levels, seeds=11)
    study = holes(study, seed) if holed else study
    plain, judged = Plain(study), panel.judge(study)
    for row, expert in zip(plain.answers, judged.experts, strict=True):
        assert expert.calibration == pytest.approx(plain.calibration(row), rel=1e-9)
        assert expert.information_seeds == pytest.approx(plain.information(row, plain.seeds))
    for name, row in plain.makers().items():
        maker = judged.decision_makers[name]
        assert (maker is None) == (row is None)
        if row is not None:
            assert maker.calibration == pytest.approx(plain.calibration(row), rel=1e-9)
            assert maker.information_seeds == pytest.approx(plain.information(row, plain.seeds))


@FEW
@given(st.integers(0, 10_000), st.randoms())
def test_the_order_of_experts_and_items_does_not_matter(seed, random):
    study = made(seed, logs=2)
    experts, items = list(range(4)), list(range(12))
    random.shuffle(experts)
    random.shuffle(items)
    turned = Study(
        tuple(study.experts[e] for e in experts),
        tuple(study.items[j] for j in items),
        tuple(study.scales[j] for j in items),
        study.levels,
        study.answers[experts][:, items],
        study.realisations[items],
    )
    one, other = panel.judge(study), panel.judge(turned)
    same(one, other)
    assert one.inputs == other.inputs


@FEW
@given(st.integers(0, 10_000), st.sampled_from([1e-3, 2.0, 3.7, 1e6]), st.integers(0, 11))
def test_the_unit_of_an_item_does_not_matter(seed, factor, item):
    study = made(seed, logs=2)
    answers, realised = study.answers.copy(), study.realisations.copy()
    answers[:, item] *= factor
    realised[item] *= factor
    same(panel.judge(study), panel.judge(replace(study, answers=answers, realisations=realised)))


def test_the_median_of_two_equal_experts_worked_by_hand():
    # At 2.5 the one has 0.5 + 0.45 / 2, the other 0.05 + 0.45 / 2: their mean is a half.
    answers = np.array([[[1.0, 2.0, 3.0]], [[2.0, 3.0, 4.0]]])
    judged = panel.judge(Study(("A", "B"), ("x",), ("uni",), LEVELS, answers, np.array([np.nan])))
    assert judged.decision_makers["equal"].quantiles[0, 1] == pytest.approx(2.5)


def test_an_expert_who_alone_has_weight_is_the_decision_maker_to_the_last_bit():
    study = made(5)
    only = Study(study.experts[:1], study.items, study.scales, LEVELS, study.answers[:1], study.realisations)
    judged = panel.judge(only)
    for maker in judged.decision_makers.values():
        assert maker is None or (maker.quantiles == study.answers[0]).all()
    assert judged.decision_makers["equal"].calibration == judged.experts[0].calibration


def test_a_realisation_on_the_quantile_of_the_only_expert_is_a_hit_below_for_both():
    study = made(5)
    realised = np.where(np.isnan(study.realisations), np.nan, study.answers[0, :, 1])
    only = Study(study.experts[:1], study.items, study.scales, LEVELS, study.answers[:1], realised)
    judged = panel.judge(only)
    assert judged.decision_makers["equal"].calibration == judged.experts[0].calibration


def test_equal_experts_stay_or_fall_together():
    study = made(3)
    answers = np.concatenate([study.answers, study.answers[:1]])
    twins = replace(study, experts=(*study.experts, "twin"), answers=answers)
    maker = panel.judge(twins).decision_makers["global_optimised"]
    assert maker is None or maker.weights[0] == maker.weights[-1]


def test_fewer_than_ten_seeds_give_scores_and_no_weights():
    judged = panel.judge(made(seeds=9))
    assert judged.experts[0].calibration is not None
    makers = judged.decision_makers
    assert [name for name in makers if makers[name] is None] == ["global", "item", "global_optimised"]
    assert judged.recommended == "equal"
    assert "9 seed questions are fewer than 10" in judged.why


def test_no_seed_at_all_gives_the_equal_one_without_scores():
    judged = panel.judge(made(seeds=0, targets=3))
    assert judged.decision_makers["equal"].calibration is None
    assert not np.isnan(judged.decision_makers["equal"].quantiles).any()


def test_who_answered_too_few_seeds_is_scored_not_weighted_and_blunts_nobody():
    study = made(2)
    answers = study.answers.copy()
    answers[0, 1:10] = np.nan
    found = panel.judge(replace(study, answers=answers))
    assert found.experts[0].calibration is not None
    assert not found.experts[0].weighted
    assert found.decision_makers["global"].weights[0] == 0
    whole = panel.judge(study)
    assert [e.calibration for e in found.experts[1:]] == [e.calibration for e in whole.experts[1:]]


def test_who_answered_nothing_is_there_without_scores():
    study = made(2)
    answers = study.answers.copy()
    answers[0] = np.nan
    found = panel.judge(replace(study, answers=answers)).experts[0]
    assert (found.calibration, found.information, found.information_seeds) == (None, None, None)


def test_an_item_that_nobody_answered_stays_empty():
    study = made(2)
    answers = study.answers.copy()
    answers[:, [0, 11]] = np.nan
    quantiles = panel.judge(replace(study, answers=answers)).decision_makers["equal"].quantiles
    assert np.isnan(quantiles).all(axis=1).nonzero()[0].tolist() == [0, 11]


def test_the_free_convention_finds_at_least_as_much():
    for seed in range(12):
        put = scaled(made(seed))
        weighed = weigh(put, Choices(put.seeds[None], np.ones((1, 4), bool)))
        held, free = (optimise.best(put, weighed, put.seeds, how) for how in ("eligible", "free"))
        values = [np.nan_to_num(one.calibration * one.information_seeds)[0] for one in (held, free)]
        assert values[0] <= values[1]


@pytest.mark.parametrize("of", robustness.KINDS)
def test_leaving_out_is_judging_the_rest(of):
    study = made(7, experts=5, logs=1)
    found = robustness.leave_out(study, of, 2)
    names = study.experts if of == "experts" else study.items
    assert len(found.left) == (1 + 5 + 10 if of == "experts" else 1 + 10 + 45)
    for row in (0, 2, len(found.left) - 1):
        out = {names.index(name) for name in found.left[row]}
        if of == "experts":
            plain = Plain(study, experts=[e for e in range(5) if e not in out])
        else:
            plain = Plain(study, seeds=[j for j in range(10) if j not in out])
        value, alpha, answers = plain.optimised(range(10))
        if answers is None:
            assert np.isnan(found.alpha[row])
            continue
        assert found.alpha[row] == pytest.approx(alpha, rel=1e-9)
        assert found.calibration[row] * found.information_seeds[row] == pytest.approx(value, rel=1e-8)


def test_too_many_choices_are_refused():
    with pytest.raises(StudyError, match="choices"):
        robustness.leave_out(made(seeds=60), "seeds", 3)


@pytest.mark.shared
@pytest.mark.parametrize("name", ["Florida", "Goodheart", "San_Diego"])
def test_published_studies_are_judged_as_plain_loops_judge_them(shared, name):
    folder = shared / "data" / "elicitation"
    study = excalibur.read((folder / f"{name}.dtt").read_bytes(), (folder / f"{name}.rls").read_bytes())
    plain, judged = Plain(study), panel.judge(study)
    for key, row in plain.makers().items():
        assert judged.decision_makers[key].calibration == pytest.approx(plain.calibration(row), rel=1e-9)
        assert judged.decision_makers[key].information == pytest.approx(
            plain.information(row, range(len(study.items))), rel=1e-9
        )
