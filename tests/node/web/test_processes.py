"""Two real nodes over a real socket: joint on both, a kill in the middle, a clean end, a silent peer."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from contextlib import contextmanager

import httpx
import pytest

from comity.node.client import Client
from comity.node.config import load, save
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.lock import is_held, running
from comity.node.node import Node
from tests.node.world import World, pin
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
    """A node run by the command line."""

    def __init__(self, root):
        self.root = root
        self.process = None

    def start(self):
        self.process = subprocess.Popen(
            [*ready(), "node", "run", str(self.root), "--json"],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        first = self.process.stdout.readline()
        assert first, self.process.stderr.read().decode()
        self.said = json.loads(first)
        self.client = Client(running(Folder(self.root)))
        return self

    @property
    def url(self):
        return self.said["url"]

    def kill(self):
        """Kill the node itself, at once."""
        os.kill(running(Folder(self.root)).pid, signal.SIGKILL)
        self.process.wait(30)

    def end(self, number=signal.SIGTERM):
        self.client._line.close()
        self.process.send_signal(number)
        code = self.process.wait(60)
        errors = self.process.stderr.read().decode()
        self.process.stdout.close()
        self.process.stderr.close()
        return code, errors


@contextmanager
def nodes(tmp_path, *parties, sync_seconds=0):
    made = []
    try:
        for party in parties:
            create(
                tmp_path / party,
                NewNode(
                    party, "hq", listen=f"{party}.localhost:0", sync_seconds=sync_seconds, unprotected=True
                ),
            )
            made.append(Process(tmp_path / party).start())
        yield made
    finally:
        for node in made:
            if node.process.poll() is None:
                node.process.kill()
                node.process.wait(10)


def introduce(one, two):
    for node, other in ((one, two), (two, one)):
        found = node.client.pair(other.url)
        node.client.pair(other.url, found["fingerprint"])


def keep_port(node):
    """Give a node the port it has, so that it comes back where its peer looks for it."""
    folder = Folder(node.root)
    config = load(folder.config)
    from dataclasses import replace

    save(folder.config, replace(config, listen=node.url.removeprefix("http://")))


def test_two_processes_become_joint(tmp_path):
    with nodes(tmp_path, "vn", "la") as (vn, la):
        introduce(vn, la)
        vn.client.append([ITEM] * 3)
        la.client.append([ITEM])
        for node in (vn, la, vn, la):
            assert node.client.sync()["ok"]
        for node, other in ((vn, "la/hq"), (la, "vn/hq")):
            status = node.client.status()
            assert status["cosigned_by"] == [other]
            assert status["statuses"]["joint"] == status["size"]
            assert status["kinds"]["node.remark@1"] == 4
        assert vn.client.status()["root"] == la.client.status()["peers"][0]["root"]
        for node in (vn, la):
            code, errors = node.end()
            assert (code, errors) == (0, "")
            assert not is_held(Folder(node.root))
            assert not Folder(node.root).run.exists()


def test_the_timer_does_it_by_itself_and_a_peer_may_come_back(tmp_path):
    with nodes(tmp_path, "vn", "la", sync_seconds=1) as (vn, la):
        introduce(vn, la)
        vn.client.append([ITEM])
        wait_for(lambda: vn.client.status()["statuses"]["joint"] == 2)
        keep_port(la)
        la.end()
        vn.client.append([ITEM])
        wait_for(lambda: vn.client.status()["peers"][0]["failures"] > 0)
        peer = vn.client.status()["peers"][0]
        assert peer["error"]["type"].endswith(":fetch")
        assert peer["lag"] >= 1
        la.start()
        wait_for(lambda: vn.client.status()["statuses"]["joint"] == vn.client.status()["size"])
        assert vn.client.status()["peers"][0]["error"] is None


def wait_for(check, patience=60):
    end = time.monotonic() + patience
    while time.monotonic() < end:
        if check():
            return
        time.sleep(0.1)
    pytest.fail("it did not happen")


def test_killed_during_an_exchange_it_goes_on_where_it_was(tmp_path):
    with nodes(tmp_path, "vn", "la") as (vn, la):
        introduce(vn, la)
        for _ in range(3):
            vn.client.append([ITEM] * 300)
        keep_port(la)
        for after in (0.05, 0.2, 0.4):
            sizes = la.client.status()["peers"][0]["size"]
            asker = threading.Thread(target=lambda: _quietly(la))
            asker.start()
            time.sleep(after)
            la.kill()
            asker.join(30)
            for pipe in (la.process.stdout, la.process.stderr):
                pipe.close()
            la.start()
            assert la.client.status()["peers"][0]["size"] >= sizes
            assert la.client.post("fsck", {})["ok"]
        assert la.client.sync()["ok"]
        assert vn.client.sync()["ok"]
        assert vn.client.status()["statuses"]["joint"] == 901
        assert la.client.status()["kinds"]["node.remark@1"] == 900
        assert la.client.status()["root"]


def _quietly(node):
    from comity.record.errors import ComityError

    try:
        node.client.sync()
    except ComityError:
        return


def test_killed_during_appends_every_receipt_still_holds(tmp_path):
    with nodes(tmp_path, "vn") as (vn,):
        receipts = []

        def append():
            from comity.record.errors import ComityError

            try:
                while True:
                    receipts.extend(vn.client.append([ITEM] * 5)["receipts"])
            except ComityError:
                return

        for _ in range(3):
            writer = threading.Thread(target=append)
            writer.start()
            have = len(receipts)
            wait_for(lambda have=have: len(receipts) > have + 10)
            vn.kill()
            writer.join(30)
            for pipe in (vn.process.stdout, vn.process.stderr):
                pipe.close()
            vn.start()
            found = vn.client.get("records", origin="vn/hq", start=0, limit=1000)["records"]
            leaves = {item["index"]: item["leaf_hash"] for item in found}
            assert all(
                leaves[item["index"]] == item["leaf_hash"] for item in receipts if item["index"] < 1000
            )
            assert vn.client.post("fsck", {})["ok"]


def test_a_second_process_is_told_and_the_command_line_talks_to_the_first(tmp_path):
    with nodes(tmp_path, "vn") as (vn,):
        second = subprocess.run(
            [sys.executable, "-m", "comity", "node", "run", str(vn.root)],
            capture_output=True,
            check=False,
            text=True,
        )
        assert second.returncode == 1
        assert "node-locked" in second.stderr
        status = subprocess.run(
            [sys.executable, "-m", "comity", "node", "status", str(vn.root), "--json"],
            capture_output=True,
            check=True,
        )
        assert json.loads(status.stdout)["origin"] == "vn/hq"


def test_a_silent_peer_holds_up_neither_work_nor_the_end(tmp_path):
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen(8)
        world = World(tmp_path)
        vn, la = world.add("vn"), world.add("la")
        pin(vn, la, f"http://127.0.0.1:{silent.getsockname()[1]}")
        world.close()
        from dataclasses import replace

        folder = Folder(tmp_path / "vn")
        save(folder.config, replace(load(folder.config), sync_seconds=1))
        node = Process(tmp_path / "vn").start()
        try:
            connection, _ = silent.accept()  # the timer has called, and nobody will ever answer
            assert node.client.append([ITEM])["size"] == 2
            code, _ = node.end()
            assert code == 0
            connection.close()
        finally:
            node.process.kill()
        with Node.open(tmp_path / "vn") as again:
            assert again.log.size == 2


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_it_cleanly_with_a_request_open(tmp_path, number):
    with nodes(tmp_path, "vn") as (vn,):
        host, port = "127.0.0.1", int(vn.url.rpartition(":")[2])
        with socket.create_connection((host, port)) as hanging:
            hanging.sendall(
                b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: localhost\r\nContent-Length: 100\r\n\r\n"
            )
            code, errors = vn.end(number)
        assert code == 0, errors


def test_junk_on_the_socket_leaves_it_alive(tmp_path):
    with nodes(tmp_path, "vn") as (vn,):
        port = int(vn.url.rpartition(":")[2])
        junk = [
            b"",
            b"\r\n\r\n",
            b"GET\r\n\r\n",
            b"\x16\x03\x01\x02\x00\x01\x00",
            b"GET /log/checkpoint HTTP/1.1\r\n\r\n",
            b"GET /log/" + b"a" * 100_000 + b" HTTP/1.1\r\nHost: localhost\r\n\r\n",
            b"GET /log/checkpoint HTTP/1.1\r\nHost: localhost\r\nX: " + b"y" * 200_000 + b"\r\n\r\n",
            b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n",
            b"POST /witness/add-checkpoint HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n",
            os.urandom(5000),
        ]
        for data in junk:
            with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
                line.sendall(data)
                line.shutdown(socket.SHUT_WR)
                try:
                    while line.recv(65536):
                        pass
                except OSError:
                    continue
        assert httpx.get(f"http://127.0.0.1:{port}/log/checkpoint", trust_env=False).status_code == 200
        assert vn.client.status()["size"] == 1
        code, _ = vn.end()
        assert code == 0
