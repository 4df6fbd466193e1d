"""Clocks of retention: what is over its time goes, bytes and all; its proof stays, and what is kept is counted."""

from __future__ import annotations

import json

import pytest
from fastapi import FastAPI
from typer.testing import CliRunner

from comity.app import mount
from comity.border import SYSTEM
from comity.border.entries.deletions import DeletedLeaves, Deletion
from comity.border.entries.events import BorderEvent
from comity.border.feeds.delivering import deliver
from comity.border.feeds.messages import Said
from comity.border.retention import answers, clock, coming, erasing, keeping
from comity.border.retention.clock import run
from comity.border.retention.errors import RetentionPolicyError
from comity.border.retention.policy import policy_of
from comity.border.sensors import answers as sensors
from comity.border.sensors import sealing
from comity.border.sensors.leaves import SELECT, leaf_of, leaves
from comity.border.sensors.salts import Salts
from comity.border.sensors.service import Service
from comity.border.tables import PROJECTOR
from comity.cli import app
from comity.node.create import NewNode, create
from comity.node.node import Node
from comity.node.system import Draft
from comity.record.canonical import b64, unb64
from comity.record.header import Header
from comity.record.merkle import root_of_hashes
from tests.asgi import Client
from tests.border.sensors.world import Api, datastream, location, sensor, thing

HEAD = {"author": "duty officer", "marking": "TLP:AMBER", "releasable_to": [], "class": "exercise"}
OBJECT = "http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
DAY = 86_400_000_000
SECRET = "radar-echo-of-a-boat-"
MUST_GO = SECRET.encode()


class OfNode(Api):
    def __init__(self, node):
        self.node, self.store = node, sensors.store_of(node)
        self.service = Service(self.store)

    def seal(self):
        return sensors.seal(self.node, HEAD)["batches"]

    def later(self, days):
        """A moment so many days after the newest arrival."""
        return self.store.read_one("SELECT max(arrival) FROM observation")[0] + int(days * DAY)

    def left(self, kind):
        return self.store.read_one("SELECT count(*) FROM observation WHERE kind = ?", (kind,))[0]

    def entries(self):
        with self.node.views.connect() as db:
            return [one.fields for one in sorted(PROJECTOR.reports(db, Deletion), key=lambda one: one.index)]

    def bytes(self):
        return b"".join(
            path.read_bytes() for path in sorted(self.store.path.parent.glob("observations.sqlite*"))
        )

    def whole(self):
        return [one["wrong"] for one in sensors.batches(self.node, check=True)]

    def proved(self):
        return [one["wrong"] for one in answers.show(self.node, check=True)["deletions"]]


@pytest.fixture
def node(tmp_path):
    root = tmp_path / "vn"
    create(root, NewNode(party="vn", node="hq", unprotected=True))
    with Node.open(root, (SYSTEM,)) as opened:
        yield opened
        sensors.shelf_of(opened).close()


def stamp(n, day=1):
    return f"2026-03-{day:02d}T{n // 3600:02d}:{n // 60 % 60:02d}:{n % 60:02d}Z"


@pytest.fixture
def api(node):
    api = OfNode(node)
    radar = datastream("detections", observationType=OBJECT, Sensor=sensor("ridge"))
    api.make("Things", thing(Locations=[location()], Datastreams=[datastream(), radar]))
    return api


def send(api, count=50, first=0, day=1):
    """Stages and detections, by turns, so that no stretch of leaves is long."""
    for n in range(first, first + count):
        echo = {"x": n, "y": 1, "class": "boat", "note": f"{SECRET}{n:05d}"}
        api.rows([stamp(n, day), 2 + n / 64], stream=1)
        api.rows([stamp(n, day), echo], stream=2)


def test_what_moves_goes_after_a_week_and_levels_stay(api):
    send(api)
    api.seal()
    assert run(api.node, HEAD, api.later(5.9)).deleted == {}, "six days at least"
    assert api.left(3) == 50
    assert MUST_GO in api.bytes()
    report = run(api.node, HEAD, api.later(7))
    assert (report.deleted, report.entries) == ({"moving": 50}, 1)
    assert (api.left(3), api.left(0)) == (0, 50)
    assert MUST_GO not in api.bytes(), "the bytes are not in the file"
    assert api.store.count(2) == 0
    assert api.get("Datastreams(1)")["phenomenonTime"] == f"{stamp(0)}/{stamp(49)}"
    assert run(api.node, HEAD, api.later(8)).deleted == {}


