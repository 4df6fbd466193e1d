"""What else of a node may be damaged: one clear error, or one record less, never a traceback."""

from __future__ import annotations

import pytest

from comity.node.errors import ViewsDamagedError
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
