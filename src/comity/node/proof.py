"""Proof files: one record, provable offline, by somebody who has no node (docs/spec/proof.md).

A file holds the newest signed head that covers the leaf (or the first that a mirror of the other side
cosigned, for whoever asks when it had the record), with the cosignatures known for it, the inclusion proof,
the leaf, the opening if the content is readable, the charter and the cosigners' keys. The keys are
there to be compared, never to be believed: `verify` needs the log's verifier key, or the charter's
fingerprint, from the reader.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.node.errors import ProofFileError, UntrustedKeyError
from comity.record import merkle
from comity.record.canonical import b64, unb64
from comity.record.charter import Charter
from comity.record.checkpoint import Checkpoint, open_checkpoint
from comity.record.commitment import FullOpening, verify_full
from comity.record.cosignature import UnknownCosignerError, merge_signatures, verify_cosignature
from comity.record.entry import Entry
from comity.record.errors import ComityError
from comity.record.note import Verifier, split_note

if TYPE_CHECKING:
    from collections.abc import Sequence

    from comity.node.node import Node
    from comity.record.store import TreeStore

FORMAT: Final = "comity/proof/v1"
KEYS: Final = frozenset({"format", "origin", "index", "leaf", "checkpoint", "proof", "charter", "vkeys"})
MOST_PROOF: Final = 64


def make(
    node: Node, origin: str, index: int, *, sealed_too: bool = False, first: bool = False
) -> dict[str, Any]:
    """Return the proof file of one record as JSON data.

    Args:
        node: which holds the log, its own or a mirror.
        origin: the log.
        index: the record's place.
        sealed_too: put content in that is not marked for everybody; the file is then as secret as it is.
        first: by the first head over it that a mirror cosigned, not by the newest: its time is the earliest
            by which the other side provably held the record.

    Raises:
        RecordNotFoundError: there is no such record.
        ProofFileError: no signed head covers it yet, or none that a mirror cosigned.
    """
    record = node.record(origin, index)
    store = node.log.store if origin == node.origin else node.peers.require(origin).mirror.store
    find = _first_held if first else _covering_head
    note = find(node, origin, store, index)
    charter = node.charters[origin]
    size = open_checkpoint(note, charter.vkey("log")).size
    proof = merkle.prove_inclusion_from(store.hash, index, size)
    document: dict[str, Any] = {
        "format": FORMAT,
        "origin": origin,
        "index": index,
        "leaf": b64(store.leaves(index, index + 1)[0]),
        "checkpoint": note.decode(),
        "proof": [b64(item) for item in proof],
        "charter": charter.encode().decode(),
        "vkeys": {"log": charter.vkey("log"), "cosigners": _cosigners(node, origin)},
    }
    shown = record.clear or (sealed_too and record.content is not None)
    opening = node.contents.get(origin, record.id) if shown else None
    if opening is not None:
        document["opening"] = opening.to_json()
    return document


def _covering_head(node: Node, origin: str, store: TreeStore, index: int) -> bytes:
    """Return the newest signed head over a leaf; a cosigned one before a bare one."""
    sizes = [size for size in store.signed_sizes() if index < size <= store.size]
    if not sizes:
        raise ProofFileError(f"no signed head covers {origin} {index} yet")
    if origin != node.origin:
        note = store.signed_head(sizes[-1])
        mirror = node.peers.require(origin).mirror
        heads = (mirror.heads.last_cosigned(vkey) for vkey in node.cosigner_vkeys)
        lines = [head.line for head in heads if head.note and head.size == sizes[-1]]
        return merge_signatures(note or b"", lines)
    levels = node.own.levels()
    best = next((size for size in (levels.joint, levels.witnessed) if size in sizes), sizes[-1])
    return node.log.signed_checkpoint(best) or b""


def _first_held(node: Node, origin: str, store: TreeStore, index: int) -> bytes:
    """Return the smallest signed head over a leaf that a mirror cosigned, with its cosignatures."""
    from comity.node.own import cosigner_key  # noqa: PLC0415 - its module imports a desk that imports this

    note: bytes | None = None
    if origin != node.origin:
        heads = node.peers.require(origin).mirror.heads
        found = [heads.first_cosigned(vkey, index) for vkey in node.cosigner_vkeys]
        mine = found[-1]  # the mirror's; the witness holds no entries
        if mine is not None:
            lines = [one.line for one in found if one is not None and one.size == mine.size]
            note = merge_signatures(mine.note, lines)
    else:
        mirrors = {cosigner_key(peer.cosigners()["mirror"]) for peer in node.peers}
        sizes = [size for size, key, _ in node.log.store.first_cosigned(index) if key in mirrors]
        note = node.log.signed_checkpoint(min(sizes)) if sizes else None
    if note is None or open_checkpoint(note, node.charters[origin].vkey("log")).size > store.size:
        raise ProofFileError(f"no mirror has cosigned a head over {origin} {index} yet")
    return note


def _cosigners(node: Node, origin: str) -> list[str]:
    others = [charter for name, charter in node.charters.items() if name != origin]
    return [charter.vkey(role) for charter in others for role in ("witness", "mirror")]


def verify(document: object, *, vkeys: Sequence[str] = (), pins: Sequence[str] = ()) -> dict[str, Any]:
    """Verify a proof file offline.

    Args:
        document: the JSON data of the file.
        vkeys: verifier keys that the reader trusts: the log's, and cosigners' whose word counts.
        pins: fingerprints of charters, as `comity node status` and pairing show them.

    Returns:
        What was proven: origin, index, size, root, the cosigners that verified with their times, the
        office, the content if it is open.

    Raises:
        UntrustedKeyError: neither a key nor a fingerprint confirms the log's key.
        ProofFileError: the file is malformed or does not prove it.
    """
    if not isinstance(document, dict) or not set(document) >= KEYS or document["format"] != FORMAT:
        raise ProofFileError(f"not a proof file of format {FORMAT}")
    try:
        return _verified(document, vkeys, pins)
    except ProofFileError:
        raise
    except ComityError as error:
        raise ProofFileError(f"the proof does not hold: {error}") from error
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ProofFileError(f"the proof file is malformed: {error!r}") from error


def _verified(document: dict[str, Any], vkeys: Sequence[str], pins: Sequence[str]) -> dict[str, Any]:
    charter = Charter.parse(document["charter"].encode())
    log_key = _trusted(charter, vkeys, pins)
    note = document["checkpoint"].encode()
    head = open_checkpoint(note, log_key)
    leaf = unb64(document["leaf"])
    index = document["index"]
    proof = [unb64(item, merkle.HASH_SIZE) for item in document["proof"][: MOST_PROOF + 1]]
    if document["origin"] != head.origin or not isinstance(index, int) or isinstance(index, bool):
        raise ProofFileError("the file names another log than its checkpoint, or no index")
    merkle.verify_inclusion(merkle.leaf_hash(leaf), index, head.size, proof, head.root)
    entry = Entry.parse(leaf)
    result: dict[str, Any] = {
        "ok": True,
        "origin": head.origin,
        "index": index,
        "size": head.size,
        "root": b64(head.root),
        "id": b64(entry.id),
        "outer": entry.outer,
        "cosigned_by": _cosignatures(note, vkeys),
        "charter": {"fingerprint": charter.fingerprint, "confirmed": _is_pinned(charter, pins)},
        "office": _office(charter, entry),
        "content": None,
    }
    if "opening" in document:
        opening = FullOpening.from_json(document["opening"])
        verify_full(opening, entry)
        result["content"] = {"kind": opening.kind, "fields": {f.path: f.value for f in opening.fields}}
    return result


def _trusted(charter: Charter, vkeys: Sequence[str], pins: Sequence[str]) -> str:
    """Return the log's verifier key once the reader's own key or fingerprint confirms it."""
    for vkey in vkeys:
        if Verifier.parse(vkey).name == charter.origin and vkey == charter.vkey("log"):
            return vkey
    if _is_pinned(charter, pins):
        return charter.vkey("log")
    raise UntrustedKeyError(
        f"the file says that the key of {charter.origin} is {charter.vkey('log')} "
        f"(charter {charter.fingerprint}), and nothing you gave confirms it"
    )


def _is_pinned(charter: Charter, pins: Sequence[str]) -> bool:
    plain = {"".join(pin.lower().split()).replace("-", "") for pin in pins}
    return charter.fingerprint.replace(" ", "") in plain


def _cosignatures(note: bytes, vkeys: Sequence[str]) -> list[dict[str, Any]]:
    """Return name and time of every cosignature that verifies under a key the reader gave."""
    found = []
    for vkey in vkeys:
        verifier = Verifier.parse(vkey)
        for line in split_note(note)[1]:
            if (line.name, line.key_id) != (verifier.name, verifier.key_id) or line.name == _origin(note):
                continue
            try:
                found.append({"name": line.name, "time": verify_cosignature(note, line.line, vkey)})
            except UnknownCosignerError:
                continue
    return found


def _origin(note: bytes) -> str:
    return Checkpoint.parse(split_note(note)[0]).origin


def _office(charter: Charter, entry: Entry) -> str:
    office = charter.verify_entry(entry)
    return "root" if office is None else office.name
