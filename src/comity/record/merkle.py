"""The Merkle tree of RFC 6962 section 2.1 (RFC 9162 section 2.1), with SHA-256.

Hashes, roots, and the making and verifying of inclusion, consistency and subtree proofs. A proof is made
either from the list of leaf hashes, or from a reader of stored hashes in O(log size) reads:
`read(level, index)` returns the hash of the complete subtree of 2**level leaves that starts at leaf
index * 2**level. A subtree [start, end) is one whose start is a multiple of the power of two that is at
least end - start (draft-ietf-plants-merkle-tree-certs section 4.1). Every hash has 32 octets.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256

from comity.record.errors import ComityError

HashReader = Callable[[int, int], bytes]

HASH_SIZE = 32
MAX_SIZE = 2**63 - 1
"""The most leaves a tree can have: what a signed 64-bit integer can count."""
EMPTY_ROOT = sha256().digest()
"""The root of the tree with no leaves (RFC 6962 section 2.1: the hash of nothing)."""


class ProofError(ComityError):
    """A proof does not show what it is said to show."""

    code = "proof"
    advice = "Fetch the proof and the checkpoint again; if it fails again, keep both as evidence."


def leaf_hash(data: bytes) -> bytes:
    """Return SHA-256(0x00 || data), the hash of a leaf."""
    return sha256(b"\x00" + data).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 || left || right), the hash of an inner node."""
    return sha256(b"\x01" + left + right).digest()


def root(leaves: Iterable[bytes]) -> bytes:
    """Return the root over leaves given as data (not as hashes)."""
    return root_of_hashes([leaf_hash(leaf) for leaf in leaves])


def root_of_hashes(leaf_hashes: Sequence[bytes]) -> bytes:
    """Return the root over leaves given as leaf hashes."""
    if not leaf_hashes:
        return EMPTY_ROOT
    level = leaf_hashes
    while len(level) > 1:
        # Pairing neighbours and carrying an odd last one upward gives the split of section 2.1, whose
        # left part is always the largest power of two smaller than the whole.
        pairs = zip(level[::2], level[1::2], strict=False)
        above = [sha256(b"\x01" + left + right).digest() for left, right in pairs]
        if len(level) & 1:
            above.append(level[-1])
        level = above
    return level[0]


def complete_levels(leaf_hashes: Sequence[bytes]) -> list[list[bytes]]:
    """Return the hashes of the complete subtrees, level by level: what a reader of many proofs looks up."""
    levels = [list(leaf_hashes)]
    while len(levels[-1]) > 1:
        below = levels[-1]
        levels.append([node_hash(below[i], below[i + 1]) for i in range(0, len(below) - 1, 2)])
    return levels


def root_from(read: HashReader, size: int) -> bytes:
    """Return the root of the first `size` leaves, in one read for each 1 bit of `size`."""
    _check_size(size)
    return _hash_from(read, 0, size)


def prove_inclusion(leaf_hashes: Sequence[bytes], index: int, size: int) -> list[bytes]:
    """Return the proof that leaf `index` is in the tree of the first `size` leaves (RFC 6962 2.1.1)."""
    return prove_inclusion_from(_reader(leaf_hashes, size), index, size)


def prove_inclusion_from(read: HashReader, index: int, size: int) -> list[bytes]:
    """Return the same proof as `prove_inclusion`, from stored hashes."""
    return prove_subtree_inclusion_from(read, index, 0, size)


def prove_consistency(leaf_hashes: Sequence[bytes], size1: int, size2: int) -> list[bytes]:
    """Return the proof that the tree of `size2` leaves only appended to that of `size1` (RFC 6962 2.1.2).

    The proof is empty if `size1` is 0 or `size2`.
    """
    return prove_consistency_from(_reader(leaf_hashes, size2), size1, size2)


def prove_consistency_from(read: HashReader, size1: int, size2: int) -> list[bytes]:
    """Return the same proof as `prove_consistency`, from stored hashes."""
    return prove_subtree_consistency_from(read, 0, size1, size2)


def prove_subtree_inclusion(leaf_hashes: Sequence[bytes], index: int, start: int, end: int) -> list[bytes]:
    """Return the proof that leaf `index` is in the subtree [start, end)."""
    return prove_subtree_inclusion_from(_reader(leaf_hashes, end), index, start, end)


