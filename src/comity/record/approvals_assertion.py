r"""One WebAuthn assertion over one request, verified offline (docs/spec/approval.md; WebAuthn section 7.2).

    challenge = SHA-256("comity/approve/v1\n" || origin || u64(index) || leaf_hash(request))

The client data, the authenticator data and the signature are kept as the browser gave them; with the public
key of the enrolment they are all that it takes, without a server and without a certificate.
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Never, TypeGuard
from urllib.parse import urlsplit

import cbor2
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, EllipticCurvePublicNumbers
from cryptography.hazmat.primitives.hashes import SHA256

from comity.record import signature as ed25519
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from cryptography.hazmat.primitives.asymmetric.ec import EllipticCurvePublicKey

    from comity.record.entry_form import Ref

CONTEXT: Final = b"comity/approve/v1\n"
TYPE: Final = "webauthn.get"
USER_PRESENT, USER_VERIFIED, ATTESTED, EXTENDED = 0x01, 0x04, 0x40, 0x80
"""Flags of authenticator data, WebAuthn section 6.1."""
FIXED: Final = 37
"""Octets of authenticator data before extensions: RP id hash, flags, counter."""
MAX_PART: Final = 4096
"""Octets of client data or authenticator data."""
MAX_DEPTH: Final = 16
"""Levels of client data, the object itself being the first; libraries differ in how deep they read."""
COORDINATE: Final = 32
ES256, EDDSA = -7, -8
"""COSE's numbers of the algorithms that are accepted, RFC 9053 section 2."""


class AssertionRefusedError(ComityError):
    """An assertion does not hold; `reason` is a code of `comity.record.approvals.REASONS`."""

    code = "assertion-refused"
    advice = "Ask the person to approve again on the node's own page, with the passkey they enrolled."

    def __init__(self, reason: str, message: str) -> None:
        super().__init__(f"{message} ({reason})")
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Assertion:
    """What an authenticator signed, octet for octet."""

    client_data: bytes
    authenticator_data: bytes
    signature: bytes


@dataclass(frozen=True, slots=True)
class Passkey:
    """What an enrolment says of a passkey: its COSE public key, and where assertions must come from."""

    public_key: bytes
    rp_id: str
    origin_url: str


def challenge(request: Ref) -> bytes:
    """Return the 32 bytes that people sign to approve the request at a place."""
    place = request.origin.encode() + request.index.to_bytes(8, "big")
    return hashlib.sha256(CONTEXT + place + request.leaf).digest()


def verify_assertion(assertion: Assertion, passkey: Passkey, expected: bytes) -> int:
    """Check an assertion by a passkey; return the authenticator's signature counter.

    Args:
        assertion: as the browser gave it.
        passkey: as it was enrolled.
        expected: the challenge.

    Raises:
        AssertionRefusedError: `reason` says which check of WebAuthn section 7.2 failed.
    """
    _check_client_data(assertion.client_data, passkey, expected)
    count = _check_authenticator_data(assertion.authenticator_data, passkey)
    signed = assertion.authenticator_data + hashlib.sha256(assertion.client_data).digest()
    _check_signature(passkey.public_key, signed, assertion.signature)
    return count


