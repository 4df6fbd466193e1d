"""A guard's phone in a real browser: forms kept, found again, sent once; no barrier in three languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.passkeys import Person, chromium, served
from tests.browser.thumb import SECONDS, Thumb

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

ROOT = Path(__file__).resolve().parents[2]
AXE = (ROOT / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
HOWTO = ROOT / "docs/howto/report-from-a-phone.md"
MARKER = "Marker, and metres from it"
MINUTE = 60
SWIPE = SECONDS["point"] + SECONDS["press"]
ROW = r"^\| ([^|]+) \| (first|again) \| (\d+) \| (\d+) \| (\d+) \| ([\d.]+) \|$"


def looked_at(page, url, lang):
    page.goto(f"{url}?lang={lang}")
    assert page.locator("html").get_attribute("lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]] == []


def test_a_report_outlives_the_line_and_is_recorded_once(tmp_path):
    with served(tmp_path) as parties, chromium() as browser:
        guard, vn = Person(browser, width=390), parties["vn"]
        guard.enter(vn)
        page = guard.page
        report_without_a_line(page, vn)
        keep_and_find_again(page, vn)
        warn(page, vn)
        counted(browser, vn)


def keep_and_find_again(page, vn):
    url = vn.url
    page.goto(f"{url}/border/events")
    page.get_by_role("link", name="Unexploded ordnance found").first.click()
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
    assert vn.ask("border/event-drafts") == []
    for lang, path in (("vi", "/border/events"), ("lo", "/border/events/new/fire_or_flood")):
        looked_at(page, url + path, lang)
    looked_at(page, event, "en")
    looked_at(page, f"{url}/border/patrols", "lo")
    looked_at(page, f"{url}/border/patrols/visit", "vi")
    looked_at(page, f"{url}/border/phone", "lo")
    looked_at(page, f"{url}/border/retention", "en")


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


FORMS = {
    "Marker damaged, displaced or missing": [("What exactly", "displaced")],
    "A lawful crossing does not work": [("What exactly", "road or bridge blocked")],
    "Fire, flood or landslide across the line": [("What exactly", "flood")],
    "Unexploded ordnance found": [("What exactly", "suspected")],
    "Unknown drone, boat or vehicle": [("What exactly", "heard"), ("What moves", "in the air")],
}


def counted(browser, vn):
    """Each form on a phone that reports for the first time, and on one that reported before."""
    context = browser.new_context(locale="en-GB", viewport={"width": 390, "height": 844}, has_touch=True)
    page = context.new_page()
    page.goto(vn.link())
    rows = []
    for form, chosen in FORMS.items():
        page.evaluate("localStorage.clear()")
        rows += [walked(page, vn, form, chosen, again=again) for again in (False, True)]
    context.close()
    assert max(row[-1] for row in rows) < MINUTE
    said = re.findall(ROW, HOWTO.read_text("utf-8"), re.MULTILINE)
    lines = "\n".join("| " + " | ".join(map(str, row)) + " |" for row in rows)
    assert [row[:-1] for row in said] == [tuple(map(str, row[:-1])) for row in rows], lines
    # A swipe more or less is the font's and the browser's.
    assert all(abs(float(one[-1]) - row[-1]) <= 2 * SWIPE for one, row in zip(said, rows, strict=True)), lines


def walked(page, vn, form, chosen, *, again):
    """Report from the list of events to the page of the event; every field that is not folded is chosen anew."""
    page.goto(f"{vn.url}/border/events")
    thumb = Thumb(page)
    thumb.press("link", form)
    thumb.type(MARKER, "578 + 150 m", "code")
    for label, option in [
        *chosen,
        ("What is done about it", "under way"),
        ("How much it weighs", "very high"),
    ]:
        thumb.choose(label, option)
    if again:
        thumb.press("button", "Again: guard-1", answers=False)
        thumb.fields += 1
    else:
        page.get_by_label("Your office", exact=True).fill("")
        thumb.type("Your office", "Post 4")
        thumb.type("Your pseudonym", "guard-1")
    page.get_by_label("It is an exercise").check()  # of a test alone: a report in earnest has no such tap
    thumb.press("button", "Show it as it will be recorded")
    thumb.press("button", "Record it")
    page.get_by_text("first report in time").first.wait_for()
    return form, "again" if again else "first", thumb.fields, thumb.taps, thumb.keys, round(thumb.seconds, 1)
