"""One initiative from notification to a co-signed joint line, between two real nodes in a real browser.

Every step of it is taken on the pages, by people with passkeys; enrolment links alone come from whoever keeps
the node. Then an auditor who was not there checks both logs from exports, keys and proof files.
"""

from __future__ import annotations

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from comity.assessment.position.text import digest
from tests.browser.auditor import Exported, comity
from tests.browser.passkeys import chromium, served
from tests.browser.side import Side

pytestmark = [pytest.mark.browser, pytest.mark.processes, pytest.mark.timeout(600)]

TODAY = datetime.now(UTC).date()
SIGNED_ON = TODAY - timedelta(days=3)
STARTED = TODAY - timedelta(days=10)
SLUG, GATE, LINE = "exercise-orrin-dam", "exercise-orrin-consultation", "exercise-orrin-line"
INITIATIVE = {
    "slug": SLUG,
    "title.en": "Exercise: a dam at Orrin (fictional)",
    "initiative_kind": "dam",
    "third_party": "ostelvarra",
    "third_party_name.en": "Republic of Ostelvarra (fictional)",
    "sponsor": "vn",
    "what.en": "Lumvarren Rivers, a fictional company, would build a dam.",
    "documents": "Outline of the dam at Orrin (fictional) | 2026-05",
    "asks-la.en": "Land below the dam (fictional) | 2027-01-01",
    "cites": "exercise-fiction",
    "unverified": True,
}
QUESTION = "exercise-orrin-finished"
SESSION = {
    "slug": "exercise-orrin",
    "title.en": "Exercise: the dam at Orrin (fictional)",
    "topic.en": "A dam that nobody builds.",
    "protocol": "cooke",
    "joint_marking": "TLP:CLEAR",
    "q0-slug": QUESTION,
    "q0-text.en": "Will the dam at Orrin be finished before 2031? (fictional)",
    "q0-form": "probability",
    "q0-horizon": "2031",
}
ANSWERS = {
    "vn": {"vn-ash": "0.88", "vn-elm": "0.85", "vn-fir": "0.9"},
    "la": {"la-oak": "0.15", "la-yew": "0.1", "la-bay": "0.2"},
}
ISSUES = "Least flow: two thirds; none"
HALF = "Exercise: the least flow stays at half of what it was (fictional)."
TWO_THIRDS = "Exercise: the least flow stays at two thirds of what it was (fictional)."


def test_one_initiative_from_its_notification_to_a_line_and_an_audit(tmp_path):
    with served(tmp_path) as parties:
        with chromium() as browser:
            vn, la = Side(browser, parties["vn"], "vn"), Side(browser, parties["la"], "la", width=390)
            consult(parties, vn, la)
            key = judge(parties, vn, la)
            agree(parties, vn, la)
            signed = {side.name: cosign(parties, side, first=side is vn) for side in (vn, la)}
            for side in (vn, la):
                side.shows(f"/assessment/lines/{LINE}", "co-signed and valid")
            days = flag(parties, vn, la)
        audit(tmp_path / "auditor", parties, key, signed, days)


def exchange(parties):
    """Let each fetch from the other once, as nodes do by themselves: what either has done is then read by both."""
    for party in parties.values():
        assert party.sync()["ok"]


def consult(parties, vn, la):
    """The sponsor opens a consultation and notifies; the other side answers."""
    vn.goto("/assessment/initiatives")
    vn.follow("Record an initiative")
    vn.record("Lumvarren Rivers", INITIATIVE)
    vn.follow("Open a consultation")
    place = {"water": "mainstream", "season-dry": True, "use": "intra_basin"}
    vn.record(GATE, {"slug": GATE, "rule": "mrc-pnpca@1", **place, "cites": "exercise-fiction"})
    for step, ago in (("notified", 12), ("complete", 11), ("started", 10)):
        say(vn, step, ago)
    exchange(parties)
    la.shows(f"/assessment/gates/{GATE}", "submitted")
    say(la, "started", 10)
    la.follow("Reply in a consultation")
    said = "Exercise: we judge it together (fictional)."
    la.record("judge it together", {"reply": "accept", "text.en": said})
    exchange(parties)
    vn.shows(f"/assessment/gates/{GATE}", "we judge it together")
    assert vn.party.ask(f"assessment/gates/{GATE}")["gates"][0]["state"] == "open"


