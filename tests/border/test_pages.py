"""The pages of the border: empty and filled, in three languages, each picture with its words and its table."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM
from comity.border.drawing import Point, picture
from comity.border.errors import SeriesFileError
from comity.border.health.counts import read as read_counts
from comity.border.river.hydrograph import hydrograph
from comity.border.river.readings import Readings
from comity.border.river.readings import read as read_gauge
from comity.border.series import answers
from comity.border.series.writing import gauge_draft, health_draft
from comity.border.warning import writing
from comity.cli import app
from comity.node import operations
from comity.node.create import NewNode, create
from comity.node.errors import DraftsRefusedError
from comity.node.node import Node
from tests.asgi import Client
from tests.border.cap.messages import draft
from tests.border.river.series import as_csv, daily

HEAD = {"author": "duty officer", "marking": "TLP:CLEAR", "class": "exercise"}
NOW = datetime(2026, 7, 23, 8, tzinfo=UTC)
WAVE = {date(2016, 8, 9 + n): 9.0 + n for n in range(6)}
GONE = [date(2016, 9, n) for n in range(10, 15)]
COUNTS = (
    b"week_start,cases\n"
    + "\n".join(
        f"{date(2015, 1, 4) + timedelta(7 * n)},{3 if n == 300 else 90 if n == 320 else 20 + n % 3}"
        for n in range(330)
    ).encode()
)


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


def keep(node):
    stages = as_csv(daily(changed=WAVE, without=GONE))
    operations.append(node, [gauge_draft("pakse", read_gauge(stages), stages, HEAD)])
    operations.append(node, [health_draft("dengue", "dengue", read_counts(COUNTS, "AAA"), COUNTS, HEAD)])


def test_pages_empty_then_filled(served):
    node, client = served
    for path in ("/border/warnings", "/border/series"):
        assert f'href="{path}"' in page(client, "/border")
        assert "<code>comity border" in page(client, path)
    writing.issue(node, {"slug": "flood", "header": HEAD, "draft": draft()}, NOW)
    keep(node)
    for language, words in (("en", "Who knew when"), ("vi", "Ai biết lúc nào"), ("lo", "ໃຜຮູ້ເມື່ອໃດ")):
        shown = page(client, "/border/warnings/vn/flood", language)
        assert words in shown
        assert 'lang="lo"' in shown
        assert "exercise" in shown
    assert "sent_at" not in page(client, "/border/warnings?state=stands&text=river&sort=-receipts")
    assert "Nothing matches" in page(client, "/border/warnings?text=xyz")
    shown = page(client, "/border/gauges/vn/pakse?until=2016-10-01&days=90")
    assert shown.count("<title id=") == 1
    assert "flood level reached" in shown
    assert "no reading: cannot tell" in shown
    assert "Stung Treng" in shown
    assert "2016" in page(client, "/border/gauges/vn/pakse?until=never&days=9999999", "vi")
    shown = page(client, "/border/counts/vn/dengue", "en")
    assert "EARS C1, in weeks" in shown
    assert "too small to show" in shown
    for path in ("/border/warnings/vn/none", "/border/gauges/vn/none", "/border/counts/la/dengue"):
        assert client.get(path).status_code == 404
    assert client.get("/api/v1/border/gauges/pakse").json()["alerts"]
    assert client.get("/api/v1/border/counts/vn/dengue").json()["suppressed"]["weeks"] == 1
    assert len(client.get("/api/v1/border/series").json()["gauges"]) == 1
    assert client.get("/api/v1/border/map/layers").json()["gauges"] == [], "where it stands is not said"


def test_a_gauge_that_says_where_it_stands_is_on_the_map(served):
    node, client = served
    stages = as_csv(daily(changed=WAVE))
    found = read_gauge(stages)
    operations.append(node, [gauge_draft("placed", found, stages, HEAD, place="15.117,105.8")])
    (one,) = client.get("/api/v1/border/map/layers").json()["gauges"]
    assert (one["lat"], one["lon"], one["state"]) == (15.117, 105.8, "cannot tell")
    assert one["href"] == "/border/gauges/vn/placed"
    assert client.get(one["href"]).status_code == 200
    for wrong in ("15.1", "15.1,east", "NaN,1", "Infinity,1", "1,2,3"):
        with pytest.raises(SeriesFileError):
            gauge_draft("placed", found, stages, HEAD, place=wrong)
    with pytest.raises(DraftsRefusedError):
        operations.append(node, [gauge_draft("placed", found, stages, HEAD, place="91,0")])


def test_a_kept_series_is_judged_as_its_file_and_small_counts_never_reach_the_record(served, tmp_path):
    node, _ = served
    names = {one["slug"] for one in answers.series_list(node)["gauges"]}
    if "pakse" not in names:
        keep(node)
    (record,) = [
        r for r in node.records(node.origin, 0, node.log.size) if r.content and "cases" in r.content.fields
    ]
    assert 3 not in record.content.fields["cases"]
    assert record.content.fields["suppressed"] == [str(date(2015, 1, 4) + timedelta(2100))]
    kept = answers.gauge(node, "pakse")
    assert [one["date"] for one in kept["alerts"] if one["method"] == "threshold-flood"] == [
        "2016-08-12",
        "2016-08-13",
        "2016-08-14",
    ]


def test_series_on_the_command_line(tmp_path):
    root = tmp_path / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    stages, counts = tmp_path / "g.csv", tmp_path / "c.csv"
    stages.write_bytes(as_csv(daily(last=date(2011, 1, 1))))
    counts.write_bytes(COUNTS)

    def run(*words):
        done = CliRunner().invoke(app, ["border", "series", *map(str, words)])
        assert done.exit_code == 0, done.output
        return done.output

    assert "0 rows set aside" in run("gauge", root, "pakse", stages, "--author", "o", "--exercise")
    run(
        "health", root, "dengue", counts, "--author", "o", "--disease", "dengue", "--country", "AAA", "--json"
    )
    assert "[exercise] vn/pakse: Pakse" in run("list", root)
    assert json.loads(run("list", root, "--json"))["counts"][0]["weeks"] == 329


def test_nothing_is_drawn_across_a_gap():
    found = Readings("x", tuple(daily(changed=WAVE, without=GONE)), (), 0, None)
    drawn = hydrograph(found, (), date(2016, 10, 1), timedelta(days=60))
    assert len(drawn.picture.lines) == 2
    assert [row.flag for row in drawn.rows if row.day in GONE] == ["gap"] * 5
    every = " ".join((*drawn.picture.lines, *drawn.picture.bands)).replace(",", " ").split()
    assert all(0 <= float(place) <= 1000 for place in every)
    one = picture([Point(date(2020, 1, 1), 3.0)], timedelta(days=1))
    assert len(one.lines) == 1
    long = picture(
        [Point(date(2000 + n, 1, 1), float(n)) for n in range(20)], timedelta(days=400), [("flood", 8.0)]
    )
    assert long.limits[0].value == 8.0
    assert len(long.columns) <= 6
    assert hydrograph(found, (), date(1990, 1, 1)).last == found.items[0].day
