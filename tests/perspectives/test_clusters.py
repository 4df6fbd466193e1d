"""What coded statements support: never more than their independence allows."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives.clusters import METHOD, WORDS, compute
from comity.perspectives.comparison.limits import Limits
from comity.perspectives.comparison.matrix import Design, compare
from comity.perspectives.comparison.origins import common_work, components
from comity.perspectives.comparison.sides import cell
from comity.perspectives.comparison.voices import Rung, Voice, rung_of

QUICK = Limits(resamples=999)


def voice(group, stance, *chain, first=False, slug="s", rung=Rung.REPORTED):
    value = Fraction(stance) if isinstance(stance, int | Fraction) else stance
    return Voice(slug, group, value, chain, first, holder=f"{group}-holder", rung=rung)


def open_side(group, stances):
    """A community of which every voice speaks through a work of its own."""
    return [voice(group, stance, f"{group}-{at}", first=True) for at, stance in enumerate(stances)]


def judged(one, other, *, voices=(), family=True, kinds=("open", "open"), clusters=None, limits=QUICK):
    spoken = voices or [*open_side("a", one), *open_side("b", other)]
    design = Design(
        groups={"a": kinds[0], "b": kinds[1]},
        cluster_of=clusters or {},
        family={("p", frozenset("ab"))} if family else frozenset(),
        limits=limits,
    )
    return compare({"p": spoken}, design)["p"]


def codes(found):
    return [reason.code for reason in found.computed.reasons]


@pytest.mark.parametrize(
    ("one", "other", "verdict", "why"),
    [
        ([2, 2, 2, 2, 2], [2, 2, 2, 2, 2], "agree", []),
        ([2, 2, 2, 2, 1], [2, 1, 2, 2, 2], "agree", []),
        ([-2] * 5, [-1, -2, -2, -2, -2], "agree", []),
        ([0] * 6, [0] * 6, "agree", []),
        ([2] * 5, [-2] * 5, "differ", []),
        ([2] * 5, [0, 0, -1, 0, -1], "differ", []),
        ([1] * 6, [0] * 6, "cannot tell", ["wide_interval"]),
        ([2, 2, 2, -1, 2], [2] * 5, "cannot tell", ["divided"]),
        ([2, 2, 0, 0, 2, 0, 2, 0] * 4, [1] * 32, "cannot tell", ["wide_spread"]),
        ([1, 0, 0, 0] * 6, [-1, 0, 0, 0] * 6, "cannot tell", ["near_nought"]),
        ([2] * 3, [-2] * 9, "cannot tell", ["few_clusters"]),
        ([2] * 2, [-2] * 9, "cannot tell", ["few_origins"]),
    ],
)
def test_verdicts(one, other, verdict, why):
    found = judged(one, other)
    assert (found.computed.verdict, codes(found)) == (verdict, why)
    assert judged(other, one).computed.verdict == verdict
    assert found.computed.method == METHOD == "clusters/2"


def test_what_no_codebook_fixed_beforehand_is_described_and_no_more():
    found = judged([2] * 5, [-2] * 5, family=False)
    assert (found.computed.verdict, codes(found)) == ("cannot tell", ["no_family"])
    assert found.pairs[0].pairing.described.lie == "apart"
    assert found.pairs[0].pairing.interval is not None


def test_below_four_against_four_it_is_described_with_what_each_cluster_decides():
    found = judged([2, 2, 2], [-2, -2, -2])
    described = found.pairs[0].pairing.described
    assert (described.difference, described.low, described.high, described.lie) == (4, 4, 4, "apart")
    assert described.stable
    assert not judged([2, 1, 1], [0, 0, 1]).pairs[0].pairing.described.stable
    assert found.pairs[0].pairing.interval is None
    assert found.pairs[0].tested is None


def test_one_work_that_reports_every_side_supports_nothing():
    voices = [voice(group, stance, "the-paper") for group, stance in (("a", 2), ("a", 1), ("b", -2))]
    found = judged(None, None, voices=voices)
    assert found.computed.verdict == "cannot tell"
    assert found.computed.reasons[0].words == "one work reports every side: the-paper"
    assert set(codes(found)) == {"one_work", "few_origins"}


def test_one_work_behind_two_of_three_sides_is_said_of_those_two():
    voices = [voice("a", 2, "the-paper"), voice("b", 1, "the-paper"), voice("c", 2, "w1", first=True)]
    design = Design(groups=dict.fromkeys("abc", "open"), cluster_of={})
    words = [reason.words for reason in compare({"p": voices}, design)["p"].computed.reasons]
    assert "one work reports both a and b: the-paper" in words
    assert not [word for word in words if "every side" in word]
    assert len(words) == len(set(words))


def test_an_origin_behind_both_sides_is_in_neither_estimate():
    voices = [
        *open_side("a", [2] * 5),
        *open_side("b", [2] * 5),
        voice("a", -2, "a-report", "the-paper"),
        voice("b", 2, "b-report", "the-paper"),
    ]
    found = judged(None, None, voices=voices)
    assert found.pairs[0].pairing.shared == ("a-report", "b-report", "the-paper")
    assert [len(side) for side in found.pairs[0].pairing.clusters] == [5, 5]
    alone = [voice("a", 2, "x", "w"), voice("a", 2, "v"), voice("b", 2, "w"), voice("b", 2, "v")]
    assert "shared_origin" in codes(judged(None, None, voices=alone))


def test_an_official_side_needs_one_first_hand_statement_and_what_others_report_does_not_count():
    reported = [voice("a", 2, f"w{at}") for at in range(5)]
    found = judged(None, None, voices=[*reported, *open_side("b", [2] * 5)], kinds=("official", "open"))
    assert codes(found) == ["not_first_hand"]
    own = voice("a", -1, "treaty", first=True, rung=Rung.TREATY)
    side = cell("a", [*reported, own], {}, "official")
    assert (side.mean, side.rung, side.position, side.origins, side.n) == (-1, Rung.TREATY, -1, 1, 6)


def test_the_highest_rung_says_where_an_official_side_stands():
    voices = [voice("a", 1, f"m{at}", first=True, rung=Rung.MINISTRY) for at in range(4)]
    voices.append(voice("a", -1, "speech", first=True, rung=Rung.LEADER))
    side = cell("a", voices, {}, "official")
    assert (side.rung, side.position, side.mean, side.divided) == (Rung.LEADER, -1, Fraction(3, 5), True)


@pytest.mark.parametrize(
    ("first", "kind", "level", "rung"),
    [
        (True, "treaty", None, Rung.TREATY),
        (True, "joint_statement", "ministry", Rung.TREATY),
        (True, "speech", "leader", Rung.LEADER),
        (True, "white_paper", "ministry", Rung.MINISTRY),
        (True, "press", "party_press", Rung.PARTY_PRESS),
        (True, "press", None, Rung.UNRANKED),
        (False, "treaty", "leader", Rung.REPORTED),
    ],
)
def test_rungs(first, kind, level, rung):
    assert rung_of(first_hand=first, work_kind=kind, level=level) == rung


def test_a_split_side_is_divided_and_not_nought():
    assert cell("a", [voice("a", 2, "w"), voice("a", -2, "w")], {}).divided
    assert not cell("a", [voice("a", 2, "w"), voice("a", 1, "v")], {}).divided
    split = judged([2, 2, -2, -2], [1] * 4)
    assert codes(split) == ["divided"]


def test_mixed_and_not_addressed_are_counted_apart():
    voices = [voice("a", "mixed", "w1"), voice("a", "not_addressed", "w2"), voice("a", 1, "w3")]
    side = cell("a", voices, {})
    assert (side.mean, side.n, side.mixed, side.not_addressed, side.origins) == (1, 1, 1, 1, 1)
    assert cell("a", voices[:2], {}).mean is None
    assert judged(None, None, voices=[*voices[:2], *open_side("b", [1] * 4)]).computed.reasons[0].code == (
        "no_stance"
    )


def test_every_origin_weighs_the_same():
    voices = [*(voice("a", 2, "loud") for _ in range(9)), voice("a", 0, "quiet")]
    assert cell("a", voices, {}).mean == 1
    assert cell("a", voices, {"loud": "c", "quiet": "c"}).mean == Fraction(9, 5)


def test_all_organs_of_a_party_state_as_one_origin_can_take_a_verdict_away():
    clusters = {f"a-{at}": f"organ-{at}" for at in range(5)}
    assert judged([2] * 5, [-2] * 5, clusters=clusters).computed.verdict == "differ"
    one = dict.fromkeys(clusters, "organs-of-aa")
    assert codes(judged([2] * 5, [-2] * 5, clusters=one)) == ["few_origins"]


def test_nothing_to_compare_with():
    assert codes_of(compute([], ())) == ["one_perspective"]


def codes_of(computed):
    return [reason.code for reason in computed.reasons]


def test_one_work_behind_several_others_is_still_one_work():
    assert common_work([("x", "the-paper"), ("y", "the-paper")]) == "the-paper"
    assert common_work([("x",), ("y",)]) is None
    assert common_work([]) is None


CHAINS = st.lists(st.lists(st.sampled_from("uvwxyz"), min_size=1, max_size=3), max_size=8)


@given(CHAINS, st.dictionaries(st.sampled_from("uvwxyz"), st.sampled_from("12")))
def test_components_are_the_transitive_closure_of_sharing_a_cluster(chains, cluster_of):
    parts = components(chains, cluster_of)
    assert sorted(at for part in parts for at in part) == list(range(len(chains)))
    of = {at: number for number, part in enumerate(parts) for at in part}
    sets = [{cluster_of.get(work, work) for work in chain} for chain in chains]
    for one, ours in enumerate(sets):
        for other, theirs in enumerate(sets):
            if ours & theirs:
                assert of[one] == of[other]
    for part in parts:
        reached, todo = {part[0]}, [part[0]]
        while todo:
            at = todo.pop()
            near = {other for other in part if sets[other] & sets[at]} - reached
            reached |= near
            todo += near
        assert reached == set(part)


VOICES = st.lists(
    st.builds(
        lambda group, stance, chain: voice(group, stance, *chain),
        st.sampled_from("ab"),
        st.sampled_from([-2, -1, 0, 1, 2, "mixed", "not_addressed"]),
        st.lists(st.sampled_from("uvwxyzst"), min_size=1, max_size=2),
    ),
    max_size=14,
)


@settings(max_examples=60, deadline=None)
@given(VOICES, st.randoms())
def test_the_order_of_statements_does_not_matter_and_a_lone_cannot_tell_says_why(voices, random):
    found = judged(None, None, voices=voices or [voice("c", 1, "w")])
    shuffled = list(voices)
    random.shuffle(shuffled)
    again = judged(None, None, voices=shuffled or [voice("c", 1, "w")])
    assert found.computed == again.computed
    assert [pair.pairing.described for pair in found.pairs] == [
        pair.pairing.described for pair in again.pairs
    ]
    if found.computed.verdict == "cannot tell":
        assert found.computed.reasons
    assert all("%" not in reason.words for reason in found.computed.reasons)


def test_every_reason_has_words():
    for words in WORDS.values():
        assert words % {"group": "a", "other": "b", "work": "w"}
