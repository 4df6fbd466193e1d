"""A report: the same on both nodes, every figure with its entry, recorded and confirmed, fiction on every page."""

from __future__ import annotations

import html
import io
import json
import re
from urllib.parse import urlencode

import docx as word
import pypdfium2
import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.assessment import SYSTEM
from comity.assessment.api import api
from comity.assessment.report import recording
from comity.assessment.report.docxs import docx
from comity.assessment.report.errors import ReportDiffersError, ReportLanguagesError
from comity.assessment.report.pdfs import pdf
from comity.assessment.report.sheets import content_of, sheet
from comity.assessment.sessions import joint, queries, writing
from comity.cli import app
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.assessment.sessions.world import PEOPLE

CLERK = "clerk"


def strings(value):
    if isinstance(value, str):
        yield value
    for item in value.values() if isinstance(value, dict) else value if isinstance(value, list) else ():
        yield from strings(item)


def test_two_nodes_print_the_same_and_record_it_and_a_change_is_noticed(told):
    world, key = told
    made = [sheet(node, key, languages="vi,lo,en") for node in (world.vn, world.la)]
    assert made[0] == made[1]
    printed = {"docx": docx(made[0]), "pdf": pdf(made[0])}
    assert printed == {"docx": docx(made[1]), "pdf": pdf(made[1])}
    _looks_right(made[0], printed)
    _every_figure_has_its_entry(world, key, made[0])

    files = [recording.file_of(form, data) for form, data in printed.items()]
    name = files[1]["digest"]
    with pytest.raises(ReportDiffersError, match="no party"):
        recording.cosign(world.la, name, CLERK)
    done = recording.record(world.vn, recording.Printed(key, "private", "vi,lo,en"), files, CLERK)
    again = recording.record(world.vn, recording.Printed(key, "private", "vi,lo,en"), files, CLERK)
    assert (again, done["content"]) == (done, content_of(made[0]))
    world.settle()
    assert recording.check(world.la, name)["parties"] == ["vn"]
    assert recording.cosign(world.la, name, CLERK)["parties"] == ["la", "vn"]
    assert recording.check(world.la, recording.digest(printed["pdf"] + b" "))["recorded"] is False
    world.settle()
    assert recording.check(world.vn, name)["parties"] == ["la", "vn"]
    assert [one["party"] for one in recording.listing(world.vn, key)] == ["la", "vn"]
    # A report on record changes no report; another argument does, and the other side then says no.
    assert content_of(sheet(world.vn, key, languages="vi,lo,en")) == done["content"]
    said = {"question": "delay", "tail": "high", "text": {"en": "Floods."}, "marking": "TLP:CLEAR"}
    writing.argue(world.la, key, said, CLERK)
    other = recording.record(world.vn, recording.Printed(key, "private", "vi,lo"), files[:1], CLERK)
    world.settle()
    assert other["content"] != done["content"]
    _differs(world, files)


def _differs(world, files):
    """The newer record of la's argument came: what vn recorded before it is not what vn derives now."""
    with pytest.raises(ReportDiffersError, match="derives the content"):
        recording.cosign(world.la, files[1]["digest"], CLERK)


def _looks_right(made, printed):
    assert (made["exercise"], made["marking"], made["slug"]) == (True, "TLP:CLEAR", "dam-2027")
    with pypdfium2.PdfDocument(printed["pdf"]) as document:
        pages = [document[at].get_textpage().get_text_bounded() for at in range(len(document))]
    assert len(pages) > 4
    for text in pages:
        assert "exercise: fictional" in text
        assert "diễn tập: hư cấu" in text.replace("\u0309", "")
    assert sum(block["kind"] == "figure" for one in made["sections"] for block in one["blocks"]) == 6
    held = word.Document(io.BytesIO(printed["docx"]))
    cells = {cell.text for table in held.tables for row in table.rows for cell in row.cells}
    assert any("280" in cell for cell in cells)
    assert "exercise: fictional" in held.sections[0].header.paragraphs[0].text
    words = " ".join(strings(made))
    for said in (
        "161 days early",
        "dated before consultation concluded",
        "Nước về muộn. *",
        "approvals are awaited",
    ):
        assert said in words, said
    assert not any(name in words for people in PEOPLE.values() for name in people)


