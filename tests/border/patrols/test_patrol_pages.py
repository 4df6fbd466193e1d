"""The pages of patrols: a plan is answered, a visit logged and a report signed from a phone."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.border.patrols import answers
from tests.asgi import Client
from tests.border.patrols.test_patrols import ASKED, act, exchange
from tests.border.patrols.tracks import network
from tests.register.pair import pair

GIVEN = {"author": "guard-2", "marking": "TLP:CLEAR", "exercise": "yes", "step": "record"}


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("both"), {}) as (vn, la):
        act(vn, "layer", layer=network())
        act(vn, "plan", **ASKED, slug="joint", record=True)
        exchange(vn, la)
        served = []
        for node in (vn, la):
            web = FastAPI()
            mount(web, node, systems())
            served.append(Client(web))
        yield (vn, la), served


def test_a_patrol_from_the_plan_to_the_report_on_pages(both):
    (vn, la), (ours, theirs) = both
    path = "/border/patrols/vn/joint"
    assert f"{path}/answer" not in ours.get(path).text
    assert f"{path}/answer" in theirs.get(path).text
    said = {**GIVEN, "answer": "accepted", "originator": "Post 9"}
    assert theirs.post(f"{path}/answer", data=said).status_code == 303
    exchange(vn, la)
    assert "accepted by every side" in ours.get(path).text
    form = ours.get("/border/patrols/visit?plan=vn/joint").text
    began = re.search(r'name="began_at" value="(\d+)"', form)[1]
    visit = {
        **GIVEN,
        "marker": "501",
        "condition": "sound",
        "learnt": "0",
        "plan": "vn/joint",
        "began_at": began,
    }
    named = {**visit, "slug": re.search(r'name="slug" value="([^"]+)"', form)[1], "queued": "1"}
    for _ in range(2):  # the answer to the first was lost
        assert (
            ours.post("/border/patrols/visit", data=named).headers["location"].startswith("/border/patrols?")
        )
    assert len(answers.visit_list(vn)) == 1
    assert ours.post("/border/patrols/visit", data={**visit, "marker": "?"}).status_code == 422
    assert ours.post(f"{path}/report", data={**GIVEN, "words": "Calm."}).status_code == 303
    exchange(vn, la)
    assert theirs.post(f"{path}/report", data={**GIVEN, "sign": "yes"}).status_code == 303
    exchange(vn, la)
    for node, client, languages in ((vn, ours, ("vi", "en")), (la, theirs, ("lo",))):
        assert answers.plan(node, "joint")["report_state"] == "joint"
        for language in languages:
            for page in ("/border/patrols", path, "/border", "/border/patrols/visit"):
                assert client.get(f"{page}?lang={language}").status_code == 200
        for missing in (f"{path}/shout", "/border/patrols/vn/none", "/border/patrols/vn/none/report"):
            assert client.get(missing).status_code == 404
