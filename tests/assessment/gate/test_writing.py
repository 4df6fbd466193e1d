"""Two nodes and one gate: who may say what, what is refused and why, what both derive alike."""

from __future__ import annotations

import json
from datetime import date
from types import SimpleNamespace

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import systems
from comity.assessment.api import api
from comity.assessment.gate import answers, rules, writing
from comity.assessment.gate.errors import (
    GateDateError,
    NotExtendableError,
    NotYoursError,
    PastDeadlineError,
    RuleUnsignedError,
    SaidBeforeError,
    UnknownClassError,
    UnknownGateError,
    UnknownRuleError,
)
from comity.cli import app
from comity.node.errors import DraftsRefusedError
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.record.canonical import unb64
from tests.asgi import Client
from tests.node.two import sync
from tests.register.pair import pair

HEAD = {"author": "editor", "marking": "TLP:CLEAR", "class": "exercise"}
DRAFT = {**HEAD, "basis": "test", "retention": "working"}
TODAY = date(2017, 3, 1)
TEXT = {"en": "x"}


def initiative(slug="dam", sponsor="la", **fields):
    plain = {
        "slug": slug,
        "title": TEXT,
        "kind": "dam",
        "third_party": "ostelvarra",
        "third_party_name": TEXT,
        "sponsor": sponsor,
        "what": TEXT,
        "documents": [{"title": "Outline"}],
    }
    plain["initiative_kind"] = plain.pop("kind")
    return {**DRAFT, "kind": "assessment.initiative", "fields": {**plain, **fields}}


@pytest.fixture
def both(tmp_path):
    with pair(tmp_path, {"la": [initiative(), initiative("zone")]}) as nodes:
        yield nodes


def do(node, name, today=TODAY, **act):
    return writing.ACTS[name](node, {"header": HEAD, **act}, today)


def opened(node, slug="g", **act):
    plain = {"initiative": "dam", "rule": "mrc-pnpca", "water": "mainstream", "seasons": ["wet", "dry"]}
    return do(node, "open", slug=slug, **{**plain, "use": "intra_basin", **act})


def exchange(vn, la):
    for one, other in ((vn, la), (la, vn)) * 2:
        sync(one, other)


def test_a_consultation_from_request_to_flag_alike_on_both_nodes(both):
    vn, la = both
    do(vn, "request", slug="please", initiative="dam", sponsor="la")
    exchange(vn, la)
    do(la, "answer", request="please", answer="refuse")  # and no reason
    opened(la)
    do(la, "step", gate="g", step="notified", on="2016-11-04")
    do(la, "step", gate="g", step="complete", on="2016-12")
    do(la, "step", gate="g", step="started", on="2016-12-20")
    exchange(vn, la)
    deal = {"slug": "deal", "initiative": "dam", "commitment": "concession", "by": "la", "on": "2017-06-09"}
    said = do(vn, "commitment", **deal, toward="ostelvarra", asserted_by="a paper", cites=[{"work": "paper"}])
    do(la, "step", gate="g", step="concluded", on="2017-06-19")
    exchange(vn, la)
    about = {"origin": "vn/hq", "id": said["receipts"][0]["id"]}
    do(la, "reply", gate="g", reply="contest", text={"en": "No concession was signed."}, about=about)
    exchange(vn, la)
    (here,), (there,) = (answers.gate(node, "g", "", "2018-01-01")["gates"] for node in (vn, la))
    assert here == there
    assert (here["state"], here["end"]["end"], here["exercise"]) == ("concluded", "2017-06-19", True)
    (flag,) = here["flags"]
    assert (flag["flag"], flag["days"], flag["basis"]) == (True, [10, 10], "conclusion")
    assert [(one["party"], one["reply"], one["about"]) for one in here["replies"]] == [
        ("la", "contest", about)
    ]
    (asked,) = answers.request_list(vn)
    assert asked["answer"] == {
        "answer": "refuse",
        "reason": None,
        "place": ["la/hq", asked["answer"]["place"][1]],
    }
    use = {one["party"]: one for one in answers.usage_list(vn)}
    assert (use["la"]["opened"], use["la"]["refused"], use["la"]["replied"]) == (1, 1, 1)
    assert (use["vn"]["opened"], use["vn"]["requested"], use["vn"]["asserted"]) == (0, 1, 1)
    assert use["la"]["unanswered"] == 0


