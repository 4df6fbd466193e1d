"""The path that a page draws leads to the root."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from comity.console.proof_view import sides
from comity.record import merkle


@given(st.integers(1, 70), st.data())
def test_the_sides_drawn_recompute_the_root(size, data):
    index = data.draw(st.integers(0, size - 1))
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(size)]
    path = merkle.prove_inclusion(leaves, index, size)
    found = leaves[index]
    for step in sides(index, size, path):
        sibling = base64.b64decode(step.hash)
        found = merkle.node_hash(sibling, found) if step.left else merkle.node_hash(found, sibling)
    assert found == merkle.root([bytes([i]) for i in range(size)])
