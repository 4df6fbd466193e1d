"""A process killed in the middle of a pull leaves a verified prefix, and the next one goes on from there."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from comity.record.fsck import fsck
from comity.record.mirror import Mirror
from comity.record.note import Signer

from .peer import Peer

pytestmark = pytest.mark.processes

SIGNER = Signer("la/hq", bytes(32))
LEAVES = [b"leaf %d" % number for number in range(40_000)]
ROOT = Path(__file__).resolve().parents[2]

VICTIM = """
import sys, threading, time, os, signal
from comity.record.mirror import Mirror
from tests.sim.test_mirror_killed import LEAVES, SIGNER
from tests.sim.peer import Peer
peer = Peer(SIGNER, LEAVES)
mirror = Mirror.open(sys.argv[1], "la/hq", SIGNER.vkey)
delay = float(sys.argv[2])
threading.Thread(target=lambda: (time.sleep(delay), os.kill(os.getpid(), signal.SIGKILL)), daemon=True).start()
mirror.sync(peer.fetch, progress=lambda held, target: time.sleep(0.02))
time.sleep(60)
"""


@pytest.mark.parametrize("seed", range(6))
def test_killed_in_the_middle_of_a_pull(tmp_path, seed):
    path = tmp_path / "mirror.sqlite"
    delay = random.Random(seed).uniform(0.0, 0.35)
    victim = subprocess.run(
        [sys.executable, "-c", VICTIM, path, str(delay)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": f"{ROOT / 'src'}{os.pathsep}{ROOT}"},
        timeout=120,
        check=False,
    )
    assert victim.returncode == -signal.SIGKILL
    peer = Peer(SIGNER, LEAVES)
    with Mirror.open(path, "la/hq", SIGNER.vkey) as mirror:
        held = mirror.size
        assert held == len(LEAVES) or held % 256 == 0
        assert (mirror.checkpoint() is None) == (held < len(LEAVES)), "a head only with its entries"
        assert mirror.store.leaves(0, held) == LEAVES[:held]
        assert fsck(path, SIGNER.vkey) == []
        result = mirror.sync(peer.fetch)
        assert (result.state, result.added) == ("consistent", len(LEAVES) - held)
        assert mirror.store.root() == peer.tree.root()
