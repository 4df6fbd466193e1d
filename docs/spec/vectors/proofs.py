"""Vectors of trees, proofs, checkpoints and cosignatures."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

from seeds import bytes_of, refused

from comity.record import checkpoint, merkle
from comity.record.canonical import b64
from comity.record.checkpoint import Checkpoint
from comity.record.cosignature import Cosigner
from comity.record.note import Signer

LEAVES = [str(i).encode() for i in range(40)]
HASHES = [merkle.leaf_hash(leaf) for leaf in LEAVES]
SIZES = (0, 1, 2, 3, 4, 5, 7, 8, 9, 16, 21, 32, 33, 40)


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {"proof": _proof(), "checkpoint": _checkpoint()}


def _included(index: int, size: int) -> dict[str, Any]:
    return {
        "name": f"leaf {index} of {size}",
        "index": index,
        "size": size,
        "leaf_hash": b64(HASHES[index]),
        "root": b64(merkle.root(LEAVES[:size])),
        "proof": [b64(node) for node in merkle.prove_inclusion(HASHES, index, size)],
    }


def _consistent(size1: int, size2: int) -> dict[str, Any]:
    return {
        "name": f"{size1} to {size2}",
        "size1": size1,
        "size2": size2,
        "root1": b64(merkle.root(LEAVES[:size1])),
        "root2": b64(merkle.root(LEAVES[:size2])),
        "proof": [b64(node) for node in merkle.prove_consistency(HASHES, size1, size2)],
    }


def _proof() -> dict[str, Any]:
    places = [(0, 1), (0, 2), (1, 2), (0, 8), (5, 8), (8, 9), (20, 21), (31, 33), (32, 33), (39, 40)]
    inclusion = [_included(index, size) for index, size in places]
    consistency = [
        _consistent(*pair) for pair in [*pairwise(SIZES[1:]), (1, 40), (8, 40), (32, 33), (40, 40)]
    ]
    one, two = _included(20, 21), _consistent(8, 21)
    short = b64(bytes(31))
    inclusion_refuse = [
        refused("another leaf", "proof", **_but(one, leaf_hash=b64(HASHES[19]))),
        refused("another index", "proof", **_but(one, index=19)),
        refused("an index outside", "proof", **_but(one, index=21)),
        refused("a proof cut", "proof", **_but(one, proof=one["proof"][:-1])),
        refused("a proof too long", "proof", **_but(one, proof=[*one["proof"], one["root"]])),
        refused("a root of 31 bytes", "proof", **_but(one, root=short)),
        refused(
            "nothing in nothing",
            "proof",
            **_but(one, index=0, size=1, proof=[], root="", leaf_hash=""),
        ),
        refused("the empty tree", "proof", **_but(one, index=0, size=0, proof=[])),
    ]
    consistency_refuse = [
        refused("another old root", "proof", **_but(two, root1=two["root2"])),
        refused("sizes exchanged", "proof", **_but(two, size1=21, size2=8)),
        refused("a proof cut", "proof", **_but(two, proof=two["proof"][:-1])),
        refused("a proof too long", "proof", **_but(two, proof=[*two["proof"], two["root1"]])),
        refused("a hash of 31 bytes", "proof", **_but(two, proof=[short, *two["proof"][1:]])),
        refused("one size, two roots", "proof", **_but(two, size2=8, proof=[])),
    ]
    trees = [{"name": f"{n} leaves", "size": n, "root": b64(merkle.root(LEAVES[:n]))} for n in SIZES]
    return {
        "description": "Leaf i is the number i in decimal. Trees; inclusion and consistency proofs.",
        "trees": trees,
        "inclusion": inclusion,
        "inclusion_refuse": inclusion_refuse,
        "consistency": consistency,
        "consistency_refuse": consistency_refuse,
    }


def _but(case: dict[str, Any], **changes: Any) -> dict[str, Any]:
    return {key: value for key, value in {**case, **changes}.items() if key != "name"}


def _checkpoint() -> dict[str, Any]:
    log = Signer("aa/hq", bytes_of("log"))
    witness = Cosigner("bb/witness", bytes_of("witness"))
    head = Checkpoint("aa/hq", 40, merkle.root(LEAVES))
    note = checkpoint.sign(head, log)
    empty = checkpoint.sign(Checkpoint("aa/hq", 0, merkle.EMPTY_ROOT), log)
    line = witness.cosign(note, 1_770_000_000)
    accept = [
        _opened("a head", note, log.vkey),
        _opened("with a cosignature", note + line, log.vkey),
        _opened("the empty tree", empty, log.vkey),
    ]
    other = Signer("aa/hq", bytes_of("other"))
    plain = Signer("aa/other", bytes_of("log"))
    text = head.text.encode()
    wrong = [
        ("another key", "note-unsigned", note, other.vkey),
        ("another name", "note-unsigned", note, plain.vkey),
        ("a size changed", "note-invalid-signature", note.replace(b"\n40\n", b"\n41\n"), log.vkey),
        (
            "a size with a leading zero",
            "checkpoint",
            _signed(b"aa/hq\n040\n" + text.split(b"\n")[2] + b"\n", log),
            log.vkey,
        ),
        (
            "an origin that is not the key's name",
            "checkpoint",
            _signed(text.replace(b"aa/hq", b"aa/hx"), log),
            log.vkey,
        ),
        ("no blank line", "note-malformed", note.replace(b"\n\n", b"\n"), log.vkey),
        ("cut", "note-malformed", note[:-5], log.vkey),
        (
            "a root of 31 bytes",
            "checkpoint",
            _signed(b"aa/hq\n40\n" + b64(bytes(31)).encode() + b"\n", log),
            log.vkey,
        ),
        ("only a cosignature", "note-unsigned", text + b"\n" + line, log.vkey),
    ]
    times = [("a cosignature", line), ("at second zero", witness.cosign(note, 0))]
    cosignatures = [
        {"name": n, "vkey": witness.vkey, "note": note.decode(), "line": data.decode(), "seconds": s}
        for (n, data), s in zip(times, (1_770_000_000, 0), strict=True)
    ]
    bad = [
        ("another time", "cosignature", line, note.replace(b"\n40\n", b"\n39\n"), witness.vkey),
        (
            "another witness",
            "cosignature-unknown-key",
            line,
            note,
            Cosigner("bb/witness", bytes_of("other")).vkey,
        ),
        ("the log's own line", "cosignature-unknown-key", note.split(b"\n\n")[1], note, witness.vkey),
    ]
    return {
        "description": "Signed notes as text, the key, what the head says. Cosignatures, type 0x04.",
        "accept": accept,
        "refuse": [
            {"name": name, "note": data.decode(), "vkey": vkey, "refuse": code}
            for name, code, data, vkey in wrong
        ],
        "cosignatures": cosignatures,
        "cosignatures_refuse": [
            {"name": name, "line": data.decode(), "note": of.decode(), "vkey": vkey, "refuse": code}
            for name, code, data, of, vkey in bad
        ],
    }


def _opened(name: str, note: bytes, vkey: str) -> dict[str, Any]:
    found = checkpoint.open_checkpoint(note, vkey)
    return {
        "name": name,
        "note": note.decode(),
        "vkey": vkey,
        "origin": found.origin,
        "size": found.size,
        "root": b64(found.root),
    }


def _signed(text: bytes, signer: Signer) -> bytes:
    return text + b"\n" + signer.sign(text).line
