"""Retention clocks, recipients' keys: months lapse when people approved, holds stay, late content goes."""

from __future__ import annotations

import calendar

import pytest

from comity.node.control import retention as retentions
from comity.node.control.recipient_keys import destroyed_after, month_end, retire
from comity.node.control.retention import members_digest
from comity.record.canonical import unb64
from comity.record.keyring import Retention
from comity.record.protocol_kinds import Lapse
from comity.record.recipient_key import RecipientKey
from tests.node.control.conftest import NOW, remark, two_people
from tests.node.control.test_erasure import later, reasons, title

OVER = "working:2024-01"


class Terms:
    """A compact that keeps `working` for a year and a month."""

    def __init__(self):
        self.retention = {"working": 13}


@pytest.fixture
def vn(pair):
    for node in (pair.vn, pair.la):
        node.control.erasures.approved = two_people
    return pair.vn


def lapsed(pair):
    desk = pair.vn.control.retention
    request = desk.propose("working", "2024-01", author="asker", reason="the class is over")
    pair.approve(pair.vn, request, "first", "second")
    return desk.lapse(request.index, author="asker")


def test_a_month_lapses_with_everything_under_it_and_nothing_else(pair, vn):
    over, kept = vn.append([remark("Over", retention=OVER), remark("Kept")])
    (due,) = vn.control.retention.due()
    assert (due.retention, [p.index for p in due.places]) == (Retention("working", "2024-01"), [over.index])
    place = lapsed(pair)
    assert title(vn, over.index) is None
    assert title(vn, kept.index) == "Kept"
    assert vn.control.retention.due() == []
    assert Retention("working", "2024-01") not in vn.contents.keyring.months()
    machine = vn.control.erasures.machine([], [vn.control.steps.record(place)])
    assert machine.lapse_faults(place) == []


def test_nothing_lapses_without_people_or_before_its_month_is_over(pair, vn):
    (receipt,) = vn.append([remark("Over", retention=OVER)])
    vn.append([remark("Later", retention="working:2999-01")])
    desk = vn.control.retention
    assert reasons(desk.propose, "working", "2999-01", author="a", reason="r") == {"month-open"}
    assert reasons(desk.propose, "working", "2023-01", author="a", reason="r") == {"month-open"}
    request = desk.propose("working", "2024-01", author="asker", reason="r")
    assert reasons(desk.lapse, request.index, author="asker") == {"too-few"}
    pair.approve(vn, request, "asker", "first")
    assert reasons(desk.lapse, request.index, author="asker") == {"too-few"}
    assert title(vn, receipt.index) == "Over"


def test_what_came_under_the_month_after_people_were_asked_is_not_destroyed_unseen(pair, vn):
    (receipt,) = vn.append([remark("Over", retention=OVER)])
    desk = vn.control.retention
    request = desk.propose("working", "2024-01", author="asker", reason="r")
    pair.approve(vn, request, "first", "second")
    vn.append([remark("Unseen", retention=OVER)])
    assert reasons(desk.lapse, request.index, author="asker") == {"records-differ"}
    assert title(vn, receipt.index) == "Over"


def test_a_hold_keeps_its_record_while_the_month_lapses(pair, vn):
    held, gone = vn.append([remark("Held", retention=OVER), remark("Gone", retention=OVER)])
    vn.control.erasures.hold([("vn/hq", held.index)], author="counsel", reason="case 3", until=None)
    (due,) = vn.control.retention.due()
    assert [p.index for p in due.held] == [held.index]
    assert [p.index for p in due.places] == [gone.index]
    lapsed(pair)
    assert (title(vn, held.index), title(vn, gone.index)) == ("Held", None)
    vn.control.tidy()
    assert title(vn, held.index) == "Held"


def test_what_comes_late_under_a_month_that_lapsed_goes_at_the_next_exchange(pair, vn):
    vn.append([remark("Over", retention=OVER)])
    lapsed(pair)
    (late,) = vn.append([remark("Late", retention=OVER)])
    assert title(vn, late.index) == "Late"
    vn.control.tidy()
    assert title(vn, late.index) is None


