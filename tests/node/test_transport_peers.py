"""Two real nodes over TLS: paired, joint, and every way in that is not that of a paired node."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
import time
from contextlib import contextmanager
from dataclasses import replace

import httpx
import pytest

from comity.node import keys as keyfiles
from comity.node.client import Client, NodeError
from comity.node.config import LimitSettings, load, save
from comity.node.create import NewNode, create
from comity.node.folder import Folder, origin_hash
from comity.node.http_signatures import WINDOW, Request, sign
from comity.node.keys import Key
from comity.node.lock import running
from comity.node.tls import TlsPinError, client_context
from comity.node.transport import BusyError, Line, Signing
from comity.record.fetch import FetchError
from comity.record.roles import spki_pin
from tests.ready import ready

pytestmark = pytest.mark.processes

ITEM = {
    "kind": "node.remark",
    "fields": {"title": "t", "text": "x"},
    "author": "tester",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


class Process:
    """A node run by the command line, with an address for peers."""

    def __init__(self, root, party):
        self.party = party
        self.root = root / party
        self.folder = Folder(self.root)
        new = NewNode(party, "hq", listen=f"{party}.localhost:0", sync_seconds=0, unprotected=True)
        create(self.root, new)
        self.configure(listen_peers="127.0.0.1:0")
        self.keys = keyfiles.load(self.folder.keys)
        self.process = None

    def configure(self, **changes):
        save(self.folder.config, replace(load(self.folder.config), **changes))

    def run(self):
        return subprocess.Popen(
            [*ready(), "node", "run", str(self.root), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )

    def start(self):
        self.process = self.run()
        first = self.process.stdout.readline()
        assert first, self.process.stderr.read().decode()
        self.said = json.loads(first)
        self.client = Client(running(self.folder))
        # Whoever comes back is looked for where it was.
        self.configure(listen_peers=self.peers.removeprefix("https://"))
        return self

    @property
    def origin(self):
        return f"{self.party}/hq"

    @property
    def peers(self):
        return self.said["peers_url"]

    @property
    def pin(self):
        return spki_pin(self.keys.tls.public)

    def end(self):
        self.client._line.close()
        self.process.send_signal(signal.SIGTERM)
        code = self.process.wait(60)
        errors = self.process.stderr.read().decode()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, errors

    def line_to(self, other, *, key=None, to=None, pins=None):
        signing = Signing(key or self.keys.http, to or other.origin)
        return Line(other.peers, signing=signing, pins=pins or [other.pin])


def introduce(one, other, place):
    """Pair by folder, each with an export of the other; then by the line, which both sides now know."""
    for node, peer in ((one, other), (other, one)):
        folder = place / f"from-{peer.party}"
        peer.client.post("export", {"path": str(folder)})
        node.client.pair(str(folder), node.client.pair(str(folder))["fingerprint"])
    for node, peer in ((one, other), (other, one)):
        found = node.client.pair(peer.peers)
        assert found["known"]
        node.client.pair(peer.peers, found["fingerprint"])


@contextmanager
def nodes(place, *parties, limits=None):
    made = []
    try:
        for party in parties:
            node = Process(place, party)
            if limits is not None and not made:
                node.configure(limits=limits)
            made.append(node.start())
        yield made
    finally:
        for node in made:
            if node.process.poll() is None:
                node.process.kill()
                node.process.wait(10)


@pytest.fixture(scope="module")
def pair(tmp_path_factory):
    place = tmp_path_factory.mktemp("peers")
    with nodes(place, "vn", "la") as (vn, la):
        introduce(vn, la, place)
        yield vn, la


def ask(node, path="/log/checkpoint", *, headers=None, method="GET", body=None):
    """Ask without the software's own line."""
    with httpx.Client(verify=client_context([node.pin]), trust_env=False) as client:
        return client.request(method, node.peers + path, headers=headers or {}, content=body)


def signed(sender, receiver, path="/log/checkpoint", *, method="GET", body=b"", now=None, key=None, to=None):
    request = Request(method, "https", receiver.peers.removeprefix("https://"), path)
    now = int(time.time()) if now is None else now
    return sign(request, key or sender.keys.http, to=to or receiver.origin, body=body, now=now)


