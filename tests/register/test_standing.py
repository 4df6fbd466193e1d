"""Joint only when everybody said the same; one silent is awaiting; different is disputed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.register.standing import advice, contradictions, fact_state, standing

WORDS = ("planned", "under_way", "fulfilled", "partial", "lapsed")
PARTIES = ("vn", "la")


@given(st.dictionaries(st.sampled_from(["vn", "la", "observer"]), st.sampled_from(WORDS)))
def test_joint_needs_the_same_explicit_word_of_every_party(said):
    stood = standing(said, PARTIES)
    words = [said.get(party) for party in PARTIES]
    assert (stood.state == "joint") == (None not in words and len(set(words)) == 1)
    assert (stood.state == "disputed") == (None not in words and len(set(words)) == 2)
    assert (stood.status is not None) == (stood.state == "joint")
    assert "observer" not in stood.said


def test_nobody_spoke_is_awaiting_everybody():
    assert standing({}, PARTIES).silent == PARTIES
    assert standing({}, PARTIES).state == "awaiting"


def test_no_parties_is_never_joint():
    assert standing({"vn": "fulfilled"}, ()).state == "awaiting"


def test_three_parties_two_of_which_differ_is_disputed_though_one_is_silent():
    stood = standing({"vn": "fulfilled", "la": "lapsed"}, ("vn", "la", "kh"))
    assert (stood.state, stood.silent) == ("disputed", ("kh",))


def test_what_is_left_out_and_how_it_is_worded_contradicts_nothing():
    one = {"date": "2016-03-16", "place": "Ha Noi"}
    assert contradictions("register.event", [one, {"date": "2016-03-16"}]) == ()
    assert contradictions("register.event", [one, {}]) == ()
    assert contradictions("register.event", [one, {"date": "2016"}]) == ("date",)
    named = {
        "parties": [
            {"party": "vn", "level": "state", "actor": {"en": "a"}},
            {"party": "la", "level": "state"},
        ]
    }
    turned = {"parties": [{"party": "la", "level": "state"}, {"party": "vn", "level": "state"}]}
    assert contradictions("register.instrument", [named, turned]) == ()
    assert contradictions("register.instrument", [named, {"parties": turned["parties"][:1]}]) == ("parties",)


def test_a_contradiction_weighs_more_than_a_silence():
    assert fact_state(("date",), ("la",)) == "recorded differently"
    assert fact_state((), ("la",)) == "awaiting"
    assert fact_state((), ()) == "agreed"


@pytest.mark.parametrize(
    ("window", "today", "expected"),
    [
        ("2025-01/2025-03", date(2025, 3, 31), "inside its window"),
        ("2025-01/2025-03", date(2025, 4, 1), "window over, no evidence seen"),
        ("2026/2030", date(2030, 12, 31), "inside its window"),
        ("2026/2030~", date(2031, 1, 1), "window over, no evidence seen"),
        ("2025-12-03/..", date(2040, 1, 1), ""),
        ("2025-12-03/", date(2040, 1, 1), ""),
        ("201X", date(2040, 1, 1), ""),
        (None, date(2040, 1, 1), ""),
    ],
)
def test_advice_reads_the_window_by_an_injected_clock(window, today, expected):
    assert advice(window, standing({}, PARTIES), today) == expected


def test_advice_is_silent_once_the_parties_have_spoken_together():
    joint = standing(dict.fromkeys(PARTIES, "lapsed"), PARTIES)
    assert advice("2020/2021", joint, date(2030, 1, 1)) == ""
    one = standing({"vn": "fulfilled"}, PARTIES)
    assert advice("2020/2021", one, date(2030, 1, 1)) == "window over, one side silent"