def test_no_copy_stays_behind_in_the_file(api):
    rows = [[stamp(n), {"x": n, "y": 0, "note": SECRET * (1 + n * 7 % 40)}] for n in range(3000)]
    for first in range(0, len(rows), 100):
        # Out of order, so that pages are split and rows moved.
        api.rows(*rows[first // 2 :: 60][:100], stream=2)
        api.rows(*([one, 1.5] for one, _ in rows[first : first + 100]), stream=1)
    api.seal()
    report = run(api.node, HEAD, api.later(8))
    assert report.settled
    assert MUST_GO not in api.bytes()
    assert api.whole() == [""]


def test_a_reader_that_holds_the_file_is_waited_for_and_then_it_is_done(api):
    send(api, 5)
    api.seal()
    import apsw

    holding = apsw.Connection(str(api.store.path))
    holding.execute("BEGIN; SELECT count(*) FROM observation").fetchall()
    api.store.writer.set_busy_timeout(50)  # ms: the reader does not go while it is waited for
    assert not run(api.node, HEAD, api.later(8)).settled
    holding.close()
    assert run(api.node, HEAD, api.later(8)).settled
    assert MUST_GO not in api.bytes()


def test_the_entry_says_which_leaves_and_the_batch_still_proves_the_rest(api):
    send(api, 10)
    api.seal()
    send(api, 10, 10)
    batches = api.seal()
    before = api.store.read_all(f"{SELECT} ORDER BY id")
    run(api.node, HEAD, api.later(8))
    (entry,) = api.entries()
    assert (entry["data_class"], entry["days"], entry["open_days"], entry["count"]) == ("moving", 7, 60, 20)
    assert [one["number"] for one in entry["batches"]] == [1, 2]
    assert entry["batches"][1]["leaves"] == [n for leaf in range(1, 20, 2) for n in (leaf, leaf)]
    assert entry["batches"][1]["batch"] == {"origin": api.node.origin, "id": batches[0]["entry"]}
    assert api.whole() == ["", ""]
    assert api.proved() == [""]
    assert [len(sensors.replay(api.node, number)["observations"]) for number in (1, 2)] == [10, 10]
    kept = [row for (row,) in api.store.read_all("SELECT leaf FROM erased WHERE id > 20 ORDER BY id")]
    assert b64(root_of_hashes(kept)) == entry["batches"][1]["root"]
    one = sealing.stretches(api.store)[0]
    gone = next(row for row in before if row[0] == 2)
    assert leaf_of(gone, bytes(32)) not in leaves(api.store.reader(), one.first, one.last, one.salt)


def test_who_knows_the_value_cannot_show_that_it_was_there(api):
    send(api, 10)
    api.seal()
    one = sealing.stretches(api.store)[0]
    (gone,) = api.store.read_all(f"{SELECT} WHERE id = 2")
    salt = Salts(one.salt, one.first, one.last).of(2)
    assert leaf_of(gone, salt) in leaves(api.store.reader(), one.first, one.last, one.salt)
    run(api.node, HEAD, api.later(8))
    assert salt not in api.bytes()
    assert one.salt not in api.bytes(), "nor the seed that it came from"


def test_what_was_never_sealed_is_sealed_first(api):
    send(api, 5)
    report = run(api.node, HEAD, api.later(8))
    assert (report.deleted, api.whole(), api.proved()) == ({"moving": 5}, [""], [""])


def test_an_entry_that_lies_is_found(api):
    send(api, 5)
    run(api.node, HEAD, api.later(8))
    with api.store.transaction() as db:
        db.execute("UPDATE erased SET leaf = zeroblob(32) WHERE id = 4")
    assert api.proved() == ["batch 1: the hashes that are kept do not make its root"]
    assert api.whole() == ["what is kept does not make its root"]
    with api.store.transaction() as db:
        db.execute(
            "INSERT INTO observation SELECT 4, 2, 1, 0, NULL, 0, NULL, 0, 3, '{}', 0, NULL, NULL, NULL, NULL"
        )
        db.execute("DELETE FROM erased WHERE id = 4")
    assert api.proved() == ["batch 1: an observation that was deleted is there"]
    assert api.whole() == ["an observation is there whose salt was destroyed"]


def test_a_crash_after_deleting_leaves_an_entry_that_is_appended_once(api, monkeypatch):
    send(api, 5)
    api.seal()

    def crash(*_args, **_more):
        raise OSError("power")

    with monkeypatch.context() as patched:
        patched.setattr(clock, "_append", crash)
        with pytest.raises(OSError):
            run(api.node, HEAD, api.later(8))
    assert api.entries() == []
    with monkeypatch.context() as patched:
        patched.setattr(erasing, "settle", crash)
        with pytest.raises(OSError):
            run(api.node, HEAD, api.later(8))
    when = api.later(8)
    assert run(api.node, HEAD, when).deleted == run(api.node, HEAD, when).deleted == {}
    assert [one["count"] for one in api.entries()] == [5]
    assert (api.whole(), api.proved()) == ([""], [""])


def event(api, learnt):
    given = {"slug": "ford", "event_type": "unknown_object", "marker": "605", "learnt_at": learnt}
    header = Header.model_validate({**HEAD, "basis": "monitoring", "retention": "working", "claimed": learnt})
    api.node.append([Draft(BorderEvent.model_validate(given), header)])


def test_an_open_event_keeps_what_moved_about_it_and_no_longer_than_two_months(api):
    learnt = 1772366400_000  # 2026-03-01T12:00Z
    event(api, learnt)
    send(api, 10)
    send(api, 10, day=9)
    api.seal()
    report = run(api.node, HEAD, api.later(8))
    assert (report.deleted, report.spared) == ({"moving": 10}, {"moving": 10})
    shown = answers.show(api.node)
    assert shown["holds"] == {"events": 1, "legal": 0}
    (kept,) = shown["kept_by"]["events"]
    assert (kept["from"], kept["to"]) == (learnt - DAY // 1000, learnt + DAY // 1000)
    assert run(api.node, HEAD, api.later(30)).spared == {"moving": 10}
    report = run(api.node, HEAD, api.later(61))
    assert (report.deleted, report.spared) == ({"moving": 10}, {})
    assert (api.whole(), api.proved()) == ([""], ["", ""])


def test_a_legal_hold_keeps_a_batch_whole_until_it_is_lifted(api):
    send(api, 5)
    api.seal()
    send(api, 5, 5)
    made = api.seal()
    record = api.node.find(api.node.origin, unb64(made[0]["entry"], 16))
    api.node.control.erasures.hold(
        [(record.origin, record.index)], author="prosecutor", reason="case 7", until=None
    )
    report = run(api.node, HEAD, api.later(400))
    assert (report.deleted, report.spared) == ({"moving": 5}, {"moving": 5})
    assert api.left(3) == 5
    shown = answers.show(api.node)
    assert shown["holds"] == {"events": 0, "legal": 1}
    assert shown["kept_by"]["legal"] == [{"entry": [record.origin, record.index], "kind": "border.batch"}]


def test_what_goes_next_is_said_before_it_goes(api):
    policy = policy_of({})
    send(api, 20)
    api.seal()
    (oldest,) = api.store.read_one("SELECT min(arrival) FROM observation WHERE kind = 3")
    for days in (0, 6):
        found = coming.coming(api.store.reader(), policy, api.later(days))["moving"]
        assert (found.oldest, found.due, found.whole) == (oldest, 20, True)
        assert found.goes == oldest // DAY * DAY + 7 * DAY
    assert run(api.node, HEAD, found.goes - 1).deleted == {}
    assert run(api.node, HEAD, found.goes).deleted == {"moving": 20}
    after = coming.coming(api.store.reader(), policy, found.goes)
    assert (after["moving"].oldest, after["moving"].whole) == (None, True)
    assert after["levels"].due == 20


def test_the_page_says_the_rule_what_goes_next_and_proves_what_went(api):
    web = FastAPI()
    mount(web, api.node, (SYSTEM,))
    client = Client(web)
    assert "comity border retention run" in client.get("/border/retention").text
    event(api, 1772366400_000)
    send(api, 10, day=9)
    api.seal()
    assert "What moves, without a name" in client.get("/border/retention").text
    run(api.node, HEAD, api.later(61))
    for language in ("lo", "en"):
        page = client.get(f"/border/retention?check=1&lang={language}").text
        assert "/border/events/" in page
        assert f"/record/{api.node.origin}/" in page
    assert "holds: the hashes make its root" in page
    with api.store.transaction() as db:
        db.execute("UPDATE erased SET leaf = zeroblob(32)")
    assert "does not hold" in client.get("/border/retention?check=1").text


def test_names_of_what_names_itself_go_with_it(api):
    said = [Said(1772344800_000_000 + n, 17.1, 106.2, "boat", "574000001", 10.0) for n in range(5)]
    deliver(api.store, "ais", "mast", said, [("malformed", "words", f"{SECRET}aside")], purpose="rescue")
    deliver(api.store, "adsb", "mast", [one._replace(number="40621d", kind="air") for one in said])
    assert b"574000001" in api.bytes()
    report = run(api.node, HEAD, api.later(8))
    assert report.deleted == {"claims": 10}
    assert report.set_aside >= 1
    for gone in (b"574000001", b"object ", MUST_GO):
        assert gone not in api.bytes()
    assert api.store.read_all("SELECT * FROM feature WHERE properties IS NOT NULL") == []
    assert api.store.read_one("SELECT count(*) FROM feed_key")[0] == 0, "nor can their names be made again"
    assert [one["data_class"] for one in api.entries()] == ["claims", "set-aside"]


def test_where_a_thing_was_goes_and_where_it_is_stays(api):
    for n in range(3):
        api.make("Things(1)/Locations", location(f"place {n}", x=100 + n))
    assert api.get("HistoricalLocations", count="true")["@iot.count"] == 4
    send(api, 1)
    run(api.node, HEAD, api.later(8))
    assert api.get("HistoricalLocations", count="true")["@iot.count"] == 1
    assert api.names("Things(1)/Locations") == ["place 2"]
    assert api.names("Locations") == ["place 2"]


def test_what_is_kept_in_between_is_not_looked_at_again(api):
    for n in range(4):
        send(api, 3, 3 * n)
        api.seal()
    run(api.node, HEAD, api.later(8))
    mark = api.store.read_one("SELECT value FROM meta WHERE name = 'retained moving'")[0]
    assert mark == 4
    assert api.store.read_one("SELECT value FROM meta WHERE name = 'retained levels'")[0] == 0
    report = run(api.node, HEAD, api.later(10_951))
    assert report.deleted == {"levels": 12}
    assert (api.store.count(), api.whole(), set(api.proved())) == (0, [""] * 4, {""})
    assert api.get("Datastreams(1)").get("phenomenonTime") is None


def test_many_stretches_are_several_entries(api, monkeypatch):
    monkeypatch.setattr(erasing, "MOST_STRETCHES", 4)
    send(api, 20)
    api.seal()
    run(api.node, HEAD, api.later(8))
    assert [one["count"] for one in api.entries()] == [4, 4, 4, 4, 4]
    assert (api.whole(), set(api.proved())) == ([""], {""})


@pytest.mark.parametrize("name", ["border-moving", "border-claims", "border-open"])
def test_a_rule_may_be_shorter_and_never_longer(name):
    assert policy_of({name: 3})
    with pytest.raises(RetentionPolicyError):
        policy_of({name: 61})
    assert policy_of({"border-counts": 10, "working": 3}).days["counts"] == 10


@pytest.mark.parametrize("given", [[0, 4, 4, 9], [3, 1], [0, 4, 5, 9], [0, 4, 6], [0, 8], [0, 2, 4, 11]])
def test_stretches_of_leaves_are_in_order_and_apart(given):
    with pytest.raises(ValueError, match=r"stretches|least"):
        DeletedLeaves(
            batch={"origin": "vn/hq", "id": "A" * 22 + "=="},
            number=1,
            leaves=given,
            count=10,
            root="A" * 43 + "=",
        )


def test_a_running_node_does_it_by_itself(api):
    assert keeping.once(api.node).deleted == {}
    send(api, 2)
    api.seal()
    assert keeping.header_of(api.node)["class"] == "exercise"
    assert keeping.once(api.node).deleted == {}, "its time is not over"
    assert len(SYSTEM.tasks(api.node)) == 2, "it and the checks of quality"


def test_the_commands(api):
    send(api, 4)
    root = str(api.node.folder.root)
    sensors.shelf_of(api.node).close()
    api.node.close()

    def do(*line, code=0):
        done = CliRunner().invoke(app, ["border", *line])
        assert done.exit_code == code, done.output
        return done.output

    assert "nothing is over its time" in do("retention", "run", root, "--author", "duty", "--exercise")
    found = json.loads(do("retention", "show", root, "--check", "--json"))
    assert found["days"] == {"moving": 7, "claims": 7, "levels": 10950, "counts": 3650, "open": 60}
    assert found["deletions"] == []
