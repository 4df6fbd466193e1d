"""Passkeys in the system's Chromium: people enrol, approve, and are refused, on vn.localhost and la.localhost."""

from __future__ import annotations

import hashlib
import os
from dataclasses import replace
from pathlib import Path

import pytest

from comity.node import keys
from comity.node.transport import Line, Signing
from comity.record.approvals import Approvals
from comity.record.canonical import b64, unb64
from comity.record.commitment import FullOpening, verify_full
from comity.record.entry import Entry
from comity.record.kinds import Registry
from comity.record.merkle import leaf_hash
from comity.record.protocol_kinds import KINDS, Approval
from comity.record.tiles import decode_bundle, entries_path
from comity.record.trust import Trust
from tests.browser.passkeys import Person, chromium, served
from tests.record.approvals_world import Item

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

AXE = Path(__file__).resolve().parents[2] / "web/node_modules/axe-core/axe.min.js"
SHOTS = os.environ.get("COMITY_SCREENSHOTS")


@pytest.fixture(scope="module")
def parties(tmp_path_factory):
    with served(tmp_path_factory.mktemp("people")) as running:
        yield running


@pytest.fixture(scope="module")
def approver_browser():
    with chromium() as running:
        yield running


@pytest.fixture
def somebody(approver_browser):
    made = []

    def make(**options):
        made.append(Person(approver_browser, **options))
        return made[-1]

    yield make
    for person in made:
        person.close()


def shoot(person, name):
    if SHOTS:
        person.page.screenshot(path=f"{SHOTS}/{name}.png", full_page=True)


def standing(party, index):
    return next(one for one in party.ask("approvals")["requests"] if one["index"] == index)


def size(party):
    return party.ask("node/status")["size"]


@pytest.mark.parametrize("name", ["vn", "la"])
def test_two_people_enrol_and_approve_and_one_of_them_counts_once(parties, somebody, name):
    party = parties[name]
    first, second = somebody(), somebody()
    first.enrol(party, f"{name}-officer-1", "release")
    assert "is the word of whoever holds this party's enrol key" in first.page.content()
    shoot(first, f"{name}-enrolled")
    second.enrol(party, f"{name}-officer-2", "release", "erase")
    (credential,) = first.credentials()
    assert credential["rpId"] == f"{name}.localhost"
    index = party.request()

    first.page.goto(f"{party.url}/approve/{index}")
    rows = first.page.locator("table tbody tr")
    seen = {row.locator("th").inner_text(): row.locator("td").inner_text() for row in rows.all()}
    assert seen["title"] == "Patrol report of the exercise"
    assert "sealed" in seen["text"]
    assert "Marker 12" not in first.page.content(), "what does not leave is not shown as if it did"
    shoot(first, f"{name}-request")
    first.approve(party, index)
    first.page.get_by_text("1 of 2").wait_for()
    second.approve(party, index)
    second.page.get_by_text("2 of 2").wait_for()
    shoot(second, f"{name}-approved")
    assert (standing(party, index)["stage"], standing(party, index)["people"]) == (
        "approved",
        [f"{name}-officer-1", f"{name}-officer-2"],
    )

    before = size(party)
    other = party.request(reason="Another release")
    first.approve(party, other)
    first.page.get_by_text("1 of 2").wait_for()
    first.approve(party, other)
    first.page.get_by_text("Not counted, and not recorded").wait_for()
    assert "has approved it already, and counts once" in first.page.content()
    shoot(first, f"{name}-again")
    first.replace_device()
    first.enrol(party, f"{name}-officer-1", "release")
    first.approve(party, other)
    first.page.get_by_text("has approved it already, and counts once").wait_for()
    assert standing(party, other)["people"] == [f"{name}-officer-1"]
    assert size(party) == before + 4, "record, request, one approval, one more enrolment"
    party.post("release/grant", {"index": index, "author": "clerk-1"})
    assert standing(party, index)["stage"] == "done"


def test_the_author_of_a_request_does_not_approve_it(parties, somebody):
    party = parties["vn"]
    author = somebody()
    author.enrol(party, "author-1", "release")
    index = party.request(author="author-1")
    author.approve(party, index)
    author.page.get_by_text("Whoever made the request does not approve it.").wait_for()
    assert standing(party, index)["approvals"] == []


