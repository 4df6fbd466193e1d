"""What else of a node may be damaged: one clear error, or one record less, never a traceback."""

from __future__ import annotations

import os
import time

import pytest

from comity.node import charters
from comity.node.errors import PinnedCharterError, ViewsDamagedError
from comity.node.fsck import check
from comity.record.keyring import KeyringError
from tests.node.world import fact, rows, settle, sync

GARBAGE = b"not a database at all" * 1000


@pytest.mark.parametrize(("name", "error"), [("views", ViewsDamagedError), ("keyring", KeyringError)])
def test_a_database_that_is_none_is_one_clear_error(world, name, error):
    path = getattr(world.add("vn").folder, name)
    world.nodes.pop("vn").close()
    path.write_bytes(GARBAGE)
    with pytest.raises(error, match=path.name) as caught:
        world.add("vn")
    assert caught.value.advice


def test_views_that_are_deleted_come_again(world):
    vn = world.add("vn")
    vn.append([fact("a")])
    before = rows(vn)
    world.nodes.pop("vn").close()
    vn.folder.views.write_bytes(GARBAGE)
    vn.folder.views.unlink()
    assert rows(world.add("vn")) == before


def test_one_damaged_content_does_not_keep_the_others_back(world, pair):
    vn, la = pair
    vn.append([fact("a"), fact("b"), fact("c")])
    some = min(path for path in vn.folder.vault.rglob("*") if path.is_file())
    some.write_bytes(b"rotten")
    assert not check(vn)["ok"]
    report = sync(la, vn)
    assert (report.ok, report.openings) == (True, 2)
    assert len(rows(la)) == 2
    settle(vn, la)
    assert vn.status().statuses["joint"] == vn.log.size, "the exchange went on to its end"


def test_content_that_cannot_be_stored_leaves_nothing_behind(world, monkeypatch):
    """Two retention classes: the first is stored, the second fails; neither key stays."""
    vn = world.add("vn")
    put_all = vn.contents.put_all

    def failing(origin, fulls, *, retention):
        if retention.name == "short":
            raise KeyringError("no space")
        put_all(origin, fulls, retention=retention)

    monkeypatch.setattr(vn.contents, "put_all", failing)
    with pytest.raises(KeyringError):
        vn.append([fact("a"), fact("b", retention="short")])
    assert vn.log.size == 1
    assert not [path for path in vn.folder.vault.rglob("*") if path.is_file()]


@pytest.mark.parametrize("data", [b"", GARBAGE, b"\xff\xfe", b"{}\n\n\xe2\x80\x94 x y\n"])
def test_a_damaged_pinned_charter_is_named_with_what_to_do(pair, world, data):
    vn, la = pair
    path = vn.folder.peer_charter(la.origin)
    whole = path.read_bytes()
    world.nodes.pop("vn").close()
    for bad in (data, whole[:-20]):
        path.write_bytes(bad)
        with pytest.raises(PinnedCharterError, match=path.name) as caught:
            world.add("vn")
        assert "la/hq" in str(caught.value)
        assert "backup" in caught.value.advice
    path.write_bytes(whole)
    assert world.add("vn").peers.require("la/hq")


def test_a_damaged_later_version_of_a_pinned_charter_is_named_too(pair, world):
    vn, la = pair
    settle(vn, la)
    kept = charters.peer_folder(vn.folder, la.origin)
    kept.mkdir(exist_ok=True)
    world.nodes.pop("vn").close()
    (kept / "2-0").write_bytes(GARBAGE)
    with pytest.raises(PinnedCharterError, match=kept.name):
        world.add("vn")
    (kept / "2-0").unlink()
    assert world.add("vn").peers.require("la/hq")


def test_ciphertexts_without_a_key_are_found_and_removed_when_asked(world):
    vn = world.add("vn")
    vn.append([fact("kept")])
    vault = vn.contents.vault
    names = [vault.put(b"a crash came before the key"), vault.put(b"just being stored")]
    unfinished = vn.folder.vault / names[0][:2] / ".new-abc"
    unfinished.write_bytes(b"half")
    for path in (vn.folder.vault / names[0][:2] / names[0], unfinished):
        os.utime(path, (time.time() - 3600,) * 2)
    assert check(vn)["orphans"] == {"files": 2, "bytes": 31, "removed": False}
    assert check(vn, repair=True)["ok"]
    assert check(vn)["orphans"] == {"files": 0, "bytes": 0, "removed": False}
    assert vault.get(names[1]) == b"just being stored", "what is young is left alone"
    assert vn.record("vn/hq", 1).content.fields["name"] == "kept"


def test_a_crash_between_ciphertext_and_key_leaves_what_fsck_finds(world, monkeypatch):
    vn = world.add("vn")

    def killed(_items):
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(vn.contents.keyring, "keep", killed)
        with pytest.raises(KeyboardInterrupt):
            vn.append([fact("never named by the log")])
    assert vn.log.size == 1
    assert vn.contents.orphans(time.time() + 60).keys() == {name for name, _ in vn.contents.vault.files()}
    assert check(vn)["ok"]


def test_the_size_of_a_mirror_counts_what_was_written_last(pair):
    vn, la = pair
    la.append([fact(f"{number}") for number in range(300)])
    sync(vn, la)
    (peer,) = vn.status().peers
    path = vn.folder.mirror("la/hq")
    beside = path.with_name(path.name + "-wal")
    assert peer.bytes >= path.stat().st_size + beside.stat().st_size
    assert peer.bytes > 100_000
