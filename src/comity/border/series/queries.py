"""Series on record: each party's newest of a name, as readings and counts again."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from comity.border.entries.series import GaugeSeries, HealthSeries
from comity.border.health.counts import Counts, Week
from comity.border.river.readings import Reading, Readings
from comity.border.tables import PROJECTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.record.kinds import Kind


def newest(db: Connection, kind: type[Kind]) -> list[Report]:
    """Return the newest series of each party and name, by party and name."""
    last: dict[tuple[str, str], Report] = {}
    for report in PROJECTOR.reports(db, kind):
        key = (report.party, report.fields["slug"])
        before = last.get(key)
        if before is None or (report.claimed, report.origin, report.index) > (
            before.claimed,
            before.origin,
            before.index,
        ):
            last[key] = report
    return [last[key] for key in sorted(last)]


def gauges(db: Connection) -> list[Report]:
    """Return the gauges on record."""
    return newest(db, GaugeSeries)


def counts(db: Connection) -> list[Report]:
    """Return the weekly counts on record."""
    return newest(db, HealthSeries)


def readings_of(report: Report) -> Readings:
    """Return the readings of a series; the row of a reading is its place in the record, from 1."""
    fields = report.fields
    minutes = fields.get("zone_minutes")
    zone = None if minutes is None else timezone(timedelta(minutes=minutes))
    items = []
    for number, (at, level) in enumerate(zip(fields["times"], fields["levels"], strict=True), start=1):
        moment = datetime.fromtimestamp(at / 1000, UTC)
        items.append(Reading(moment, moment.astimezone(zone or UTC).date(), level / 1000, number))
    return Readings(fields["station"], tuple(items), (), 0, zone)


def counts_of(report: Report) -> Counts:
    """Return the counts of a series; suppressed weeks are missing from it, not zero."""
    fields = report.fields
    pairs = zip(fields["weeks"], fields["cases"], strict=True)
    weeks = tuple(Week(date.fromisoformat(day), cases, n) for n, (day, cases) in enumerate(pairs, start=1))
    return Counts(fields["place"], weeks, (), 0, {})
