"""What coded statements support: never more than their independence allows."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.perspectives.clusters import METHOD, WORDS, Voice, cell, common_work, compare, compute, origins

CLUSTERS = {"w1": "c1", "w2": "c2", "w3": "c3", "w4": "c4", "same": "c1"}


def voice(group, stance, *chain, first=False, slug="s"):
    value = Fraction(stance) if isinstance(stance, int | Fraction) else stance
    return Voice(slug, group, value, chain, first)


def sides(one, other):
    voices = [
        voice("a", one, "w1", first=True),
        voice("a", one, "w2"),
        voice("b", other, "w3", first=True),
        voice("b", other, "w4"),
    ]
    return cell("a", voices, CLUSTERS), cell("b", voices, CLUSTERS)


@pytest.mark.parametrize(
    ("one", "other", "verdict"),
    [
        (2, 2, "agree"),
        (2, 1, "agree"),
        (-1, -2, "agree"),
        (0, 0, "agree"),
        (2, 0, "differ"),
        (1, -1, "differ"),
        (2, -2, "differ"),
        (1, 0, "cannot tell"),
        (Fraction(1, 2), Fraction(-1, 2), "cannot tell"),
    ],
)
def test_independent_and_first_hand_sides_are_compared(one, other, verdict):
    found = compare(*sides(one, other))
    assert found.verdict == verdict
    assert [reason.code for reason in found.reasons] == (["near_nought"] if verdict == "cannot tell" else [])
    assert found.method == METHOD == "clusters/1"


def test_the_verdict_does_not_depend_on_the_order_of_the_sides():
    one, other = sides(2, 0)
    assert compare(one, other).verdict == compare(other, one).verdict


def test_one_work_that_reports_every_side_supports_nothing():
    voices = [
        voice(group, stance, "the-paper") for group, stance in (("a", 2), ("a", 1), ("b", -2), ("b", -1))
    ]
    found = compute([cell("a", voices, {}), cell("b", voices, {})])
    assert found.verdict == "cannot tell"
    assert found.reasons[0].words == "one work reports every side: the-paper"
    assert {reason.code for reason in found.reasons} == {"one_work", "few_origins", "not_first_hand"}


def test_one_work_behind_two_of_three_sides_is_said_of_those_two():
    voices = [voice("a", 2, "the-paper"), voice("b", 1, "the-paper"), voice("c", 2, "w1", first=True)]
    found = compute([cell(group, voices, {}) for group in "abc"])
    words = [reason.words for reason in found.reasons]
    assert "one work reports both a and b: the-paper" in words
    assert not [word for word in words if "every side" in word]
    assert len(words) == len(set(words))


def test_one_work_behind_several_others_is_still_one_work():
    chains = [("x", "the-paper"), ("y", "the-paper")]
    assert common_work(chains) == "the-paper"
    assert common_work([("x",), ("y",)]) is None
    assert common_work([]) is None
    assert origins([("w1", "p"), ("w2", "p")], CLUSTERS) == 1


def test_works_of_one_cluster_are_one_origin_and_an_unknown_work_is_its_own():
    assert origins([("w1",), ("same",)], CLUSTERS) == 1
    assert origins([("w1",), ("unknown",)], CLUSTERS) == 2
    assert origins([], CLUSTERS) == 0


def test_origins_join_through_a_third_chain_wherever_it_stands():
    chains = [("w1",), ("w2",), ("w1", "w2")]
    for order in ([0, 1, 2], [2, 0, 1], [0, 2, 1]):
        assert origins([chains[i] for i in order], CLUSTERS) == 1


@given(st.lists(st.lists(st.sampled_from("pqrstu"), min_size=1, max_size=3), max_size=6), st.randoms())
def test_the_number_of_origins_ignores_order_and_repetition(chains, random):
    shuffled = chains * 2
    random.shuffle(shuffled)
    assert origins(chains, {}) == origins(shuffled, {})
    assert origins(chains, {}) <= len(chains)


@pytest.mark.parametrize(
    ("voices", "code"),
    [
        ([], "not_heard"),
        ([voice("a", "mixed", "w1", first=True)], "no_stance"),
        ([voice("a", "not_addressed", "w1", first=True)], "no_stance"),
        ([voice("a", 2, "w1", first=True)], "few_origins"),
        ([voice("a", 2, "w1"), voice("a", 2, "w2")], "not_first_hand"),
        ([voice("a", 2, "w1"), voice("a", 2, "w2"), voice("a", "mixed", "w1", first=True)], "not_first_hand"),
        ([voice("a", 2, "w1", first=True), voice("a", 2, "same", first=True)], "few_origins"),
        ([voice("a", 2, "w1", first=True), voice("a", -2, "w2", first=True)], "divided"),
    ],
)
def test_each_unfit_side_is_named_with_its_reason(voices, code):
    _, good = sides(2, 2)
    found = compare(cell("a", voices, CLUSTERS), good)
    assert found.verdict == "cannot tell"
    assert (code, "a") in [(reason.code, reason.group) for reason in found.reasons]
    assert all(reason.group != "b" for reason in found.reasons)


def test_a_cell_counts_what_it_averages_and_keeps_the_rest_apart():
    voices = [
        voice("a", 2, "w1"),
        voice("a", 1, "w2"),
        voice("a", "mixed", "w1"),
        voice("a", "not_addressed", "w1"),
        voice("b", -2, "w1"),
    ]
    found = cell("a", voices, CLUSTERS)
    assert (found.mean, found.n, found.mixed, found.not_addressed) == (Fraction(3, 2), 2, 1, 1)
    assert found.through is None
    empty = cell("nobody", voices, CLUSTERS)
    assert (empty.mean, empty.n, empty.origins, empty.through) == (None, 0, 0, None)


def test_a_proposition_differs_by_one_pair_agrees_by_all_and_is_told_of_nothing_with_one_side():
    voices = []
    for group, stance, works in (("a", 2, ("w1", "w2")), ("b", 2, ("w3", "w4")), ("c", -2, ("w5", "w6"))):
        voices += [voice(group, stance, work, first=True) for work in works]
    cells = {group: cell(group, voices, CLUSTERS) for group in "abcd"}
    assert compute([cells["a"], cells["b"]]).verdict == "agree"
    assert compute([cells["a"], cells["b"], cells["c"]]).verdict == "differ"
    unheard = compute([cells["a"], cells["b"], cells["d"]])
    assert (unheard.verdict, [reason.words for reason in unheard.reasons]) == (
        "cannot tell",
        ["d is not heard"],
    )
    assert compute([cells["a"]]).reasons[0].code == "one_perspective"
    assert compute([]).verdict == "cannot tell"


@given(
    st.lists(
        st.builds(
            voice,
            st.sampled_from("ab"),
            st.one_of(st.integers(-2, 2), st.sampled_from(["mixed", "not_addressed"])),
            st.sampled_from(["w1", "w2", "w3", "same"]),
            first=st.booleans(),
        ),
        max_size=10,
    )
)
def test_no_verdict_without_two_origins_and_a_first_hand_statement_on_each_side(voices):
    cells = [cell(group, voices, CLUSTERS) for group in "ab"]
    found = compute(cells)
    if found.verdict != "cannot tell":
        for side in cells:
            assert side.origins >= 2
            assert side.first_hand >= 1
    else:
        assert found.reasons
    assert all(reason.words and "%" not in reason.words for reason in found.reasons)


def test_the_words_are_those_a_screen_may_say():
    banned = ("guilt", "lie", "false", "wrong", "pledge", "reveal")
    assert not [word for word in WORDS.values() if any(term in word.split() for term in banned)]
