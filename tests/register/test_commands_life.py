"""`comity register lifecycle`, `series`, `channels`, `undertakings`, `quietly-ended`, `formulas`, `gaps`."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import systems
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import draft_from_json
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.register import answers_life
from comity.register.api import api
from tests.asgi import Client

EXAMPLE = Path(__file__).resolve().parents[2] / "examples" / "vietnam-laos" / "vn"
HEADER = {
    "author": "editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "record",
}
WANTED = ("single-stop", "formula", "igc", "training", "gap-", "border-meeting-3", "agreement-border-2016")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("life") / "node"
    create(place, NewNode(party="vn", node="hq", unprotected=True))
    lines = (EXAMPLE / "20-register.jsonl").read_text(encoding="utf-8").splitlines()
    items = [json.loads(line) for line in lines if line and not line.startswith("#")]
    kept = [
        {**HEADER, **item}
        for item in items
        if any(
            word in json.dumps([item["fields"].get(n) for n in ("slug", "instrument", "about")])
            for word in WANTED
        )
    ]
    with Node.open(place, systems()) as node:
        node.append([draft_from_json(item, node.registry) for item in kept])
    return place


def comity(*args):
    return CliRunner().invoke(app, ["register", *map(str, args)])


def answer(*args):
    result = comity(*args, "--json")
    assert result.exit_code == 0, result.output
    return json.loads(result.stdout)


def test_a_life_as_of_a_day_and_as_known_on_another(folder):
    found = answer("lifecycle", folder, "agreement-border-2016", "--on", "2017-09-04")
    assert found["stand"]["state"] == "signed"
    assert answer("lifecycle", folder, "agreement-border-2016")["stand"]["state"] == "in force"
    early = answer("lifecycle", folder, "agreement-border-2016", "--known", "2001-01-01")
    assert (early["stand"]["state"], early["recorded_later"]) == ("nothing attested", 2)
    text = comity("lifecycle", folder, "single-stop-lao-bao", "--on", "2026-01-01").stdout
    assert "ended-by-one" in text
    assert "terminated by vn: 2025-06-18" in text


def test_what_is_not_there_and_what_is_no_day_is_said(folder):
    unknown = comity("lifecycle", folder, "no-such")
    assert unknown.exit_code != 0
    wrong = comity("lifecycle", folder, "agreement-border-2016", "--on", "tomorrow", "--json")
    assert wrong.exit_code != 0
    assert "register-day" in wrong.output
    assert comity("series", folder, "no-such").exit_code != 0
    assert comity("channels", folder, "no-such").exit_code != 0


def test_series_channels_formulas_gaps_and_quiet_ends(folder, monkeypatch):
    (igc,) = answer("series", folder, "igc", "--on", "2026-06-01")["mechanisms"]
    assert "number-missing" in {one["code"] for one in igc["findings"]}
    assert "number-missing" in comity("series", folder).stdout
    (training,) = answer("channels", folder, "training")["channels"]
    assert {"key": "training-scholarships-2025", "name": "taken", "value": None, "unit": None} in training[
        "amounts"
    ]
    assert "taken not reported" in comity("channels", folder, "training").stdout
    assert "added     strategic-connection" in comity("formulas", folder).stdout
    assert "not_published" in comity("gaps", folder).stdout
    assert "nothing of the kind" in comity("quietly-ended", folder).stdout  # a party alone has said it all
    monkeypatch.setattr(answers_life, "parties", lambda _node: ("vn", "la"))
    (quiet,) = answer("quietly-ended", folder)["quietly_ended"]
    assert quiet["about"] == "single-stop-lao-bao"
    assert "source: tuoi-tre-2025-06-21" in comity("quietly-ended", folder).stdout


def test_undertakings_that_are_overdue_are_listed_by_advice(folder):
    overdue = answer("undertakings", folder, "--state", "overdue")["undertakings"]
    assert {"hold-border-meeting-30", "hold-border-meeting-33"} == {view["slug"] for view in overdue}
    assert all(view["standing"]["state"] == "awaiting" for view in overdue)
    assert answer("undertakings", folder, "--state", "joint")["undertakings"] == []
    assert "1 evidence" in comity("undertakings", folder).stdout


def test_the_interface_answers_and_refuses_alike(folder):
    with Node.open(folder, systems()) as node:
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(node, systems())))
        client = Client(served)
        root = "/api/v1/register"
        assert (
            client.get(f"{root}/lifecycle/agreement-border-2016?on=2017-09-04").json()["stand"]["state"]
            == "signed"
        )
        assert client.get(f"{root}/lifecycle/none").status_code == 404
        assert client.get(f"{root}/series?on=never").status_code == 422
        assert len(client.get(f"{root}/channels").json()) == 19
        for name in ("formulas", "gaps"):
            assert client.get(f"{root}/{name}").json()
        assert client.get(f"{root}/quietly-ended").json() == []
