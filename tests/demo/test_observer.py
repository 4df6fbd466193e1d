"""The observer is given a verifier key and a folder, and must not be fooled by the folder."""

from __future__ import annotations

import json

import pytest

from comity.app import systems
from comity.demo.observer import observe
from comity.node.create import NewNode, create
from comity.node.export import export_folder
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.record.errors import ComityError

HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}


def remark(node, text, **changed):
    item = {**HEADER, "kind": "node.remark", "fields": {"title": "t", "text": text}, **changed}
    return draft_from_json(item, node.registry)


@pytest.fixture
def exported(tmp_path):
    charter = create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    with Node.open(tmp_path / "node", systems()) as node:
        node.append([remark(node, f"remark {i}") for i in range(5)])
        node.append([remark(node, "inside", marking="TLP:RED")])
        export_folder(node, tmp_path / "export")
        status = node.status()
    return tmp_path, charter.vkey("log"), status


def test_a_sound_export_is_verified_from_the_key_alone(exported):
    place, vkey, status = exported
    (place / "work").mkdir()
    found = observe(place / "export", vkey, place / "work")
    assert (found.origin, found.size, found.root, found.opened) == ("aa/hq", 7, status.root, 5)


def spoil(path, change):
    data = change(path.read_bytes())
    path.chmod(0o600)
    path.write_bytes(data)


def flip(data):
    return data[:-3] + bytes([data[-3] ^ 1]) + data[-2:]


@pytest.mark.parametrize("name", ["checkpoint", "tile/entries/000.p/7", "charter"])
@pytest.mark.parametrize("change", [flip, lambda data: data[: len(data) // 2], lambda _: b""])
def test_a_spoiled_file_is_noticed(exported, name, change):
    place, vkey, _ = exported
    (place / "work").mkdir()
    spoil(place / "export" / "log" / name, change)
    with pytest.raises(ComityError):
        observe(place / "export", vkey, place / "work")


@pytest.mark.parametrize("change", [flip, lambda data: data[:32], lambda _: b""])
def test_wrong_hashes_beside_right_entries_change_nothing_that_is_verified(exported, change):
    place, vkey, status = exported
    (place / "work").mkdir()
    spoil(place / "export" / "log" / "tile" / "0" / "000.p" / "7", change)
    try:
        found = observe(place / "export", vkey, place / "work")
    except ComityError:
        return
    assert (found.size, found.root) == (7, status.root)


def test_an_opening_that_says_something_else_is_noticed(exported):
    place, vkey, _ = exported
    (place / "work").mkdir()
    spoil(place / "export" / "log" / "openings" / "000", lambda data: data.replace(b"remark 3", b"remark 9"))
    with pytest.raises(ComityError):
        observe(place / "export", vkey, place / "work")


def test_an_opening_of_another_entry_is_noticed(exported):
    place, vkey, _ = exported
    (place / "work").mkdir()

    def swap(data):
        one, two, *rest = data.splitlines()
        first, second = json.loads(one), json.loads(two)
        first["id"], second["id"] = second["id"], first["id"]
        dumped = [
            json.dumps(item, separators=(",", ":"), sort_keys=True).encode() for item in (first, second)
        ]
        return b"\n".join([*dumped, *rest]) + b"\n"

    spoil(place / "export" / "log" / "openings" / "000", swap)
    with pytest.raises(ComityError):
        observe(place / "export", vkey, place / "work")


def test_another_partys_key_opens_nothing(exported, tmp_path):
    place, _, _ = exported
    other = create(tmp_path / "other", NewNode(party="aa", node="hq", unprotected=True))
    (place / "work").mkdir()
    with pytest.raises(ComityError):
        observe(place / "export", other.vkey("log"), place / "work")