def prove_subtree_inclusion_from(read: HashReader, index: int, start: int, end: int) -> list[bytes]:
    """Return the same proof as `prove_subtree_inclusion`, from stored hashes."""
    _check_subtree(start, end)
    if not start <= index < end:
        raise ProofError(f"leaf {index} is not in [{start}, {end})")
    inner = ((index - start) ^ (end - start - 1)).bit_length()
    proof = []
    for level in range(inner):
        sibling = (index >> level) ^ 1
        first, last = sibling << level, (sibling + 1) << level
        proof.append(read(level, sibling) if last <= end else _hash_from(read, first, end))
    above = range(inner, (index - start).bit_length())  # here the path follows the right edge
    return proof + [read(level, (index >> level) - 1) for level in above if (index - start) >> level & 1]


def prove_subtree_consistency(leaf_hashes: Sequence[bytes], start: int, end: int, size: int) -> list[bytes]:
    """Return the proof that the subtree [start, end) stands in the tree of the first `size` leaves."""
    return prove_subtree_consistency_from(_reader(leaf_hashes, size), start, end, size)


def prove_subtree_consistency_from(read: HashReader, start: int, end: int, size: int) -> list[bytes]:
    """Return the same proof as `prove_subtree_consistency`, from stored hashes."""
    _check_subtree(start, end)
    _check_size(size)
    if end > size:
        raise ProofError(f"[{start}, {end}) is not within {size} leaves")
    if start == end:
        return []
    proof: list[bytes] = []
    low, high = 0, size  # SUBTREE_SUBPROOF descends into [low, high); what it leaves aside is the proof
    whole = True  # the subtree itself is still one node, known to whoever verifies
    while (low, high) != (start, end):
        middle = low + (1 << (high - low - 1).bit_length() - 1)
        if end <= middle:
            proof.append(_hash_from(read, middle, high))
            high = middle
        else:
            proof.append(_hash_from(read, low, middle))
            low = middle
            if start < middle:
                start, whole = middle, False
    if not whole:
        proof.append(_hash_from(read, low, high))
    proof.reverse()
    return proof


def verify_inclusion(leaf_hash: bytes, index: int, size: int, proof: Sequence[bytes], root: bytes) -> None:
    """Verify that the leaf at `index` is in the tree of `size` leaves with this root (RFC 9162 2.1.3.2).

    Raises:
        ProofError: it is not shown.
    """
    _check_lengths((leaf_hash, root, *proof))
    if not 0 <= index < size <= MAX_SIZE:
        raise ProofError(f"leaf {index} is not in a tree of {size} leaves")
    inner = (index ^ (size - 1)).bit_length()  # below this level the path has siblings on both sides
    if len(proof) != inner + (index >> inner).bit_count():
        raise ProofError(f"{len(proof)} hashes do not make a proof for leaf {index} of {size}")
    result = leaf_hash
    for level, sibling in enumerate(proof):
        right = level < inner and not index >> level & 1
        result = sha256(b"\x01" + (result + sibling if right else sibling + result)).digest()
    if result != root:
        raise ProofError(f"the proof for leaf {index} of {size} leads to another root")


def verify_subtree_inclusion(  # noqa: PLR0917 - the terms of the draft, in its order
    leaf_hash: bytes, index: int, start: int, end: int, proof: Sequence[bytes], root: bytes
) -> None:
    """Verify that the leaf at `index` is in the subtree [start, end) with this root.

    Raises:
        ProofError: it is not shown, or [start, end) is no subtree.
    """
    _check_lengths((leaf_hash, root, *proof))
    _check_subtree(start, end)
    verify_inclusion(leaf_hash, index - start, end - start, proof, root)


def verify_consistency(size1: int, size2: int, proof: Sequence[bytes], root1: bytes, root2: bytes) -> None:
    """Verify that the second tree only appended to the first (RFC 9162 section 2.1.4.2).

    A tree is consistent with the empty one (`EMPTY_ROOT`, empty proof) and with itself (same root, empty
    proof). Two roots of one size are compared and nothing is hashed, so they may be of any length.

    Raises:
        ProofError: it is not shown.
    """
    _check_lengths((*proof,) if 0 < size1 == size2 else (root1, root2, *proof))
    _check_size(size2)
    verify_subtree_consistency(0, size1, size2, proof, root1, root2)


