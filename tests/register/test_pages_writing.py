"""Writing in the browser's way: a form, the record as it will stand, the record; nothing before the last step."""

from __future__ import annotations

import asyncio
import re

import httpx
import pytest
from fastapi import FastAPI

from comity.app import systems
from comity.console import mount
from comity.node.web.problems import install
from comity.perspectives.documents import take
from tests.console.conftest import Visitor
from tests.console.test_pages import Whole
from tests.node.two import sync
from tests.register.pair import pair

HEADER = {
    "author": "editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "record",
}
CITES = [{"work": "minutes-12"}]
MINUTES = (
    "The two sides shall read the river gauges every day in 2027. "
    "The two sides hope that trade will grow much further in the coming years. "
    "The two sides should consider a common flood bulletin for the river."
)
SIGNED = {"author": "clerk-1", "marking": "TLP:CLEAR"}


def fact(kind, **fields):
    return {**HEADER, "kind": f"register.{kind}", "fields": {**fields, "cites": CITES}}


def drafts(party):
    bound = [{"party": "vn", "level": "state"}, {"party": "la", "level": "state"}]
    day = "2025-12-16" if party == "vn" else "2025-12-18"
    plans = {
        "vn": ("plan-a", "Cooperation plan of the ministries of defence for 2026"),
        "la": ("plan-b", "Cooperation plan of the ministries of security for 2026"),
    }
    slug, title = plans[party]
    names = {"en": "Talks", "vi": "Hội đàm", "lo": "ການເຈລະຈາ"}
    yield fact("mechanism", slug="talks", names=names, level="ministry", parties=["vn", "la"])
    yield fact("meeting", slug="talks-12", mechanism="talks", ordinal=12, start=day, state="held")
    yield fact("meeting", slug="talks-13", mechanism="talks", ordinal=13, start="2027", state="planned")
    yield fact("instrument", slug=slug, instrument_class="plan", titles={"en": title}, parties=bound)
    marker = {"slug": "exercise-marker-900", "place_kind": "marker", "party": party, "marker_number": "900"}
    name = {"lang": "en", "script": "Latn", "text": "Marker 900 (fictional)", "source": "exercise"}
    point = {"lat": "16.5", "lon": "106.5", "accuracy_m": 20, "source": "exercise"}
    fields = {**marker, "names": [name], "point": point}
    yield {**HEADER, "class": "exercise", "kind": "register.place", "fields": fields}
    action = {"en": "Read the gauges daily", "vi": "Đo mực nước hằng ngày"}
    yield fact(
        "undertaking",
        slug="gauges",
        meeting="talks-12",
        obligors=["vn", "la"],
        action=action,
        modality="agreement",
    )


class Clerk(Visitor):
    """Somebody who sends forms, and exchanges with the other side."""

    def __init__(self, web, node):
        super().__init__(web)
        self.web, self.node = web, node

    def send(self, path, step, lang="en", **given):
        async def ask():
            transport = httpx.ASGITransport(self.web)
            async with httpx.AsyncClient(transport=transport, base_url="http://test.localhost") as client:
                return await client.post(
                    path,
                    data={**given, "step": step},
                    headers={"accept-language": lang, "accept": "text/html"},
                )

        return asyncio.run(ask())

    @property
    def size(self):
        return self.node.status().size


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    with pair(
        tmp_path_factory.mktemp("pair"), {party: list(drafts(party)) for party in ("vn", "la")}
    ) as nodes:
        clerks = []
        for node in nodes:
            web = FastAPI()
            install(web)
            mount(web, node, systems())
            clerks.append(Clerk(web, node))
        yield clerks


def exchange(vn, la):
    for node, other in ((vn.node, la.node), (la.node, vn.node)) * 2:
        sync(node, other)


def ticket_path(clerk):
    return re.search(r"/register/tickets/ticket-[0-9a-f]{16}", clerk.get("/register/reconciliation").text)[0]


