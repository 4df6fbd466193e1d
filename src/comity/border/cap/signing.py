"""An XML signature inside a CAP message (W3C XML Signature 1.1, enveloped): put there, and checked.

Between the parties the record's own seal is the evidence, so a message without a signature is as good as one
that has it. The signature is for third parties who get the bytes alone.

What is accepted is narrow, since a signature is only worth what it covers: one signature, at the end of the
one alert, over the whole of the document and nothing else. Two alerts in one document, a signature further
in, over a part, or with content of its own are what wrapping attacks are made of (McIntosh and Austel 2005,
"XML signature element wrapping attacks and countermeasures", SWS).
"""

from __future__ import annotations

import base64
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from lxml import etree

from comity.border.cap import grammar, reading
from comity.border.cap.certificates import fingerprint
from comity.border.cap.chains import ChainError, leads_to
from comity.border.cap.model import NAMESPACE, SIGNATURE
from comity.border.errors import CapError, CapSignatureError

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from comity.border.cap.certificates import Identity
    from comity.border.cap.chains import Anchor
    from comity.border.cap.model import Message

METHOD: Final = "cap-signature@1"
DS: Final = "{http://www.w3.org/2000/09/xmldsig#}"
ENVELOPED: Final = "http://www.w3.org/2000/09/xmldsig#enveloped-signature"
CANONICAL: Final = frozenset({
    "http://www.w3.org/TR/2001/REC-xml-c14n-20010315",
    "http://www.w3.org/2006/12/xml-c14n11",
    "http://www.w3.org/2001/10/xml-exc-c14n#",
})  # fmt: skip
METHODS: Final = ("ECDSA_SHA256", "ECDSA_SHA384", "ECDSA_SHA512", "RSA_SHA256", "RSA_SHA384", "RSA_SHA512")
DIGESTS: Final = ("SHA256", "SHA384", "SHA512")
MOST_CERTIFICATES: Final = 5
PARTS: Final = [DS + name for name in ("SignedInfo", "SignatureValue", "KeyInfo")]
State = Literal["unsigned", "valid", "unknown signer", "not valid then", "invalid"]


