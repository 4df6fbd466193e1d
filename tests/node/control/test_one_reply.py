"""Rule 4: withheld, erased, never stored and unauthorised give one identical reply, by the same steps."""

from __future__ import annotations

import asyncio
import hashlib
import statistics
import time

import httpx
import pytest
from starlette.middleware import Middleware

from comity.node.control import LOOPBACK
from comity.node.web.problems import NOTHING
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from tests.node.control.conftest import remark

PEER = "x-test-peer"


class AsPeer:
    """Stands in for the line: says who asks, as an authenticated exchange does."""

    def __init__(self, app):
        self.app = app

    async def __call__(self, scope, receive, send):
        if scope["type"] == "http":
            names = dict(scope["headers"])
            name = names.get(PEER.encode(), b"").decode()
            scope.setdefault("state", {})["peer"] = LOOPBACK if name == "*" else (name or None)
        await self.app(scope, receive, send)


class Client:
    """Makes one request at a time, in this process."""

    def __init__(self, app, token):
        self.app, self.token = app, {"Authorization": f"Bearer {token}"}

    def request(self, method, path, **keywords):
        async def once():
            transport = httpx.ASGITransport(self.app)
            async with httpx.AsyncClient(transport=transport, base_url="http://vn.localhost") as line:
                return await line.request(method, path, **keywords)

        return asyncio.run(once())

    def get(self, path, **keywords):
        return self.request("GET", path, **keywords)


@pytest.fixture
def client(pair):
    keeper = Doorkeeper(pair.vn.origin)
    running = Running(pair.vn, keeper, Scheduler(pair.vn), "http://vn.localhost")
    app = build(running, ())
    app.user_middleware.append(Middleware(AsPeer))  # behind the door, which says who asks by signatures
    return Client(app, keeper.token)


def blobs(pair):
    """Return the names of blobs: waiting for la, acknowledged and deleted, never sealed; and a withheld record."""
    _, _, done = pair.released([remark("Done", "d")])
    gone = pair.vn.record("vn/hq", done.index).content.fields["sealed_digest"]
    _, _, waits = pair.released([remark("Waits", "w")], settle=False)
    waiting = pair.vn.record("vn/hq", waits.index).content.fields["sealed_digest"]
    from comity.record.canonical import unb64

    return {
        "erased": unb64(gone).hex(),
        "unauthorised": unb64(waiting).hex(),
        "never stored": hashlib.sha256(b"never").hexdigest(),
        "withheld": hashlib.sha256(b"withheld: no grant, hence no blob").hexdigest(),
    }


def shape(reply):
    return reply.status_code, reply.content, sorted(reply.headers.items())


@pytest.mark.parametrize("method", ["GET", "HEAD"])
@pytest.mark.parametrize("accept", ["*/*", "text/html"])
def test_the_outbox_gives_one_reply(pair, client, method, accept):
    names = blobs(pair)
    waiting = names["unauthorised"]
    assert client.get(f"/outbox/{waiting}", headers={PEER: "la/hq"}).status_code == 200
    replies = {}
    for peer in ("kh/hq", "", "vn/hq"):
        for kind, name in names.items():
            found = client.request(method, f"/outbox/{name}", headers={PEER: peer, "accept": accept})
            replies[kind, peer] = shape(found)
    for kind in ("erased", "never stored", "withheld"):
        found = client.request(method, f"/outbox/{names[kind]}", headers={PEER: "la/hq", "accept": accept})
        replies[kind, "la/hq"] = shape(found)
    for odd in ("0" * 64, "", "x", waiting.upper(), waiting + "0", "%2e%2e/keys/log"):
        found = client.request(method, f"/outbox/{odd}", headers={PEER: "kh/hq", "accept": accept})
        replies["no name", odd] = shape(found)
    assert len(set(map(repr, replies.values()))) == 1, replies
    status, body, _ = replies["erased", ""]
    assert status == 404
    assert method == "HEAD" or b"nothing here that may be shown" in body
    assert NOTHING["status"] == 404


def test_the_content_of_records_gives_one_reply(pair, client):
    (theirs,) = pair.la.append([remark("Withheld", "w", releasable_to=["vn"])])
    (erased,) = pair.vn.append([remark("Erased", "e")])
    pair.vn.erase_local("vn/hq", erased.index)
    pair.settle()
    ask = {
        "withheld": {"origin": "la/hq", "key": str(theirs.index)},
        "erased": {"origin": "vn/hq", "key": str(erased.index)},
        "never stored": {"origin": "vn/hq", "key": "0"},
        "no record": {"origin": "vn/hq", "key": "999"},
        "no log": {"origin": "kh/hq", "key": "0"},
    }
    for path in ("/api/v1/node/record/content", "/api/v1/release/partial"):
        replies = {
            kind: shape(client.get(path, params=params, headers=client.token)) for kind, params in ask.items()
        }
        assert len(set(map(repr, replies.values()))) == 1, replies
        assert replies["erased"][0] == 404
        strangers = {kind: shape(client.get(path, params=params)) for kind, params in ask.items()}
        assert len(set(map(repr, strangers.values()))) == 1, strangers


def test_every_refusal_of_the_outbox_takes_the_same_steps(pair, monkeypatch):
    """One query each, the same words, and no file: what takes the same steps takes the same time."""
    from sqlalchemy import event

    names = blobs(pair)
    names["no name"] = "../keys/log"
    steps = {}
    said = []
    event.listen(pair.vn._views.engine, "before_cursor_execute", lambda *args: said.append(args[2]))
    opened = []
    real = type(pair.vn.folder.outbox).read_bytes
    monkeypatch.setattr(
        type(pair.vn.folder.outbox), "read_bytes", lambda path: (opened.append(path), real(path))[1]
    )
    for kind, name in names.items():
        said.clear()
        assert pair.vn.control.blob(name, "kh/hq") is None
        steps[kind] = tuple(said)
    assert len(set(steps.values())) == 1
    assert len([text for text in steps["erased"] if text.startswith("SELECT")]) == 1
    assert opened == []
    assert pair.vn.control.blob(names["unauthorised"], "la/hq") is not None
    assert len(opened) == 1


@pytest.mark.soak
def test_the_times_of_refusals_cannot_be_told_apart(pair, client):
    """Medians of interleaved refusals lie within the spread of one kind against itself, generously."""
    names = blobs(pair)
    names["never stored again"] = hashlib.sha256(b"another").hexdigest()
    times = {kind: [] for kind in names}
    for _ in range(400):
        for kind, name in names.items():
            start = time.perf_counter()
            client.get(f"/outbox/{name}", headers={PEER: "kh/hq"})
            times[kind].append(time.perf_counter() - start)
    medians = {kind: statistics.median(found) for kind, found in times.items()}
    low, _, high = statistics.quantiles(times["never stored"], n=4)
    assert all(low * 0.8 <= median <= high * 1.2 for median in medians.values()), medians
