"""What may be asked of series on record as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.border.errors import SeriesUnknownError
from comity.border.health import answers as health
from comity.border.river import answers as river
from comity.border.river import graph, thresholds
from comity.border.series import queries

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.rows import Report

MICRO: Final = 1_000_000


def series_list(node: Node) -> dict[str, list[dict[str, Any]]]:
    """Return the gauges and the counts on record, one line each."""
    with node.views.connect() as db:
        gauges, counts = queries.gauges(db), queries.counts(db)
    return {"gauges": [_gauge_line(one) for one in gauges], "counts": [_count_line(one) for one in counts]}


def gauge(node: Node, name: str) -> dict[str, Any]:
    """Return a gauge on record with everything that is judged of it.

    Raises:
        SeriesUnknownError: there is none of that name, or there are two.
    """
    with node.views.connect() as db:
        report = _one(queries.gauges(db), name)
    known = thresholds.load(_own(node, "thresholds.toml"))
    found = queries.readings_of(report)
    judged = river.judge(
        found,
        river.rules_of(found.station, known),
        now=datetime.now(UTC),
        rivers=graph.load(_own(node, "rivers.toml")),
    )
    return {**_gauge_line(report), **judged}


def gauge_places(node: Node) -> list[dict[str, Any]]:
    """Return each gauge whose entry says where it stands, with its newest stage and what is judged of it."""
    with node.views.connect() as db:
        placed = [one for one in queries.gauges(db) if one.fields.get("lat") is not None]
    if not placed:
        return []
    known, now = thresholds.load(_own(node, "thresholds.toml")), datetime.now(UTC)
    return [
        {
            **_gauge_line(one),
            "lat": one.fields["lat"] / MICRO,
            "lon": one.fields["lon"] / MICRO,
            "state": river.state_of(queries.readings_of(one), known, now)["state"],
        }
        for one in placed
    ]


def counts(node: Node, name: str) -> dict[str, Any]:
    """Return weekly counts on record with everything that is judged of them, and each week.

    Raises:
        SeriesUnknownError: there is none of that name, or there are two.
    """
    with node.views.connect() as db:
        report = _one(queries.counts(db), name)
    found = queries.counts_of(report)
    small = report.fields["below"]
    judged = health.judge(found, small=small)
    # These weeks are not in the entry: its writer suppressed them.
    hidden = len(report.fields["suppressed"])
    judged["suppressed"]["weeks"] = hidden
    judged["missing_weeks"] = max(sum(one["weeks"] for one in judged["gaps"]) - hidden, 0)
    rows = health.series(found, small)
    missing = {"cases": None, "limit": None, "mean": None, "reason": "suppressed"}
    rows += [{"week_start": day, **missing} for day in report.fields["suppressed"]]
    return {
        **_count_line(report),
        **judged,
        "series": sorted(rows, key=lambda row: date.fromisoformat(row["week_start"])),
    }


def report_of(node: Node, name: str) -> Report:
    """Return the entry of a gauge on record.

    Raises:
        SeriesUnknownError: there is none of that name, or there are two.
    """
    with node.views.connect() as db:
        return _one(queries.gauges(db), name)


def _own(node: Node, name: str) -> Any:
    """Return a party's own file in its node's folder `border`, None where the shipped one counts."""
    path = node.folder.root / "border" / name
    return path if path.is_file() else None


def _one(reports: list[Report], name: str) -> Report:
    party, _, slug = name.rpartition("/")
    found = [one for one in reports if one.fields["slug"] == slug and party in {"", one.party}]
    if len(found) != 1:
        raise SeriesUnknownError(f"{len(found)} series are called {name[:80]!a}")
    return found[0]


def _gauge_line(one: Report) -> dict[str, Any]:
    times = one.fields["times"]
    ends = [river.stamp(datetime.fromtimestamp(at / 1000, UTC)) for at in (times[0], times[-1])]
    return {
        **_common(one),
        "station": one.fields["station"],
        "readings": len(times),
        "from": ends[0],
        "to": ends[1],
        "last": one.fields["levels"][-1] / 1000,
    }


def _count_line(one: Report) -> dict[str, Any]:
    weeks = one.fields["weeks"]
    common = {"place": one.fields["place"], "disease": one.fields["disease"]}
    return {**_common(one), **common, "weeks": len(weeks), "from": weeks[0], "to": weeks[-1]}


def _common(one: Report) -> dict[str, Any]:
    return {
        "slug": one.fields["slug"],
        "party": one.party,
        "exercise": one.exercise,
        "entry": [one.origin, one.index],
        "marking": one.marking,
        "source_digest": one.fields["source_digest"],
        "set_aside": one.fields.get("set_aside", 0),
    }
