"""The pages of events: five forms on a phone, a draft that survives, both pictures, in three languages."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.border.events import answers
from comity.border.events.forms import FORMS
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.asgi import Client

COMMON = {"author": "guard-1", "marking": "TLP:CLEAR", "exercise": "yes", "originator": "Post 4"}

KEEP = {"Comity-Keep": "1"}


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("pages") / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, systems()) as node:
        web = FastAPI()
        mount(web, node, systems())
        yield node, Client(web)


def hidden(page):
    return dict(re.findall(r'type="hidden" name="(slug|began_at)" value="([^"]+)"', page))


def filled(client, name, **more):
    page = client.get(f"/border/events/new/{name}").text
    first = {"marker": "578 + 20 m", "learnt": "15", "reaction": "planned", "impact": "low"}
    return {**hidden(page), **first, "credibility": "2", "reliability": "B", **COMMON, **more}


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("language", ["vi", "lo", "en"])
def test_each_form_is_there_in_each_language(served, name, language):
    _, client = served
    done = client.get(f"/border/events/new/{name}?lang={language}")
    assert done.status_code == 200
    assert 'name="marker"' in done.text
    assert client.get("/border/events/new/nothing").status_code == 404


def test_a_form_is_shown_then_recorded_and_sending_it_again_changes_nothing(served):
    node, client = served
    given = filled(client, "unknown_object", detail="heard", object_class="air", words="Two of them")
    path = "/border/events/new/unknown_object"
    size = node.log.size
    shown = client.post(path, data={**given, "step": "show"})
    assert "As it will be recorded" in shown.text
    assert node.log.size == size
    done = client.post(path, data={**given, "step": "record"}, follow_redirects=False)
    assert done.status_code == 303
    again = client.post(path, data={**given, "step": "record"}, follow_redirects=False)
    assert again.headers["location"] == done.headers["location"]
    assert node.log.size == size + 2
    page = client.get(done.headers["location"]).text
    assert "2: probably true" in page
    assert "Two of them" in page
    found = answers.event(node, f"vn/{given['slug']}")
    assert found["first"]["after_ms"] >= 15 * 60_000


def test_what_does_not_do_is_said_at_the_form_and_nothing_is_recorded(served):
    node, client = served
    size = node.log.size
    path = "/border/events/new/marker_damaged"
    for wrong in ({"marker": "Cha Lo"}, {"author": ""}, {"marking": "TLP:BLUE"}, {"impact": "huge"}):
        given = filled(client, "marker_damaged", **wrong)
        done = client.post(path, data={**given, "step": "record"})
        assert done.status_code == 422
        assert "Nothing was recorded" in done.text
    assert node.log.size == size


def test_a_draft_survives_and_opens_where_it_was_left(served):
    node, client = served
    given = filled(client, "ordnance_found", marker="601", words="under the ford")
    path = "/border/events/new/ordnance_found"
    assert client.post(path, data={**given, "step": "keep"}, follow_redirects=False).status_code == 303
    assert f"draft={given['slug']}" in client.get("/border/events").text
    page = client.get(f"{path}?draft={given['slug']}").text
    assert "under the ford" in page
    assert hidden(page) == {"slug": given["slug"], "began_at": given["began_at"]}
    client.post(path, data={**given, "step": "record"})
    assert "draft=" not in client.get("/border/events").text
    assert answers.draft_list(node) == []


def test_what_a_phone_keeps_is_empty_and_the_node_says_what_may_be_kept(served):
    _, client = served
    listed = client.request("GET", "/border/phone", headers=KEEP)
    forms = re.findall(r'href="([^"]+)" data-kept-form', listed.text)
    assert forms == [*(f"/border/events/new/{name}" for name in FORMS), "/border/patrols/visit"]
    assert "script-src 'self'" in listed.headers["content-security-policy"]
    for path in ("/border/phone", *forms):
        kept, shown = client.request("GET", path, headers=KEEP), client.get(path)
        assert (kept.headers["comity-keep"], "comity-keep" in shown.headers) == ("yes", False)
        if path in forms:
            assert 'name="slug" value=""' in kept.text
            assert 'name="began_at" value=""' in kept.text
            assert "data-fresh" in kept.text
            assert "data-fresh" not in shown.text
    for never in ("/border", "/border/events", "/border/patrols", "/border/events/new/other/x", "/record"):
        assert "comity-keep" not in client.request("GET", never, headers=KEEP).headers
    worker = client.get("/border/worker.js")
    assert worker.status_code in (200, 404), "404 where the console was not built"
    if worker.status_code == 200:
        assert worker.headers["content-security-policy"] == "default-src 'none'; connect-src 'self'"


def test_what_a_phone_kept_is_the_word_of_whoever_wrote_it(served):
    node, client = served
    given = filled(client, "marker_damaged", marker="602", step="record")
    size = node.log.size
    path = "/border/events/new/marker_damaged"
    for wrong in ({"writer": "guard-2"}, {"writer": "guard-2", "queued": "1"}):
        assert client.post(path, data={**given, **wrong}).status_code == 422
    assert node.log.size == size
    done = client.post(path, data={**given, "writer": "guard-1", "queued": "1"}, follow_redirects=False)
    assert done.status_code == 303


def test_follow_up_and_both_pictures(served):
    _, client = served
    given = filled(client, "fire_or_flood", marking="TLP:AMBER")
    client.post("/border/events/new/fire_or_flood", data={**given, "step": "record"})
    path = f"/border/events/vn/{given['slug']}"
    more = {**COMMON, "reaction": "taken", "impact": "low", "validation": "validated", "closes": "over"}
    assert client.post(f"{path}/report", data={**more, "step": "record"}).status_code in (200, 303)
    assert "closed: over" in client.get(path).text
    assert given["slug"] in client.get("/border/events").text
    assert given["slug"] not in client.get("/border/events?picture=shared").text
    for missing in ("/border/events/vn/none", f"{path}/shout", "/border/requests/vn/none"):
        assert client.get(missing).status_code == 404
    assert client.get("/border/requests").status_code == 200
    assert client.get("/border/events?type=other&marker=9999").status_code == 200
