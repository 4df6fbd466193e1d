"""Backups: never the guard, content keys apart, and an archive from elsewhere writes nothing outside its folder."""

from __future__ import annotations

import io
import signal
import stat
import subprocess
import sys
import tarfile

import apsw
import pytest

from comity.node.backup import backup, restore
from comity.node.errors import BackupError
from comity.node.fsck import check, check_files
from comity.record.store_errors import StoreError
from tests.node.world import fact, rows, settle


def names(path):
    with tarfile.open(path) as archive:
        return set(archive.getnames())


def test_an_ordinary_backup_has_no_guard_and_no_content_keys(pair, tmp_path):
    vn, la = pair
    vn.append([fact("a")])
    settle(vn, la)
    backup(vn.folder, tmp_path / "b.tar")
    found = names(tmp_path / "b.tar")
    assert {"comity.toml", "charter", "log.sqlite", "keys/log", "keys/offices/record"} <= found
    assert not any(
        "guard" in name or name.startswith(("keks", "keyring", "views", "lock", "run")) for name in found
    )
    assert any(name.startswith("vault/") for name in found)
    assert any(name.startswith("mirrors/") for name in found)
    assert stat.S_IMODE((tmp_path / "b.tar").stat().st_mode) == 0o600


def test_content_keys_go_into_an_archive_of_their_own(world, pair, tmp_path):
    vn, la = pair
    vn.append([fact("a")])
    settle(vn, la)
    with pytest.raises(BackupError, match="of their own"):
        backup(vn.folder, tmp_path / "b.tar", content_keys=tmp_path / "b.tar")
    backup(vn.folder, tmp_path / "b.tar", content_keys=tmp_path / "k.tar")
    found = {
        name if name.startswith("keys/") else name.partition("/")[0] for name in names(tmp_path / "k.tar")
    }
    recipient = {f"keys/hpke/{path.name}" for path in (vn.folder.keys / "hpke").iterdir()}
    assert found == {"keyring.sqlite", "keks", *recipient}
    assert recipient
    assert not recipient & names(tmp_path / "b.tar")
    restore(tmp_path / "b.tar", tmp_path / "without")
    restore(tmp_path / "b.tar", tmp_path / "with", content_keys=tmp_path / "k.tar")
    without, complete = world.add("vn", folder="without"), world.add("vn", folder="with")
    assert [row[2] for row in rows(complete)] == ["a"]
    assert rows(without) == [], "sealed: the keys are elsewhere"
    assert without.record("vn/hq", 1).entry is not None
    assert check(complete)["ok"]
    assert check(without)["ok"]


def test_erased_content_is_gone_from_a_later_keys_archive(world, pair, tmp_path):
    vn, _ = pair
    vn.append([fact("a")])
    vn.erase_local("vn/hq", 1)
    backup(vn.folder, tmp_path / "b.tar", content_keys=tmp_path / "k.tar")
    restore(tmp_path / "b.tar", tmp_path / "again", content_keys=tmp_path / "k.tar")
    assert rows(world.add("vn", folder="again")) == []


def test_a_backup_never_replaces_a_file_and_restore_never_a_folder(pair, tmp_path):
    vn, _ = pair
    (tmp_path / "b.tar").write_bytes(b"dear")
    with pytest.raises(BackupError, match="already"):
        backup(vn.folder, tmp_path / "b.tar")
    assert (tmp_path / "b.tar").read_bytes() == b"dear"
    backup(vn.folder, tmp_path / "c.tar")
    with pytest.raises(BackupError, match="empty"):
        restore(tmp_path / "c.tar", vn.folder.root)
    with pytest.raises(BackupError):
        restore(tmp_path / "b.tar", tmp_path / "new")
    with pytest.raises(BackupError):
        restore(tmp_path / "nothing.tar", tmp_path / "new2")
    with pytest.raises(BackupError):
        backup(vn.folder, tmp_path / "no" / "such" / "folder.tar")


def archive_with(path, *members):
    with tarfile.open(path, "w") as archive:
        for info, data in members:
            archive.addfile(info, io.BytesIO(data))


