"""Acts in the browser: shown first and recorded then; what would not stand is told beside its field."""

from __future__ import annotations

import re
from urllib.parse import urlencode

import pytest
from fastapi import FastAPI

from comity.app import mount, systems
from comity.assessment.initiatives import answers as initiatives
from comity.assessment.position import answers
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import drafts_from_json
from tests.asgi import Client
from tests.assessment.forms_world import send, take
from tests.assessment.gate.test_writing import initiative


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("forms") / "la"
    create(root, NewNode(party="la", node="hq", unprotected=True))
    with Node.open(root, systems()) as node:
        node.append(drafts_from_json([initiative(), initiative("zone", "vn")], node.registry))
        web = FastAPI()
        mount(web, node, systems())
        yield node, Client(web)


def test_a_consultation_is_opened_stepped_extended_and_replied_to(served):
    node, client = served
    start = node.status().size
    gate = {"initiative": "dam", "slug": "dam-gate", "rule": "mrc-pnpca@1", "water": "mainstream"}
    gate |= {"season-dry": "yes", "use": "intra_basin"}
    shown = send(client, "/assessment/gate-acts/open", gate)
    assert node.status().size == start, "showing records nothing"
    assert "What the other side will see" in shown.text
    assert "dry season" in shown.text
    _, where = take(client, "/assessment/gate-acts/open", gate)
    assert where == "/assessment/initiatives/dam"
    step = {"gate": "dam-gate", "sponsor": "la", "step": "started", "on": "2026-01-20", "past": "yes"}
    _, where = take(client, "/assessment/gate-acts/step", step)
    assert where == "/assessment/gates/dam-gate#of-la"
    more = {**step, "step": "extended", "on": "2026-07-01", "length": "1m"}
    seen, _ = take(client, "/assessment/gate-acts/step", more)
    assert "months" in seen
    said = {"initiative": "dam", "slug": "mou", "commitment": "memorandum", "on": "2026-03-01", "by": "la"}
    said |= {
        "toward": "ostelvarra",
        "asserted_by": "example editor",
        "cites": "some-work",
        "unverified": "yes",
    }
    take(client, "/assessment/gate-acts/commitment", said)
    reply = {"gate": "dam-gate", "sponsor": "la", "reply": "contest", "text.en": "<b>No.</b>"}
    take(client, "/assessment/gate-acts/reply", reply)
    page = client.get("/assessment/gates/dam-gate?lang=en").text
    assert "dated before consultation concluded" in page
    assert "<b>No.</b>" not in page
    assert '<desc id="timeline-la-words">' in page


def test_what_would_not_stand_is_refused_and_what_was_typed_stays(served):
    node, client = served
    start = node.status().size
    gate = {"initiative": "dam", "slug": "Not A Slug", "rule": "mrc-pnpca@1", "water": "mainstream"}
    refused = send(client, "/assessment/gate-acts/open", gate)
    assert refused.status_code == 422
    assert "Nothing was recorded" in refused.text
    assert 'value="Not A Slug"' in refused.text
    nobody = send(client, "/assessment/gate-acts/open", {**gate, "slug": "x", "author": ""})
    assert 'id="fault-author"' in nobody.text
    theirs = {"initiative": "zone", "slug": "z", "rule": "mrc-pnpca@1"}
    assert "another party" in send(client, "/assessment/gate-acts/open", theirs).text
    wild = {**gate, "slug": "y", "marking": "TLP:PINK"}
    assert send(client, "/assessment/gate-acts/open", wild).status_code == 422
    assert node.status().size == start
    for path in (
        "gate-acts/none",
        "gate-acts/step?gate=none",
        "line-acts/none",
        "line-acts/clause?line=none",
    ):
        assert client.get(f"/assessment/{path}").status_code == 404


