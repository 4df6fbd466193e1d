"""A passkey in software, for the fictional people of the demonstration and for nobody else.

It answers WebAuthn ceremonies as a device would, says that somebody was there and was verified, and nobody
was: it proves nothing about people. So it names itself in what it makes (`MODEL`), a node takes it for
fictional people only, and it works on names of this very machine only (`*.localhost`).
"""

from __future__ import annotations

import base64
import hashlib
import json
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

import cbor2
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.node.control.site import DEMONSTRATION
from comity.record.errors import ComityError

PRESENT, VERIFIED, ATTESTED = 0x01, 0x04, 0x40
"""Flags of authenticator data, WebAuthn level 3 section 6.1."""
MODEL: Final = DEMONSTRATION
"""AAGUID: what the device says that it is."""


class DemoPasskeyError(ComityError):
    """A passkey of the demonstration was asked to answer somewhere else than in the demonstration."""

    code = "demo-passkey"
    advice = "Use a device of your own: passkeys in software are for `comity demo` on this machine alone."


@dataclass
class DemoPasskey:
    """One passkey, EdDSA, made from a random seed.

    Args:
        seed: 32 bytes.
        origin_url: the web origin that it was made on, `http://vn.localhost:8710`.

    Raises:
        DemoPasskeyError: the origin is not this machine's.
    """

    seed: bytes
    origin_url: str

    def __post_init__(self) -> None:
        """Refuse every host but this machine's own names."""
        if not self.rp_id.endswith(".localhost"):
            raise DemoPasskeyError(f"{self.rp_id} is no name of this machine")

    @property
    def rp_id(self) -> str:
        """The host name that it belongs to."""
        return urlsplit(self.origin_url).hostname or ""

    @property
    def credential_id(self) -> bytes:
        """Its id, 32 bytes."""
        return hashlib.sha256(b"comity demo passkey\n" + self.seed).digest()

    def create(self, options: str) -> dict[str, Any]:
        """Answer PublicKeyCredentialCreationOptions (JSON) with a RegistrationResponseJSON.

        Raises:
            DemoPasskeyError: the options are for another host.
        """
        asked = json.loads(options)
        self._check(asked["rp"]["id"])
        named = len(self.credential_id).to_bytes(2, "big") + self.credential_id
        data = self._data(PRESENT | VERIFIED | ATTESTED, MODEL + named + self._cose())
        attestation = cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": data}, canonical=True)
        client = self._client("webauthn.create", asked["challenge"])
        return self._answer({"clientDataJSON": _url64(client), "attestationObject": _url64(attestation)})

    def get(self, options: dict[str, Any]) -> dict[str, Any]:
        """Answer PublicKeyCredentialRequestOptions with an AuthenticationResponseJSON.

        Raises:
            DemoPasskeyError: the options are for another host.
        """
        self._check(options["rpId"])
        client = self._client("webauthn.get", options["challenge"])
        data = self._data(PRESENT | VERIFIED)
        signed = self._key().sign(data + hashlib.sha256(client).digest())
        return self._answer(
            {
                "clientDataJSON": _url64(client),
                "authenticatorData": _url64(data),
                "signature": _url64(signed),
            }
        )

    # --- inside ---

    def _check(self, host: str) -> None:
        if host != self.rp_id:
            raise DemoPasskeyError(f"a passkey of {self.rp_id} was asked for by {host}")

    def _key(self) -> Ed25519PrivateKey:
        return Ed25519PrivateKey.from_private_bytes(self.seed)

    def _cose(self) -> bytes:
        """Return the public key, RFC 9053 sections 2.2 and 7.2: OKP, EdDSA, Ed25519."""
        x = self._key().public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        return cbor2.dumps({1: 1, 3: -8, -1: 6, -2: x}, canonical=True)

    def _client(self, kind: str, challenge: str) -> bytes:
        said = {"type": kind, "challenge": challenge, "origin": self.origin_url, "crossOrigin": False}
        return json.dumps(said, separators=(",", ":")).encode()

    def _data(self, flags: int, extra: bytes = b"") -> bytes:
        """Return authenticator data; the counter stays 0, as of passkeys that live in several devices."""
        return hashlib.sha256(self.rp_id.encode()).digest() + bytes([flags]) + bytes(4) + extra

    def _answer(self, response: dict[str, str]) -> dict[str, Any]:
        name = _url64(self.credential_id)
        return {
            "id": name,
            "rawId": name,
            "type": "public-key",
            "clientExtensionResults": {},
            "response": response,
        }


def _url64(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()
