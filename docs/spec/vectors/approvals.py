"""Vectors of approvals: challenges, and assertions by a passkey of each kind."""

from __future__ import annotations

import base64
import hashlib
import json
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from records import HASH, ORIGIN, OTHER
from seeds import bytes_of, refused

from comity.record import signature
from comity.record.approvals import challenge
from comity.record.canonical import b64
from comity.record.entry_form import Ref

RP_ID = "aa.localhost"
URL = "http://aa.localhost:8710"
PLACE = Ref(ORIGIN, 412, HASH)
UP, UV, AT, ED = 0x01, 0x04, 0x40, 0x80
SEED = bytes_of("passkey")
SECRET = derive_private_key(int.from_bytes(SEED, "big") >> 1, SECP256R1())
POINT = SECRET.public_key().public_numbers()
X, Y = POINT.x.to_bytes(32, "big"), POINT.y.to_bytes(32, "big")
ES256 = bytes.fromhex("a5010203262001215820") + X + bytes.fromhex("225820") + Y
EDDSA = bytes.fromhex("a4010103272006215820") + signature.public_key(SEED)


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {
        "approval": {
            "description": "approvals: what a passkey signs; request is its place, refuse the reason.",
            "challenge": _challenges(),
            "accept": _accepted(),
            "refuse": _refused(),
        }
    }


def _challenges() -> list[dict[str, Any]]:
    places = [
        ("a request", PLACE),
        ("at the next place", Ref(ORIGIN, 413, HASH)),
        ("in another log", Ref(OTHER, 412, HASH)),
        ("with another leaf", Ref(ORIGIN, 412, bytes_of("leaf"))),
        ("at the last place", Ref(ORIGIN, 2**53 - 1, HASH)),
    ]
    return [{"name": name, **_request(place), "challenge": b64(challenge(place))} for name, place in places]


def _request(place: Ref) -> dict[str, Any]:
    return {"request": {"origin": place.origin, "index": place.index, "leaf": b64(place.leaf)}}


def _client(**changes: Any) -> bytes:
    text = base64.urlsafe_b64encode(challenge(PLACE)).rstrip(b"=").decode()
    plain = {"type": "webauthn.get", "challenge": text, "origin": URL, "crossOrigin": False}
    fields = {name: value for name, value in {**plain, **changes}.items() if value is not None}
    return json.dumps(fields, separators=(",", ":")).encode()


def _data(flags: int = UP | UV, rp_id: str = RP_ID, count: int = 7, extra: bytes = b"") -> bytes:
    return hashlib.sha256(rp_id.encode()).digest() + bytes([flags]) + count.to_bytes(4, "big") + extra


def _case(
    name: str, client: bytes | None = None, data: bytes | None = None, key: bytes = ES256, **changes: Any
) -> dict[str, Any]:
    client = _client() if client is None else client
    data = _data() if data is None else data
    signed = data + hashlib.sha256(client).digest()
    made = signature.sign(SEED, signed) if key == EDDSA else SECRET.sign(signed, _ecdsa())
    return {
        "name": name,
        **_request(PLACE),
        "rp_id": RP_ID,
        "origin_url": URL,
        "public_key": b64(key),
        "client_data": b64(client),
        "authenticator_data": b64(data),
        "signature": b64(made),
        **changes,
    }


def _ecdsa() -> ECDSA:
    return ECDSA(SHA256(), deterministic_signing=True)


def _accepted() -> list[dict[str, Any]]:
    return [
        _case("ES256", count=7),
        _case("EdDSA", key=EDDSA, count=7),
        _case("no crossOrigin", _client(crossOrigin=None), count=7),
        _case("client data in another order, with a key more", _reordered(), count=7),
        _case("sixteen levels", _nested(15), count=7),
        _case("extensions, which are not read", data=_data(UP | UV | ED, extra=b"\xa0"), count=7),
        _case("a passkey without a counter", data=_data(count=0), count=0),
        _case("other flags", data=_data(UP | UV | 0x18, count=2**32 - 1), count=2**32 - 1),
    ]


def _nested(levels: int) -> bytes:
    return _client()[:-1] + b',"x":' + b"[" * levels + b"]" * levels + b"}"


def _reordered() -> bytes:
    fields = json.loads(_client(other_keys_can_be_added_here="x"))
    return json.dumps(dict(sorted(fields.items())), indent=1).encode()


