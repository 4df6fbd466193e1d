"""The line between a phone and its node: a relay on this machine that can be cut, plain or with TLS."""

from __future__ import annotations

import datetime as dt
import socket
import socketserver
import ssl
import threading
from contextlib import suppress
from urllib.parse import urlsplit

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

HEAD = b"\r\n\r\n"


class Line:
    """Relays requests to a party's node, one a connection, from a port that stays the same."""

    def __init__(self, party, folder=None):
        address = urlsplit(party.url)
        self.party, self.host, self.node = party, address.hostname, address.port
        self.context = None if folder is None else certified(self.host, folder)
        with socket.create_server(("127.0.0.1", 0)) as free:
            self.port = free.getsockname()[1]
        self.server, self.live = None, set()

    @property
    def url(self):
        return f"{'https' if self.context else 'http'}://{self.host}:{self.port}"

    def link(self):
        """A new one-time link, over this line."""
        return self.url + urlsplit(self.party.link()).path

    def open(self):
        line = self

        class Handler(socketserver.BaseRequestHandler):
            def handle(self):
                line.live.add(self.request)
                with suppress(OSError):
                    relay(self.request, line.node, line.context)
                line.live.discard(self.request)

        class Server(socketserver.ThreadingTCPServer):
            allow_reuse_address = daemon_threads = True

        self.server = Server(("127.0.0.1", self.port), Handler)
        threading.Thread(target=self.server.serve_forever, args=(0.05,), daemon=True).start()

    def cut(self):
        self.server.shutdown()
        self.server.server_close()
        # What a browser opened ahead, to be quick, is cut as well.
        for one in list(self.live):
            with suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)

    def __enter__(self):
        self.open()
        return self

    def __exit__(self, *_):
        self.cut()


def relay(phone, port, context):
    phone.settimeout(20)
    if context:
        phone = context.wrap_socket(phone, server_side=True)
    sent = b""
    while HEAD not in sent:
        part = phone.recv(65536)
        if not part:
            return
        sent += part
    head, _, body = sent.partition(HEAD)
    lines = [one for one in head.split(b"\r\n") if not one.lower().startswith(b"connection:")]
    length = next((int(one.split(b":")[1]) for one in lines if one.lower().startswith(b"content-length:")), 0)
    while len(body) < length:
        body += phone.recv(65536)
    with socket.create_connection(("127.0.0.1", port), 20) as node, phone:
        node.sendall(b"\r\n".join([*lines, b"Connection: close"]) + HEAD + body)
        while part := node.recv(65536):
            phone.sendall(part)


def certified(host, folder):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, host)])
    now = dt.datetime.now(dt.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - dt.timedelta(hours=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName(host)]), critical=False)
        .sign(key, hashes.SHA256())
    )
    plain = serialization.NoEncryption()
    path = folder / "line.pem"
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(path)
    return context
