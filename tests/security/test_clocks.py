"""Clocks that lie: heads dated ahead, claimed times of any year."""

from __future__ import annotations

import time

import pytest

from tests.node.conftest import world  # noqa: F401 - a fixture
from tests.node.world import fact, line, pin, settle

YEAR = 365 * 24 * 3600


@pytest.fixture
def nodes(world):  # noqa: F811 - the fixture above
    vn, la = world.add("vn"), world.add("la")
    pin(vn, la)
    pin(la, vn)
    return vn, la


def exchange(node, other, ahead):
    """Exchange with a peer whose clock is ahead by so many seconds."""

    def post(_path, body):
        reply = other.witness.add_checkpoint(body, int(time.time()) + ahead)
        return reply.status, reply.content_type, reply.body

    return node.sync_from(node.peers.require(other.origin), line(other), post)


def test_a_head_cosigned_in_the_future_does_not_count_and_stops_no_work(nodes):
    vn, la = nodes
    (receipt,) = vn.append([fact("one")])
    report = exchange(vn, la, YEAR)
    assert report.error["type"] == "urn:comity:error:cosignature-future"
    assert vn.record("vn/hq", receipt.index).status == "published"
    assert vn.append([fact("two")])
    assert vn.size("la/hq") == la.log.size, "its entries were taken all the same"


def test_within_five_minutes_clocks_may_differ(nodes):
    vn, la = nodes
    (receipt,) = vn.append([fact("one")])
    assert exchange(vn, la, 200).ok
    assert vn.record("vn/hq", receipt.index).status == "witnessed"


@pytest.mark.parametrize("claimed", [1, 2**52])
def test_a_claimed_time_is_shown_as_claimed_and_moves_nothing(nodes, claimed):
    vn, la = nodes
    la.append([fact("before"), fact("claims another year", claimed=claimed), fact("after")])
    settle(vn, la)
    found = vn.records("la/hq", 1, 9)
    names = [record.content.fields["name"] for record in found if record.content is not None]
    assert names == ["before", "claims another year", "after"]
    assert found[1].content.header.claimed == claimed
    assert vn.quarantined_count() == 0
