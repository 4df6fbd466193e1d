"""The pages of two real nodes: what they show, what they never show, and that they are whole."""

from __future__ import annotations

import json
import re
from html.parser import HTMLParser

import pytest

PATHS = [
    "/",
    "/record",
    "/record?lane=own",
    "/record?lane=peer",
    "/record?kind=register.instrument",
    "/record?kind=perspectives.statement&page=9",
    "/record/vn/hq/0",
    "/record/vn/hq/1",
    "/record/vn/hq/1?view=other",
    "/record/la/hq/1",
    "/sync",
    "/about",
    "/register",
    "/register?sort=date&dir=desc",
    "/register?kind=undertaking&state=disputed&party=vn&text=arcadia",
    "/register/instrument/treaty-1",
    "/register/mechanism/committee",
    "/register/meeting/committee-2",
    "/register/undertaking/exercise-1",
    "/register/figure/trade",
    "/comparison",
    "/comparison?sort=by-vn&dir=desc",
    "/comparison/p-1",
    "/comparison/p-2",
    "/comparison/statements/s-1",
    "/comparison/statements/s-2",
    "/comparison/works",
    "/comparison/works/a-work",
]
VOID = {"meta", "link", "input", "br", "hr", "img", "path", "circle", "rect"}


class Whole(HTMLParser):
    """Fails on tags that do not close, ids that repeat, and headings that skip a level."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.ids: set[str] = set()
        self.headings: list[int] = []

    def handle_starttag(self, tag, attrs):
        for name, value in attrs:
            if name == "id":
                assert value not in self.ids, f"id {value} twice"
                self.ids.add(value)
            assert not name.startswith("on"), "no inline script"
            assert name != "style", "no inline style: the content policy would drop it"
        if re.fullmatch(r"h[1-6]", tag):
            self.headings.append(int(tag[1]))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("lang", ["vi", "lo", "en"])
def test_page_is_whole_in_every_language(vn, path, lang):
    reply = vn.get(path, lang)
    assert reply.status_code == 200
    assert f'<html lang="{lang}">' in reply.text
    parser = Whole()
    parser.feed(reply.text)
    assert parser.open == []
    assert parser.headings[0] == 1
    assert parser.headings.count(1) == 1
    assert all(b - a <= 1 for a, b in zip(parser.headings, parser.headings[1:], strict=False))
    assert "%(" not in reply.text, "a placeholder was left open"
    assert "Undefined" not in reply.text


def test_headers_allow_nothing_from_elsewhere(vn):
    reply = vn.get("/")
    policy = reply.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert reply.headers["cache-control"] == "no-store"
    assert "http://" not in reply.text.replace("http://www.w3.org", "")


def test_record_from_elsewhere_never_becomes_markup(la):
    assert "A work &lt;b&gt;in bold&lt;/b&gt;" in la.get("/comparison/works/a-work").text
    assert "<b>in bold" not in la.get("/record?lane=peer").text
    assert "<script>alert" not in la.get("/register?text=<script>alert(1)</script>").text


def test_withheld_record_shows_its_commitment_and_nothing_else(pair, vn, la):
    node = pair.nodes["vn"]
    index = next(i for i in range(node.size("vn/hq")) if _red(node.record("vn/hq", i)))
    own, theirs = vn.get(f"/record/vn/hq/{index}").text, la.get(f"/record/vn/hq/{index}").text
    assert "Withheld instrument of vn" in own
    assert "Withheld instrument" not in theirs
    assert "TLP:RED" not in theirs
    assert "register.instrument" not in theirs
    assert "Not available here" in theirs
    for path in (
        "/",
        "/record",
        "/record?lane=peer",
        "/register",
        "/register?text=withheld",
        "/comparison/works/a-work",
    ):
        assert "Withheld instrument of vn" not in la.get(path).text
    shown = vn.get(f"/record/vn/hq/{index}?view=other").text
    table = shown[shown.index("<tbody>") : shown.index("</tbody>")]
    assert "Withheld instrument of vn" not in table
    assert "sealed: nothing but the commitment" in table


def test_withheld_absent_and_malformed_places_get_one_reply(la):
    replies = [
        la.get(path)
        for path in (
            "/register/instrument/secret-vn",
            "/register/instrument/never-was",
            "/register/nonsense/x",
            "/comparison/never-was",
            "/record/vn/hq/99999",
            "/record/zz/zz/0",
            "/record/vn/hq/99999999999999999999",
        )
    ]
    assert {reply.status_code for reply in replies} == {404}
    bodies = {re.sub(r'href="/[^"]*lang=\w\w"', "", reply.text) for reply in replies}
    assert len({re.sub(r' aria-current="page"', "", body) for body in bodies}) == 1


def test_proof_file_of_a_withheld_record_leaves_the_content_out(pair, vn):
    node = pair.nodes["vn"]
    index = next(i for i in range(node.size("vn/hq")) if _red(node.record("vn/hq", i)))
    sealed = json.loads(vn.get(f"/record/vn/hq/{index}/proof.json").text)
    assert "opening" not in sealed
    assert "opening" in json.loads(vn.get("/record/vn/hq/1/proof.json").text)


def test_exercise_is_said_wherever_it_appears(vn, la):
    for visitor in (vn, la):
        for path in ("/", "/record", "/register", "/register/undertaking/exercise-1"):
            page = visitor.get(path).text
            assert "This page shows exercise items." in page, path
            assert "exercise: fictional" in page, path
    assert "This page shows exercise items." not in vn.get("/register?kind=mechanism").text


def test_disputed_undertaking_shows_both_words(la):
    page = la.get("/register/undertaking/exercise-1").text
    assert "disputed" in page
    assert "<strong>fulfilled</strong>" in page
    assert "<strong>partly fulfilled</strong>" in page


def test_facts_recorded_differently_stand_side_by_side(vn):
    page = vn.get("/register/instrument/treaty-1").text
    assert "18 July 1977" in page
    assert "19 July 1977" in page
    assert "recorded differently" in page


def test_findings_are_two_columns_and_nothing_unknown_is_zero(vn):
    page = vn.get("/comparison").text
    assert page.index("Authors' finding") < page.index("Computed finding")
    row = page[page.index("Nobody speaks of this") :]
    assert "not heard" in row
    assert "0.00" not in row
    assert "no conclusion" in row
    assert "cannot tell" in row


def test_every_number_of_the_first_page_leads_somewhere(vn):
    page = vn.get("/").text
    figures = re.findall(r'<p class="figure">(.*?)</p>', page, re.DOTALL)
    assert figures
    for figure in figures:
        target = re.search(r'href="([^"]+)"', figure)
        assert target, figure
        assert vn.get(target[1].replace("&amp;", "&")).status_code == 200


def test_lanes_draw_the_anchors(vn):
    page = vn.get("/record").text
    assert page.count('class="anchor') >= 1
    assert "came after the first" in page


def test_exchange_now_asks_the_peers_and_returns(vn):
    reply = vn.post("/sync")
    assert reply.status_code == 303
    assert reply.headers["location"] == "/sync"


def test_language_is_remembered_only_when_asked_for(vn):
    assert "comity_lang=lo" in vn.get("/about?lang=lo").headers["set-cookie"]
    assert "set-cookie" not in vn.get("/about").headers
    assert "set-cookie" not in vn.get("/about?lang=xx").headers


def test_static_files_stay_inside_their_folder(vn):
    assert vn.get("/party.css").headers["content-type"].startswith("text/css")
    for path in ("/static/../render.py", "/static/%2e%2e/render.py", "/static/vendor", "/static//etc/passwd"):
        assert vn.get(path).status_code == 404


def test_two_parties_look_different(vn, la):
    assert vn.get("/party.css").text != la.get("/party.css").text
    assert "Viet Nam</a></strong>" in vn.get("/").text
    assert "Lao PDR</a></strong>" in la.get("/").text


def test_peer_that_is_away_is_shown_and_blocks_nothing(vn):
    page = vn.get("/sync").text
    assert "Last try" in page
    assert vn.get("/register").status_code == 200


def _red(record) -> bool:
    return record.content is not None and record.content.header.marking == "TLP:RED"
