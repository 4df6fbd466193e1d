"""A phone that loses its line in the middle of a report, and a warning issued on it: kept, sent once, no barrier."""

from __future__ import annotations

import pytest

from tests.browser.passkeys import Person, chromium, served
from tests.browser.test_border_events import looked_at

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(300)]


def test_a_report_outlives_the_line_and_is_recorded_once(tmp_path):
    with served(tmp_path) as parties, chromium() as browser:
        guard, vn = Person(browser, width=390), parties["vn"]
        guard.enter(vn)
        page = guard.page
        report_without_a_line(page, vn)
        warn(page, vn)


def report_without_a_line(page, vn):
    page.goto(f"{vn.url}/border/events/new/ordnance_found")
    page.get_by_label("Marker, and metres from it").fill("578 ± 40 m")
    page.get_by_label("Your office", exact=True).fill("Post 4")
    page.get_by_label("Your pseudonym").fill("guard-1")
    page.get_by_label("Who may read it").select_option("TLP:CLEAR")
    page.get_by_label("It is an exercise").check()
    page.context.set_offline(True)
    page.get_by_role("button", name="Show it as it will be recorded").click()
    page.get_by_text("No line at present").wait_for()
    page.get_by_role("button", name="Send it when the line is back").click()
    page.get_by_text("waits for the line").wait_for()
    assert vn.ask("border/events") == []
    kept = page.evaluate("localStorage.getItem('comity-outbox')")
    page.context.set_offline(False)
    page.get_by_text("The line is back, and it is on record:").wait_for()
    (event,) = vn.ask("border/events")
    assert (event["marker"], event["offset_m"], event["either_way"]) == ("578", 40, True)
    assert event["exercise"]
    # The answer was lost on the way, and it is sent once more: it is one event still.
    page.evaluate("kept => localStorage.setItem('comity-outbox', kept)", kept)
    page.goto(f"{vn.url}/border/events")
    page.get_by_text("The line is back, and it is on record:").wait_for()
    assert len(vn.ask("border/events")) == 1
    assert page.evaluate("JSON.parse(localStorage.getItem('comity-outbox')).length") == 0
    # Half a form is there again after the page was lost.
    page.goto(f"{vn.url}/border/events/new/fire_or_flood")
    page.get_by_label("Marker, and metres from it").fill("601")
    page.reload()
    page.get_by_role("button", name="Take up what was written here before").click()
    assert page.get_by_label("Marker, and metres from it").input_value() == "601"


def warn(page, vn):
    page.goto(f"{vn.url}/border/warnings")
    page.get_by_role("link", name="Release of water from a dam").click()
    page.get_by_label("Sender").fill("hydromet.lumvarren.example")
    for code, words in (("en", "Lower Sekong"), ("vi", "Hạ lưu sông Sê Kông"), ("lo", "ເຊກອງຕອນລຸ່ມ")):
        page.locator(f'[name="area.{code}"]').fill(words)
    page.get_by_label("Which exercise it is").fill("drill 4; fictional")
    page.get_by_label("It is an exercise").check()
    page.get_by_label("Sign it inside").check()
    page.get_by_label("Your pseudonym").fill("officer-1")
    page.get_by_role("button", name="Show it as it will be recorded").click()
    page.get_by_role("heading", name="What the other side will see").wait_for()
    looked = page.locator("main").inner_text()
    assert "ເຊກອງຕອນລຸ່ມ" in looked
    page.get_by_role("button", name="Record it").click()
    page.get_by_text("signed inside: valid as of its sending").first.wait_for()
    warning = page.url
    for lang, path in (
        ("lo", "/border"), ("vi", "/border/warnings/new?text=flood&gauge=pakse"), ("lo", "/border/sensors"),
        ("en", "/border/alerts"), ("vi", warning.removeprefix(vn.url)),
    ):  # fmt: skip
        url = vn.url + path
        if "?" in url:
            page.goto(f"{url}&lang={lang}")
            assert page.locator("main h1").count() == 1
        else:
            looked_at(page, url, lang)
