"""Forms that open where there is no line: kept once, opened anew, sent once; gone when somebody leaves."""

from __future__ import annotations

import json

import pytest
from playwright.sync_api import Error

from tests.browser.line import Line
from tests.browser.passkeys import ARGUMENTS, CHROMIUM, served

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

PHONE = {"viewport": {"width": 390, "height": 844}, "locale": "en-GB"}
FORM = "/border/events/new/ordnance_found"
BACK = "The line is back, and it is on record:"


@pytest.fixture(scope="module")
def vn(tmp_path_factory):
    with served(tmp_path_factory.mktemp("phone"), ("vn",)) as parties:
        yield parties["vn"]


def phone(browser, folder, *more):
    """A browser with a folder of its own, so that it can be ended and begun again."""
    return browser.browser_type.launch_persistent_context(
        folder, executable_path=CHROMIUM, args=[*ARGUMENTS, *more], **PHONE
    )


def kept(page, line):
    """Open a page with forms, and wait until the phone has them."""
    page.goto(f"{line.url}/border/events")
    page.locator("[data-outbox][data-keeping=kept]").wait_for(state="attached")


def slug(page):
    return page.locator("form[data-keep] [name=slug]").input_value()


def fill(page, marker="578 + 20 m"):
    page.get_by_label("Marker, and metres from it").fill(marker)
    page.get_by_label("Your pseudonym").fill("guard-1")
    page.get_by_label("It is an exercise").check()


def send(page, button):
    page.get_by_role("button", name=button).click()
    page.get_by_role("button", name="Send it when the line is back").click()
    page.get_by_text("waits for the line").last.wait_for()


def test_forms_open_without_a_line_and_are_sent_once_after_a_restart(browser, vn, tmp_path):
    with Line(vn) as line:
        context = phone(browser, tmp_path)
        page = context.new_page()
        page.goto(line.link())
        kept(page, line)
        stored(page)
        line.cut()
        context.set_offline(True)
        page.goto(line.url + FORM)
        page.get_by_text("Opened without a line").wait_for()
        fill(page)
        page.get_by_label("Your office", exact=True).fill("Post 4")
        send(page, "Show it as it will be recorded")
        first = slug(page)
        assert first.startswith("ordnance-found-")
        page.goto(f"{line.url}/border/patrols/visit")
        fill(page, "579")
        send(page, "Show it as it will be recorded")
        page.goto(f"{line.url}/border/alerts")
        page.get_by_text("The page that was asked for is not kept on this phone").wait_for()
        assert page.url == f"{line.url}/border/phone"
        context.close()

        context = phone(browser, tmp_path)
        page = context.new_page()
        context.set_offline(True)
        page.goto(f"{line.url}/border/phone")
        assert page.get_by_text("waits for the line").count() == 2
        page.goto(line.url + FORM)
        assert slug(page) not in ("", first), "another opening is another report"
        assert (vn.ask("border/events"), vn.ask("border/patrol-visits")) == ([], [])
        queue = page.evaluate("localStorage.getItem('comity-outbox')")

        line.open()
        context.set_offline(False)
        assert page.goto(f"{line.url}/border/phone").status == 401, "the cookie ended with the browser"
        page.goto(line.link())
        page.get_by_text(BACK).nth(1).wait_for()
        recorded(vn, first)
        kept(page, line)
        assert page.evaluate("localStorage.getItem('comity-last')") is None, "somebody else may hold it now"
        page.evaluate("queue => localStorage.setItem('comity-outbox', queue)", queue)
        page.goto(f"{line.url}/border/events")
        page.get_by_text(BACK).nth(1).wait_for()
        recorded(vn, first)
        leave(page, line)
        context.close()


def stored(page):
    """What was kept: the pages that may be, and what they need; of no other page a byte."""
    found = page.evaluate(
        "async () => { const cache = await caches.open('comity-kept');"
        " return Promise.all((await cache.keys()).map(async one => [new URL(one.url).pathname,"
        " await (await cache.match(one)).text()])) }"
    )
    pages = {path: text for path, text in found if path.startswith("/border/")}
    assert len(pages) == 7
    assert {path for path, _ in found if not path.startswith(("/border/", "/static/vendor/"))} == {
        "/party.css"
    }
    assert all(
        name in " ".join(path for path, _ in found) for name in ("app.js", "app.css", "lao", "vietnamese")
    )
    assert all('name="slug" value=""' in text for path, text in pages.items() if path != "/border/phone")
    assert page.evaluate(
        "navigator.serviceWorker.getRegistrations().then(all => all.map(one => one.scope))"
    ) == [page.url.partition("/border")[0] + "/border/"]


def recorded(vn, first):
    (event,) = vn.ask("border/events")
    (visit,) = vn.ask("border/patrol-visits")
    assert (event["slug"], event["marker"], event["offset_m"], visit["marker"]) == (first, "578", 20, "579")


def leave(page, line):
    """Who leaves leaves nothing that opens; the session is over as well."""
    kept(page, line)
    page.get_by_role("button", name="Leave").click()
    page.get_by_role("heading", name="You have left").wait_for()
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("navigator.serviceWorker.getRegistrations().then(all => all.length)") == 0
    assert json.loads(page.evaluate("JSON.stringify(Object.keys(localStorage))")) in (
        ["comity-outbox"],
        ["comity-outbox", "comity-outbox-words"],
        ["comity-outbox-words", "comity-outbox"],
    )
    assert page.goto(f"{line.url}/border/phone").status == 401
    line.cut()
    with pytest.raises(Error):
        page.goto(line.url + FORM)
    line.open()


def test_it_works_over_tls_and_goes_by_itself(browser, vn, tmp_path):
    before = len(vn.ask("border/events"))
    with Line(vn, tmp_path) as line:
        context = phone(browser, tmp_path / "phone", "--ignore-certificate-errors")
        page = context.new_page()
        page.goto(line.link())
        kept(page, line)
        line.cut()
        page.goto(line.url + FORM)
        fill(page, "601")
        page.get_by_label("Your office", exact=True).fill("Post 4")
        send(page, "Show it as it will be recorded")
        page.goto(f"{line.url}/border/phone")
        assert len(vn.ask("border/events")) == before
        line.open()
        page.get_by_text(BACK).wait_for()
        assert len(vn.ask("border/events")) == before + 1
        say_what_was_not_kept(page, line)
        context.close()


def say_what_was_not_kept(page, line):
    page.goto(line.url + FORM)
    fill(page, "602")
    page.evaluate("() => { Storage.prototype.setItem = () => { throw new Error('no room') } }")
    line.cut()
    page.get_by_role("button", name="Show it as it will be recorded").click()
    page.get_by_role("button", name="Send it when the line is back").click()
    page.get_by_text("This browser could not keep it.").wait_for()
    assert page.get_by_label("Marker, and metres from it").is_enabled(), "what was written stands there"
    line.open()
