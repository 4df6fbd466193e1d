"""Somebody who sees the line: an exchange over TLS is recorded, octet by octet, and looked through.

What is left to see is that two nodes talk, when, how often and how much: measured here, and hidden by nothing.
"""

from __future__ import annotations

import json
import shutil
import socket
import threading
from dataclasses import dataclass, field, replace

import pytest

from comity.node.config import Peer
from comity.node.web.callers import Callers
from comity.node.web.peer_server import PeerServer
from comity.record.canonical import b64
from tests.node.control.conftest import Pair, remark

TITLE, TEXT = "a title that is recognised", "a text that is recognised "


@dataclass
class Tap:
    """Stands on the line before a node's address, passes everything on, and writes it down."""

    behind: tuple[str, int]
    sent: bytearray = field(default_factory=bytearray)
    received: bytearray = field(default_factory=bytearray)
    connections: int = 0

    def __enter__(self):
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()
        return self

    def __exit__(self, *_):
        self.listener.close()

    def _accept(self):
        while True:
            try:
                near, _ = self.listener.accept()
            except OSError:
                return
            self.connections += 1
            far = socket.create_connection(self.behind)
            for one, other, kept in ((near, far, self.sent), (far, near, self.received)):
                threading.Thread(target=self._pass, args=(one, other, kept), daemon=True).start()

    @staticmethod
    def _pass(one, other, kept):
        with one:
            while True:
                try:
                    data = one.recv(65536)
                    kept += data
                    if not data:
                        other.shutdown(socket.SHUT_WR)
                        return
                    other.sendall(data)
                except OSError:
                    return

    @property
    def octets(self):
        return len(self.sent) + len(self.received)


def exchanged(pair):
    """Let vn exchange with la over TLS; return what the observer has and what vn says of the exchange."""
    pair.la.config = replace(pair.la.config, listen_peers="127.0.0.1:0")
    with PeerServer(pair.la, Callers(pair.la)) as server:
        host, port = server.url.removeprefix("https://").split(":")
        with Tap((host, int(port))) as tap:
            address = f"https://127.0.0.1:{tap.port}"
            known = Peer("la/hq", address, b64(pair.la.charter.digest), "la")
            link = pair.vn.add_peer(known, pair.la.charter)
            report = pair.vn.sync_peer(link)
    return tap, report


@pytest.fixture
def twins(folders, tmp_path):
    """Two copies of the same two nodes, so that two exchanges differ in one thing alone."""
    made = []
    for name in ("one", "other"):
        shutil.copytree(folders, tmp_path / name)
        made.append(Pair(tmp_path / name))
    yield made
    for pair in made:
        pair.close()


def test_no_word_of_an_exchange_is_on_the_line(pair):
    pair.la.append([remark(TITLE, TEXT, marking="TLP:CLEAR")])
    tap, report = exchanged(pair)
    assert report.ok, report.error
    assert report.openings == 1, "the positive control: the words did cross"
    words = [TITLE, TEXT, "la/hq", "vn/hq", "checkpoint", "openings", "witness", "HTTP/1", "comity"]
    words += [b64(pair.la.charter.digest), pair.la.charter.fingerprint]
    for octets in (bytes(tap.sent), bytes(tap.received)):
        assert octets
        for word in words:
            assert word.encode() not in octets, word


def test_the_observer_sees_who_connects_to_whom_how_often_and_how_much(twins):
    """A limit: a day with much to say is seen to be one. Nothing pads exchanges or makes them up."""
    quiet, busy = twins
    busy.la.append([remark(f"number {number}", "x" * 40) for number in range(60)])
    still, much = exchanged(quiet)[0], exchanged(busy)[0]
    assert still.connections >= 1
    assert much.octets > still.octets + 60 * 300


def test_the_length_of_a_sealed_text_is_not_on_the_line(twins):
    short, long = twins
    short.la.append([remark("t", "s")])
    long.la.append([remark("t", TEXT * 70)])
    octets = []
    for pair in (short, long):
        tap, report = exchanged(pair)
        assert report.ok, report.error
        octets.append(tap.octets)
    assert abs(octets[0] - octets[1]) < 200, octets
    leaves = [pair.la.log.entries(1, 2)[0] for pair in (short, long)]
    assert len(leaves[0]) == len(leaves[1])


def test_a_finder_of_the_log_counts_entries_and_reads_sizes_in_steps(pair):
    """What an exchange leaves with a peer about sealed records: their number, offices and slots in steps."""
    pair.la.append([remark("One", "x"), remark("Two", "y" * 500)])
    tap, _ = exchanged(pair)
    assert tap.octets
    entries = [record.entry for record in pair.vn.records("la/hq", 1, 3)]
    assert {entry.n for entry in entries} == {16}
    assert len({entry.key for entry in entries}) == 1
    visible = {"v", "origin", "id", "outer", "commit", "n", "key"}
    for entry in entries:
        assert set(json.loads(entry.leaf.split(b"\n")[0])) == visible
