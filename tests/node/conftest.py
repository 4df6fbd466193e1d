"""Nodes for tests."""

from __future__ import annotations

import pytest

from tests.node.world import World, pin


@pytest.fixture
def world(tmp_path):
    made = World(tmp_path)
    yield made
    made.close()


@pytest.fixture
def pair(world):
    """Two paired nodes, vn and la."""
    vn, la = world.add("vn"), world.add("la")
    pin(vn, la)
    pin(la, vn)
    return vn, la
