"""Vectors of fork proofs: two histories of one log, and everything that must not pass for one."""

from __future__ import annotations

import dataclasses
from typing import Any

from proofs import HASHES, LEAVES
from seeds import bytes_of, refused

from comity.record import checkpoint, merkle
from comity.record.canonical import b64
from comity.record.checkpoint import Checkpoint
from comity.record.fork import ForkProof
from comity.record.note import Signer

LOG = Signer("aa/hq", bytes_of("log"))
PARTS_AT = 13
OTHERS = [*LEAVES[:PARTS_AT], *(b"other " + leaf for leaf in LEAVES[PARTS_AT:])]
OTHER_HASHES = [merkle.leaf_hash(leaf) for leaf in OTHERS]


def files() -> dict[str, dict[str, Any]]:
    """Return the file of this part."""
    return {
        "fork": {
            "description": "Leaf i is the number i in decimal; in the other history, from leaf 13 on, that "
            "after a word. `file` is the whole fork proof in base64.",
            "accept": [_accepted(name, proof) for name, proof in _proofs().items()],
            "refuse": _refused(),
        }
    }


def _note(leaves: list[bytes], size: int, signer: Signer = LOG) -> bytes:
    return checkpoint.sign(Checkpoint(signer.name, size, merkle.root(leaves[:size])), signer)


def _leaf(index: int, size: int, other_size: int) -> ForkProof:
    paths = (
        merkle.prove_inclusion(HASHES, index, size),
        merkle.prove_inclusion(OTHER_HASHES, index, other_size),
    )
    notes = (_note(LEAVES, size), _note(OTHERS, other_size))
    return ForkProof.leaf(LOG.vkey, notes, index, (HASHES[index], OTHER_HASHES[index]), paths)


def _prefix(size: int, larger: int) -> ForkProof:
    path = merkle.prove_consistency(OTHER_HASHES, size, larger)
    root = merkle.root(OTHERS[:size])
    return ForkProof.prefix(LOG.vkey, _note(LEAVES, size), _note(OTHERS, larger), root, path)


def _proofs() -> dict[str, ForkProof]:
    return {
        "one size, two roots": ForkProof.same_size(LOG.vkey, _note(LEAVES, 40), _note(OTHERS, 40)),
        "another prefix": _prefix(21, 40),
        "another prefix whose size is a power of two": _prefix(16, 40),
        "the leaf where they part": _leaf(13, 21, 40),
        "a leaf after it, the larger tree first": _leaf(20, 33, 21),
    }


def _accepted(name: str, proof: ForkProof) -> dict[str, Any]:
    first, second = proof.verify(LOG.vkey)
    return {
        "name": name,
        "vkey": LOG.vkey,
        "form": proof.form,
        "sizes": [first.size, second.size],
        "file": b64(proof.encode()),
    }


def _refused() -> list[dict[str, Any]]:
    made = _proofs()
    size, prefix, leaf = (made[name] for name in [*list(made)[:2], "the leaf where they part"])
    honest = dataclasses.replace(
        prefix,
        notes=(_note(LEAVES, 21), _note(LEAVES, 40)),
        hashes=(merkle.root(LEAVES[:21]),),
        proofs=(tuple(merkle.prove_consistency(HASHES, 21, 40)),),
    )
    short = (leaf.proofs[0][:-1], leaf.proofs[1])
    wrong = {
        "one note twice": dataclasses.replace(size, notes=(size.notes[0], size.notes[0])),
        "an honest log that grew": honest,
        "an honest log, another root claimed": dataclasses.replace(honest, hashes=(bytes(32),)),
        "two sizes as one": dataclasses.replace(size, notes=(_note(LEAVES, 39), size.notes[1])),
        "a path cut": dataclasses.replace(leaf, proofs=short),
        "another index": dataclasses.replace(leaf, index=12),
        "the hashes exchanged": dataclasses.replace(leaf, hashes=leaf.hashes[::-1]),
        "one leaf hash twice": dataclasses.replace(leaf, hashes=(leaf.hashes[0], leaf.hashes[0])),
        "a form with the parts of another": dataclasses.replace(leaf, form="prefix"),
        "a note of another key": dataclasses.replace(
            size, notes=(size.notes[0], _note(OTHERS, 40, Signer("aa/hq", bytes_of("other"))))
        ),
        "a note of another log": dataclasses.replace(
            size, notes=(size.notes[0], _note(OTHERS, 40, Signer("bb/hq", bytes_of("log"))))
        ),
    }
    cases = [
        refused(name, "fork-proof", vkey=LOG.vkey, file=b64(proof.encode())) for name, proof in wrong.items()
    ]
    data = size.encode()
    stranger = Signer("aa/hq", bytes_of("other")).vkey
    return [
        *cases,
        refused("read with another key", "fork-proof", vkey=stranger, file=b64(data)),
        refused("a space in the file", "fork-proof", vkey=LOG.vkey, file=b64(data.replace(b":", b": ", 1))),
        refused("cut", "fork-proof", vkey=LOG.vkey, file=b64(data[:-9])),
        refused("another version", "fork-proof", vkey=LOG.vkey, file=b64(data.replace(b'"v":1', b'"v":2'))),
    ]
