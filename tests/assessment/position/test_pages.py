"""The pages of lines and risks, in three languages, empty and filled."""

from __future__ import annotations

import pytest
from fastapi import FastAPI

from comity.app import mount
from comity.assessment import SYSTEM
from comity.assessment.position import writing
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.sealing import drafts_from_json
from tests.asgi import Client
from tests.assessment.position.test_two import LINE, SIGNED, TEXT, TODAY, act, clause
from tests.assessment.risk.test_commands import GROUPS, HEAD, RISKS


@pytest.fixture(scope="module")
def served(tmp_path_factory):
    root = tmp_path_factory.mktemp("pages") / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, (SYSTEM,)) as node:
        web = FastAPI()
        mount(web, node, (SYSTEM,))
        yield node, Client(web)


def page(client, path, language="en"):
    reply = client.request("GET", path, headers={"accept-language": language})
    assert reply.status_code == 200, reply.text[:2000]
    return reply.text


def test_pages_say_what_to_do_while_empty_and_lead_to_records(served):
    node, client = served
    for path, first in (("lines", "line-acts/line"), ("risks", "risk-acts/risk")):
        assert f'href="/assessment/{path}"' in page(client, "/assessment")
        assert f'href="/assessment/{first}"' in page(client, f"/assessment/{path}")
    writing.do(node, "line", act(LINE), TODAY)
    writing.do(node, "clause", clause("propose", text=TEXT), TODAY)
    writing.do(
        node,
        "clause",
        {
            **clause("propose", text={"en": "<b>Two.</b>"}),
        },
        TODAY,
    )
    writing.do(node, "clause", clause("propose", text=TEXT), TODAY)
    writing.do(node, "sign", act({**SIGNED, "clauses": []}), TODAY)
    items = [{**HEAD, "kind": "assessment.risk", "fields": one} for one in RISKS]
    items += [{**HEAD, "kind": "assessment.risk_group", "fields": one} for one in GROUPS]
    node.append(drafts_from_json(items, node.registry))
    for language in ("en", "vi", "lo"):
        text = page(client, "/assessment/lines/lumvarren-dam", language)
        assert TEXT["en"] in text
        assert f"/record/{node.origin}/" in text
        assert "<b>Two" not in text
        assert "/assessment/lines/lumvarren-dam" in page(client, "/assessment/lines", language)
        risks = page(client, "/assessment/risks", language)
        assert "<polyline" in risks
        assert risks.count("<table") >= 5
        assert "20–45 %" in risks  # noqa: RUF001 - a range is written with a dash
    assert "exercise" in page(client, "/assessment/risks")
