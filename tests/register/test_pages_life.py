"""The pages across the register, and those of single things, on the worked example's facts of both parties."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi import FastAPI

from comity.app import systems
from comity.console import mount
from comity.node.web.problems import install
from tests.console.conftest import Visitor
from tests.console.test_pages import Whole
from tests.register.pair import pair

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "vietnam-laos"
HEADER = {
    "author": "editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "record",
}
WANTED = (
    "single-stop",
    "border-2016",
    "igc",
    "interpol",
    "exercise-",
    "border-meeting-29",
    "search-savannakhet",
    "lao-bao-2025",
    "malaria-survey",
    "formula",
    "training",
)
PATHS = [
    "/register/channels",
    "/register/channels?channel=training",
    "/register/channels?channel=forum",
    "/register/undertakings",
    "/register/undertakings?state=overdue&party=la&sort=evidence",
    "/register/undertakings?state=nonsense",
    "/register/series",
    "/register/formulas/relationship-formula",
    "/register/quietly-ended",
    "/register/instrument/single-stop-lao-bao",
    "/register/instrument/protocol-border-2016?on=2017-01-01&known=2001-01-01",
    "/register/instrument/protocol-border-2016?on=yesterday",
    "/register/mechanism/igc",
    "/register/mechanism/interpol",
    "/register/undertaking/exercise-flood-sirens",
    "/register/undertaking/hold-border-meeting-30",
    "/register/material_support/exercise-sirens-lent",
    "/register/remains_mission/search-savannakhet-2024-2025",
    "/register/forum_item/exercise-item-gauge-standard",
    "/register/health_survey/malaria-survey-2010",
    "/register/gap/gap-single-stop-end",
    "/register/handover/handover-lao-bao-2025-05",
]


def drafts(party):
    for name in ("20-register", "40-exercise"):
        for line in (EXAMPLE / party / f"{name}.jsonl").read_text(encoding="utf-8").splitlines():
            item = json.loads(line) if line and not line.startswith("#") else {"kind": ""}
            if item["kind"].startswith("register.") and any(word in line for word in WANTED):
                kept = {key: value for key, value in item.items() if key != "header"}
                yield {**HEADER, **item.get("header", {}), **kept}


@pytest.fixture(scope="module")
def vn(tmp_path_factory):
    root = tmp_path_factory.mktemp("pair")
    with pair(root, {party: list(drafts(party)) for party in ("vn", "la")}) as (node, _):
        web = FastAPI()
        install(web)
        mount(web, node, systems())
        yield Visitor(web)


@pytest.mark.parametrize("at", range(len(PATHS)), ids=PATHS)
def test_page_is_whole_in_one_language_after_another(vn, at):
    reply = vn.get(PATHS[at], ("vi", "lo", "en")[at % 3])
    assert reply.status_code == 200
    parser = Whole()
    parser.feed(reply.text)
    assert parser.open == []
    assert parser.headings.count(1) == 1
    assert "%(" not in reply.text, "a placeholder was left open"
    assert "Undefined" not in reply.text


def test_what_the_pages_say(vn):
    ended = vn.get("/register/quietly-ended").text
    assert "Single-stop inspection" in ended
    assert "1,267 days after" in ended
    stood = vn.get("/register/instrument/protocol-border-2016?on=2017-09-04").text
    assert "signed" in stood
    assert "were recorded later" in vn.get("/register/instrument/protocol-border-2016?known=2001-01-01").text
    assert "not reported" in vn.get("/register/channels?channel=training").text
    assert "strategic cohesion" in vn.get("/register/formulas/relationship-formula").text
    assert "both words agree now" not in vn.get("/register/undertaking/exercise-flood-sirens").text
    assert vn.get("/register/formulas/none").status_code == 404


def test_exercise_is_said_on_every_page_that_carries_it(vn):
    for path in (
        "/register/channels?channel=forum",
        "/register/undertakings",
        "/register/undertaking/exercise-flood-sirens",
        "/register/material_support/exercise-sirens-lent",
    ):
        assert "This page shows exercise items" in vn.get(path).text, path
    assert "This page shows exercise items" not in vn.get("/register/quietly-ended").text
