"""A blind zone by its pages alone: both sides, the warnings before each step, nothing of a set on any page."""

from __future__ import annotations

from dataclasses import replace

from fastapi import FastAPI

from comity.app import mount
from comity.assessment import SYSTEM
from tests.asgi import Client
from tests.assessment.forms_world import send, take
from tests.assessment.position.test_pages import page
from tests.assessment.position.zone.world import world

ACTS = "/assessment/zone-acts"
ZONE = "/assessment/zones/flow-zone"
PACKAGES = ["<b>A package</b> | p0 | flow=high", *(f"Package {number} | p{number}" for number in range(1, 6))]
MANDATE = {
    "slug": "flow-zone",
    "line": "lumvarren-dam",
    "packages.en": "\n".join(PACKAGES),
    "cap": "3",
    "mandate_holder.en": "The joint mission",
    "valid_from": "2026-01-01",
    "valid_to": "2099-12-31",
}
GREEDY = "learns which of that the other side accepts"


def served(node):
    web = FastAPI()
    mount(web, node, (SYSTEM,))
    return Client(web)


def test_a_zone_is_run_by_its_pages_alone(tmp_path):
    with world(tmp_path) as both:
        pages = {party: served(node) for party, node in both.nodes.items()}
        vn, la = pages["vn"], pages["la"]
        assert f'href="{ACTS}/propose"' in page(vn, "/assessment/zones")
        assert 'href="/assessment/zones"' in page(vn, "/assessment/lines")
        assert vn.get("/assessment/zones/nowhere").status_code == 404
        assert vn.get(f"{ACTS}/seal?zone=nowhere").status_code == 404
        over = send(vn, f"{ACTS}/propose", {**MANDATE, "other": "la/hq", "cap": "4"})
        assert over.status_code == 422
        assert "at most half of the list" in over.text
        seen, where = take(vn, f"{ACTS}/propose", {**MANDATE, "other": "la/hq"})
        assert where == "/assessment/zones"
        assert "most packages that a side may accept" in seen
        assert GREEDY in vn.get(f"{ACTS}/propose").text
        both.release("vn", written(both, "vn"))
        both.settle()
        assert "Write the same mandate" in page(la, ZONE)
        take(la, f"{ACTS}/agree", {"zone": "flow-zone"})
        both.release("la", written(both, "la"))
        both.settle()
        for language in ("en", "vi", "lo"):
            text = page(vn, ZONE, language)
            assert f"/record/{both.vn.origin}/" in text
            assert "&lt;b&gt;A package" in text
            assert "flow: high" in text
        sets = {"la": ("p0", "p1"), "vn": ("p1", "p2")}
        early = send(vn, f"{ACTS}/seal", {"zone": "flow-zone", "accept-p1": "yes"})
        assert "la/hq starts" in early.text
        for party in ("la", "vn"):
            seal(both, pages[party], party, sets[party])
            both.settle()
        for party in ("la", "vn"):
            seen, where = take(pages[party], f"{ACTS}/step", {"zone": "flow-zone"})
            assert where == ZONE
            assert "As many points as the cap says" in seen
            both.settle()
        early = send(vn, f"{ACTS}/step", {"zone": "flow-zone"})
        assert (early.status_code, "la/hq starts" in early.text) == (422, True)
        reply = send(la, f"{ACTS}/step", {"zone": "flow-zone"})
        assert "That this side sealed its reply." in reply.text
        assert GREEDY in page(vn, ZONE)
        again = send(la, f"{ACTS}/seal", {"zone": "flow-zone", "accept-p3": "yes"})
        assert "one run a list" in again.text
        off(both, vn)


def written(both, party):
    """Return where a party wrote the mandate."""
    return next(one.index for one in both.view(party).written if one.party == party)


def seal(both, client, party, accept):
    """Seal on the page: what the other side will see is no package; what is accepted, only the own side sees."""
    size = both.nodes[party].status().size
    ticks = {f"accept-{slug}": "yes" for slug in accept}
    seen, _ = take(client, f"{ACTS}/seal", {"zone": "flow-zone", **ticks})
    assert "neither which packages nor how many" in seen
    assert f"Only you see this: {', '.join(accept)}" in " ".join(seen.split())
    assert both.nodes[party].status().size > size
    both.approve_openings(party, both.view(party).sets.round)


def off(both, client):
    """Where the node has not switched it on there is no step, and the page says so."""
    both.vn.config = replace(both.vn.config, features=())
    assert client.get(f"{ACTS}/propose").status_code == 404
    assert send(client, f"{ACTS}/step", {"zone": "flow-zone"}).status_code == 404
    assert "switches them on in comity.toml" in page(client, "/assessment/zones")
