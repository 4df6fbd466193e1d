"""The algorithms of the comparison against full enumeration and published rules."""

from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from math import comb

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import fisher_exact, hypergeom

from comity.perspectives.comparison import permutation
from comity.perspectives.comparison.bootstrap import interval, tail
from comity.perspectives.comparison.family import adjust, q_values
from comity.perspectives.comparison.permutation import Permuted, permute
from comity.perspectives.comparison.silence import Declared, fisher, silence

STANCES = st.sampled_from([-2, -1, -0.5, 0, 1, 1.5, 2])


def every_assignment(one, other):
    """p and least p by full enumeration in exact arithmetic."""
    pooled = [Fraction(value) for value in (*one, *other)]
    seen = abs(sum(pooled[: len(one)]) / len(one) - sum(pooled[len(one) :]) / len(other))
    found = []
    for chosen in combinations(range(len(pooled)), len(one)):
        taken = sum(pooled[at] for at in chosen)
        found.append(abs(taken / len(one) - (sum(pooled) - taken) / len(other)))
    return sum(v >= seen for v in found) / len(found), sum(v == max(found) for v in found) / len(found)


@settings(max_examples=80, deadline=None)
@given(st.lists(STANCES, min_size=1, max_size=5), st.lists(STANCES, min_size=1, max_size=5))
def test_the_permutation_test_equals_full_enumeration(one, other):
    p, least = every_assignment(one, other)
    found = permute(one, other, ("s",))
    assert found.exact
    assert found.p == pytest.approx(p, abs=1e-12)
    assert found.least == pytest.approx(least, abs=1e-12)
    assert found.least <= found.p


def test_four_against_four_is_the_first_that_can_reach_a_threshold():
    assert permute([2] * 4, [-2] * 4, ()).p == 2 / comb(8, 4) < 0.05
    assert permute([2] * 3, [-2] * 3, ()).p == 2 / comb(6, 3) == 0.1
    assert permute([1] * 5, [1] * 5, ()) == Permuted(1.0, 1.0, exact=True)


def test_random_assignments_agree_with_the_enumeration(monkeypatch):
    one, other = [2, 1, 1, 2, 0, 1], [0, 1, -1, 0, 1, -1]
    exact = permute(one, other, ("s",))
    monkeypatch.setattr(permutation, "MOST_EXACT", 10)
    drawn = permute(one, other, ("s",))
    assert not drawn.exact
    assert drawn.p == pytest.approx(exact.p, abs=0.01)
    assert drawn == permute(one, other, ("s",)), "the same on every node"
    assert 0 < permute([2] * 12, [-2] * 12, ("s",)).p <= 2e-4, "never nought"


def test_q_values_are_benjamini_and_hochbergs():
    p = [0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.3240]
    p += [0.4262, 0.5719, 0.6528, 0.7590, 1.0]
    q = q_values(dict(enumerate(p)))
    assert sum(value <= 0.05 for value in q.values()) == 4
    # the step-up procedure as stated: the largest k with p(k) <= k/m * rate, for every rate
    for rate in (0.01, 0.05, 0.1, 0.2):
        k = max((rank for rank, value in enumerate(p, 1) if value <= rank / len(p) * rate), default=0)
        assert sorted(at for at in q if q[at] <= rate) == list(range(k))
    assert q_values({}) == {}


def test_a_row_that_cannot_reach_the_threshold_leaves_the_family():
    rows = {"a": Permuted(0.02, 0.01, True), "b": Permuted(0.5, 0.4, True), "c": Permuted(0.03, 0.02, True)}
    found = adjust(rows, 0.1)
    assert [found[key].testable for key in "abc"] == [True, False, True]
    assert (found["a"].q, found["c"].q, found["a"].size) == (0.03, 0.03, 2)
    assert adjust({"b": rows["b"]}, 0.1)["b"].q is None


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(st.integers(0, 30), st.floats(0, 1), max_size=12))
def test_q_values_keep_the_order_and_are_never_below_p(p):
    q = q_values(p)
    assert all(p[key] - 1e-12 <= q[key] <= 1 for key in p)
    ordered = sorted(p, key=lambda key: p[key])
    assert all(q[a] <= q[b] for a, b in pairwise(ordered))


def test_the_interval_is_the_same_twice_symmetric_and_wider_with_fewer_clusters():
    one, other = [2, 2, 1, 2], [0, 1, 0, 0]
    given_ = {"coverage": 0.9, "resamples": 1999, "seed": ("s",)}
    assert interval(one, other, **given_) == interval(one, other, **given_)
    low, high = interval(one, other, **given_)
    back = interval(other, one, **given_)
    assert back[0] == pytest.approx(-high, abs=0.1)
    narrow = interval(one * 4, other * 4, **given_)
    assert high - low > narrow[1] - narrow[0] > 0
    same = interval([2] * 4, [2] * 4, **given_)
    assert -1 < same[0] < 0 < same[1] < 1, "codes of whole steps hide up to half a step"
    assert tail(4, 0.9) < tail(40, 0.9) < 0.05


