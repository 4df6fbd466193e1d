"""The pages of a session: an expert answers, a party seals what it saw, and what was opened lies side by side."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.assessment.sessions import experts, queries
from comity.assessment.sessions.routes_sign_in import Challenges, SignInRefusedError, _inside, who
from tests.asgi import Client

FORM = {"content-type": "application/x-www-form-urlencoded"}


class Console:
    """The pages of one node, as a person sees them (nobody where none is named)."""

    def __init__(self, node):
        web = FastAPI()
        mount(web, node, systems())
        self.person = ""

        async def known(scope, receive, send):
            if scope["type"] == "http":
                scope.setdefault("state", {})["person"] = self.person
            await web(scope, receive, send)

        self.client = Client(known)

    def get(self, path, language="en"):
        return self.client.request("GET", path, headers={"accept-language": language})

    def post(self, path, fields, **headers):
        body = urlencode(fields).encode()
        return self.client.request("POST", path, content=body, headers={**FORM, **headers})


def test_a_session_from_the_form_to_the_opening(world):
    view = world.begin()
    key, base = view.key, f"/assessment/sessions/{view.key}"
    vn = Console(world.vn)
    for language, words in (("en", "experts answer"), ("vi", "chuyên gia"), ("lo", "ຜູ້ຊ່ຽວຊານ")):
        for path in ("/assessment/sessions", base):
            page = vn.get(path, language)
            assert page.status_code == 200, page.text[:2000]
            assert words in page.text
    assert vn.get("/assessment/sessions/dam-2027").status_code == 200
    _an_expert_answers(world, vn, key, base)
    world.answer(key)
    seal = vn.get(f"{base}/seal/private")
    assert "This is exactly what is sealed" in seal.text
    assert "vn-elm" not in seal.text, "no expert is named in what is sealed"
    nobody = vn.post(f"{base}/steps/seal", {"stage": "private"})
    assert nobody.status_code == 422
    done = vn.post(f"{base}/steps/seal", {"stage": "private", "author": "clerk"})
    assert done.status_code == 303, done.text[-3000:]
    world.approve_all(world.vn, key, "private")
    world.settle()
    early = vn.post(f"{base}/steps/open", {"stage": "private", "author": "clerk"})
    assert early.status_code == 422
    # Whose turn it is, is drawn: the other party's comes first, or nobody's while not all have sealed.
    assert any(words in early.text for words in ("Not everybody has sealed", "Another opening comes first"))
    world.seal(key, parties=("la",))
    board = vn.get(base).text
    assert "To open next:" in board
    world.open_all(key)
    for language in ("en", "vi", "lo"):
        page = vn.get(f"{base}/opening/private?table=figures-flow&by=q50&turned=yes", language)
        assert page.status_code == 200, page.text[:2000]
        assert page.text.count('role="img"') >= 7
        assert "<polyline" in page.text
    page = vn.get(f"{base}/opening/private").text
    assert re.search(r"the parties differ", page)
    assert 'aria-sort="none"' in page
    vn.post(f"{base}/steps/record", {"stage": "private", "author": "clerk"})
    assert "the same" in vn.get(f"{base}/opening/private").text
    _the_discussion(vn, base)


def _an_expert_answers(world, vn, key, base):
    here = f"{base}/answers/private"
    assert vn.get(here).status_code == 403
    assert "/assessment/sign-in?then=" in vn.get(here).text
    assert vn.post(f"{here}/flow", {"v0": "1"}).status_code == 403
    vn.person = "vn-elm"
    assert "nothing typed" in vn.get(here).text
    form = vn.get(f"{here}/flow", "lo")
    assert form.status_code == 200, form.text[:2000]
    assert "m3/s" in form.text
    assert "ເທົ່າໃດ?" in form.text
    crossed = vn.post(f"{here}/flow", {"v0": "30", "v1": "20", "v2": "x", "why": "<i>so</i>"})
    assert crossed.status_code == 303
    page = vn.get(f"{here}/flow").text
    assert 'id="fault-v2"' in page
    assert "&lt;i&gt;so" in page
    auto = vn.post(f"{here}/flow", {"v0": "30", "v1": "20", "v2": "40"}, **{"hx-request": "true"})
    assert (auto.status_code, 'id="saved"' in auto.text) == (200, True)
    assert 'id="fault-v1"' in vn.get(f"{here}/flow").text
    refused = vn.post(f"{here}/flow", {"v0": "30", "v1": "20", "v2": "40", "do": "submit"})
    assert refused.status_code == 422
    good = {"v0": "10", "v1": "20", "v2": "40", "do": "submit"}
    assert vn.post(f"{here}/flow", good).headers["location"] == f"{here}/delay"
    assert "<polyline" in vn.get(f"{here}/flow").text
    vn.post(f"{here}/delay", {"v0": "1", "do": "save"})
    assert 'id="fault-v0"' in vn.get(f"{here}/delay").text
    vn.post(f"{here}/delay", {"v0": "0.2", "do": "next"})
    vn.post(f"{here}/season", {"v0": "0.2", "v1": "0.2", "v2": "0.2"})
    over = vn.get(f"{here}/season").text
    assert "The probabilities do not sum to 1." in over
    sent = vn.post(here, {})
    assert sent.status_code == 422
    assert "typed, not submitted" not in vn.get(here).text.split("season")[0].split("delay")[-1]
    assert vn.get(f"{here}/none").status_code == 404
    assert vn.get(f"{base}/answers/never").status_code == 404
    assert "vn-elm" in vn.get(f"{base}/custodian").text
    vn.person = "vn-keeper"
    assert "10 · 20 · 40" in vn.get(f"{base}/custodian").text
    assert vn.get(here).status_code == 403, "the custodian answers nothing"
    vn.person = "la-ash"
    assert vn.get(f"{base}/custodian").status_code == 403
    vn.person = ""
    assert len(experts.given(world.vn, key, "vn-elm")) == 2
    assert queries.find(world.vn, key).panel is not None


def _the_discussion(vn, base):
    here = f"{base}/opening/private"
    said = {"question": "flow", "end": "low", "text": "<b>Ít nước</b>", "language": "vi", "author": "vn-ash"}
    bad = vn.post(here, {**said, "end": "dry"})
    assert bad.status_code == 422
    assert "Ít nước" in bad.text, "what was typed stays"
    done = vn.post(here, said)
    assert done.status_code == 303, done.text[-2000:]
    page = vn.get(here).text
    assert "<b>Ít" not in page
    assert "Ít nước" in page


def test_what_is_not_there_is_not_found_and_an_empty_list_says_what_to_do(world):
    vn = Console(world.vn)
    assert "/assessment/session-acts/start" in vn.get("/assessment/sessions").text
    for path in ("none", "vn/hq/1", "vn/hq/1/opening/private", "vn/hq/1/custodian", "vn/hq/1/seal/private"):
        assert vn.get(f"/assessment/sessions/{path}").status_code == 404
    assert vn.post("/assessment/sessions/vn/hq/1/steps/seal", {}).status_code == 404


def test_a_challenge_is_used_once_and_leads_nowhere_else(world):
    given = Challenges()
    made = given.new()
    import base64

    name = base64.urlsafe_b64encode(made).rstrip(b"=").decode()
    assert given.take(name) == made
    assert given.take(name) is None
    assert given.take("x") is None
    for credential in ("", "{}", "[]", '{"id":"x"}'):
        with pytest.raises(SignInRefusedError):
            who(world.vn, given, credential)
    base = "/assessment/sessions"
    assert _inside(f"{base}/vn/hq/3/answers/private") == f"{base}/vn/hq/3/answers/private"
    for path in ("https://evil.example", "//evil.example", f"{base}//evil", "/record", f"{base}/\\evil"):
        assert _inside(path) == base
