"""CAP read safely: what is refused in form, what in meaning, and that nothing is ever fetched or expanded."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from comity.border.cap import drafts
from comity.border.cap.chain import standings
from comity.border.cap.reading import MAX_BYTES, read
from comity.border.cap.writing import write
from comity.border.errors import CapError
from tests.border.cap.messages import SENT, bent, draft, message, xml

NOW = datetime(2026, 7, 23, 8, tzinfo=UTC)


def codes(data, now=None):
    found = read(data, now=now)
    return {one.code for one in found.findings if not one.doubt}


def test_what_is_written_reads_back_the_same_in_three_languages():
    given = message()
    found = read(write(given), now=NOW)
    assert found.accepted
    assert found.message == given
    assert [one.language for one in found.message.infos] == ["en", "lo", "vi"]
    assert found.message.exercise
    assert write(found.message) == write(given)
    assert found.digest == read(xml()).digest


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (SENT, "2026-07-23T07:05:00Z", "malformed-value"),
        (SENT, "2026-07-23T14:05:00", "malformed-value"),
        (SENT, "2026-07-23 14:05:00+07:00", "malformed-value"),
        ("<status>Exercise</status>", "<status>Drill</status>", "unknown-word"),
        ("<status>Exercise</status>", "", "missing-element"),
        ("<msgType>", "<scope>Public</scope><msgType>", "wrong-order"),
        ("<event>Flood</event>", "<event>Flood</event><event>Fire</event>", "repeated-element"),
        ("<event>Flood</event>", "<event/>", "empty-element"),
        ("<event>Flood</event>", "<event><b>Flood</b></event>", "unknown-element"),
        ("<event>Flood</event>", "<event>Flood</event><level>3</level>", "unknown-element"),
        ("<scope>", "x<scope>", "stray-text"),
        ("14.7,106.7 14.9,106.7", "14.7, 106.7 14.9,106.7", "malformed-value"),
        ("14.8,106.8 30.5", "14.8,106.8", "malformed-value"),
        ("cap:1.2", "cap:1.1", "not-cap"),
        ("<identifier>exercise-1", "<identifier>exercise 1", "malformed-value"),
        ("<language>vi</language>", "<language>_</language>", "malformed-value"),
    ],
)
def test_form(old, new, code):
    found = read(bent(old, new))
    assert code in {one.code for one in found.findings}
    assert found.message is None
    assert all(one.place.startswith(("alert", "/")) and one.words for one in found.findings)


@pytest.mark.parametrize(
    ("old", "new", "code"),
    [
        (SENT, "2026-02-30T14:05:00+07:00", "no-such-time"),
        (SENT, "1986-07-23T14:05:00+07:00", "sent-too-early"),
        ("2026-07-24T14:05:00+07:00", "2026-07-23T07:05:00-00:00", "expires-before-sent"),
        ("2026-07-24T14:05:00+07:00", "2026-07-23T15:05:00+07:00", "expires-before-onset"),
        ("14.9,107 14.7,106.7</polygon>", "14.9,107 14.7,106.8</polygon>", "open-polygon"),
        ("14.7,106.7 14.9,106.7 14.9,107 14.7,106.7", "1,1 1,1 1,1 1,1", "flat-polygon"),
        ("14.7,106.7 14.9,106.7 14.9,107 14.7,106.7", "106.7,14.7 106.7,14.9 107,14.9 106.7,14.7", "swapped-coordinates"),
        ("14.8,106.8 30.5", "106.8,14.8 30.5", "swapped-coordinates"),
        ("14.8,106.8 30.5", "200,300 30.5", "no-such-place"),
        ("14.8,106.8 30.5", "14.8,106.8 30500", "radius"),
        ("<note>drill 3; fictional</note>", "", "exercise-without-note"),
        ("<msgType>Alert", "<msgType>Cancel", "no-references"),
        ("<scope>Public</scope>", "<scope>Restricted</scope>", "no-restriction"),
        ("<scope>Public</scope>", "<scope>Private</scope>", "no-addresses"),
        ("<note>", "<note/><note>", "repeated-element"),
        ("</geocode>", "</geocode><ceiling>30</ceiling>", "ceiling-without-altitude"),
        ("</geocode>", "</geocode><altitude>30</altitude><ceiling>3</ceiling>", "ceiling-below-altitude"),
    ],
)  # fmt: skip
def test_meaning(old, new, code):
    assert code in codes(bent(old, new))


def test_the_future_is_put_aside_and_signatures_are_told_and_not_believed():
    assert "sent-in-the-future" in codes(xml(), NOW - timedelta(days=1))
    signed = bent(
        "</alert>", '<Signature xmlns="http://www.w3.org/2000/09/xmldsig#"><x/></Signature></alert>'
    )
    found = read(signed, now=NOW)
    assert found.signed
    assert found.accepted
    assert [one.code for one in found.findings] == ["xml-signature"]
    bare = xml(expires=None, areas=[])
    assert {one.code for one in read(bare).findings} == {"no-expires", "no-area"}
    assert read(bare).accepted


BOMB = """<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]>
<alert xmlns="urn:oasis:names:tc:emergency:cap:1.2"><identifier>&c;</identifier></alert>"""


@pytest.mark.parametrize(
    "data",
    [
        BOMB.encode(),
        b'<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
        b"",
        b"<a",
        b"\xff\xfe",
        b'<?xml version="1.0" encoding="UTF-16"?><a/>',
        b'<?xml version="1.0" encoding="EBCDIC-CP-US"?><a/>',
        b"<a>" * 100_000,
        b"<a>" + b"<b/>" * 6000 + b"</a>",
        b" " * (MAX_BYTES + 1),
        b"<a>\x00</a>",
        BOMB.encode("utf-16"),
    ],
    ids=range(12),
)
def test_what_is_no_harmless_xml_is_not_read(data):
    found = read(data)
    assert found.message is None
    assert not found.accepted
    assert found.findings


def test_references_name_sender_identifier_and_sent():
    first = message()
    ours = {"sender": first.sender, "identifier": first.identifier, "sent": first.sent}
    later = {"identifier": "exercise-2", "sent": "2026-07-23T15:00:00+07:00", "message_type": "Update"}
    good = message(**later, references=[ours])
    assert read(write(good)).message.references == (first.reference,)
    two = (
        write(good)
        .decode()
        .replace(f"{first.sender},{first.identifier},{first.sent}", f"{first.sender},{first.identifier}")
    )
    assert codes(two.encode()) == {"bad-reference"}
    for references, code in (
        ([{**ours, "sent": "2026-07-23T07:05:00Z"}], "offset"),
        ([{**ours, "identifier": "a,b"}], "reference is"),
        ([{"sender": first.sender, "identifier": "exercise-2", "sent": later["sent"]}], "names itself"),
        ([{**ours, "sent": "2026-07-25T14:05:00+07:00"}], "after this"),
    ):
        with pytest.raises(CapError, match=code):
            xml(**later, references=references)


def test_a_chain_is_the_same_in_any_order_and_only_its_sender_changes_it():
    first = message()
    ours = {"sender": first.sender, "identifier": first.identifier, "sent": first.sent}
    update = message(
        identifier="2", sent="2026-07-23T15:00:00+07:00", message_type="Update", references=[ours]
    )
    named = {"sender": update.sender, "identifier": "2", "sent": update.sent}
    cancel = message(
        identifier="3", sent="2026-07-23T16:00:00+07:00", message_type="Cancel", references=[named]
    )
    stranger = message(
        identifier="4",
        sender="other.example",
        sent="2026-07-23T16:30:00+07:00",
        message_type="Cancel",
        references=[ours],
    )
    real = message(
        identifier="5",
        status="Actual",
        sent="2026-07-23T17:00:00+07:00",
        message_type="Cancel",
        references=[named],
    )
    orphan = message(
        identifier="6",
        sent="2026-07-23T18:00:00+07:00",
        message_type="Update",
        references=[{**ours, "identifier": "0"}],
    )
    every = [first, update, cancel, stranger, real, orphan, first]
    found = {one.message.identifier: one for one in standings(every, NOW)}
    assert found["exercise-1"].state == "updated"
    assert found["exercise-1"].by == update.reference
    assert found["2"].state == "cancelled"
    assert found["2"].by == cancel.reference
    assert found["3"].state == "not a warning"
    assert "cannot change what" in found["4"].refused
    assert "cannot change what is Exercise" in found["5"].refused
    assert found["6"].missing[0].identifier == "0"
    assert standings(list(reversed(every)), NOW) == standings(every, NOW)
    assert standings([first], NOW + timedelta(days=9))[0].state == "expired"


def test_drafts_lack_no_language_and_say_where_they_are_wrong():
    with pytest.raises(CapError, match="no text in lo"):
        message(headline={"en": "x", "vi": "y"})
    for broken in ({"sender": ""}, {"event": {"vi": "Lũ"}}, {"colour": "red"}):
        with pytest.raises(CapError, match="draft"):
            drafts.draft(draft(**broken))
    for data, toml in ((b"{", False), (b"= 1", True), (b"\xff", True)):
        with pytest.raises(CapError, match="cannot be read"):
            drafts.parse(data, toml=toml)
    now = drafts.message(drafts.draft(draft(sent=None, identifier=None, expires=None)), NOW)
    assert not now.sent.endswith(("Z", "+00:00"))
    assert read(write(now)).message.sent_at == NOW
    with pytest.raises(CapError, match="headline"):
        xml(headline={"en": "a\x00b", "vi": "b", "lo": "c"})


@settings(max_examples=80, deadline=None)
@given(st.text(max_size=60), st.integers(0, 4000))
def test_a_message_with_anything_put_into_it_is_read_or_put_aside(noise, place):
    text = xml().decode()
    at = place % len(text)
    found = read((text[:at] + noise + text[at:]).encode("utf-8", "surrogatepass"))
    assert found.accepted or found.findings
    read(text[:at].encode())