@dataclass(frozen=True, slots=True)
class Signature:
    """What the signature of a message is worth.

    Attributes:
        state: Whether there is one; whether it is of this text, by a signer that is known, at a time at which
            the certificates were valid.
        reason: Why it is not valid, in words.
        signer: The name in the certificate.
        office: The anchor that the chain leads to.
        fingerprint: SHA-256 of the signing certificate, hex.
        begin: From when every certificate of the chain is valid.
        end: Until when.
        at: As of when it was checked: the time of sending, unless another was asked for.
    """

    state: State
    reason: str = ""
    signer: str = ""
    office: str = ""
    fingerprint: str = ""
    begin: datetime | None = None
    end: datetime | None = None
    at: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Say whether it is valid, and the certificates are at a moment."""
        whole = self.state in {"valid", "not valid then"} and self.begin is not None and self.end is not None
        return bool(whole and self.begin and self.end and self.begin <= moment <= self.end)


def sign(data: bytes, identity: Identity) -> bytes:
    """Return a message with a signature at its end.

    Raises:
        CapSignatureError: it has one, or it is no message that is accepted.
    """
    from signxml.algorithms import CanonicalizationMethod  # noqa: PLC0415 - needed by few commands
    from signxml.signer import XMLSigner  # noqa: PLC0415 - the same

    found = reading.read(data)
    if not found.accepted or found.signed:
        wrong = "it is signed" if found.signed else "it is not sound: check it first"
        raise CapSignatureError(f"the message is not signed here: {wrong}")
    signer = XMLSigner(
        signature_algorithm="ecdsa-sha256",
        digest_algorithm="sha256",
        c14n_algorithm=CanonicalizationMethod.EXCLUSIVE_XML_CANONICALIZATION_1_0,
    )
    root = signer.sign(reading.tree(data), key=identity.key, cert=list(identity.chain))
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8") + b"\n"
    return made


def verify(data: bytes, anchors: Collection[Anchor], *, at: datetime | None = None) -> Signature:
    """Check the signature of a message as of the time it was sent.

    Args:
        data: The bytes of the file.
        anchors: Whom to believe: keys of offices, or certificates.
        at: Another time to check the certificates at.
    """
    try:
        root = reading.tree(data)
        signature = _one_signature(root)
        if signature is None:
            return Signature("unsigned")
        message = _message(data)
        _covers_all(signature)
        chain = _certificates(signature)
        _unchanged(root, chain[0], message)
    except (CapError, CapSignatureError) as error:
        return Signature("invalid", str(error))
    return _trusted(chain, anchors, at or message.sent_at)


def _trusted(chain: list[x509.Certificate], anchors: Collection[Anchor], at: datetime) -> Signature:
    begin = max(one.not_valid_before_utc for one in chain)
    end = min(one.not_valid_after_utc for one in chain)
    state: State = "valid" if begin <= at <= end else "not valid then"
    reason = "" if state == "valid" else f"the certificates are valid from {begin} to {end}, not at {at}"
    office = ""
    try:
        office = leads_to(chain, anchors)
    except ChainError as error:
        state, reason = "unknown signer", str(error)
    signer = chain[0].subject.rfc4514_string()
    return Signature(state, reason, signer, office, fingerprint(chain[0]), begin, end, at)


def _one_signature(root: Any) -> Any:
    """Return the signature at the end of the one alert; None where there is none."""
    alerts = [one for one in root.iter() if etree.QName(one).localname == "alert"]
    if root.tag != f"{{{NAMESPACE}}}alert" or len(alerts) != 1:
        raise CapSignatureError(f"{len(alerts)} alerts in one document: which one is signed is open")
    found = list(root.iter(SIGNATURE))
    if not found:
        return None
    if len(found) != 1 or found[0].getparent() is not root or root[-1] is not found[0]:
        raise CapSignatureError("one signature stands at the end of the alert, and nowhere else")
    if grammar.check(root):
        raise CapSignatureError("it is no CAP message that can be read")
    return found[0]


def _message(data: bytes) -> Message:
    found = reading.read(data).message
    if found is None:
        raise CapSignatureError("it is no CAP message that can be read")
    return found


def _covers_all(signature: Any) -> None:
    """Check that a signature covers the whole of its document, by one reference and known steps."""
    if [one.tag for one in signature] != PARTS:
        raise CapSignatureError("a signature holds its information, its value and its certificates alone")
    references = signature.findall(f"{DS}SignedInfo/{DS}Reference")
    if len(references) != 1 or references[0].get("URI") != "":
        raise CapSignatureError("it covers a part of the document, or something else")
    steps = [one.get("Algorithm") for one in references[0].findall(f"{DS}Transforms/{DS}Transform")]
    if steps[:1] != [ENVELOPED] or len(steps) > 2 or not set(steps[1:]) <= CANONICAL:  # noqa: PLR2004 - a pair
        raise CapSignatureError("it changes the document before it covers it")


def _certificates(signature: Any) -> list[x509.Certificate]:
    held = [one.text or "" for one in signature.iter(f"{DS}X509Certificate")]
    if not 0 < len(held) <= MOST_CERTIFICATES:
        raise CapSignatureError(f"{len(held)} certificates: from 1 to {MOST_CERTIFICATES} are read")
    try:
        return [x509.load_der_x509_certificate(base64.b64decode("".join(text.split()))) for text in held]
    except ValueError as error:
        raise CapSignatureError(f"a certificate cannot be read: {error}") from error


def _unchanged(root: Any, certificate: x509.Certificate, message: Message) -> None:
    """Check the signature over the bytes, and that what it covers says just what the message says."""
    from signxml import verifier  # noqa: PLC0415 - needed by few commands
    from signxml.algorithms import DigestAlgorithm, SignatureMethod  # noqa: PLC0415 - the same
    from signxml.exceptions import SignXMLException  # noqa: PLC0415 - the same

    config = verifier.SignatureConfiguration(
        location="./",
        signature_methods=frozenset(SignatureMethod[name] for name in METHODS),
        digest_algorithms=frozenset(DigestAlgorithm[name] for name in DIGESTS),
        # The certificates' times are judged afterwards, so that a reader learns which of both is wrong.
        verification_time=certificate.not_valid_before_utc,
    )
    try:
        done = verifier.XMLVerifier().verify(
            etree.tostring(root), x509_cert=certificate, expect_config=config
        )
    except (SignXMLException, InvalidSignature, etree.LxmlError, ArithmeticError, LookupError,
            ValueError, TypeError, AttributeError, AssertionError) as error:  # fmt: skip
        raise CapSignatureError(f"the text was altered, or another key signed it: {error}") from error
    held = done if isinstance(done, list) else [done]
    if len(held) != 1 or reading.read(held[0].signed_data).message != message:
        raise CapSignatureError("what is signed is not what the message says")
