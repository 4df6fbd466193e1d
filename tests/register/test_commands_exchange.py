"""`comity register` on a node: tables in and out, the brief, places, reconciliation, texts."""

from __future__ import annotations

import csv
import io
import json

import pytest
from docx import Document
from fastapi import FastAPI
from icalendar import Calendar
from typer.testing import CliRunner

from comity.app import mount, systems
from comity.cli import app
from comity.node.node import Node
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.register.api import api
from tests.asgi import Client
from tests.register.pair import pair

HEADER = {"author": "editor", "marking": "TLP:CLEAR", "basis": "test", "retention": "working"}
CITES = [{"work": "minutes-12"}]


def item(kind, **fields):
    header = {name: fields.pop(name) for name in ("marking", "class") if name in fields}
    return {**HEADER, **header, "kind": f"register.{kind}", "fields": fields}


def meeting(slug, start, state="held", **more):
    return item("meeting", slug=slug, mechanism="talks", start=start, state=state, cites=CITES, **more)


MECHANISM = item(
    "mechanism", slug="talks", names={"en": "Talks", "vi": "Hội đàm", "lo": "ການເຈລະຈາ"}, level="ministry",
    parties=["vn", "la"], cites=CITES,
)  # fmt: skip
DRAFTS = {
    "vn": [
        MECHANISM,
        meeting("talks-12", "2025-12-16", ordinal=12),
        meeting("talks-13", "2026-12", "planned", ordinal=13),
        item(
            "undertaking", slug="gauges", meeting="talks-12", obligors=["vn", "la"], window="2026",
            action={"en": "Read the gauges", "vi": "Đo mực nước"}, modality="agreement", cites=CITES,
        ),
        item("undertaking", slug="inner", meeting="talks-12", obligors=["vn"], modality="plan", cites=CITES,
             action={"en": "Secret fallback"}, window="2026", marking="TLP:AMBER"),
    ],
    "la": [MECHANISM, meeting("talks-12", "2025-12-18", ordinal=12)],
}  # fmt: skip
MAPPING = """
kind = "register.undertaking"
[header]
author = "desk"
marking = "TLP:CLEAR"
basis = "minutes"
retention = "working"
[columns]
"Name" = "slug"
"What" = "action.en"
"Until" = "window"
[constants]
modality = "agreement"
meeting = "talks-12"
obligors = ["vn", "la"]
cites = [{ work = "minutes-12" }]
"""
TEXT = "The two sides agreed to hold the next meeting in Viet Nam in 2026. The two countries should build a road.\n"


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    root = tmp_path_factory.mktemp("house")
    with pair(root, DRAFTS):
        pass
    return root


@pytest.fixture
def folder(made, tmp_path):
    import shutil

    shutil.copytree(made / "vn", tmp_path / "vn")
    return tmp_path / "vn"


def comity(*args):
    return CliRunner().invoke(app, ["register", *map(str, args)])


def answer(*args, code=0):
    result = comity(*args, "--json")
    assert result.exit_code == code, result.output
    return json.loads(result.stdout)


def test_the_brief_is_one_command_from_either_node(made, folder, tmp_path):
    for node in (folder, made / "la"):
        data = answer("brief", node, "talks-12", "--out", tmp_path / "out", "--today", "2026-06-01")
        assert [name.rpartition(".")[2] for name in data["files"]] == ["docx", "pdf"]
        assert {head["origin"] for head in data["heads"]} == {"vn/hq", "la/hq"}
        assert all(len(head["root"]) == 44 for head in data["heads"])
        assert data["marking"] == "TLP:CLEAR"
    document = Document(tmp_path / "out" / "brief-talks-12-vi-lo.docx")
    text = " ".join(cell.text for table in document.tables for row in table.rows for cell in row.cells)
    assert "16 tháng 12, 2025" in text
    assert "18 ທັນວາ 2025" in text
    assert "Secret" not in text


def test_a_brief_for_ones_own_side_says_so(folder, tmp_path):
    args = ("brief", folder, "talks-13", "--out", tmp_path, "--format", "docx", "--languages", "en")
    data = answer(*args, "--up-to", "TLP:AMBER")
    assert data["marking"] == "TLP:AMBER"
    document = Document(data["files"][0])
    assert "not to be shown" in " ".join(c.text for t in document.tables for r in t.rows for c in r.cells)
    for wrong, code in (
        (("--languages", "xx"), "register-brief-languages"),
        (("--up-to", "x"), "register-brief-marking"),
    ):
        result = comity(*args, *wrong)
        assert result.exit_code == 1
        assert code in result.output
    assert "register-unknown-meeting" in comity("brief", folder, "no-such", "--out", tmp_path).output


