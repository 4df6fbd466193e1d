"""The 14:05 warning on two nodes: issued, carried, read, and provable on both who knew when."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM
from comity.border.api import api
from comity.border.errors import WarningRefusedError, WarningUnknownError
from comity.border.warning import answers, writing
from comity.border.warning.clocks import apart
from comity.border.warning.knowing import Known
from comity.cli import app
from comity.node import operations, proof
from comity.node.system import NodeApp
from comity.node.web.problems import install
from comity.record.canonical import b64
from tests.asgi import Client
from tests.border.cap.messages import bent, draft, xml
from tests.node.two import sync
from tests.register.pair import pair

NOW = datetime(2026, 7, 23, 8, tzinfo=UTC)
HEAD = {"author": "duty officer", "marking": "TLP:CLEAR"}


def issue(node, slug="flood", now=NOW, **more):
    return writing.issue(node, {"slug": slug, "header": HEAD, "draft": draft(identifier=slug), **more}, now)


def exchange(vn, la):
    for node, other in ((vn, la), (la, vn)) * 2:
        sync(node, other)


@pytest.fixture(scope="module")
def both(tmp_path_factory):
    with pair(tmp_path_factory.mktemp("both"), {}) as nodes:
        yield nodes


def steps(node, name="flood"):
    return {one["step"]: one for one in answers.warning(node, name)["known"]}


def test_both_sides_show_the_same_times_and_each_by_the_other_clock(both):
    vn, la = both
    issue(la)
    assert [one["step"] for one in answers.warning(la, "flood")["known"]] == ["sent", "written"]
    exchange(vn, la)
    assert set(steps(la)) == set(steps(vn)) == {"sent", "written", "witnessed", "held"}
    act = {
        "warning": "la/flood",
        "office": "District office 4",
        "answer": "acting",
        "header": {"author": "o"},
    }
    writing.receive(vn, act, datetime.now(UTC))
    exchange(vn, la)
    for node in both:
        found = steps(node)
        assert set(found) == {"sent", "written", "witnessed", "held", "read", "read_seen"}
        assert found["sent"]["utc"] == "2026-07-23T07:05:00Z"
        assert found["held"]["clock"] == "vn/hq"
        assert found["held"]["basis"] == "cosigned"
        assert found["read"]["basis"] == "own word"
        assert found["read"]["ordered"] is True
        assert found["read_seen"]["clock"] == "la/hq"
        assert found["read_seen"]["office"] == "District office 4"
    assert answers.warning(vn, "flood")["known"] == answers.warning(la, "flood")["known"]
    assert answers.warning(vn, "flood")["exercise"]
    assert answers.warning_list(la)[-1]["receipts"][0]["answer"] == "acting"
    an_auditor_reads_the_same_times(both)


def test_clocks_that_differ_are_shown_as_such_on_both_sides(both):
    vn, la = both
    issue(la, "clocks")
    exchange(vn, la)
    assert answers.warning(vn, "clocks")["clocks"] == []
    act = {"warning": "la/clocks", "office": "Post 4", "header": {"author": "o"}}
    writing.receive(vn, act, datetime.now(UTC) - timedelta(minutes=30))
    exchange(vn, la)
    for node in both:
        found = answers.warning(node, "clocks")
        (one,) = found["clocks"]
        assert one["clocks"] == ["la/hq", "vn/hq"]
        assert (one["before"]["step"], one["after"]["step"]) == ("written", "read")
        assert 1_795 <= one["at_least_seconds"] <= 1_830
        web = FastAPI()
        mount(web, node, (SYSTEM,))
        page = Client(web).get("/border/warnings/la/clocks").text
        assert "The clocks of la/hq and vn/hq differ by" in page
        assert "own word, by the clock of vn/hq" in page
        assert f"vn/hq · {steps(node, 'clocks')['read']['place'][1]}</a>" in page


def test_what_came_later_by_proof_and_is_dated_earlier_shows_how_far_clocks_differ_at_least():
    def known(step, clock, at, basis="own word", *, ordered=None, place=("la/hq", 3)):
        return Known(step, clock.partition("/")[0], at, clock, basis, place, ordered)

    written = known("written", "la/hq", 100_000)
    for other, gap in (
        (known("held", "vn/hq", 99_000, "cosigned"), None),  # whole seconds: it may have been 99,999
        (known("held", "vn/hq", 98_000, "cosigned"), 1),
        (known("witnessed", "vn/hq", 40_000, "cosigned"), 59),
        (known("read", "vn/hq", 40_000, ordered=True), 60),
        (known("read", "vn/hq", 40_000, ordered=False), None),  # it may have been read before it was written
        (known("held", "vn/hq", 500_000, "cosigned"), None),
        (known("read", "la/hq", 40_000, ordered=True), None),  # the same clock
    ):
        found = apart([written, other])
        assert [one.to_json()["at_least_seconds"] for one in found] == ([] if gap is None else [gap])
    receipt = ("vn/hq", 9)
    read = known("read", "vn/hq", 200_000, ordered=True, place=receipt)
    seen = known("read_seen", "la/hq", 150_000, "cosigned", place=receipt)
    elsewhere = known("read_seen", "la/hq", 120_000, "cosigned", place=("vn/hq", 8))
    (one,) = apart([written, read, elsewhere, seen])
    assert (one.before, one.after, one.gap) == (read, seen, 49_000)


def an_auditor_reads_the_same_times(both):
    """Somebody without a node, with the keys that the parties published and a file of either of them."""
    vn, la = both
    exchange(vn, la)
    keys = [node.charter.vkey(role) for node in both for role in ("log", "mirror")]
    said = {"held": ("vn/hq/mirror", "la/hq"), "read_seen": ("la/hq/mirror", "vn/hq")}
    for node in both:
        shown = steps(node)
        places = {"held": shown["sent"]["place"], "read_seen": shown["read"]["place"]}
        for step, (mirror, origin) in said.items():
            assert places[step][0] == origin
            found = proof.verify(proof.make(node, *places[step], first=True), vkeys=keys)
            times = {one["name"]: one["time"] for one in found["cosigned_by"]}
            assert times[mirror] == shown[step]["at"] // 1000
            assert found["content"]["fields"]


def test_what_is_not_sound_or_not_what_it_says_never_gets_onto_the_record(both):
    _, la = both
    size = la.log.size
    for act, words in (
        (
            {"cap": b64(bent("<expires>2026-07-24", "<expires>2026-07-22")), "draft": None},
            "ends at or before",
        ),
        ({"cap": "!", "draft": None}, "base64"),
        ({"header": {**HEAD, "class": "record"}}, "the message is Exercise"),
        ({"draft": draft(status="Actual"), "header": {**HEAD, "class": "exercise"}}, "the message is Actual"),
        ({"cap": b64(b" " * 140_000), "draft": None}, "more than"),
    ):
        with pytest.raises(Exception, match=words):
            issue(la, "bad", **act)
    with pytest.raises(WarningRefusedError, match="has not come yet"):
        issue(la, "bad", now=NOW - timedelta(days=2))
    assert la.log.size == size
    issue(la, "twice")
    with pytest.raises(WarningRefusedError, match="is on record"):
        issue(la, "twice")
    with pytest.raises(WarningRefusedError, match="one's own"):
        writing.receive(la, {"warning": "twice", "office": "x", "header": HEAD}, NOW)
    with pytest.raises(WarningUnknownError):
        writing.receive(la, {"warning": "none", "office": "x", "header": HEAD}, NOW)


def test_a_lying_record_is_put_aside_and_a_receipt_of_another_message_does_not_count(both):
    vn, la = both
    issue(la, "read")
    exchange(vn, la)
    report = answers.warning(vn, "read")
    ref = {"origin": "la/hq", "id": vn.record(*report["place"]).id_text}
    head = {**HEAD, "class": "exercise", "basis": "test", "retention": "working"}
    wrong = {"warning": ref, "digest": b64(bytes(32)), "office": "x", "read_at": 1}
    operations.append(vn, [{**head, "kind": "border.warning_receipt", "fields": wrong}])
    own = {"warning": ref, "digest": report["digest"], "office": "x", "read_at": 1}
    operations.append(la, [{**head, "kind": "border.warning_receipt", "fields": own}])
    fields = {
        "slug": "lie", "cap": b64(xml()), "digest": b64(bytes(32)), "identifier": "other", "sender": "s",
        "sent": "t", "status": "Actual", "message_type": "Cancel",
    }  # fmt: skip
    operations.append(la, [{**head, "class": "record", "kind": "border.warning", "fields": fields}])
    operations.append(
        la, [{**head, "kind": "border.warning", "fields": {**fields, "slug": "bytes", "cap": "AAAA"}}]
    )
    exchange(vn, la)
    shown = answers.warning(vn, "read")
    assert {one["code"] for one in shown["aside"]} == {"another-message", "own-receipt"}
    assert shown["receipts"] == []
    lie = answers.warning(vn, "lie")
    assert lie["state"] == "put aside"
    assert lie["problems"] == ["digest-differs", "fields-differ", "class-differs"]
    assert answers.warning(vn, "bytes")["problems"][0] == "unreadable"
    assert answers.warning(vn, "bytes")["exercise"]


def test_an_update_and_a_cancel_change_what_stands_on_both(both):
    vn, la = both
    issue(la, "rises")
    sender, first = draft()["sender"], {"identifier": "rises", "sent": draft()["sent"]}
    later = {"identifier": "exercise-2", "sent": "2026-07-23T14:30:00+07:00", "message_type": "Cancel"}
    issue(la, "calm", draft=draft(**later, references=[{"sender": sender, **first}]))
    exchange(vn, la)
    for node in both:
        assert answers.warning(node, "rises")["state"] == "cancelled"
        assert answers.warning(node, "rises")["by"]["identifier"] == "exercise-2"


def test_without_content_the_other_side_knows_only_that_there_is_an_entry(both):
    vn, la = both
    issue(la, "closed", header={"author": "duty officer", "marking": "TLP:AMBER"})
    exchange(vn, la)
    assert "closed" not in {one["slug"] for one in answers.warning_list(vn)}
    assert {"witnessed", "held"} <= set(steps(la, "closed"))


def test_api_and_command_line(tmp_path):
    with pair(tmp_path, {}) as (vn, la):
        over_the_api(vn, la)
    over_the_command_line(tmp_path)


def over_the_api(vn, la):
    served = FastAPI()
    install(served)
    served.include_router(api(NodeApp(la)))
    client = Client(served)
    body = {"slug": "flood", "header": HEAD, "draft": draft(sent="2025-07-23T14:05:00+07:00", onset=None)}
    assert client.post("/api/v1/border/warning-acts/issue", json=body).status_code == 201
    assert client.get("/api/v1/border/warnings").json()[0]["slug"] == "flood"
    assert client.get("/api/v1/border/warnings/la/flood").json()["known"]
    assert client.get("/api/v1/border/warnings/none").status_code == 404
    assert client.post("/api/v1/border/warning-acts/issue", json={}).status_code >= 400
    assert client.post("/api/v1/border/warning-acts/shout", json={}).status_code == 404
    exchange(vn, la)


def over_the_command_line(tmp_path):
    def run(*words, code=0):
        done = CliRunner().invoke(app, ["border", "warning", *map(str, words)])
        assert done.exit_code == code, done.output
        return done.output

    la_folder, vn_folder = tmp_path / "la", tmp_path / "vn"
    assert "border.warning_receipt in vn/hq" in run(
        "receive", vn_folder, "flood", "--office", "D4", "--author", "o"
    )
    assert "no receipt" in run("list", la_folder)
    assert "la/flood: Alert exercise-1" in run("list", vn_folder)
    text = run("show", vn_folder, "flood")
    assert "vn held every entry of the log: signed, by the clock of vn/hq" in text
    assert (
        "vn read it (D4: received): own word, by the clock of vn/hq, after the warning by anchor [vn/hq"
        in text
    )
    source = tmp_path / "w.json"
    source.write_text(json.dumps(draft(sent="2025-08-01T00:00:00+07:00", onset=None, identifier="w")))
    run("issue", la_folder, "second", source, "--author", "o", "--note", "drill")
    cap = tmp_path / "w.xml"
    cap.write_bytes(xml(sent="2025-08-02T00:00:00+07:00", onset=None, identifier="x"))
    run("issue", la_folder, "third", cap, "--author", "o", "--json")
    assert len(json.loads(run("list", la_folder, "--json"))["warnings"]) == 3
    run("issue", la_folder, "third", cap, "--author", "o", code=1)
