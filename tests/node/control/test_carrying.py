"""A stick carries what the line would: steps and blobs, sealed to one peer; lost, it shows nothing."""

from __future__ import annotations

import shutil

import pytest

from comity.node import carrying, operations
from comity.node.export import export_folder
from comity.node.folder import origin_hash
from comity.record.carried import KEY_ID, CarriedKeyError
from comity.record.sealed import ENC_SIZE, TAG_SIZE, padded_size
from tests.node.control.conftest import remark

FOR_LA = f"sealed/{origin_hash('la/hq')}"


class Sticks:
    """Sticks go from one node to the other; nothing else does."""

    def __init__(self, pair):
        self.pair = pair
        self.carried = {}

    def write(self, party, name=None):
        folder = self.pair.root / (name or f"stick-{party}")
        self.carried[party] = export_folder(self.pair.nodes[party], folder)["carried"]
        return folder

    def read(self, party, folder):
        return operations.sync_from(self.pair.nodes[party], str(folder))["peers"][0]

    def carry(self, start, end):
        return self.read(end, self.write(start))

    def there_and_back(self):
        for start, end in (("la", "vn"), ("vn", "la"), ("la", "vn")):
            report = self.carry(start, end)
            assert report["ok"], report
        return report


@pytest.fixture
def sticks(pair):
    made = Sticks(pair)
    made.there_and_back()
    return made


def kinds(node, origin):
    return [r.content.kind for r in node.records(origin, 0, 99) if r.content is not None]


def bytes_on(folder):
    return b"".join(path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file())


def test_a_release_goes_by_stick_alone(sticks):
    pair = sticks.pair
    (index,), request, _ = pair.released([remark("Water level", "of the upper station")], settle=False)
    report = sticks.carry("vn", "la")
    assert sticks.carried["vn"] == [{"origin": "la/hq", "steps": 4, "blobs": 1, "problem": None}]
    assert (report["ok"], report["granted"]) == (True, 1), report
    assert pair.la.record("vn/hq", index).content.fields["title"] == "Water level"
    assert kinds(pair.la, "vn/hq").count("control.approval") == 2
    sticks.carry("la", "vn")
    assert pair.vn.control.desk.standing(request).stage == "received"
    stick = sticks.write("vn")
    assert sticks.carried["vn"][0]["blobs"] == 0
    assert not (stick / "outbox").exists()


def test_a_lost_stick_shows_counts_and_sizes_and_nothing_else(sticks):
    pair = sticks.pair
    remark_ = remark("Needle in the hay", "of the upper station")
    pair.released([remark_], settle=False)
    seen = bytes_on(sticks.write("vn"))
    for word in (b"Needle", b"upper station", b"a test", b"control.request", b"control.grant", b"asker"):
        assert word not in seen
    # The control: the same words are found where content is for everybody.
    pair.vn.append([remark("Needle in the hay", "x", marking="TLP:CLEAR", releasable_to=[])])
    assert b"Needle" in bytes_on(sticks.write("vn"))
    (file,) = (sticks.write("vn") / FOR_LA).iterdir()
    size = file.stat().st_size - KEY_ID - ENC_SIZE - TAG_SIZE
    assert size == padded_size(size)


def test_each_peer_is_sealed_to_alone(sticks):
    pair = sticks.pair
    pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    assert [path.name for path in (stick / "sealed").iterdir()] == [origin_hash("la/hq")]
    # What is for la is put where vn would look for what is for it: vn has no such key.
    (stick / FOR_LA).rename(stick / "sealed" / origin_hash("vn/hq"))
    fetch = carrying.fetcher(pair.vn, stick, "vn/hq")
    with pytest.raises(CarriedKeyError):
        fetch("log/openings/000")
    assert fetch("log/checkpoint")


@pytest.mark.parametrize(
    ("bend", "code"),
    [
        (lambda data: data[:-1], "carried"),
        (lambda data: data[:40], "carried"),
        (lambda data: data[:20], "carried-key"),
        (lambda _: b"", "carried-key"),
        (lambda data: data[:-1] + bytes([data[-1] ^ 1]), "carried"),
        (lambda data: bytes([data[0] ^ 1]) + data[1:], "carried-key"),
        (lambda data: data + b"\0", "carried"),
    ],
)
def test_a_damaged_file_is_refused_and_the_next_stick_goes_on(sticks, bend, code):
    pair = sticks.pair
    (index,), _, _ = pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    (file,) = (stick / FOR_LA).iterdir()
    file.write_bytes(bend(file.read_bytes()))
    report = sticks.read("la", stick)
    assert (report["ok"], report["openings"], report["granted"]) == (False, 0, 0)
    assert report["error"]["type"] == f"urn:comity:error:{code}"
    assert pair.la.mirrors["vn/hq"].size == pair.vn.log.size, "the entries are taken all the same"
    assert sticks.carry("vn", "la")["granted"] == 1
    assert pair.la.record("vn/hq", index).content is not None