def test_a_table_is_imported_and_its_bad_rows_are_kept(folder, tmp_path):
    (tmp_path / "map.toml").write_text(MAPPING)
    table = tmp_path / "table.csv"
    table.write_text("Name,What,Until\nroad,Mend the road,2027\nbad name,x,2027\ngauges,Other words,2026\n")
    args = ("import", folder, table, "--mapping", tmp_path / "map.toml")
    dry = answer(*args, "--dry-run", code=3)
    assert (dry["records"], dry["recorded"]) == (1, 0)
    found = answer(*args, code=3)
    assert (found["recorded"], found["bad_rows"]) == (1, 2)
    kept = list(csv.DictReader(io.StringIO((tmp_path / "table.errors.csv").read_text("utf-8-sig"))))
    assert [(row["row"], row["column"], row["What"]) for row in kept] == [
        ("3", "Name", "x"),
        ("4", "", "Other words"),
    ]
    again = answer(*args, code=3)
    assert (again["recorded"], len(again["duplicates"])) == (0, 1)
    assert answer(*args, "--update", code=3)["recorded"] == 1
    assert "register-import-mapping" in comity("import", folder, table, "--mapping", table).output
    assert "register-file" in comity("import", folder, tmp_path / "none", "--mapping", table).output


def test_exports_carry_sources_and_standing_and_nothing_withheld(folder, tmp_path):
    rows = list(csv.DictReader(io.StringIO(comity("export", folder).stdout)))
    by_name = {row["name"]: row for row in rows}
    assert by_name["gauges"]["standing"] == "awaiting"
    assert by_name["gauges"]["sources"] == "minutes-12"
    assert by_name["talks-12"]["state"] == "recorded differently"
    assert "inner" not in by_name
    data = json.loads(
        comity("export", folder, "--format", "json", "--kind", "undertaking", "--up-to", "TLP:AMBER").stdout
    )
    assert {row["name"] for row in data["rows"]} == {"gauges", "inner"}
    place = tmp_path / "due.ics"
    comity("export", folder, "--format", "ics", "--language", "vi", "--today", "2026-06-01", "--out", place)
    names = {str(event["summary"]) for event in Calendar.from_ical(place.read_bytes()).walk("VEVENT")}
    assert names == {"Đo mực nước", "Hội đàm · 13"}


def test_a_difference_is_followed_up_explained_and_settled_by_both_words(folder):
    (outcome,) = answer("reconcile", folder)["reconciliation"]
    (ticket,) = outcome["tickets"]
    assert (ticket["field"], ticket["state"], ticket["opened"]) == ("start", "open", False)
    assert {one["slug"] for one in outcome["no_counterpart_visible"]} == {"talks-13", "gauges", "inner"}
    said = answer("ticket", folder, ticket["slug"], "--owner", "Consular desk", "--say", "settled",
                  "--outcome", "2025-12-18", "--note", "The visit began earlier.", "--author", "desk")["ticket"]  # fmt: skip
    assert said["owners"] == {"vn": "Consular desk"}
    assert said["state"] == "explained"
    assert "missing" not in comity("reconcile", folder).stdout
    assert "register-ticket-unknown" in comity("ticket", folder, "ticket-0").output
    assert (
        "is not an exercise"
        in comity("ticket", folder, ticket["slug"], "--say", "settled", "--exercise", "--author", "d").output
    )
    assert (
        comity("match", folder, "meeting", "talks-13", "other", "--different", "--author", "desk").exit_code
        == 0
    )
    assert [one["field"] for one in answer("conflicts", folder)["conflicts"]] == ["start"]


def test_a_party_loads_its_own_gazetteer_and_asks_it(folder, tmp_path):
    table = tmp_path / "places.csv"
    table.write_text(
        "id,kind,party,valid_from,valid_to,within,supersedes,same_as,marker_number,lat,lon,accuracy_m,lang,script,name,source\n"
        "vn-a,province,vn,,2025-06-30,,,,,,,,vi,Latn,Quảng Bình,list\n"
        "vn-gate,gate,vn,,,vn-a,,,,,,,vi,Latn,Cha Lo,list\n"
    )
    assert answer("place", "load", folder, table, "--author", "desk", "--dry-run")["recorded"] == 0
    assert answer("place", "load", folder, table, "--author", "desk")["recorded"] == 2
    assert answer("place", "load", folder, table, "--author", "desk") == {
        "places": 2,
        "recorded": 0,
        "known": 2,
    }
    found = answer("place", "resolve", "Cha Lo, Quang Binh", "--node", folder, "--on", "2024-05-01")
    assert (found["place"]["id"], found["within"][0]["id"]) == ("vn-gate", "vn-a")
    assert found["place"]["records"]
    assert (
        answer("place", "resolve", "Quảng Bình", "--node", folder, "--on", "2026-01-01", code=3)["state"]
        == "other time"
    )
    assert answer("place", "resolve", "mốc 578")["location"]["marker"] == "578"
    assert len(answer("place", "list", folder, "--kind", "gate")["places"]) == 1
    assert comity("place", "resolve", "x", "--on", "soon").exit_code == 1


