"""Stripes, their positions, and the right edge, against the recursive definition."""

from __future__ import annotations

from hashlib import sha256

from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import merkle
from comity.record.tree import (
    STRIPE,
    Edge,
    expand,
    expanded_hash,
    leaf_hashes,
    parents,
    position,
    stripe_at,
    stripe_count,
)


def hashes(count: int) -> list[bytes]:
    return [sha256(b"%d" % n).digest() for n in range(count)]


def test_positions_are_the_order_in_which_stripes_complete():
    completed = []
    for leaf in range(1, 16**3 * 3 + 1):
        rows = [row for row in range(4) if leaf % 16 ** (row + 1) == 0]
        completed += [(row, leaf // 16 ** (row + 1) - 1) for row in rows]
    assert [position(row, index) for row, index in completed] == list(range(len(completed)))
    assert [stripe_at(place) for place in range(len(completed))] == completed


@given(st.integers(0, 9), st.integers(0, 1 << 20))
def test_stripe_at_inverts_position(row, index):
    assert stripe_at(position(row, index)) == (row, index)


@given(st.integers(0, 1 << 50))
def test_stripe_count_counts_what_is_complete(size):
    assert stripe_count(size) == sum(size // 16 ** (row + 1) for row in range(14))


@given(st.lists(st.integers(1, 400), max_size=12))
@settings(max_examples=40, deadline=None)
def test_an_edge_grown_in_any_steps_has_the_root_and_the_stripes_of_the_whole(steps):
    everything = hashes(sum(steps))
    edge, stripes = Edge(), []
    for step in steps:
        edge, more = edge.extend(everything[edge.size : edge.size + step])
        stripes += more
        assert edge.root == merkle.root_of_hashes(everything[: edge.size])
    whole, at_once = Edge().extend(everything)
    assert (whole.size, whole.root, whole.rows or ()) == (edge.size, edge.root, edge.rows or ())
    assert stripes == at_once
    assert [place for place, _ in stripes] == list(range(stripe_count(len(everything))))
    for place, stored in stripes:
        row, index = stripe_at(place)
        for offset in range(STRIPE):
            start = (index * STRIPE + offset) << (4 * row)
            below = everything[start : start + (1 << (4 * row))]
            assert stored[32 * offset : 32 * offset + 32] == merkle.root_of_hashes(below)


def test_an_empty_edge_has_the_empty_root():
    assert Edge().root == merkle.EMPTY_ROOT
    assert Edge().extend([]) == (Edge(), [])


def test_leaf_hashes_and_parents_are_those_of_the_standard():
    leaves = [b"", b"x", b"y" * 1000]
    assert leaf_hashes(leaves) == [merkle.leaf_hash(leaf) for leaf in leaves]
    a, b, c, d = hashes(4)
    assert parents(a + b + c + d) == merkle.node_hash(a, b) + merkle.node_hash(c, d)


def test_a_stripe_that_is_not_complete_expands_to_what_there_is():
    leaves = hashes(13)
    expanded = expand(b"".join(leaves))
    assert len(expanded) == 960
    for level in range(4):
        for index in range(16 >> level):
            below = leaves[index << level : (index + 1) << level]
            whole = len(below) == 1 << level
            assert expanded_hash(expanded, level, index) == (
                merkle.root_of_hashes(below) if whole else bytes(32)
            )


def test_an_expanded_stripe_holds_every_inner_hash():
    leaves = hashes(16)
    expanded = expand(b"".join(leaves))
    assert len(expanded) == 960
    for level in range(4):
        for index in range(16 >> level):
            below = leaves[index << level : (index + 1) << level]
            assert expanded_hash(expanded, level, index) == merkle.root_of_hashes(below)
