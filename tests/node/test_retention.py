"""The month key follows the class, and a peer's nonsense about retention refuses one opening only."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from comity.node.retention import ends
from comity.record.commitment import Field, FullOpening
from comity.record.keyring import KeyringError, Retention
from tests.node.test_projection import entry, put, rows
from tests.node.world import fact, sync

NOW = datetime(2026, 11, 21, tzinfo=UTC)


@pytest.mark.parametrize(
    ("stated", "days", "month"),
    [
        ("working", {}, "open"),
        ("working", {"other": 5}, "open"),
        ("working", {"working": 1}, "2026-11"),
        ("working", {"working": 10}, "2026-12"),
        ("working", {"working": 365 * 5}, "2031-11"),
        ("working:2030-01", {"working": 1}, "2030-01"),
        ("working", {"working": 10**9}, "3028-12"),
    ],
)
def test_class_and_days_give_the_month(stated, days, month):
    assert ends(stated, days, NOW) == Retention("working", month)


@pytest.mark.parametrize("stated", ["", "?", "working:2030", "working:2030-13", "a/b", "../x"])
def test_a_malformed_retention_is_refused(stated):
    with pytest.raises(KeyringError):
        ends(stated, {}, NOW)


@pytest.mark.parametrize("value", ["?", 5, "../../x", None])
def test_a_peer_with_a_malformed_retention_stops_nothing(pair, value):
    vn, la = pair

    def bad(fields):
        return [
            Field(field.slot, field.path, value if field.path == "header.retention" else field.value)
            for field in fields
            if value is not None or field.path != "header.retention"
        ]

    leaf, opening = entry(vn, "bad", tamper=bad)
    assert isinstance(opening, FullOpening)
    put(vn, entry(vn, "good"))
    vn.log._identify = None
    vn.log.append([leaf])
    vn.log.checkpoint()

    def add(path, data):
        return data + opening.encode() + b"\n" if "/openings/" in path else data

    report = sync(la, vn, bend=add)
    assert (report.ok, report.refused, report.openings) == (True, 1, 1)
    assert [row[2] for row in rows(la)] == ["good"]
    vn.append([fact("more")])
    assert sync(la, vn).openings == 2
