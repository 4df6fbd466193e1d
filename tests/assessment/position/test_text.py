"""States of clauses: the same in any interleaving, and only when every party said so."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.assessment.position.line import Written, standing
from comity.assessment.position.text import Step, digest, states

ONE, TWO = {"en": "One."}, {"en": "Two."}
BOTH = ("la", "vn")


def step(party, index, what, text=None, about=""):
    return Step(party, f"{party}/hq", index, 0, "c", what, text, about)


def state_of(*steps):
    return states(steps, BOTH)[0]


def test_a_clause_is_agreed_when_both_stand_by_one_text():
    proposed = step("vn", 1, "propose", ONE)
    assert state_of(proposed).state == "proposed"
    accepted = step("la", 5, "accept", about=digest(ONE))
    assert (state_of(proposed, accepted).state, state_of(proposed, accepted).agreed) == (
        "agreed",
        digest(ONE),
    )
    assert state_of(proposed, step("la", 5, "bracket", about=digest(ONE))).state == "bracketed"
    assert state_of(proposed, step("la", 5, "propose", TWO)).state == "bracketed"
    assert state_of(proposed, step("la", 5, "propose", ONE)).state == "agreed"
    assert state_of(proposed, accepted, step("vn", 2, "propose", TWO)).state == "bracketed"
    assert state_of(proposed, accepted, step("vn", 2, "withdraw")).state == "proposed"
    assert state_of(proposed, step("vn", 2, "withdraw")).state == "withdrawn"
    assert state_of(step("la", 5, "accept", about=digest(ONE))).state == "unknown-text"


steps = st.builds(
    lambda party, index, what, text: step(
        party,
        index,
        what,
        text if what == "propose" else None,
        digest(text) if what in ("accept", "bracket") else "",
    ),
    st.sampled_from(BOTH),
    st.integers(0, 9),
    st.sampled_from(["propose", "accept", "bracket", "withdraw"]),
    st.sampled_from([ONE, TWO]),
)


@given(st.lists(steps, unique_by=lambda one: (one.party, one.index), min_size=1), st.randoms())
def test_any_interleaving_gives_the_same_state(items, random):
    shuffled = list(items)
    random.shuffle(shuffled)
    found = states(shuffled, BOTH)
    assert found == states(items, BOTH)
    if found[0].state == "agreed":
        assert {word.version for word in found[0].words.values()} == {found[0].agreed}
        assert all(word.step in ("propose", "accept") for word in found[0].words.values())
        assert set(found[0].words) == set(BOTH)


def test_a_third_log_that_is_no_party_changes_nothing():
    both = [step("vn", 1, "propose", ONE), step("la", 1, "propose", ONE)]
    assert states([*both, step("xx", 1, "bracket", about=digest(ONE))], BOTH)[0].agreed


def test_nobody_agrees_alone():
    assert states([step("vn", 1, "propose", ONE)], ("vn",))[0].state == "proposed"
    alone = Written("vn", "vn/hq", 1, {}, approved=True)
    assert standing(1, [alone], {}, ["vn"], date(2026, 1, 1)).status == "one-sided"


@pytest.mark.parametrize(
    ("changed", "on", "status"),
    [
        ({}, "2026-03-01", "in-force"),
        ({}, "2025-12-31", "not-yet"),
        ({}, "2026-12-31", "in-force"),
        ({}, "2027-01-01", "expired"),
        ({"approved": False}, "2026-03-01", "awaiting-approval"),
        ({"fields": {"mandate_holder": {"en": "Other"}}}, "2026-03-01", "differs"),
    ],
)
def test_where_a_line_stands(changed, on, status):
    fields = {"mandate_holder": {"en": "Mission"}, "valid_from": "2026-01-01", "valid_to": "2026-12-31"}
    vn = Written("vn", "vn/hq", 3, fields, approved=True)
    la = Written("la", "la/hq", 4, {**fields, **changed.get("fields", {})}, changed.get("approved", True))
    day = date.fromisoformat(on)
    assert standing(1, [vn, la], {}, BOTH, day).status == status
    assert standing(1, [vn], {}, BOTH, day).status == "one-sided"
    assert standing(1, [vn, la], {"la": "2025-06-01"}, BOTH, day).status == "withdrawn"
    assert standing(1, [vn, la], {"la": "2028-06-01"}, BOTH, day).status == status