def refused(reply, code, status=401):
    assert (reply.status_code, reply.json()["type"]) == (status, f"urn:comity:error:{code}"), reply.text
    return reply


def test_two_processes_become_joint_over_tls(pair):
    vn, la = pair
    vn.client.append([ITEM] * 3)
    la.client.append([ITEM])
    for node in (vn, la, vn, la):
        answer = node.client.sync()
        assert answer["ok"], answer
    for node, other in ((vn, "la/hq"), (la, "vn/hq")):
        status = node.client.status()
        assert status["cosigned_by"] == [other]
        assert status["statuses"]["joint"] == status["size"]
    assert vn.client.status()["root"] == la.client.status()["peers"][0]["root"]
    assert vn.client.status()["peers"][0]["address"].startswith("https://")


def test_every_path_asks_for_a_signature(pair):
    vn, la = pair
    mirror = f"/mirrors/{origin_hash(vn.origin)}/checkpoint"
    for path in (
        "/log/checkpoint",
        "/log/charter",
        "/log/tile/entries/000",
        mirror,
        "/outbox/00",
        "/",
        "/nothing",
    ):
        refused(ask(la, path), "signature-missing")
    refused(ask(la, "/witness/add-checkpoint", method="POST", body=b"x"), "signature-missing")
    reply = ask(la, mirror, headers=signed(vn, la, mirror))
    assert reply.status_code == 200


def test_console_and_api_are_not_there(pair):
    vn, la = pair
    token = {"Authorization": f"Bearer {running(la.folder).token}"}
    for path in ("/", "/api/v1/node/status", "/api/v1/openapi.json", "/enter/x", "/static/app.css"):
        refused(ask(la, path, headers=token), "signature-missing")
        assert ask(la, path, headers={**token, **signed(vn, la, path)}).status_code == 404


def test_paths_on_this_machine_need_the_operator_once_others_can_connect(pair):
    _, la = pair
    with Line(la.said["url"]) as line:
        for path in ("log/checkpoint", "mirrors/x/checkpoint", "outbox/x"):
            reply = line.request("GET", path)
            assert (reply.status, json.loads(reply.body)["type"]) == (401, "urn:comity:error:sign-in-needed")
    with Line(la.said["url"], token=running(la.folder).token) as line:
        assert line.get("log/checkpoint")


def test_another_key_at_the_address_ends_the_exchange(pair):
    vn, la = pair
    with vn.line_to(la, pins=[vn.pin]) as line, pytest.raises(TlsPinError):
        line.get("log/checkpoint")


def test_a_request_is_answered_once(pair):
    vn, la = pair
    headers = signed(vn, la)
    assert ask(la, headers=headers).status_code == 200
    refused(ask(la, headers=headers), "signature-replayed")


def test_a_request_altered_on_its_way(pair):
    vn, la = pair
    refused(ask(la, "/log/charter", headers=signed(vn, la)), "signature-invalid")
    refused(ask(la, "/log/checkpoint?x", headers=signed(vn, la)), "signature-invalid")
    assert ask(la, headers=signed(vn, la), method="HEAD").status_code == 401


def test_an_altered_body(pair):
    vn, la = pair
    path = "/witness/add-checkpoint"
    headers = signed(vn, la, path, method="POST", body=b"old 0\n\nx")
    refused(ask(la, path, method="POST", body=b"old 1\n\nx", headers=headers), "content-digest", 400)
    refused(ask(la, headers=signed(vn, la), body=b"more"), "content-digest", 400)
    # The very body that was signed reaches the witness, which judges it.
    headers = signed(vn, la, path, method="POST", body=b"old 0\n\nx")
    assert ask(la, path, method="POST", body=b"old 0\n\nx", headers=headers).status_code != 401


@pytest.mark.parametrize("off", [-WINDOW - 60, WINDOW + 60])
def test_a_clock_that_is_wrong(pair, off):
    vn, la = pair
    refused(ask(la, headers=signed(vn, la, now=int(time.time()) + off)), "signature-time")