def _refused() -> list[dict[str, Any]]:
    text = base64.urlsafe_b64encode(challenge(PLACE)).rstrip(b"=").decode()
    next_one = base64.urlsafe_b64encode(challenge(Ref(ORIGIN, 413, HASH))).rstrip(b"=").decode()
    doubled = _client()[:-1] + b',"crossOrigin":false}'
    nested = _client()[:-1] + b',"x":[{"a":1,"\\u0061":2}]}'
    clients = [
        ("not JSON", "assertion-form", b"{"),
        ("a list", "assertion-form", b"[]"),
        ("not UTF-8", "assertion-form", _client(origin=None)[:-1] + b',"x":"\xff"}'),
        ("a byte order mark", "assertion-form", b"\xef\xbb\xbf" + _client()),
        ("a key twice", "assertion-form", doubled),
        ("a key twice, deeper, in two spellings", "assertion-form", nested),
        ("seventeen levels", "assertion-form", _nested(16)),
        ("hundreds of levels", "assertion-form", _nested(1900)),
        ("a word that JSON does not have", "assertion-form", _client()[:-1] + b',"x":NaN}'),
        ("client data too long", "assertion-form", _client(x="x" * 4096)),
        ("made for an enrolment", "assertion-type", _client(type="webauthn.create")),
        ("another request", "assertion-challenge", _client(challenge=next_one)),
        ("padded", "assertion-challenge", _client(challenge=text + "=")),
        ("another host", "assertion-origin", _client(origin="http://bb.localhost:8710")),
        ("another port", "assertion-origin", _client(origin="http://aa.localhost:8711")),
        ("no web origin", "assertion-origin", _client(origin=None)),
        ("inside another site", "assertion-cross-origin", _client(crossOrigin=True)),
        ("crossOrigin 0", "assertion-cross-origin", _client(crossOrigin=0)),
        ("a top origin", "assertion-cross-origin", _client(topOrigin="http://bb.localhost")),
    ]
    datas = [
        ("another relying party", "assertion-rp-id", _data(rp_id="bb.localhost")),
        ("nobody present", "assertion-presence", _data(UV)),
        ("nobody verified", "assertion-verification", _data(UP)),
        ("attested credential data", "assertion-form", _data(UP | UV | AT)),
        ("a flag for extensions that are not there", "assertion-form", _data(UP | UV | ED)),
        ("extensions without their flag", "assertion-form", _data(extra=b"\xa0")),
        ("cut short", "assertion-form", _data()[:36]),
    ]
    cases = [_refuse(name, reason, client=client) for name, reason, client in clients]
    cases += [_refuse(name, reason, data=data) for name, reason, data in datas]
    return [*cases, *_keys_refused(), *_signatures_refused()]


def _keys_refused() -> list[dict[str, Any]]:
    loose = bytes.fromhex("a5032601022001215820") + X + bytes.fromhex("225820") + Y
    keys = [
        ("a key of four octets", bytes.fromhex("a0010203")),
        ("a raw point", b"\x04" + X + Y),
        ("labels in another order", loose),
        ("an octet more", ES256 + b"\x00"),
        ("a point off the curve", ES256[:-1] + bytes([ES256[-1] ^ 1])),
        ("EdDSA with the algorithm of ES256", EDDSA.replace(b"\x03\x27", b"\x03\x26")),
    ]
    return [_refuse(name, "assertion-key", public_key=b64(key)) for name, key in keys]


def _signatures_refused() -> list[dict[str, Any]]:
    plain, edwards = _case("x"), _case("x", key=EDDSA)
    data, client = b64(_data(count=8)), b64(_client(x=1))
    small = bytes.fromhex("a4010103272006215820") + b"\x01" + bytes(31)
    reason = "assertion-signature"
    return [
        _refuse("the counter changed", reason, authenticator_data=data),
        _refuse("the client data changed", reason, client_data=client),
        _refuse("the signature of another key", reason, signature=edwards["signature"]),
        _refuse("EdDSA: the signature of another key", reason, key=EDDSA, signature=plain["signature"]),
        _refuse("EdDSA: no signature", reason, key=EDDSA, signature=b64(bytes(64))),
        _refuse(
            "EdDSA: a key of small order, which signs for anybody",
            reason,
            key=EDDSA,
            public_key=b64(small),
            signature=b64(b"\x01" + bytes(63)),
        ),
    ]


def _refuse(name: str, reason: str, **changes: Any) -> dict[str, Any]:
    case = _case(name, **changes)
    return refused(case.pop("name"), reason, **case)
