"""Coding rounds in the browser, on both sides: started, coded blind, sealed, opened, compared, settled."""

from __future__ import annotations

import urllib.parse

import pytest

from comity.node.client import Client
from tests.browser.passkeys import Person, chromium, served
from tests.browser.test_rounds import accessible, exchange, shoot
from tests.perspectives.test_commands import item
from tests.perspectives.test_queries import codebook, proposition, rule, work
from tests.perspectives.test_record_claims import claim, evidence

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

TEXT = "The gauge was read daily.\n\nThe gate was shut in the rains.\n"
FRAMES = [{"slug": name, "labels": {"en": name.title()}} for name in ("solidarity", "interest")]


def prepare(parties):
    """Rule, codebook, a document that both hold, a claim and evidence without grades."""
    models = [rule(), proposition(), codebook(frames=FRAMES), work("w-a"), work("w-b"), claim()]
    models += [evidence("a"), evidence("b")]
    parties["vn"].append(*({**item(model), "class": "exercise"} for model in models))
    for party in parties.values():
        query = urllib.parse.urlencode({"author": "clerk", "work": "w-a", "name": "w-a.txt"})
        with Client(party.run) as client:
            client.send(f"perspectives/documents?{query}", TEXT.encode())
    exchange(parties)


def press(page, button):
    page.get_by_role("button", name=button, exact=True).click()
    page.wait_for_load_state()


def begin(page, url, name, about):
    page.goto(f"{url}/comparison/coding/start")
    page.get_by_label("Name: lower-case words").fill(name)
    page.get_by_label(about).first.check()
    page.get_by_label("Work w-a" if about == "documents" else "Every gauge is read daily").first.check()
    page.get_by_label("An exercise").check()
    assert accessible(page) == []
    press(page, "Start the round")
    page.get_by_text("Who has sealed, never what").wait_for()
    return page.url.removeprefix(url)


def find_passage(page, address, role, quote, stance):
    page.goto(address)
    page.get_by_label("Your role as a coder").fill(role)
    press(page, "Code what is assigned")
    page.get_by_label("The passage, word for word").fill(quote)
    code(page, stance, "solidarity")


def code(page, stance, frame):
    page.get_by_label("Proposition").select_option("river")
    page.get_by_label("Held by").select_option("north-office")
    page.get_by_label("Stance").select_option(stance)
    page.get_by_label("Frame").select_option(frame)
    press(page, "Hand in")


def seal_and_approve(people, party, path, key):
    page = people[0].page
    press(page, "Seal")
    page.get_by_text("waiting for people").first.wait_for()
    for one in party.ask("perspectives/coding/round", key=key)["requests"]:
        for person in people[1:]:  # whoever asked does not approve
            person.approve(party, one["index"])
        people[-1].page.get_by_text("2 of 2").wait_for()
    page.goto(f"{party.url}{path}")


def open_all(parties, people, path):
    for name, party in parties.items():
        people[name][0].page.goto(f"{party.url}{path}")
        press(people[name][0].page, "Open what was sealed")
        people[name][0].page.get_by_text("This party has sealed and opened.").wait_for()
        exchange(parties)
    exchange(parties)


def grade(page, address, role, side, grades):
    page.goto(address)
    page.get_by_label("Your role as a coder").fill(role)
    page.get_by_label("You grade").select_option(side)
    press(page, "Grade what is assigned")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), "nothing runs out of a phone"
    assert accessible(page) == []
    shoot(page, f"coding-fill-{side}")
    assert ("Some gauges were read." in page.content()) == (side == "evidence")
    for place, value in grades.items():
        page.locator(f"#grade-{place}-{value}").check()
    press(page, "Hand in")


def signed_in(browser, parties, **options):
    """Three people a side; each has enrolled, and so is signed in. The first asks, the others approve."""
    people = {name: [Person(browser, **options) for _ in range(3)] for name in parties}
    for name, party in parties.items():
        for number, person in enumerate(people[name]):
            person.enrol(party, f"{name}-officer-{number}", "release")
    return people


