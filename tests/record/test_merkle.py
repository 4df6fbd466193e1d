"""The tree: equal to the RFC's recursive definitions, complete for honest proofs, closed to any other."""

import base64
import hashlib
import json

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from comity.record import merkle
from comity.record.merkle import ProofError

LEAVES = [merkle.leaf_hash(number.to_bytes(2, "big")) for number in range(300)]
SIZES = st.integers(1, len(LEAVES))


def split(count):
    """RFC 6962 section 2.1: the largest power of two smaller than `count`."""
    return 1 << (count - 1).bit_length() - 1


def tree_hash(hashes):
    if not hashes:
        return hashlib.sha256(b"").digest()
    if len(hashes) == 1:
        return hashes[0]
    k = split(len(hashes))
    return hashlib.sha256(b"\x01" + tree_hash(hashes[:k]) + tree_hash(hashes[k:])).digest()


def path(m, hashes):
    """RFC 6962 section 2.1.1."""
    if len(hashes) == 1:
        return []
    k = split(len(hashes))
    if m < k:
        return [*path(m, hashes[:k]), tree_hash(hashes[k:])]
    return [*path(m - k, hashes[k:]), tree_hash(hashes[:k])]


def subproof(start, end, hashes, known):
    """RFC 6962 section 2.1.2 with the start of draft-ietf-plants-merkle-tree-certs section 4.4."""
    if (start, end) == (0, len(hashes)):
        return [] if known else [tree_hash(hashes)]
    k = split(len(hashes))
    if end <= k:
        return [*subproof(start, end, hashes[:k], known), tree_hash(hashes[k:])]
    if k <= start:
        return [*subproof(start - k, end - k, hashes[k:], known), tree_hash(hashes[:k])]
    return [*subproof(0, end - k, hashes[k:], False), tree_hash(hashes[:k])]


