"""Key files are private, whole and all different; one process holds a node."""

from __future__ import annotations

import shutil
import stat
import subprocess
import sys

import pytest

from comity.node import keys, lock
from comity.node.create import NewNode, create, named, office_option
from comity.node.errors import ConfigError, NodeExistsError, NodeKeysError, NodeLockedError, NodeMissingError
from comity.node.folder import Folder
from comity.node.node import Node
from comity.record.keyfile import KeyfileDamagedError


@pytest.fixture
def folder(tmp_path):
    create(
        tmp_path / "vn", NewNode("vn", "hq", offices={"a": {"en": "A"}, "b": {"en": "B"}}, unprotected=True)
    )
    return Folder(tmp_path / "vn")


def test_all_keys_and_names_differ_and_are_private(folder):
    found = keys.load(folder.keys)
    root = keys.load_root(folder.keys / "roots" / "1")
    everything = [
        *(getattr(found, role) for role in keys.ROLES),
        *found.offices.values(),
        *found.control.values(),
    ]
    assert len({root.seed, *(key.seed for key in everything)}) == 11
    assert len({root.name, *(key.name for key in everything)}) == 11
    assert found.log.name == "vn/hq"
    assert found.witness.name == "vn/hq/witness"
    assert found.mirror.name == "vn/hq/mirror"
    for path in [*folder.keys.rglob("*"), folder.keys]:
        assert stat.S_IMODE(path.stat().st_mode) & 0o077 == 0
    assert "seed" not in repr(found.log)
    assert found.log.seed.hex() not in repr(found)


@pytest.mark.parametrize("role", ["log", "witness", "http", "offices/a", "control/release"])
def test_a_key_that_others_can_read_is_refused(folder, role):
    (folder.keys / role).chmod(0o640)
    with pytest.raises(NodeKeysError, match="others may read"):
        keys.load(folder.keys)


@pytest.mark.parametrize("content", [b"", b"name", b"name\n!!!!\n", b"name\nAAAA\n", b"\xff\xfe"])
def test_a_damaged_key_is_refused(folder, content):
    (folder.keys / "log").write_bytes(content)
    with pytest.raises(KeyfileDamagedError, match="keys/log: "):
        keys.load(folder.keys)


def test_a_key_used_twice_is_refused(folder):
    shutil.copy(folder.keys / "witness", folder.keys / "mirror")
    with pytest.raises(NodeKeysError, match="the same"):
        keys.load(folder.keys)


def test_a_missing_key_is_refused(folder):
    (folder.keys / "mirror").unlink()
    with pytest.raises(NodeKeysError):
        Node.open(folder.root)


def test_a_node_is_not_made_over_anything(folder, tmp_path):
    before = sorted(folder.root.rglob("*"))
    with pytest.raises(NodeExistsError):
        create(folder.root, NewNode("vn", "hq", unprotected=True))
    assert sorted(folder.root.rglob("*")) == before
    (tmp_path / "file").write_text("x")
    with pytest.raises(NodeExistsError):
        create(tmp_path / "file", NewNode("vn", "hq", unprotected=True))
    with pytest.raises(NodeMissingError):
        Folder.existing(tmp_path / "nowhere")


@pytest.mark.parametrize("text", ["", "border", "=x", "border=", "Border=x", "bor/der=x"])
def test_a_wrong_office_is_refused(text):
    with pytest.raises(ConfigError):
        office_option(text)


@pytest.mark.parametrize("text", ["", "en", "en=", "english=x", "1=x"])
def test_a_wrong_name_is_refused(text):
    with pytest.raises(ConfigError):
        named(text)


HOLD = """
import sys, time
from pathlib import Path
from comity.node import lock
from comity.node.folder import Folder
with lock.hold(Folder(Path(sys.argv[1]))):
    print("held", flush=True)
    time.sleep(60)
"""


def test_one_process_holds_a_node_and_a_killed_one_lets_go(folder):
    other = subprocess.Popen([sys.executable, "-c", HOLD, str(folder.root)], stdout=subprocess.PIPE)
    try:
        assert other.stdout.readline() == b"held\n"
        assert lock.is_held(folder)
        with pytest.raises(NodeLockedError), lock.hold(folder):
            pass
        lock.RunFile(1, "http://127.0.0.1:1", "t").write(folder)
        assert lock.running(folder) == lock.RunFile(1, "http://127.0.0.1:1", "t")
        assert stat.S_IMODE(folder.run.stat().st_mode) == 0o600
        folder.run.write_bytes(b"{")
        assert lock.running(folder) is None
        lock.RunFile(1, "http://127.0.0.1:1", "t").write(folder)
    finally:
        other.kill()
        other.wait()
        other.stdout.close()
    assert not lock.is_held(folder)
    assert lock.running(folder) is None, "what a dead process left behind means nothing"
    with lock.hold(folder):
        assert lock.is_held(folder)
    assert not folder.run.exists()
