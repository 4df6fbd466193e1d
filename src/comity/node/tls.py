"""TLS 1.3 between nodes, the server's key pinned (docs/spec/transport.md).

No authority and no host name counts: whoever is connected to must prove that it has the key whose SHA-256
(RFC 7469 section 2.4) the pinned charter lists. The certificate is made anew at every start; it only carries
the key.
"""

from __future__ import annotations

import hashlib
import secrets
import socket
import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    PrivateFormat,
    PublicFormat,
)
from cryptography.x509.oid import NameOID

from comity.record.fetch import FetchError

if TYPE_CHECKING:
    from collections.abc import Collection

    from comity.node.keys import Key

BEFORE: Final = timedelta(days=2)
"""How far the clock of a peer may be behind."""
LIFE: Final = timedelta(days=800)
"""From start to start; twice the usual term of a charter."""
CONNECT_SECONDS: Final = 3.0


class TlsError(FetchError):
    """No line to a peer that can be trusted."""

    code = "tls"
    advice = "Check the address of the peer, and that its node runs."


class TlsVersionError(TlsError):
    """The other side does not speak TLS 1.3."""

    code = "tls-version"
    advice = (
        "Nothing older than TLS 1.3 is spoken: something else than a node answers there, or is in between."
    )


class TlsPinError(TlsError):
    """The other side has another key than the pinned charter lists."""

    code = "tls-pin"
    advice = "Stop: somebody else answers there, or the peer changed its key without a new charter. Ask them."


class TlsExpiredError(TlsError):
    """The certificate is not valid now."""

    code = "tls-expired"
    advice = "Set the clocks of both machines; the peer's node makes a new certificate when it starts."


class TlsUnpinnedError(TlsError):
    """There is no pin for this address."""

    code = "tls-unpinned"
    advice = (
        "Pair by folder first, each side with an export of the other (comity sync export): "
        "its charter has the key to expect. Then pair again with the https address."
    )


def certificate(key: Key, now: datetime, life: timedelta = LIFE) -> x509.Certificate:
    """Return a self-signed certificate of the node's tls key.

    Args:
        key: Ed25519; its name is the subject.
        now: when; it is valid from two days before.
        life: how long it is valid from now.
    """
    private = Ed25519PrivateKey.from_private_bytes(key.seed)
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, key.name[:64])])
    builder = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(private.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - BEFORE)
        .not_valid_after(now + life)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
    )
    return builder.sign(private, None)


def server_context(key: Key, made: x509.Certificate | None = None) -> ssl.SSLContext:
    """Return the context of a node that listens: TLS 1.3 only, its own key.

    Args:
        key: Ed25519.
        made: a certificate to show; one is made if absent.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.num_tickets = 0
    made = made or certificate(key, datetime.now(UTC))
    # The library reads keys from files only: this one is locked with a passphrase that nobody ever sees.
    passphrase = secrets.token_hex(32)
    private = Ed25519PrivateKey.from_private_bytes(key.seed).private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, BestAvailableEncryption(passphrase.encode())
    )
    with tempfile.TemporaryDirectory(prefix="comity-") as place:
        path = Path(place) / "chain.pem"
        path.touch(0o600)
        path.write_bytes(private + made.public_bytes(Encoding.PEM))
        context.load_cert_chain(path, password=passphrase)
    return context


class PinnedContext(ssl.SSLContext):
    """The context of a node that calls; `pins` decide, nothing else. Without pins every key passes."""

    pins: frozenset[bytes]


def client_context(pins: Collection[bytes]) -> PinnedContext:
    """Return a context that connects only to a holder of a pinned key.

    Args:
        pins: SHA-256 of SubjectPublicKeyInfo, 32 octets each; at least one.

    Raises:
        TlsUnpinnedError: there are none.
    """
    if not pins:
        raise TlsUnpinnedError("no pinned charter says which key to expect at this address")
    return _context(frozenset(pins))


def key_at(host: str, port: int) -> bytes:
    """Return the pin of the key that somebody at an address proves to have. It says nothing of who that is.

    Raises:
        TlsError: nobody there speaks TLS 1.3.
    """
    try:
        with (
            socket.create_connection((host, port), CONNECT_SECONDS) as line,
            _context(frozenset()).wrap_socket(line, server_hostname=host) as secured,
        ):
            return _pin(_shown(secured))
    except OSError as error:
        raise tls_error(error, f"https://{host}:{port}") or TlsError(
            f"https://{host}:{port}: nobody answers at this address"
        ) from error


def tls_error(error: BaseException | None, where: str) -> TlsError | None:
    """Return what went wrong with TLS, looking through an error's causes; None if it was something else."""
    while error is not None:
        if isinstance(error, TlsError):
            return error
        if isinstance(error, ssl.SSLError):
            reason = (error.reason or "").lower()
            if "version" in reason or "protocol" in reason:
                return TlsVersionError(f"{where}: TLS 1.3 is not spoken there ({reason})")
            return TlsError(f"{where}: the line could not be secured ({reason or error})")
        error = error.__cause__ or error.__context__
    return None


def _context(pins: frozenset[bytes]) -> PinnedContext:
    context = PinnedContext(ssl.PROTOCOL_TLS_CLIENT)
    context.minimum_version = context.maximum_version = ssl.TLSVersion.TLSv1_3
    context.check_hostname = False
    # That the other side has the private key is part of every TLS 1.3 handshake (RFC 8446 section 4.4.3);
    # who vouches for it is not asked, since the pin below decides.
    context.verify_mode = ssl.CERT_NONE
    context.sslsocket_class = _PinnedSocket
    context.pins = pins
    return context


class _PinnedSocket(ssl.SSLSocket):
    """Ends the line right after the handshake, before a single octet is sent, if the key is another."""

    def do_handshake(self, block: bool = False) -> None:
        super().do_handshake(block)
        context = self.context
        assert isinstance(context, PinnedContext)
        if context.pins:
            _check(_shown(self), context.pins)


def _shown(line: ssl.SSLSocket) -> x509.Certificate:
    octets = line.getpeercert(binary_form=True)
    try:
        return x509.load_der_x509_certificate(octets or b"")
    except ValueError as error:
        raise TlsPinError("the other side shows no certificate that can be read") from error


def _check(shown: x509.Certificate, pins: frozenset[bytes]) -> None:
    found = _pin(shown)
    if found not in pins:
        raise TlsPinError(
            f"the other side has the key {found.hex()[:16]}…, which its pinned charter does not list"
        )
    now = datetime.now(UTC)
    if now > shown.not_valid_after_utc:
        raise TlsExpiredError(f"the certificate of the peer expired on {shown.not_valid_after_utc:%Y-%m-%d}")
    if now < shown.not_valid_before_utc:
        raise TlsExpiredError(
            f"the certificate of the peer is valid from {shown.not_valid_before_utc:%Y-%m-%d} on only"
        )


def _pin(shown: x509.Certificate) -> bytes:
    try:
        spki = shown.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    except ValueError as error:
        raise TlsPinError("the other side shows a key that no charter can list") from error
    return hashlib.sha256(spki).digest()
