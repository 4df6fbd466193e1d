"""Real processes, killed for real: what they said through a pipe is on the disk."""

from __future__ import annotations

import base64
import random
import subprocess
import sys
import time

import pytest

from comity.record import merkle
from comity.record.checkpoint import open_checkpoint
from comity.record.log import Log
from comity.record.note import Signer

SIGNER = Signer("vn/hq", bytes(range(32)))

VICTIM = """
import base64, os, random, sys
from comity.record import database
from comity.record.log import Log
database.WAL_PAGES = 40
path, skey, seed = sys.argv[1:]
rng = random.Random(int(seed))
log = Log.open(path, skey, guard=path + "/guard", identify=lambda leaf: leaf[:16])
out = sys.stdout.buffer
while True:
    leaves = [rng.randbytes(rng.choice((20, 600))) for _ in range(rng.choice((1, 30, 256)))]
    receipts = log.append(leaves)
    lines = [b"R %d %d %s\\n" % (r.index, r.size, base64.b64encode(leaf)) for r, leaf in zip(receipts, leaves)]
    if rng.random() < 0.5:
        lines.append(b"C %s\\n" % base64.b64encode(log.checkpoint()))
    out.write(b"".join(lines))
    out.flush()
"""


def kill_one(folder, seed: int, delay: float) -> list[list[bytes]]:
    """Run a victim, kill it after `delay` seconds of work, and return the whole lines that it got out."""
    victim = subprocess.Popen(
        [sys.executable, "-c", VICTIM, str(folder), SIGNER.skey, str(seed)],
        stdout=subprocess.PIPE,
        pipesize=1 << 20,
    )
    said = victim.stdout.readline()  # it works now
    time.sleep(delay)
    victim.kill()
    said += victim.stdout.read()
    victim.wait()
    return [line.split() for line in said.split(b"\n")[:-1]]


@pytest.mark.processes
def test_twenty_kills_lose_nothing_that_was_said(tmp_path):
    rng = random.Random(5)
    heads: dict[int, bytes] = {}
    receipts: dict[int, bytes] = {}
    for turn in range(20):
        for kind, *words in kill_one(tmp_path, turn, rng.uniform(0, 0.15)):
            if kind == b"C":
                head = open_checkpoint(base64.b64decode(words[0]), SIGNER.vkey)
                assert heads.setdefault(head.size, head.root) == head.root
            else:
                receipts[int(words[0])] = merkle.leaf_hash(base64.b64decode(words[2]))
        with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard") as log:
            assert log.writable
            for size, root in heads.items():
                assert log.store.root(size) == root
            assert max(receipts, default=-1) < log.size
            root = log.store.root()
            for index in rng.sample(sorted(receipts), min(200, len(receipts))):
                merkle.verify_inclusion(receipts[index], index, log.size, log.prove_inclusion(index), root)
    with Log.open(tmp_path, SIGNER, guard=tmp_path / "guard", identify=lambda leaf: leaf[:16]) as log:
        assert log.fsck() == []
        hashes = [merkle.leaf_hash(leaf) for leaf in log.entries(0, log.size)]
    assert all(hashes[index] == leaf for index, leaf in receipts.items())
    assert len(receipts) > 200
    assert len(heads) > 20
