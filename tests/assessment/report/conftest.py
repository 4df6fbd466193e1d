"""An assessment that was carried once, and for each test a copy of both nodes."""

from __future__ import annotations

import shutil

import pytest

from tests.assessment.report.world import carried
from tests.assessment.sessions.conftest import session_folders, world
from tests.assessment.sessions.world import World

__all__ = ["session_folders", "world"]


@pytest.fixture(scope="session")
def once(session_folders, tmp_path_factory):
    """The folder of both nodes when everything was carried out, and the key of the session."""
    root = tmp_path_factory.mktemp("carried") / "pair"
    shutil.copytree(session_folders, root)
    made = World(root)
    made.keep_time()
    key = carried(made)
    made.close()
    return root, key


@pytest.fixture
def folders(once, tmp_path):
    """A copy of the folder."""
    return shutil.copytree(once[0], tmp_path / "pair")


@pytest.fixture
def told(once, folders):
    """Both nodes, open, and the key."""
    made = World(folders)
    made.keep_time()
    yield made, once[1]
    made.close()
