"""The one-time link: it opens the console, or an enrolment page, and leads nowhere else."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from comity.node.web.problems import install
from comity.node.web.public_routes import enter_route
from comity.node.web.session import Doorkeeper
from tests.asgi import Client

SECRET = "A" * 43


@pytest.mark.parametrize(
    ("onward", "leads"),
    [
        ("", "/"),
        (f"/enrol/{SECRET}", f"/enrol/{SECRET}"),
        (f"/enrol/{SECRET}/../../x", "/"),
        (f"//evil.example/enrol/{SECRET}", "/"),
        (f"https://evil.example/enrol/{SECRET}", "/"),
        (f"/enrol/{SECRET}?next=//evil.example", "/"),
        ("/enrol/", "/"),
        ("/sync", "/"),
        (f"/enrol/{SECRET}\n", "/"),
    ],
)
def test_a_link_leads_home_or_to_an_enrolment(onward, leads):
    keeper = Doorkeeper("aa/hq")
    app = FastAPI()
    install(app)
    app.include_router(enter_route(keeper))
    reply = Client(app).request("GET", f"/enter/{keeper.mint_link()}", params={"next": onward})
    assert (reply.status_code, reply.headers["location"]) == (303, leads)
    assert keeper.cookie in reply.headers["set-cookie"]
