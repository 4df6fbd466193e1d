"""The certificates of an office for the signatures that stand inside messages (RFC 5280).

Outside verifiers of XML signatures read ECDSA on P-256 and not yet Ed25519, so an office signs messages with
a key of that curve. It is drawn from the office's own key and nothing else (HKDF, RFC 5869; FIPS 186-5
section A.2.1), and certified by it: whoever trusts the charter trusts the chain, and there is no key more to
guard, to back up or to lose.

    anchor    self-signed by the office's Ed25519 key, as long as its charter is in force
    signing   P-256, issued by the anchor for a month and the next
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from comity.node.keys import Key

PURPOSE: Final = b"comity/cap-signature/v1\n"
ORDER: Final = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
"""Of P-256 (NIST SP 800-186 section 3.2.1.3)."""
EXTRA: Final = 48
"""Octets drawn: 64 bits more than the order has, so that no remainder is likelier than another."""
BEGIN: Final = datetime(2020, 1, 1, tzinfo=UTC)
SKEW: Final = timedelta(days=2)
LIFE: Final = timedelta(days=62)


@dataclass(frozen=True, slots=True)
class Identity:
    """What an office signs messages with: its key, and the chain that leads to its own, signing first."""

    key: ec.EllipticCurvePrivateKey = field(repr=False)
    chain: tuple[x509.Certificate, ...]


def identity(office: Key, until: datetime, now: datetime) -> Identity:
    """Return what an office signs with in a month; the same chain whenever it is asked for.

    Args:
        office: Its Ed25519 key.
        until: When its charter expires.
        now: When the message is sent.
    """
    own = Ed25519PrivateKey.from_private_bytes(office.seed)
    drawn = HKDF(SHA256(), EXTRA, salt=None, info=PURPOSE).derive(office.seed)
    key = ec.derive_private_key(int.from_bytes(drawn, "big") % (ORDER - 1) + 1, ec.SECP256R1())
    anchor = _anchor(own, office.name, until)
    return Identity(key, (_signing(own, anchor, key, office.name, now.astimezone(UTC)), anchor))


def pem(certificate: x509.Certificate) -> str:
    """Return a certificate as others read it."""
    return certificate.public_bytes(Encoding.PEM).decode()


def fingerprint(certificate: x509.Certificate) -> str:
    """Return SHA-256 of a certificate in hex, as people compare it."""
    return certificate.fingerprint(SHA256()).hex()


def _anchor(own: Ed25519PrivateKey, name: str, until: datetime) -> x509.Certificate:
    builder = _builder(name, name, own.public_key(), BEGIN, max(until, BEGIN + LIFE))
    return (
        builder.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(sign_certificates=True), critical=True)
        .sign(own, None)
    )


def _signing(
    own: Ed25519PrivateKey,
    anchor: x509.Certificate,
    key: ec.EllipticCurvePrivateKey,
    name: str,
    now: datetime,
) -> x509.Certificate:
    month = datetime(now.year, now.month, 1, tzinfo=UTC)
    until = max(min(month + LIFE, anchor.not_valid_after_utc), month + SKEW)
    builder = _builder(f"{name} messages", name, key.public_key(), month - SKEW, until)
    issuer = x509.AuthorityKeyIdentifier.from_issuer_public_key(own.public_key())
    return (
        builder.add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(sign_certificates=False), critical=True)
        .add_extension(issuer, critical=False)
        .sign(own, None)
    )


def _builder(
    subject: str, issuer: str, key: ec.EllipticCurvePublicKey | object, begin: datetime, end: datetime
) -> x509.CertificateBuilder:
    subject_id = x509.SubjectKeyIdentifier.from_public_key(key)  # type: ignore[arg-type]
    # The serial number follows from what is certified: the same certificate has the same bytes.
    drawn = hashlib.sha256(f"{subject}\n{begin}\n{end}".encode() + subject_id.digest).digest()[:16]
    return (
        x509.CertificateBuilder()
        .subject_name(_name(subject))
        .issuer_name(_name(issuer))
        .public_key(key)  # type: ignore[arg-type]
        .serial_number(int.from_bytes(drawn, "big") >> 1 | 1)
        .not_valid_before(begin)
        .not_valid_after(end)
        .add_extension(subject_id, critical=False)
    )


def _name(text: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text[:64])])


def _usage(*, sign_certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not sign_certificates,
        content_commitment=not sign_certificates,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=sign_certificates,
        crl_sign=False,
        encipher_only=False,
        decipher_only=False,
    )
