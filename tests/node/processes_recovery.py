"""Real node processes for the tests of recovery, and the command line beside them."""

from __future__ import annotations

import json
import signal
import socket
import subprocess
from contextlib import contextmanager

from comity.node.client import Client
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.lock import running
from tests.ready import ready

END = 120


def item(text):
    return {
        "kind": "node.remark",
        "fields": {"title": "t", "text": text},
        "author": "tester",
        "marking": "TLP:CLEAR",
        "basis": "test",
        "retention": "working",
        "class": "exercise",
    }


def comity(*words, ok=True):
    """Run the command line; return what it says as JSON."""
    done = subprocess.run(
        [*ready(), *map(str, words), "--json"],
        capture_output=True,
        check=False,
        timeout=END,
    )
    assert (done.returncode == 0) is ok, done.stderr.decode() + done.stdout.decode()
    return json.loads(done.stdout) if ok else done.stderr.decode()


def free_port():
    """Return a port that is free now: a node must come back where its peer looks for it."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return one.getsockname()[1]


class Process:
    """A node run by the command line, always at the same port."""

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
        self.url = json.loads(first)["url"]
        self.client = Client(running(Folder(self.root)))
        return self

    def end(self, number=signal.SIGTERM):
        self.client.__exit__()
        self.process.send_signal(number)
        self.process.wait(END)
        for pipe in (self.process.stdout, self.process.stderr):
            pipe.close()

    @property
    def status(self):
        return self.client.status()

    def texts(self, origin="vn/hq"):
        found = self.client.get("records", origin=origin, start=0, limit=1000)["records"]
        return [
            record["content"]["fields"]["text"]
            for record in found
            if record["content"] and "text" in record["content"]["fields"]
        ]


@contextmanager
def two_nodes(root):
    """Give vn and la, running and paired."""
    made = []
    try:
        for party in ("vn", "la"):
            new = NewNode(
                party, "hq", listen=f"{party}.localhost:{free_port()}", sync_seconds=0, unprotected=True
            )
            create(root / party, new)
            made.append(Process(root / party).start())
        for node, other in (made, made[::-1]):
            found = node.client.pair(other.url)
            node.client.pair(other.url, found["fingerprint"])
        yield made
    finally:
        for node in made:
            if node.process.poll() is None:
                node.process.kill()
                node.process.wait(10)


def sync_both(vn, la):
    for node in (vn, la, vn, la):
        report = node.client.sync()
        assert report["ok"], report
