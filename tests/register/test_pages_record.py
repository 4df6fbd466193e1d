"""From an empty register to the brief, on the pages alone: forms, the other side's word, tables in and out."""

from __future__ import annotations

import asyncio
import io
import json
import re
import time

import httpx
import pytest
from fastapi import FastAPI

from comity.app import systems
from comity.console import mount
from comity.node.web.problems import install
from comity.register.routes_record import MODELS
from tests.console.test_pages import Whole
from tests.register.pair import pair
from tests.register.test_pages_writing import SIGNED, Clerk, exchange

TABLE = (
    "slug,instrument,obligors,action.en,window,modality,cites[0].work\n"
    "gauges,{slug},vn;la,Read the gauges daily,2027,agreement,minutes-12\n"
    "boats,{slug},vn;la,Register the boats,soon,agreement,minutes-12\n"
)


@pytest.fixture(scope="module")
def sides(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("pair"), {}) as nodes:
        clerks = []
        for node in nodes:
            web = FastAPI()
            install(web)
            mount(web, node, systems())
            clerks.append(Clerk(web, node))
        yield clerks


def hand_in(clerk, path, files, **given):
    async def ask():
        transport = httpx.ASGITransport(clerk.web)
        async with httpx.AsyncClient(transport=transport, base_url="http://test.localhost") as client:
            return await client.post(path, data=given, files=files, headers={"accept": "text/html"})

    return asyncio.run(ask())


def read(clerk, path):
    for _ in range(200):
        reply = clerk.get(path)
        if "refresh" not in reply.headers:
            return reply
        time.sleep(0.02)
    raise AssertionError(path)


def test_from_nothing_to_the_brief_without_the_command_line(sides):
    vn, la = sides
    assert "/register/record" in vn.get("/register").text
    given = {**SIGNED, "titles_en": "River agreement", "instrument_class": "agreement"}
    given |= {"titles_vi": "Hiệp định sông", "titles_lo": "ສັນຍາແມ່ນ້ຳ", "cites.0.work": "minutes-12"}
    given |= {"cites.0.page": "3"}
    lacking = vn.send("/register/record/instrument", "preview", **given)
    assert lacking.status_code == 422
    assert "This is needed." in lacking.text
    for row, party in enumerate(("vn", "la")):
        given |= {f"parties.{row}.party": party, f"parties.{row}.level": "state"}
    shown = vn.send("/register/record/instrument", "preview", **given)
    assert "As it will be recorded" in shown.text
    done = vn.send("/register/record/instrument", "record", **given)
    assert done.status_code == 303
    path = done.headers["location"]
    slug = path.rpartition("/")[2]
    assert "River agreement" in vn.get(path).text
    step = {**SIGNED, "instrument": slug, "type": "signed", "date": "2026-05", "attested_by": "Ministry"}
    step |= {"cites.0.work": "minutes-12"}
    assert vn.send("/register/record/event", "record", **step).headers["location"] == path
    exchange(vn, la)
    page = la.get(path).text
    like = re.search(r"/register/record/instrument\?like=vn/hq&(?:amp;)?index=\d+", page)[0]
    form = la.get(like.replace("&amp;", "&"))
    assert 'value="minutes-12"' in form.text
    assert "The other side" in form.text
    assert la.send(like.replace("&amp;", "&"), "record", **given, slug=slug).status_code == 303
    exchange(vn, la)
    assert "agreed" in vn.get(path).text
    talks = {**SIGNED, "names_en": "Talks", "names_vi": "Hội đàm", "level": "ministry", "cadence": "P1Y"}
    talks |= {"slug": "talks", "cites.0.work": "minutes-12", "parties": "vn"}
    assert vn.send("/register/record/mechanism", "record", **talks).headers["location"].endswith("/talks")
    for number, (day, state) in enumerate((("2026-06-20", "held"), ("2030", "planned")), 12):
        session = {**SIGNED, "mechanism": "talks", "ordinal": str(number), "start": day, "state": state}
        session |= {"cites.0.work": "minutes-12", "slug": f"talks-{number}"}
        assert vn.send("/register/record/meeting", "record", **session).status_code == 303
    assert 'value="talks-13"' in vn.get("/register/briefs").text