def test_a_blob_cut_short_is_fetched_from_the_next_stick(sticks):
    sticks.pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    (blob,) = (stick / "outbox").iterdir()
    blob.write_bytes(blob.read_bytes()[:-1])
    report = sticks.read("la", stick)
    assert (report["ok"], report["granted"]) == (True, 0)
    (line,) = sticks.pair.la.control.inbox.listing()
    assert line["problem"]["code"] == "fetch"
    assert sticks.carry("vn", "la")["granted"] == 1


def test_a_stick_without_its_sealed_part_leaves_steps_to_the_next_one(sticks):
    sticks.pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    shutil.rmtree(stick / "sealed")
    report = sticks.read("la", stick)
    assert (report["ok"], report["openings"], report["granted"]) == (True, 0, 0)
    report = sticks.carry("vn", "la")
    assert (report["openings"], report["granted"]) == (4, 1)


def test_sticks_replayed_and_out_of_order_change_nothing(sticks):
    pair = sticks.pair
    pair.released([remark("First", "x")], settle=False)
    yesterday = sticks.write("vn", "yesterday")
    shutil.copytree(yesterday, pair.root / "kept")
    (index,), _, _ = pair.released([remark("Second", "x")], settle=False)
    today = sticks.write("vn", "today")
    assert sticks.read("la", today)["granted"] == 2
    size, held = pair.la.log.size, kinds(pair.la, "vn/hq")
    for stick in (today, pair.root / "kept", today, yesterday):
        report = sticks.read("la", stick)
        assert (report["granted"], report["openings"], report["refused"]) == (0, 0, 0), report
        assert report["state"] in ("consistent", "behind")
    assert kinds(pair.la, "vn/hq") == held
    assert pair.la.record("vn/hq", index).content is not None
    assert [r.content.kind for r in pair.la.records("la/hq", size, 99) if r.content] == []
    assert sticks.carry("la", "vn")["ok"]


def test_a_sealed_part_of_yesterday_beside_the_log_of_today_is_no_lie(sticks):
    pair = sticks.pair
    pair.released([remark("First", "x")], settle=False)
    yesterday = sticks.write("vn", "yesterday")
    pair.released([remark("Second", "x")], settle=False)
    today = sticks.write("vn", "today")
    shutil.copytree(yesterday / "sealed", today / "sealed", dirs_exist_ok=True)
    assert sticks.read("la", today)["granted"] == 1
    assert sticks.carry("vn", "la")["granted"] == 1


def test_an_erasure_goes_by_stick_and_nothing_on_an_old_stick_brings_it_back(sticks):
    pair = sticks.pair
    (index,), _, _ = pair.released([remark("Needle", "x")], settle=False)
    old = sticks.write("vn", "old")
    assert sticks.read("la", old)["granted"] == 1
    sticks.carry("la", "vn")
    pair.la.erase_local("vn/hq", index)
    assert sticks.read("la", old)["granted"] == 0
    assert pair.la.record("vn/hq", index).content is None


def test_without_a_key_for_the_month_nothing_is_sealed_and_the_export_says_so(sticks, monkeypatch):
    monkeypatch.setattr(carrying, "month_of", lambda _now: "2099-01")
    sticks.pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    (line,) = sticks.carried["vn"]
    assert (line["steps"], line["blobs"]) == (0, 1)
    assert "2099-01" in line["problem"]
    assert not (stick / "sealed").exists()


def test_a_stick_older_than_the_keys_says_what_to_do(sticks):
    pair = sticks.pair
    pair.released([remark()], settle=False)
    stick = sticks.write("vn")
    kept = dict(pair.la.control._hpke)
    pair.la.control._hpke.clear()
    report = sticks.read("la", stick)
    pair.la.control._hpke.update(kept)
    assert report["error"]["type"] == "urn:comity:error:carried-key"
    assert "export it again" in report["error"]["title"]


def test_what_the_sealed_part_says_is_believed_no_more_than_the_line(sticks):
    pair = sticks.pair
    (receipt,) = pair.vn.append([remark("Not asked for", "x")])
    opening = pair.vn.contents.get("vn/hq", pair.vn.record("vn/hq", receipt.index).id)
    stick = sticks.write("vn")
    key = pair.la.charter.recipient_key(carrying.month_of(carrying.milliseconds()))
    bundle = carrying.Bundle("vn/hq", 0, "la", "la/hq")
    place = stick / FOR_LA / "000"
    place.parent.mkdir(parents=True, exist_ok=True)
    place.write_bytes(carrying.seal_bundle(bundle, [opening.encode(), b"{}"], key.key, key.key_id))
    report = sticks.read("la", stick)
    assert (report["openings"], report["refused"]) == (0, 2)
    assert pair.la.record("vn/hq", receipt.index).content is None
    assert {row["code"] for row in pair.la.quarantined("vn/hq")} >= {"opening-refused"}