def test_a_role_that_the_person_does_not_have(parties, somebody):
    party = parties["vn"]
    person = somebody()
    person.enrol(party, "eraser-1", "erase")
    index = party.request()
    person.page.goto(f"{party.url}/approve/{index}")
    person.page.get_by_role("button", name="Approve with your passkey").click()
    person.page.get_by_text("The device gave no passkey.").wait_for()
    assert standing(party, index)["approvals"] == []


def test_a_person_who_is_not_verified_is_refused(parties, somebody):
    party = parties["vn"]
    person = somebody()
    person.enrol(party, "unverified-1", "release")
    index = party.request()
    person.verified(False)
    person.page.goto(f"{party.url}/approve/{index}")
    person.page.get_by_role("button", name="Approve with your passkey").click()
    person.page.get_by_text("The device gave no passkey.").wait_for()
    shoot(person, "unverified")
    answer = person.page.evaluate(
        LENIENT, [index, person.page.locator("form[data-options]").get_attribute("data-options")]
    )
    assert answer["status"] == 409
    assert "assertion-verification" in answer["body"]
    assert standing(party, index)["approvals"] == []
    person.verified(True)
    person.approve(party, index)
    person.page.get_by_text("1 of 2").wait_for()


LENIENT = """async ([index, text]) => {
    // A page that asks less of the device than the node does.
    const options = PublicKeyCredential.parseRequestOptionsFromJSON(JSON.parse(text));
    options.userVerification = "discouraged";
    const credential = await navigator.credentials.get({publicKey: options});
    const body = JSON.stringify(credential.toJSON());
    const headers = {"Content-Type": "application/json"};
    const reply = await fetch(`/api/v1/approvals/${index}`, {method: "POST", body, headers});
    return {status: reply.status, body: await reply.text()};
}"""


def test_an_unverified_person_does_not_enrol(parties, somebody):
    party = parties["vn"]
    person = somebody(verifies=False)
    url = party.invite("nobody-1", "release")
    person.page.goto(url)
    person.page.get_by_role("button", name="Make a passkey").click()
    person.page.get_by_text("The device gave no passkey.").wait_for()
    assert all(one["person"] != "nobody-1" for one in party.ask("people")["people"])


def test_the_passkey_of_one_host_does_nothing_on_the_other(parties, somebody):
    vn, la = parties["vn"], parties["la"]
    person = somebody()
    person.enrol(vn, "crosser-1", "release")
    index = la.request()
    person.enter(la)
    person.page.goto(f"{la.url}/approve/{index}")
    person.page.get_by_role("button", name="Approve with your passkey").click()
    person.page.get_by_text("The device gave no passkey.").wait_for()
    answer = person.page.evaluate(
        """async ([index, text]) => {
            // The other party's request, signed on the own host: the challenge is right, the place is not.
            const asked = JSON.parse(text);
            asked.rpId = "vn.localhost";
            try {
                const options = PublicKeyCredential.parseRequestOptionsFromJSON(asked);
                await navigator.credentials.get({publicKey: options});
                return "the browser let a passkey of another host be used";
            } catch (error) { return error.name; }
        }""",
        [index, person.page.locator("form[data-options]").get_attribute("data-options")],
    )
    assert answer == "SecurityError"
    assert standing(la, index)["approvals"] == []


def test_an_assertion_of_the_other_host_or_request_is_refused_by_the_node(parties, somebody):
    """A person enrolled on both is led to sign the request of one on the page of the other."""
    vn, la = parties["vn"], parties["la"]
    person = somebody()
    person.enrol(vn, "led-1", "release")
    wanted, other = vn.request(), vn.request()
    sign = """async ([ask, send]) => {
        const asked = await (await fetch(`/api/v1/approvals/${ask}`)).json();
        const options = PublicKeyCredential.parseRequestOptionsFromJSON(asked.options);
        const credential = await navigator.credentials.get({publicKey: options});
        const body = JSON.stringify(credential.toJSON());
        const headers = {"Content-Type": "application/json"};
        const reply = await fetch(`/api/v1/approvals/${send}`, {method: "POST", body, headers});
        return {status: reply.status, body: await reply.text(), credential: JSON.parse(body)};
    }"""
    answer = person.page.evaluate(sign, [other, wanted])
    assert answer["status"] == 409
    assert "assertion-challenge" in answer["body"]
    assert standing(vn, wanted)["approvals"] == standing(vn, other)["approvals"] == []
    with pytest.raises(Exception, match="enrolment-unknown"):
        la.post(f"approvals/{la.request()}", answer["credential"])
    vn.post(f"approvals/{other}", answer["credential"])
    assert standing(vn, other)["people"] == ["led-1"]
    with pytest.raises(Exception, match="person-again"):
        vn.post(f"approvals/{other}", answer["credential"])