def test_a_person_confirms_what_the_rules_propose(folder, tmp_path):
    text = tmp_path / "minutes.txt"
    text.write_text(TEXT)
    found = answer("extract", folder, text)
    assert [one["modality"] for one in found["candidates"]] == ["agreement", "proposal"]
    said = (
        "--slug",
        "hold-13",
        "--action-en",
        "Hold the 13th talks",
        "--meeting",
        "talks-12",
        "--author",
        "desk",
    )
    assert "say which work" in comity("confirm", folder, text, "1", *said).output
    refused = comity("confirm", folder, text, "2", *said, "--work", "minutes-12")
    assert "nobody's undertaking" in refused.output
    answer("confirm", folder, text, "1", *said, "--work", "minutes-12", "--obligor", "vn", "--obligor", "la")
    views = {view["slug"]: view for view in answer("status", folder)["undertakings"]}
    fields = views["hold-13"]["fact"]["reports"][0]["fields"]
    assert fields["cites"][0]["locator"]["start"] == 0
    assert fields["action"] == {"en": "Hold the 13th talks"}
    assert "no document of the work" in comity("extract", folder, "no-such-work").output


def test_changes_since_a_meeting_and_a_day(folder):
    found = answer("changes", folder, "--since", "talks-12", "--today", "2027-06-01")
    assert found["since"] == "2025-12-18"
    assert {one["change"] for one in found["changes"]} >= {"new", "window over"}
    assert comity("changes", folder, "--since", "2025-01-01").exit_code == 0
    assert "register-since" in comity("changes", folder, "--since", "no-such").output


def test_the_interface_answers_what_the_command_line_does(folder):
    with Node.open(folder, systems()) as node:
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(node, systems())))
        client = Client(served)
        base = "/api/v1/register"
        assert client.get(f"{base}/brief/talks-12?languages=lo").json()["languages"] == ["lo"]
        assert client.get(f"{base}/reconciliation").json()[0]["parties"] == ["vn", "la"]
        assert client.get(f"{base}/conflicts").json()[0]["key"] == "talks-12"
        assert client.get(f"{base}/due?today=2026-06-01").json()["due"][0]["key"] == "talks-13"
        assert client.get(f"{base}/places/resolve?text=578").json()["state"] == "unknown"
        assert client.get(f"{base}/own/register.meeting").json()[0]["slug"] == "talks-12"
        for path in (
            "brief/none",
            "brief/talks-12?limit=x",
            "changes?since=x",
            "own/register.x",
            "due?today=x",
        ):
            reply = client.get(f"{base}/{path}")
            assert reply.status_code == 400, path
            assert reply.headers["content-type"] == "application/problem+json"
        assert client.get(f"{base}/places/resolve?text={'x' * 400}").status_code == 422


def test_the_pages_are_served_and_a_brief_is_made_from_one(folder):
    import time

    with Node.open(folder, systems()) as node:
        served = FastAPI()
        install(served)
        mount(served, node, systems())
        client = Client(served)
        for path in ("places", "places?text=Cha Lo&on=2024-05-01", "places?text=x&on=never", "reconciliation",
                     "conflicts", "briefs"):  # fmt: skip
            for lang in ("vi", "lo", "en"):
                joined = "&" if "?" in path else "?"
                reply = client.get(f"/register/{path}{joined}lang={lang}".replace(" ", "%20"))
                assert reply.status_code == 200, (path, reply.text[:300])
                assert "Secret" not in reply.text or path == "reconciliation"
        reply = client.post("/register/briefs", data={"meeting": "talks-12", "languages": "vi,lo"})
        place = reply.headers["location"]
        end = time.monotonic() + 120
        while "/pdf" not in (page := client.get(place)).text:
            assert page.headers.get("refresh") == "1", page.text[:2000]
            assert time.monotonic() < end
            time.sleep(0.2)
        assert client.get(f"{place}/pdf").content.startswith(b"%PDF")
        assert client.get(f"{place}/docx").content.startswith(b"PK")
        assert client.get(f"{place}/exe").status_code == 404
        assert client.get("/register/briefs/no-such-job").status_code == 404
        wrong = client.post("/register/briefs", data={"meeting": "no-such", "languages": "vi,lo"})
        while "refresh" in (page := client.get(wrong.headers["location"])).headers:
            assert time.monotonic() < end
            time.sleep(0.2)
        assert "no-such" in page.text
