"""A round in the browser, on both sides: sealed, approved with passkeys, opened; who has sealed, never what."""

from __future__ import annotations

import base64
import os
import time
from pathlib import Path

import pytest

from tests.browser.passkeys import Person, chromium, served

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("COMITY_SCREENSHOTS")
HOUR = 3_600_000
SECRETS = {"vn": "The gauge at marker 7 fell first.", "la": "The gauge at marker 9 fell first."}


def shoot(page, name):
    if SHOTS:
        page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def accessible(page):
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})")
    return [(v["id"], v["nodes"][0]["html"][:200]) for v in found["violations"]]


def answer(party, name):
    header = {"author": "example editor", "marking": "TLP:AMBER", "releasable_to": ["vn", "la"]}
    header |= {"basis": "test", "retention": "working", "class": "exercise"}
    fields = {"title": "Answer", "text": SECRETS[name]}
    (index,) = party.append({"kind": "node.remark", "fields": fields, **header})
    return index


def exchange(parties):
    for name in ("vn", "la", "vn", "la"):
        assert parties[name].sync()["ok"]


def submit(person, button):
    person.page.get_by_label("Your pseudonym").fill("clerk-1")
    person.page.get_by_role("button", name=button, exact=True).click()
    person.page.wait_for_load_state()


def test_a_round_is_sealed_and_opened_in_the_browser(tmp_path):
    with served(tmp_path) as parties, chromium() as browser:
        now = time.time_ns() // 1_000_000
        parties["vn"].post(
            "round/start",
            {
                "name": "gauges-1",
                "title": {"en": "Which gauge fell first", "vi": "Trạm đo nào hạ trước"},
                "question": base64.b64encode(b"Which gauge fell first?").decode(),
                "parties": ["vn/hq", "la/hq"],
                "seal_by": now + HOUR,
                "open_by": now + 2 * HOUR,
                "author": "clerk-1",
                "exercise": True,
            },
        )
        exchange(parties)
        people = {}
        for name, party in parties.items():
            people[name] = (Person(browser), Person(browser))
            for number, person in enumerate(people[name]):
                person.enrol(party, f"{name}-officer-{number}", "release")
            index = answer(party, name)
            page = people[name][0].page
            page.goto(f"{party.url}/rounds")
            page.get_by_role("link", name="Which gauge fell first").click()
            page.get_by_label("Record of the own log").fill(str(index))
            submit(people[name][0], "Seal")
            page.get_by_text("waiting for people").first.wait_for()
            request = party.ask("round/status", key="gauges-1")["requests"][0]["index"]
            for person in people[name]:
                person.approve(party, request)
            people[name][1].page.get_by_text("2 of 2").wait_for()
            page.goto(f"{party.url}/rounds/vn/hq/{place(party)}")
            submit(people[name][0], "Open what was sealed")
            if name == "vn":
                page.get_by_text("Not done, and not recorded").wait_for()
                page.get_by_text("Not everybody has sealed as far as this node knows.").wait_for()
                shoot(page, "round-early")
            exchange(parties)
        page = people["la"][0].page
        page.goto(f"{parties['la'].url}/rounds")
        page.get_by_text("all have sealed").first.wait_for()
        for name, party in parties.items():
            page = people[name][0].page
            page.goto(f"{party.url}/rounds/vn/hq/{place(party)}")
            for secret in SECRETS.values():
                assert secret not in page.content(), "who has sealed, never what"
            submit(people[name][0], "Open what was sealed")
            page.get_by_text("This party has sealed and opened.").wait_for()
            exchange(parties)
        exchange(parties)
        for name, other in (("vn", "la"), ("la", "vn")):
            page = people[name][0].page
            page.goto(f"{parties[name].url}/rounds/vn/hq/{place(parties[name])}")
            assert page.get_by_text("opened and received").count() == 2
            shoot(page, f"round-{name}")
            assert accessible(page) == []
            page.get_by_role("link", name="What was sealed").nth(0 if other == "vn" else 1).click()
            page.get_by_text(SECRETS[other]).first.wait_for()
            for lang in ("vi", "lo"):
                page.goto(f"{parties[name].url}/rounds/vn/hq/{place(parties[name])}?lang={lang}")
                assert "opened and received" not in page.content()
                page.goto(f"{parties[name].url}/rounds?lang={lang}")
                shoot(page, f"rounds-{lang}")


def place(party):
    return party.ask("round/status", key="gauges-1")["start"]["index"]