def test_a_line_is_opened_spoken_on_and_written(served):
    node, client = served
    line = {"slug": "flow-line", "title.en": "Flow", "matter": "position"}
    line |= {"issues": "Least flow: 50 % of the mean; 80 % of the mean\nData: daily; weekly"}
    take(client, "/assessment/line-acts/line", line)
    clause = {"line": "flow-line", "step": "propose", "clause": "c1", "text.en": "Data every day."}
    clause |= {"marking": "TLP:AMBER", "reason.en": "Floods come fast."}
    seen, _ = take(client, "/assessment/line-acts/clause", clause)
    assert "stays here until" in seen
    page = client.get("/assessment/lines/flow-line?lang=en").text
    assert "Floods come fast." in page
    assert "stays here" in page
    assert re.search(r'href="/assessment/release/\d+"', page)
    found = answers.line(node, "flow-line")
    (text,) = found["clauses"][0]["texts"]
    accept = {"line": "flow-line", "clause": "c1", "step": "accept", "about": text["digest"]}
    form = client.get("/assessment/line-acts/clause?" + urlencode(accept)).text
    assert "Data every day." in form
    early = {
        "line": "flow-line",
        "mandate_holder.en": "x",
        "valid_from": "2026-01-01",
        "valid_to": "2027-01-01",
    }
    assert "no clause is agreed yet" in send(client, "/assessment/line-acts/sign", early).text
    ticks = client.get("/assessment/line-acts/sign?line=flow-line").text
    assert "Least flow: 80 % of the mean" in ticks
    assert send(client, "/assessment/line-acts/line", {**line, "issues": "no options"}).status_code == 422
    values = {"line": "flow-line", "weight-least-flow": "0.5", "weight-data": "0.5"}
    values |= {"value-least-flow-50-of-the-mean": "0", "value-least-flow-80-of-the-mean": "1"}
    values |= {"value-data-daily": "0.25", "value-data-weekly": "1"}
    off = send(client, "/assessment/line-acts/show-values", {**values, "weight-data": "0.9"})
    assert "do not sum to 1" in off.text
    take(client, "/assessment/line-acts/show-values", values)
    shown = answers.fair(node, "flow-line")
    assert shown["shown_by"] == ["la"]
    assert "Both sides show values first" in client.get("/assessment/lines/flow-line?lang=en").text


def test_a_release_is_refused_where_there_is_nobody_to_release_to(served):
    _, client = served
    assert client.get("/assessment/release/999999").status_code == 404
    assert client.get("/assessment/release/3").status_code == 409


INITIATIVE = {
    "slug": "railway",
    "title.en": "A railway (fictional)",
    "title.vi": "Một đường sắt (giả định)",
    "initiative_kind": "railway",
    "third_party": "ostelvarra",
    "third_party_name.en": "Republic of Ostelvarra (fictional)",
    "sponsor": "la",
    "what.en": "A line along the river (fictional).",
    "documents": "Outline of the line | 2026-05 \nLetter of intent",
    "amount": "250000000",
    "currency": "USD",
    "prices": "nominal",
    "year": "2026",
    "asks-la.en": "Land along the line | 2027-01-01\nA guarantee",
    "asks-la.vi": "Đất dọc tuyến\nMột bảo lãnh",
}


def test_an_initiative_is_recorded_with_its_papers_and_what_it_asks(served):
    node, client = served
    seen, where = take(client, "/assessment/initiative-acts/record", INITIATIVE)
    assert "What the other side will see" in seen
    assert where == "/assessment/initiatives/railway"
    found = initiatives.initiative(node, "railway")
    assert [one["title"] for one in found["documents"]] == ["Outline of the line", "Letter of intent"]
    first, second = found["asks"]
    assert (first["by"], first["what"]["vi"], second["what"]["en"]) == (
        "2027-01-01",
        "Đất dọc tuyến",
        "A guarantee",
    )
    page = client.get(f"{where}?lang=en").text
    assert "/assessment/session-acts/start?initiative=railway" in page
    for changed, said in (
        ({"documents": ""}, "name at least one paper"),
        ({"sponsor": "xx"}, "no party here"),
        ({"third_party": "la"}, "no third one"),
        ({"prices": ""}, "without its prices"),
        ({"amount": "NaN"}, "amount"),
        ({"asks-la.vi": "Một"}, "lines in English"),
    ):
        size = node.status().size
        refused = send(client, "/assessment/initiative-acts/record", {**INITIATIVE, **changed})
        assert refused.status_code == 422, changed
        assert said in refused.text
        assert "Một đường sắt" in refused.text
        assert node.status().size == size


RISK = {
    "slug": "low-flow",
    "title.en": "The flow falls (fictional)",
    "horizon_months": "60",
    "measure": "probability",
    "frequency-shape": "pert",
    "frequency-values": "0.1 0.2 0.4",
    "impact-0-party": "la",
    "impact-0-dimension": "economic",
    "impact-0-unit": "million USD",
    "impact-0-shape": "quantiles",
    "impact-0-values": "1 2 5 9 20",
}


