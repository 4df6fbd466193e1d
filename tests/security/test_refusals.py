"""Rule 4: withheld, erased, never stored and unauthorised are one reply, in body, headers, status and time."""

from __future__ import annotations

import asyncio
import hashlib
import json

import pytest
from starlette.middleware import Middleware

from comity.node.openings import make_bundle
from comity.node.public import PublicFiles
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from comity.record.canonical import unb64
from tests.node.control.conftest import remark
from tests.node.control.test_one_reply import PEER, AsPeer
from tests.security.statistics_of_times import sign_test, told_apart

COUNT = 24


class Caller:
    """Makes requests to an application in one event loop, with as little around them as can be."""

    def __init__(self, app, token):
        self.app, self.token, self.loop = app, token, asyncio.new_event_loop()

    def get(self, path, query="", peer=None, accept=b"*/*"):
        """Return status, headers and body."""
        headers = [(b"host", b"vn.localhost"), (b"accept", accept)]
        headers.append((PEER.encode(), peer.encode()) if peer else (b"authorization", self.token))
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": headers,
            "client": ("127.0.0.1", 1),
            "server": ("vn.localhost", 80),
        }
        said = []

        async def receive():
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message):
            said.append(message)

        self.loop.run_until_complete(self.app(scope, receive, send))
        body = b"".join(message.get("body", b"") for message in said[1:])
        return said[0]["status"], sorted(said[0]["headers"]), body


@pytest.fixture
def caller(pair):
    keeper = Doorkeeper(pair.vn.origin)
    app = build(Running(pair.vn, keeper, Scheduler(pair.vn), "http://vn.localhost"), ())
    app.user_middleware.append(Middleware(AsPeer))
    made = Caller(app, f"Bearer {keeper.token}".encode())
    yield made
    made.loop.close()


def one_reply(kinds):
    """Check that all kinds get one reply, and that their times cannot be told apart."""
    replies = {kind: call() for kind, call in kinds.items()}
    assert len(set(map(repr, replies.values()))) == 1, replies
    assert told_apart(kinds) == {}
    return next(iter(replies.values()))


@pytest.fixture
def theirs(pair):
    """Places in la's log as vn sees them: its content withheld, erased, never stored, and not for vn."""
    drafts = [
        remark("Withheld", "w", releasable_to=["vn"]),
        remark("Erased", "e", marking="TLP:CLEAR"),
        remark("Never stored", "n", marking="TLP:CLEAR"),
        remark("Unauthorised", "u", releasable_to=["kh"]),
    ]
    places = dict(
        zip(("withheld", "erased", "never stored", "unauthorised"), pair.la.append(drafts), strict=True)
    )
    pair.la.erase_local("la/hq", places["never stored"].index)
    pair.settle()
    assert pair.vn.record("la/hq", places["erased"].index).content is not None
    pair.vn.erase_local("la/hq", places["erased"].index)
    return {kind: str(receipt.index) for kind, receipt in places.items()}


@pytest.mark.parametrize("path", ["/api/v1/node/record/content", "/api/v1/release/partial"])
def test_the_content_of_an_entry(caller, theirs, path):
    kinds = {
        kind: lambda key=key: caller.get(path, f"origin=la/hq&key={key}") for kind, key in theirs.items()
    }
    status, _, body = one_reply(kinds)
    assert status == 404
    assert b"nothing here that may be shown" in body


def test_the_page_of_a_record(caller, theirs):
    """The API's page of an entry says where the entry stands; of the content it says the same nothing."""

    def shown(key):
        status, headers, body = caller.get("/api/v1/node/record", f"origin=la/hq&key={key}")
        page = json.loads(body)
        for place in ("index", "id", "leaf_hash"):
            page.pop(place)
        names = [item for item in headers if item[0] != b"content-length"]
        return status, names, page

    status, _, page = one_reply({kind: lambda key=key: shown(key) for kind, key in theirs.items()})
    assert status == 200
    assert page["content"] is None
    assert page["quarantine"] == []


