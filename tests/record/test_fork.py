"""Fork proofs: the contradiction is proven to a stranger, and nobody honest can be accused."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.record import merkle
from comity.record.canonical import b64, unb64
from comity.record.fork import ForkProof, ForkProofError, first_difference, prove_leaf, prove_prefix
from comity.record.note import Signer
from tests.sim.peer import Peer, Tree

SIGNER = Signer("la/hq", bytes(32))
VKEY = SIGNER.vkey
VECTORS = json.loads((Path(__file__).parents[2] / "docs/spec/vectors/fork.json").read_text(encoding="utf-8"))


def leaves(count, text="leaf"):
    return [f"{text} {number}".encode() for number in range(count)]


def peers(size_a, size_b, at):
    """Two histories of one log that part at leaf `at`."""
    common = leaves(at)
    return (
        Peer(SIGNER, common + leaves(size_a - at, "a")),
        Peer(SIGNER, common + leaves(size_b - at, "b")),
    )


def proofs(size_a=300, size_b=700, at=257):
    one, other = peers(size_a, size_b, at)
    yield "leaf", prove_leaf(VKEY, (one.note, one.tree.read), (other.note, other.tree.read))
    yield "prefix", prove_prefix(VKEY, one.note, other.note, other.tree.read)
    same, again = peers(size_b, size_b, at)
    yield "size", ForkProof.same_size(VKEY, same.note, again.note)


@pytest.mark.parametrize("form", ["leaf", "prefix", "size"])
def test_a_stranger_verifies_with_the_key_alone(form):
    proof = ForkProof.decode(dict(proofs())[form].encode())
    first, second = proof.verify(VKEY)
    assert proof.form == form
    assert first.origin == second.origin == "la/hq"


@given(st.integers(1, 600), st.integers(0, 600), st.data())
@settings(max_examples=60, deadline=None)
def test_every_fork_is_proven_at_the_leaf_where_it_begins(size_a, more, data):
    size_b = size_a + more
    at = data.draw(st.integers(0, size_a - 1))
    one, other = peers(size_a, size_b, at)
    proof = prove_leaf(VKEY, (one.note, one.tree.read), (other.note, other.tree.read))
    assert proof.index == at
    if more:
        prove_prefix(VKEY, one.note, other.note, other.tree.read).verify(VKEY)


@given(st.integers(1, 600), st.integers(0, 600))
@settings(max_examples=60, deadline=None)
def test_an_honest_log_cannot_be_accused(size, more):
    older, newer = Peer(SIGNER, leaves(size)), Peer(SIGNER, leaves(size + more))
    assert prove_leaf(VKEY, (older.note, older.tree.read), (newer.note, newer.tree.read)) is None
    with pytest.raises(ForkProofError):
        prove_prefix(VKEY, older.note, newer.note, newer.tree.read)
    with pytest.raises(ForkProofError):
        ForkProof.same_size(VKEY, older.note, newer.note)


@pytest.mark.parametrize(("small", "large"), [(1, 2), (128, 300), (255, 256), (256, 512), (299, 300)])
def test_no_other_prefix_root_can_be_forged_for_an_honest_tree(small, large):
    """Every hash of the consistency proof is pinned by the larger root; changing one, or the root, is refused."""
    older, newer = Peer(SIGNER, leaves(small)), Peer(SIGNER, leaves(large))
    proof = merkle.prove_consistency_from(newer.tree.read, small, large)
    candidates = [b"\x01" * 32, newer.tree.root(), newer.tree.root(small)]
    for root in candidates:
        for change in range(-1, len(proof)):
            forged = [b"\x02" * 32 if number == change else item for number, item in enumerate(proof)]
            with pytest.raises(ForkProofError):
                ForkProof.prefix(VKEY, older.note, newer.note, root, forged)


@pytest.mark.parametrize("form", ["leaf", "prefix", "size"])
def test_another_key_does_not_verify(form):
    proof = dict(proofs())[form]
    for other in (Signer("la/hq", b"1" * 32), Signer("vn/hq", bytes(32))):
        with pytest.raises(ForkProofError):
            proof.verify(other.vkey)


def test_notes_of_another_log_with_the_same_key_are_no_proof():
    proof = dict(proofs())["size"]
    stranger = Peer(Signer("vn/hq", bytes(32)), leaves(3))
    with pytest.raises(ForkProofError):
        dataclasses.replace(proof, notes=(proof.notes[0], stranger.note)).verify(VKEY)


def tampered(proof):
    """Every hash changed, cut, lengthened, dropped or doubled; the notes, the index and the form changed."""
    bad = b"\x07" * 32
    for place in range(len(proof.hashes)):
        for item in (bad, b"", proof.hashes[place][:31], proof.hashes[place] + b"\0"):
            changed = [item if i == place else kept for i, kept in enumerate(proof.hashes)]
            yield dataclasses.replace(proof, hashes=tuple(changed))
    for which, path in enumerate(proof.proofs):
        edits = [path[:-1], (*path, bad), (bad, *path[1:]), (path[0][:31], *path[1:]), (*path, *[bad] * 64)]
        for edit in edits:
            changed = [edit if i == which else kept for i, kept in enumerate(proof.proofs)]
            yield dataclasses.replace(proof, proofs=tuple(changed))
    yield dataclasses.replace(proof, notes=(proof.notes[0], proof.notes[0]))
    yield dataclasses.replace(proof, notes=(proof.notes[0], proof.notes[1][:-5]))
    yield dataclasses.replace(proof, hashes=(*proof.hashes, bad))
    yield dataclasses.replace(proof, proofs=(*proof.proofs, (bad,)))
    for form in {"size", "prefix", "leaf"} - {proof.form}:
        yield dataclasses.replace(proof, form=form)
    if proof.form == "leaf":
        yield dataclasses.replace(proof, index=proof.index + 1)
        yield dataclasses.replace(proof, index=10**12)
        yield dataclasses.replace(proof, hashes=proof.hashes[::-1])


@pytest.mark.parametrize("form", ["leaf", "prefix", "size"])
def test_every_change_is_refused(form):
    cases = list(tampered(dict(proofs())[form]))
    assert len(cases) >= 6
    for case in cases:
        with pytest.raises(ForkProofError):
            case.verify(VKEY)


@pytest.mark.parametrize(
    "edit",
    [
        lambda value: value.update(v=2),
        lambda value: value.update(more=1),
        lambda value: value.pop("index"),
        lambda value: value.update(form="rumour"),
        lambda value: value.update(index=-1),
        lambda value: value.update(index=True),
        lambda value: value.update(index="0"),
        lambda value: value.update(notes=value["notes"][:1]),
        lambda value: value.update(notes=[1, 2]),
        lambda value: value.update(notes=value["notes"] * 2),
        lambda value: value.update(hashes=["AA=="]),
        lambda value: value.update(hashes="AA=="),
        lambda value: value.update(proofs=[["not base64!"]]),
        lambda value: value.update(proofs=7),
        lambda value: value.update(vkey=3),
    ],
)
def test_malformed_files_are_refused(edit):
    value = json.loads(dict(proofs())["leaf"].encode())
    edit(value)
    data = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False).encode() + b"\n"
    with pytest.raises(ForkProofError):
        ForkProof.decode(data)


@pytest.mark.parametrize("data", [b"", b"[]", b"{}", b"null", b"\xff", b'{"v":1}', bytes(600_000)])
@pytest.mark.parametrize("end", [b"", b"\n", b"\n\n"])
def test_other_bytes_are_refused(data, end):
    with pytest.raises(ForkProofError):
        ForkProof.decode(data + end)


@pytest.mark.parametrize(
    "edit", [lambda data: data[:-1], lambda data: data + b"\n", lambda data: b" " + data]
)
def test_the_newline_is_part_of_the_file(edit):
    with pytest.raises(ForkProofError):
        ForkProof.decode(edit(dict(proofs())["size"].encode()))


def test_every_single_byte_change_is_refused_or_harmless():
    """A changed byte is refused, or changes only the hint or another signature; never the verdict."""
    data = dict(proofs(3, 5, 2))["leaf"].encode()
    for at in range(len(data)):
        changed = bytearray(data)
        changed[at] ^= 1
        try:
            proof = ForkProof.decode(bytes(changed))
            proof.verify(VKEY)
        except ForkProofError:
            continue
        assert proof.vkey != VKEY


@given(st.integers(1, 400), st.sets(st.integers(0, 399)))
@settings(max_examples=80, deadline=None)
def test_the_first_difference_is_found(size, changed):
    one = leaves(size)
    other = [b"changed" if number in changed else leaf for number, leaf in enumerate(one)]
    expected = min((number for number in changed if number < size), default=None)
    assert first_difference(Tree(one).read, Tree(other).read, size) == expected


@pytest.mark.parametrize("case", VECTORS["accept"], ids=lambda case: case["name"])
def test_golden_proofs_verify(case):
    proof = ForkProof.decode(unb64(case["file"]))
    assert [head.size for head in proof.verify(case["vkey"])] == case["sizes"]
    assert proof.form == case["form"]
    assert b64(proof.encode()) == case["file"]


@pytest.mark.parametrize("case", VECTORS["refuse"], ids=lambda case: case["name"])
def test_golden_refusals(case):
    with pytest.raises(ForkProofError) as refusal:
        ForkProof.decode(unb64(case["file"])).verify(case["vkey"])
    assert refusal.value.code == case["refuse"]
