"""Vectors of compacts and of key files."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

from charters import LOG, ROOTS, full
from records import HASH
from seeds import bytes_of, refused

from comity.record import canonical, keyfile, signature
from comity.record.canonical import b64
from comity.record.charter import Charter, KeyLine, Office
from comity.record.compact import Compact, Deadlines, Log, Member, Policy, Vocabulary
from comity.record.keyfile import Cost, Passphrase, Secret
from comity.record.note import Signer, sign_note

THEIR_ROOT = Signer("bb/root/1", bytes_of("bb root"))
PASSPHRASE = "correct horse battery staple"  # noqa: S105 - known to all


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {"compact": _compact(), "keyfile": _keyfile()}


def _theirs() -> Charter:
    key = Signer("bb/hq", bytes_of("bb log"))
    return Charter(
        party="bb",
        origin="bb/hq",
        version=1,
        keys=(
            KeyLine("root", THEIR_ROOT.name, THEIR_ROOT.vkey),
            KeyLine("log", key.name, key.vkey),
        ),
        offices=(Office("desk", signature.public_key(bytes_of("bb desk")), {"en": "Desk"}),),
        names={"en": "Party B"},
        colour="#a80057",
        expires=1_800_000_000_000,
    )


def _made() -> Compact:
    ours, theirs = replace(full(), hpke=()), _theirs()
    return Compact(
        name="example",
        version=1,
        title={"en": "Ground rules"},
        members=(
            Member("aa", "party", {"en": "Party A"}, (Log(ours.origin, 1, ours.digest),)),
            Member("bb", "party", {"en": "Party B"}, (Log(theirs.origin, 1, theirs.digest),)),
            Member("cc", "observer", {"en": "Observer"}),
        ),
        retention={"working": 60, "short": 3},
        policies=(Policy("control.*", "parties"), Policy("register.compact", "members")),
        deadlines=Deadlines(erase_ack_days=30, round_grace_hours=24),
        vocabularies=(Vocabulary("tlp", "2.0", HASH),),
        rules=({"en": "Each party keeps its own log."},),
    )


def _compact() -> dict[str, Any]:
    ours, theirs = replace(full(), hpke=()).sign(ROOTS[:2]), _theirs().sign([THEIR_ROOT])
    made, enough = _made(), [*ROOTS[:2], THEIR_ROOT]
    trusted = [ours.encode().decode(), theirs.encode().decode()]

    def case(name: str, signers: list[Signer], **more: Any) -> dict[str, Any]:
        return {"name": name, "note": made.sign(signers).encode().decode(), "charters": trusted, **more}

    stands = [
        {"kind": "control.grant", "party": "bb", "granted": True},
        {"kind": "control.grant", "party": "cc", "granted": False},
        {"kind": "register.compact", "party": "cc", "granted": True},
        {"kind": "register.compact", "party": "dd", "granted": False},
        {"kind": "controls.grant", "party": "bb", "granted": False},
        {"kind": "register.instrument", "party": "bb", "granted": False},
    ]
    accept = [
        case("both parties", enough, digest=b64(made.digest), stands=stands),
        case("a stranger signed too", [*enough, ROOTS[3]], digest=b64(made.digest), stands=[]),
    ]
    other = [trusted[0], replace(_theirs(), colour="#000000").sign([THEIR_ROOT]).encode().decode()]
    forged = made.sign(enough).encode().replace(b'"months":60', b'"months":61').decode()
    twice = made.sign([ROOTS[0], THEIR_ROOT]).encode() + ROOTS[0].sign(made.document + b"\n").line
    refuse = [
        {**case("one party alone", ROOTS[:2]), "refuse": "compact-unsigned"},
        {**case("below a party's threshold", [ROOTS[0], THEIR_ROOT]), "refuse": "compact-unsigned"},
        {
            **case("a party's threshold by one key twice", enough),
            "note": twice.decode(),
            "refuse": "compact-unsigned",
        },
        {**case("log keys for root keys", [LOG, THEIR_ROOT]), "refuse": "compact-unsigned"},
        {**case("a charter that is not known", enough), "charters": trusted[:1], "refuse": "compact-charter"},
        {**case("another charter of that log", enough), "charters": other, "refuse": "compact-charter"},
        {**case("changed after signing", enough), "note": forged, "refuse": "note-invalid-signature"},
        *_forms_refused(made, trusted),
    ]
    about = "Signed compacts, charters that are trusted, what stands granted. refuse: never binding."
    return {"description": about, "accept": accept, "refuse": refuse}


def _forms_refused(made: Compact, trusted: list[str]) -> list[dict[str, Any]]:
    good: Any = canonical.decode(made.document)
    first, second, observer = good["members"]
    log = second["logs"][0]
    changes: list[tuple[str, dict[str, Any]]] = [
        ("another version of the form", {"v": 2}),
        ("a key more", {"motto": "x"}),
        ("a predecessor of version 1", {"previous": b64(HASH)}),
        ("version 2 without a predecessor", {"version": 2}),
        ("one member", {"members": [first]}),
        ("a party twice", {"members": [first, second, {**observer, "party": "aa"}]}),
        ("observers alone", {"members": [observer, {**observer, "party": "dd"}]}),
        ("a party without a log", {"members": [first, {**second, "logs": []}]}),
        ("a log twice", {"members": [first, {**second, "logs": [log, log]}]}),
        ("another party's log", {"members": [first, {**second, "logs": [{**log, "origin": "cc/hq"}]}]}),
        ("an unknown role", {"members": [first, {**second, "role": "guest"}]}),
        ("a policy for everything", {"policies": [{"kinds": "*", "audience": "parties"}]}),
        ("a policy for half a name", {"policies": [{"kinds": "contr*", "audience": "parties"}]}),
        ("a policy for everybody", {"policies": [{"kinds": "control.*", "audience": "all"}]}),
        ("retention for no time", {"retention": [{"class": "working", "months": 0}]}),
        (
            "a retention class twice",
            {"retention": [{"class": "x", "months": 1}, {"class": "x", "months": 2}]},
        ),
        ("no deadline", {"deadlines": {"erase_ack_days": 0, "round_grace_hours": 1}}),
        ("a rule without English", {"rules": [{"vi": "x"}]}),
    ]
    signers = [*ROOTS[:2], THEIR_ROOT]
    return [
        refused(
            name,
            "compact",
            note=sign_note(canonical.encode({**good, **change}) + b"\n", signers).decode(),
            charters=trusted,
        )
        for name, change in changes
    ]


def _again(data: bytes, **changes: Any) -> str:
    """Change a key file and make its digest fit."""
    item = {**json.loads(data), **changes}
    item.pop("digest")
    kept = {key: value for key, value in item.items() if value is not None}
    text = canonical.encode({**kept, "digest": b64(_sha256(canonical.encode(kept)))})
    return text.decode() + "\n"


def _sha256(data: bytes) -> bytes:
    import hashlib  # noqa: PLC0415 - one use

    return hashlib.sha256(data).digest()


def _keyfile() -> dict[str, Any]:
    seed, month = bytes_of("kept"), b"".join(bytes_of(f"kept {i}") for i in range(3))
    cheap, salt, nonce = Cost(1, 8192), bytes_of("salt", 16), bytes_of("nonce", 24)

    def lock(secret: Secret, phrase: str | None = PASSPHRASE) -> bytes:
        held = None if phrase is None else Passphrase(phrase.encode())
        return keyfile.lock(secret, held, salt=salt, cost=cheap, nonce=nonce)

    signing, opening = Secret("aa/hq/office/desk", "ed25519", seed), Secret("2026-10", "hpke", month)
    data = lock(signing)
    accept = [
        {
            "name": name,
            "file": made.decode(),
            "passphrase": phrase,
            "secret": b64(secret.octets),
            "id": b64(secret.public),
        }
        for name, secret, made, phrase in (
            ("a locked seed", signing, data, PASSPHRASE),
            ("a locked recipient key", opening, lock(opening), PASSPHRASE),
            (
                "a passphrase in Vietnamese",
                signing,
                lock(signing, "hòa bình và hữu nghị"),
                "hòa bình và hữu nghị",
            ),
            ("an unprotected seed", signing, lock(signing, None), ""),
        )
    ]
    bare = lock(signing, None)
    text = data.decode()
    cases = [
        ("another passphrase", "passphrase-wrong", text, "correct horse battery stable"),
        ("no passphrase", "passphrase-missing", text, ""),
        ("a byte changed", "keyfile-damaged", text.replace("desk", "disk"), PASSPHRASE),
        ("cut short", "keyfile-damaged", text[:-9], PASSPHRASE),
        ("empty", "keyfile-damaged", "", PASSPHRASE),
        (
            "the name changed, digest and all",
            "keyfile-tampered",
            _again(data, name="aa/hq/office/x"),
            PASSPHRASE,
        ),
        (
            "the secret changed, digest and all",
            "keyfile-tampered",
            _again(data, secret=b64(bytes(48))),
            PASSPHRASE,
        ),
        ("the kind changed, digest and all", "keyfile-tampered", _again(data, kind="hpke"), PASSPHRASE),
        (
            "the salt changed, digest and all",
            "passphrase-wrong",
            _again(data, salt=b64(bytes(16))),
            PASSPHRASE,
        ),
        ("another key's public half", "keyfile-tampered", _again(bare, public=b64(HASH)), ""),
        ("a bare secret cut", "keyfile-tampered", _again(bare, secret=b64(seed[:31])), ""),
        ("another version", "keyfile", _again(data, v=2), PASSPHRASE),
        ("an unknown kind", "keyfile", _again(data, kind="rsa"), PASSPHRASE),
        ("an unknown lock", "keyfile", _again(data, lock="rot13"), PASSPHRASE),
        ("a part missing", "keyfile", _again(data, nonce=None), PASSPHRASE),
        ("a part too many", "keyfile", _again(data, motto="x"), PASSPHRASE),
        ("memory without bound", "keyfile", _again(data, memory=1 << 40), PASSPHRASE),
        ("too many passes", "keyfile", _again(data, passes=1000), PASSPHRASE),
        ("a nonce of another length", "keyfile", _again(data, nonce=b64(bytes(12))), PASSPHRASE),
    ]
    refuse = [refused(name, code, file=file, passphrase=phrase) for name, code, file, phrase in cases]
    return {
        "description": "Key files with their passphrases; the cost is low here.",
        "accept": accept,
        "refuse": refuse,
    }
