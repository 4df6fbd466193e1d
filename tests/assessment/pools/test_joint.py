"""Decomposition, summaries and the joint layer: sums, chance, lies."""

from __future__ import annotations

from itertools import permutations
from math import log2

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.assessment.pools import chance, joint, summary
from comity.assessment.pools.advice import advise
from comity.assessment.pools.decompose import Parts, Uncertainty, decompose
from comity.assessment.pools.distributions import Grid, binary
from comity.assessment.pools.errors import PoolError, SumError, TooFewError

BITS = Uncertainty()
EVEN = np.array([0.5, 0.5])
LEVELS = (0.05, 0.5, 0.95)
PAIR = np.array([0, 0, 0, 1, 1, 1])
FEW = settings(max_examples=25, deadline=None)


def entropy(p):
    return -sum(x * log2(x) for x in (p, 1 - p) if x)


def quantities(seed, grid, sizes):
    rng = np.random.default_rng(seed)
    span = grid.high - grid.low
    rows = np.sort(rng.uniform(grid.low + span / 100, grid.high - span / 100, (sum(sizes), 3)), axis=1)
    return grid.masses(LEVELS, rows), np.repeat(np.arange(len(sizes)), sizes)


def test_two_parties_that_are_certain_of_the_opposite_are_one_bit_apart():
    parts = decompose(binary([0, 0, 0, 1, 1, 1]), PAIR, EVEN, BITS)
    assert (parts.total, parts.within, parts.experts, parts.parties) == pytest.approx((1, 0, 0, 1))


def test_parts_worked_by_hand():
    parts = decompose(binary([0.1, 0.3, 0.5, 0.9]), np.array([0, 0, 1, 1]), EVEN, BITS)
    within = (entropy(0.1) + entropy(0.3) + entropy(0.5) + entropy(0.9)) / 4
    of_parties = (entropy(0.2) + entropy(0.7)) / 2
    assert parts.total == pytest.approx(entropy(0.45))
    assert parts.within == pytest.approx(within)
    assert parts.experts == pytest.approx(of_parties - within)
    assert parts.parties == pytest.approx(entropy(0.45) - of_parties)


def test_variance_worked_by_hand():
    # Each expert is sure of one cell of width 1: 1/12 within, means 0.5 and 1.5, and 4.5 and 5.5.
    masses = np.eye(6)[[0, 1, 4, 5]]
    parts = decompose(masses, np.array([0, 0, 1, 1]), EVEN, Uncertainty(Grid(0, 6, cells=6)))
    assert (parts.within, parts.experts, parts.parties) == pytest.approx((1 / 12, 0.25, 4))
    assert parts.unit == "variance"


@FEW
@given(st.integers(0, 10_000), st.integers(1, 5), st.integers(1, 9), st.floats(0.05, 0.95))
def test_the_parts_give_the_whole_whatever_the_voices(seed, one, other, voice):
    masses, party = quantities(seed, Grid(1, 100, "log", cells=64), (one, other))
    for uncertainty in (BITS, Uncertainty(Grid(1, 100, "log", cells=64))):
        parts = decompose(masses, party, np.array([voice, 1 - voice]), uncertainty)
        assert parts.within + parts.experts + parts.parties == pytest.approx(parts.total, abs=1e-9)
        assert min(parts.within, parts.experts, parts.parties) >= -1e-9


def test_more_experts_are_not_more_voice():
    few = decompose(binary([0.2] * 3 + [0.8] * 3), PAIR, EVEN, BITS)
    many = decompose(binary([0.2] * 3 + [0.8] * 30), np.array([0] * 3 + [1] * 30), EVEN, BITS)
    assert few.parties == pytest.approx(many.parties)


def test_parts_that_do_not_give_the_whole_are_refused():
    with pytest.raises(SumError):
        Parts(1.0, 0.5, 0.2, 0.2, "bits")
    with pytest.raises(SumError):
        Parts(1.0, 1.5, -0.5, 0.0, "bits")


@pytest.mark.parametrize("masses", [[[0.5, 0.6]], [[-0.5, 1.5]], [[np.nan, 1]]])
def test_what_is_no_distribution_is_refused(masses):
    with pytest.raises(PoolError):
        decompose(np.array(masses), np.array([0]), np.array([1.0]), BITS)


def test_fewer_than_three_experts_open_nothing():
    with pytest.raises(TooFewError, match="2 experts have a weight"):
        summary.summarise("vn", binary([0.2, 0.4]), BITS)
    told = summary.summarise("vn", binary([0.2, 0.4, 0.5]), BITS).told()
    with pytest.raises(TooFewError):
        summary.from_told({**told, "experts": 2})