def test_what_is_refused_says_why_and_appends_nothing(both):
    vn, la = both
    exchange(vn, la)
    size = vn.log.size, la.log.size
    refused = [
        (NotYoursError, lambda: opened(vn)),
        (UnknownRuleError, lambda: opened(la, rule="no-such")),
        (UnknownRuleError, lambda: opened(la, rule_version=2)),
        (UnknownGateError, lambda: opened(la, initiative="no-such")),
        (UnknownClassError, lambda: opened(la, water="lake")),
        (NotYoursError, lambda: do(la, "request", slug="r", initiative="dam", sponsor="la")),
        (
            PastDeadlineError,
            lambda: do(vn, "request", slug="r", initiative="dam", sponsor="la", answer_by="2017-02"),
        ),
        (UnknownGateError, lambda: do(la, "answer", request="none", answer="refuse")),
        (UnknownGateError, lambda: do(la, "step", gate="none", step="notified", on="2017-01-01")),
        (DraftsRefusedError, lambda: la_append(la, initiative("bare", documents=[]))),
        (DraftsRefusedError, lambda: la_append(la, step_draft(number=1))),
        (DraftsRefusedError, lambda: la_append(la, step_draft(step="extended", months=1, days=2, number=1))),
    ]
    for error, act in refused:
        with pytest.raises(error):
            act()
    assert (vn.log.size, la.log.size) == size


def la_append(node, draft):
    from comity.node import operations

    return operations.append(node, [draft])


def step_draft(**fields):
    plain = {"gate": "g", "sponsor": "la", "step": "notified", "on": "2017-01-01"}
    return {**DRAFT, "kind": "assessment.gate_step", "fields": {**plain, **fields}}


def test_an_initiative_without_documents_is_refused_with_its_reason(both):
    with pytest.raises(DraftsRefusedError) as error:
        la_append(both[1], initiative("bare", documents=[]))
    assert "without documents" in json.dumps(error.value.problem())


def test_steps_are_refused_that_cannot_be(both):
    vn, la = both
    opened(la)
    with pytest.raises(SaidBeforeError):
        opened(la)
    with pytest.raises(NotExtendableError):
        do(la, "step", gate="g", step="extended", on="2017-01-01", months=1)
    with pytest.raises(PastDeadlineError):
        do(la, "step", gate="g", step="started", on="2010-01-01")
    with pytest.raises(GateDateError):
        do(la, "step", gate="g", step="notified", on="yesterday")
    done = do(la, "step", gate="g", step="started", on="2016-12-20")
    with pytest.raises(SaidBeforeError):
        do(la, "step", gate="g", step="started", on="2016-12-21")
    do(la, "step", gate="g", step="started", on="2016-12-21", corrects=done["receipts"][0]["id"])
    with pytest.raises(PastDeadlineError):
        do(la, "step", gate="g", step="extended", on="2017-06-01", until="2017-06-01")
    with pytest.raises(PastDeadlineError):
        do(la, "step", today=date(2020, 1, 1), gate="g", step="extended", on="2017-06-01", months=1)
    do(la, "step", gate="g", step="extended", on="2017-06-01", months=6)
    with pytest.raises(GateDateError):
        do(la, "step", gate="g", step="extended", on="2017-06-01")
    exchange(vn, la)
    with pytest.raises(NotYoursError):
        do(vn, "step", gate="g", step="notified", on="2016-11-04")
    (gate,) = answers.gate(vn, "g", "", "2017-07-01")["gates"]
    assert (gate["state"], gate["end"]["end"]) == ("extended", "2017-12-20")


def test_both_parties_opening_at_once_gives_two_gates(tmp_path):
    with pair(tmp_path, {p: [initiative("road", p)] for p in ("vn", "la")}) as (vn, la):
        for node in (vn, la):
            opened(node, "road", initiative="road")
        exchange(vn, la)
        assert [one["sponsor"] for one in answers.gate(vn, "road")["gates"]] == ["la", "vn"]
        with pytest.raises(UnknownGateError, match="give --sponsor"):
            do(vn, "reply", gate="road", reply="accept", text=TEXT)
        do(vn, "reply", gate="road", sponsor="la", reply="accept", text=TEXT)


def test_an_opening_that_is_not_the_sponsors_or_carries_another_rule_opens_nothing(both):
    vn, la = both
    rule, text = rules.find("mrc-pnpca")
    fields = {
        "slug": "g",
        "initiative": "dam",
        "sponsor": "la",
        "rule": rule.id,
        "rule_version": 1,
        "rule_digest": rules.digest(text),
        "rule_text": text,
    }
    draft = {**DRAFT, "kind": "assessment.gate", "fields": fields}
    la_append(vn, draft)  # vn opens in la's name
    exchange(vn, la)
    assert answers.gate_list(la) == []
    la_append(la, {**draft, "fields": {**fields, "rule_text": text.replace("months = 6", "months = 1")}})
    (gate,) = answers.gate_list(la)
    assert (gate["state"], gate["rule"]["problem"]) == ("cannot tell", "rule-digest")
    with pytest.raises(UnknownGateError):
        do(la, "step", gate="g", step="notified", on="2017-01-01")


