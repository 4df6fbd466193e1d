"""Salts from a tree of seeds: all from one, and none again of those that were destroyed."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.border.sensors.errors import BatchError
from comity.border.sensors.salts import Salts, without

SEED = bytes(range(32))


def test_one_seed_gives_every_salt_in_any_order():
    forth = [Salts(SEED, 5, 40).of(number) for number in range(5, 41)]
    salts = Salts(SEED, 5, 40)
    assert [salts.of(number) for number in range(40, 4, -1)] == forth[::-1]
    assert len(set(forth)) == 36
    assert Salts(SEED, 7, 7).of(7) == SEED, "alone at the top"


@given(st.integers(1, 70), st.data())
def test_what_is_destroyed_is_gone_and_the_rest_is_as_it_was(size, data):
    first = 1000
    before = {
        number: Salts(SEED, first, first + size - 1).of(number) for number in range(first, first + size)
    }
    kept, gone = SEED, set()
    for _ in range(3):
        more = data.draw(st.sets(st.sampled_from(sorted(before))))
        gone |= more
        kept = without(kept, first, first + size - 1, sorted(more))
        salts = Salts(kept, first, first + size - 1)
        for number, salt in before.items():
            if number in gone:
                with pytest.raises(BatchError):
                    salts.of(number)
                assert salt not in kept
            else:
                assert salts.of(number) == salt
        if gone:
            assert SEED not in kept


def test_a_stretch_costs_little():
    kept = without(SEED, 1, 1_000_000, range(1, 999_000))
    assert len(kept) < 30 * 41
    assert without(kept, 1, 1_000_000, range(1, 1_000_001)) == b""


def test_in_order_or_not_the_salts_are_the_same():
    kept, first, last = bytes(range(32)), 7, 7 + 1500
    alone = [Salts(kept, first, last).of(number) for number in range(first, last + 1)]
    one = Salts(kept, first, last)
    assert [one.of(number) for number in range(first, last + 1)] == alone
    assert [one.of(number) for number in (first + 300, first, last, first + 301)] == [
        alone[300], alone[0], alone[-1], alone[301],
    ]  # fmt: skip
    some = [number for number in range(first, last + 1) if number % 5]
    other = Salts(kept, first, last)
    assert [other.of(number) for number in some] == [alone[number - first] for number in some]
