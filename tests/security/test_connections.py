"""Connections without end: what a stranger can keep from others, and for how long."""

from __future__ import annotations

import socket
import time
from contextlib import ExitStack
from dataclasses import replace

from comity.node.config import Peer
from comity.node.tls import client_context
from comity.node.web import peer_server
from comity.node.web.callers import Callers
from comity.node.web.peer_server import PeerServer
from comity.record.canonical import b64
from comity.record.roles import spki_pin
from tests.node.control.conftest import remark

PLACES = 4


def test_whoever_holds_every_place_keeps_peers_out_until_the_silent_are_closed(pair, monkeypatch):
    """A limit: the number of connections is bounded for all together; a firewall says who may connect."""
    monkeypatch.setattr(peer_server, "MOST_CONNECTIONS", PLACES)
    monkeypatch.setattr(peer_server, "HEAD_SECONDS", 4)
    pair.la.config = replace(pair.la.config, listen_peers="127.0.0.1:0")
    known = Peer("la/hq", "", b64(pair.la.charter.digest), "la")
    with PeerServer(pair.la, Callers(pair.la)) as server, ExitStack() as stack:
        host, port = server.url.removeprefix("https://").split(":")
        link = pair.vn.add_peer(replace(known, address=server.url), pair.la.charter)
        for _ in range(PLACES + 1):
            stack.enter_context(_silent(pair, host, int(port)))
        report = pair.vn.sync_peer(link)
        assert not report.ok
        assert "503" in report.error["detail"]
        assert pair.la.append([remark("Meanwhile", "x")]), "its own work goes on"
        end = time.monotonic() + 30
        while not (report := pair.vn.sync_peer(link)).ok:
            assert time.monotonic() < end, report.error
            time.sleep(0.2)


def _silent(pair, host, port):
    """Return a connection that shakes hands and then says nothing."""
    context = client_context([spki_pin(pair.la.tls_key.public)])
    return context.wrap_socket(socket.create_connection((host, port)), server_hostname=host)
