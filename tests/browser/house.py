"""The worked example as two real node processes, and the system's Chromium to look at them."""

from __future__ import annotations

import re
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from playwright.sync_api import sync_playwright

from comity.node import lock
from comity.node.client import Client
from comity.node.folder import Folder
from tests.ready import ready

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from playwright.sync_api import Browser, BrowserContext, Page

CHROMIUM = "/usr/bin/chromium"
ARGUMENTS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
LANGUAGES = ("vi", "lo", "en")
SCHEMES = ("light", "dark")
WIDTHS = {"desktop": 1280, "phone": 390}
START_SECONDS = 240
SECRET = "Withheld by the test"


class House:
    """Two running nodes, `vn` and `la`, each with its client."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def run_file(self, party: str) -> lock.RunFile:
        found = lock.running(Folder(self.folder / party))
        assert found, f"the node of {party} does not run"
        return found

    def url(self, party: str) -> str:
        return self.run_file(party).url

    def link(self, party: str) -> str:
        """A new one-time link."""
        with Client(self.run_file(party)) as client:
            return client.link()

    def append(self, party: str, *drafts: dict[str, Any]) -> list[int]:
        """Append records, exchange both ways, and return where they stand."""
        with Client(self.run_file(party)) as client:
            done = client.append(drafts)
        for name in ("vn", "la", "vn"):
            with Client(self.run_file(name)) as client:
                client.sync()
        return [receipt["index"] for receipt in done["receipts"]]


@contextmanager
def house(folder: Path, *, documents: Path | None = None) -> Iterator[House]:
    """Run the worked example in `folder` until the block ends."""
    command = [*ready(), "demo", "--dir", str(folder)]
    command += ["--documents", str(documents)] if documents else []
    output = folder / "demo.out"
    folder.mkdir(parents=True, exist_ok=True)
    with output.open("wb") as stream:
        process = subprocess.Popen(command, stdout=stream, stderr=subprocess.STDOUT)
    try:
        deadline = time.monotonic() + START_SECONDS
        while b"/enter/" not in output.read_bytes():
            assert process.poll() is None, output.read_text()
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.2)
        yield House(folder)
    finally:
        process.terminate()
        process.wait(60)


@contextmanager
def chromium() -> Iterator[Browser]:
    """The system's Chromium, headless."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        try:
            yield browser
        finally:
            browser.close()


def visitor(browser: Browser, home: House, party: str, **options: Any) -> BrowserContext:
    """A visitor who has entered by a one-time link; `lang`, `width`, `scheme`, `scripts` say how they look."""
    language = options.get("lang", "en")
    context = browser.new_context(
        viewport={"width": options.get("width", WIDTHS["desktop"]), "height": 900},
        color_scheme=options.get("scheme", "light"),
        java_script_enabled=options.get("scripts", True),
        locale={"en": "en-GB", "vi": "vi-VN", "lo": "lo-LA"}[language],
        accept_downloads=True,
    )
    page = context.new_page()
    page.goto(home.link(party))
    page.close()
    return context


def first_link(page: Page, pattern: str) -> str:
    """The first address on a page that matches, without its anchor."""
    found = page.eval_on_selector_all("main a[href]", "links => links.map(link => link.getAttribute('href'))")
    wanted = [link.partition("#")[0] for link in found if re.search(pattern, link)]
    assert wanted, f"{page.url} has no link to {pattern}"
    return wanted[0]


def places(page: Page, base: str) -> dict[str, str]:
    """Every page of a console, by name: the fixed ones, and one of each kind of thing."""
    found = {
        "home": "/",
        "record": "/record",
        "record-kind": "/record?kind=register.instrument",
        "charter": "/record/vn/hq/0",
        "register": "/register",
        "reconciliation": "/register/reconciliation",
        "conflicts": "/register/conflicts",
        "places": "/register/places?text=La+Lay",
        "briefs": "/register/briefs",
        "comparison": "/comparison",
        "prepare": "/comparison/prepare",
        "works": "/comparison/works",
        "claims": "/comparison/claims",
        "rule": "/comparison/rule",
        "networks": "/networks",
        "documents": "/documents",
        "coding": "/comparison/coding",
        "coding-start": "/comparison/coding/start",
        "search": "/search?q=biên+giới",
        "channels": "/register/channels",
        "series": "/register/series",
        "ended": "/register/quietly-ended",
        "border": "/border",
        "border-alerts": "/border/alerts?every=true",
        "border-picture": "/border/picture?sector=exercise-sector",
        "border-patrol": "/border/patrols/vn/exercise-patrol",
        "border-warning": "/border/warnings/la/exercise-flood-1405",
        "releases": "/releases",
        "exchange": "/sync",
        "about": "/about",
        "empty": "/register?text=nothing-is-called-so",
        "missing": "/register/instrument/no-such-thing",
    }
    page.goto(f"{base}/record")
    found["entry"] = first_link(page, r"^/record/\w+/\w+/\d+$")
    found["entry-other"] = found["entry"] + "?view=other"
    for kind in ("instrument", "mechanism", "meeting", "undertaking", "figure"):
        page.goto(f"{base}/register?kind={kind}")
        found[kind] = first_link(page, rf"^/register/{kind}/")
    page.goto(f"{base}/register?kind=undertaking&state=disputed")
    if page.locator("tbody tr").count():
        found["disputed"] = first_link(page, r"^/register/undertaking/")
    page.goto(f"{base}/comparison")
    found["proposition"] = first_link(
        page, r"^/comparison/(?!works|statements|claims|coding|rule|prepare)[\w-]+$"
    )
    page.goto(base + found["proposition"])
    found["statement"] = first_link(page, r"^/comparison/statements/")
    page.goto(base + found["statement"])
    found["work"] = first_link(page, r"^/comparison/works/")
    page.goto(f"{base}/comparison/coding")
    if page.locator("main a[href^='/comparison/coding/'][href*='/hq/']").count():
        found["coding-round"] = first_link(page, r"^/comparison/coding/\w+/\w+/\d+$")
    page.goto(f"{base}/documents")
    if page.locator("main tbody tr").count():
        found["document"] = first_link(page, r"^/documents/\w+/\w+/\d+$")
        found["audit"] = found["document"] + "/citations"
        page.goto(base + found["document"])
        found["code-passage"] = first_link(page, r"/code\?at=\d+-\d+$")
    page.goto(f"{base}/register/compact")
    if page.locator("main .panels").count():
        found["compact"] = "/register/compact"
    return found


def secret_draft() -> dict[str, Any]:
    """A record that its party withholds."""
    return {
        "kind": "register.instrument",
        "author": "example editor",
        "marking": "TLP:RED",
        "releasable_to": [],
        "basis": "test",
        "retention": "working",
        "class": "exercise",
        "claimed": 1_700_000_000_000,
        "fields": {
            "slug": "withheld-by-the-test",
            "instrument_class": "plan",
            "titles": {"en": SECRET},
            "parties": [{"party": "vn", "level": "state"}],
            "cites": [{"work": "doan-nguyen-2026"}],
        },
    }
