"""Append: all of a call or nothing, content before the log, anchors when peers have news."""

from __future__ import annotations

import os

import pytest

from comity.node.errors import DraftError, DraftsRefusedError
from comity.node.kinds import Remark
from comity.node.sealing import MAX_CONTENT, draft_from_json, draft_to_json
from comity.node.system import Draft
from comity.record.entry import Entry
from comity.record.schema import ReadOnlyError
from tests.node.world import Fact, Secretive, fact, header, rows, settle, sync


def stored(node):
    return sorted(path for path in node.folder.vault.rglob("*") if path.is_file())


def test_a_record_is_sealed_and_readable_at_home(pair):
    vn, _ = pair
    (receipt,) = vn.append([fact("a", 7)])
    record = vn.record("vn/hq", receipt.index)
    assert record.content.fields == {"name": "a", "value": 7}
    assert record.status == "published"
    assert record.office.name == "record"
    leaf = vn.log.entries(receipt.index, receipt.index + 1)[0]
    assert b"tester" not in leaf
    assert b'"a"' not in leaf
    assert vn.find("vn/hq", record.id).index == receipt.index


def test_one_bad_draft_refuses_the_whole_call_and_stores_nothing(pair):
    vn, _ = pair
    before, size = stored(vn), vn.log.size
    good = fact("good")
    bad = [
        Draft(Secretive(text="x"), header()),
        Draft(Fact(name="a", value=1), header(), office="nobody"),
        Draft(Fact(name="a", value=1), header(), id=b"short"),
        Draft(Remark(title="t", text="x" * 20000), header(basis="b" * 1000, refs=[])),
        Draft(Fact(name="a", value=1), header(retention="working:2031-12"), office="../root"),
    ]
    with pytest.raises(DraftsRefusedError) as refused:
        vn.append([good, *bad[:3], good, bad[4]])
    assert [item["item"] for item in refused.value.items] == [1, 2, 3, 5]
    assert all(item["detail"] and item["title"] for item in refused.value.items)
    assert vn.log.size == size
    assert stored(vn) == before
    assert rows(vn) == []


def test_content_above_the_limit_is_refused(pair):
    vn, _ = pair
    refs = [{"origin": "vn/hq", "id": "A" * 22 + "=="}] * 256
    big = Draft(Remark(title="t", text="ກ" * 20000), header(basis="ກ" * 1024, author="đ" * 256, refs=refs))
    with pytest.raises(DraftsRefusedError, match="refused") as refused:
        vn.append([big])
    assert str(MAX_CONTENT) in refused.value.items[0]["detail"]


def test_an_id_used_before_is_refused_and_its_content_stays(pair):
    vn, _ = pair
    vn.append([Draft(Fact(name="a", value=1), header(), id=b"i" * 16)])
    for batch in ([b"i" * 16], [b"j" * 16, b"j" * 16]):
        with pytest.raises(DraftsRefusedError):
            vn.append([Draft(Fact(name="b", value=2), header(), id=entry_id) for entry_id in batch])
    assert vn.find("vn/hq", b"i" * 16).content.fields["name"] == "a"


def test_content_of_a_batch_that_did_not_get_in_is_dropped(pair, monkeypatch):
    vn, _ = pair
    before = stored(vn)

    def full(_leaves, _anchors):
        raise ReadOnlyError("disk full")

    monkeypatch.setattr(vn.own, "append", full)
    with pytest.raises(ReadOnlyError):
        vn.append([fact("a")])
    assert stored(vn) == before


def test_a_crash_between_content_and_log_leaves_a_sound_node(world, pair, monkeypatch):
    vn, _ = pair
    monkeypatch.setattr(vn.own, "append", lambda *_: os._exit)
    monkeypatch.setattr(vn, "_project", lambda: None)
    vn.append([fact("lost")])  # the content is stored, the log knows nothing of it
    vn = world.reopen("vn")
    assert vn.log.size == 1
    assert rows(vn) == []
    vn.append([fact("next")])
    assert [row[2] for row in rows(vn)] == ["next"]