def test_numbers_for_a_host_name_have_no_passkeys(parties, somebody):
    vn = parties["vn"]
    index = vn.request()
    person = somebody()
    port = vn.url.rpartition(":")[2]
    person.page.goto(vn.link().replace("vn.localhost", "127.0.0.1"))
    person.page.goto(f"http://127.0.0.1:{port}/approve/{index}")
    person.page.get_by_text("Passkeys do not work on this address").wait_for()
    assert person.page.locator("form[data-passkey]").count() == 0
    person.page.goto(vn.link().replace("vn.localhost", "la.localhost"))
    person.page.goto(f"http://la.localhost:{port}/approve/{index}")
    person.page.get_by_text("Passkeys do not work on this address").wait_for()


def test_a_link_enrols_once(parties, somebody):
    vn = parties["vn"]
    url = vn.invite("once-1", "release")
    first, second = somebody(), somebody()
    first.page.goto(url)
    place = first.page.url
    first.page.get_by_role("button", name="Make a passkey").click()
    first.page.get_by_role("heading", level=1, name="Enrolled").wait_for()
    second.enter(vn)
    assert second.page.goto(place).status == 404
    second.page.get_by_role("heading", level=1, name="This link is over").wait_for()
    stranger = second.context.browser.new_context()
    assert stranger.new_page().goto(place).status == 401, "the link's second half opens no console"
    assert stranger.new_page().goto(url).status == 401
    stranger.close()


def test_pages_may_not_say_who_approves(parties, somebody):
    vn = parties["vn"]
    person = somebody()
    person.enter(vn)
    post = """async ([path, body]) => {
        const headers = {"Content-Type": "application/json"};
        return (await fetch(path, {method: "POST", body: JSON.stringify(body), headers})).status;
    }"""
    invite = {"person": "self-made", "roles": ["release"]}
    assert person.page.evaluate(post, ["/api/v1/people/links", invite]) == 401
    assert person.page.evaluate(post, ["/api/v1/people/revoke", {"person": "x1", "reason": "x"}]) == 401
    forged = {
        "kind": "control.enrolment",
        "author": "custodian",
        "marking": "TLP:AMBER",
        "basis": "compact",
        "retention": "protocol",
        "fields": {
            "person": "self-made",
            "roles": ["release"],
            "credential_id": "AAAA",
            "public_key": "AAAA",
            "rp_id": "vn.localhost",
            "origin_url": vn.url,
        },
    }
    assert person.page.evaluate(post, ["/api/v1/node/append", [forged]]) in (400, 422)
    assert all(one["person"] != "self-made" for one in vn.ask("people")["people"])


def test_a_person_who_was_revoked_approves_no_more(parties, somebody):
    vn = parties["vn"]
    person = somebody()
    person.enrol(vn, "leaver-1", "release")
    before, after = vn.request(), vn.request()
    person.approve(vn, before)
    person.page.get_by_text("1 of 2").wait_for()
    page = f"{vn.url}/approve/{after}"
    person.page.goto(page)
    vn.command("revoke", "leaver-1", "--reason", "left the office")
    person.page.get_by_role("button", name="Approve with your passkey").click()
    person.page.get_by_text("The enrolment of this passkey was revoked.").wait_for()
    assert standing(vn, before)["people"] == ["leaver-1"], "what was approved before stays approved"
    assert standing(vn, after)["approvals"] == []


