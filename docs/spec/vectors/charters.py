"""Vectors of charters."""

from __future__ import annotations

import hashlib
from typing import Any

from records import DESK, HASH, ID, LEAF, ORIGIN, OTHER
from seeds import bytes_of, refused

from comity.record import canonical, entry, signature
from comity.record.canonical import b64
from comity.record.charter import Charter, KeyLine, Office
from comity.record.cosignature import Cosigner
from comity.record.note import Signer


def files() -> dict[str, dict[str, Any]]:
    """Return the file of this part."""
    return {"charter": _charter()}


def _charter() -> dict[str, Any]:
    root, log = Signer("aa/root", bytes_of("root")), Signer(ORIGIN, bytes_of("log"))
    witness = Cosigner("aa/witness", bytes_of("witness"))
    mirror = Cosigner("aa/mirror", bytes_of("mirror"))
    keys = (
        KeyLine("log", log.name, log.vkey),
        KeyLine("witness", witness.name, witness.vkey),
        KeyLine("mirror", mirror.name, mirror.vkey),
        KeyLine("root", root.name, root.vkey),
    )
    desk = Office("desk", signature.public_key(DESK), {"en": "Desk", "vi": "Bàn"})
    charter = Charter("aa", ORIGIN, 1, keys, (desk,), {"en": "Party A"}, "#0057a8")
    raw = charter.encode()
    leaf = entry.charter_entry(
        origin=ORIGIN, id=bytes_of("charter", 16), version=1, digest=charter.digest, seed=root.seed
    )
    accept = [
        {
            "name": "a charter",
            "document": raw.decode(),
            "digest": b64(charter.digest),
            "fingerprint": charter.fingerprint,
            "leaf": b64(leaf),
            "offices": [{"name": "desk", "key_id": b64(hashlib.sha256(desk.key).digest())}],
        }
    ]
    about = "Documents as text, digest, fingerprint, leaf 0. refuse: documents. mismatch: with leaf."
    return {
        "description": about,
        "accept": accept,
        "refuse": _charters_refused(raw),
        "mismatch": _charter_mismatches(raw, charter, root.seed),
    }


def _charters_refused(raw: bytes) -> list[dict[str, Any]]:
    good: Any = canonical.decode(raw, limit=len(raw))
    office, key = good["offices"][0], good["keys"]
    stolen = Signer("aa/root", bytes_of("desk"))
    renamed = Signer("aa/elsewhere", bytes_of("log"))
    many = [
        {**office, "name": f"desk-{i}", "key": b64(signature.public_key(bytes_of(f"o{i}")))}
        for i in range(33)
    ]
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("another version of the form", "charter", {"v": 2}),
        ("version zero", "charter", {"version": 0}),
        ("a key more", "charter", {"motto": "x"}),
        ("the origin of another party", "charter", {"party": "bb"}),
        ("no root key", "charter", {"keys": key[:3]}),
        ("no log key", "charter", {"keys": key[1:]}),
        ("a role twice", "charter", {"keys": [*key[:3], key[0]]}),
        ("an unknown role", "charter", {"keys": [{**key[1], "role": "judge"}, *key[2:], key[0]]}),
        ("a log key of a cosigner's type", "charter", {"keys": [{**key[1], "role": "log"}, key[3]]}),
        (
            "a log key by another name",
            "charter",
            {"keys": [{"role": "log", "name": renamed.name, "vkey": renamed.vkey}, key[3]]},
        ),
        ("a name that is not the key's", "charter", {"keys": [{**key[0], "name": "aa/x"}, *key[1:]]}),
        (
            "a root key that is an office's",
            "charter",
            {"keys": [*key[:3], {"role": "root", "name": stolen.name, "vkey": stolen.vkey}]},
        ),
        ("no offices", "charter", {"offices": []}),
        ("33 offices", "charter", {"offices": many}),
        ("two offices with one name", "charter", {"offices": [office, {**many[0], "name": "desk"}]}),
        ("two offices with one key", "charter", {"offices": [office, {**office, "name": "other"}]}),
        (
            "an office key of small order",
            "charter",
            {"offices": [{**office, "key": b64(b"\x01" + bytes(31))}]},
        ),
        ("a title without English", "charter", {"offices": [{**office, "title": {"vi": "Bàn"}}]}),
        ("no name in English", "charter", {"names": {"vi": "A"}}),
        ("a colour by name", "charter", {"colour": "blue"}),
    ]
    cases = [
        refused(n, c, document=canonical.encode({**good, **change}).decode()) for n, c, change in changes
    ]
    return [*cases, refused("white space", "canonical-not-canonical", document=raw.decode() + " ")]


def _charter_mismatches(raw: bytes, charter: Charter, root: bytes) -> list[dict[str, Any]]:
    def leaf(
        digest: bytes = charter.digest, version: int = 1, origin: str = ORIGIN, seed: bytes = root
    ) -> bytes:
        return entry.charter_entry(origin=origin, id=ID, version=version, digest=digest, seed=seed)

    cases = [
        ("another document", leaf(digest=HASH)),
        ("another version", leaf(version=2)),
        ("another log", leaf(origin=OTHER)),
        ("signed by an office", leaf(seed=DESK)),
        ("a record in its place", LEAF),
    ]
    return [refused(name, "charter-mismatch", document=raw.decode(), leaf=b64(data)) for name, data in cases]
