"""The own log as a folder for outsiders: tiles, and beside them the charter and what is open to all."""

from __future__ import annotations

import pytest

from comity.node.errors import BackupError
from comity.node.export import export_log
from comity.record.commitment import FullOpening, verify_full
from comity.record.entry import Entry
from tests.node.world import fact


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
