"""A guard's phone in a real browser: a form kept, found again, recorded; no barrier in three languages."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.browser.passkeys import Person, chromium, served

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(300)]

AXE = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def looked_at(page, url, lang):
    page.goto(f"{url}?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]] == []


def test_an_event_is_kept_found_again_and_recorded_on_a_phone(tmp_path):
    with served(tmp_path) as parties, chromium() as browser:
        guard = Person(browser, width=390)
        guard.enter(parties["vn"])
        page, url = guard.page, parties["vn"].url
        page.goto(f"{url}/border/events")
        page.get_by_role("link", name="Unexploded ordnance found").click()
        page.get_by_label("Marker, and metres from it").fill("578 + 20 m")
        page.get_by_role("button", name="Keep it for later").click()
        page.get_by_role("link", name="Unexploded ordnance found, 578").click()
        assert page.get_by_label("Marker, and metres from it").input_value() == "578 + 20 m"
        page.get_by_label("Your office", exact=True).fill("Post 4")
        page.get_by_label("Your pseudonym").fill("guard-1")
        page.get_by_label("It is an exercise").check()
        page.get_by_role("button", name="Show it as it will be recorded").click()
        page.get_by_role("button", name="Record it").click()
        page.get_by_text("first report in time").first.wait_for()
        event = page.url
        assert parties["vn"].ask("border/event-drafts") == []
        for lang, path in (("vi", "/border/events"), ("lo", "/border/events/new/fire_or_flood")):
            looked_at(page, url + path, lang)
        looked_at(page, event, "en")
        looked_at(page, f"{url}/border/patrols", "lo")
        looked_at(page, f"{url}/border/patrols/visit", "vi")
