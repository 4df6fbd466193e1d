"""The line between nodes: TLS 1.3, one pinned key, and a name for whatever else answers."""

from __future__ import annotations

import socket
import ssl
import threading
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

import pytest

from comity.node.keys import Key
from comity.node.tls import (
    TlsError,
    TlsExpiredError,
    TlsPinError,
    TlsUnpinnedError,
    TlsVersionError,
    certificate,
    client_context,
    key_at,
    server_context,
    tls_error,
)
from comity.node.transport import Line
from comity.record.fetch import FetchError
from comity.record.roles import spki_pin

KEY = Key("la/hq/tls", bytes(range(32)))
OTHER = Key("la/hq/tls", bytes(range(1, 33)))
PIN = spki_pin(KEY.public)
OK = b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"


@contextmanager
def server(context):
    """Answer every connection; give the address, and what was read from it in plain."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(8)
        listener.settimeout(10)
        read = []

        def run():
            while True:
                try:
                    connection, _ = listener.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    try:
                        line = context.wrap_socket(connection, server_side=True) if context else connection
                        if octets := line.recv(65536):
                            read.append(octets)
                        line.sendall(OK)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"https://127.0.0.1:{listener.getsockname()[1]}", read
        listener.shutdown(socket.SHUT_RDWR)
        thread.join(10)


def test_the_pinned_key_is_taken_whatever_the_name():
    with server(server_context(KEY)) as (url, read):
        with Line(url.replace("127.0.0.1", "la.localhost"), pins=[spki_pin(OTHER.public), PIN]) as line:
            assert line.get("log/checkpoint") == b"hello"
        assert key_at("127.0.0.1", int(url.rpartition(":")[2])) == PIN
    assert len(read) == 1


def test_another_key_is_refused_before_a_single_octet_is_sent():
    with (
        server(server_context(OTHER)) as (url, read),
        Line(url, pins=[PIN]) as line,
        pytest.raises(TlsPinError, match="pinned charter"),
    ):
        line.get("log/checkpoint")
    assert read == []


def test_a_certificate_that_only_claims_the_key_is_refused():
    """The other's certificate can be copied; the handshake asks for its key."""
    context = server_context(OTHER)
    with pytest.raises(ssl.SSLError, match=r"(?i)mismatch"):
        server_context(OTHER, certificate(KEY, datetime.now(UTC)))
    with server(context) as (url, _), Line(url, pins=[PIN]) as line, pytest.raises(TlsPinError):
        line.get("log/checkpoint")


@pytest.mark.parametrize("days", [-1, 3])
def test_a_certificate_of_another_time_is_refused(days):
    now = datetime.now(UTC)
    made = (
        certificate(KEY, now, timedelta(days=-1))
        if days < 0
        else certificate(KEY, now + timedelta(days=days))
    )
    with (
        server(server_context(KEY, made)) as (url, read),
        Line(url, pins=[PIN]) as line,
        pytest.raises(TlsExpiredError),
    ):
        line.get("log/checkpoint")
    assert read == []


def test_tls_1_2_is_refused_by_whoever_calls_and_by_whoever_listens():
    old = server_context(KEY)
    old.minimum_version = ssl.TLSVersion.TLSv1_2
    old.maximum_version = ssl.TLSVersion.TLSv1_2
    with server(old) as (url, _):
        with Line(url, pins=[PIN]) as line, pytest.raises(TlsVersionError, match=r"TLS 1\.3"):
            line.get("log/checkpoint")
        with pytest.raises(TlsVersionError):
            key_at("127.0.0.1", int(url.rpartition(":")[2]))
    client = client_context([PIN])
    client.minimum_version = ssl.TLSVersion.TLSv1_2
    client.maximum_version = ssl.TLSVersion.TLSv1_2
    with (
        server(server_context(KEY)) as (url, _),
        socket.create_connection(("127.0.0.1", int(url.rpartition(":")[2]))) as plain,
        pytest.raises(ssl.SSLError) as caught,
    ):
        client.wrap_socket(plain)
    assert isinstance(tls_error(caught.value, url), TlsVersionError)


def test_something_else_than_tls_is_refused():
    with server(None) as (url, _), Line(url, pins=[PIN]) as line, pytest.raises(TlsError):
        line.get("log/checkpoint")


def test_nobody_there_is_no_matter_of_tls():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with (
        Line(f"https://127.0.0.1:{port}", pins=[PIN]) as line,
        pytest.raises(FetchError, match="nobody") as caught,
    ):
        line.get("log/checkpoint")
    assert not isinstance(caught.value, TlsError)
    with pytest.raises(TlsError, match="nobody"):
        key_at("127.0.0.1", port)


def test_without_a_pin_nothing_is_connected_to():
    with pytest.raises(TlsUnpinnedError):
        Line("https://127.0.0.1:1")


def test_the_pin_is_that_of_the_charter():
    """RFC 7469 section 2.4, over what the certificate carries."""
    import hashlib

    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    made = certificate(KEY, datetime.now(UTC))
    spki = made.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    assert hashlib.sha256(spki).digest() == PIN
    assert made.issuer == made.subject