def test_an_empty_call_appends_nothing(pair):
    vn, _ = pair
    assert vn.append([]) == []
    assert vn.log.size == 1


def outers(node):
    return [Entry.parse(leaf).outer for leaf in node.log.entries(0, node.log.size)]


def test_news_from_a_peer_is_anchored_before_the_next_batch_and_named_heads_are_kept(pair):
    vn, la = pair
    la.append([fact("a")])
    sync(vn, la)
    vn.append([fact("b"), fact("c")])
    assert outers(vn) == ["charter", "anchor", "record", "record"]
    anchor = Entry.parse(vn.log.entries(1, 2)[0])
    assert [(head.origin, head.size, head.root) for head in anchor.heads] == [
        ("la/hq", 2, la.log.store.root(2))
    ]
    from comity.node.folder import origin_hash
    from tests.node.world import line

    note = line(vn)(f"mirrors/{origin_hash('la/hq')}/heads/2")
    assert la.log.store.signed_head(2) == note
    vn.append([fact("d")])
    assert outers(vn)[-1] == "record"
    assert outers(vn).count("anchor") == 1


def test_anchors_and_cosignatures_alone_never_cause_an_anchor(pair):
    vn, la = pair
    la.append([fact("a")])
    vn.append([fact("a")])
    settle(vn, la)
    vn.append([fact("b")])  # anchor + record: news for la
    settle(vn, la)
    la.append([fact("b")])
    settle(vn, la)
    for _ in range(5):
        settle(vn, la)
    sizes = vn.log.size, la.log.size
    assert sizes == (4, 4)
    anchors = outers(vn).count("anchor"), outers(la).count("anchor")
    assert anchors == (1, 1)


def test_a_peers_anchor_alone_is_no_news(world, pair):
    vn, la = pair
    la.append([fact("a")])
    sync(vn, la)
    vn.append([fact("b")])
    sync(la, vn)
    # la writes an anchor and nothing else: as if its batch had been lost after it.
    la.own.append([], lambda: None)
    anchor = la._anchors.due()
    la.log.append([anchor])
    la.log.checkpoint()
    sync(vn, la)
    vn.append([fact("c")])
    assert outers(vn) == ["charter", "anchor", "record", "record"]
    # and a restarted node remembers what it named
    vn = world.reopen("vn")
    vn.append([fact("d")])
    assert outers(vn).count("anchor") == 1


def test_a_draft_reads_back_from_its_json(pair):
    vn, _ = pair
    draft = fact("a", 3, retention="working:2031-12")
    again = draft_from_json(draft_to_json(draft), vn.registry)
    assert again == draft


GOOD = {
    "kind": "test.fact",
    "fields": {"name": "a", "value": 1},
    "author": "x",
    "marking": "TLP:CLEAR",
    "basis": "b",
    "retention": "working",
}


@pytest.mark.parametrize(
    "change",
    [
        {"kind": "test.unknown"},
        {"kind": 3},
        {"version": 2},
        {"version": "1"},
        {"fields": []},
        {"fields": {"name": "a"}},
        {"fields": {"name": "a", "value": 1, "extra": 1}},
        {"fields": {"name": "a", "value": 1.5}},
        {"fields": {"name": "e\u0301", "value": 1}},
        {"marking": "TLP:BLUE"},
        {"marking": None},
        {"author": ""},
        {"retention": "?"},
        {"claimed": -1},
        {"claimed": 2**53},
        {"claimed": "now"},
        {"class": "real"},
        {"refs": [{"origin": "x"}]},
        {"id": "AAAA"},
        {"id": 5},
        {"office": 5},
        {"unknown": 1},
    ],
)
def test_wrong_json_is_refused(pair, change):
    vn, _ = pair
    draft_from_json(GOOD, vn.registry)
    with pytest.raises(Exception) as refused:
        draft_from_json({**GOOD, **change}, vn.registry)
    assert refused.value.code


@pytest.mark.parametrize("item", [None, 1, "x", [], {}])
def test_what_is_no_draft_is_refused(pair, item):
    with pytest.raises(DraftError):
        draft_from_json(item, pair[0].registry)
