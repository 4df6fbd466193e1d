"""Vectors of the canonical form and of the signature rule."""

from __future__ import annotations

from typing import Any

from seeds import bytes_of

from comity.record import canonical, signature

L = 2**252 + 27742317777372353535851937790883648493  # RFC 8032 section 5.1: the order of the base point
P = 2**255 - 19


def files() -> dict[str, dict[str, Any]]:
    """Return the files of this part."""
    return {"canonical": _canonical(), "signature": _signature()}


def _canonical() -> dict[str, Any]:
    values: dict[str, Any] = {
        "empty object": {},
        "keys in order": {"b": 1, "a": 2, "a_": 3, "a1": 4, "_": 5, "10": 6, "9": 7},
        "prototype is a key like any other": {"__proto__": 1, "constructor": 2},
        "largest integers": [2**53 - 1, -(2**53) + 1, 0, -1],
        "booleans": [True, False],
        "nesting": {"a": [[], {}, [{"b": [1]}]]},
        "vietnamese and lao": "Tiếng Việt, ພາສາລາວ",
        "beyond the basic plane": "𝄞 😀",
        "escapes": '"\\/\b\f\n\r\t\u0000\u001f\u007f\u2028',
        "a string at the top": "text",
        "deepest": _nested(32),
    }
    accept = [
        {"name": name, "value": value, "bytes": canonical.encode(value).hex()}
        for name, value in values.items()
    ]
    texts = [
        ("white space", b'{"a": 1}', "canonical-not-canonical"),
        ("a trailing newline", b'{"a":1}\n', "canonical-not-canonical"),
        ("keys out of order", b'{"b":1,"a":2}', "canonical-not-canonical"),
        ("an escape where none is needed", b'"\\u0041"', "canonical-not-canonical"),
        ("an escaped slash", b'"\\/"', "canonical-not-canonical"),
        ("an escape in capitals", b'"\\u001F"', "canonical-not-canonical"),
        ("minus zero", b"-0", "canonical-not-canonical"),
        ("a key twice", b'{"a":1,"a":1}', "canonical-duplicate-key"),
        ("null", b'{"a":null}', "canonical-null"),
        ("a float", b"1.5", "canonical-float"),
        ("an integer written as a float", b"1.0", "canonical-float"),
        ("an exponent", b"1e3", "canonical-float"),
        ("an integer of 2^53", b"9007199254740992", "canonical-integer-range"),
        ("an integer beyond 2^53", b"-9007199254740993", "canonical-integer-range"),
        ("an integer of many digits", b"9" * 400, "canonical-integer-range"),
        ("a key in capitals", b'{"A":1}', "canonical-key-form"),
        ("an empty key", b'{"":1}', "canonical-key-form"),
        ("a key with a hyphen", b'{"a-b":1}', "canonical-key-form"),
        ("text not in NFC", '"e\u0301"'.encode(), "canonical-not-nfc"),
        ("invalid UTF-8", b'"\xff"', "canonical-invalid-utf8"),
        ("a surrogate in UTF-8", b'"\xed\xa0\x80"', "canonical-invalid-utf8"),
        ("a lone surrogate escaped", b'"\\ud800"', "canonical-invalid-utf8"),
        ("a byte order mark", b'\xef\xbb\xbf{"a":1}', "canonical-not-json"),
        ("nothing", b"", "canonical-not-json"),
        ("not JSON", b"{a:1}", "canonical-not-json"),
        ("cut", b'{"a":1', "canonical-not-json"),
        ("not a number", b"NaN", "canonical-not-json"),
        ("nested too deep", b"[" * 33 + b"]" * 33, "canonical-too-deep"),
        ("too large", b'"' + b"a" * 8191 + b'"', "canonical-too-large"),
    ]
    refuse = [{"name": name, "bytes": text.hex(), "refuse": code} for name, text, code in texts]
    about = "Bytes in hexadecimal. accept: value and its one form. refuse: bytes that are no canonical form."
    return {"description": about, "accept": accept, "refuse": refuse}


def _nested(depth: int) -> Any:
    value: Any = []
    for _ in range(depth - 1):
        value = [value]
    return value


def _signature() -> dict[str, Any]:
    seed, message = bytes_of("signature"), b"comity"
    key, sig = signature.public_key(seed), signature.sign(bytes_of("signature"), b"comity")
    high = sig[:32] + (int.from_bytes(sig[32:], "little") + L).to_bytes(32, "little")
    identity = (1).to_bytes(32, "little")
    cases = [
        ("a signature", key, message, sig, True),
        ("of the empty message", key, b"", signature.sign(seed, b""), True),
        ("another message", key, b"comitY", sig, False),
        ("another key", signature.public_key(bytes_of("other")), message, sig, False),
        ("a flipped bit in R", key, message, _flip(sig, 0), False),
        ("a flipped bit in S", key, message, _flip(sig, 40), False),
        ("S not below L", key, message, high, False),
        ("cut", key, message, sig[:-1], False),
        ("too long", key, message, sig + b"\x00", False),
        ("the key cut", key[:-1], message, sig, False),
        ("key and R the neutral element, S zero", identity, message, identity + bytes(32), False),
        (
            "key of small order spelt p + 1",
            (P + 1).to_bytes(32, "little"),
            message,
            identity + bytes(32),
            False,
        ),
        ("R of small order", key, message, identity + sig[32:], False),
    ]
    verify = [
        {"name": n, "key": k.hex(), "message": m.hex(), "signature": s.hex(), "valid": v}
        for n, k, m, s, v in cases
    ]
    odd = [
        ("a key", key, True),
        ("order 1", identity, False),
        ("order 2", (P - 1).to_bytes(32, "little"), False),
        ("order 4", bytes(32), False),
        ("order 4, other sign", bytes(31) + b"\x80", False),
        ("y of p", P.to_bytes(32, "little"), False),
        ("y of p + 3, a second spelling", (P + 3).to_bytes(32, "little"), False),
        ("no point of the curve", (2).to_bytes(32, "little"), False),
        ("31 bytes", key[:-1], False),
    ]
    keys = [{"name": name, "key": value.hex(), "valid": valid} for name, value, valid in odd]
    about = "verify: the verdict of the one rule. keys: whether a public key may be registered. Hexadecimal."
    return {"description": about, "verify": verify, "keys": keys}


def _flip(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]