def test_a_ticket_is_opened_answered_and_settled_by_both_words_on_the_pages(sides):
    vn, la = sides
    path, before = ticket_path(vn), vn.size
    given = {**SIGNED, "owner": "Desk of the ministry", "word": "explained", "note_en": "Two press reports."}
    preview = vn.send(path, "preview", **given)
    assert preview.status_code == 200
    assert "As it will be recorded" in preview.text
    assert "Desk of the ministry" in preview.text
    assert vn.size == before, "a preview records nothing"
    changed = vn.send(path, "edit", **given)
    assert 'value="Desk of the ministry"' in changed.text
    assert vn.size == before
    assert vn.send(path, "record", **given).status_code == 303
    assert vn.size >= before + 2
    exchange(vn, la)
    assert ticket_path(la) == path, "both sides name it alike"
    told = la.get(path).text
    assert "Desk of the ministry" in told
    assert "Two press reports." in told
    for clerk in (vn, la):
        assert "settled</span>" not in clerk.get(path).text
        assert clerk.send(path, "record", **SIGNED, word="settled", outcome="2025-12-18").status_code == 303
        exchange(vn, la)
    assert "settled</span>" in vn.get(path).text
    assert "settled</span>" in la.get(path).text


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (SIGNED, "Name an office that follows it up"),
        ({**SIGNED, "word": "settled"}, "Say what holds"),
        ({"marking": "TLP:CLEAR", "word": "explained"}, "Say who records it"),
        ({"author": "clerk-1", "word": "explained"}, "Say who may read it"),
        ({"author": "clerk-1", "marking": "TLP:WHITE", "word": "explained"}, "Say who may read it"),
        ({**SIGNED, "word": "explained", "note_vi": "Hai bài báo."}, "Say it in English as well"),
        ({**SIGNED, "word": "guilty"}, "Nothing was recorded"),
        ({**SIGNED, "owner": "x" * 1999}, "Nothing was recorded"),
    ],
)
def test_what_is_missing_is_named_and_nothing_is_recorded(sides, given, said):
    vn, _ = sides
    path, before = ticket_path(vn), vn.size
    for step in ("preview", "record"):
        reply = vn.send(path, step, **given)
        assert reply.status_code == 422
        assert said in reply.text
    assert vn.size == before


def test_what_is_missing_is_said_in_the_language_of_the_page(sides):
    vn, _ = sides
    path = ticket_path(vn)
    assert "Nêu ai được đọc." in vn.send(path, "preview", "vi", author="a", word="explained").text
    assert "ບອກວ່າໃຜອ່ານໄດ້." in vn.send(path, "preview", "lo", author="a", word="explained").text


def test_an_open_pair_is_parted_by_a_persons_word(sides):
    vn, _ = sides
    page = vn.get("/register/reconciliation").text
    link = re.search(r"/register/match\?about=instrument&amp;one=[\w-]+&amp;other=[\w-]+&amp;same=no", page)
    assert link, "the two plans are left open"
    path = link[0].replace("&amp;", "&")
    assert "not the same" in vn.get(path).text
    address = path.partition("&same")[0]
    assert "Say whether they are the same." in vn.send(address, "record", **SIGNED).text
    assert vn.send(address, "record", **SIGNED, same="no", note_en="Other ministries.").status_code == 303
    assert address not in vn.get("/register/reconciliation").text.replace("&amp;", "&")
    assert vn.get("/register/match?about=instrument&one=plan-a&other=no-such").status_code == 404


def test_a_proposal_stands_on_the_pages_and_is_taken_back(sides):
    vn, la = sides
    path = "/register/directions/new?mechanism=talks&meeting=talks-13"
    assert "Propose a direction" in vn.get(path).text
    given = {**SIGNED, "mechanism": "talks", "meeting": "talks-13", "words_en": "Share one flood bulletin"}
    given |= {"proposer": "Water desk"}
    assert "Say what it rests on" in vn.send(path, "preview", **given).text
    given |= {"basis_en": "Two floods came unannounced.", "undertaking": "gauges", "works": "minutes-12:4"}
    preview = vn.send(path, "preview", **given).text
    assert "Two floods came unannounced." in preview
    assert vn.send(path, "record", **given).status_code == 303
    exchange(vn, la)
    for shown in ("/register/directions", "/register/meeting/talks-13"):
        assert "Share one flood bulletin" in la.get(shown, "en").text, shown
    assert "Change it or take it back" not in la.get("/register/directions").text
    slug = re.search(r"new\?slug=([\w-]+)", vn.get("/register/directions").text)[1]
    again = vn.get(f"/register/directions/new?slug={slug}").text
    assert "Share one flood bulletin" in again
    given |= {"slug": slug, "state": "taken_back"}
    assert vn.send(f"/register/directions/new?slug={slug}", "record", **given).status_code == 303
    assert "Share one flood bulletin" not in vn.get("/register/directions").text


