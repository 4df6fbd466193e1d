"""The messages of a blind zone: what is found, what is refused, what an audit sees of a lie."""

from __future__ import annotations

import secrets
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nacl import bindings

from comity.assessment.position.zone.errors import ZoneMessageError
from comity.assessment.position.zone.group import is_point, multiply, to_point, to_scalar
from comity.assessment.position.zone.protocol import Side, audit

TERMS, FROZEN = bytes(32), b"\x01" * 32
NEUTRAL = b"\x01" + bytes(31)
ORDER_8 = bytes.fromhex("26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05")
OUTSIDE = {
    "neutral": NEUTRAL,
    "of small order": ORDER_8,
    "of mixed order": bindings.crypto_core_ed25519_add(to_point(b"x"), ORDER_8),
    "not canonical": (2**255 - 19 + 1).to_bytes(32, "little"),
    "no point": b"\x02" + bytes(31),
    "too short": b"",
}


def side(accepted, cap=3, seed=b""):
    return Side(seed or secrets.token_bytes(32), TERMS, FROZEN, frozenset(accepted), cap)


def exchanged(one, other):
    """What each finds when both keep to the protocol."""
    mine, theirs = one.first(), other.first()
    return one.common(other.second(mine), theirs), other.common(one.second(theirs), mine)


PACKAGES = [f"p{number}" for number in range(8)]
SETS = st.sets(st.sampled_from(PACKAGES), max_size=4)


@settings(max_examples=25, deadline=None)
@given(SETS, SETS)
def test_both_find_the_intersection_whatever_the_sets(ours, theirs):
    one, other = side(ours, 4), side(theirs, 4)
    assert exchanged(one, other) == (ours & theirs, ours & theirs)
    assert len(one.first()) == len(other.first()) == 4  # neither says how many it accepts
    assert one.first() == sorted(one.first())


def test_messages_of_one_set_do_not_resemble_each_other():
    one, again = side(["p1", "p2"]), side(["p1", "p2"])
    assert not set(one.first()) & set(again.first())
    assert not set(one.first()) & {to_point(FROZEN, slug.encode()) for slug in PACKAGES}


def test_a_side_that_accepts_all_that_the_cap_allows_learns_that_much_and_no_more():
    theirs = side(["p0", "p5"])
    greedy = side(["p0", "p1", "p2"])
    found, _ = exchanged(greedy, theirs)
    assert found == {"p0"}  # p5 lies beyond its cap: it stays hidden
    with pytest.raises(ZoneMessageError, match="cap is 3"):
        side(PACKAGES).first()


@pytest.mark.parametrize("name", OUTSIDE)
def test_what_is_no_point_of_the_group_is_refused(name):
    bad = OUTSIDE[name]
    assert not is_point(bad)
    with pytest.raises(ZoneMessageError):
        multiply(to_scalar(b"s"), bad)
    good = side(["p1"]).first()
    with pytest.raises(ZoneMessageError, match="not one of the group"):
        side(["p1"]).second([*good[:2], bad])


def test_a_message_of_another_size_or_with_a_point_twice_is_refused():
    sent = side(["p1"], 4).first()
    for bad in (sent, sent[:2], [], [sent[0], sent[0], sent[1]]):
        with pytest.raises(ZoneMessageError):
            side(["p1"]).second(bad)


@pytest.mark.parametrize("cut", range(3))
def test_hashing_tells_parts_apart(cut):
    parts = [b"ab", b"c", b""]
    moved = [b"a", b"bc", b""]
    assert to_point(*parts[: cut + 1]) != to_point(*moved[: cut + 1])
    assert is_point(to_point(*parts[: cut + 1]))


def test_an_audit_sees_a_message_that_does_not_follow_from_the_set():
    honest, other = side(["p1"]), side(["p1", "p2"])
    sent, received = honest.first(), other.first()
    returned = honest.second(received)
    assert audit(honest, sent, returned, received) == ()
    assert audit(honest, sent, None, None) == ()
    probing = replace(honest, accepted=frozenset(["p1", "p2", "p3"]))
    assert audit(honest, probing.first(), returned, received) == ("points-differ",)
    assert audit(honest, sent, returned[::-1], received) == ("reply-differs",)
    assert audit(honest, sent, [NEUTRAL] * 3, received) == ("reply-differs",)
    assert audit(replace(honest, accepted=frozenset(PACKAGES)), sent, returned, received)[0] == "over-cap"
    assert audit(replace(honest, seed=bytes(32)), sent, returned, received) == (
        "points-differ",
        "reply-differs",
    )
