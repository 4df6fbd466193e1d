"""Joint assessment in a real browser: every page on both sides, and an expert from the passkey to the answer."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.browser.house import visitor
from tests.browser.passkeys import Party, Person

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

AXE = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text(
    encoding="utf-8"
)
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]
LOOKS = [("vn", "vi", "light", 1280), ("la", "lo", "dark", 360), ("vn", "en", "dark", 360)]


def accessible(page):
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    return [(page.url, v["id"], v["nodes"][0]["html"][:160]) for v in found["violations"]]


def fits(page):
    """Whether the page is no wider than its window."""
    return page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def session_of(party):
    """The example's session: its place and the stage that takes answers."""
    found = party.ask("assessment/sessions")["sessions"][0]
    return f"/assessment/sessions/{found['key']}"


def paths(party):
    base = session_of(party)
    (line,) = (one["slug"] for one in party.ask("assessment/lines"))
    (gate,) = (one["slug"] for one in party.ask("assessment/gates"))
    return [
        "/assessment",
        "/assessment/initiatives",
        "/assessment/initiative-acts/record",
        "/assessment/gates",
        f"/assessment/gates/{gate}",
        "/assessment/risk-acts/risk",
        "/assessment/risks",
        "/assessment/lines",
        f"/assessment/lines/{line}",
        "/assessment/zones",
        "/assessment/session-acts/start",
        "/assessment/sessions",
        base,
        f"{base}/opening/private",
        f"{base}/panel",
        "/assessment/sign-in",
    ]


@pytest.mark.parametrize("look", LOOKS)
def test_every_page_reads_on_a_desk_and_a_phone(browser, home, look):
    name, lang, scheme, width = look
    party = Party(home.folder / name)
    context = visitor(browser, home, name, lang=lang, scheme=scheme, width=width)
    page = context.new_page()
    complaints = []
    page.on("console", lambda said: complaints.append(said.text) if said.type == "error" else None)
    for path in paths(party):
        reply = page.goto(party.url + path)
        assert reply.status == 200, path
        assert page.locator("html").get_attribute("lang") == lang
        assert fits(page), path
        assert accessible(page) == []
    page.goto(f"{party.url}{session_of(party)}/opening/private")
    picture = page.get_by_role("img").first
    assert picture.locator("title").text_content().strip()
    assert picture.locator("desc").text_content().strip()
    assert complaints == []
    context.close()


def test_an_expert_answers_on_a_phone(browser, home):
    party = Party(home.folder / "vn")
    base = session_of(party)
    expert = Person(browser, width=360)
    page = expert.page
    expert.enter(party)
    page.goto(f"{party.url}{base}/answers/revised")
    page.get_by_text("This page does not know yet who you are.").wait_for()
    expert.enrol(party, "browser-expert", "expert")
    page.goto(f"{party.url}{base}/panel")
    page.get_by_label("Pseudonym of the custodian").fill("exercise-custodian")
    page.get_by_label("Pseudonyms of the experts").fill("browser-expert\nexercise-two\nexercise-three")
    page.get_by_role("button", name="Name the panel").click()
    page.wait_for_load_state()
    page.goto(f"{party.url}{base}/answers/revised")
    page.get_by_role("link", name=re.compile("least flow")).click()
    for name, value in (("v0", "90"), ("v1", "70"), ("v2", "140")):
        page.locator(f"#{name}").press_sequentially(value)
    page.get_by_text("Saved here; nobody else sees it.").wait_for()
    page.reload()
    assert page.locator("#v1").input_value() == "70", "saved as they typed"
    fault = page.locator("#fault-v1")
    assert "The values cross" in fault.inner_text()
    assert page.locator("#v1").get_attribute("aria-describedby") == "fault-v1"
    assert fits(page)
    assert accessible(page) == []
    page.locator("#v1").fill("110")
    page.get_by_role("button", name="Save the draft").click()
    page.get_by_role("img").first.wait_for()
    assert accessible(page) == []
    page.get_by_role("button", name="Submit this answer").click()
    page.wait_for_load_state()
    page.goto(f"{party.url}{base}/answers/revised")
    page.get_by_text("submitted", exact=True).wait_for()
    page.goto(f"{party.url}{base}/seal/revised")
    page.get_by_text("does not see the summary before it is sealed").wait_for()
    assert page.get_by_role("button", name="Seal").count() == 0
    # Another session of the browser knows nobody, until the same passkey is used.
    expert.context.clear_cookies()
    expert.enter(party)
    page.goto(f"{party.url}{base}/answers/revised")
    page.get_by_role("link", name="Use your passkey").click()
    page.get_by_role("button", name="Use your passkey").click()
    page.get_by_text("You are browser-expert.").wait_for()
    page.goto(f"{party.url}{base}/custodian")
    assert page.locator("tbody tr").count() == 1, "their own, and nobody else's"
    expert.close()
