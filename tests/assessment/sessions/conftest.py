"""A fresh pair of nodes for a test, copied from one that was made once."""

from __future__ import annotations

import shutil

import pytest

from comity.node.create import NewNode, create
from tests.assessment.sessions.world import World


@pytest.fixture(scope="session")
def session_folders(tmp_path_factory):
    root = tmp_path_factory.mktemp("sessions")
    for party in ("vn", "la"):
        create(root / party, NewNode(party, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    made = World(root)
    made.pin(made.vn, made.la)
    made.pin(made.la, made.vn)
    made.close()
    return root


@pytest.fixture
def world(session_folders, tmp_path):
    shutil.copytree(session_folders, tmp_path / "pair")
    made = World(tmp_path / "pair")
    made.keep_time()
    yield made
    made.close()