def test_a_marker_and_metres_lead_to_its_position_and_how_far_off_the_point_may_be(sides):
    vn, _ = sides
    page = vn.get("/register/places?text=marker+900+%2B+1.5+km", "lo").text
    assert "16.5, 106.5" in page
    assert "1.520" in page, "metres along the line and the accuracy of the position together"
    assert "is not in this gazetteer" in vn.get("/register/places?text=marker+901").text
    assert "2026-02-05" in vn.get("/register/places?text=marker+900&on=yesterday").text


def test_what_changed_since_a_meeting_is_shown_up_to_the_clock_that_is_given(sides):
    vn, _ = sides
    page = vn.get("/register/changes?day=1900-01-01").text
    assert "new on record" in page
    assert "happened" in page
    early = vn.get("/register/changes?since=talks-12&today=2025-12-19").text
    assert "Nothing changed" in early
    assert "Write it as 2026-02-05." in vn.get("/register/changes?since=no-such-meeting").text
    assert "Write it as 2026-02-05." in vn.get("/register/changes?today=soon").text


def test_a_word_on_an_undertaking_and_an_annotation(sides):
    vn, _ = sides
    path = "/register/undertaking/gauges/word"
    assert "Choose a status" in vn.send(path, "preview", **SIGNED).text
    given = {**SIGNED, "status": "partial", "note_en": "Every second day.", "words_en": "One gauge broke."}
    assert vn.send(path, "record", **given).status_code == 303
    page = vn.get("/register/undertaking/gauges").text
    assert "partly fulfilled" in page
    assert "One gauge broke." in page
    assert vn.get("/register/undertaking/none/word").status_code == 404


def test_an_undertaking_is_proposed_from_a_document_and_confirmed_by_a_person(sides):
    vn, _ = sides
    take(vn.node, "minutes-12", MINUTES.encode(), "clerk-1", "minutes.txt")
    assert "/register/extraction/minutes-12" in vn.get("/register/extraction").text
    page = vn.get("/register/extraction/minutes-12").text
    assert "read the river gauges every day" in page
    assert "nobody's undertaking" in page
    path = re.search(r"/register/extraction/minutes-12/\d+", page)[0]
    assert len(re.findall(r"/register/extraction/minutes-12/\d+", page)) == 1, "only what binds is confirmed"
    given = {**SIGNED, "action_en": "Read the gauges on every day of 2027", "window": "2027"}
    assert "Say who is obliged." in vn.send(path, "preview", **given, instrument="plan-a").text
    given |= {"obligors": "vn"}
    both = vn.send(path, "preview", **given, instrument="plan-a", meeting="talks-12").text
    assert "one of them" in both
    before = vn.size
    assert vn.send(path, "record", **given, meeting="talks-12").status_code == 303
    assert vn.size > before
    assert "Read the gauges on every day of 2027" in vn.get("/register/undertakings").text
    others = [number for number in range(1, 5) if not path.endswith(f"/{number}")]
    assert all(vn.get(f"/register/extraction/minutes-12/{n}").status_code == 404 for n in others)
    assert vn.get("/register/extraction/none").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "lo", "en"])
def test_every_writing_page_is_whole(sides, lang):
    vn, _ = sides
    paths = [
        ticket_path(vn),
        "/register/changes",
        "/register/changes?since=talks-12&today=2030-01-01",
        "/register/changes?day=1900-01-01",
        "/register/directions",
        "/register/directions/new?mechanism=talks",
        "/register/extraction",
        "/register/undertaking/gauges/word",
        "/register/mechanism/talks",
        "/register/meeting/talks-13",
    ]
    for path in paths:
        reply = vn.get(path, lang)
        assert reply.status_code == 200, path
        parser = Whole()
        parser.feed(reply.text)
        assert parser.open == [], path
        assert parser.headings.count(1) == 1, path
        assert "%(" not in reply.text, path
        assert "Undefined" not in reply.text, path
