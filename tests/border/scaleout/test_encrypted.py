"""A real NATS server behind TLS and a password: who is let in, who is not believed, and what is never said."""

from __future__ import annotations

import asyncio
import json
import socket
import threading
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from typer.testing import CliRunner

from comity.border.scaleout.errors import ScaleServerError
from comity.border.scaleout.line import connected
from comity.cli import app
from tests.border.scaleout.conftest import Nats

USER, SECRET = "tracker", "only for this test"


def named(text):
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, text)])


def signed(name, key, issuer, issuer_key, *extensions):
    now = datetime.now(UTC)
    made = x509.CertificateBuilder().subject_name(named(name)).issuer_name(named(issuer))
    made = made.public_key(key.public_key()).serial_number(x509.random_serial_number())
    made = made.not_valid_before(now - timedelta(hours=1)).not_valid_after(now + timedelta(days=1))
    for extension, critical in extensions:
        made = made.add_extension(extension, critical=critical)
    return made.sign(issuer_key, hashes.SHA256())


def pem(folder, name, what):
    path = folder / name
    if isinstance(what, x509.Certificate):
        path.write_bytes(what.public_bytes(serialization.Encoding.PEM))
    else:
        form = serialization.PrivateFormat.PKCS8
        path.write_bytes(what.private_bytes(serialization.Encoding.PEM, form, serialization.NoEncryption()))
    return path


def authority(folder, name):
    """Return an authority's key, and the file of its certificate."""
    key = ec.generate_private_key(ec.SECP256R1())
    usage = x509.KeyUsage(
        digital_signature=True, content_commitment=False, key_encipherment=False, data_encipherment=False,
        key_agreement=False, key_cert_sign=True, crl_sign=True, encipher_only=False, decipher_only=False,
    )  # fmt: skip
    about = (x509.BasicConstraints(ca=True, path_length=0), True), (usage, True)
    return key, pem(folder, f"{name}.pem", signed(name, key, name, key, *about))


@pytest.fixture(scope="module")
def guarded(tmp_path_factory):
    """A server with a certificate for 127.0.0.1 by the test's authority; another authority beside it."""
    folder = tmp_path_factory.mktemp("tls")
    key, right = authority(folder, "right")
    _, wrong = authority(folder, "wrong")
    own = ec.generate_private_key(ec.SECP256R1())
    names = x509.SubjectAlternativeName([x509.IPAddress(ip_address("127.0.0.1"))])
    cert = pem(folder, "server.pem", signed("nats", own, "right", key, (names, False)))
    config = folder / "nats.conf"
    config.write_text(
        f'tls {{ cert_file: "{cert}", key_file: "{pem(folder, "server.key", own)}" }}\n'
        f'authorization {{ user: {USER}, password: "{SECRET}" }}\n'
    )
    server = Nats(folder / "store", "-c", str(config))
    server.url = server.url.replace("nats://", "tls://")
    yield server, right, wrong
    server.kill()


def ask(url, user=USER, secret=SECRET, ca=None):
    """Connect, and store and read one message."""

    async def work():
        async with connected(url, user, secret, ca) as client:
            js = client.jetstream()
            await js.add_stream(name="probe", subjects=["probe"])
            await js.publish("probe", b"seen")
            return (await js.get_last_msg("probe", "probe")).data

    return asyncio.run(work())


def test_who_has_the_password_and_trusts_the_authority_is_let_in(guarded):
    server, right, _ = guarded
    assert ask(server.url, ca=right) == b"seen"


def test_everybody_else_is_refused_at_once_and_told_why(guarded, tmp_path):
    server, right, wrong = guarded
    empty = tmp_path / "empty.pem"
    empty.write_text("nothing\n")
    for given, words in (
        ({"ca": wrong}, "certificate verify failed"),
        ({}, "certificate verify failed"),
        ({"ca": right, "secret": "guessed"}, "Authorization Violation"),
        ({"ca": right, "user": "somebody"}, "Authorization Violation"),
        ({"ca": right, "user": ""}, "Authorization Violation"),
        ({"ca": empty}, "no certificates in PEM"),
        ({"ca": tmp_path / "none.pem"}, "no certificates in PEM"),
    ):
        with pytest.raises(ScaleServerError, match=words):
            ask(server.url, **given)
    elsewhere = server.url.replace("127.0.0.1", "localhost")
    with pytest.raises(ScaleServerError, match="certificate verify failed"):
        ask(elsewhere, ca=right)  # the certificate names another host


def test_a_password_is_never_told_to_a_server_that_does_not_encrypt(guarded):
    _, right, _ = guarded
    heard = []
    with socket.create_server(("127.0.0.1", 0)) as door:
        door.settimeout(10)

        def stand_between():
            line, _ = door.accept()
            with line:
                line.settimeout(10)
                info = {"server_id": "x", "version": "2.9.10", "max_payload": 1 << 20, "auth_required": True}
                line.sendall(b"INFO " + json.dumps(info).encode() + b"\r\n")
                heard.append(line.recv(4096))

        thread = threading.Thread(target=stand_between)
        thread.start()
        with pytest.raises(ScaleServerError, match="does not encrypt"):
            ask(f"tls://127.0.0.1:{door.getsockname()[1]}", ca=right)
        thread.join(10)
    assert heard == [b""]


def test_on_the_command_line(guarded, files, monkeypatch):
    server, right, wrong = guarded
    sector, seen = files
    what = ["border", "scale", "publish", sector("guarded"), seen, "--server", server.url, "--user", USER]

    def run(*more):
        return CliRunner().invoke(app, [*map(str, what), *map(str, more)])

    monkeypatch.setenv("COMITY_NATS_PASSWORD", SECRET)
    done = run("--ca", right, "--json")
    assert done.exit_code == 0, done.output
    assert json.loads(done.output)["known_already"] == 0
    refused = run("--ca", wrong)
    assert refused.exit_code == 1
    assert "border-scale-server" in refused.output
    monkeypatch.setenv("COMITY_NATS_PASSWORD", "guessed")
    assert run("--ca", right).exit_code == 1
