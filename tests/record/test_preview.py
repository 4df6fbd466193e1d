"""Previews: what is shown before is what verifies after, and no field travels without its marking."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from comity.record import merkle
from comity.record.canonical import b64
from comity.record.commitment import Field, FullOpening, OpeningMismatchError, OpeningPlaceError, seal
from comity.record.disclosure import Disclosure
from comity.record.entry import record_entry
from comity.record.preview import HANDLING, PreviewError, openings_digest, preview

SEED = bytes(range(32))
ID = bytes(range(16))
VALUES = {
    "header.author": "clerk",
    "header.marking": "TLP:AMBER",
    "header.releasable_to": ["la"],
    "header.basis": "a legal basis",
    "header.retention": "working",
    "header.class": "exercise",
    "header.claimed": 5,
    "header.refs": [],
    "title": "Seen",
    "text": "Not seen",
    "empty": None,
}
PATHS = [path for path, value in VALUES.items() if value is not None]


def record(**changes):
    values = {**VALUES, **changes}
    fields = tuple(
        Field(i, path, value) for i, (path, value) in enumerate(values.items()) if value is not None
    )
    sealed = seal("vn/hq", ID, "test.note@1", fields, len(values))
    leaf = record_entry(origin="vn/hq", id=ID, commit=sealed.commit, n=sealed.n, seed=SEED)
    return leaf, FullOpening("vn/hq", ID, "test.note@1", sealed.record_key, fields)


LEAF, FULL = record()


@given(st.sets(st.sampled_from(PATHS), min_size=1))
def test_what_is_shown_as_opened_is_what_leaves(paths):
    shown = preview(7, LEAF, FULL, paths)
    left = Disclosure.decode(shown.data)
    left.verify()
    seen = {field.path: field.value for field in shown.fields if field.opened}
    assert seen == {opening.path: opening.value for opening in left.openings}
    assert set(seen) == {*paths, *HANDLING}
    assert [field.path for field in shown.fields] == PATHS
    hidden = [field for field in shown.fields if not field.opened]
    for field in hidden:
        assert isinstance(field.value, int | list) or field.value.encode() not in shown.data
    assert b64(FULL.record_key).encode() not in shown.data


def test_the_whole_record_is_all_of_it():
    shown = preview(7, LEAF, FULL)
    assert shown.whole
    assert all(field.opened for field in shown.fields)
    assert Disclosure.decode(shown.data).full == FULL
    assert shown.target.paths == []
    assert shown.target.leaf == b64(merkle.leaf_hash(LEAF))
    assert shown.marking == ("TLP:AMBER", ["la"])


def test_the_target_names_every_field_that_leaves():
    shown = preview(7, LEAF, FULL, ["title"])
    assert set(shown.target.paths) == {"title", *HANDLING}
    assert (shown.target.origin, shown.target.index) == ("vn/hq", 7)


@pytest.mark.parametrize("path", ["nothing", "empty", "", "header"])
def test_what_the_record_has_not_cannot_be_previewed(path):
    with pytest.raises(PreviewError):
        preview(7, LEAF, FULL, ["title", path])


def test_content_of_another_leaf_is_not_previewed():
    _, other = record(title="Another")
    for paths in ([], ["title"]):
        with pytest.raises(OpeningMismatchError):
            preview(7, LEAF, other, paths)


def test_a_record_without_a_marking_has_none():
    leaf, full = record(**{"header.marking": None, "header.releasable_to": None})
    assert preview(0, leaf, full).marking == ("", [])


def test_the_digest_of_a_set_is_its_tree():
    items = [bytes([i]) * i for i in range(1, 6)]
    assert openings_digest(items) == merkle.root(items)
    assert openings_digest(items[:1]) == merkle.leaf_hash(items[0])
    assert openings_digest(items) != openings_digest(items[::-1])
    with pytest.raises(PreviewError):
        openings_digest([])
    leaves = [merkle.leaf_hash(item) for item in items]
    proof = merkle.prove_inclusion(leaves, 2, 5)
    merkle.verify_inclusion(leaves[2], 2, 5, proof, openings_digest(items))


def test_content_of_another_record_is_not_previewed():
    from dataclasses import replace

    for other in (replace(FULL, id=bytes(16)), replace(FULL, origin="la/hq")):
        for paths in ([], ["title"]):
            with pytest.raises(OpeningPlaceError):
                preview(7, LEAF, other, paths)


@given(st.integers(1, 40))
def test_the_levels_of_a_tree_give_its_root_and_proofs(size):
    leaves = [merkle.leaf_hash(bytes([i])) for i in range(size)]
    levels = merkle.complete_levels(leaves)

    def read(level, index):
        return levels[level][index]

    assert merkle.root_from(read, size) == merkle.root_of_hashes(leaves)
    for index in range(size):
        assert merkle.prove_inclusion_from(read, index, size) == merkle.prove_inclusion(leaves, index, size)
