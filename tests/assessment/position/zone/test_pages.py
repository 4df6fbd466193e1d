"""The pages of blind zones: empty, with a mandate, in three languages; nothing of a set is on them."""

from __future__ import annotations

from fastapi import FastAPI

from comity.app import mount
from comity.assessment import SYSTEM
from comity.assessment.position import writing as lines
from comity.assessment.position.zone import writing
from comity.node.create import NewNode, create
from comity.node.node import Node
from tests.asgi import Client
from tests.assessment.position.test_pages import page
from tests.assessment.position.test_two import LINE, act
from tests.assessment.position.zone.world import TERMS, TODAY, switch_on


def test_pages_say_what_is_awaited_and_what_a_greedy_side_learns(tmp_path):
    create(tmp_path / "vn", NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(tmp_path / "vn", (SYSTEM,)) as node:
        switch_on(node)
        web = FastAPI()
        mount(web, node, (SYSTEM,))
        client = Client(web)
        assert "comity position zone propose" in page(client, "/assessment/zones")
        assert 'href="/assessment/zones"' in page(client, "/assessment/lines")
        assert client.get("/assessment/zones/nowhere").status_code == 404
        lines.do(node, "line", act(LINE), TODAY)
        label = {"slug": "p0", "label": {"en": "<b>A package</b>"}, "options": {"flow": "high"}}
        terms = {**TERMS, "packages": [label, *TERMS["packages"][1:]]}
        done = writing.propose(node, terms, "clerk", TODAY, exercise=True)
        for language in ("en", "vi", "lo"):
            text = page(client, "/assessment/zones/flow-zone", language)
            assert f"/record/{node.origin}/{done['receipts'][0]['index']}" in text
            assert "&lt;b&gt;A package" in text
            assert "flow: high" in text
            assert "flow-zone" in page(client, "/assessment/zones", language)
        assert "people of both release it" in page(client, "/assessment/zones/flow-zone")
        assert "learns which of that the other side accepts" in page(client, "/assessment/zones/flow-zone")
        assert "exercise" in page(client, "/assessment/zones/flow-zone")
        assert "không gì khác" in page(client, "/assessment/zones", "vi")
