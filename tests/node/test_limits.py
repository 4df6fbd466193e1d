"""Shares: what passes, what waits, and that one caller's flood leaves the others theirs."""

from __future__ import annotations

from contextlib import ExitStack

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.node.config import LimitSettings
from comity.node.http_errors import QuotaUsedError, TooManyRequestsError
from comity.node.limits import DAY, MEBIBYTE, Limits, TokenBucket

WALL = 20_000 * DAY + 100


def admitted(limits, peer, now, wall=WALL):
    try:
        with limits.admit(peer, now, wall):
            return True
    except TooManyRequestsError:
        return False


@given(
    st.floats(0.1, 100),
    st.integers(1, 50),
    st.lists(st.floats(0, 10), min_size=1, max_size=200),
)
def test_never_more_than_burst_and_rate_together(rate, burst, pauses):
    bucket, now, taken = TokenBucket(rate, burst), 0.0, 0
    for pause in pauses:
        now += pause
        taken += bucket.take(now) == 0
        assert taken <= burst + rate * now + 1e-6


@given(st.floats(0.1, 100), st.integers(1, 20))
def test_whoever_waits_as_told_gets_in(rate, burst):
    bucket = TokenBucket(rate, burst)
    for _ in range(burst):
        assert bucket.take(5.0) == 0
    wait = bucket.take(5.0)
    assert wait > 0
    assert bucket.take(5.0 + wait + 1e-6) == 0


def test_a_clock_that_goes_back_gives_nothing():
    bucket = TokenBucket(1, 1)
    assert bucket.take(100) == 0
    assert bucket.take(0) > 0


def test_a_flood_of_one_peer_leaves_the_others_theirs():
    limits = Limits(LimitSettings(requests_per_second=2, burst=10))
    passed = sum(admitted(limits, "la/hq", 0.001 * step) for step in range(10_000))
    assert passed <= 10 + 2 * 10
    assert all(admitted(limits, "kh/hq", 9 + step / 2) for step in range(10))


def test_a_flood_of_the_unknown_leaves_peers_theirs():
    limits = Limits(LimitSettings(unknown_per_second=1, unknown_burst=3))
    for _ in range(3):
        limits.refuse_unknown(0.0)
    with pytest.raises(TooManyRequestsError) as caught:
        limits.refuse_unknown(0.0)
    assert caught.value.retry_after == 1
    assert admitted(limits, "la/hq", 0.0)


def test_octets_of_a_day_are_counted_by_peer_and_end_with_the_day():
    limits = Limits(LimitSettings(megabytes_per_day=1))
    limits.charge("la/hq", MEBIBYTE - 1, WALL)
    assert admitted(limits, "la/hq", 0)
    limits.charge("la/hq", 1, WALL)
    with pytest.raises(QuotaUsedError) as caught, limits.admit("la/hq", 1, WALL):
        pass
    assert caught.value.retry_after == DAY - 100
    assert caught.value.status == 429
    assert admitted(limits, "kh/hq", 1)
    assert admitted(limits, "la/hq", 2, WALL + DAY - 100)


def test_only_so_many_at_once_and_a_place_is_given_back_whatever_happens():
    limits = Limits(LimitSettings(at_once=2))
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(limits.admit("la/hq", 0, WALL))
        assert not admitted(limits, "la/hq", 0)
        assert admitted(limits, "kh/hq", 0)
    with pytest.raises(ZeroDivisionError), limits.admit("la/hq", 0, WALL):
        raise ZeroDivisionError
    with ExitStack() as stack:
        for _ in range(2):
            stack.enter_context(limits.admit("la/hq", 0, WALL))
