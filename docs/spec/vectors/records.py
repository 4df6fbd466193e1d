"""Vectors of entries, commitments and anchors."""

from __future__ import annotations

from typing import Any

from seeds import bytes_of, refused, sign_body

from comity.record import canonical, entry, signature
from comity.record.canonical import b64
from comity.record.commitment import Field, FullOpening, Place, seal
from comity.record.slots import slot_digests

ORIGIN, OTHER = "aa/hq", "bb/hq"
KIND = "test.note@1"
SLOTS = 12
DESK = bytes_of("desk")
ID = bytes_of("id", 16)
HASH = bytes_of("a hash")
FIELDS = (
    Field(0, "header.author", "An editor"),
    Field(1, "header.marking", "TLP:CLEAR"),
    Field(2, "header.releasable_to", ["aa", "bb"]),
    Field(3, "header.basis", "exchange of notes"),
    Field(4, "header.retention", "working:2031-12"),
    Field(5, "header.class", "exercise"),
    Field(6, "header.claimed", 1_770_000_000_000),
    Field(7, "header.refs", []),
    Field(8, "slug", "a-note"),
    Field(10, "title", {"en": "A note", "vi": "Một ghi chú", "lo": "ບັນທຶກ"}),
    Field(11, "parts", [{"n": 1, "done": True}, {"n": 2, "done": False}]),
)
SEALED = seal(ORIGIN, ID, KIND, FIELDS, SLOTS, bytes_of("record key"))
LEAF = entry.record_entry(origin=ORIGIN, id=ID, commit=SEALED.commit, n=SEALED.n, seed=DESK)
FULL = FullOpening(ORIGIN, ID, KIND, SEALED.record_key, FIELDS)


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {
        "entry": _entry(),
        "commitment": _commitment(),
        "anchor": _anchor(),
    }


def _parsed(name: str, leaf: bytes, seed: bytes) -> dict[str, Any]:
    found = entry.Entry.parse(leaf)
    case: dict[str, Any] = {
        "name": name,
        "seed": b64(seed),
        "public_key": b64(signature.public_key(seed)),
        "leaf": b64(leaf),
        "origin": found.origin,
        "id": b64(found.id),
        "outer": found.outer,
        "commit": b64(found.commit),
        "n": found.n,
        "key": b64(found.key),
    }
    if found.refs:
        case["refs"] = [{"origin": r.origin, "index": r.index, "leaf": b64(r.leaf)} for r in found.refs]
    return case


def _entry() -> dict[str, Any]:
    refs = [entry.Ref(OTHER, 0, HASH), entry.Ref("aa/hq~2", 2**53 - 1, bytes_of("b"))]
    protocol = entry.protocol_entry(
        origin=ORIGIN, id=bytes_of("p", 16), commit=HASH, n=1024, refs=refs, seed=DESK
    )
    accept = [_parsed("a record", LEAF, DESK), _parsed("a protocol step", protocol, DESK)]
    body = LEAF[:-89]
    tail = LEAF[-89:]
    good = canonical.decode(body)
    assert isinstance(good, dict)
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("another version", "entry-field", {"v": 2}),
        ("a version that is true", "entry-field", {"v": True}),
        ("an unknown outer", "entry-field", {"outer": "note"}),
        ("an origin without a node", "entry-field", {"origin": "aa"}),
        ("an origin in capitals", "entry-field", {"origin": "AA/hq"}),
        ("an origin with a slash too many", "entry-field", {"origin": "aa/hq/x"}),
        ("epoch zero", "entry-field", {"origin": "aa/hq~0"}),
        ("an id of 15 bytes", "entry-field", {"id": b64(bytes(15))}),
        ("an id in base64 with loose bits", "entry-field", {"id": "AAAAAAAAAAAAAAAAAAAAAB=="}),
        ("a commitment of 31 bytes", "entry-field", {"commit": b64(bytes(31))}),
        ("the empty commitment", "entry-field", {"commit": b64(entry.EMPTY_COMMIT)}),
        ("a commitment in base64url", "entry-field", {"commit": "_" * 42 + "8="}),
        ("no slots", "entry-field", {"n": 0}),
        ("slots not padded", "entry-field", {"n": 12}),
        ("too many slots", "entry-field", {"n": 1032}),
        ("slots as text", "entry-field", {"n": "16"}),
        ("a negative number of slots", "entry-field", {"n": -8}),
        ("a key more", "entry-keys", {"kind": KIND}),
        ("refs in a record", "entry-keys", {"refs": [{"origin": OTHER, "index": 0, "leaf": b64(HASH)}]}),
        ("protocol without refs", "entry-keys", {"outer": "protocol"}),
        ("refs empty", "entry-field", {"outer": "protocol", "refs": []}),
        ("a ref without leaf", "entry-field", {"outer": "protocol", "refs": [{"origin": OTHER, "index": 0}]}),
        (
            "a ref at a negative index",
            "entry-field",
            {"outer": "protocol", "refs": [{"origin": OTHER, "index": -1, "leaf": b64(HASH)}]},
        ),
    ]
    refuse = [
        refused(name, code, leaf=b64(sign_body(canonical.encode({**good, **change}), DESK)))
        for name, code, change in changes
    ]
    without = {key: value for key, value in good.items() if key != "n"}
    shapes = [
        ("nothing", "entry-size", b""),
        ("too large", "entry-size", b"a" * 8193),
        ("no newline", "entry-shape", body),
        ("cut", "entry-shape", LEAF[:-1]),
        ("a newline at the end", "entry-shape", LEAF + b"\n"),
        ("a signature of 63 bytes", "entry-shape", body + b"\n" + b64(bytes(63)).encode()),
        ("a signature line of other bytes", "entry-shape", body + b"\n\xff" + tail[2:]),
        ("a carriage return", "canonical-not-canonical", body + b"\r\n" + tail[1:]),
        ("a key less", "entry-keys", sign_body(canonical.encode(without), DESK)),
        ("not an object", "entry-keys", sign_body(b"[1]", DESK)),
        ("white space", "canonical-not-canonical", sign_body(body.replace(b":", b": "), DESK)),
        ("a key twice", "canonical-duplicate-key", sign_body(body[:-1] + b',"v":1}', DESK)),
    ]
    refuse += [refused(name, code, leaf=b64(leaf)) for name, code, leaf in shapes]
    flipped = LEAF.replace(b'"n":16', b'"n":24')
    forged = [
        refused("a body changed after signing", "entry-signature", leaf=b64(flipped)),
        refused("signed without the context", "entry-signature", leaf=b64(_plain(body))),
        refused(
            "signed by a key it does not name", "entry-signature", leaf=b64(sign_body(body, bytes_of("x")))
        ),
    ]
    for case in forged:
        case["public_key"] = b64(signature.public_key(DESK))
    other = refused("another office's key", "entry-signature", leaf=b64(LEAF))
    other["public_key"] = b64(signature.public_key(bytes_of("x")))
    about = "accept: leaves (base64) and what they say. refuse: by form. forged: not by public_key."
    return {"description": about, "accept": accept, "refuse": refuse, "forged": [*forged, other]}


