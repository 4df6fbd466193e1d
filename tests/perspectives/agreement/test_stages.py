"""Two stages of agreement, passages that are the same, intervals by document, own-side bias."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.perspectives.agreement.bias import bias
from comity.perspectives.agreement.bootstrap import by_document
from comity.perspectives.agreement.stages import stages
from comity.perspectives.agreement.unitising import Span, f1, matches, overlap, unitising
from comity.perspectives.agreement.units import Coding, join, topic


def coding(coder, stance, *, start=0, end=10, document=0, proposition="river", holder="office", frame=""):
    span = Span(document, topic(proposition, holder), start, end)
    return Coding(coder, coder.partition("/")[0], span, proposition, holder, stance, frame)


def both(*stances):
    """One unit for each pair of stances, each in a document of its own."""
    made = []
    for at, (one, other) in enumerate(stances):
        made += [coding("vn/a", one, document=at), coding("la/a", other, document=at)]
    return join(made)


def test_not_addressed_never_enters_the_second_stage():
    found = stages(both((2, 2), (1, 0), ("mixed", "mixed"), ("not_addressed", -2), (-2, -2)), "r")
    assert found.addressed.alpha.units == 5
    assert found.stance.alpha.units == 3, "only where both coded a stance"
    assert found.addressed.alpha.value < 1
    assert found.stance.alpha.value > 0.8


def test_what_cannot_be_estimated_is_not_a_number():
    found = stages(both((2, 2), (2, 2)), "r")
    assert (found.addressed.alpha.value, found.addressed.alpha.why) == (None, "no_variance")
    assert (found.stance.alpha.value, found.stance.alpha.why) == (None, "no_variance")
    assert (found.frame.alpha.value, found.frame.alpha.why) == (None, "no_pairs")
    assert found.stance.interval is None


def test_one_document_has_no_interval_and_two_have_the_same_on_every_node():
    one = join([coding("vn/a", 2), coding("la/a", 1), coding("vn/a", -2, start=20, end=30),
                coding("la/a", -2, start=20, end=30)])  # fmt: skip
    assert stages(one, "r").stance.interval is None
    units = both((2, 2), (1, 0), (-1, -1), (2, 1), (-2, -2), (0, 1))
    assert stages(units, "r") == stages(units, "r")
    assert stages(units, "r").stance.interval.low <= stages(units, "r").stance.alpha.value


def test_bootstrap_draws_whole_documents():
    seen = []

    def statistic(at):
        seen.append(sorted(at))
        return 0.0

    by_document([0, 0, 1, 1, 1], statistic, seed=("s",), resamples=50)
    allowed = [[0, 0, 1, 1], [2, 2, 3, 3, 4, 4], [0, 1, 2, 3, 4]]
    assert all([int(x) for x in row] in allowed for row in seen)
    assert by_document([0, 0], statistic, seed=("s",)) is None


def test_a_statistic_that_mostly_fails_has_no_interval():
    assert by_document([0, 1, 2], lambda at: None if len(set(at)) < 3 else 1.0, seed=("s",)) is None


def test_passages_match_by_half_of_what_they_cover_and_one_to_one():
    ours = [Span(0, "t", 0, 10), Span(0, "t", 20, 30)]
    theirs = [Span(0, "t", 1, 10), Span(0, "t", 0, 9), Span(0, "u", 20, 30), Span(1, "t", 20, 30)]
    assert overlap(ours[0], theirs[0]) == 0.9
    assert len(matches(ours, theirs)) == 1
    assert f1(ours, theirs) == pytest.approx(2 / 6)
    assert (f1([], []), f1(ours, [])) == (1.0, 0.0)
    assert unitising({"vn/a": ours}).f1 is None


SPANS = st.lists(
    st.tuples(st.integers(0, 1), st.sampled_from("tu"), st.integers(0, 40), st.integers(1, 20)).map(
        lambda part: Span(part[0], part[1], part[2], part[2] + part[3])
    ),
    unique=True,
    max_size=8,
)


@settings(max_examples=100, deadline=None)
@given(SPANS, SPANS)
def test_f1_is_symmetric_bounded_and_one_for_the_same(ours, theirs):
    assert f1(ours, theirs) == f1(theirs, ours)
    assert 0 <= f1(ours, theirs) <= 1
    assert f1(ours, ours) == 1
    pairs = matches(ours, theirs)
    assert len({one for one, _ in pairs}) == len({other for _, other in pairs}) == len(pairs)


def test_found_passages_are_joined_and_what_one_found_alone_stays_alone():
    units = join([coding("vn/a", 2, start=0, end=10), coding("la/a", 1, start=1, end=10),
                  coding("la/b", 1, start=50, end=60), coding("vn/a", 0, start=0, end=10, holder="other")])  # fmt: skip
    assert sorted(sorted(unit.codings) for unit in units) == [["la/a", "vn/a"], ["la/b"], ["vn/a"]]
    assert [unit.differs for unit in units if len(unit.codings) == 2] == [True]


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(["vn/a", "vn/b", "la/a"]), SPANS), max_size=3), st.randoms())
def test_units_do_not_depend_on_the_order_in_which_sheets_are_read(sheets, random):
    codings = {
        (coder, span): Coding(coder, coder[:2], span, span.topic, "office", 1)
        for coder, spans in sheets
        for span in spans
    }
    shuffled = list(codings.values())
    random.shuffle(shuffled)
    assert join(shuffled) == join(list(codings.values()))
    assert sum(len(unit.codings) for unit in join(shuffled)) == len(codings)


def test_a_side_that_reads_its_own_holder_higher_is_seen_with_its_interval():
    made = []
    for document in range(8):
        for coder, mine, theirs in (("vn/a", 2, 0), ("vn/b", 2, 0), ("la/a", 1, 0)):
            made.append(coding(coder, mine, document=document, holder="vn-ministry"))
            made.append(coding(coder, theirs, document=document, holder="la-ministry", start=20, end=30))
    found = {item.holder: item for item in bias(join(made), "r")}
    assert (found["vn-ministry"].one, found["vn-ministry"].other) == ("la", "vn")
    assert found["vn-ministry"].difference == -1
    assert found["vn-ministry"].interval.high < 0
    assert found["la-ministry"].difference == 0
    assert found["vn-ministry"].units == found["vn-ministry"].documents == 8


def test_units_that_one_side_left_open_are_in_no_bias():
    assert bias(both((2, "mixed"), ("not_addressed", 1)), "r") == []
    assert bias(join([coding("vn/a", 2), coding("vn/b", 1)]), "r") == []


def test_interval_of_a_mean_covers_what_it_should():
    rng = np.random.default_rng(5)
    covered = 0
    for trial in range(120):
        values = rng.normal(0, 1, 30)
        documents = list(range(30))
        found = by_document(
            documents, lambda at, v=values: float(v[at].mean()), seed=("t", str(trial)), resamples=199
        )
        covered += found.low <= 0 <= found.high
    assert covered / 120 > 0.87