def check_passkey(passkey: Passkey) -> None:
    """Check that a passkey may be enrolled: its key is accepted, its web origin is covered by its RP id.

    Plain HTTP is for this machine alone, where browsers offer passkeys without TLS.

    Raises:
        AssertionRefusedError: with the reason `assertion-key` or `enrolment-origin`.
    """
    _read_key(passkey.public_key)
    parts = urlsplit(passkey.origin_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    plain = f"{parts.scheme}://{parts.netloc}".lower()
    if plain != passkey.origin_url or "@" in parts.netloc:
        raise AssertionRefusedError("enrolment-origin", f"{passkey.origin_url!r} is not a web origin")
    if host != passkey.rp_id and not host.endswith(f".{passkey.rp_id}"):
        raise AssertionRefusedError("enrolment-origin", f"{passkey.rp_id!r} does not cover {host!r}")
    if parts.scheme != "https" and not local:
        raise AssertionRefusedError("enrolment-origin", f"{passkey.origin_url!r} is neither HTTPS nor local")


def _check_client_data(data: bytes, passkey: Passkey, expected: bytes) -> None:
    fields = _client_data(data)
    if fields.get("type") != TYPE:
        raise AssertionRefusedError("assertion-type", f"type is {fields.get('type')!r}, not {TYPE}")
    # Compared as written: one challenge has one spelling (WebAuthn section 5.8.1: base64url, no padding).
    if fields.get("challenge") != base64.urlsafe_b64encode(expected).rstrip(b"=").decode():
        raise AssertionRefusedError("assertion-challenge", "the challenge is of another request")
    if fields.get("origin") != passkey.origin_url:
        raise AssertionRefusedError(
            "assertion-origin", f"made on {fields.get('origin')!r}, enrolled on {passkey.origin_url}"
        )
    if fields.get("crossOrigin", False) is not False or "topOrigin" in fields:
        raise AssertionRefusedError("assertion-cross-origin", "made inside a page of another site")


def _client_data(data: bytes) -> dict[str, Any]:
    if len(data) > MAX_PART:
        raise AssertionRefusedError(
            "assertion-form", f"client data of {len(data)} octets, at most {MAX_PART}"
        )
    try:
        value = json.loads(data.decode("utf-8"), object_pairs_hook=_once, parse_constant=_unknown)
    except (ValueError, RecursionError) as error:
        raise AssertionRefusedError("assertion-form", "the client data are not JSON in UTF-8") from error
    if not isinstance(value, dict) or _depth(value) > MAX_DEPTH:
        raise AssertionRefusedError(
            "assertion-form", "the client data are no JSON object, or nested too deep"
        )
    return value


def _depth(value: object) -> int:
    items: Iterable[object] = ()
    if isinstance(value, dict):
        items = value.values()
    elif isinstance(value, list):
        items = value
    else:
        return 0
    return 1 + max((_depth(item) for item in items), default=0)


def _unknown(word: str) -> Never:
    raise ValueError(f"{word} is no JSON")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        # Readers disagree about which of two counts, so neither does.
        raise ValueError("a key stands twice")
    return found


def _check_authenticator_data(data: bytes, passkey: Passkey) -> int:
    if not FIXED <= len(data) <= MAX_PART:
        raise AssertionRefusedError("assertion-form", f"authenticator data of {len(data)} octets")
    flags = data[32]
    # What extensions say is signed and is not read: nothing here depends on it.
    if flags & ATTESTED or bool(flags & EXTENDED) != (len(data) > FIXED):
        raise AssertionRefusedError("assertion-form", "the authenticator data hold what an assertion has not")
    if data[:32] != hashlib.sha256(passkey.rp_id.encode()).digest():
        raise AssertionRefusedError("assertion-rp-id", f"not made for {passkey.rp_id}")
    if not flags & USER_PRESENT:
        raise AssertionRefusedError("assertion-presence", "the user-present flag is not set")
    if not flags & USER_VERIFIED:
        raise AssertionRefusedError("assertion-verification", "the user-verified flag is not set")
    return int.from_bytes(data[33:FIXED], "big")


@lru_cache(maxsize=256)  # a person approves many requests with one passkey
def _read_key(cose: bytes) -> tuple[int, tuple[bytes, ...]]:
    """Return algorithm (-7, -8) and coordinates of a COSE key; exactly what RFC 9053 section 7 asks for."""
    try:
        value = cbor2.loads(cose[:MAX_PART], max_depth=4, allow_duplicate_keys=False)
    except (cbor2.CBORError, TypeError, ValueError, OverflowError):
        value = None
    if isinstance(value, dict):
        x, y = value.get(-2), value.get(-3)
        if _coordinate(x) and _coordinate(y) and cose == _written({1: 2, 3: ES256, -1: 1, -2: x, -3: y}):
            return ES256, (x, y)
        if _coordinate(x) and cose == _written({1: 1, 3: EDDSA, -1: 6, -2: x}):
            return EDDSA, (x,)
    raise AssertionRefusedError("assertion-key", "neither ES256 on P-256 nor EdDSA on Ed25519")


def _coordinate(value: object) -> TypeGuard[bytes]:
    return isinstance(value, bytes) and len(value) == COORDINATE


def _written(value: dict[int, Any]) -> bytes:
    return cbor2.dumps(value, canonical=True)


def _check_signature(cose: bytes, signed: bytes, signature: bytes) -> None:
    algorithm, point = _read_key(cose)
    if algorithm == EDDSA:
        # The rule of the record, not the library's: everybody must count the same signatures.
        if not ed25519.verify(point[0], signed, signature):
            raise AssertionRefusedError("assertion-signature", "EdDSA does not verify")
        return
    try:
        key = _p256(*point)
    except ValueError as error:
        raise AssertionRefusedError("assertion-key", "the point is not on P-256") from error
    try:
        key.verify(signature, signed, ECDSA(SHA256()))
    except InvalidSignature as error:
        raise AssertionRefusedError("assertion-signature", "ES256 does not verify") from error


@lru_cache(maxsize=256)
def _p256(x: bytes, y: bytes) -> EllipticCurvePublicKey:
    return EllipticCurvePublicNumbers(
        int.from_bytes(x, "big"), int.from_bytes(y, "big"), SECP256R1()
    ).public_key()
