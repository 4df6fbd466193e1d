"""Markings: the table of labels, and that combining never widens."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record.marking import EVERYBODY, LABELS, REASONS, UNKNOWN, Marked, combine, mark, may_release

PARTIES = ["vn", "la", "kh", "th"]
LABEL = st.sampled_from([*LABELS, "TLP:WHITE", "tlp:clear", "", "TLP:AMBER+"])
MARK = st.builds(mark, LABEL, st.lists(st.sampled_from(PARTIES), unique=True))


class Terms:
    def __init__(self, *parties):
        self.parties = parties

    def member(self, party):
        return party if party in self.parties else None


class Term:
    def __init__(self, expires):
        self.expires = expires

    def may_grant(self, now):
        return now < self.expires


def decide(label="TLP:AMBER", to=("la",), *, recipient="la", terms=None, trust=(), now=5):
    terms = Terms("vn", "la") if terms is None else terms
    return may_release(label, to, recipient, terms or None, trust, now)


@given(st.lists(MARK, max_size=6), st.sampled_from(PARTIES))
def test_what_may_be_shown_of_the_whole_may_be_shown_of_every_part(marks, party):
    whole = combine(marks)
    if whole.permits(party):
        assert all(part.permits(party) for part in marks)
    assert all(whole.restriction >= part.restriction for part in marks)
    for part in marks:
        assert part.audience is None or (whole.audience is not None and whole.audience <= part.audience)


@given(st.lists(MARK, max_size=6), MARK, st.sampled_from(PARTIES))
def test_one_more_source_never_widens(marks, more, party):
    assert combine(marks).permits(party) or not combine([*marks, more]).permits(party)


@given(st.lists(MARK, max_size=5), st.randoms())
def test_neither_order_nor_grouping_nor_repetition_matters(marks, rng):
    mixed = marks * 2
    rng.shuffle(mixed)
    assert combine(mixed) == combine(marks)
    for cut in range(len(marks) + 1):
        assert combine(marks[:cut]).combine(combine(marks[cut:])) == combine(marks)


@given(MARK)
def test_everybody_changes_nothing_and_the_unknown_takes_all(marked):
    assert marked.combine(EVERYBODY) == marked == EVERYBODY.combine(marked)
    assert marked.combine(mark("TLP:PURPLE", PARTIES)) == Marked(UNKNOWN, frozenset())


@given(LABEL, st.lists(st.sampled_from(PARTIES), unique=True), st.sampled_from(PARTIES))
def test_a_release_is_what_the_marking_permits_and_no_more(label, audience, party):
    allowed = may_release(label, audience, party, Terms(*PARTIES), (), 0).allowed
    assert allowed == (label == "TLP:CLEAR" or (label in LABELS and party in audience))


@pytest.mark.parametrize("label", LABELS[1:])
def test_an_empty_audience_is_nobody(label):
    assert decide(label, ()).reasons == ("audience-empty",)


def test_clear_is_for_everybody_whatever_is_listed():
    assert decide("TLP:CLEAR", ()).allowed
    assert decide("TLP:CLEAR", ("kh",), terms=Terms()).allowed


@pytest.mark.parametrize("label", ["", "TLP:WHITE", "CLEAR", "tlp:red", "TLP:RED ", "TLP:AMBER+strict"])
def test_an_unknown_label_denies(label):
    assert decide(label).reasons == ("marking-unknown",)
    assert not mark(label, ["la"]).permits("la")


def test_every_reason_that_applies_is_named():
    assert decide(to=("kh",)).reasons == ("not-in-audience",)
    assert decide(terms=Terms("vn")).reasons == ("not-a-member",)
    assert may_release("TLP:RED", ["la"], "la", None, (), 0).reasons == ("no-compact",)
    found = may_release("TLP:RED", [], "la", None, [Term(9), Term(5)], 5).reasons
    assert found == ("charter-expired", "audience-empty", "no-compact")
    assert set(found) <= set(REASONS)


def test_a_charter_that_expired_freezes_even_what_is_clear():
    assert decide("TLP:CLEAR", trust=[Term(6), Term(6)]).allowed
    assert decide("TLP:CLEAR", trust=[Term(6), Term(5)]).reasons == ("charter-expired",)