def test_a_crash_between_the_lapse_and_the_key_is_made_good(pair, vn, monkeypatch):
    (receipt,) = vn.append([remark("Over", retention=OVER)])

    def crash(_due):
        raise KeyboardInterrupt

    monkeypatch.setattr(vn.control.retention, "_destroy", crash)
    with pytest.raises(KeyboardInterrupt):
        lapsed(pair)
    monkeypatch.undo()
    assert len(vn.control.steps.of(Lapse)) == 1
    assert title(vn, receipt.index) == "Over"
    vn.control.tidy()
    assert title(vn, receipt.index) is None


def test_without_a_month_the_compact_says_when_a_class_ends(vn, monkeypatch):
    (receipt,) = vn.append([remark("Open", claimed=NOW)])
    assert vn.control.retention.due() == []
    monkeypatch.setattr(retentions, "in_force", lambda _folder: Terms())
    vn.control.retention.clock = lambda: NOW
    assert vn.control.retention.due() == []
    assert Retention("working", "2024-12") in vn.contents.keyring.months()
    assert title(vn, receipt.index) == "Open"
    later(vn, 0)
    (due,) = vn.control.retention.due()
    assert due.retention == Retention("working", "2024-12")
    assert [p.index for p in due.places] == [receipt.index]


def test_what_was_over_before_a_compact_said_so_is_due_with_the_month_in_force(vn, monkeypatch):
    vn.append([remark("Open", claimed=0)])
    monkeypatch.setattr(retentions, "in_force", lambda _folder: Terms())
    vn.control.retention.clock = lambda: NOW
    assert vn.control.retention.due() == []
    assert Retention("working", "2023-11") in vn.contents.keyring.months()


def test_the_digest_is_of_every_key_in_any_order():
    members = [("vn/hq", bytes(16)), ("la/hq", bytes([1]) * 16)]
    assert members_digest(members) == members_digest(members[::-1])
    assert members_digest(members) != members_digest(members[:1])
    assert members_digest([("a/b", b"cd")]) != members_digest([("a/bc", b"d")])


def test_a_recipients_key_is_destroyed_after_its_grace(vn):
    months = sorted(vn.control.inbox._keys)
    first = months[0]
    end = month_end(first)
    year, month = map(int, months[1].split("-"))
    assert end == calendar.timegm((year, month, 1, 0, 0, 0)) * 1000
    folder = vn.folder.keys / "hpke"
    vn.control.erasures.clock = lambda: destroyed_after(first) - 1
    vn.control.tidy()
    assert (folder / first).exists()
    vn.control.erasures.clock = lambda: destroyed_after(first)
    vn.control.tidy()
    assert not (folder / first).exists()
    assert sorted(vn.control.inbox._keys) == months[1:]
    assert sorted(path.name for path in folder.iterdir()) == months[1:]


def test_a_blob_that_was_not_fetched_in_time_cannot_be_opened_any_more(pair, vn):
    (index,), _, _ = pair.released([remark("Level")], settle=False)
    month = _month(pair)
    pair.la.control.erasures.clock = lambda: destroyed_after(month)
    pair.la.control.tidy()
    pair.settle()
    assert title(pair.la, index) is None
    (line,) = pair.la.control.inbox.listing()
    assert line["problem"]["code"] == "recipient-key-gone"


def _month(pair):
    (grant,) = pair.vn.control.desk.requests()
    lines = {line.key_id: line.month for line in pair.la.charter.hpke}
    return lines[unb64(grant[1].recipient.hpke_key)]


def test_retire_leaves_what_is_not_over(tmp_path):
    (tmp_path / "hpke").mkdir()
    keys = {month: RecipientKey.generate(month) for month in ("2026-01", "2026-02")}
    for month in keys:
        (tmp_path / "hpke" / month).write_bytes(b"key")
    assert retire(tmp_path, keys, destroyed_after("2026-01")) == ["2026-01"]
    assert list(keys) == ["2026-02"]
    assert [p.name for p in (tmp_path / "hpke").iterdir()] == ["2026-02"]
    assert retire(tmp_path, keys, destroyed_after("2026-01")) == []