def test_a_step_is_corrected_by_a_later_record_of_the_same_side(sides):
    vn, _ = sides
    path = next(link for link in re.findall(r"/register/instrument/[\w-]+", vn.get("/register").text))
    like = re.search(r"/register/record/event\?like=[^\"]+", vn.get(path).text)[0].replace("&amp;", "&")
    assert 'value="2026-05"' in vn.get(like).text
    given = {"instrument": path.rpartition("/")[2], "type": "signed", "date": "2026-05-11"}
    given |= {**SIGNED, "attested_by": "Ministry", "cites.0.work": "minutes-12"}
    assert vn.send(like, "record", **given).status_code == 303
    page = vn.get(path).text
    assert "11 May 2026" in page
    assert "recorded differently" not in page


def test_a_table_is_read_its_bad_rows_named_and_the_right_ones_recorded_once(sides):
    vn, _ = sides
    slug = re.search(r"/register/instrument/([\w-]+)", vn.get("/register").text)[1]
    file = {"table": ("plans.csv", TABLE.format(slug=slug).encode())}
    assert "Choose a table" in hand_in(vn, "/register/import", {"table": ("", b"")}, **SIGNED).text
    assert "Say what the rows are" in hand_in(vn, "/register/import", file, **SIGNED).text
    assert "Say who may read it" in hand_in(vn, "/register/import", file, author="a").text
    before = vn.size
    reply = hand_in(vn, "/register/import", file, kind="undertaking", **SIGNED)
    job = reply.headers["location"]
    page = read(vn, job).text
    assert vn.size == before, "reading records nothing"
    assert "Bad rows" in page
    assert "window" in page
    errors = vn.get(f"{job}/errors.csv").text
    assert "Register the boats" in errors
    assert "Read the gauges" not in errors
    for _ in range(2):
        assert vn.send(job, "record").status_code == 303
        assert "1 row is recorded" in read(vn, job).text
    assert "Read the gauges daily" in vn.get("/register/undertakings").text
    again = hand_in(vn, "/register/import", file, kind="undertaking", **SIGNED).headers["location"]
    assert "On record already" in read(vn, again).text
    broken = hand_in(vn, "/register/import", {"table": ("a.xlsx", b"PK\x03\x04no")}, kind="gap", **SIGNED)
    assert "could not be taken in" in read(vn, broken.headers["location"]).text
    assert vn.get("/register/import/none").status_code == 404
    assert vn.get("/register/import/table/undertaking.csv").text.startswith("\ufeffslug,")
    assert vn.get("/register/import/table/none.csv").status_code == 404


def test_what_is_marked_for_everybody_goes_out(sides):
    vn, _ = sides
    text = vn.get("/register/export/register.csv").text
    assert "Read the gauges daily" in text
    rows = json.load(io.StringIO(vn.get("/register/export/register.json?kind=undertaking").text))["rows"]
    assert {row["kind"] for row in rows} == {"register.undertaking"}
    calendar = vn.get("/register/export/due-vi.ics")
    assert calendar.headers["content-type"].startswith("text/calendar")
    assert calendar.text.startswith("BEGIN:VCALENDAR")
    for path in ("register.xls", "register.csv?kind=status", "due-de.ics"):
        assert vn.get(f"/register/export/{path}").status_code == 404


@pytest.mark.parametrize("lang", ["vi", "lo", "en"])
def test_every_form_is_whole_in_every_language(sides, lang):
    vn, _ = sides
    pages = [f"/register/record/{name}" for name in MODELS]
    pages += [
        "/register/record",
        "/register/import",
        "/register/export",
        "/register/record/event?like=x&index=1",
    ]
    for path in pages:
        reply = vn.get(path, lang)
        assert reply.status_code == 200, path
        parser = Whole()
        parser.feed(reply.text)
        assert parser.open == [], path
        assert parser.headings.count(1) == 1, path
        assert "%(" not in reply.text, path
        assert "Undefined" not in reply.text, path
    assert vn.get("/register/record/status").status_code == 404