def test_a_risk_is_put_on_the_register_with_parts_added_by_buttons_and_a_run_is_recorded(served):
    node, client = served
    path = "/assessment/risk-acts"
    more = send(client, f"{path}/risk", RISK, "impacts")
    assert more.status_code == 200
    assert 'name="impact-1-unit"' in more.text
    assert 'value="low-flow"' in more.text, "what was typed stays"
    treated = send(client, f"{path}/risk", {**RISK, "impacts": "2", "treatments": "0"}, "treatments")
    assert 'name="treatment-0-impact-1-values"' in treated.text
    take(client, f"{path}/group", {"slug": "rain", "label.en": "Little rain", "rho": "0.4"})
    whole = {**RISK, "impacts": "2", "treatments": "1", "group": "rain", "treatment-0-slug": "store"}
    whole |= {"treatment-0-label.en": "Store water", "treatment-0-impact-0-values": "1 1.5 2 3 4"}
    seen, where = take(client, f"{path}/risk", whole)
    assert where == "/assessment/risks"
    assert "million USD" in seen
    text = client.get("/assessment/risks?lang=en").text
    assert "The flow falls" in text
    assert "Store water" in text
    run, _ = take(client, f"{path}/run", {"seed": "7", "draws": "1000"})
    assert "digest of all draws" in run
    (place,) = re.findall(r"again=(la/hq/\d+)", client.get("/assessment/risks?lang=en").text)
    assert "the same, to the last digit" in client.get(f"/assessment/risks?lang=en&again={place}").text
    take(client, f"{path}/risk", {**whole, "frequency-values": "0.1 0.2 0.5"})
    assert "other risks are on record" in client.get(f"/assessment/risks?lang=en&again={place}").text
    size = node.status().size
    for changed, said in (
        ({"frequency-values": "0.4 0.2 0.1"}, "below"),
        ({"frequency-values": "nan 1 2"}, "frequency"),
        ({"impact-0-party": "xx"}, "no party here"),
        ({"impact-0-unit": "million EUR", "slug": "other"}, "is counted in"),
        ({"group": "snow"}, "record it first"),
        ({"event.en": "We are confident that it is unlikely."}, "in one sentence"),
    ):
        refused = send(client, f"{path}/risk", {**whole, **changed})
        assert refused.status_code == 422, changed
        assert said in refused.text
    assert send(client, f"{path}/run", {"seed": "7", "draws": "2000000"}).status_code == 422
    assert client.get(f"{path}/none").status_code == 404
    assert node.status().size == size


SESSION = {
    "slug": "railway-session",
    "title.en": "The railway (fictional)",
    "topic.en": "Will it be built?",
    "initiative": "dam",
    "protocol": "cooke",
    "log-la/hq": "yes",
    "least_experts": "3",
    "keep_answers_months": "12",
    "q0-slug": "built",
    "q0-text.en": "Will it be built before 2031?",
    "q0-form": "probability",
    "q0-role": "target",
    "q0-horizon": "2031",
    **{
        f"private-{name}_by": f"2099-01-0{day}T10:00"
        for day, name in enumerate(("answer", "seal", "open"), 1)
    },
}


def test_a_session_is_asked_for_question_by_question_and_refused_with_its_reason(served):
    node, client = served
    path = "/assessment/session-acts/start"
    empty = client.get(f"{path}?initiative=dam").text
    assert '<option value="dam" selected>' in empty
    assert 'value="0.05 0.5 0.95"' in empty
    more = send(client, path, SESSION, "question")
    assert 'name="q1-slug"' in more.text
    assert "Will it be built before 2031?" in more.text
    size = node.status().size
    for changed, said in (
        ({}, "voices"),
        ({"private-answer_by": "2001-01-01T10:00"}, "voices"),
        ({"private-answer_by": "soon"}, "no moment"),
        ({"q0-horizon": ""}, "without its horizon"),
        ({"q0-form": "quantile"}, "q0-unit"),
        ({"q0-form": "categorical", "q0-categories.en": "Built | built\nNever"}, "short name"),
        ({"q0-slug": "", "q0-text.en": ""}, "one question at least"),
        ({"protocol": "idea"}, "revised-answer_by"),
    ):
        refused = send(client, path, {**SESSION, **changed})
        assert refused.status_code == 422, changed
        assert said in refused.text, changed
    assert node.status().size == size
    outcome = client.get("/assessment/session-acts/outcome").text
    assert "never asked again" in outcome
    bare = {"question": "built", "outcome": "1", "resolved_at": "2026-01-01T00:00"}
    assert "name the source" in send(client, "/assessment/session-acts/outcome", bare).text
