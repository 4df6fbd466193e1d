"""Who the parties are is asked of the signed compact; while there is none, those that are paired are."""

from __future__ import annotations

import pytest

from comity.node import compacts
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.record.canonical import b64
from comity.record.merkle import leaf_hash
from comity.record.protocol_kinds import Adoption, Pointer
from tests.compacts import put


@pytest.fixture
def node(tmp_path):
    create(tmp_path / "aa", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(tmp_path / "aa") as opened:
        yield opened


def adopt(node, compact, *, name=None, digest=None):
    """Say in the own log that a compact is adopted."""
    place = Pointer(origin=node.origin, index=0, leaf=b64(leaf_hash(node.log.entries(0, 1)[0])))
    said = Adoption(
        name=name or compact.name, number=compact.version, digest=b64(digest or compact.digest), charter=place
    )
    return node.control.steps.append(said, author="minister", parties=[], exercise=True)


def test_without_a_compact_those_that_are_paired_are_the_parties(node):
    assert compacts.ground(node) is None
    assert compacts.parties(node) == ("aa",)
    assert [member.party for member in compacts.members(node)] == ["aa"]


def test_the_parties_are_those_of_the_newest_compact_and_observers_are_no_parties(node):
    put(node, ("aa", "party"), ("bb", "party"))
    put(node, ("aa", "party"), ("bb", "party"), ("cc", "party"), ("oo", "observer"), number=2)
    assert compacts.parties(node) == ("aa", "bb", "cc")
    assert [member.party for member in compacts.members(node)] == ["aa", "bb", "cc", "oo"]
    assert compacts.ground(node).compact.version == 2


def test_a_compact_binds_when_every_party_says_so_of_this_very_document(node):
    compact = put(node, ("aa", "party"), ("oo", "observer"))
    assert not compacts.ground(node).binds
    adopt(node, compact, name="another")
    assert compacts.ground(node).adopted == ()
    adopt(node, compact, digest=bytes(32))
    assert [word.party for word in compacts.ground(node).adopted] == ["aa"]
    assert not compacts.ground(node).binds
    place = adopt(node, compact)
    (word,) = compacts.ground(node).adopted
    assert (word.origin, word.index, word.digest) == ("aa/hq", place.index, b64(compact.digest))
    assert compacts.ground(node).binds


def test_a_party_that_is_silent_keeps_a_compact_from_binding(node):
    compact = put(node, ("aa", "party"), ("bb", "party"))
    adopt(node, compact)
    assert [word.party for word in compacts.ground(node).adopted] == ["aa"]
    assert not compacts.ground(node).binds