def test_log_openings_and_charter_verify_it_without_the_node(parties, somebody, tmp_path):
    """What an exported log holds is enough: no database of the node, no server, no certificate."""
    vn = parties["vn"]
    people = [somebody(), somebody()]
    for number, person in enumerate(people):
        person.enrol(vn, f"offline-{number}", "release")
    index = vn.request()
    for person in people:
        person.approve(vn, index)
    people[1].page.get_by_text("2 of 2").wait_for()
    items = {item.index: item for item in offline(vn)}
    request = items[index]
    approvals = [
        item
        for item in items.values()
        if item.content
        and isinstance(item.content.model, Approval)
        and item.content.model.request.index == index
    ]
    trust = Trust.begin(vn_file(vn, "charter"), items[0].entry.leaf)
    known = Approvals()
    for item in items.values():
        known.take(item)
    verdict = known.approved(request, approvals, {"vn/hq": trust})
    assert verdict.ok
    assert verdict.people == ("offline-0", "offline-1")
    data = bytearray(unb64(approvals[0].content.model.authenticator_data))
    data[36] ^= 1
    bent = approvals[0].content.model.model_copy(update={"authenticator_data": b64(bytes(data))})
    forged = replace(approvals[0], content=replace(approvals[0].content, model=bent))
    assert not known.approved(request, [forged, approvals[1]], {"vn/hq": trust}).ok


def vn_file(party, path):
    """Fetch as the other party does: what is granted to members of the compact is for them alone."""
    key = keys.load(party.folder.parent / "la" / "keys").http
    with Line(party.url, signing=Signing(key, "vn/hq")) as line:
        return line.get(f"log/{path}")


def offline(party):
    """Read a log and its openings by the paths between nodes, and verify each against its leaf."""
    total = int(vn_file(party, "checkpoint").split(b"\n")[1])
    registry = Registry(KINDS)
    leaves = []
    for bundle in range((total + 255) // 256):
        width = min(256, total - 256 * bundle)
        leaves += decode_bundle(vn_file(party, entries_path(bundle, width)), width)
    openings = {}
    for bundle in range((total + 255) // 256):
        number = entries_path(bundle).removeprefix("tile/entries/")
        for line in vn_file(party, f"openings/{number}").splitlines():
            full = FullOpening.decode(line)
            openings[full.id] = full
    for index, leaf in enumerate(leaves):
        entry = Entry.parse(leaf)
        full = openings.get(entry.id)
        content = None
        if full is not None:
            verify_full(full, entry)
            content = registry.from_fields(full.kind, full.fields)
        yield Item("vn/hq", index, leaf_hash(leaf), entry, content)


@pytest.mark.parametrize("lang", ["vi-VN", "lo-LA", "en-GB"])
@pytest.mark.parametrize(("scheme", "width"), [("light", 1280), ("dark", 390)])
def test_pages_fit_and_have_no_serious_barrier(parties, somebody, lang, scheme, width):
    vn = parties["vn"]
    person = somebody(lang=lang, scheme=scheme, width=width)
    index = vn.request()
    url = vn.invite(f"reader-{hashlib.sha256(f'{lang}{scheme}'.encode()).hexdigest()[:8]}", "release")
    person.page.goto(url)
    for name, path in (
        ("enrol", None),
        ("approve", "/approve"),
        ("request", f"/approve/{index}"),
        ("over", "/enrol/" + "x" * 43),
    ):
        if path is not None:
            person.page.goto(vn.url + path)
        assert person.page.locator("html").get_attribute("lang") == lang[:2]
        wide = person.page.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert wide <= 0, f"{name} scrolls sideways by {wide} px"
        shoot(person, f"{name}-{lang[:2]}-{scheme}")
        person.page.evaluate(AXE.read_text(encoding="utf-8"))
        found = person.page.evaluate(
            "() => axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa']})"
        )
        serious = [
            (v["id"], v["nodes"][0]["html"][:200])
            for v in found["violations"]
            if v["impact"] in ("serious", "critical")
        ]
        assert serious == [], name


def test_without_javascript_the_page_says_what_it_needs(parties, approver_browser):
    vn = parties["vn"]
    index = vn.request()
    context = approver_browser.new_context(java_script_enabled=False, locale="en-GB")
    page = context.new_page()
    page.goto(vn.link())
    page.goto(f"{vn.url}/approve/{index}")
    assert "Exactly what the other side will see" in page.content()
    assert page.locator("form[data-passkey]").count()
    assert page.get_by_text("Passkeys need JavaScript").is_visible()
    assert page.get_by_role("button", name="Approve with your passkey").count() == 0
    context.close()
