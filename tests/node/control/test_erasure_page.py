"""The page about erasures: every state in words, in three languages, and nothing hidden."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from comity import console
from comity.console.pages.erasure import LIMITS, STAGES, STATES
from comity.node.control.erasure_ledger import LIMITS as LEDGER_LIMITS
from comity.node.web.problems import install
from tests.asgi import Client
from tests.node.control.conftest import remark, two_people
from tests.node.control.test_erasure import asked, erased, later, title


@pytest.fixture
def pair(pair):
    for node in (pair.vn, pair.la):
        node.control.erasures.approved = two_people
    return pair


def browser(node):
    app = FastAPI()
    install(app)
    console.mount(app, node, ())
    return Client(app)


def test_every_state_and_limit_has_words():
    assert set(LIMITS) == set(LEDGER_LIMITS)
    assert set(STATES) == {"acknowledged", "held", "overdue", "waiting", "done", "nothing", "refused"}
    assert set(STAGES) == {"waiting", "approved", "held", "ordered", "expired", "refused"}


def test_an_empty_page(pair):
    page = browser(pair.vn).get("/erasure")
    assert page.status_code == 200
    assert "Nothing was erased yet" in page.text
    assert "No record is held." in page.text


@pytest.mark.parametrize("lang", ["en", "vi", "lo"])
def test_the_ledger_says_what_was_done_what_is_late_and_what_is_held(pair, lang):
    (index, held), _, _ = pair.released([remark("Level"), remark("Held", retention="working:2024-01")])
    order = erased(pair, index)
    pair.vn.control.erasures.hold([("vn/hq", held)], author="counsel", reason="case 7", until=None)
    pair.la.control.erasures.obey = lambda _link: 0
    pair.settle()
    later(pair.vn, 31)
    page = browser(pair.vn).get(f"/erasure?lang={lang}")
    assert page.status_code == 200
    assert f"/record/vn/hq/{order.index}" in page.text
    assert "case 7" in page.text
    assert "law 91, article 14" in page.text
    if lang == "en":
        for words in (
            "overdue",
            "done here",
            "What cannot be enforced technically",
            "word; nothing can prove",
        ):
            assert words in page.text
    pair.nodes["la"].control.erasures.__dict__.pop("obey")
    pair.settle()
    words = "acknowledged by the peer"
    assert (words in browser(pair.vn).get(f"/erasure?lang={lang}").text) == (lang == "en")


def test_an_approved_request_is_carried_out_from_the_page_and_no_other(pair):
    (receipt,) = pair.vn.append([remark("Level")])
    request = asked(pair, receipt.index, approve=["first"])
    page = browser(pair.vn)
    assert f'action="/erasure/{request.index}"' not in page.get("/erasure").text
    assert page.post(f"/erasure/{request.index}").status_code == 409
    assert page.post(f"/erasure/{receipt.index}").status_code == 404
    assert title(pair.vn, receipt.index) == "Level"
    pair.approve(pair.vn, request, "second")
    assert f'action="/erasure/{request.index}"' in page.get("/erasure").text
    assert page.post(f"/erasure/{request.index}").status_code == 303
    assert title(pair.vn, receipt.index) is None
