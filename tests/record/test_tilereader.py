"""Authenticated tiles: every hash that comes out is in the signed tree, whatever was served."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import merkle
from comity.record.errors import ComityError
from comity.record.fetch import FetchError, NotFoundError
from comity.record.note import Signer
from comity.record.tilereader import (
    TileProofError,
    TileReader,
    complete_subtrees,
    edge_widths,
    edged_reader,
)
from tests.sim.peer import Peer, Tree, flipped, missing, once, only, short_hashes, swapped, truncated

SIGNER = Signer("la/hq", bytes(32))


def peer_of(count):
    return Peer(SIGNER, [b"leaf %d" % number for number in range(count)])


def reader_of(peer):
    reader = TileReader(peer.fetch, peer.size, peer.tree.root(peer.size))
    reader.authenticate()
    return reader


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 511, 65_535, 65_536, 65_537, 66_000])
def test_every_complete_subtree_is_read(size):
    peer = peer_of(size)
    reader = reader_of(peer)
    for level in range(size.bit_length()):
        count = size >> level
        for index in {0, count // 2, count - 1} - {-1}:
            if index < count:
                assert reader.hash(level, index) == peer.tree.read(level, index)
    assert merkle.root_from(reader.hash, size) == peer.tree.root()


def test_the_widths_of_the_specification():
    """The example of tlog-tiles: 70,000 leaves have partial tiles of width 112, 17 and 1."""
    assert edge_widths(70_000) == [112, 17, 1]
    assert edge_widths(256) == [0, 1]
    assert edge_widths(0) == []


@pytest.mark.parametrize("question", [(0, 300), (8, 1), (9, 0), (-1, 0), (0, -1), (63, 0)])
def test_what_is_not_in_the_tree_is_refused(question):
    with pytest.raises(ValueError):
        reader_of(peer_of(300)).hash(*question)


LIES = {
    "a byte less": truncated(1),
    "a hash less": truncated(32),
    "nothing": lambda _path, _data: b"",
    "a hash more": lambda _path, data: data + bytes(32),
    "hashes of 31 bytes": short_hashes,
    "a bit": flipped(5, 3),
    "two hashes swapped": swapped,
    "zeros": lambda _path, data: bytes(len(data)),
}


@pytest.mark.parametrize("lie", LIES.values(), ids=LIES.keys())
@pytest.mark.parametrize("prefix", ["tile/0/000", "tile/0/001", "tile/1/000"])
def test_a_false_tile_gives_no_hash(lie, prefix):
    peer = peer_of(256 + 30)
    peer.lies = [only(prefix, lie)]
    reader = TileReader(peer.fetch, peer.size, peer.tree.root())
    try:
        reader.authenticate()
        found = reader.hash(0, 0)
    except (TileProofError, ComityError):
        return
    assert prefix != "tile/0/000"
    assert found == peer.tree.read(0, 0)
    assert lie is swapped, "one hash in a tile cannot be swapped"


def test_a_false_tile_can_be_asked_for_again():
    peer = peer_of(600)
    reader = reader_of(peer)
    peer.lies = [once(flipped(9))]
    with pytest.raises(TileProofError, match="tile/0/000"):
        reader.hash(0, 3)
    assert reader.hash(0, 3) == peer.tree.read(0, 3)


def test_nothing_is_read_before_the_root_is_checked():
    peer = peer_of(600)
    reader = TileReader(peer.fetch, 600, bytes(32))
    with pytest.raises(TileProofError):
        reader.authenticate()
    for level, index in [(0, 0), (0, 599), (8, 0), (9, 0)]:
        with pytest.raises(ComityError):
            reader.hash(level, index)


def test_a_partial_tile_that_is_gone_is_cut_from_the_full_one():
    peer = peer_of(700)
    root = peer.tree.root(300)
    peer.keeps_old_partials = False
    reader = TileReader(peer.fetch, 300, root)
    reader.authenticate()
    assert reader.hash(0, 299) == peer.tree.read(0, 299)
    assert "tile/0/001" in peer.paths


def test_a_tile_that_is_nowhere_is_reported():
    peer = peer_of(300)
    peer.lies = [only("tile/0", missing)]
    with pytest.raises(NotFoundError):
        reader_of(peer)


def test_a_failing_line_is_not_taken_for_a_missing_tile():
    asked = []

    def fetch(path):
        asked.append(path)
        raise FetchError(path)

    with pytest.raises(FetchError):
        TileReader(fetch, 300, bytes(32)).authenticate()
    assert asked == ["tile/0/001.p/44"]


@given(st.integers(0, 3000), st.integers(0, 3000))
def test_complete_subtrees_cover_a_range_once(start, more):
    parts = complete_subtrees(start, start + more)
    at = start
    for level, index in parts:
        assert index << level == at
        at += 1 << level
    assert at == start + more
    assert len(parts) <= 2 * max(1, (start + more).bit_length())


@given(st.integers(1, 700), st.data())
@settings(max_examples=60, deadline=None)
def test_the_right_edge_makes_the_whole_tree_readable(size, data):
    tree = Tree([b"leaf %d" % number for number in range(size)])
    held = data.draw(st.integers(0, size))
    hashes = [tree.read(level, index) for level, index in complete_subtrees(held, size)]

    def held_only(level, index):
        assert (index + 1) << level <= held
        return tree.read(level, index)

    read = edged_reader(held_only, held, size, hashes)
    assert merkle.root_from(read, size) == tree.root()
    smaller = data.draw(st.integers(0, held))
    proof = merkle.prove_consistency_from(read, smaller, size)
    merkle.verify_consistency(smaller, size, proof, tree.root(smaller), tree.root())


def test_a_leaf_right_of_the_edge_is_not_known():
    tree = Tree([b"leaf %d" % number for number in range(16)])
    read = edged_reader(tree.read, 4, 16, [tree.read(2, 1), tree.read(3, 1)])
    for level, index in [(0, 4), (1, 2), (0, 15), (2, 3), (0, 16)]:
        with pytest.raises(TileProofError):
            read(level, index)
