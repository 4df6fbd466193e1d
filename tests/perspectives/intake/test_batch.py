"""Many files in one batch: each with its own outcome, whatever the others are; begun again, nothing twice."""

from __future__ import annotations

import json
import os

import pytest
from typer.testing import CliRunner

from comity.app import systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.perspectives import queries
from comity.perspectives.documents import Texts
from comity.perspectives.intake import isolated
from comity.perspectives.intake.batch import files_of, read_all
from comity.perspectives.intake.errors import StoppedError
from comity.perspectives.intake.isolated import Reader
from tests.perspectives.intake import files


@pytest.fixture
def node(tmp_path):
    create(tmp_path / "node", NewNode(party="aa", node="hq", unprotected=True))
    return tmp_path / "node"


@pytest.fixture
def folder(tmp_path):
    """A folder as it comes from a colleague's disk."""
    place = tmp_path / "in"
    place.mkdir()
    whole = {
        "paper.pdf": files.pdf(),
        "wrong-extension.pdf": files.word(),
        "page.html": files.PAGE.encode(),
        "notes.txt": "Nước lên sáng sớm.\n".encode(),
        "again.txt": "Nước lên sáng sớm.\n".encode(),
        "locked.pdf": files.locked(),
        "scan.pdf": files.scanned(),
        "bomb.docx": files.bomb(),
        "cut.docx": files.word()[:3000],
        "mojibake.txt": ("Nước lên sáng sớm. " * 9).encode().decode("cp1252", "replace").encode(),
        "empty.txt": b"",
        ".hidden": b"not looked at",
    }
    for name, data in whole.items():
        (place / name).write_bytes(data)
    with (place / "huge.pdf").open("wb") as file:
        os.truncate(file.fileno(), 200_000_000)
    return place


def intake(*args):
    return CliRunner().invoke(app, ["perspectives", "intake", *map(str, args)])


def test_one_bad_file_stops_nothing_and_each_is_named_with_its_reason(node, folder):
    result = intake(node, folder, "--json")
    assert result.exit_code == 3, result.output
    data = json.loads(result.stdout)
    codes = {item["path"].rpartition("/")[2]: item["code"] or item["state"] for item in data["files"]}
    assert codes == {
        "again.txt": "new",
        "bomb.docx": "intake-too-large",
        "cut.docx": "intake-file-damaged",
        "empty.txt": "intake",
        "huge.pdf": "intake-too-large",
        "locked.pdf": "intake-encrypted",
        "mojibake.txt": "intake-encoding",
        "notes.txt": "held",
        "page.html": "new",
        "paper.pdf": "new",
        "scan.pdf": "intake-needs-ocr",
        "wrong-extension.pdf": "new",
    }
    assert (data["new"], data["held"], data["refused"]) == (4, 1, 7)
    assert all(item["advice"] for item in data["files"] if item["state"] == "refused")
    again = json.loads(intake(node, folder, "--json").stdout)
    assert (again["new"], again["held"]) == (0, 5)
    with Node.open(node, systems()) as opened, opened.views.connect() as db:
        texts = Texts(db, opened.contents)
        held = {report.fields["name"]: texts.text(report) for report in queries.documents(db)}
    assert "gauge was read" in held["paper.pdf"]
    assert "| marker | 605 |" in held["wrong-extension.pdf"]


def test_a_batch_that_stops_goes_on_where_it_was(node, tmp_path):
    place = tmp_path / "many"
    place.mkdir()
    for number in range(40):
        (place / f"{number:03}.txt").write_text(f"Report number {number} of the gauge on the river.\n")
    first = [str(path) for path in files_of([place])[:13]]
    assert json.loads(intake(node, *first, "--json").stdout)["new"] == 13
    data = json.loads(intake(node, place, "--json").stdout)
    assert (data["new"], data["held"], data["refused"]) == (27, 13, 0)
    assert [item["path"] for item in data["files"]] == [str(path) for path in files_of([place])]


def test_a_file_that_takes_too_long_is_stopped_and_the_next_one_is_read():
    with Reader() as reader:
        assert reader.take_in(b"One line.\n", languages=False).text == "One line.\n"
        reader._seconds = 0.0
        with pytest.raises(StoppedError, match="more than 0 s"):
            reader.take_in(b"Two lines.\n", languages=False)
        reader._seconds = 60
        assert reader.take_in(b"Three lines.\n", languages=False).text == "Three lines.\n"


def test_a_reading_process_that_is_killed_is_renewed():
    with Reader() as reader:
        reader.take_in(b"One line.\n", languages=False)
        reader._process.kill()
        reader._process.wait()
        assert reader.take_in(b"Two lines.\n", languages=False).text == "Two lines.\n"


def test_reading_processes_are_renewed_after_some_files(tmp_path, monkeypatch):
    monkeypatch.setattr(isolated, "FILES", 3)
    paths = []
    for number in range(8):
        paths.append(tmp_path / f"{number}.txt")
        paths[-1].write_text(f"Line {number}.\n")
    assert [found.taken.text for found in read_all(paths, ())] == [f"Line {number}.\n" for number in range(8)]