def test_a_running_gate_keeps_its_rule(both):
    _, la = both
    opened(la)
    do(la, "step", gate="g", step="started", on="2016-12-20")
    folder = la.folder.root / "rules"
    folder.mkdir()
    newer = (
        rules.find("mrc-pnpca")[1].replace("version = 1", "version = 2").replace("months = 6", "months = 9")
    )
    (folder / "mrc-pnpca-2.toml").write_text(newer)
    opened(la, "later")
    do(la, "step", gate="later", step="started", on="2016-12-20")
    ends = {one["slug"]: (one["rule"]["version"], one["end"]["end"]) for one in answers.gate_list(la)}
    assert ends == {"g": (1, "2017-06-19"), "later": (2, "2017-09-19")}


def test_a_rule_of_the_compact_binds_by_its_digest_there(both, monkeypatch):
    _, la = both
    bilateral = {"rule": "bilateral-days", "water": None, "seasons": [], "use": None}
    _, text = rules.find("bilateral-days")
    with pytest.raises(RuleUnsignedError):
        opened(la, **bilateral)
    part = SimpleNamespace(name="gate", version="1", digest=unb64(rules.digest(text), 32))
    compact = SimpleNamespace(name="c", version=1, vocabularies=(part,))
    ground = SimpleNamespace(binds=True, compact=compact)
    monkeypatch.setattr(answers, "ground", lambda _node: ground)
    opened(la, **bilateral)
    do(la, "step", gate="g", step="started", on="2017-03-01")
    (gate,) = answers.gate_list(la)
    assert (gate["end"]["end"], gate["rule"]["signed"]) == ("2017-03-30", "c/1")
    # The rule has no check of papers between submission and start, and one party alone extends nothing.
    with pytest.raises(NotExtendableError):
        do(la, "step", gate="g", step="complete", on="2017-03-01")
    do(la, "step", gate="g", step="extended", on="2017-03-02", days=10)
    assert answers.gate_list(la)[0]["end"]["end"] == "2017-03-30"
    ground.binds = False
    with pytest.raises(RuleUnsignedError):
        opened(la, "again", **bilateral)


def test_the_interface_and_the_command_line(tmp_path):
    with pair(tmp_path, {"la": [initiative()]}) as (_, la):
        served = FastAPI()
        install(served)
        served.include_router(api(NodeApp(la, systems())))
        client = Client(served)
        root = "/api/v1/assessment"
        body = {"slug": "g", "initiative": "dam", "rule": "mrc-pnpca", "water": "tributary", "header": HEAD}
        assert client.post(f"{root}/gate-acts/open", json=body).status_code == 201
        again = client.post(f"{root}/gate-acts/open", json=body)
        assert again.status_code >= 400
        assert again.json()["type"].endswith("gate-said-before")
        assert client.post(f"{root}/gate-acts/open", json={"slug": 3}).status_code >= 400
        assert client.post(f"{root}/gate-acts/veto", json=body).status_code >= 400
        assert client.get(f"{root}/gates/none").status_code >= 400
        assert client.get(f"{root}/gates?on=never").status_code >= 400
        query = "gate-deadline?rule=mrc-pnpca&start=2016-12-20&extend=1m,10d"
        assert client.get(f"{root}/{query}").json()["end"] == "2017-07-29"
        for name in ("gates", "gate-usage", "gate-rules"):
            assert client.get(f"{root}/{name}").json()
        assert client.get(f"{root}/gate-requests").json() == []
    run = CliRunner().invoke
    node, who = str(tmp_path / "la"), ["--author", "editor", "--exercise"]
    done = run(app, ["gate", "step", node, "g", "notified", "--on", "2026-01-05", *who, "--json"])
    assert done.exit_code == 0, done.output
    reply = run(app, ["gate", "reply", node, "g", "explain", "Papers are late.", *who])
    assert "assessment.gate_reply in la/hq" in reply.stdout
    shown = run(app, ["gate", "status", node, "g"]).stdout
    assert "[exercise] g of la: notified" in shown
    assert "la explain: Papers are late." in shown
    assert run(app, ["gate", "extend", node, "g", "6m", "--on", "2026-02-01", *who]).exit_code == 1
    assert "digest" in run(app, ["gate", "rules", node]).stdout
    assert json.loads(run(app, ["gate", "status", node, "--json"]).stdout)["usage"]