def _plain(body: bytes) -> bytes:
    return body + b"\n" + b64(signature.sign(DESK, body)).encode()


def _fields(fields: tuple[Field, ...]) -> list[dict[str, Any]]:
    return [{"slot": f.slot, "path": f.path, "value": f.value} for f in fields]


def _commitment() -> dict[str, Any]:
    cases = []
    for name, origin, kind, fields, slots in (
        ("a note", ORIGIN, KIND, FIELDS, SLOTS),
        ("the same in another log", OTHER, KIND, FIELDS, SLOTS),
        ("the same as another version", ORIGIN, "test.note@2", FIELDS, SLOTS),
        ("nothing but decoys", ORIGIN, KIND, (), 8),
        ("one field", ORIGIN, KIND, (Field(3, "only", False),), 4),
        ("nine slots", ORIGIN, KIND, (Field(8, "last", 0),), 9),
        ("a thousand slots", ORIGIN, KIND, (Field(999, "last", "x"),), 1000),
    ):
        sealed = seal(origin, ID, kind, fields, slots, bytes_of("record key"))
        digests = slot_digests(Place(origin, ID, kind), fields, sealed.n, sealed.record_key)
        cases.append(
            {
                "name": name,
                "origin": origin,
                "id": b64(ID),
                "kind": kind,
                "record_key": b64(sealed.record_key),
                "slots": slots,
                "fields": _fields(fields),
                "n": sealed.n,
                "digests": [b64(d) for d in digests[:16]],
                "commit": b64(sealed.commit),
            }
        )
    about = "Fields and record key in; padded slots, the first 16 slot digests and the commitment out."
    return {"description": about, "cases": cases}


def _anchor() -> dict[str, Any]:
    heads = [entry.Head(OTHER, 7, HASH), entry.Head("cc/post-1~2", 0, entry.EMPTY_COMMIT)]
    leaf = entry.anchor_entry(origin=ORIGIN, id=bytes_of("anchor", 16), heads=heads, seed=DESK)
    case = _parsed("two peers", leaf, DESK)
    case["heads"] = [{"origin": h.origin, "size": h.size, "root": b64(h.root)} for h in heads]
    good = canonical.decode(leaf[:-89])
    assert isinstance(good, dict)
    head = {"origin": OTHER, "size": 7, "root": b64(HASH)}
    changes: list[tuple[str, str, dict[str, Any]]] = [
        ("no heads", "entry-field", {"heads": []}),
        ("an origin twice", "entry-field", {"heads": [head, head]}),
        ("its own head", "entry-field", {"heads": [{**head, "origin": ORIGIN}]}),
        ("a head without root", "entry-field", {"heads": [{"origin": OTHER, "size": 7}]}),
        ("a size that is text", "entry-field", {"heads": [{**head, "size": "7"}]}),
        ("the empty tree with another root", "entry-field", {"heads": [{**head, "size": 0}]}),
        ("content", "entry-field", {"n": 8}),
        ("a commitment", "entry-field", {"commit": b64(HASH)}),
        ("33 heads", "entry-field", {"heads": [{**head, "origin": f"bb/n{i}"} for i in range(33)]}),
    ]
    refuse = [
        refused(name, code, leaf=b64(sign_body(canonical.encode({**good, **change}), DESK)))
        for name, code, change in changes
    ]
    return {
        "description": "Anchor leaves (base64), accepted and refused.",
        "accept": [case],
        "refuse": refuse,
    }
