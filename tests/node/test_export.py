"""Folders: the own log for outsiders, and what a peer that lost its log takes back from a stick."""

from __future__ import annotations

import shutil

import pytest

from comity.node.backup import backup, restore
from comity.node.errors import BackupError, UnconfirmedError
from comity.node.export import export_folder, export_log
from comity.record.commitment import FullOpening, verify_full
from comity.record.entry import Entry
from comity.record.fetch import folder_fetcher
from tests.node.world import fact, settle


def test_charter_and_open_contents_lie_beside_the_tiles(world, tmp_path):
    vn = world.add("vn")
    vn.append([fact("open"), fact("sealed", marking="TLP:AMBER")])
    out = tmp_path / "out"
    assert export_log(vn, out)["size"] == 3
    assert (out / "charter").read_bytes() == vn.charter.encode()
    (line,) = (out / "openings" / "000").read_bytes().splitlines()
    verify_full(FullOpening.decode(line), Entry.parse(vn.log.entries(1, 2)[0]))
    vn.append([fact("later")])
    assert export_log(vn, out)["size"] == 4
    assert len((out / "openings" / "000").read_bytes().splitlines()) == 2
    assert (out / "checkpoint").read_bytes() == vn.log.checkpoint()


def test_a_folder_that_holds_something_else_is_left_alone(world, tmp_path):
    vn, la = world.add("vn"), world.add("la")
    export_log(la, tmp_path / "la-out")
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "file").write_text("x")
    for place in ("la-out", "other"):
        before = {path: path.read_bytes() for path in (tmp_path / place).rglob("*") if path.is_file()}
        with pytest.raises(BackupError):
            export_log(vn, tmp_path / place)
        assert {p: p.read_bytes() for p in (tmp_path / place).rglob("*") if p.is_file()} == before


def by_folder(node, other, folder):
    return node.sync_from(node.peers.require(other.origin), folder_fetcher(str(folder)))


@pytest.mark.parametrize("before", [False, True], ids=["fresh folder", "folder of an export without mirrors"])
def test_a_restored_log_takes_back_from_a_folder_what_it_lost(world, pair, tmp_path, before):
    vn, la = pair
    backup(vn.folder, world.root / "b.tar", content_keys=world.root / "k.tar")
    vn.append([fact(str(number)) for number in range(300)])
    settle(vn, la)
    stick = tmp_path / "stick"
    if before:
        export_folder(la, stick)
        vn.append([fact("between")])
        settle(vn, la)
    size, root = vn.log.size, vn.log.store.root()
    world.nodes.pop("vn").close()
    shutil.rmtree(world.root / "vn")
    restore(world.root / "b.tar", world.root / "vn", content_keys=world.root / "k.tar")
    vn = world.add("vn")
    if before:
        assert not by_folder(vn, la, stick).ok
        with pytest.raises(UnconfirmedError):
            vn.append([fact("too early")])
    export_folder(la, stick, mirrors=True)
    report = by_folder(vn, la, stick)
    assert report.ok, report.error
    assert report.adopted == size - 1
    assert (vn.log.size, vn.log.store.root()) == (size, root)
    vn.append([fact("onward")])
    settle(vn, la)
    export_folder(la, stick)  # once whole, a mirror stays whole without being asked
    assert folder_fetcher(str(stick / "mirrors" / next((stick / "mirrors").iterdir()).name))(
        "tile/entries/001.p/" + str(vn.log.size - 256)
    )


def test_a_false_mirror_on_a_stick_is_not_adopted(world, pair, tmp_path):
    vn, la = pair
    backup(vn.folder, world.root / "b.tar")
    vn.append([fact("lost")])
    settle(vn, la)
    export_folder(la, tmp_path / "stick", mirrors=True)
    (bundle,) = (tmp_path / "stick" / "mirrors").glob("*/tile/entries/000.p/*")
    bundle.write_bytes(bundle.read_bytes()[:-9] + b"A" + bundle.read_bytes()[-8:])
    world.nodes.pop("vn").close()
    shutil.rmtree(world.root / "vn")
    restore(world.root / "b.tar", world.root / "vn")
    vn = world.add("vn")
    assert not by_folder(vn, la, tmp_path / "stick").ok
    assert vn.log.size == 1
    with pytest.raises(UnconfirmedError):
        vn.append([fact("too early")])
