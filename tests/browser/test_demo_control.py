"""The walk of the worked example in a real browser: what is visible on which side, and a visitor's own approval."""

from __future__ import annotations

import re
import time

import pytest

from comity.demo.example import find_example, read_example
from comity.demo.walk import read_walk
from comity.node.client import Client
from tests.browser.house import START_SECONDS, visitor
from tests.browser.passkeys import Person

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

WALK = read_walk(read_example(find_example()))
ERASED = WALK.records["note"].fields["reported_by"]
WITHHELD = WALK.records["estimate"].fields["reported_by"]
LATER = [WALK.records[name].fields["text"] for name in ("outlook-vn", "outlook-la")]


def ask(home, party, path):
    with Client(home.run_file(party)) as client:
        return client.ask(path)


@pytest.fixture(scope="module")
def told(home):
    """Where the walk left its marks: the release, the two records it released, the two rounds."""
    requests = ask(home, "vn", "release/requests")["requests"]
    release = next(one for one in requests if one["reason"] == WALK.release.reason)
    rounds = {one["name"]: one["key"] for one in ask(home, "vn", "round/rounds")["rounds"]}
    targets = ask(home, "vn", f"approvals/{release['index']}")["request"]["targets"]
    return {
        "release": release["index"],
        "some": next(target["index"] for target in targets if target.get("paths")),
        "whole": next(target["index"] for target in targets if not target.get("paths")),
        "round": rounds[WALK.round.name],
        "waiting": rounds[WALK.waiting_round.name],
    }


@pytest.fixture(scope="module")
def pages(browser, home):
    """One page on either console, each entered by its own link."""
    contexts = {party: visitor(browser, home, party) for party in ("vn", "la")}
    yield {party: context.new_page() for party, context in contexts.items()}
    for context in contexts.values():
        context.close()


def seen(pages, home, party, path):
    reply = pages[party].goto(home.url(party) + path)
    assert reply.status == 200, (party, path)
    return pages[party].locator("main").inner_text()


def printed(home, pattern):
    """What the demonstration printed; the links are its last words."""
    deadline = time.monotonic() + START_SECONDS
    while not (found := re.search(pattern + r"\n", (home.folder / "demo.out").read_text())):
        assert time.monotonic() < deadline
        time.sleep(0.2)
    return found[0].strip()


def test_the_first_page_leads_to_every_act_on_both_sides(home, pages):
    for party in pages:
        seen(pages, home, party, "/")
        panel = pages[party].locator("section", has=pages[party].locator("#control-head"))
        links = panel.locator("a").evaluate_all("links => links.map(link => link.getAttribute('href'))")
        assert {"/approve", "/releases", "/releases#in", "/rounds", "/erasure"} <= set(links)
        for link in {link.partition("#")[0] for link in links}:
            seen(pages, home, party, link)
            assert pages[party].locator(".exercise-banner").count() == 1, (party, link)


def test_a_release_shows_who_approved_it_and_who_received_it(home, pages, told):
    text = seen(pages, home, "vn", "/releases")
    assert WALK.release.reason in text
    assert "received" in text
    text = seen(pages, home, "vn", f"/approve/{told['release']}")
    assert "2 of 2" in text
    assert all(person in text for person in WALK.approvers)
    text = seen(pages, home, "la", "/releases")
    assert WALK.release.reason in text
    assert "received and verified" in text


def test_the_other_side_reads_the_fields_that_were_released_and_no_others(home, pages, told):
    path = f"/record/vn/hq/{told['some']}"
    own, other = seen(pages, home, "vn", path), seen(pages, home, "la", path)
    value = WALK.records["estimate"].fields["value"]
    assert value in own
    assert WITHHELD in own
    assert "Single fields were granted to this node" in other
    assert re.search(rf"\b{re.escape(value)}\b", other)
    assert "TLP:AMBER" in other
    assert pages["la"].locator(".exercise-banner").count() == 1
    for name in ("/releases", path, "/register?text=Ostelvarra", "/record?lane=peer"):
        pages["la"].goto(home.url("la") + name)
        assert WITHHELD not in pages["la"].content()


def test_what_the_other_side_sees_is_told_as_it_is(home, pages, told):
    seen(pages, home, "vn", f"/record/vn/hq/{told['some']}?view=other")
    rows = dict(
        pages["vn"]
        .locator("tbody tr")
        .evaluate_all(
            "rows => rows.map(row => [row.cells[1].innerText.toLowerCase(), row.cells[2].innerText])"
        )
    )
    sealed = {name for name, value in rows.items() if "sealed" in value}
    assert WALK.records["estimate"].fields["value"] in rows["value"]
    assert "reported by" in sealed
    assert "value" not in sealed


def test_the_board_shows_both_sides_who_opened_and_one_field_before_the_rest(home, pages, told):
    for party, other in (("vn", "la"), ("la", "vn")):
        text = seen(pages, home, party, f"/rounds/{told['round']}")
        assert text.count("opened and received") == 2
        rows = pages[party].locator("tbody tr")
        opened = {row.locator("th").inner_text(): row.locator("td").nth(2).locator("a") for row in rows.all()}
        steps = {name.rpartition("· ")[2]: links.count() - 1 for name, links in opened.items()}
        assert steps == {"vn/hq": 2, "la/hq": 1}, "some fields before the rest, and all at once"
        name = WALK.round.answers[other]
        index = pages[party].get_by_role("link", name="What was sealed").nth(0 if other == "vn" else 1)
        index.click()
        assert WALK.records[name].fields["reported_by"] in pages[party].locator("main").inner_text()


