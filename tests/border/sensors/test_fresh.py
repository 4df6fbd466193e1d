"""What was just written, told once it is on disk: all of it in order, or that the store is to be asked."""

from __future__ import annotations

import math

import pytest

from comity.border.live.windows import WINDOW, windows, windows_of
from comity.border.sensors import fresh
from comity.border.sensors.bulk import INSERTS, SIZES
from tests.border.sensors.world import Api, datastream, location, thing

FAR = 1 << 52
LATER = "2026-03-01T07:00:00Z"


@pytest.fixture
def api(tmp_path):
    api = Api(tmp_path)
    stream = datastream(
        observationType="http://www.opengis.net/def/observationType/OGC-OM/2.0/OM_Observation"
    )
    api.make("Things", thing(Locations=[location()], Datastreams=[stream]))
    yield api
    api.store.close()


@pytest.fixture
def follower(api):
    return api.store.follow()


def taken(api, follower, after=0, limit=FAR):
    found = follower.take(after, limit, api.store.changes)
    return None if found is None else [number for group in found for number in group.ids]


def rows(count, start=0):
    return [
        [f"2026-03-01T06:{n // 60:02d}:{n % 60:02d}Z", {"x": n, "y": n / 3}]
        for n in range(start, start + count)
    ]


def test_what_is_committed_is_told_in_order_and_once(api, follower):
    api.rows(*rows(3))
    api.rows(["never", 1], *rows(2, 10))
    assert taken(api, follower) == [1, 2, 3, 5, 6]
    assert taken(api, follower, 6) == []
    assert taken(api, follower, 3) is None, "what was taken once is in the store alone"


def test_windows_from_memory_are_those_of_the_store(api, follower):
    odd = [
        '{"text": 1}',
        {"x": None, "y": 2},
        {"x": 1.5, "class": "boat", "y": 1e300},
        {"detections": []},
        "word",
        5,
    ]
    api.rows(*rows(40))
    api.rows(*([LATER, one] for one in odd))
    api.rows([LATER, {"x": 9, "y": 1}, LATER], columns=("phenomenonTime", "result", "resultTime"))
    groups = follower.take(0, FAR, api.store.changes)
    assert groups[0].data is not None
    for streams in ({1: "radar"}, {2: "mast"}):
        found = list(windows_of(groups, streams))
        stored = list(windows(api.store, streams, 0, FAR))
        assert [(one.rows, one.end) for one in found] == [(one.rows, one.end) for one in stored]


def test_what_json_has_not_is_read_from_what_is_kept(api, follower):
    api.rows(["2026-03-01T06:00:00Z", {"x": math.nan, "y": 1}])
    (group,) = follower.take(0, FAR, api.store.changes)
    assert group.data is None
    assert group.results == ['{"x":null,"y":1}']


def test_a_change_behind_the_back_is_noticed(api, follower):
    api.rows(*rows(3))
    api.ask("PATCH", "Observations(2)", body={"result": {"x": 7}})
    assert taken(api, follower) is None
    api.rows(*rows(1, 50))
    assert taken(api, follower, 3) == [4]
    api.rows(*rows(2, 60))
    api.ask("DELETE", "Observations(5)")
    assert taken(api, follower, 4) is None


def undone(api):
    with api.store.transaction():
        api.rows(*rows(2))
        raise ZeroDivisionError


def test_what_is_undone_is_not_told(api, follower):
    with pytest.raises(ZeroDivisionError):
        undone(api)
    assert api.store.arriving is None
    assert taken(api, follower) == []
    api.rows(*rows(1))
    assert taken(api, follower) == [3]


def test_who_lags_far_behind_asks_the_store(api, follower, monkeypatch):
    monkeypatch.setattr(fresh, "MOST", 10)
    for n in range(3):
        api.rows(*rows(5, 5 * n))
    assert taken(api, follower) is None
    api.rows(*rows(2, 20))
    assert taken(api, follower, 15) == [16, 17]


def test_what_arrives_later_waits(api, follower):
    api.rows(*rows(2))
    (group,) = follower._groups
    assert taken(api, follower, limit=group.arrival) == []
    assert taken(api, follower, limit=group.arrival + 1) == [1, 2]


def test_whoever_writes_what_arrived_before_is_waited_for(api):
    store, waited = api.store, []
    store.transaction = lambda plain=store.transaction: waited.append(1) or plain()
    store.settle(FAR)
    assert waited == []
    store.arriving = 5 * WINDOW
    store.settle(5 * WINDOW)
    assert waited == []
    store.settle(6 * WINDOW)
    assert waited == [1]


def test_rows_of_many_in_one_statement_are_rows_of_each(api):
    assert set(INSERTS) == set(SIZES)
    count = 2 * SIZES[0] + SIZES[2] + 3
    sent = [["2026-03-01T06:00:00Z", {"x": n, "y": 0}] for n in range(count)]
    answer = api.rows(*sent, sent[5], sent[-1])
    assert answer[-2:] == ["error", "error"]
    assert "error" not in answer[:-2]
    assert api.store.count() == count == api.store.read_one("SELECT count(*) FROM observation")[0]
    assert api.refused() == {"duplicate": 2}
    both = api.rows(sent[0], ["2026-03-01T06:00:01Z", {"x": 1, "y": 0}])
    assert [one == "error" for one in both] == [True, False]
