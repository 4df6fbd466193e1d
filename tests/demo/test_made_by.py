"""A folder of another version or example stays as it is, and the way out is a command that can be copied."""

from __future__ import annotations

import json
import re
import shutil
from dataclasses import replace

import pytest

from comity.demo import made_by
from comity.demo.example import find_example, read_example
from comity.demo.made_by import OlderFolderError, beside, settle

EXAMPLE = read_example(find_example())


def held(root):
    (root / "vn").mkdir(parents=True)
    (root / "vn" / "comity.toml").write_text("party = 'vn'\n")
    return sorted((path, path.read_bytes()) for path in root.rglob("*") if path.is_file())


def test_the_same_version_goes_on(tmp_path):
    assert settle(tmp_path, EXAMPLE) is False
    held(tmp_path)
    assert settle(tmp_path, EXAMPLE) is True
    assert settle(tmp_path, EXAMPLE) is True


def test_a_run_that_was_cut_off_before_any_node_begins_anew(tmp_path):
    (tmp_path / made_by.NAME).write_text("{half")
    assert settle(tmp_path, EXAMPLE) is False
    assert json.loads((tmp_path / made_by.NAME).read_text())["version"]


@pytest.mark.parametrize(
    ("said", "why"),
    [
        (None, "before folders said"),
        ("{half", "before folders said"),
        ('["a list"]', "before folders said"),
        ({"version": "0.0.9"}, "made by Comity 0.0.9"),
        ({"example": "other"}, "the example of this version changed"),
        ({"kinds": "other", "example": "other"}, "the example and kinds of this version changed"),
    ],
)
def test_another_version_is_left_alone_and_the_commands_are_said(tmp_path, said, why):
    root = tmp_path / "demo-data"
    root.mkdir()
    settle(root, EXAMPLE)
    known = json.loads((root / made_by.NAME).read_text())
    if said is None:
        (root / made_by.NAME).unlink()
    else:
        (root / made_by.NAME).write_text(said if isinstance(said, str) else json.dumps({**known, **said}))
    before = held(root)
    (tmp_path / "demo-data-2").mkdir()
    with pytest.raises(OlderFolderError, match=why) as caught:
        settle(root, EXAMPLE)
    assert sorted((path, path.read_bytes()) for path in root.rglob("*") if path.is_file()) == before
    (new,) = re.findall(r"`comity demo --dir (\S+)`", str(caught.value))
    assert new == str(tmp_path / "demo-data-3") == str(beside(root))
    assert f"comity log export {root / 'vn'} vn-log" in str(caught.value)


def test_another_example_is_another_story(tmp_path):
    folder = tmp_path / "example"
    shutil.copytree(EXAMPLE.folder, folder)
    (tmp_path / "data").mkdir()
    example = replace(EXAMPLE, folder=folder)
    assert settle(tmp_path / "data", EXAMPLE) is False
    held(tmp_path / "data")
    assert settle(tmp_path / "data", example) is True, "the same files in another place"
    (folder / "walk.toml").write_text("# nothing\n")
    with pytest.raises(OlderFolderError, match="the example of this version"):
        settle(tmp_path / "data", example)
