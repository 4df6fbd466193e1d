"""An authenticator in memory, honest or not: passkeys of ES256 and EdDSA, the same ones every time."""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass

import cbor2
from cryptography.hazmat.primitives.asymmetric.ec import ECDSA, SECP256R1, derive_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.record.approvals import Assertion

UP, UV, AT, ED = 0x01, 0x04, 0x40, 0x80
RP_ID = "aa.localhost"
ORIGIN_URL = "http://aa.localhost:8710"


def url64(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


@dataclass
class Device:
    """One passkey; `word` decides its key and id."""

    word: str
    algorithm: str = "ES256"
    rp_id: str = RP_ID
    origin_url: str = ORIGIN_URL
    counter: int = 0

    @property
    def seed(self):
        return hashlib.sha256(b"device " + self.word.encode()).digest()

    @property
    def credential_id(self):
        return hashlib.sha256(b"credential " + self.word.encode()).digest()

    @property
    def private(self):
        if self.algorithm == "EdDSA":
            return Ed25519PrivateKey.from_private_bytes(self.seed)
        return derive_private_key(int.from_bytes(self.seed, "big") >> 1, SECP256R1())

    @property
    def cose(self):
        public = self.private.public_key()
        if self.algorithm == "EdDSA":
            x = public.public_bytes(Encoding.Raw, PublicFormat.Raw)
            return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: x}, canonical=True)
        point = public.public_numbers()
        x, y = point.x.to_bytes(32, "big"), point.y.to_bytes(32, "big")
        return cbor2.dumps({1: 2, 3: -7, -1: 1, -2: x, -3: y}, canonical=True)

    def sign(self, data):
        if self.algorithm == "EdDSA":
            return self.private.sign(data)
        return self.private.sign(data, ECDSA(SHA256(), deterministic_signing=True))

    def client_data(self, signed, **changes):
        plain = {
            "type": "webauthn.get",
            "challenge": url64(signed),
            "origin": self.origin_url,
            "crossOrigin": False,
        }
        merged = {name: value for name, value in {**plain, **changes}.items() if value is not None}
        return json.dumps(merged, separators=(",", ":")).encode()

    def authenticator_data(self, flags=UP | UV, *, rp_id=None, extra=b""):
        self.counter += 1
        return (
            hashlib.sha256((rp_id or self.rp_id).encode()).digest()
            + bytes([flags])
            + self.counter.to_bytes(4, "big")
            + extra
        )

    def assertion(self, signed, *, flags=UP | UV, rp_id=None, extra=b"", client_data=None, **changes):
        client = self.client_data(signed, **changes) if client_data is None else client_data
        data = self.authenticator_data(flags, rp_id=rp_id, extra=extra)
        return Assertion(client, data, self.sign(data + hashlib.sha256(client).digest()))

    def response(self, signed, **changes):
        """The AuthenticationResponseJSON that a browser sends."""
        given = self.assertion(signed, **changes)
        return {
            "id": url64(self.credential_id),
            "rawId": url64(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {
                "clientDataJSON": url64(given.client_data),
                "authenticatorData": url64(given.authenticator_data),
                "signature": url64(given.signature),
            },
        }

    def creation(self, options, *, flags=UP | UV | AT, cose=None, **changes):
        """The RegistrationResponseJSON for creation options."""
        made = json.loads(options)
        challenge = base64.urlsafe_b64decode(made["challenge"] + "==")
        client = self.client_data(challenge, **{"type": "webauthn.create", **changes})
        attested = bytes(16) + len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self.authenticator_data(flags, extra=attested + (cose or self.cose))
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}, canonical=True)
        return {
            "id": url64(self.credential_id),
            "rawId": url64(self.credential_id),
            "type": "public-key",
            "clientExtensionResults": {},
            "response": {"clientDataJSON": url64(client), "attestationObject": url64(attestation)},
        }