@FEW
@given(st.integers(0, 10_000), st.sampled_from(["uni", "log"]), st.booleans())
def test_the_joint_layer_is_that_of_all_answers(seed, scale, kind):
    grid = Grid(1, 100, scale, cells=64) if kind else None
    uncertainty = Uncertainty(grid)
    if grid:
        masses, party = quantities(seed, grid, (3, 5))
    else:
        masses, party = binary(np.random.default_rng(seed).random(8)), np.repeat([0, 1], (3, 5))
    told = [summary.summarise(name, masses[party == p], uncertainty).told() for p, name in enumerate("ab")]
    found = joint.joint(map(summary.from_told, reversed(told)), {"a": 1, "b": 1}, uncertainty)
    whole = decompose(masses, party, EVEN, uncertainty)
    for name in ("total", "within", "experts", "parties"):
        assert getattr(found.parts, name) == pytest.approx(getattr(whole, name), rel=1e-9, abs=1e-12)
    again = joint.joint(map(summary.from_told, told), {"b": 2, "a": 2}, uncertainty)
    assert again.inputs == found.inputs
    assert joint.same(found.told(), again.told()) == []


def test_weights_within_a_party_are_heeded_and_who_has_none_is_not_counted():
    given_ = binary([0.1, 0.3, 0.8, 0.5, 0.4, 0.6, 0.7])
    party, weights = np.array([0, 0, 0, 0, 1, 1, 1]), np.array([3.0, 1, 2, 0, 1, 1, 1])
    made = [summary.summarise(n, given_[party == p], BITS, weights[party == p]) for p, n in enumerate("ab")]
    assert made[0].experts == 3
    assert made[0].effective == pytest.approx(36 / 14)
    found = joint.joint(made, {"a": 1, "b": 1}, BITS).parts
    whole = decompose(given_, party, EVEN, BITS, weights=weights)
    assert (found.total, found.experts) == pytest.approx((whole.total, whole.experts))
    with pytest.raises(TooFewError, match="2 experts have a weight"):
        summary.summarise("a", given_[:4], BITS, np.array([1.0, 1, 0, 0]))


def test_every_joint_result_names_its_methods_and_the_root_of_its_inputs():
    told = [summary.summarise(name, binary([0.2, 0.3, 0.6]), BITS) for name in "ab"]
    data = joint.joint(told, {"a": 1, "b": 1}, BITS).told()
    methods = [data["method"], data["parts"]["method"], data["chance"]["method"], data["advice"]["method"]]
    assert all("@" in method for method in [*methods, *data["other_pools"]])
    assert len(data["inputs"]) == 64
    assert data["other_pools"]["median@1"] == pytest.approx(0.3)


def test_a_difference_beyond_a_billionth_is_named():
    one = {"parts": {"total": 1.0}, "masses": [0.5, 0.5], "method": "x@1"}
    assert joint.same(one, {**one, "parts": {"total": 1.0 + 1e-10}}) == []
    assert joint.same(one, {**one, "parts": {"total": 1.0 + 1e-8}}) == ["parts.total"]
    assert joint.same(one, {**one, "masses": [0.5]}) == ["masses"]
    assert joint.same(one, {**one, "masses": [0.5, float("nan")]}) == ["masses[1]"]


def test_a_missing_party_or_another_grid_is_refused():
    one = summary.summarise("a", binary([0.2, 0.3, 0.6]), BITS)
    with pytest.raises(PoolError, match="voices have a, b"):
        joint.joint([one], {"a": 1, "b": 1}, BITS)
    other = summary.summarise("b", np.full((3, 3), 1 / 3), BITS)
    with pytest.raises(PoolError, match="grids"):
        joint.joint([one, other], {"a": 1, "b": 1}, BITS)


def test_a_summary_that_claims_more_than_its_pool_holds_is_refused():
    one, other = (summary.summarise(name, binary([0.2, 0.3, 0.6]), BITS) for name in "ab")
    lie = summary.from_told({**other.told(), "within": "0.99"})
    with pytest.raises(SumError):
        joint.joint([one, lie], {"a": 1, "b": 1}, BITS)


@pytest.mark.parametrize(
    "change",
    [
        {"masses": ["0.5", "x"]},
        {"masses": []},
        {"within": "nan"},
        {"within": "-1"},
        {"masses": ["0.9", "0.9"]},
    ],
)
def test_a_damaged_summary_is_refused(change):
    told = summary.summarise("a", binary([0.2, 0.3, 0.6]), BITS).told()
    with pytest.raises(PoolError):
        summary.from_told({**told, **change})


def test_all_draws_of_two_parties_against_all_orders():
    given_ = binary([0.1, 0.2, 0.35, 0.6, 0.8, 0.9])
    found = chance.reassigned(given_, PAIR, EVEN, BITS, seed=1)
    values = [
        decompose(given_, np.array(order), EVEN, BITS).parties for order in set(permutations(PAIR.tolist()))
    ]
    assert found.exact
    assert found.draws == 20
    assert found.mean == pytest.approx(np.mean(values))
    assert found.p == pytest.approx(2 / 20)  # as it is, and with the parties exchanged


