"""A release between two nodes, from the preview to the blob's end."""

from __future__ import annotations

import hashlib

import pytest

from comity.node.control.release import Wanted
from comity.node.errors import PeerUnknownError, RecordNotFoundError
from comity.record.canonical import b64, unb64
from comity.record.errors import ComityError
from comity.record.fetch import NotFoundError
from comity.record.preview import HANDLING, PreviewError
from comity.record.protocol_kinds import Enrolment, Pointer, Settled
from comity.record.release import ReleaseRefusedError, settles
from tests.node.control.conftest import NOW, remark


def outbox(node):
    folder = node.folder.outbox
    return sorted(path.name for path in folder.iterdir()) if folder.exists() else []


def titles(node, origin="vn/hq"):
    return [r.content.fields.get("title") for r in node.records(origin, 0, 99) if r.content is not None]


def reasons(call, *args, **keywords):
    with pytest.raises(ReleaseRefusedError) as caught:
        call(*args, **keywords)
    assert caught.value.advice
    return set(caught.value.reasons)


def test_a_whole_record_released_is_content_on_the_other_side_and_the_blob_goes(pair):
    (index,), request, grant = pair.released([remark("Water level", "of the upper station")], settle=False)
    assert len(outbox(pair.vn)) == 1
    assert "Water level" not in titles(pair.la)
    pair.sync(pair.vn, pair.la)
    report = pair.sync(pair.la, pair.vn)
    assert report.ok, report.error
    assert report.granted == 1, pair.la.control.inbox.listing()
    assert pair.la.record("vn/hq", index).content.fields["title"] == "Water level"
    assert pair.vn.control.desk.standing(request).stage == "granted"
    assert len(outbox(pair.vn)) == 1
    pair.sync(pair.vn, pair.la)
    standing = pair.vn.control.desk.standing(request)
    assert standing.stage == "received"
    assert standing.grant == grant
    assert outbox(pair.vn) == []
    assert [line["state"] for line in pair.la.control.inbox.listing()] == ["received"]
    assert pair.sync(pair.la, pair.vn).granted == 0


def test_what_was_previewed_is_what_arrives_byte_for_byte(pair):
    (receipt,) = pair.vn.append([remark("Seen", "not seen")])
    shown = pair.vn.control.desk.preview([Wanted(receipt.index, ("title",))], "la/hq")
    seen = {field.path: field.opened for field in shown.records[0].fields}
    assert seen == {path: path in {*HANDLING, "title"} for path in seen}
    assert "text" in seen
    request = pair.vn.control.desk.request(
        [Wanted(receipt.index, ("title",))], "la/hq", author="asker", reason="r", digest=b64(shown.digest)
    )
    pair.approve(pair.vn, request, "first", "second")
    pair.vn.control.desk.grant(request.index, author="asker")
    pair.settle()
    held = pair.la.control.inbox.partial("vn/hq", receipt.index)
    assert held.openings == shown.records[0].disclosure.openings
    assert held.values["title"] == "Seen"
    assert "text" not in held.values
    assert held.values["header.class"] == "exercise"
    assert pair.la.record("vn/hq", receipt.index).content is None
    for file in pair.la.folder.root.rglob("*"):
        assert not file.is_file() or b"not seen" not in file.read_bytes()


def test_fields_granted_one_after_the_other_come_together_and_are_erased_together(pair):
    (receipt,) = pair.vn.append([remark("One", "two")])
    for path in ("title", "text"):
        request = pair.vn.control.desk.request(
            [Wanted(receipt.index, (path,))], "la/hq", author="asker", reason="r"
        )
        pair.approve(pair.vn, request, "first", "second")
        pair.vn.control.desk.grant(request.index, author="asker")
    pair.settle()
    held = pair.la.control.inbox.partial("vn/hq", receipt.index)
    assert (held.values["title"], held.values["text"]) == ("One", "two")
    before = {p for p in pair.la.folder.vault.rglob("*") if p.is_file()}
    pair.la.erase_local("vn/hq", receipt.index)
    assert pair.la.control.inbox.partial("vn/hq", receipt.index) is None
    assert len({p for p in pair.la.folder.vault.rglob("*") if p.is_file()}) < len(before)


def test_one_approval_covers_a_set(pair):
    indexes, request, _ = pair.released([remark(f"Number {i}", "x" * i or "-") for i in range(12)])
    assert [pair.la.record("vn/hq", i).content.fields["title"] for i in indexes] == [
        f"Number {i}" for i in range(12)
    ]
    assert pair.vn.control.desk.standing(request).stage == "received"


