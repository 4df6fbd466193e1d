"""The pages of initiatives and consultations: each with its picture, tables, empty states, three languages."""

from __future__ import annotations

from datetime import date

from fastapi import FastAPI

from comity import assessment
from comity.assessment.gate import writing
from comity.assessment.routes import routes
from comity.console import Console
from comity.node.system import NodeApp
from tests.asgi import Client
from tests.assessment.gate.test_writing import HEAD, initiative
from tests.register.pair import pair


def test_the_pages_show_the_consultation_in_three_languages(tmp_path):
    with pair(tmp_path, {"la": [initiative()]}) as (_, la):
        console = Console(la, (assessment.SYSTEM,))
        served = FastAPI()
        served.include_router(routes(NodeApp(la, (assessment.SYSTEM,), console)))
        client = Client(served)
        empty = client.get("/assessment/gates?lang=en").text
        assert "No consultation is open" in empty
        act = {
            "slug": "g",
            "initiative": "dam",
            "rule": "mrc-pnpca",
            "water": "mainstream",
            "use": "intra_basin",
        }
        writing.open_gate(la, {"header": HEAD, **act, "seasons": ["dry"]}, date(2026, 1, 1))
        assert "Nothing is dated yet" in client.get("/assessment/gates/g?lang=en").text
        step = {"header": HEAD, "gate": "g", "step": "started", "on": "2026-01-20"}
        writing.step(la, step, date(2026, 2, 1))
        for lang, words in (
            ("en", "consultation starts"),
            ("vi", "bắt đầu tham vấn"),
            ("lo", "ເລີ່ມການປຶກສາຫາລື"),
        ):
            page = client.get(f"/assessment/gates/g?lang={lang}&on=2026-03-01")
            assert page.status_code == 200
            assert words in page.text
            assert 'role="img"' in page.text
        for path in ("/assessment", "/assessment/initiatives?kind=dam", "/assessment/initiatives/dam"):
            assert client.get(f"{path}").status_code == 200
        assert client.get("/assessment/gates?state=open&sort=-flags&text=g").status_code == 200
        assert client.get("/assessment/gates/g?on=never").status_code == 200
        for path in ("/assessment/gates/none", "/assessment/initiatives/none"):
            assert client.get(path).status_code == 404
