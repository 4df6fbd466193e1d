"""A restored node in one process: who may confirm its head, and what waits until then."""

from __future__ import annotations

import shutil

import pytest

from comity.node import operations
from comity.node.backup import backup, restore
from comity.node.errors import DraftsRefusedError, UnconfirmedError
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.guard import GuardError
from tests.node.two import HEADER, Two, make, remark, sync


def item(text):
    return {"kind": "node.remark", "fields": {"title": "t", "text": text}, **HEADER}


def texts(node, origin="vn/hq"):
    found = node.records(origin, 0, 1000)
    return [r.content.fields["text"] for r in found if r.content is not None and "text" in r.content.fields]


class Behind(Two):
    """vn as it comes back from a backup; la mirrors two entries that the backup lacks."""


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("behind")
    vn, la = make(root)
    vn.append([remark("one")])
    sync(vn, la), sync(la, vn)
    backup(vn.folder, root / "old.tar", content_keys=root / "old-keys.tar")
    vn.append([remark("two"), remark("three")])
    sync(la, vn), sync(vn, la)
    vn.close()
    la.close()
    shutil.copy(root / "vn/keys/guard", root / "guard")
    shutil.rmtree(root / "vn")
    restore(root / "old.tar", root / "vn", content_keys=root / "old-keys.tar")
    return root


@pytest.fixture
def behind(made, tmp_path):
    shutil.copytree(made, tmp_path / "nodes")
    nodes = Behind(tmp_path / "nodes")
    yield nodes
    nodes.close()


def test_what_is_recorded_waits_and_follows_what_comes_back(behind):
    vn = behind.vn
    answer = operations.append(vn, [item("four"), item("five")])
    assert (answer["receipts"], len(answer["queued"])) == ([], 2)
    assert operations.status(vn)["recovery"]["queued"] == 2
    vn = behind.reopen()
    report = sync(vn, behind.la)
    assert (report.ok, report.adopted >= 2) == (True, True)
    assert operations.status(vn)["recovery"]["queued"] == 0
    sync(behind.la, vn)
    assert texts(behind.la) == ["one", "two", "three", "four", "five"]
    ids = [record.id_text for record in vn.records("vn/hq", 0, 100)]
    assert answer["queued"] == ids[-2:], "the ids that were told are the ids in the log"
    assert operations.append(vn, [item("six")])["queued"] == []


def test_a_draft_that_could_not_be_sealed_is_refused_at_once(behind):
    bad = {**item("x"), "retention": "no such class!"}
    for items in ([bad], [item("good"), bad], [{"kind": "node.remark"}]):
        with pytest.raises(DraftsRefusedError):
            operations.append(behind.vn, items)
    assert operations.status(behind.vn)["recovery"]["queued"] == 0


def test_steps_of_the_protocol_do_not_wait(behind):
    with pytest.raises(UnconfirmedError):
        behind.vn.append([remark("a program's own")])
    assert behind.vn.recovery.queue.calls == 0


def test_a_guard_that_survived_has_the_last_word(behind):
    behind.vn.close()
    shutil.copy(behind.root / "guard", behind.root / "vn/keys/guard")
    vn = behind.vn = Node.open(behind.root / "vn")
    operations.append(vn, [item("four")])
    recovery = operations.status(vn)["recovery"]
    assert recovery["signed_size"] > vn.log.size
    with pytest.raises(GuardError):
        operations.attest(vn, "I am sure")
    assert texts(vn) == ["one"]
    assert sync(vn, behind.la).adopted >= 2
    assert operations.status(vn)["recovery"] == {
        **recovery,
        "confirmed": True,
        "queued": 0,
        "signed_size": vn.log.size,
    }
    sync(behind.la, vn)
    assert texts(behind.la)[-1] == "four"


def test_a_guard_at_the_size_of_the_log_confirms_alone(behind):
    sync(behind.vn, behind.la)
    vn = behind.reopen()
    assert operations.status(vn)["recovery"]["confirmed"]
    assert operations.append(vn, [item("four")])["receipts"]


def test_a_peer_that_lies_or_breaks_off_confirms_nothing(behind):
    vn = behind.vn
    operations.append(vn, [item("four")])

    def cut(path, data):
        if path.startswith("mirrors/") and "/tile/" in path:
            return data[:-1]
        return data

    def twisted(path, data):
        return bytes(len(data)) if path.startswith("mirrors/") and "/tile/" in path else data

    def foreign(path, data):
        return data.replace(b"vn/hq\n", b"vn/hp\n", 1) if path.endswith("/checkpoint") else data

    for bend in (cut, twisted, foreign):
        assert not sync(vn, behind.la, bend=bend).ok
        recovery = operations.status(vn)["recovery"]
        assert (recovery["confirmed"], recovery["queued"], recovery["forked"]) == (False, 1, False)
    assert sync(vn, behind.la).ok
    assert operations.status(vn)["recovery"]["queued"] == 0


def test_a_crash_before_the_queue_was_appended_is_made_good_by_the_next_append(behind, monkeypatch):
    vn = behind.vn
    operations.append(vn, [item("four")])
    with monkeypatch.context() as patch:
        patch.setattr(vn.recovery, "settle", lambda: 0)
        sync(vn, behind.la)
    assert operations.status(vn)["recovery"]["queued"] == 1
    vn = behind.reopen()
    operations.append(vn, [item("five")])
    sync(behind.la, vn)
    assert texts(behind.la)[-2:] == ["four", "five"]


def test_a_damaged_queue_is_shown_and_keeps_nothing_else_from_working(behind):
    vn = behind.vn
    operations.append(vn, [item("four")])
    (path,) = (behind.root / "vn/intake").iterdir()
    path.write_bytes(path.read_bytes()[:-1])
    assert sync(vn, behind.la).ok
    recovery = operations.status(vn)["recovery"]
    assert (recovery["queued"], recovery["error"]["type"].endswith("intake-damaged")) == (1, True)
    assert operations.append(vn, [item("five")])["receipts"]


def test_a_backup_takes_along_what_waits(behind, tmp_path):
    operations.append(behind.vn, [item("four")])
    backup(behind.vn.folder, tmp_path / "again.tar")
    restore(tmp_path / "again.tar", tmp_path / "vn")
    with Node.open(tmp_path / "vn") as node:
        assert len(node.recovery.queue) == 1


def test_the_fork_proof_of_the_own_log_is_no_stray_file(behind):
    path = Folder(behind.root / "vn").log
    behind.vn.close()
    path.with_name("log.sqlite.fork.json").write_bytes(b'{"v":1}\n')
    vn = behind.vn = Node.open(behind.root / "vn")
    assert vn.own.fork is None
    assert sync(vn, behind.la).ok
