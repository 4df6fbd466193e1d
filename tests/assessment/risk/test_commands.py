"""`comity risk` and its interface: the same digest from a file and from two nodes."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from pydantic import ValidationError
from typer.testing import CliRunner

from comity.assessment.api import api
from comity.assessment.entries.risk import Risk, RiskGroup, Spread
from comity.assessment.risk import answers
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.inputs import from_file, root_of
from comity.assessment.risk.simulate import Setting
from comity.cli import app
from comity.node.system import NodeApp
from comity.node.web.problems import install
from tests.asgi import Client
from tests.register.pair import pair

HEAD = {
    "author": "editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}


def impact(party, *values, shape="pert", unit="million USD", dimension="economic"):
    spread = {"shape": shape, "values": [str(value) for value in values]}
    return {"party": party, "dimension": dimension, "unit": unit, "spread": spread}


def risk(slug, p="0.2", **fields):
    often = {"measure": "probability", "spread": {"shape": "point", "values": [p]}}
    impacts = [impact("vn", 1, 2, 9), impact("la", 5, shape="point")]
    return {
        "slug": slug,
        "title": {"en": slug},
        "horizon_months": 60,
        "frequency": often,
        "impacts": impacts,
        **fields,
    }


TREATED = [
    {
        "slug": "gauge",
        "label": {"en": "A second gauge"},
        "frequency": {"measure": "probability", "spread": {"shape": "point", "values": ["0.05"]}},
    }
]
RISKS = [risk("flood", group="monsoon", treatments=TREATED), risk("drought", "0.1", group="monsoon")]
GROUPS = [{"slug": "monsoon", "label": {"en": "Monsoon"}, "rho": "0.4"}]


def comity(*args):
    return CliRunner().invoke(app, [str(arg) for arg in args])


def answer(*args):
    done = comity(*args, "--json")
    assert done.exit_code == 0, done.output
    return json.loads(done.stdout)


def test_a_file_and_two_nodes_give_the_same_integers(tmp_path):
    (tmp_path / "r.json").write_text(json.dumps({"risks": RISKS, "groups": GROUPS}))
    found = answer("risk", "run", tmp_path / "r.json", "--seed", "s", "--draws", 5000, "--treatments")
    assert [(one["party"], one["dimension"]) for one in found["outcomes"]] == [
        ("la", "economic"),
        ("vn", "economic"),
    ]
    (less, _) = (row for row in found["treatments"])
    assert less["mean_less"] > 0
    items = [{**HEAD, "kind": "assessment.risk", "fields": one} for one in RISKS]
    items += [{**HEAD, "kind": "assessment.risk_group", "fields": one} for one in GROUPS]
    with pair(tmp_path, {"vn": items}) as nodes:
        for node in nodes:
            web = FastAPI()
            install(web)
            web.include_router(api(NodeApp(node)))
            client = Client(web)
            data = client.get("/api/v1/assessment/risk-run?party=vn&seed=s&draws=5000").json()
            assert (data["draws_digest"], data["inputs"]) == (found["draws_digest"], found["inputs"])
            assert data["exercise"] is True
            assert len(client.get("/api/v1/assessment/risks").json()) == 2
        assert client.get("/api/v1/assessment/risk-run").status_code >= 400  # la has none of its own
    done = answer("risk", "record", tmp_path / "vn", "--author", "desk", "--seed", "s", "--draws", 5000)
    assert done["draws_digest"] == found["draws_digest"]
    assert "[exercise] 2000 draws" in comity("risk", "run", tmp_path / "vn", "--draws", 2000).stdout


def test_what_a_run_rests_on_is_its_root():
    assert root_of(RISKS, GROUPS) == root_of(RISKS[::-1], GROUPS)
    assert root_of(RISKS, GROUPS) != root_of([risk("flood", "0.3"), RISKS[1]], GROUPS)


def test_matrix_words_have_their_numbers_beside_them():
    found = answers.answer(
        *from_file(json.dumps({"risks": RISKS, "groups": GROUPS}).encode()), Setting("s", 1000)
    )
    cell = next(cell for cell in found["matrix"] if cell["risk"] == "flood" and cell["party"] == "vn")
    assert cell["words"]["en"] == "unlikely (20–45 %)"  # noqa: RUF001 - a range is written with a dash
    assert (cell["likelihood"], cell["severity"]) == (4, 1)
    assert all("%" in word for word in cell["words"].values())


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "no register"),
        (b"[]", "no register"),
        (b"{}", "no risk"),
        (json.dumps({"risks": [risk("a", "NaN")]}).encode(), "pattern"),
        (json.dumps({"risks": [risk("a", "1.5")]}).encode(), "probability reaches"),
        (json.dumps({"risks": [risk("a", impacts=[impact("vn", 5, 2, 9)])]}).encode(), "below low"),
        (
            json.dumps(
                {"risks": [risk("a", impacts=[impact("vn", 1, 2, 3), impact("vn", 1, 2, 3)])]}
            ).encode(),
            "twice",
        ),
    ],
)
def test_a_bad_register_is_refused_with_its_reason(data, said):
    with pytest.raises(RegisterError, match=said):
        from_file(data)


def test_units_that_differ_are_never_added_up():
    mixed = [risk("a"), risk("b", impacts=[impact("vn", 1, 2, 3, unit="million VND")])]
    with pytest.raises(RegisterError, match="counted in"):
        answers.answer(mixed, [], Setting("s", 1000))
    with pytest.raises(ValidationError):
        RiskGroup(slug="g", label={"en": "g"}, rho="1")
    with pytest.raises(ValidationError):
        Spread(shape="uniform", values=["2", "2"])
    with pytest.raises(ValidationError, match="has not"):
        Risk.model_validate(
            risk("a", treatments=[{"slug": "t", "label": {"en": "t"}, "impacts": [impact("xx", 1, 2, 3)]}])
        )


def test_sentences_with_both_are_found(tmp_path):
    (tmp_path / "t.txt").write_text("High confidence that it is likely. Fine.")
    assert comity("risk", "words", tmp_path / "t.txt").exit_code == 3
    (tmp_path / "t.txt").write_text("It is likely (55-80 %).")
    assert comity("risk", "words", tmp_path / "t.txt").exit_code == 0