def say(side, step, ago):
    side.goto(f"/assessment/gates/{GATE}")
    side.follow("Say that a step was taken")
    day = (TODAY - timedelta(days=ago)).isoformat()
    side.record(GATE, {"step": step, "on": day, "cites": "exercise-fiction"})


def judge(parties, vn, la):
    """A session of one question: answered, sealed, opened in turn, joined; return its key."""
    vn.goto(f"/assessment/initiatives/{SLUG}")
    vn.follow("Start a blind session")
    until = (datetime.now(UTC) + timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M")
    moments = {f"private-{name}_by": until for name in ("answer", "seal", "open")}
    vn.record("finished before 2031", {**SESSION, **moments})
    key = vn.party.ask("assessment/sessions")["sessions"][0]["key"]
    exchange(parties)
    board = f"/assessment/sessions/{key}"
    for side in (vn, la):
        side.goto(board)
        side.follow("Name the panel")
        side.fill({"custodian": "exercise-custodian", "experts": "\n".join(ANSWERS[side.name])})
        side.press("Name the panel")
    for side in (vn, la):
        for expert, value in ANSWERS[side.name].items():
            answer(side, board, expert, value)
    for side in (vn, la):
        side.goto(board)
        side.follow("See what would be sealed, and seal")
        side.press("Seal")
        (request,) = standing(side, key)["round"]["requests"]
        side.approve(request["index"])
        assert not any(
            line["line"] for each in standing(side, key)["lines"].values() for line in each.values()
        )
    exchange(parties)
    while due := standing(vn, key)["due"]:
        side = vn if due["party"] == "vn" else la
        side.goto(board)
        side.press("Open the next question of this party")
        exchange(parties)
    for side in (vn, la):
        side.goto(f"{board}/opening/private")
        assert "the parties differ" in side.page.locator("main").inner_text()
        side.press("Record the joint results")
        exchange(parties)
    for side in (vn, la):
        side.goto(f"{board}/opening/private")
        side.page.get_by_text("The figures, and how they were made").click()
        assert side.page.get_by_text("the same", exact=True).count() == 2
    return key


def answer(side, board, expert, value):
    """One expert of a side answers on the page, with a passkey of their own."""
    person = side.somebody(expert.partition("-")[2], "expert")
    side.goto(f"{board}/answers/private", person.page)
    person.page.get_by_role("link", name=re.compile("finished before")).click()
    person.page.locator("#v0").fill(value)
    side.press("Submit this answer", person.page)
    side.goto(f"{board}/answers/private", person.page)
    person.page.get_by_text("submitted", exact=True).first.wait_for()
    person.close()


def standing(side, key):
    return side.party.ask("assessment/sessions/board", key=key)["stages"][0]


def agree(parties, vn, la):
    """A clause is proposed, bracketed, proposed otherwise, accepted."""
    vn.goto(f"/assessment/initiatives/{SLUG}")
    vn.follow("Open a joint line")
    title = "Exercise: what both say about Orrin (fictional)"
    vn.record(title, {"slug": LINE, "title.en": title, "matter": "position", "issues": ISSUES})
    vn.goto(f"/assessment/lines/{LINE}")
    vn.follow("Propose a clause")
    vn.record(HALF, {"clause": "c1-flow", "text.en": HALF})
    exchange(parties)
    la.goto(f"/assessment/lines/{LINE}")
    la.follow("Put in brackets")
    la.record("too little", {"reason.en": "Exercise: half is too little (fictional)."})
    la.follow("Propose another text")
    la.record(TWO_THIRDS, {"text.en": TWO_THIRDS})
    exchange(parties)
    vn.shows(f"/assessment/lines/{LINE}", TWO_THIRDS)
    other = vn.page.locator("blockquote", has_text=TWO_THIRDS)
    other.locator("xpath=following-sibling::p[1]").get_by_role("link", name="Accept").click()
    vn.record("c1-flow", {})
    vn.page.get_by_text("agreed", exact=True).first.wait_for()
    exchange(parties)


def cosign(parties, side, *, first):
    """Write the line into the own log, and let people release it to the other side; return record and request."""
    side.goto(f"/assessment/lines/{LINE}")
    if first:
        side.follow("Write the line")
        days = {"valid_from": TODAY - timedelta(days=1), "valid_to": TODAY + timedelta(days=730)}
        fields = {name: day.isoformat() for name, day in days.items()}
        fields |= {
            "mandate_holder.en": "Exercise commission (fictional)",
            "range-least-flow-two-thirds": True,
        }
        side.record("Exercise commission", fields, "TLP:AMBER")
    else:
        side.follow("Write the same")
        side.record("Exercise commission", {}, "TLP:AMBER")
    side.follow("Release it")
    record = int(side.page.url.rpartition("/")[2].partition("?")[0])
    side.page.get_by_label("Why it is released").fill("Exercise: the joint line is signed (fictional)")
    side.press("Ask people to approve the release")
    request = int(side.page.url.rpartition("/")[2])
    side.approve(request)
    side.goto("/releases")
    side.page.get_by_label("Your pseudonym").fill(f"{side.name}-clerk")
    side.press("Release it")
    exchange(parties)
    return record, request


def flag(parties, vn, la):
    """A fictional commitment is dated early: each node derives the same days for itself."""
    la.goto(f"/assessment/gates/{GATE}")
    la.follow("Assert a commitment to a third party")
    fields = {"slug": "exercise-orrin-memorandum", "commitment": "memorandum", "on": SIGNED_ON.isoformat()}
    fields |= {"by": "exercise-power-office", "toward": "ostelvarra", "cites": "exercise-fiction"}
    la.record("Fictional newspaper", {**fields, "asserted_by": "Fictional newspaper of Ostelvarra"})
    exchange(parties)
    for side in (vn, la):
        side.shows(f"/assessment/gates/{GATE}", "dated before consultation concluded")
    found = [side.party.ask(f"assessment/gates/{GATE}")["gates"][0]["flags"] for side in (vn, la)]
    assert found[0] == found[1]
    assert found[0][0]["flag"]
    assert found[0][0]["exercise"]
    return found[0][0]["days"]


def plain(fields):
    return {name: value for name, value in fields.items() if not name.startswith("header.")}


def audit(root, parties, key, signed, days):
    """Somebody who was not there makes every step anew, from exports, keys and proof files."""
    logs = {name: Exported(root, party) for name, party in parties.items()}
    vn, la = logs["vn"], logs["la"]
    assert [fields["slug"] for _, fields in vn.of("initiative")] == [SLUG]
    assert [fields["slug"] for _, fields in vn.of("gate")] == [GATE]
    assert [fields["step"] for _, fields in vn.of("gate_step")] == ["notified", "complete", "started"]
    results = [plain(log.of("joint_result")[0][1]) for log in logs.values()]
    assert results[0] == results[1], "both recorded one joint result"
    for party in parties.values():
        assert comity("assess", "session", "audit", party.folder, key)["ok"]
        (stage,) = comity("assess", "session", "board", party.folder, key)["stages"]
        assert all(line["in_turn"] for each in stage["lines"].values() for line in each.values())
    assert [fields["initiative"] for _, fields in vn.of("line")] == [SLUG]
    ((asserted, commitment),) = la.of("external_commitment")
    end = comity("gate", "deadline", "--rule", "mrc-pnpca", "--start", STARTED)["end"]
    early = (date.fromisoformat(end) - date.fromisoformat(commitment["on"])).days
    assert days == [early, early], "the days that both nodes derived"
    lines = {name: log.signature(*signed[name]) for name, log in logs.items()}
    assert lines["vn"] == lines["la"], "both wrote the same line"
    assert lines["vn"]["clauses"] == [{"clause": "c1-flow", "text": digest({"en": TWO_THIRDS})}]
    assert signed["la"][0] < asserted, "the line stands before the commitment was asserted"