def _every_figure_has_its_entry(world, key, made):
    """Every place named is listed with the hash of its leaf, or is a step that both logs hold."""
    *_, entries = (block for one in made["sections"] for block in one["blocks"] if block["kind"] == "table")
    listed = {row[0]["plain"]: row[1]["plain"] for row in entries["rows"]}
    named = {place for text in strings(made) for place in re.findall(r"\b(?:vn|la)/hq/\d+\b", text)}
    assert named == set(listed)
    for place, leaf in listed.items():
        origin, _, index = place.rpartition("/")
        assert recording.b64(world.la.record(origin, int(index)).leaf_hash) == leaf
    view = queries.find(world.vn, key)
    roots = {one.result.inputs for one in joint.results(world.vn, view, view.stage("private"))}
    assert roots <= set(strings(made))


def test_what_cannot_be_printed_says_why(world):
    key = world.begin(protocol="cooke").key
    for bad in ("", "vi,vi", "de", "vi,lo,en,vi"):
        with pytest.raises(ReportLanguagesError):
            sheet(world.vn, key, languages=bad)
    # Nothing was opened, nothing is proposed: every part says so.
    early = sheet(world.vn, key, languages="en")
    text = " ".join(strings(early))
    assert "Nothing is on record for this point." in text
    assert "not all have opened it" in text
    assert not any(block["kind"] == "figure" for one in early["sections"] for block in one["blocks"])


def test_the_command_prints_records_and_checks(once, folders, tmp_path):
    key, out, node = once[1], tmp_path / "out", str(folders / "vn")
    run = ["assess", "session", "report", node]
    done = CliRunner().invoke(
        app, [*run, key, "--languages", "en,vi", "--out", str(out), "--record", "--author", CLERK, "--json"]
    )
    assert done.exit_code == 0, done.output
    files = json.loads(done.output)["files"]
    assert {one["form"] for one in files} == {"docx", "pdf"}
    held = CliRunner().invoke(app, [*run, "--check", files[1]["path"]])
    assert held.exit_code == 0, held.output
    assert held.output.startswith("recorded by vn")
    stranger = tmp_path / "other.pdf"
    stranger.write_bytes(b"%PDF-1.7 another")
    assert CliRunner().invoke(app, [*run, "--check", str(stranger)]).exit_code == 3
    assert CliRunner().invoke(app, [*run, "--record", key]).exit_code == 2


def test_the_interface_gives_the_sheet_and_takes_a_record(told):
    world, key = told
    client = Client(_app(world.vn))
    path = "/api/v1/assessment/reports"
    said = client.get(f"{path}/sheet?key={key}&languages=vi")
    assert said.json()["sections"] == sheet(world.vn, key, languages="vi")["sections"]
    files = [recording.file_of("pdf", b"printed")]
    body = {"key": key, "languages": "vi", "files": files, "author": CLERK}
    assert client.post(f"{path}/record", json=body).status_code == 201
    assert client.get(f"{path}/check?digest={files[0]['digest'].replace('+', '%2B')}").json()["recorded"]
    bad = {**body, "files": [{"form": "exe", "digest": "x", "octets": 0}]}
    assert client.post(f"{path}/record", json=bad).status_code >= 400
    assert client.get(f"{path}/sheet?key={key}&languages=de").status_code >= 400


def test_a_report_is_recorded_by_its_page_and_by_the_other_side_too(told):
    world, key = told
    page = f"/assessment/sessions/{key}/report/private"
    vn, la = (_console(node) for node in (world.vn, world.la))
    assert _post(vn, f"{page}/record", {"languages": "vi"}).status_code == 422, "nobody answers for it"
    done = _post(vn, f"{page}/record", {"languages": "vi", "author": CLERK})
    assert (done.status_code, done.headers["location"]) == (303, page)
    taken = vn.get(f"{page}/vi/pdf").content
    name = recording.digest(taken)
    assert recording.check(world.vn, name)["parties"] == ["vn"], "the file that is taken is the one on record"
    world.settle()
    (given,) = re.findall(r'name="digest" value="([^"]+)"', la.get(page).text)
    _post(la, f"{page}/cosign", {"digest": html.unescape(given), "author": CLERK})
    assert recording.check(world.la, name)["parties"] == ["la", "vn"]
    assert _post(la, f"{page}/cosign", {"digest": "x", "author": CLERK}).status_code == 422
    assert _post(vn, f"{page}/none", {"author": CLERK}).status_code == 404


def _post(client, path, fields):
    form = {"content-type": "application/x-www-form-urlencoded"}
    return client.request("POST", path, content=urlencode(fields).encode(), headers=form)


def _console(node):
    web = FastAPI()
    mount(web, node, (SYSTEM,))
    return Client(web)


def _app(node):
    web = FastAPI()
    install(web)
    web.include_router(api(NodeApp(node)))
    return web