def test_another_signer_and_another_addressee(pair):
    vn, la = pair
    stranger = Key("kh/hq/http", bytes(range(32)))
    refused(ask(la, headers=signed(vn, la, key=stranger)), "signer-unknown")
    refused(
        ask(la, headers=signed(vn, la, key=Key(vn.keys.http.name, bytes(range(32))))), "signature-invalid"
    )
    refused(ask(la, headers=signed(vn, la, to="vn/hq")), "signature-addressee")


def test_a_silent_connection_is_closed(pair):
    _, la = pair
    port = int(la.peers.rpartition(":")[2])
    with (
        socket.create_connection(("127.0.0.1", port)) as plain,
        client_context([la.pin]).wrap_socket(plain) as line,
    ):
        line.settimeout(60)
        line.sendall(b"GET /log/checkpoint HTTP/1.1\r\nHost: la\r\n")  # and never the end
        assert line.recv(1) == b""


def test_a_folder_comes_before_an_address(pair):
    vn, _ = pair
    with nodes(vn.root.parent / "third", "kh") as (kh,):
        with pytest.raises(NodeError) as caught:
            vn.client.pair(kh.peers)
        assert caught.value.problem()["type"] == "urn:comity:error:tls-unpinned"


def test_a_peer_taken_out_is_a_stranger(tmp_path):
    with nodes(tmp_path, "vn", "la") as (vn, la):
        introduce(vn, la, tmp_path)
        with vn.line_to(la) as line:
            assert line.get("log/checkpoint")
        code, errors = la.end()
        assert (code, errors) == (0, "")
        la.configure(peers=())
        la.start()
        with vn.line_to(la) as line, pytest.raises(FetchError, match="401"):
            line.get("log/checkpoint")
        refused(ask(la, headers=signed(vn, la)), "signer-unknown")
        report = vn.client.sync()
        assert not report["ok"]


def test_one_peers_flood_leaves_another_its_share(tmp_path):
    limits = LimitSettings(requests_per_second=1, burst=40, unknown_per_second=1, unknown_burst=3)
    with nodes(tmp_path, "la", "vn", "kh", limits=limits) as (la, vn, kh):
        for peer in (vn, kh):
            introduce(la, peer, tmp_path / peer.party)
        with httpx.Client(verify=client_context([la.pin]), trust_env=False) as client:
            answers = [client.get(la.peers + "/log/checkpoint", headers=signed(vn, la)) for _ in range(80)]
            strangers = [client.get(la.peers + "/log/checkpoint") for _ in range(8)]
        busy = [answer for answer in answers if answer.status_code == 429]
        assert busy
        assert all(int(answer.headers["retry-after"]) >= 1 for answer in busy)
        assert any(answer.status_code == 429 for answer in strangers)
        with kh.line_to(la) as line:
            for _ in range(10):
                assert line.get("log/checkpoint")


def test_octets_of_a_day(tmp_path):
    with nodes(tmp_path, "la", "vn", limits=LimitSettings(megabytes_per_day=1)) as (la, vn):
        introduce(la, vn, tmp_path)
        long = [{**ITEM, "fields": {"title": "t", "text": "x" * 6000}}] * 200
        la.client.append(long)
        with vn.line_to(la) as line:
            assert len(line.get("log/openings/000")) > 1 << 20
            with pytest.raises(BusyError, match="wait"):
                line.get("log/checkpoint")
        assert not vn.client.sync()["ok"]


@pytest.mark.parametrize("case", ["console", "keys"])
def test_what_would_be_half_secured_does_not_start(tmp_path, case):
    node = Process(tmp_path, "vn")
    if case == "console":
        text = node.folder.config.read_text().replace("vn.localhost:0", "0.0.0.0:0")
        node.folder.config.write_text(text)
    else:
        (node.folder.keys / "tls").unlink()
        keyfiles.Writer.beside(node.folder.keys).draw("tls", "vn/hq/tls")
    process = node.run()
    said, errors = process.communicate(timeout=60)
    assert process.returncode != 0
    assert said == b""
    assert b"console would be reachable" in errors if case == "console" else b"tls key" in errors