def test_rounds_on_documents_and_on_claims_from_start_to_what_both_settle(tmp_path):
    with served(tmp_path) as parties, chromium() as browser:
        prepare(parties)
        people = signed_in(browser, parties, width=390)
        documents(parties, people)
        claims(parties, people)


def documents(parties, people):
    pages = {name: found[0].page for name, found in people.items()}
    path = begin(pages["vn"], parties["vn"].url, "readings", "documents")
    key = path.removeprefix("/comparison/coding/")
    exchange(parties)
    gauge = TEXT.partition("\n")[0]
    for name, page in pages.items():
        address = parties[name].url + path
        find_passage(page, address, "coder-1", "It is not there.", "2")
        page.get_by_text("the passage is not in the document").wait_for()
        find_passage(page, address, "coder-1", gauge, "2" if name == "vn" else "-1")
        page.get_by_role("link", name="Code this passage").nth(1).click()
        assert page.get_by_label("The passage, word for word").count() == 0
        code(page, "1", "interest")
        page.goto(address)
        page.get_by_text("coder-1").first.wait_for()
        assert gauge not in page.content(), "who, and never what"
        other = people[name][1].page
        other.goto(f"{parties[name].url}{path}/fill?coder=coder-1")
        assert "· 2" not in other.locator("main").inner_text(), "what one coder gave is not shown to another"
        seal_and_approve(people[name], parties[name], path, key)
        if name == "vn":
            press(page, "Open what was sealed")
            page.get_by_text("Not everybody has sealed").wait_for()
            page.goto(parties[name].url + path)
        exchange(parties)
        for party in parties.values():
            assert party.ask("perspectives/coding/round", key=key)["units"] == []
    open_all(parties, people, path)
    for name, page in pages.items():
        page.goto(parties[name].url + path)
        assert page.get_by_role("link", name="Settle it").count() == 1
        shoot(page, f"coding-open-{name}")
        assert accessible(page) == []
        page.get_by_role("link", name="Settle it").click()
        page.get_by_label("Stance").select_option("1")
        page.get_by_label("Why").fill("Read together.")
        press(page, "Say so in the own log")
        page.get_by_text("awaiting" if name == "vn" else "settled by both").first.wait_for()
        exchange(parties)
    for lang in ("vi", "lo"):
        pages["la"].goto(f"{parties['la'].url}{path}?lang={lang}")
        assert "settled by both" not in pages["la"].content()
        assert accessible(pages["la"]) == []
        shoot(pages["la"], f"coding-open-{lang}")
    pages["la"].goto(f"{parties['la'].url}{path}?lang=en")


def claims(parties, people):
    page = people["vn"][0].page
    path = begin(page, parties["vn"].url, "graded", "claims, and all evidence")
    key = path.removeprefix("/comparison/coding/")
    exchange(parties)
    for name, party in parties.items():
        first, second, _ = (person.page for person in people[name])
        grade(first, party.url + path, "grader-1", "claims", {0: "full"})
        grade(second, party.url + path, "grader-2", "evidence", {1: "none", 2: "partial"})
        first.goto(f"{party.url}{path}/fill?coder=grader-3&side=evidence")
        first.locator("#grade-1-none").check()
        press(first, "Hand in")
        first.get_by_text("grades claims and evidence").wait_for()
        first.goto(party.url + path)
        seal_and_approve(people[name], party, path, key)
        exchange(parties)
    open_all(parties, people, path)
    page = people["la"][0].page
    page.goto(f"{parties['la'].url}/comparison/claims?lang=en")
    page.get_by_text("claims exceed the record found").first.wait_for()
    page.get_by_text("graded blind").first.wait_for()
    shoot(page, "claims-blind")
    assert accessible(page) == []
    page.get_by_role("link", name="graded", exact=True).first.click()
    page.get_by_text("vn/grader-2: none").first.wait_for()
    shoot(page, "coding-grades")
    assert accessible(page) == []