def test_too_few_approvals_the_author_among_them_and_none_at_all_are_refused(pair):
    (receipt,) = pair.vn.append([remark()])
    request = pair.vn.control.desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r")
    grant = pair.vn.control.desk.grant
    assert reasons(grant, request.index, author="asker") == {"too-few"}
    pair.approve(pair.vn, request, "asker", "first", "first")
    assert reasons(grant, request.index, author="asker") == {"too-few"}
    assert outbox(pair.vn) == []
    pair.approve(pair.vn, request, "second")
    grant(request.index, author="asker")
    assert reasons(grant, request.index, author="asker") == {"already-granted"}
    assert len(outbox(pair.vn)) == 1


def test_a_node_where_nobody_is_enrolled_grants_nothing(pair):
    (receipt,) = pair.vn.append([remark()])
    pair.vn.control.desk.approved = pair.vn.control.approved
    request = pair.vn.control.desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r")
    pair.approve(pair.vn, request, "first", "second")
    assert "approvals-too-few" in reasons(pair.vn.control.desk.grant, request.index, author="a")


def test_a_request_that_ended_is_not_granted(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    request = desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r", expires=NOW)
    pair.approve(pair.vn, request, "first", "second")
    assert desk.standing(request).stage == "expired"
    assert reasons(desk.grant, request.index, author="asker") >= {"request-expired"}


def test_content_that_changed_or_went_after_the_preview_is_not_granted(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    assert reasons(
        desk.request, [Wanted(receipt.index)], "la/hq", author="a", reason="r", digest=b64(bytes(32))
    ) == {"openings-differ"}
    request = desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r")
    pair.approve(pair.vn, request, "first", "second")
    pair.vn.erase_local("vn/hq", receipt.index)
    assert reasons(desk.grant, request.index, author="asker") == {"openings-differ"}
    assert outbox(pair.vn) == []


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"releasable_to": []}, "audience-empty"),
        ({"releasable_to": ["kh"]}, "not-in-audience"),
    ],
)
def test_a_marking_that_denies_is_not_even_requested(pair, changes, reason):
    (receipt,) = pair.vn.append([remark(**changes)])
    desk = pair.vn.control.desk
    shown = desk.preview([Wanted(receipt.index)], "la/hq")
    assert not shown.allowed
    assert reasons(desk.request, [Wanted(receipt.index)], "la/hq", author="a", reason="r") == {reason}