def test_seeded_draws_come_out_the_same_again_and_near_the_mean_of_all():
    rng = np.random.default_rng(3)
    given_, party = binary(rng.random(30)), np.repeat([0, 1], 15)
    one, other = (chance.reassigned(given_, party, EVEN, BITS, seed=7) for _ in range(2))
    assert one == other
    assert not one.exact
    assert one.draws == chance.DRAWS + 1


@pytest.mark.parametrize("sizes", [(3, 5), (3, 3)])
def test_the_mean_over_draws_in_closed_form(sizes):
    grid = Grid(0, 100, cells=32)
    masses, party = quantities(4, grid, sizes)
    uncertainty = Uncertainty(grid)
    made = [summary.summarise(name, masses[party == p], uncertainty) for p, name in enumerate("ab")]
    drawn = chance.reassigned(masses, party, EVEN, uncertainty, seed=1)
    assert chance.expected(made, EVEN, uncertainty) == pytest.approx(drawn.observed / drawn.mean)


@pytest.mark.parametrize("sizes", [(3, 3), (4, 3), (5, 4)])
@pytest.mark.parametrize("apart", [0.0, 0.2, 0.8])
def test_what_summaries_prove_of_the_draws_holds_of_the_draws(sizes, apart):
    """The share of draws that reach the actual distance lies between the two bounds, whatever was answered."""
    for seed in range(8):
        rng = np.random.default_rng(seed)
        party = np.repeat([0, 1], sizes)
        grid = Grid(0, 2, cells=64)
        masses = grid.masses([0.5], (rng.random(sum(sizes)) * 0.9 + 0.05 + apart * party)[:, None])
        uncertainty = Uncertainty(grid)
        made = [summary.summarise(name, masses[party == at], uncertainty) for at, name in enumerate("ab")]
        drawn = chance.reassigned(masses, party, EVEN, uncertainty, seed=1)
        times = chance.expected(made, EVEN, uncertainty)
        found = chance.bounds(sizes, [one.effective for one in made], EVEN.tolist(), times)
        assert (found.ways, found.exact) == (len(chance._all(sum(sizes), sizes[0])), True)
        if len(set(sizes)) == 1:  # the same statistic: both panels of one size and one voice
            assert found.least - 1e-12 <= drawn.p <= found.most + 1e-12
        assert sum(drawn.counts) == drawn.draws
        assert drawn.quantiles == tuple(sorted(drawn.quantiles))
        assert drawn.width * chance.BINS >= drawn.observed * (1 - 1e-12)


def test_few_experts_cannot_show_what_many_can():
    assert chance.bounds((3, 3), (3.0, 3.0), (1, 1), 5.0).least == 2 / 20
    assert chance.bounds((4, 3), (4.0, 3.0), (1, 1), 5.0).least == 1 / 35
    assert chance.bounds((4, 4), (4.0, 2.5), (1, 1), 5.0) == chance.Bounds(70, 2 / 70, 0.2, exact=False)
    assert chance.bounds((3, 3), (3.0, 3.0), (1, 1), 0.0).most == 1.0


def test_three_parties_are_drawn_too():
    given_ = binary(np.random.default_rng(2).random(9))
    found = chance.reassigned(given_, np.repeat([0, 1, 2], 3), np.full(3, 1 / 3), BITS, seed=5)
    assert 0 < found.p <= 1
    assert not found.exact


def advice(answers):
    given_ = binary(answers)
    return advise(decompose(given_, PAIR, EVEN, BITS), chance.reassigned(given_, PAIR, EVEN, BITS, seed=1))


def test_advice_names_the_part_it_follows():
    apart = binary([0.02, 0.03, 0.04, 0.05, 0.95, 0.96, 0.97, 0.98])
    party = np.repeat([0, 1], 4)
    found = advise(decompose(apart, party, EVEN, BITS), chance.reassigned(apart, party, EVEN, BITS, seed=1))
    assert (found.word, found.divisive) == ("discuss", True)
    assert "between the parties" in found.reason
    assert advice([0.4, 0.5, 0.6, 0.4, 0.5, 0.6]).word == "investigate"
    assert advice([0.02, 0.5, 0.98, 0.02, 0.5, 0.98]).word == "re-brief"
    assert advice([0.0] * 6).word == "none"


def test_a_large_part_between_few_experts_is_not_called_divisive():
    # Three against three: exchanging the parties alone gives as much in 2 of 20 draws.
    found = advice([0.02, 0.03, 0.04, 0.96, 0.97, 0.98])
    assert not found.divisive
    assert "but 10.0% of 20 possible draws give as much" in found.reason
