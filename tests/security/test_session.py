"""A stolen session: the cookie of somebody who came in by the one-time link."""

from __future__ import annotations

import pytest

from comity.node.web.door import TOKEN_ONLY
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from comity.record.approvals import challenge
from tests.node.control.conftest import remark
from tests.node.control.test_people import approve, device, enrol, request
from tests.node.web.inprocess import TestClient

HOST = "http://vn.localhost:8710"
MINE = {"Origin": HOST}
ITEM = {
    "kind": "node.remark",
    "fields": {"title": "False", "text": "said in the party's name"},
    "author": "whoever",
    "marking": "TLP:AMBER",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


@pytest.fixture
def thief(vn):
    """A client with the cookie alone, and the doorkeeper that gave it out."""
    keeper = Doorkeeper(vn.origin)
    app = build(Running(vn, keeper, Scheduler(vn), HOST), ())
    client = TestClient(app, base_url=HOST, raise_server_exceptions=False)
    client.cookies.set(keeper.cookie, keeper.enter(keeper.mint_link()))
    return client


def test_it_reads_whatever_the_node_holds_and_writes_in_its_name(vn, thief):
    """A limit: until people sign in by themselves, whoever has a session is the operator."""
    (receipt,) = vn.append([remark("Sealed", "not for you")])
    asked = {"origin": "vn/hq", "key": str(receipt.index)}
    assert thief.get("/api/v1/node/record", params=asked).json()["content"]["fields"]["text"] == "not for you"
    made = thief.post("/api/v1/node/append", json=[ITEM], headers=MINE)
    assert made.status_code == 200, made.text
    assert vn.record("vn/hq", made.json()["receipts"][0]["index"]).content.header.author == "whoever"


def test_it_reaches_no_file_and_enrols_nobody(thief):
    assert "/api/v1/people/links" in TOKEN_ONLY
    for path in sorted(TOKEN_ONLY):
        assert thief.post(path, json={}, headers=MINE).status_code == 401, path


def test_it_approves_nothing_without_a_passkey(vn, thief):
    one, mine = device("one"), device("the thief's")
    enrol(vn, "p-1", one)
    first, second = request(vn), request(vn)
    approve(vn, first, one)
    size = vn.size("vn/hq")
    for passkey, over in ((mine, second), (one, first)):
        body = passkey.response(challenge(over))
        reply = thief.post(f"/api/v1/approvals/{second.index}", json=body, headers=MINE)
        assert reply.status_code == 409, reply.text
    assert vn.size("vn/hq") == size


def test_no_page_elsewhere_uses_it_and_it_ends_with_the_process(vn, thief):
    for origin in ("https://evil.example", "null", ""):
        reply = thief.post("/api/v1/node/append", json=[ITEM], headers={"Origin": origin})
        assert reply.status_code == 403, origin
    again = build(Running(vn, Doorkeeper(vn.origin), Scheduler(vn), HOST), ())
    later = TestClient(again, base_url=HOST, raise_server_exceptions=False)
    later.cookies.update(thief.cookies)
    assert later.get("/api/v1/node/status").status_code == 401
