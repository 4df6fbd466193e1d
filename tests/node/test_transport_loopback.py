"""On this machine nothing needs a signature, and one that is there says who asks."""

from __future__ import annotations

import asyncio
import time

import httpx
import pytest
from fastapi import Request as Asked  # noqa: TC002 - the framework reads the annotation

from comity.node import keys as keyfiles
from comity.node import transport
from comity.node.config import Peer
from comity.node.create import NewNode, create
from comity.node.http_signatures import Request, sign
from comity.node.keys import Key
from comity.node.node import Node
from comity.node.web import peer_server, server
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from comity.record.canonical import b64

HOST = "vn.localhost:8710"


@pytest.fixture
def vn(tmp_path):
    for party in ("vn", "la"):
        create(tmp_path / party, NewNode(party, "hq", sync_seconds=0, unprotected=True))
    with Node.open(tmp_path / "vn") as vn, Node.open(tmp_path / "la") as la:
        vn.add_peer(Peer(la.origin, "http://127.0.0.1:9", b64(la.charter.digest), "la"), la.charter)
        yield vn


@pytest.fixture
def app(vn):
    app = build(Running(vn, Doorkeeper(vn.origin), Scheduler(vn), f"http://{HOST}"), ())

    @app.get("/witness/who")
    def who(request: Asked):
        return {"peer": request.state.peer}

    return app


@pytest.fixture
def theirs(vn):
    return keyfiles.load(vn.folder.root.parent / "la" / "keys").http


def ask(app, path="/witness/who", headers=None):
    async def once():
        async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=f"http://{HOST}") as line:
            return await line.get(path, headers=headers or {})

    return asyncio.run(once())


def headers(key, *, path="/witness/who", to="vn/hq"):
    return sign(Request("GET", "http", HOST, path), key, to=to, body=b"", now=int(time.time()))


def test_whoever_signed_is_known(app, theirs):
    assert ask(app, headers=headers(theirs)).json() == {"peer": "la/hq"}


def test_whoever_did_not_sign_is_nobody(app):
    assert ask(app).json() == {"peer": None}
    assert ask(app, "/log/checkpoint").status_code == 200
    # Nor can a header say so.
    assert ask(app, headers={"Comity-To": "vn/hq", "X-Peer": "la/hq"}).json() == {"peer": None}


def test_a_signature_that_is_there_must_hold(app, theirs):
    for wrong in (
        headers(Key(theirs.name, bytes(range(32)))),
        headers(Key("kh/hq/http", theirs.seed)),
        headers(theirs, to="la/hq"),
        headers(theirs, path="/witness/whom"),
        {"Signature": "comity=:AAAA:"},
    ):
        assert ask(app, headers=wrong).status_code == 401
    once = headers(theirs)
    assert [ask(app, headers=once).status_code for _ in range(2)] == [200, 401]


def test_a_signature_opens_no_page_of_the_operators(app, theirs):
    path = "/api/v1/node/status"
    assert ask(app, path, headers(theirs, path=path)).status_code == 401


def test_no_node_closes_a_connection_while_a_line_would_still_use_it():
    line = transport.Line("http://127.0.0.1:9")
    assert line._client._transport._pool._keepalive_expiry == transport.IDLE_SECONDS
    kept = server._uvicorn(None).timeout_keep_alive
    assert kept == server.IDLE_SECONDS
    assert min(kept, peer_server.IDLE_SECONDS) > 5 * transport.IDLE_SECONDS, "a busy machine is late"
    line.close()
