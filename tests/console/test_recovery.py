"""The page of a restored log: what waits, why, and what confirms it; in three languages."""

from __future__ import annotations

import pytest

from comity import console
from comity.node import operations
from comity.node.web.scheduler import Scheduler
from comity.node.web.server import Running, build
from comity.node.web.session import Doorkeeper
from tests.node.conftest import world  # noqa: F401 - a fixture
from tests.node.web.inprocess import TestClient
from tests.node.world import FACTS, fact, pin, settle, sync

ITEM = {
    "kind": "test.fact",
    "fields": {"name": "waits <b>here</b>", "value": 1},
    "author": "<i>desk</i>",
    "marking": "TLP:AMBER",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


def page(node, language="en"):
    keeper = Doorkeeper(node.origin)
    app = build(Running(node, keeper, Scheduler(node), "http://vn.localhost"), (FACTS,), mount=console.mount)
    client = TestClient(app, base_url="http://vn.localhost")
    client.headers.update({"Authorization": f"Bearer {keeper.token}", "Accept-Language": language})
    reply = client.get("/sync/recovery")
    assert reply.status_code == 200, reply.text
    assert client.get("/sync").text.count("/sync/recovery") == 1
    return reply.text


@pytest.fixture
def restored(world):  # noqa: F811 - the fixture above
    """A node whose guard is gone, as after a restore, with one draft that waits; and its peer."""
    vn, la = world.add("vn"), world.add("la")
    pin(vn, la)
    pin(la, vn)
    vn.append([fact("before")])
    settle(vn, la)
    vn.folder.guard.unlink()
    vn = world.reopen("vn")
    assert operations.append(vn, [ITEM])["queued"]
    return vn, la


def test_what_waits_why_and_what_confirms_it(restored):
    vn, la = restored
    text = page(vn)
    for words in ("Nobody has confirmed yet", "What confirms it", "la/hq", "test.fact@1", "TLP:AMBER"):
        assert words in text
    assert "exercise: fictional" in text
    assert "<i>desk</i>" not in text
    assert "comity node attest" in text
    assert sync(vn, la).ok
    after = page(vn)
    assert "The newest head is known" in after
    assert "Nothing waits." in after
    assert "What confirms it" not in after


@pytest.mark.parametrize(("language", "words"), [("vi", "Điều gì xác nhận"), ("lo", "ສິ່ງໃດຢືນຢັນ")])
def test_in_the_languages_of_the_parties(restored, language, words):
    assert words in page(restored[0], language)


def test_a_sound_log_without_epochs_says_so(world):  # noqa: F811 - the fixture above
    text = page(world.add("vn"))
    assert "Nothing waits." in text
    assert "No log here was left for a new one." in text


def test_a_queue_that_cannot_be_read_is_named(restored):
    vn, _ = restored
    (path,) = [p for p in (vn.folder.root / "intake").iterdir() if p.name.isdigit()]
    path.write_bytes(b"torn")
    assert "set the file named aside" in page(vn).lower()