def test_what_cannot_be_previewed(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    for wanted in ([], [Wanted(receipt.index)] * 2, [Wanted(0)], [Wanted(receipt.index, ("nothing",))]):
        with pytest.raises(PreviewError):
            desk.preview(wanted, "la/hq")
    with pytest.raises(RecordNotFoundError):
        desk.preview([Wanted(99)], "la/hq")
    for stranger in ("kh/hq", "vn/hq"):
        with pytest.raises(PeerUnknownError):
            desk.preview([Wanted(receipt.index)], stranger)
    with pytest.raises(RecordNotFoundError):
        desk.grant(receipt.index, author="asker")


def test_who_received_cannot_grant_what_it_received(pair):
    (index,), _, _ = pair.released([remark()])
    assert pair.la.record("vn/hq", index).content is not None
    with pytest.raises(ComityError):
        pair.la.control.desk.preview([Wanted(index)], "vn/hq")


def test_an_expired_charter_freezes_grants_and_nothing_else(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    request = desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r", expires=2**52)
    pair.approve(pair.vn, request, "first", "second")
    for late in (pair.vn.charter.expires, pair.vn.charter.expires + 5_000_000_000):
        desk._clock = lambda late=late: late
        assert "charter-expired" in reasons(desk.grant, request.index, author="asker")
    assert pair.vn.append([remark("Still", "here")])
    assert outbox(pair.vn) == []


def test_a_key_of_a_month_that_is_over_is_not_sealed_to(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    request = desk.request([Wanted(receipt.index)], "la/hq", author="asker", reason="r", expires=2**52)
    pair.approve(pair.vn, request, "first", "second")
    now = desk._clock()
    desk._clock = lambda: now + 40 * 24 * 3600 * 1000
    assert reasons(desk.grant, request.index, author="asker") == {"recipient-key"}


def test_a_line_that_bends_the_blob_is_tried_again(pair):
    (index,), _, _ = pair.released([remark()], settle=False)

    def cut(path, data):
        return data[:-1] if path.startswith("outbox/") else data

    pair.sync(pair.vn, pair.la)
    assert pair.sync(pair.la, pair.vn, bend=cut).granted == 0
    (line,) = pair.la.control.inbox.listing()
    assert (line["state"], line["problem"]["code"]) == ("waiting", "fetch")
    assert pair.la.record("vn/hq", index).content is None
    assert pair.sync(pair.la, pair.vn).granted == 1
    assert pair.la.control.inbox.listing()[0]["problem"] is None


def test_a_folder_without_steps_and_then_a_line(pair):
    """A folder for everybody holds no step of the protocol; the line brings them afterwards."""
    model = Enrolment(
        person="first",
        roles=["release"],
        credential_id="AAAA",
        public_key="AAAA",
        rp_id="vn.localhost",
        origin_url="http://vn.localhost",
    )
    enrolment = pair.vn.control.steps.append(model, author="clerk", parties=["la"], exercise=True)
    pair.released([remark()], settle=False)
    assert pair.sync(pair.la, pair.vn, viewer=None).granted == 0
    assert pair.la.control.inbox.listing() == []
    assert pair.la.record("vn/hq", enrolment.index).content is None
    assert pair.sync(pair.la, pair.vn).granted == 1
    assert pair.la.record("vn/hq", enrolment.index).content.model == model


def test_a_grant_of_a_lying_sender_is_a_claim_and_the_rest_is_taken(pair, monkeypatch):
    """The sender seals, for one of two records, an opening that its own log does not hold."""
    receipts = pair.vn.append([remark("Good", "a"), remark("Bad", "b")])
    desk = pair.vn.control.desk
    real = desk._preview

    def lying(wanted):
        made = real(wanted)
        if made.index != receipts[1].index:
            return made
        from dataclasses import replace

        from comity.record.disclosure import Disclosure

        full = made.full
        fields = tuple(
            replace(field, value="Invented") if field.path == "title" else field for field in full.fields
        )
        return replace(made, disclosure=Disclosure(made.disclosure.leaf, replace(full, fields=fields)))

    monkeypatch.setattr(desk, "_preview", lying)
    request = desk.request([Wanted(r.index) for r in receipts], "la/hq", author="asker", reason="r")
    pair.approve(pair.vn, request, "first", "second")
    desk.grant(request.index, author="asker")
    pair.settle()
    assert pair.la.record("vn/hq", receipts[0].index).content.fields["title"] == "Good"
    assert pair.la.record("vn/hq", receipts[1].index).content is None
    (badge,) = pair.la.quarantined("vn/hq", receipts[1].index)
    assert (badge["source"], badge["code"]) == ("grant", "opening-mismatch")
    assert pair.la.quarantined("vn/hq", receipts[0].index) == []
    assert pair.la.quarantined_count() == 1
    (line,) = pair.la.control.inbox.listing()
    assert (line["state"], line["opened"], line["disputes"]) == ("disputed", 1, 1)
    assert pair.vn.control.desk.standing(request).stage == "disputed"
    assert len(outbox(pair.vn)) == 1, "what is disputed is kept until it is settled"
    received = badge["detail"].rpartition(" ")[2]
    assert b"Invented" in pair.la.control.inbox.claimed(unb64(received))
    pair.la.projection.rebuild()
    assert pair.la.quarantined_count() == 1
    settle_the_claim(pair, request, line["received"])


def settle_the_claim(pair, request, receipt):
    """Whose claim it is closes it: the badge and the blob go, and both logs say that there was a dispute."""
    for wrong in (receipt - 1, receipt + 1000):
        with pytest.raises(RecordNotFoundError):
            pair.la.control.inbox.settle(wrong, "left", author="clerk", reason="r")
    pair.la.control.inbox.settle(receipt, "left", author="clerk", reason="seen by both; an error in typing")
    with pytest.raises(RecordNotFoundError):
        pair.la.control.inbox.settle(receipt, "left", author="clerk", reason="again")
    assert pair.la.quarantined_count() == 0
    assert [line["state"] for line in pair.la.control.inbox.listing()] == ["settled"]
    pair.settle()
    standing = pair.vn.control.desk.standing(request)
    assert (standing.stage, standing.received.index) == ("settled", receipt)
    assert outbox(pair.vn) == []
    assert pair.la.record("la/hq", receipt).content.model.disputes
    pair.la.projection.rebuild()
    assert pair.la.quarantined_count() == 0


def test_the_sender_cannot_settle_a_claim_against_itself(pair):
    """A settlement counts in the log of the receipt alone."""
    _, request, grant = pair.released([remark("Kept", "k")])
    (line,) = pair.la.control.inbox.listing()
    received = pair.la.record("la/hq", line["received"])
    word = Settled(
        received=Pointer(origin="la/hq", index=received.index, leaf=b64(received.leaf_hash)),
        outcome="withdrawn",
        reason="says the sender",
    )
    place = pair.vn.control.steps.append(word, author="clerk", parties=["la"], exercise=True)
    assert place.origin != "la/hq"
    assert not settles(pair.vn.record("vn/hq", place.index), word)
    assert pair.vn.control.desk.standing(request).stage == "received"
    assert grant.index < place.index


def test_a_blob_is_for_its_recipient_alone(pair):
    pair.released([remark()], settle=False)
    (name,) = outbox(pair.vn)
    blob = pair.vn.control.blob(name, "la/hq")
    assert hashlib.sha256(blob).hexdigest() == name
    assert pair.vn.control.blob(name, "kh/hq") is None
    assert pair.vn.control.blob(name, None) is None
    assert pair.vn.control.blob(name.upper(), "la/hq") is None
    assert pair.vn.control.blob("../keys/log", "la/hq") is None
    assert pair.vn.control.blob("0" * 64, "la/hq") is None


def test_a_blob_that_no_grant_names_is_swept(pair):
    pair.released([remark()], settle=False)
    (name,) = outbox(pair.vn)
    pair.vn.control.outbox.put(b"left over by a grant that failed")
    pair.vn.control.desk.sweep()
    assert outbox(pair.vn) == [name]


def test_a_grant_survives_restarts_on_both_sides(pair):
    (index,), _, _ = pair.released([remark("Kept", "k")], settle=False)
    pair.reopen("vn")
    pair.reopen("la")
    pair.settle()
    assert pair.la.record("vn/hq", index).content.fields["title"] == "Kept"
    assert outbox(pair.vn) == []


def test_the_key_of_a_grant_is_gone(pair):
    (index,), _, _ = pair.released([remark()], settle=False)
    pair.la.control.inbox._keys = {}
    pair.settle()
    (line,) = pair.la.control.inbox.listing()
    assert line["problem"]["code"] == "recipient-key-gone"
    assert pair.la.record("vn/hq", index).content is None


def test_strangers_see_no_step_of_the_protocol(pair):
    from comity.node.openings import openings_path
    from comity.node.public import PublicFiles

    pair.released([remark("Held back", "x")], settle=False)
    files = PublicFiles(pair.vn)
    path = f"log/{openings_path(0)}"
    assert files.get(path).body == b""
    assert files.get(path, None).body == b""
    assert files.get(path, "kh/hq").body == b""
    shown = files.get(path, "la/hq").body
    assert b"control.request@1" in shown
    assert b"Held back" not in shown


def test_unknown_paths_of_the_outbox_raise_the_one_refusal(pair):
    from comity.node.public import PublicFiles

    for path in ("outbox/", "outbox/" + "0" * 64, "outbox/../keys/log"):
        with pytest.raises(NotFoundError):
            PublicFiles(pair.vn).get(path, "la/hq")


def compact(pair, *policies, parties=("vn", "la")):
    """Have both parties sign a compact, and put it in force on vn without the ceremony."""
    from comity.record.compact import Compact, Deadlines, Log, Member, Policy

    names = {"en": "x"}
    nodes = {"vn": pair.vn, "la": pair.la}
    members = []
    for party in ("vn", "la"):
        charter = nodes[party].charter
        log = Log(charter.origin, charter.version, charter.digest)
        members.append(Member(party, "party" if party in parties else "observer", names, (log,)))
    made = Compact(
        name="test",
        version=1,
        title=names,
        members=tuple(members),
        retention={"working": 12},
        policies=tuple(Policy(kinds, "parties") for kinds in policies),
        deadlines=Deadlines(30, 24),
    )
    from comity.node import keys

    signers = [keys.load_root(node.folder.keys / "roots" / "1") for node in nodes.values()]
    place = pair.vn.folder.root / "compacts"
    place.mkdir(exist_ok=True)
    (place / "1").write_bytes(made.sign(signers).encode())


def seen(pair, viewer="la/hq"):
    from comity.node.openings import openings_path
    from comity.node.public import PublicFiles

    return PublicFiles(pair.vn).get(f"log/{openings_path(0)}", viewer).body


def test_what_stands_granted_is_what_the_compact_says(pair):
    pair.vn.append([remark("For la", "x"), remark("For nobody", "x", releasable_to=[])])
    pair.released([remark("Asked", "x")], settle=False)
    assert b"control.grant" in seen(pair)
    compact(pair, "control.*")
    assert b"control.grant" in seen(pair)
    assert b"For la" not in seen(pair)
    compact(pair, "round.*")
    assert seen(pair) == b""
    compact(pair, "node.remark")
    assert b"For la" in seen(pair)
    assert b"For nobody" not in seen(pair)
    assert b"control.grant" not in seen(pair)
    assert seen(pair, "kh/hq") == seen(pair, None) == b""


def test_whoever_the_compact_does_not_name_is_released_nothing(pair):
    (receipt,) = pair.vn.append([remark()])
    desk = pair.vn.control.desk
    compact(pair, "control.*")
    assert desk.preview([Wanted(receipt.index)], "la/hq").allowed

    class Strangers:
        @staticmethod
        def member(party):
            return None

    desk._steps.terms = Strangers
    assert reasons(desk.request, [Wanted(receipt.index)], "la/hq", author="a", reason="r") == {"not-a-member"}
