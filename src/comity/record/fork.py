"""Proof that a log signed two histories: complete in itself, checked with the log's verifier key alone.

A proof names two notes that the log's key signed, and one of three contradictions between them:

- `size`: one size, two roots.
- `prefix`: the larger tree, cut to the size of the smaller, has another root than the one signed for that
  size. The consistency proof (RFC 9162 section 2.1.4) determines that other root from the larger one, so no
  honest log can be accused by it.
- `leaf`: one index, two leaf hashes, each with an inclusion proof (RFC 9162 section 2.1.3) in one of the
  trees. It says where the histories part.

    proof = ForkProof.same_size(vkey, note_a, note_b)      # every constructor verifies what it made
    Path("fork-proof.json").write_bytes(proof.encode())
    ForkProof.decode(data).verify(vkey)                    # a stranger; raises ForkProofError
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.record import canonical, merkle
from comity.record.canonical import CanonicalError, b64, unb64
from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.record.merkle import HashReader

Form = Literal["size", "prefix", "leaf"]

VERSION: Final = 1
ENCODED_LIMIT: Final = 512 * 1024
PROOF_LIMIT: Final = 64  # hashes: more than any tree of fewer than 2**63 leaves needs


class ForkProofError(ComityError):
    """The bytes do not prove that the log signed two histories."""

    code = "fork-proof"
    advice = (
        "Accuse nobody on this file: check that the verifier key is the log's, and ask for the file again."
    )


@dataclass(frozen=True)
class ForkProof:
    """Two signed notes and the contradiction between them.

    Attributes:
        vkey: the verifier key of the log, as the maker of the proof knew it; `verify` is given the reader's
            own.
        form: which contradiction it is.
        notes: the two signed notes, bytes as received; for `prefix` the smaller tree first.
        index: for `leaf`, the leaf whose hashes differ.
        hashes: for `leaf`, its hash in the first and in the second tree; for `prefix`, the root of the
            larger tree cut to the smaller size. 32 bytes each.
        proofs: for `leaf`, the two inclusion proofs; for `prefix`, the consistency proof.
    """

    vkey: str
    form: Form
    notes: tuple[bytes, bytes]
    index: int = 0
    hashes: tuple[bytes, ...] = ()
    proofs: tuple[tuple[bytes, ...], ...] = ()

    @classmethod
    def same_size(cls, vkey: str, first: bytes, second: bytes) -> ForkProof:
        """Prove by two notes of one size and two roots.

        Raises:
            ForkProofError: the notes do not contradict each other.
        """
        return cls(vkey, "size", (first, second)).checked()

    @classmethod
    def prefix(cls, vkey: str, smaller: bytes, larger: bytes, root: bytes, proof: list[bytes]) -> ForkProof:
        """Prove by the root that the larger tree has at the smaller size.

        Args:
            vkey: the log's verifier key.
            smaller: the signed note of the smaller tree.
            larger: the signed note of the larger tree.
            root: 32-byte root of the larger tree's first leaves, as many as the smaller tree has.
            proof: consistency proof from that root to the larger tree's.

        Raises:
            ForkProofError: the notes do not contradict each other.
        """
        return cls(vkey, "prefix", (smaller, larger), 0, (root,), (tuple(proof),)).checked()

    @classmethod
    def leaf(
        cls,
        vkey: str,
        notes: tuple[bytes, bytes],
        index: int,
        hashes: tuple[bytes, bytes],
        proofs: tuple[list[bytes], list[bytes]],
    ) -> ForkProof:
        """Prove by one leaf that has two hashes.

        Raises:
            ForkProofError: the notes do not contradict each other.
        """
        return cls(vkey, "leaf", notes, index, hashes, (tuple(proofs[0]), tuple(proofs[1]))).checked()

    def checked(self) -> ForkProof:
        """Return the proof itself once it has convinced its own verifier."""
        self.verify(self.vkey)
        return self

    def verify(self, vkey: str) -> tuple[Checkpoint, Checkpoint]:
        """Check the proof with the reader's own copy of the log's verifier key.

        Returns:
            The two contradicting checkpoints.

        Raises:
            ForkProofError: the proof does not hold; the message says where.
        """
        try:
            first, second = (open_checkpoint(note, vkey) for note in self.notes)
        except ComityError as error:
            raise ForkProofError(f"A note of the proof is not signed by {vkey}: {error}") from error
        check = {"size": self._check_size, "prefix": self._check_prefix, "leaf": self._check_leaf}[self.form]
        try:
            check(first, second)
        except merkle.ProofError as error:
            raise ForkProofError(f"A Merkle proof in the {self.form} fork proof fails: {error}") from error
        return first, second

    def _check_size(self, first: Checkpoint, second: Checkpoint) -> None:
        self._shape(hashes=0, proofs=0)
        if first.size != second.size or first.root == second.root:
            raise ForkProofError(
                f"Heads of {first.size} and {second.size} leaves that do not contradict each other."
            )

    def _check_prefix(self, first: Checkpoint, second: Checkpoint) -> None:
        self._shape(hashes=1, proofs=1)
        if first.size > second.size or first.size == 0:
            raise ForkProofError(f"A tree of {second.size} leaves has no prefix of {first.size}.")
        merkle.verify_consistency(first.size, second.size, list(self.proofs[0]), self.hashes[0], second.root)
        if self.hashes[0] == first.root:
            raise ForkProofError("The smaller tree is a prefix of the larger one: the log is consistent.")

    def _check_leaf(self, first: Checkpoint, second: Checkpoint) -> None:
        self._shape(hashes=2, proofs=2)
        for checkpoint, leaf, proof in zip((first, second), self.hashes, self.proofs, strict=True):
            merkle.verify_inclusion(leaf, self.index, checkpoint.size, list(proof), checkpoint.root)
        if self.hashes[0] == self.hashes[1]:
            raise ForkProofError(f"Leaf {self.index} is the same in both trees.")

    def _shape(self, *, hashes: int, proofs: int) -> None:
        """Check counts and lengths first: a hash of another length could mean anything."""
        if len(self.hashes) != hashes or len(self.proofs) != proofs:
            raise ForkProofError(f"A {self.form} fork proof has {hashes} hashes and {proofs} Merkle proofs.")
        if any(len(proof) > PROOF_LIMIT for proof in self.proofs):
            raise ForkProofError(f"A Merkle proof has at most {PROOF_LIMIT} hashes.")
        if any(
            len(item) != merkle.HASH_SIZE for item in (*self.hashes, *(h for p in self.proofs for h in p))
        ):
            raise ForkProofError("Every hash has 32 bytes.")

    def encode(self) -> bytes:
        """Return the proof as canonical JSON, ending in a newline."""
        value: dict[str, canonical.Value] = {
            "v": VERSION,
            "vkey": self.vkey,
            "form": self.form,
            "notes": [b64(note) for note in self.notes],
            "index": self.index,
            "hashes": [b64(item) for item in self.hashes],
            "proofs": [[b64(item) for item in proof] for proof in self.proofs],
        }
        return canonical.encode(value) + b"\n"

    @classmethod
    def decode(cls, data: bytes) -> ForkProof:
        """Read what `encode` wrote; nothing is believed before `verify`.

        Raises:
            ForkProofError: the bytes are not a fork proof of this version.
        """
        if not data.endswith(b"\n"):
            raise ForkProofError("A fork proof ends in a newline: this one was cut.")
        try:
            value = canonical.decode(data[:-1], limit=ENCODED_LIMIT)
            return _from_value(value)
        except (CanonicalError, KeyError, TypeError, ValueError) as error:
            raise ForkProofError(f"Not a fork proof of version {VERSION}: {error}") from error


def _from_value(value: Any) -> ForkProof:
    if set(value) != {"v", "vkey", "form", "notes", "index", "hashes", "proofs"} or value["v"] != VERSION:
        raise ValueError("other keys or another version")
    first, second = (unb64(note) for note in value["notes"])
    if (
        value["form"] not in {"size", "prefix", "leaf"}
        or type(value["index"]) is not int
        or value["index"] < 0
    ):
        raise ValueError("an unknown form or a bad index")
    hashes = tuple(unb64(item, merkle.HASH_SIZE) for item in value["hashes"])
    proofs = tuple(tuple(unb64(item, merkle.HASH_SIZE) for item in proof) for proof in value["proofs"])
    if not isinstance(value["vkey"], str):
        raise TypeError("vkey is a string")
    return ForkProof(value["vkey"], value["form"], (first, second), value["index"], hashes, proofs)


def first_difference(read_a: HashReader, read_b: HashReader, size: int) -> int | None:
    """Find the first leaf whose hash differs between two trees, descending only where subtrees differ.

    Args:
        read_a: gives the hash of the complete subtree (level, index) in the one tree.
        read_b: the same for the other tree.
        size: number of leaves to compare; within both trees.

    Returns:
        The index of the leaf, or None if the leaves are the same. At most 2 log2(size) hashes of each tree
        are read.
    """
    start = 0
    for level in range(size.bit_length() - 1, -1, -1):
        if size >> level & 1:
            if read_a(level, start >> level) != read_b(level, start >> level):
                return _descend(read_a, read_b, level, start >> level)
            start += 1 << level
    return None


def _descend(read_a: HashReader, read_b: HashReader, level: int, index: int) -> int:
    while level:
        level, index = level - 1, index * 2
        if read_a(level, index) == read_b(level, index):
            index += 1
    return index


def prove_leaf(
    vkey: str, first: tuple[bytes, HashReader], second: tuple[bytes, HashReader]
) -> ForkProof | None:
    """Make a `leaf` proof from two signed notes and readers of their trees.

    Args:
        vkey: the log's verifier key.
        first: a signed note and the reader of the tree it signs.
        second: the other one.

    Returns:
        The proof at the first leaf that differs, or None if the common leaves are the same.
    """
    trees = [(open_checkpoint(note, vkey), read) for note, read in (first, second)]
    index = first_difference(first[1], second[1], min(checkpoint.size for checkpoint, _ in trees))
    if index is None:
        return None
    hash_a, hash_b = (read(0, index) for _, read in trees)
    proof_a, proof_b = (
        merkle.prove_inclusion_from(read, index, checkpoint.size) for checkpoint, read in trees
    )
    return ForkProof.leaf(vkey, (first[0], second[0]), index, (hash_a, hash_b), (proof_a, proof_b))


def prove_prefix(vkey: str, smaller: bytes, larger: bytes, read: HashReader) -> ForkProof:
    """Make a `prefix` proof from two signed notes and a reader of the larger tree.

    Raises:
        ForkProofError: the smaller tree is a prefix of the larger one.
    """
    size = open_checkpoint(smaller, vkey).size
    proof = merkle.prove_consistency_from(read, size, open_checkpoint(larger, vkey).size)
    return ForkProof.prefix(vkey, smaller, larger, merkle.root_from(read, size), proof)
