"""Whose session it is: the author of what is asked in it, who then does not approve it."""

from __future__ import annotations

import pytest

from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import MOST_SESSIONS, Doorkeeper
from comity.record.approvals import challenge
from comity.record.entry_form import Ref
from tests.node.control.conftest import folders, pair, remark  # noqa: F401 - fixtures
from tests.node.web.inprocess import TestClient
from tests.security.test_session import HOST, MINE, device, enrol


@pytest.fixture
def desk(pair):  # noqa: F811 - the fixture above
    pair.vn.control.desk.approved = pair.vn.control.approved
    return Desk(pair.vn)


class Desk:
    """A node with its console, and browsers that came in by a link."""

    def __init__(self, node):
        self.node = node
        self.keeper = Doorkeeper(node.origin)
        self.app = build(Running(node, self.keeper, Scheduler(node), HOST), ())

    def browser(self):
        client = TestClient(self.app, base_url=HOST, raise_server_exceptions=False)
        client.cookies.set(self.keeper.cookie, self.keeper.enter(self.keeper.mint_link()))
        return client

    def ask(self, client, author="somebody"):
        (receipt,) = self.node.append([remark()])
        body = {"records": [{"key": str(receipt.index)}], "to": "la/hq", "author": author, "reason": "x"}
        reply = client.post("/api/v1/release/request", json=body, headers=MINE)
        assert reply.status_code == 200, reply.text
        record = self.node.record("vn/hq", reply.json()["index"])
        return Ref("vn/hq", record.index, record.leaf_hash), record.content.header.author

    def approve(self, client, place, passkey):
        body = passkey.response(challenge(place))
        return client.post(f"/api/v1/approvals/{place.index}", json=body, headers=MINE)


def test_who_used_a_passkey_in_a_session_is_the_author_of_what_it_asks(desk):
    one, two = device("one"), device("two")
    enrol(desk.node, "p-1", one)
    enrol(desk.node, "p-2", two)
    mine, other = desk.browser(), desk.browser()
    first, author = desk.ask(other, "Typed Name")
    assert author == "Typed Name", "nobody is known in the session"
    assert desk.approve(mine, first, one).status_code == 200
    place, author = desk.ask(mine, "p-2")
    assert author == "p-1", "what is typed does not count where somebody is known"
    refused = desk.approve(other, place, one)
    assert refused.status_code == 409
    assert "person-author" in refused.json()["detail"]
    assert desk.approve(other, place, two).status_code == 200
    assert desk.ask(other)[1] == "p-2"


def test_a_session_in_which_nobody_is_known_asks_under_any_name(desk):
    """A limit: the author is what was typed, so that one of the people needed may be who asked."""
    one, two = device("one"), device("two")
    enrol(desk.node, "p-1", one)
    enrol(desk.node, "p-2", two)
    place, author = desk.ask(desk.browser(), "p-2")
    assert author == "p-2"
    assert desk.approve(desk.browser(), place, one).status_code == 200
    assert desk.approve(desk.browser(), place, two).status_code == 409, "who was named can tell"


def test_a_session_that_two_people_used_is_nobodys(desk):
    one, two = device("one"), device("two")
    enrol(desk.node, "p-1", one)
    enrol(desk.node, "p-2", two)
    shared = desk.browser()
    place, _ = desk.ask(shared, "clerk")
    assert desk.approve(shared, place, one).status_code == 200
    assert desk.approve(shared, place, two).status_code == 200
    assert desk.ask(shared, "clerk")[1] == "clerk"


def test_an_approval_that_is_refused_makes_nobody_known(desk):
    stranger = device("a stranger's")
    client = desk.browser()
    place, _ = desk.ask(client, "clerk")
    assert desk.approve(client, place, stranger).status_code == 409
    assert desk.ask(client, "clerk")[1] == "clerk"


def test_the_doorkeeper_knows_one_person_a_session_and_no_session_that_it_did_not_open():
    keeper = Doorkeeper("vn/hq")
    session = keeper.enter(keeper.mint_link())
    assert keeper.person(session) == ""
    keeper.recognise(session, "p-1")
    keeper.recognise(session, "p-1")
    assert keeper.person(session) == "p-1"
    keeper.recognise(session, "p-2")
    keeper.recognise(session, "p-1")
    assert keeper.person(session) == ""
    keeper.recognise("never opened", "p-1")
    assert keeper.person("never opened") == ""
    assert not keeper.knows_session("never opened")
    for _ in range(MOST_SESSIONS):
        keeper.enter(keeper.mint_link())
    assert not keeper.knows_session(session)
