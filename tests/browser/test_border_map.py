"""The map in a real browser, on a real node: drawn with no network, by keyboard, in Lao, and without WebGL."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import sync_playwright

from comity.border import SYSTEM
from comity.border.live.centre import Centre
from comity.border.live.tracks import shelf_of
from comity.border.patrols import writing as patrols
from comity.border.sector import queries, writing
from comity.border.sensors import answers
from comity.node import lock
from comity.node.client import Client
from comity.node.create import NewNode, create
from comity.node.folder import Folder
from comity.node.node import Node
from tests.border.live.world import Line, seen
from tests.border.map.recorded import HAZARD, HEAD, NETWORK, sector
from tests.browser.house import ARGUMENTS, CHROMIUM, START_SECONDS
from tests.ready import ready

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

AXE = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
DRAWING = ["--use-gl=angle", "--use-angle=swiftshader", "--enable-unsafe-swiftshader"]
LOOKS = 12
START = (int(time.time()) - 600) * 1_000
"""Of late: what is older than a week is deleted by the clock of retention."""
LAST = START + 1_000 * (LOOKS - 1)


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    """One served node whose centre saw a boat for twelve seconds while its second sensor said nothing."""
    root = tmp_path_factory.mktemp("map") / "vn"
    create(
        root,
        NewNode("vn", "hq", listen="vn.localhost:0", names={"en": "Viet Nam"}, sync_seconds=0, unprotected=True),
    )  # fmt: skip
    with Node.open(root, (SYSTEM,)) as node:
        writing.ACTS["sector"](node, {"sector": sector(), "header": HEAD})
        for layer in (NETWORK, HAZARD):
            patrols.ACTS["layer"](node, {"layer": layer, "header": HEAD}, 0)
        line = Line(node, "ridge")
        centre = Centre(node, queries.find(node, "ford"))
        for looks in (range(LOOKS // 2), range(LOOKS // 2, LOOKS)):
            line.send("ridge", *((START + 1_000 * n, seen((1_500 + 8 * n, 1_500))) for n in looks))
            assert centre.run_once().observations == len(looks)
        answers.shelf_of(node).close()
        shelf_of(node).close()
    with served(root) as found:
        yield found


@contextmanager
def served(root):
    output = root.parent / "vn.out"
    with output.open("wb") as stream:
        command = [*ready(), "node", "run", str(root)]
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while lock.running(Folder(root)) is None:
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)
        yield lock.running(Folder(root))
    finally:
        process.terminate()
        process.wait(30)


@contextmanager
def visiting(run, *arguments, **options):
    """A page of somebody who has entered, with every address that it asked for and what it complained of."""
    asked, complaints = [], []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=[*ARGUMENTS, *arguments])
        context = browser.new_context(timezone_id="Asia/Vientiane", **options)
        page = context.new_page()
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        with Client(run) as client:
            page.goto(client.link())
        try:
            yield page, asked, complaints
        finally:
            browser.close()


def clean(page):
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]] == []


def test_the_map_is_drawn_with_no_network_and_moved_by_keyboard(run, tmp_path):
    phone = {"viewport": {"width": 390, "height": 900}, "locale": "lo-LA", "color_scheme": "dark"}
    with visiting(run, *DRAWING, **phone) as (page, asked, complaints):
        page.goto(f"{run.url}/border/map?lang=lo")
        page.locator("[data-drawn]").wait_for(timeout=60_000)
        page.locator(f"[data-shown='joint {LAST}']").wait_for()
        # Lao is text of the document: the browser shapes it, no picture of letters and no glyph file does.
        assert page.locator(".map-stamp").inner_text() == "ເປັນພຽງຮູບປະກອບ ບໍ່ມີຜົນທາງກົດໝາຍ"
        assert "ລາວ" in page.locator(".map-box .map-name").all_inner_texts()
        assert page.locator("[data-map-tracks] li").count() == 1
        assert "bank" in page.locator("[data-map-said]").inner_text()
        page.get_by_role("slider").focus()
        page.keyboard.press("Home")
        page.locator(f"[data-shown='joint {START}']").wait_for()
        page.keyboard.press("ArrowRight")
        page.locator(f"[data-shown='joint {START + 1_000}']").wait_for()
        assert "UTC+7" in page.get_by_role("slider").get_attribute("aria-valuetext")
        assert f"at={START + 1_000}" in page.url
        page.locator("[data-map-view='shared']").click()
        page.locator(f"[data-shown='shared {START + 1_000}']").wait_for()
        assert page.locator("[data-map-withheld]").is_visible()
        assert page.locator("[data-map-table]").get_attribute("href").endswith("view=shared")
        own = tmp_path / "own.geojson"
        own.write_text(json.dumps({"type": "Point", "coordinates": [106.01, 17.01]}))
        page.locator("[data-map-own]").set_input_files(own)
        page.get_by_text("own.geojson").wait_for()
        clean(page)
        # The worker of the drawing is made from a file of the node as well.
        assert {urlsplit(url).hostname for url in asked if not url.startswith("data:")} == {"vn.localhost"}
        assert not [url for url in asked if url.startswith("blob:")]
        assert complaints == []


def test_without_webgl_the_page_says_so_and_leads_to_the_table(run):
    with visiting(run, "--disable-3d-apis", locale="en-GB") as (page, _, complaints):
        page.goto(f"{run.url}/border/map?at={LAST}")
        page.get_by_text("This browser cannot draw the map").wait_for()
        page.locator("[data-shown]").wait_for()
        assert (
            page.get_by_role("link", name="To the table")
            .first.get_attribute("href")
            .startswith("/border/picture?")
        )
        assert page.locator("[data-map-tracks] li").count() == 1
        clean(page)
        assert complaints == []
