"""Vectors of charters: their form, and how one version follows another."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from typing import Any

from records import DESK, HASH, ID, LEAF, ORIGIN, OTHER
from seeds import bytes_of, recipient_public, refused

from comity.record import canonical, entry, signature
from comity.record.canonical import b64
from comity.record.charter import Charter, HpkeLine, HttpKey, KeyLine, Office, Revoked, TlsPin
from comity.record.cosignature import Cosigner
from comity.record.note import Signer, sign_note

ROOTS = [Signer(f"aa/root/{number}", bytes_of(f"root {number}")) for number in range(4)]
LOG = Signer(ORIGIN, bytes_of("log"))
TERM = 1_800_000_000_000


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {"charter": _charter(), "succession": _succession()}


def root_lines(*numbers: int) -> tuple[KeyLine, ...]:
    """Return the lines of some root keys."""
    return tuple(KeyLine("root", ROOTS[n].name, ROOTS[n].vkey) for n in numbers)


def full() -> Charter:
    """Return a charter with every role, two of three root keys."""
    witness = Cosigner("aa/witness", bytes_of("witness"))
    mirror = Cosigner("aa/mirror", bytes_of("mirror"))
    keys = (
        *root_lines(0, 1, 2),
        KeyLine("log", LOG.name, LOG.vkey),
        KeyLine("witness", witness.name, witness.vkey),
        KeyLine("mirror", mirror.name, mirror.vkey),
    )
    control = tuple(
        Office(role, signature.public_key(bytes_of(role)), {"en": role.title()}, role)
        for role in ("enrol", "release", "erase")
    )
    return Charter(
        party="aa",
        origin=ORIGIN,
        version=1,
        keys=keys,
        offices=(Office("desk", signature.public_key(DESK), {"en": "Desk", "vi": "Bàn"}),),
        names={"en": "Party A"},
        colour="#0057a8",
        expires=TERM,
        thresholds={"root": 2, "release": 2, "erase": 2},
        control=control,
        hpke=(HpkeLine("2026-10", recipient_public("recipient")),),
        tls=(TlsPin(bytes_of("tls")),),
        http=(HttpKey("aa/hq/http", signature.public_key(bytes_of("http"))),),
    )


def plain() -> Charter:
    """Return a charter with what every charter has."""
    made = full()
    return replace(
        made,
        keys=(*root_lines(0), KeyLine("log", LOG.name, LOG.vkey)),
        thresholds={},
        control=(),
        hpke=(),
        tls=(),
        http=(),
    )


def _leaf(charter: Charter, seed: bytes | None = None, word: str = "charter") -> bytes:
    return entry.charter_entry(
        origin=charter.origin,
        id=bytes_of(word, 16),
        version=charter.version,
        digest=charter.digest,
        seed=seed or ROOTS[0].seed,
    )


def _case(name: str, charter: Charter, signers: list[Signer]) -> dict[str, Any]:
    signed = charter.sign(signers)
    return {
        "name": name,
        "note": signed.encode().decode(),
        "digest": b64(charter.digest),
        "fingerprint": charter.fingerprint,
        "leaf": b64(_leaf(charter)),
        "offices": [
            {"name": o.name, "role": o.role, "key_id": b64(hashlib.sha256(o.key).digest())}
            for o in (*charter.offices, *charter.control)
        ],
    }


def _charter() -> dict[str, Any]:
    accept = [
        _case("what every charter has", plain(), ROOTS[:1]),
        _case("every role, two of three root keys", full(), ROOTS[:2]),
        _case("every root key", full(), ROOTS[:3]),
        _case("an unknown key signed too", full(), [*ROOTS[:2], ROOTS[3]]),
    ]
    return {
        "description": "Signed charters, digest, fingerprint, leaf 0. refuse: notes. mismatch: with leaf.",
        "accept": accept,
        "refuse": [*_unsigned(), *_forms_refused()],
        "mismatch": _mismatches(plain().sign(ROOTS[:1])),
    }


def _unsigned() -> list[dict[str, Any]]:
    made, document = full(), full().document
    twice = made.sign(ROOTS[:1]).encode() + ROOTS[0].sign(document + b"\n").line
    forged = made.sign([ROOTS[0], ROOTS[1]]).encode().replace(b"#0057a8", b"#0057a9")
    stranger = [ROOTS[0], Signer(ROOTS[1].name, bytes_of("stranger"))]
    office = [ROOTS[0], Signer(ROOTS[1].name, DESK)]
    cases = [
        ("below the threshold", "charter-unsigned", made.sign(ROOTS[:1]).encode()),
        ("the threshold by one key twice", "charter-unsigned", twice),
        ("a stranger under a root's name", "charter-unsigned", sign_note(document + b"\n", stranger)),
        ("an office under a root's name", "charter-unsigned", sign_note(document + b"\n", office)),
        ("the log key for a root", "charter-unsigned", sign_note(document + b"\n", [ROOTS[0], LOG])),
        ("changed after signing", "note-invalid-signature", forged),
        ("no signatures", "note-malformed", document + b"\n"),
    ]
    return [refused(name, code, note=note.decode()) for name, code, note in cases]


def _forms_refused() -> list[dict[str, Any]]:
    good: Any = canonical.decode(plain().document)
    roles = good["roles"]
    office = roles["office"]["keys"][0]
    stolen, renamed = Signer("aa/stolen", bytes_of("desk")), Signer("aa/elsewhere", bytes_of("log"))
    witness = Cosigner("aa/witness", bytes_of("witness"))
    other = {**office, "name": "other", "key": b64(signature.public_key(bytes_of("other")))}
    many = [
        {**office, "name": f"desk-{i}", "key": b64(signature.public_key(bytes_of(f"o{i}")))}
        for i in range(33)
    ]
    desk_id = b64(hashlib.sha256(signature.public_key(DESK)).digest())
    revoked = {"key": b64(bytes_of("gone")), "from": 7}

    def role(name: str, *keys: dict[str, Any], threshold: Any = 1) -> dict[str, Any]:
        return {"roles": {**roles, name: {"threshold": threshold, "keys": list(keys)}}}

    def line(signer: Signer | Cosigner) -> dict[str, Any]:
        return {"name": signer.name, "vkey": signer.vkey}

    key = recipient_public("recipient")
    changes: list[tuple[str, dict[str, Any]]] = [
        ("another version of the form", {"v": 2}),
        ("version zero", {"version": 0}),
        ("a key more", {"motto": "x"}),
        ("the origin of another party", {"party": "bb"}),
        ("a predecessor of version 1", {"previous": b64(HASH)}),
        ("version 2 without a predecessor", {"version": 2}),
        ("no expiry", {"expires": 0}),
        ("no root key", {"roles": {name: roles[name] for name in ("log", "office")}}),
        ("no log key", {"roles": {name: roles[name] for name in ("root", "office")}}),
        ("no offices", {"roles": {name: roles[name] for name in ("root", "log")}}),
        ("an unknown role", role("judge", line(ROOTS[3]))),
        ("a role without keys", role("witness")),
        ("a role without a threshold", {"roles": {**roles, "root": {"keys": roles["root"]["keys"]}}}),
        ("a threshold of no keys", role("root", line(ROOTS[0]), threshold=0)),
        ("a threshold that no keys reach", role("root", line(ROOTS[0]), threshold=2)),
        ("a root key twice", role("root", line(ROOTS[0]), line(ROOTS[0]))),
        ("two root keys with one name", role("root", line(ROOTS[0]), line(Signer(ROOTS[0].name, DESK)))),
        (
            "a threshold of two log keys",
            role("log", line(LOG), line(Signer(ORIGIN, bytes_of("log 2"))), threshold=2),
        ),
        ("a log key of a cosigner's type", role("log", line(Cosigner(ORIGIN, bytes_of("log"))))),
        ("a log key by another name", role("log", line(renamed))),
        ("a witness of a signer's type", role("witness", line(Signer(witness.name, bytes_of("witness"))))),
        ("a name that is not the key's", role("root", {**line(ROOTS[0]), "name": "aa/x"})),
        ("a root key that is an office's", role("root", line(stolen))),
        ("33 offices", role("office", *many)),
        ("two offices with one name", role("office", office, {**other, "name": office["name"]})),
        ("two offices with one key", role("office", office, {**office, "name": "other"})),
        ("an office whose key releases, too", role("release", {**office, "name": "release"})),
        ("an office key of small order", role("office", {**office, "key": b64(b"\x01" + bytes(31))})),
        ("an http key of small order", role("http", {"name": "aa/http", "key": b64(bytes(32))})),
        ("a title without English", role("office", {**office, "title": {"vi": "Bàn"}})),
        ("an hpke key cut short", role("hpke", {"month": "2026-10", "key": b64(key[:-1])})),
        (
            "an hpke key off the lattice",
            role("hpke", {"month": "2026-10", "key": b64(b"\xff" * 1184 + key[1184:])}),
        ),
        (
            "an hpke key of small order",
            role("hpke", {"month": "2026-10", "key": b64(key[:1184] + bytes(32))}),
        ),
        ("an hpke key for no month", role("hpke", {"month": "2026-13", "key": b64(key)})),
        ("a pin of another length", role("tls", {"spki": b64(bytes(31))})),
        ("a revoked key that has a role", {"revoked": [{"key": desk_id, "from": 0}]}),
        ("a key revoked twice", {"revoked": [revoked, {**revoked, "from": 9}]}),
        ("a revocation before the log", {"revoked": [{**revoked, "from": -1}]}),
        ("no name in English", {"names": {"vi": "A"}}),
        ("a colour by name", {"colour": "blue"}),
    ]

    def note(change: dict[str, Any]) -> str:
        return sign_note(canonical.encode({**good, **change}) + b"\n", ROOTS[:1]).decode()

    spaced = sign_note(plain().document + b" \n", ROOTS[:1]).decode()
    cases = [refused(name, "charter", note=note(change)) for name, change in changes]
    return [*cases, refused("white space", "canonical-not-canonical", note=spaced)]


def _mismatches(charter: Charter) -> list[dict[str, Any]]:
    def leaf(
        digest: bytes = charter.digest, version: int = 1, origin: str = ORIGIN, seed: bytes = ROOTS[0].seed
    ) -> bytes:
        return entry.charter_entry(origin=origin, id=ID, version=version, digest=digest, seed=seed)

    cases = [
        ("another document", leaf(digest=HASH)),
        ("another version", leaf(version=2)),
        ("another log", leaf(origin=OTHER)),
        ("signed by an office", leaf(seed=DESK)),
        ("signed by another root", leaf(seed=ROOTS[1].seed)),
        ("a record in its place", LEAF),
    ]
    note = charter.encode().decode()
    return [refused(name, "charter-mismatch", note=note, leaf=b64(data)) for name, data in cases]


def _next(old: Charter, **changes: Any) -> Charter:
    return replace(old, version=old.version + 1, previous=old.digest, note=b"", **changes)


def _step(charter: Charter, index: int, signers: list[Signer], seed: bytes | None = None) -> dict[str, Any]:
    leaf = _leaf(charter, seed, f"charter {charter.version}")
    return {"note": charter.sign(signers).encode().decode(), "leaf": b64(leaf), "index": index}


def _succession() -> dict[str, Any]:
    one = replace(full(), hpke=())
    desk2 = bytes_of("desk 2")
    fresh = Office("desk", signature.public_key(desk2), {"en": "Desk"})
    gone = Revoked(one.offices[0].key_id, 6)
    two = _next(one, keys=(*root_lines(1, 2, 3), *one.keys[3:]), offices=(fresh,), revoked=(gone,))
    three = _next(two, colour="#0057a9")
    chain = [
        _step(one, 0, ROOTS[:2]),
        _step(two, 10, [ROOTS[0], ROOTS[1], ROOTS[3]], ROOTS[3].seed),
        _step(three, 20, ROOTS[2:4], ROOTS[2].seed),
    ]

    def record(seed: bytes, origin: str = ORIGIN) -> str:
        return b64(entry.record_entry(origin=origin, id=ID, commit=HASH, n=8, seed=seed))

    old, new = record(DESK), record(desk2)
    accept = [{"name": "three versions", "charters": chain, "colour": "#0057a9"}]
    accept += [
        {"name": "the old office before its revocation", "charters": chain, "leaf": old, "index": 5},
        {"name": "the new office in its version", "charters": chain, "leaf": new, "index": 10},
        {"name": "the new office, later", "charters": chain, "leaf": new, "index": 21},
    ]
    judged = [
        ("the old office where it is revoked", "key-revoked", old, 6),
        ("the old office after its version", "charter-office", old, 10),
        ("the new office before its version", "charter-office", new, 9),
        ("version 2 shown again as an entry", "charter-mismatch", chain[1]["leaf"], 11),
        ("a record of another log", "charter-mismatch", record(DESK, OTHER), 5),
    ]
    refuse = [
        refused(name, code, charters=chain, leaf=leaf, index=index) for name, code, leaf, index in judged
    ]
    return {
        "description": "charters: versions with their leaves, in order; leaf and index: an entry to judge.",
        "accept": accept,
        "refuse": [*refuse, *_chains_refused(one, two, three, chain)],
    }


def _chains_refused(
    one: Charter, two: Charter, three: Charter, chain: list[dict[str, Any]]
) -> list[dict[str, Any]]:
    elsewhere = replace(
        two,
        party="bb",
        origin="bb/hq",
        keys=(*two.keys[:3], KeyLine("log", "bb/hq", Signer("bb/hq", LOG.seed).vkey)),
    )
    signers = [ROOTS[0], ROOTS[1], ROOTS[3]]
    branch = replace(two, previous=HASH)
    twice = two.sign([ROOTS[1], ROOTS[3]])
    doubled = {
        **_step(two, 10, signers),
        "note": (twice.encode() + ROOTS[1].sign(two.document + b"\n").line).decode(),
    }
    unrevoked = replace(three, revoked=())
    delayed = replace(three, revoked=(replace(two.revoked[0], start=7),))
    first, second = chain[0], chain[1]
    late = ROOTS[2].seed
    cases: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("a version skipped", "charter-skipped", [first, chain[2]]),
        ("a version again", "charter-rollback", [first, second, {**second, "index": 20}]),
        ("back to version 1", "charter-rollback", [first, second, {**first, "index": 20}]),
        ("another predecessor", "charter-previous", [first, _step(branch, 10, signers, ROOTS[3].seed)]),
        (
            "below the threshold of version 1",
            "charter-threshold",
            [first, _step(two, 10, [ROOTS[1], ROOTS[3]], ROOTS[3].seed)],
        ),
        ("the old threshold by one key twice", "charter-threshold", [first, doubled]),
        (
            "below its own threshold",
            "charter-unsigned",
            [first, _step(two, 10, [ROOTS[0], ROOTS[1]], ROOTS[3].seed)],
        ),
        (
            "another party's charter",
            "charter-mismatch",
            [first, _step(elsewhere, 10, signers, ROOTS[3].seed)],
        ),
        (
            "a leaf by a root of version 1 alone",
            "charter-mismatch",
            [first, {**second, "leaf": _step(two, 10, signers)["leaf"]}],
        ),
        ("a place before its predecessor", "charter-mismatch", [first, {**second, "index": 0}]),
        (
            "a revocation taken back",
            "charter-revocation",
            [first, second, _step(unrevoked, 20, ROOTS[2:4], late)],
        ),
        ("a revocation delayed", "charter-revocation", [first, second, _step(delayed, 20, ROOTS[2:4], late)]),
        ("a log that begins with version 2", "charter-mismatch", [{**second, "index": 0}]),
    ]
    del one
    return [refused(name, code, charters=charters) for name, code, charters in cases]