def member(name, data=b"x", kind=tarfile.REGTYPE, target=""):
    info = tarfile.TarInfo(name)
    info.size, info.type, info.linkname = len(data) if kind == tarfile.REGTYPE else 0, kind, target
    return info, data


@pytest.mark.parametrize(
    "bad",
    [
        member("../escape"),
        member("vault/../../escape"),
        member("/etc/escape"),
        member("vault//x"),
        member("keys/guard"),
        member("lock"),
        member("unknown"),
        member("vault/x", kind=tarfile.SYMTYPE, target="/etc"),
        member("vault/x", kind=tarfile.LNKTYPE, target="comity.toml"),
        member("vault/x", kind=tarfile.FIFOTYPE),
        member("comity.toml"),
    ],
)
def test_an_archive_from_elsewhere_cannot_write_outside(tmp_path, bad):
    archive_with(tmp_path / "evil.tar", member("comity.toml", b"party='x'"), bad)
    with pytest.raises(BackupError):
        restore(tmp_path / "evil.tar", tmp_path / "into")
    assert not (tmp_path / "escape").exists()


def test_fsck_names_damage(world, pair):
    vn, la = pair
    vn.append([fact("a"), fact("b")])
    settle(vn, la)
    assert check(vn)["ok"]
    assert check(la)["contents"] == 2
    some = next(path for path in vn.folder.vault.rglob("*") if path.is_file())
    data = bytearray(some.read_bytes())
    data[20] ^= 1
    some.write_bytes(data)
    found = check(vn)
    assert not found["ok"]
    assert "content" in found["faults"][0]
    (mirror,) = la.folder.mirrors.glob("*.sqlite")
    world.nodes.pop("la").close()
    blank_leaf(mirror)
    found = check(world.add("la"))
    assert not found["ok"]
    assert any(fault.startswith("vn/hq") and "entry" in fault for fault in found["faults"])
    assert not any(fault.startswith("la/hq") for fault in found["faults"])


def test_fsck_names_damage_of_an_own_log_that_does_not_open(world):
    vn = world.add("vn")
    vn.append([fact("a"), fact("b")])
    world.nodes.pop("vn").close()
    blank_leaf(vn.folder.log)
    with pytest.raises(StoreError) as damaged:
        world.add("vn")
    found = check_files(vn.folder, damaged.value)
    assert not found["ok"]
    assert "does not open" in found["faults"][0]
    assert any(fault.startswith("vn/hq") and "entry" in fault for fault in found["faults"])


def blank_leaf(path):
    db = apsw.Connection(str(path))
    db.execute("UPDATE entry SET leaf = zeroblob(length(leaf)) WHERE idx = 1")
    db.close()


def test_what_a_killed_backup_left_is_swept_at_the_next_start(world):
    vn = world.add("vn")
    vn.append([fact()])
    root = vn.folder.root
    left = [root / ".backup.abc", vn.folder.mirrors / ".backup.def"]
    for folder in left:
        folder.mkdir()
        (folder / "log.sqlite").write_bytes(b"half a copy")
    (root / ".backup.file").write_bytes(b"somebody's own")
    again = world.reopen("vn")
    assert not any(folder.exists() for folder in left)
    assert (root / ".backup.file").exists()
    assert again.log.size == 2


def test_a_backup_that_is_killed_leaves_a_node_that_opens_and_no_archive(world, tmp_path):
    """The process ends in the middle of the copy of a database, without any clean-up."""
    world.add("vn").append([fact()])
    root = world.nodes.pop("vn")
    root.close()
    script = (
        "import os, signal, sys; from pathlib import Path; from comity.node import backup; "
        "from comity.node.folder import Folder; "
        "backup._info = lambda *_: os.kill(os.getpid(), signal.SIGKILL); "
        "backup.backup(Folder(Path(sys.argv[1])), Path(sys.argv[2]))"
    )
    archive = tmp_path / "archive.tar"
    done = subprocess.run(
        [sys.executable, "-c", script, str(root.folder.root), str(archive)], check=False, timeout=60
    )
    assert done.returncode == -signal.SIGKILL
    assert list(root.folder.root.glob(".backup.*"))
    assert not archive.exists()
    assert world.add("vn").log.size == 2
    assert not list(root.folder.root.glob(".backup.*"))