@st.composite
def subtrees(draw):
    limit = len(LEAVES)
    width = draw(st.integers(1, limit))
    step = 1 << (width - 1).bit_length()
    start = step * draw(st.integers(0, (limit - width) // step))
    return start, start + width


class CountingReader:
    """Complete subtrees only, as a store keeps them; counts what is asked."""

    def __init__(self, size):
        self.size = size
        self.reads = []

    def __call__(self, level, index):
        assert (index + 1) << level <= self.size, "asked for a subtree that is not complete"
        self.reads.append((level, index))
        return tree_hash(LEAVES[index << level : (index + 1) << level])


def test_published_constants():
    # RFC 6962 section 2.1.3 leaves the values open; these are the SHA-256 of one and of two octets.
    assert merkle.EMPTY_ROOT == hashlib.sha256(b"").digest() == merkle.root([])
    assert merkle.leaf_hash(b"") == hashlib.sha256(b"\x00").digest() == merkle.root([b""])
    assert merkle.root([b"", b"\x00"]) == merkle.node_hash(merkle.leaf_hash(b""), merkle.leaf_hash(b"\x00"))


def test_a_leaf_cannot_pass_for_a_node():
    left, right = LEAVES[:2]
    assert merkle.leaf_hash(left + right) != merkle.node_hash(left, right)
    assert merkle.leaf_hash(b"\x01" + left + right) != merkle.node_hash(left, right)


@given(st.integers(0, len(LEAVES)))
def test_roots_equal_the_definition(size):
    expected = tree_hash(LEAVES[:size])
    assert merkle.root_of_hashes(LEAVES[:size]) == expected
    assert merkle.root(number.to_bytes(2, "big") for number in range(size)) == expected
    reader = CountingReader(size)
    assert merkle.root_from(reader, size) == expected
    assert len(reader.reads) == size.bit_count()


@given(SIZES, st.data())
def test_inclusion_equals_the_definition_and_verifies(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.prove_inclusion(LEAVES, index, size)
    assert proof == path(index, LEAVES[:size])
    reader = CountingReader(size)
    assert merkle.prove_inclusion_from(reader, index, size) == proof
    assert len(reader.reads) <= 2 * size.bit_length()
    assert len(set(reader.reads)) == len(reader.reads)
    merkle.verify_inclusion(LEAVES[index], index, size, proof, tree_hash(LEAVES[:size]))


@given(SIZES, st.data())
def test_consistency_equals_the_definition_and_verifies(size2, data):
    size1 = data.draw(st.integers(1, size2))
    proof = merkle.prove_consistency(LEAVES, size1, size2)
    assert proof == subproof(0, size1, LEAVES[:size2], True)
    reader = CountingReader(size2)
    assert merkle.prove_consistency_from(reader, size1, size2) == proof
    assert len(reader.reads) <= 3 * size2.bit_length()
    merkle.verify_consistency(size1, size2, proof, tree_hash(LEAVES[:size1]), tree_hash(LEAVES[:size2]))


@given(subtrees(), st.data())
def test_subtrees_equal_the_definition_and_verify(subtree, data):
    start, end = subtree
    size = data.draw(st.integers(end, len(LEAVES)))
    index = data.draw(st.integers(start, end - 1))
    subtree_root = tree_hash(LEAVES[start:end])
    proof = merkle.prove_subtree_consistency(LEAVES, start, end, size)
    assert proof == subproof(start, end, LEAVES[:size], True)
    assert merkle.prove_subtree_consistency_from(CountingReader(size), start, end, size) == proof
    merkle.verify_subtree_consistency(start, end, size, proof, subtree_root, tree_hash(LEAVES[:size]))
    path_ = merkle.prove_subtree_inclusion(LEAVES, index, start, end)
    assert path_ == path(index - start, LEAVES[start:end])
    assert merkle.prove_subtree_inclusion_from(CountingReader(size), index, start, end) == path_
    merkle.verify_subtree_inclusion(LEAVES[index], index, start, end, path_, subtree_root)


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_nothing_but_subtrees_is_taken_for_a_subtree(start, end, size):
    width = end - start
    is_subtree = width == 0 or (width > 0 and start % (1 << (width - 1).bit_length()) == 0)
    if is_subtree and end <= size:
        merkle.prove_subtree_consistency(LEAVES, start, end, size)
    else:
        with pytest.raises(ProofError):
            merkle.prove_subtree_consistency(LEAVES, start, end, size)
        with pytest.raises(ProofError):
            merkle.verify_subtree_consistency(start, end, size, [], LEAVES[0], LEAVES[0])


@st.composite
def damaged(draw, proof):
    """Another list of hashes than `proof`: changed, cut, lengthened, reordered, doubled."""
    wrong = list(proof)
    way = draw(st.sampled_from(["flip", "drop", "add", "swap", "double", "replace"]))
    at = draw(st.integers(0, max(len(wrong) - 1, 0)))
    if way == "add" or not wrong:
        wrong.insert(at, draw(st.sampled_from(LEAVES[:8])))
    elif way == "flip":
        bit = draw(st.integers(0, 255))
        wrong[at] = (int.from_bytes(wrong[at], "big") ^ 1 << bit).to_bytes(32, "big")
    elif way == "drop":
        del wrong[at]
    elif way == "swap":
        other = draw(st.integers(0, len(wrong) - 1))
        wrong[at], wrong[other] = wrong[other], wrong[at]
    elif way == "double":
        wrong.insert(at, wrong[at])
    else:
        wrong[at] = draw(st.sampled_from([b"", wrong[at][:31], wrong[at] + b"\x00", bytes(64), "x" * 32]))
    assume(wrong != proof)
    return wrong


@given(SIZES, st.data())
def test_any_other_inclusion_proof_fails(size, data):
    index = data.draw(st.integers(0, size - 1))
    proof = merkle.prove_inclusion(LEAVES, index, size)
    root = merkle.root_of_hashes(LEAVES[:size])
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], index, size, data.draw(damaged(proof)), root)


@given(SIZES, st.data())
def test_any_other_consistency_proof_fails(size2, data):
    size1 = data.draw(st.integers(0, size2))
    proof = merkle.prove_consistency(LEAVES, size1, size2)
    root1, root2 = merkle.root_of_hashes(LEAVES[:size1]), merkle.root_of_hashes(LEAVES[:size2])
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1, size2, data.draw(damaged(proof)), root1, root2)


@given(SIZES, st.data())
def test_a_proof_holds_at_no_other_place(size, data):
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(-2, size + 2))
    assume(other != index)
    proof = merkle.prove_inclusion(LEAVES, index, size)
    root = merkle.root_of_hashes(LEAVES[:size])
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[index], other, size, proof, root)
    with pytest.raises(ProofError):
        merkle.verify_inclusion(LEAVES[(index + 1) % 300], index, size, proof, root)


@given(SIZES, st.data())
def test_a_log_that_rewrote_a_leaf_is_not_consistent(size2, data):
    size1 = data.draw(st.integers(1, size2))
    at = data.draw(st.integers(0, size1 - 1))
    rewritten = [*LEAVES[:at], merkle.leaf_hash(b"rewritten"), *LEAVES[at + 1 : size2]]
    proof = merkle.prove_consistency(rewritten, size1, size2)
    honest = merkle.root_of_hashes(LEAVES[:size1])
    with pytest.raises(ProofError):
        merkle.verify_consistency(size1, size2, proof, honest, merkle.root_of_hashes(rewritten))


@settings(max_examples=30)
@given(st.integers(1, 2**62), st.integers(0, 2**62))
def test_proofs_over_trees_too_large_to_build(size, index):
    """A tree whose leaves are all equal has one hash a level, so its reader needs no storage."""
    index %= size
    levels = [LEAVES[0]]
    for _ in range(63):
        levels.append(merkle.node_hash(levels[-1], levels[-1]))
    reads = []

    def read(level, index):
        assert (index + 1) << level <= size
        reads.append(level)
        return levels[level]

    root = merkle.root_from(read, size)
    proof = merkle.prove_inclusion_from(read, index, size)
    merkle.verify_inclusion(LEAVES[0], index, size, proof, root)
    consistency = merkle.prove_consistency_from(read, index + 1, size)
    merkle.verify_consistency(index + 1, size, consistency, merkle.root_from(read, index + 1), root)
    assert len(reads) < 6 * 63