@settings(max_examples=80, deadline=None)
@given(st.integers(0, 8), st.integers(1, 8), st.integers(0, 8), st.integers(1, 8))
def test_fishers_test_equals_the_reference(address, works, other, other_works):
    address, other = min(address, works), min(other, other_works)
    expected = hypergeom.cdf(address, works + other_works, address + other, works)
    assert fisher(address, works, other, other_works) == pytest.approx(expected, abs=1e-9)
    table = [[address, works - address], [other, other_works - other]]
    assert fisher(address, works, other, other_works) == pytest.approx(
        fisher_exact(table, alternative="less").pvalue, abs=1e-9
    )


def corpus(holder, works, address, coded=None):
    names = [f"{holder}-{at}" for at in range(works)]
    chosen = [frozenset(names[:size]) for size in (works, address, works if coded is None else coded)]
    return Declared(holder, *chosen)


def said_of(corpora, cluster_of=None, *, speaks=False, spoken_of=False):
    return silence("h", frozenset(corpora), cluster_of or {}, speaks=speaks, spoken_of=spoken_of)


@pytest.mark.parametrize(
    ("mine", "others", "spoken_of", "state"),
    [
        ((), (), False, "not covered"),
        ((), (), True, "not heard"),
        ((), ((9, 9),), True, "not heard"),
        (((9, 0),), ((9, 9),), False, "silent"),
        (((9, 0, 8),), ((9, 9),), False, "not covered"),
        (((9, 0),), ((9, 0, 0),), False, "not found in this corpus"),
        (((2, 0),), ((2, 1),), False, "not found in this corpus"),
        (((9, 0),), (), True, "not found in this corpus"),
        (((9, 1),), ((9, 9),), False, "speaks"),
        (((9, 1, 2),), ((9, 9),), False, "speaks"),
    ],
)
def test_silence_needs_a_complete_corpus_that_was_coded_and_an_exact_test(mine, others, spoken_of, state):
    corpora = {corpus("h", *one) for one in mine} | {corpus(f"o{at}", *one) for at, one in enumerate(others)}
    said = said_of(corpora, spoken_of=spoken_of)
    assert said.state == state
    assert (said.p is not None) == bool(said.origins and said.other_origins)
    assert said_of(corpora, speaks=True, spoken_of=spoken_of).state == "speaks"


def test_a_work_in_two_corpora_is_not_held_against_its_own_holder():
    mine = Declared("h", frozenset({"joint"}), frozenset(), frozenset({"joint"}))
    other = Declared("o", *3 * [frozenset({"joint", "x"})])
    said = said_of({mine, other})
    assert (said.other_works, said.other_address) == (1, 1)


def test_works_of_one_origin_are_no_independent_silences():
    corpora = {corpus("h", 9, 0), corpus("o", 9, 9)}
    alone = said_of(corpora)
    assert (alone.state, alone.origins, alone.other_speak) == ("silent", 9, 9)
    ministry = said_of(corpora, {f"h-{at}": "ministry" for at in range(9)})
    assert (ministry.state, ministry.works, ministry.origins) == ("not found in this corpus", 9, 1)
    assert ministry.p == pytest.approx(1 / 10), "one of ten origins, and any could have been the holder's"
    both = said_of(corpora, {"h-0": "shared", "o-0": "shared"})
    assert (both.origins, both.other_origins) == (8, 8), "who stands behind both is in neither"
    assert said_of(corpora, {f"{side}-{at}": "all" for side in "ho" for at in range(9)}).p is None


@settings(max_examples=60, deadline=None)
@given(st.integers(1, 5), st.integers(1, 6), st.integers(0, 6), st.integers(0, 4))
def test_the_test_of_silence_is_the_share_of_assignments_without_a_word(own, others, speak, per):
    """Permuting clusters by brute force gives the same p, however many works each has."""
    speak = min(speak, others)
    cluster_of, told, works = {}, set(), {"h": set(), "o": set()}
    for side, size in (("h", own), ("o", others)):
        for at in range(size):
            for copy in range(1 + (at + per) % 3):
                works[side].add(name := f"{side}-{at}-{copy}")
                cluster_of[name] = f"{side}-{at}"
                if side == "o" and at < speak and copy == 0:
                    told.add(name)
    corpora = {
        Declared(side, frozenset(names), frozenset(names & told), frozenset(names))
        for side, names in works.items()
    }
    speaks = [False] * own + [at < speak for at in range(others)]
    drawn = [not any(chosen) for chosen in combinations(speaks, own)]
    assert said_of(corpora, cluster_of).p == pytest.approx(sum(drawn) / len(drawn))


def test_numbers_are_plain():
    low, high = interval([1, 2], [0, 1], coverage=0.9, resamples=999, seed=())
    assert type(low) is type(high) is float
    assert not np.isnan(low)