def test_the_blobs_of_releases(pair, caller):
    _, _, done = pair.released([remark("Done", "d")])
    _, _, waits = pair.released([remark("Waits", "w")], settle=False)
    digests = {
        "erased": pair.vn.record("vn/hq", done.index).content.fields["sealed_digest"],
        "unauthorised": pair.vn.record("vn/hq", waits.index).content.fields["sealed_digest"],
    }
    names = {kind: unb64(text).hex() for kind, text in digests.items()}
    names["never stored"] = hashlib.sha256(b"never").hexdigest()
    names["withheld"] = hashlib.sha256(b"no grant, hence no blob").hexdigest()
    assert caller.get(f"/outbox/{names['unauthorised']}", peer="la/hq")[0] == 200
    kinds = {
        kind: lambda name=name: caller.get(f"/outbox/{name}", peer="kh/hq") for kind, name in names.items()
    }
    assert one_reply(kinds)[0] == 404


@pytest.fixture
def bundles(pair):
    """Four logs' worth of one bundle: the same entries with content withheld, erased, gone, or for others."""
    found = {}
    for kind, audience in (("withheld", []), ("erased", ["la"]), ("never stored", ["la"]), ("other", ["kh"])):
        found[kind] = [remark(f"{kind} {n}", "x" * 900, releasable_to=audience) for n in range(COUNT)]
    places = {kind: [r.index for r in pair.vn.append(drafts)] for kind, drafts in found.items()}
    for kind in ("erased", "never stored"):
        for index in places[kind]:
            if kind == "never stored":
                pair.vn.contents.erase("vn/hq", pair.vn.record("vn/hq", index).id)
            pair.vn.erase_local("vn/hq", index)
    return places


def test_openings_beside_the_log(pair, bundles):
    """What is withheld is not even read when others are served, so it takes no longer than what is gone."""
    vn = pair.vn
    stands = vn.control.stands("la/hq")

    def served(indexes):
        low, high = indexes[0], indexes[-1] + 1
        travel = stands.indexes(vn.views, "vn/hq", low, high)
        return make_bundle("vn/hq", vn.log.store, vn.contents, travel, stands)

    assert one_reply({kind: lambda i=indexes: served(i) for kind, indexes in bundles.items()}) == b""
    assert PublicFiles(vn).get("log/openings/000.p/1", "la/hq").body == b""


def test_no_withheld_content_is_read_for_openings(pair, bundles, monkeypatch):
    read = []
    real = pair.vn.contents.get
    monkeypatch.setattr(
        pair.vn.contents, "get", lambda origin, entry: (read.append(entry), real(origin, entry))[1]
    )
    (shown,) = pair.vn.append([remark("For all", "x", marking="TLP:CLEAR")])
    of_shown = pair.vn.record("vn/hq", shown.index).id
    read.clear()
    body = PublicFiles(pair.vn).get("log/openings/000", "la/hq").body
    assert b"For all" in body
    assert read == [of_shown]


def test_a_stranger_is_refused_in_one_way_whatever_is_asked(caller, theirs):
    caller.token = b"Bearer wrong"
    asked = [caller.get("/api/v1/node/record/content", f"origin=la/hq&key={key}") for key in theirs.values()]
    asked.append(caller.get("/api/v1/node/record/content", "origin=xx/hq&key=7"))
    assert len(set(map(repr, asked))) == 1
    assert asked[0][0] == 401


# --- the test of times itself


def test_what_takes_longer_is_told_apart():
    """The positive control: half as much work again in one of four kinds is found, and named."""

    def work(count):
        return lambda: [hashlib.sha256(b"x" * 64).digest() for _ in range(count)]

    kinds = {"one": work(400), "two": work(400), "three": work(400), "longer": work(600)}
    assert {pair[1] for pair in told_apart(kinds, 120)} == {"longer"}


def test_the_value_of_the_sign_test_is_exact():
    assert sign_test([1.0, -1.0]) == 1.0
    assert sign_test([1.0] * 10) == 2 / 2**10
    assert sign_test([-1.0] * 10 + [0.0]) == 2 / 2**10
    assert sign_test([]) == 1.0