def test_a_board_that_waits_shows_who_sealed_and_nobody_what(home, pages, told):
    for party in pages:
        text = seen(pages, home, party, f"/rounds/{told['waiting']}")
        assert "sealed" in text
        assert "not sealed yet" in text
        for words in LATER:
            assert words not in pages[party].content()


def test_the_ledger_names_the_acknowledgement_and_what_nothing_enforces(home, pages, told):
    own = seen(pages, home, "vn", "/erasure")
    assert WALK.erasure.reason in own
    assert "acknowledged by the peer" in own
    other = seen(pages, home, "la", "/erasure")
    assert "done here" in other
    for text in (own, other):
        assert "What cannot be enforced technically" in text
        assert "nothing can prove that none was kept" in text
    for party in pages:
        text = seen(pages, home, party, f"/record/vn/hq/{told['whole']}")
        assert "Not available here" in text
        assert ERASED not in pages[party].content()


def test_one_thing_is_handed_across_raised_once_answered_together_and_replayed(home, pages):
    """The border sector on both consoles: the same joint track, one alert, one patrol, who knew when."""
    plan = WALK.border
    (alert,) = dwelling_alerts(home, "vn", plan)
    assert [one["key"] for one in dwelling_alerts(home, "la", plan)] == [alert["key"]]
    query = f"sector={plan.slug}&at={alert['since']}"
    (track,) = [
        one
        for one in ask(home, "vn", f"border/picture?{query}&view=joint")["tracks"]
        if one["class"] == "air"
    ]
    assert len(track["names"]) == 2, "each side's own track of it, together"
    for party in pages:
        text = seen(pages, home, party, f"/border/picture?{query}&view=joint")
        assert "from a simulator" in text
        row = pages[party].locator("main tbody tr").filter(has_text="air")
        row.locator("summary").click()
        assert all(name in row.inner_text() for name in track["names"])
        text = seen(pages, home, party, f"/border/alerts/{alert['key']}")
        assert "taken up" in text.lower() or "acknowledged" in text.lower()
        raised = pages[party].locator("section", has=pages[party].locator("#seen")).inner_text()
        assert "Viet Nam" in raised
        assert "Lao" in raised
        text = seen(pages, home, party, f"/border/patrols/{plan.by}/{plan.patrol['slug']}")
        assert plan.patrol["words"]["en"] in text
        text = seen(pages, home, party, f"/border/warnings/{plan.gives}/{plan.warning['slug']}")
        assert plan.warning["draft"]["headline"]["en"] in text
        again = ask(home, party, f"border/picture/replay?{query}&view=joint")["replay"]
        assert again["agrees"], again["differences"]
        assert again["observations"] > 300
    shown, told = (
        table_of(pages, home, party, f"/border/picture?{query}&view={view}")
        for party, view in (("vn", "shared"), ("la", "theirs"))
    )
    assert shown == told, "what the other side sees is what it says it sees"


def dwelling_alerts(home, party, plan):
    zones = {zone["slug"] for zone in plan.zones}
    found = ask(home, party, "border/alerts?every=true")["alerts"]
    return [one for one in found if one["rule"] == "geofence-dwell" and one["cell"] in zones]


def table_of(pages, home, party, path):
    """Names, classes and places of the first table."""
    seen(pages, home, party, path)
    rows = pages[party].locator("main table").first.locator("tbody tr").all()
    found = [tuple(row.locator("th, td").nth(at).inner_text() for at in range(3)) for row in rows]
    assert found, path
    return found


def test_a_visitor_enrols_approves_and_releases_what_waits(home, browser):
    """The step that is left to whoever runs the example, on the very addresses that it prints."""
    asked = WALK.pending[0]
    waiting = next(
        one for one in ask(home, asked.by, "release/requests")["requests"] if one["reason"] == asked.reason
    )
    assert waiting["stage"] == "waiting"
    link = printed(home, rf"http://{asked.by}\.localhost:\S+/enter/\S+next=/enrol/\S+")
    person = Person(browser)
    person.page.goto(link)
    assert WALK.visitor in person.page.locator("main").inner_text()
    person.page.get_by_role("button", name="Make a passkey").click()
    person.page.get_by_role("heading", level=1, name="Enrolled").wait_for()
    person.page.goto(f"{home.url(asked.by)}/approve/{waiting['index']}")
    person.page.get_by_role("button", name="Approve with your passkey").click()
    person.page.get_by_text("2 of 2").wait_for()
    person.page.get_by_role("link", name=re.compile("carry it out")).click()
    person.page.get_by_label("Your pseudonym").fill(WALK.clerk)
    person.page.get_by_role("button", name="Release it").click()
    person.page.get_by_text("granted, not fetched yet").or_(
        person.page.get_by_text("received", exact=True)
    ).first.wait_for()
    with Client(home.run_file(asked.to)) as client:
        client.sync()
    grants = ask(home, asked.to, "release/inbox")["grants"]
    newest = max(
        (grant for grant in grants if grant["origin"].startswith(f"{asked.by}/")), key=lambda g: g["index"]
    )
    assert newest["state"] == "received"
    person.close()
