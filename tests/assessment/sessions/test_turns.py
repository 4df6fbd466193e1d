"""Who opens first alternates by question, is drawn by the session, and is read from the logs."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given
from hypothesis import strategies as st

from comity.assessment.sessions.turns import Opening, Turn, due, in_turn, order
from comity.record.canonical import b64
from comity.record.entry_form import Ref

QUESTIONS = ["a", "b", "c", "d"]


def digest(seed):
    return b64(sha256(str(seed).encode()).digest())


def opening(party, index, *questions):
    return Opening(party, Ref(f"{party}/hq", index, b""), frozenset(questions))


def test_another_one_is_first_each_time_and_nobody_chooses_who_begins():
    firsts = set()
    for seed in range(20):
        turns = order(digest(seed), QUESTIONS, ["vn", "la"])
        first = [next(turn.party for turn in turns if turn.question == one) for one in QUESTIONS]
        assert first[0] != first[1]
        assert first == first[:2] * 2
        assert [turn.question for turn in turns] == [one for one in QUESTIONS for _ in range(2)]
        assert turns == order(digest(seed), QUESTIONS, ["la", "vn"])
        firsts.add(first[0])
    assert firsts == {"vn", "la"}


def everything_known(_log, _place):
    return 0


def nothing_known(_log, _place):
    return None


def test_the_next_opening_is_the_first_that_has_not_come():
    turns = order(digest(1), QUESTIONS[:2], ["vn", "la"])
    assert due(turns, []) == turns[0]
    done = [opening(turn.party, 7, turn.question) for turn in turns[:3]]
    assert due(turns, done) == turns[3]
    assert due(turns, [*done, opening(turns[3].party, 8, turns[3].question)]) is None


def test_an_opening_is_in_turn_when_its_log_knew_what_comes_before():
    turns = order(digest(1), QUESTIONS[:2], ["vn", "la"])
    first, second = turns[0].party, turns[1].party
    done = [opening(first, 5, "a"), opening(second, 6, "a"), opening(second, 9, "b"), opening(first, 9, "b")]
    assert all(in_turn(turns, done, everything_known).values())
    # Its log names nothing of the other's: it opened without having seen it.
    found = in_turn(turns, done, nothing_known)
    assert found[Turn("a", first)]
    assert not any(found[turn] for turn in turns[1:])
    # All at once: what comes after another party's turn is out of turn.
    at_once = in_turn(turns, [opening(first, 5, "a", "b")], everything_known)
    assert at_once == {Turn("a", first): True, Turn("b", first): False}
    # The log learned of it, but only after it had opened.
    late = in_turn(turns, done[:2], lambda _log, _place: 6)
    assert late == {Turn("a", first): True, Turn("a", second): False}


@given(st.permutations(range(8)), st.integers(0, 50))
def test_in_turn_is_a_matter_of_order_alone(places, seed):
    """In the one order in which they are due all are in turn, in any other at least one is not."""
    turns = order(digest(seed), QUESTIONS, ["vn", "la"])
    done = [opening(turn.party, place, turn.question) for turn, place in zip(turns, places, strict=True)]

    def knows(_log, place):
        return place.index

    assert all(in_turn(turns, done, knows).values()) == (list(places) == sorted(places))
