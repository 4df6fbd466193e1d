"""Writing in the register by two desk officers in real browsers: a ticket settled by both, a text confirmed."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from tests.browser.passkeys import Person, chromium, served

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

AXE = (Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js").read_text("utf-8")
HEADER = {
    "author": "example editor",
    "marking": "TLP:CLEAR",
    "basis": "test",
    "retention": "working",
    "class": "exercise",
}
MINUTES = (
    "The two sides shall read the river gauges every day in 2027.\n\n"
    "The two sides hope that trade will grow much further in the coming years."
)
RULES = ["wcag2a", "wcag2aa", "wcag21aa", "wcag22aa"]


def facts(start):
    names = {"en": "Talks", "vi": "Hội đàm", "lo": "ການເຈລະຈາ"}
    cites = [{"work": "minutes-12"}]
    talks = {"slug": "talks", "names": names, "level": "ministry", "parties": ["vn", "la"], "cites": cites}
    meeting = {"slug": "talks-12", "mechanism": "talks", "ordinal": 12, "start": start, "state": "held"}
    yield {**HEADER, "kind": "register.mechanism", "fields": talks}
    yield {**HEADER, "kind": "register.meeting", "fields": {**meeting, "cites": cites}}


def exchange(parties):
    for name in ("vn", "la", "vn", "la"):
        assert parties[name].sync()["ok"]


def looked_at(page, lang):
    """Look at a page on a phone: no barrier, nothing sideways, and in its language."""
    page.goto(f"{page.url.partition('?')[0]}?lang={lang}")
    page.set_viewport_size({"width": 390, "height": 900})
    assert page.locator("html").get_attribute("lang") == lang
    assert page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    page.evaluate(AXE)
    found = page.evaluate("rules => axe.run({runOnly: rules})", RULES)
    assert [(one["id"], one["nodes"][0]["html"][:160]) for one in found["violations"]] == []
    page.set_viewport_size({"width": 1280, "height": 900})
    page.goto(f"{page.url.partition('?')[0]}?lang=en")


def record(page, **given):
    """Fill a form, look at the record as it will stand, and make it."""
    for name, value in given.items():
        field = page.locator(f"[name='{name}']")
        if field.evaluate("one => one.tagName") == "SELECT":
            field.select_option(value)
        else:
            field.fill(value)
    page.locator("[name=marking]").select_option("TLP:CLEAR")
    page.get_by_label("Your pseudonym").fill("clerk-1")
    page.get_by_role("button", name="Show it as it will be recorded").click()
    page.get_by_role("heading", name="As it will be recorded").wait_for()
    page.get_by_role("button", name="Record it").click()
    page.wait_for_load_state()


def sent_from(page, url, path, given, *, origin, session):
    """Send a form outside the browser, as another site or a stranger would; return the status."""
    host = url.removeprefix("http://")
    cookies = "; ".join(f"{one['name']}={one['value']}" for one in page.context.cookies() if session)
    headers = {"Host": host, "Origin": origin, "Cookie": cookies}
    return httpx.post(path.replace("vn.localhost", "127.0.0.1"), data=given, headers=headers).status_code


@pytest.fixture(scope="module")
def parties(tmp_path_factory):
    with served(tmp_path_factory.mktemp("two")) as running:
        for name, start in (("vn", "2025-12-16"), ("la", "2025-12-18")):
            running[name].append(*facts(start))
        exchange(running)
        yield running


@pytest.fixture(scope="module")
def officers(parties):
    with chromium() as browser:
        people = {name: Person(browser) for name in parties}
        for name, person in people.items():
            person.enter(parties[name])
        yield {name: person.page for name, person in people.items()}


def test_a_difference_is_followed_up_and_settled_by_both_sides(parties, officers):
    for name, page in officers.items():
        page.goto(f"{parties[name].url}/register/reconciliation")
        page.get_by_role("link", name="Ticket").click()
        page.wait_for_url("**/register/tickets/*")
        page.get_by_text("16 December 2025").first.wait_for()
        looked_at(page, "lo" if name == "la" else "vi")
        record(page, owner=f"Desk of {name}", word="settled", outcome="2025-12-18", note_en="By the minutes.")
        page.get_by_text(f"Desk of {name}").first.wait_for()
        exchange(parties)
        page.reload()
        if name == "vn":
            assert page.locator(".chip", has_text="settled").count() == 0, "one word settles nothing"
            assert page.locator(".chip", has_text="explained").count() == 1
    for page in officers.values():
        page.reload()
        assert page.locator(".chip", has_text="settled").count() == 1
        page.get_by_text("Desk of vn").first.wait_for()
        page.get_by_text("Desk of la").first.wait_for()


def test_an_undertaking_is_confirmed_from_a_document_that_was_dropped(parties, officers):
    page, url = officers["vn"], parties["vn"].url
    page.goto(f"{url}/documents")
    file = {"name": "minutes.txt", "mimeType": "text/plain", "buffer": MINUTES.encode()}
    page.locator("input[type=file]").set_input_files(file)
    page.locator("main form button[type=submit]").first.click()
    page.wait_for_url("**/documents/intake/*")
    page.locator("main a[href^='/documents/vn/']").first.click()
    page.get_by_role("link", name="Undertakings that it may say").click()
    page.get_by_text("read the river gauges every day").first.wait_for()
    looked_at(page, "vi")
    assert page.get_by_role("link", name="Confirm it as an undertaking").count() == 1
    page.get_by_role("link", name="Confirm it as an undertaking").click()
    looked_at(page, "lo")
    page.get_by_label("It is an exercise").check()
    record(page, action_en="Read the gauges on every day of 2027", meeting="talks-12")
    page.goto(f"{url}/register/undertakings")
    page.get_by_role("link", name="Read the gauges on every day of 2027").click()
    page.get_by_role("link", name="Say what became of it").click()
    record(page, status="under_way")
    page.get_by_text("under way").first.wait_for()


def test_a_session_is_recorded_by_a_form_and_its_brief_is_made(parties, officers):
    """What a desk officer does with no command line: the session, what rests on it, the two documents."""
    page, url = officers["vn"], parties["vn"].url
    page.goto(f"{url}/register/mechanism/talks")
    page.get_by_role("link", name="Record a session").click()
    page.wait_for_url("**/register/record/meeting*")
    assert page.locator("[name=mechanism]").input_value() == "talks"
    looked_at(page, "lo")
    page.goto(f"{url}/register/record/meeting?mechanism=talks")
    page.get_by_label("It is an exercise").check()
    given = {"ordinal": "13", "start": "2031-05", "state": "planned", "cites.0.work": "minutes-12"}
    page.locator("[name=author]").press("Enter")
    assert page.locator("#preview-head").count() == 0, "what is needed is asked for before it is shown"
    record(page, **given)
    page.wait_for_url("**/register/meeting/meeting-*")
    slug = page.url.rpartition("/")[2].partition("?")[0]
    page.goto(f"{url}/register/briefs")
    page.locator("[name=meeting]").select_option(slug)
    page.locator("main form button").click()
    for form in ("DOCX", "PDF"):
        page.get_by_role("link", name=form).wait_for(timeout=120_000)
    with page.expect_download() as taken:
        page.get_by_role("link", name="DOCX").click()
    assert Path(taken.value.path()).read_bytes().startswith(b"PK")


def test_no_other_site_and_nobody_without_a_session_writes(parties, officers):
    page, url = officers["vn"], parties["vn"].url
    path = f"{url}/register/directions/new"
    given = {"step": "record", "mechanism": "talks", "words_en": "A", "basis_en": "B", "proposer": "C"}
    given |= {"author": "d", "marking": "TLP:CLEAR"}
    for origin, session, status in ((url, False, 401), ("http://elsewhere.localhost", True, 403)):
        assert sent_from(page, url, path, given, origin=origin, session=session) == status
    page.goto(f"{url}/register/directions")
    page.get_by_text("Nobody has proposed anything").wait_for()
    page.get_by_role("link", name="Propose a direction").click()
    looked_at(page, "lo")
    page.get_by_label("It is an exercise").check()
    record(page, mechanism="talks", proposer="Water desk", words_en="Share a bulletin", basis_en="A flood.")
    page.get_by_text("Share a bulletin").first.wait_for()
    looked_at(page, "vi")
    page.goto(f"{url}/register/changes")
    looked_at(page, "lo")
