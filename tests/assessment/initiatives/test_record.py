"""Initiatives on record: what each party reports of one, and what is listed of it."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from typer.testing import CliRunner

from comity.app import systems
from comity.assessment.api import api
from comity.assessment.entries.initiatives import Initiative
from comity.cli import app
from comity.node import operations
from comity.node.errors import DraftsRefusedError
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.register.pair import pair

TEXT = {"en": "Dam at Ostel"}
FIELDS = {
    "slug": "ostel-dam",
    "title": TEXT,
    "initiative_kind": "dam",
    "third_party": "ostelvarra",
    "third_party_name": {"en": "Republic of Ostelvarra"},
    "sponsor": "la",
    "what": TEXT,
    "documents": [{"title": "Outline"}],
    "asks": [{"party": "vn", "what": {"en": "to buy power"}, "by": "2027-06"}],
    "amount": {"value": "900000000", "currency": "USD", "prices": "nominal", "year": 2026},
}
HEAD = {
    "author": "editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


def draft(kind="assessment.initiative", **changed):
    return {**HEAD, "kind": kind, "fields": {**FIELDS, **changed}}


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"documents": []}, "without documents"),
        ({"initiative_kind": "castle"}, "initiative_kind"),
        ({"amount": {"value": "1", "currency": "USD"}}, "prices"),
        ({"amount": {"value": "NaN", "currency": "USD", "prices": "nominal"}}, "value"),
        ({"asks": [{"party": "vn", "what": TEXT, "by": "soon"}]}, "EDTF"),
        ({"slug": "Ostel Dam"}, "slug"),
    ],
)
def test_bad_initiatives_are_refused_with_their_reason(changed, said):
    with pytest.raises(ValidationError, match=said):
        Initiative.model_validate({**FIELDS, **changed})


def test_an_initiative_that_names_no_documents_is_refused_and_nothing_is_lost(tmp_path):
    bare = draft()
    del bare["fields"]["documents"]
    with pair(tmp_path, {}) as (vn, _):
        size = vn.log.size
        for item in (bare, draft(documents=[]), draft(documents=None)):
            with pytest.raises(DraftsRefusedError) as refused:
                operations.append(vn, [draft(), item])
            assert "without documents" in str(refused.value.problem())
        assert vn.log.size == size


def test_what_each_party_reports_stands_side_by_side(tmp_path):
    observed = {
        **HEAD,
        "kind": "assessment.observation",
        "fields": {
            "about": "ostel-dam",
            "subject": "Nam X",
            "country": "LAO",
            "attribute": "capacity",
            "value": "280",
            "unit": "MW",
            "source": "A",
            "file": "a.csv",
            "row": 2,
            "sha256": "A" * 43 + "=",
            "licence": "CC BY 4.0",
        },
    }
    later = draft(amount={"value": "700000000", "currency": "USD", "prices": "nominal", "year": 2026})
    with pair(tmp_path, {"la": [draft(), observed], "vn": [later]}) as (vn, la):
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(vn, systems())))
        client = Client(served)
        (found,) = client.get("/api/v1/assessment/initiatives").json()
        assert (found["differs"], found["exercise"]) == (["amount"], True)
        assert [one["party"] for one in found["reports"]] == ["la", "vn"]
        assert found["amount"]["value"] == "900000000"  # the sponsor's first, the other beside it
        assert found["background"][0]["row"] == 2
        assert client.get("/api/v1/assessment/initiatives/none").status_code == 404
        assert la.log.size > 0
    run = CliRunner().invoke
    text = run(app, ["assess", "initiatives", str(tmp_path / "la")]).stdout
    assert "[exercise] ostel-dam: Dam at Ostel, dam of ostelvarra, sponsor la" in text
    assert "asks of vn: to buy power, by 2027-06" in text
    one = json.loads(run(app, ["assess", "initiatives", str(tmp_path / "la"), "ostel-dam", "--json"]).stdout)
    assert one["initiatives"][0]["documents"] == [{"title": "Outline"}]
    assert run(app, ["assess", "initiatives", str(tmp_path / "la"), "none"]).exit_code == 1
