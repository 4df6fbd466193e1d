"""From a signing certificate to somebody who is believed (RFC 5280 section 6.1, without names or revocation).

Whom to believe is given: the keys of a charter's offices, or certificates that people compared. Charters say
which keys are revoked, and from where; no list is fetched from anywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from comity.border.errors import CapSignatureError

if TYPE_CHECKING:
    from collections.abc import Collection


class ChainError(CapSignatureError):
    """A chain leads to nobody who is believed."""

    code = "border-cap-chain"
    advice = "Name whom to believe: --node with the charters it holds, or --anchor with a certificate."


@dataclass(frozen=True, slots=True)
class Anchor:
    """Somebody who is believed: a name, a key (SubjectPublicKeyInfo in DER), perhaps a certificate."""

    name: str
    key: bytes
    certificate: x509.Certificate | None = None


def of_office(name: str, key: bytes) -> Anchor:
    """Return the anchor of an office, by its 32-byte Ed25519 key."""
    return Anchor(name, _spki(Ed25519PublicKey.from_public_bytes(key)))


def of_pem(data: bytes) -> list[Anchor]:
    """Return the anchors in a file of certificates.

    Raises:
        ChainError: it holds none.
    """
    try:
        found = x509.load_pem_x509_certificates(data)
    except ValueError as error:
        raise ChainError(f"the file holds no certificate: {error}") from error
    return [Anchor(_subject(one), _spki(one.public_key()), one) for one in found]


def leads_to(chain: list[x509.Certificate], anchors: Collection[Anchor]) -> str:
    """Return the name of the anchor that a chain, signing certificate first, leads to.

    Raises:
        ChainError: a step of it does not hold, or nobody at its end is believed.
    """
    usage = _usage(chain[0])
    if usage is not None and not usage.digital_signature:
        raise ChainError("the certificate is not for signatures")
    for below, above in pairwise(chain):
        if not _issued(below, above):
            raise ChainError(f"{_subject(above)} did not issue, or may not issue, what stands below it")
    last = chain[-1]
    itself = _verifies(last, last)
    for one in anchors:
        if one.key == _spki(last.public_key()) and (itself or one.certificate == last):
            return one.name
        if one.certificate is not None and _issued(last, one.certificate):
            return one.name
    raise ChainError(f"nobody who is believed here stands behind {_subject(last)}")


def _issued(below: x509.Certificate, above: x509.Certificate) -> bool:
    return _issues(above) and _verifies(below, above)


def _verifies(below: x509.Certificate, above: x509.Certificate) -> bool:
    try:
        below.verify_directly_issued_by(above)
    except (ValueError, TypeError, InvalidSignature, UnsupportedAlgorithm):
        return False
    return True


def _subject(certificate: x509.Certificate) -> str:
    return certificate.subject.rfc4514_string()[:200]


def _issues(certificate: x509.Certificate) -> bool:
    try:
        if not certificate.extensions.get_extension_for_class(x509.BasicConstraints).value.ca:
            return False
    except (x509.ExtensionNotFound, ValueError):
        return False
    usage = _usage(certificate)
    return usage is None or usage.key_cert_sign


def _usage(certificate: x509.Certificate) -> x509.KeyUsage | None:
    try:
        return certificate.extensions.get_extension_for_class(x509.KeyUsage).value
    except x509.ExtensionNotFound:
        return None
    except ValueError as error:
        raise ChainError(f"a certificate cannot be read: {error}") from error


def _spki(key: object) -> bytes:
    made: bytes = key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)  # type: ignore[attr-defined]
    return made
