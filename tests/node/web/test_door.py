"""The door and the API: who gets in, what is refused and how, and that the process lives on."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from comity.node.folder import origin_hash
from comity.node.web.door import TOKEN_ONLY
from comity.node.web.problems import NOTHING
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from comity.record.mirror import Mirror
from comity.record.store_errors import CorruptStoreError
from comity.record.tiles import entries_path
from comity.record.witness import format_request
from tests.node.web.inprocess import TestClient
from tests.node.world import FACTS, World, fact, pin, settle, sync


@pytest.fixture(scope="module")
def house(tmp_path_factory):
    world = World(tmp_path_factory.mktemp("house"))
    vn, la = world.add("vn"), world.add("la")
    pin(vn, la)
    pin(la, vn)
    vn.append([fact("a"), fact("secret", marking="TLP:RED")])
    settle(vn, la)
    keeper = Doorkeeper(vn.origin)
    running = Running(vn, keeper, Scheduler(vn), "http://localhost")
    app = build(running, [FACTS])
    yield vn, la, keeper, app
    world.close()


@pytest.fixture
def stranger(house):
    return TestClient(house[3], base_url="http://localhost", raise_server_exceptions=False)


@pytest.fixture
def operator(house):
    return TestClient(
        house[3],
        base_url="http://localhost",
        headers={"Authorization": f"Bearer {house[2].token}"},
        raise_server_exceptions=False,
    )


@pytest.fixture
def reader(house):
    """A browser that came in by the link."""
    client = TestClient(house[3], base_url="http://vn.localhost", raise_server_exceptions=False)
    reply = client.get(f"/enter/{house[2].mint_link()}", follow_redirects=False)
    assert reply.status_code == 303
    cookie = reply.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=lax" in cookie
    return client


HEADERS = ["content-security-policy", "x-content-type-options", "referrer-policy", "cache-control"]


def test_the_public_paths_need_nothing_and_the_rest_does(stranger):
    for path in ("/log/checkpoint", "/log/charter", "/log/tile/0/000.p/3", "/log/openings/000"):
        assert stranger.get(path).status_code == 200
    for path in ("/", "/record", "/api/v1/node/status", "/api/v1/openapi.json", "/logs", "/log", "/nothing"):
        reply = stranger.get(path)
        assert reply.status_code == 401
        assert reply.headers["content-type"] == "application/problem+json"
        assert "one-time link" in reply.json()["title"]


def test_every_reply_carries_the_headers(stranger, operator):
    for reply in (
        stranger.get("/"),
        stranger.get("/log/checkpoint"),
        operator.get("/api/v1/node/status"),
        operator.get("/nothing"),
        stranger.get("/", headers={"Host": "evil.example"}),
    ):
        for name in HEADERS:
            assert reply.headers[name], (reply.url, name)
        assert "unsafe" not in reply.headers["content-security-policy"]


def test_a_link_works_once_and_another_run_knows_nothing(house, stranger, reader):
    link = house[2].mint_link()
    assert stranger.get(f"/enter/{link}", follow_redirects=False).status_code == 303
    again = TestClient(house[3], base_url="http://localhost").get(
        f"/enter/{link}", headers={"Accept": "text/html"}
    )
    assert again.status_code == 401
    assert again.headers["content-type"].startswith("text/html")
    assert stranger.get("/enter/guess").status_code == 401
    assert reader.get("/api/v1/node/status").status_code == 200
    other = Doorkeeper("vn/hq")
    assert not other.knows_session(reader.cookies[house[2].cookie])
    assert other.cookie != Doorkeeper("la/hq").cookie


def test_who_leaves_is_known_no_more():
    keeper = Doorkeeper("vn/hq")
    session, other = (keeper.enter(keeper.mint_link()) for _ in range(2))
    keeper.leave(session)
    keeper.leave("guess")
    assert (keeper.knows_session(session), keeper.knows_session(other)) == (False, True)


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "localhost.evil.example",
        "",
        "127.0.0.1.evil.example",
        "vn.localhost@evil",
        "[::ffff:1.2.3.4]",
    ],
)
def test_other_host_names_are_turned_away_everywhere(stranger, operator, host):
    for client, path in ((stranger, "/log/checkpoint"), (operator, "/api/v1/node/status")):
        assert client.get(path, headers={"Host": host}).status_code == 421


@pytest.mark.parametrize("host", ["localhost", "localhost:8710", "127.0.0.1:1", "vn.localhost:1", "[::1]:5"])
def test_the_names_of_this_machine_are_taken(stranger, host):
    assert stranger.get("/log/checkpoint", headers={"Host": host}).status_code == 200


def test_a_wrong_token_is_no_token(stranger):
    for value in ("Bearer x", "Bearer", "Basic x", "Bearer \xff\xfe", ""):
        reply = stranger.get("/api/v1/node/status", headers={"Authorization": value.encode("latin-1")})
        assert reply.status_code == 401


def test_a_form_from_elsewhere_changes_nothing(house, reader):
    body = {"origins": []}
    for headers in (
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "https://vn.localhost"},
        {"Origin": "http://la.localhost"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {},
    ):
        reply = reader.post("/api/v1/node/sync", json=body, headers=headers)
        assert reply.status_code == 403, headers
    relayed = {"Host": "vn.localhost:8711", "Origin": "https://vn.localhost:8711"}
    elsewhere = {**relayed, "Origin": "https://vn.localhost:8712"}
    assert reader.post("/api/v1/node/sync", json=body, headers=elsewhere).status_code == 403
    for headers in ({"Origin": "http://vn.localhost"}, relayed, {"Sec-Fetch-Site": "same-origin"}):
        assert reader.post("/api/v1/node/sync", json=body, headers=headers).status_code == 200


def test_what_touches_files_is_for_the_token_alone(reader):
    for path in TOKEN_ONLY:
        assert reader.post(path, json={}, headers={"Origin": "http://vn.localhost"}).status_code == 401


def test_bodies_have_a_limit_stated_or_not(house, stranger, operator):
    def parts(count):
        for _ in range(count):
            yield b"x" * 65536

    assert stranger.post("/witness/add-checkpoint", content=b"x" * 200_000).status_code == 413
    assert stranger.post("/witness/add-checkpoint", content=parts(4)).status_code == 413
    assert operator.post("/api/v1/node/append", content=parts(300)).status_code == 413
    assert operator.post(
        "/api/v1/node/append", content=b"[]", headers={"Content-Length": "x"}
    ).status_code in {400, 413}
    assert operator.get("/api/v1/node/status").status_code == 200


ABSURD = [
    "tile/0/0",
    "tile/00/000",
    "tile/8/000",
    "tile/99/000",
    "tile/-1/000",
    "tile/0/000.p/0",
    "tile/0/000.p/256",
    "tile/0/000.p/999",
    "tile/0/x999/999",
    "tile/0/" + "x999/" * 50 + "999",
    "tile/0/x000/000",
    "tile/entries/" + "9" * 4000,
    "tile/entries/000.p/" + "9" * 50,
    "tile/entries/../../comity.toml",
    "tile/%2e%2e/keys/log",
    "openings/x",
    "openings/999",
    "openings/",
    "checkpoint/",
    "CHECKPOINT",
    "",
    "charter%00",
]


@pytest.mark.parametrize("path", ABSURD)
def test_absurd_tiles_get_a_clear_answer(stranger, path):
    for prefix in ("/log/", f"/mirrors/{origin_hash('la/hq')}/"):
        reply = stranger.get(prefix + path)
        assert reply.status_code in {400, 404}, reply.text
        assert reply.json()["detail"]
    assert stranger.get("/log/checkpoint").status_code == 200


@settings(max_examples=150, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    path=st.text(st.characters(codec="utf-8"), max_size=60),
    area=st.sampled_from(["log", "mirrors", "enter", "static"]),
)
def test_no_path_whatever_breaks_the_process(house, path, area):
    client = TestClient(house[3], base_url="http://localhost", raise_server_exceptions=False)
    from urllib.parse import quote

    reply = client.get(f"/{area}/{quote(path)}", follow_redirects=False)
    assert reply.status_code < 500


def test_tiles_are_kept_for_ever_and_heads_are_asked_for_again(house, stranger):
    vn = house[0]
    width = vn.log.size
    tile = stranger.get(f"/log/tile/0/000.p/{width}")
    assert "immutable" in tile.headers["cache-control"]
    assert stranger.get("/log/checkpoint").headers["cache-control"] == "no-cache"
    again = stranger.get(f"/log/tile/0/000.p/{width}", headers={"If-None-Match": tile.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert stranger.get(f"/log/{entries_path(0, width)}").status_code == 200
    assert stranger.head("/log/checkpoint").status_code == 200
    assert stranger.post("/log/checkpoint").status_code == 405


def test_content_that_may_not_be_shown_gets_one_identical_reply(house, operator):
    _, la, _, _ = house
    with TestClient(
        build(Running(la, house[2], Scheduler(la), "http://localhost"), [FACTS]), base_url="http://localhost"
    ) as peer:
        peer.headers["Authorization"] = f"Bearer {house[2].token}"
        asked = [
            peer.get("/api/v1/node/record/content", params={"origin": "vn/hq", "key": "2"}),  # withheld
            peer.get("/api/v1/node/record/content", params={"origin": "vn/hq", "key": "0"}),  # has none
            peer.get(
                "/api/v1/node/record/content", params={"origin": "vn/hq", "key": "99"}
            ),  # no such record
            peer.get("/api/v1/node/record/content", params={"origin": "xx/hq", "key": "1"}),  # no such log
            peer.get("/api/v1/node/record/content", params={"origin": "vn/hq", "key": "A" * 22 + "=="}),
            peer.get("/api/v1/node/record/content", params={"origin": "vn/hq", "key": "junk"}),
        ]
        assert {(reply.status_code, reply.content) for reply in asked} == {(404, asked[0].content)}
        assert asked[0].json() == NOTHING
        assert len({tuple(sorted(reply.headers)) for reply in asked}) == 1
    assert (
        operator.get("/api/v1/node/record/content", params={"origin": "vn/hq", "key": "2"}).status_code == 200
    )


BODIES = [
    (b"", 422),
    (b"{", 422),
    (b"null", 422),
    (b"{}", 422),
    (b"[1]", 422),
    (b"[null]", 422),
    (b"[[]]", 422),
    (b"\xff", 422),
    (b"[" * 100_000, 422),
    (b'[{"kind":"test.fact"}]', 422),
    (b"[]", 200),
    (json.dumps([{"kind": "test.fact", "fields": {"name": "a", "value": 10**400}}]).encode(), 422),
]


@pytest.mark.parametrize(("body", "status"), BODIES)
def test_bad_bodies_are_refused_and_nothing_is_stored(house, operator, body, status):
    size = house[0].log.size
    reply = operator.post("/api/v1/node/append", content=body, headers={"Content-Type": "application/json"})
    assert reply.status_code in {status, 400}
    if status != 200:
        assert reply.headers["content-type"] == "application/problem+json"
        assert reply.json()["detail"]
    assert house[0].log.size == size
    assert operator.get("/api/v1/node/status").status_code == 200


def test_the_api_appends_shows_and_proves(house, operator):
    item = {
        "kind": "test.fact",
        "fields": {"name": "api", "value": 2},
        "author": "x",
        "marking": "TLP:CLEAR",
        "basis": "b",
        "retention": "working",
    }
    made = operator.post("/api/v1/node/append", json=[item, item]).json()
    assert len(made["receipts"]) == 2
    key = made["receipts"][0]["id"]
    shown = operator.get("/api/v1/node/record", params={"origin": "vn/hq", "key": key}).json()
    assert shown["content"]["fields"] == {"name": "api", "value": 2}
    assert shown["index"] == made["receipts"][0]["index"]
    document = operator.get("/api/v1/node/record/proof", params={"origin": "vn/hq", "key": key}).json()
    from comity.node import proof

    assert proof.verify(document, pins=[house[0].charter.fingerprint])["index"] == shown["index"]
    listed = operator.get("/api/v1/node/records", params={"limit": 2, "start": 1}).json()
    assert [item["index"] for item in listed["records"]] == [1, 2]
    refused = operator.post("/api/v1/node/append", json=[item, {**item, "marking": "TLP:BLUE"}])
    assert refused.status_code == 422
    assert [entry["item"] for entry in refused.json()["items"]] == [1]
    for params in ({"limit": 0}, {"limit": 1001}, {"start": -1}, {"origin": "x" * 100}):
        assert operator.get("/api/v1/node/records", params=params).status_code == 422
    relative = operator.post("/api/v1/node/backup", json={"path": "relative.tar"})
    assert relative.status_code == 400


def test_the_openapi_document_names_every_path(operator):
    paths = operator.get("/api/v1/openapi.json").json()["paths"]
    assert {"/api/v1/node/status", "/api/v1/node/append", "/api/v1/node/sync", "/api/v1/node/pair"} <= set(
        paths
    )
    for path in paths.values():
        for operation in path.values():
            assert operation.get("description"), operation


def test_the_witness_answers_a_peer_and_refuses_junk(house, stranger):
    vn, la, _, _ = house
    la.append([fact("news")])
    note = la.log.checkpoint()
    old = la.own.cosigned(vn.charter.vkey("witness"))
    proof = la.log.prove_consistency(old)
    reply = stranger.post("/witness/add-checkpoint", content=format_request(old, proof, note))
    assert reply.status_code == 200
    assert reply.content.startswith("— vn/hq/witness".encode())
    stale = stranger.post("/witness/add-checkpoint", content=format_request(0, [], note))
    assert stale.status_code == 409
    assert stale.headers["content-type"].startswith("text/x.tlog.size")
    for junk in (
        b"",
        b"old 1",
        b"\xff" * 300,
        b"old 1\n\n" + note[:-30],
        format_request(old, proof, b"x/y\n1\nAAAA\n\n"),
    ):
        assert stranger.post("/witness/add-checkpoint", content=junk).status_code in {400, 403, 404, 409}
    assert isinstance(vn.mirrors["la/hq"], Mirror)
    sync(vn, la)


def test_a_stranger_sees_neither_the_console_nor_where_files_lie(house, stranger, monkeypatch):
    vn, _, _, app = house

    def broken():
        raise CorruptStoreError(f"{vn.folder.log}: entry: 1 missing")

    monkeypatch.setattr(vn.log, "checkpoint", broken)
    monkeypatch.setattr(app.state, "error_page", lambda *_: 1 / 0, raising=False)
    for accept in ("text/html", "*/*"):
        reply = stranger.get("/log/checkpoint", headers={"accept": accept})
        assert reply.status_code == 503
        assert str(vn.folder.root) not in reply.text
        assert "cannot read" in reply.text
        for path in ("/log/tile/nonsense", "/mirrors/zz/checkpoint", "/enter/used", "/log/nothing"):
            reply = stranger.get(path, headers={"accept": accept})
            assert 400 <= reply.status_code < 500
            assert vn.log.store.root().hex()[:8] not in reply.text