class TestEdges:
    def test_the_empty_tree_is_consistent_with_every_tree(self):
        root = merkle.root_of_hashes(LEAVES[:5])
        assert merkle.prove_consistency(LEAVES, 0, 5) == []
        merkle.verify_consistency(0, 5, [], merkle.EMPTY_ROOT, root)
        merkle.verify_consistency(0, 0, [], merkle.EMPTY_ROOT, merkle.EMPTY_ROOT)
        for root1, proof in ((LEAVES[0], []), (root, []), (merkle.EMPTY_ROOT, [root]), (b"", [])):
            with pytest.raises(ProofError):
                merkle.verify_consistency(0, 5, proof, root1, root)

    def test_a_tree_is_consistent_with_itself_only_by_the_same_root(self):
        root = merkle.root_of_hashes(LEAVES[:5])
        merkle.verify_consistency(5, 5, [], root, root)
        for proof, other in (([], LEAVES[0]), ([root], root), ([b""], root)):
            with pytest.raises(ProofError):
                merkle.verify_consistency(5, 5, proof, root, other)

    def test_lengths_come_before_everything(self):
        for leaf, root, proof in (
            (b"", b"", []),
            (b"", LEAVES[0], []),
            (LEAVES[0], b"", []),
            (LEAVES[0], LEAVES[0], [b""]),
        ):
            with pytest.raises(ProofError, match="32 octets"):
                merkle.verify_inclusion(leaf, -7, -7, proof, root)
        with pytest.raises(ProofError, match="32 octets"):
            merkle.verify_consistency(3, 1, [b"short"], LEAVES[0], LEAVES[0])
        with pytest.raises(ProofError, match="32 octets"):
            merkle.verify_subtree_inclusion(LEAVES[0][:-1], 5, 3, 1, [], LEAVES[0])
        with pytest.raises(ProofError, match="32 octets"):
            merkle.verify_subtree_consistency(3, 2, 1, [], LEAVES[0][:-1], LEAVES[0])

    @pytest.mark.parametrize(
        ("index", "size"), [(0, 0), (1, 1), (-1, 1), (-1, 5), (5, 5), (0, -1), (0, 2**63), (2**64, 2**64 + 1)]
    )
    def test_places_outside_the_tree(self, index, size):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(LEAVES[0], index, size, [], LEAVES[0])
        with pytest.raises(ProofError):
            merkle.prove_inclusion(LEAVES, index, size)

    @pytest.mark.parametrize(("size1", "size2"), [(2, 1), (-1, 1), (1, -1), (1, 301), (1, 2**63), (-2, -1)])
    def test_sizes_outside_the_tree(self, size1, size2):
        with pytest.raises(ProofError):
            merkle.prove_consistency(LEAVES, size1, size2)
        if size2 != 301:
            with pytest.raises(ProofError):
                merkle.verify_consistency(size1, size2, [LEAVES[0]], LEAVES[0], LEAVES[0])

    def test_a_proof_of_hostile_length_is_refused_by_its_length(self):
        with pytest.raises(ProofError):
            merkle.verify_inclusion(LEAVES[0], 0, 8, LEAVES * 10, LEAVES[0])
        with pytest.raises(ProofError, match="too many"):
            merkle.verify_consistency(1, 8, LEAVES, LEAVES[0], LEAVES[0])


@pytest.mark.shared
class TestPublishedVectors:
    """The 518 cases of transparency-dev/merkle."""

    COUNTS = (("inclusion", 98), ("consistency", 98), ("subtreeinclusion", 204), ("subtreeconsistency", 118))

    @pytest.mark.parametrize(("kind", "count"), COUNTS)
    def test_every_verdict(self, shared, kind, count):
        files = sorted((shared / "vectors/merkle" / kind).rglob("*.json"))
        assert len(files) == count
        wrong = [
            str(file)
            for file in files
            if self.refused(kind, case := json.loads(file.read_text())) != case["wantErr"]
        ]
        assert wrong == []

    def refused(self, kind, case):
        def octets(name):
            return base64.b64decode(case[name] or "")

        proof = [base64.b64decode(value) for value in case["proof"] or []]
        try:
            if kind == "inclusion":
                merkle.verify_inclusion(
                    octets("leafHash"), case["leafIdx"], case["treeSize"], proof, octets("root")
                )
            elif kind == "consistency":
                merkle.verify_consistency(
                    case["size1"], case["size2"], proof, octets("root1"), octets("root2")
                )
            elif kind == "subtreeinclusion":
                merkle.verify_subtree_inclusion(
                    octets("leafHash"), case["leafIdx"], case["start"], case["end"], proof, octets("root")
                )
            else:
                merkle.verify_subtree_consistency(
                    case["start"], case["end"], case["size"], proof, octets("root1"), octets("root2")
                )
        except ProofError:
            return True
        return False