def verify_subtree_consistency(  # noqa: PLR0917 - the terms of the draft, in its order
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes, root: bytes
) -> None:
    """Verify that the subtree [start, end) with its root stands in the tree of `size` leaves with its root.

    An empty subtree stands in every tree: its root is `EMPTY_ROOT`, its proof empty, `root` is not used.

    Raises:
        ProofError: it is not shown, or [start, end) is no subtree within the tree.
    """
    whole = start == 0 and end == size != 0
    _check_lengths(
        (*proof,) if whole else (subtree_root, *proof) if start == end else (subtree_root, root, *proof)
    )
    _check_subtree(start, end)
    _check_size(size)
    if end > size:
        raise ProofError(f"[{start}, {end}) is not within {size} leaves")
    if whole or start == end:
        if proof or subtree_root != (root if whole else EMPTY_ROOT):
            raise ProofError(f"the roots for [{start}, {end}) of {size} do not agree")
        return
    smaller, larger = _consistency_roots(start, end, size, proof, subtree_root)
    if smaller != subtree_root:
        raise ProofError(f"the proof for [{start}, {end}) of {size} leads to another root of the subtree")
    if larger != root:
        raise ProofError(f"the proof for [{start}, {end}) of {size} leads to another root of the tree")


def _consistency_roots(
    start: int, end: int, size: int, proof: Sequence[bytes], subtree_root: bytes
) -> tuple[bytes, bytes]:
    """Return the roots of [start, end) and of the tree that the proof leads to (RFC 9162 2.1.4.2)."""
    first, last, edge = start, end - 1, size - 1  # positions, at the level that is being combined
    while first != last and (last == edge or last & 1):  # the seed is the largest subtree that ends at `end`
        first, last, edge = first >> 1, last >> 1, edge >> 1
    hashes = iter(proof if first != last else (subtree_root, *proof))
    seed = next(hashes, None)
    if seed is None:
        raise ProofError("the proof is empty")
    smaller = larger = seed
    for sibling in hashes:
        if edge == 0:
            raise ProofError("the proof has too many hashes")
        if last & 1 or last == edge:
            while not last & 1:  # the last node of its level has no sibling there and is carried upward
                first, last, edge = first >> 1, last >> 1, edge >> 1
            if first < last:
                smaller = node_hash(sibling, smaller)
            larger = node_hash(sibling, larger)
        else:
            larger = node_hash(larger, sibling)
        first, last, edge = first >> 1, last >> 1, edge >> 1
    if edge != 0:
        raise ProofError("the proof has too few hashes")
    return smaller, larger


def _hash_from(read: HashReader, start: int, end: int) -> bytes:
    """Return the hash of the subtree [start, end), from complete subtrees of falling size."""
    if start == end:
        return EMPTY_ROOT
    parts = []
    while start < end:
        level = (end - start).bit_length() - 1
        parts.append(read(level, start >> level))
        start += 1 << level
    result = parts.pop()
    while parts:
        result = node_hash(parts.pop(), result)
    return result


def _reader(leaf_hashes: Sequence[bytes], size: int) -> HashReader:
    if size > len(leaf_hashes):
        raise ProofError(f"{len(leaf_hashes)} leaf hashes do not make a tree of {size} leaves")
    return lambda level, index: root_of_hashes(leaf_hashes[index << level : (index + 1) << level])


def _check_lengths(hashes: Iterable[bytes]) -> None:
    for value in hashes:
        if not isinstance(value, bytes) or len(value) != HASH_SIZE:
            raise ProofError(f"a hash must be {HASH_SIZE} octets")


def _check_size(size: int) -> None:
    if not 0 <= size <= MAX_SIZE:
        raise ProofError(f"no tree has {size} leaves")


def _check_subtree(start: int, end: int) -> None:
    if not 0 <= start <= end <= MAX_SIZE or start & ((1 << max(end - start - 1, 0).bit_length()) - 1):
        raise ProofError(f"[{start}, {end}) is no subtree")
