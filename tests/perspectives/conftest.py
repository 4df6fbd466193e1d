"""Fixtures of the coding rounds."""

from __future__ import annotations

import shutil

import pytest

from comity.node.create import NewNode, create
from tests.perspectives.coding_world import World


@pytest.fixture(scope="session")
def coding_folders(tmp_path_factory):
    """Two paired nodes, made once and copied for every test."""
    root = tmp_path_factory.mktemp("coding")
    for party in ("vn", "la"):
        create(root / party, NewNode(party, "hq", listen="127.0.0.1:0", sync_seconds=0, unprotected=True))
    made = World(root)
    made.pin(made.vn, made.la)
    made.pin(made.la, made.vn)
    made.close()
    return root


@pytest.fixture
def world(coding_folders, tmp_path):
    shutil.copytree(coding_folders, tmp_path / "pair")
    made = World(tmp_path / "pair")
    yield made
    made.close()
