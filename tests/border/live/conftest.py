"""A node with a sector, made once and copied."""

from __future__ import annotations

import shutil

import pytest

from comity.border import SYSTEM
from comity.border.live import tracks
from comity.border.sensors import answers
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.border.live.world import add, sector


@pytest.fixture(scope="session")
def template(tmp_path_factory):
    root = tmp_path_factory.mktemp("sector") / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, (SYSTEM,)) as node:
        add(node, "sector", sector("ford", "ridge", "mast"))
    return root


@pytest.fixture
def folder(template, tmp_path):
    return shutil.copytree(template, tmp_path / "vn")


@pytest.fixture
def node(folder):
    with Node.open(folder, (SYSTEM,)) as opened:
        yield opened
        answers.shelf_of(opened).close()
        tracks.shelf_of(opened).close()
