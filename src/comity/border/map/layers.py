"""The layers that parties put on record, in degrees: tracks, markers, areas to keep clear of, gauges."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from comity.border.patrols import queries

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.rows import Report

MICRO: Final = 1_000_000


def layers(node: Node, on: str | None = None) -> dict[str, Any]:
    """Return the newest layer of each party and name; hazard areas as they stand on a day (today without)."""
    from comity.border.series.answers import gauge_places  # noqa: PLC0415 - needs arrays

    day = on or datetime.now(UTC).date().isoformat()
    with node.views.connect() as db:
        networks, hazards = queries.networks(db), queries.hazards(db, day, exercise=True)
    return {
        "tracks": [track for report in networks for track in _tracks(report)],
        "markers": [marker for report in networks for marker in _markers(report)],
        "hazards": [
            {
                **_whose(one),
                "slug": one.fields["slug"],
                "points": [_place(at) for at in one.fields["corners"]],
            }
            for one in hazards
        ],
        "gauges": [_gauge(one) for one in gauge_places(node)],
    }


def _gauge(one: dict[str, Any]) -> dict[str, Any]:
    plain = ("party", "exercise", "slug", "station", "lat", "lon", "state", "last", "to")
    path = f"/border/gauges/{one['party']}/{one['slug']}"
    return {name: one[name] for name in plain} | {
        "origin": one["entry"][0],
        "index": one["entry"][1],
        "href": path,
    }


def _tracks(report: Report) -> list[dict[str, Any]]:
    places = {point["name"]: _place(point) for point in report.fields["points"]}
    return [
        {**_whose(report), "points": [places[one["a"]], places[one["b"]]]} for one in report.fields["tracks"]
    ]


def _markers(report: Report) -> list[dict[str, Any]]:
    named = [(one, one.get("marker") or one.get("station")) for one in report.fields["points"]]
    return [
        {**_whose(report), "name": name, "lat": one["lat"] / MICRO, "lon": one["lon"] / MICRO}
        for one, name in named
        if name
    ]


def _whose(report: Report) -> dict[str, Any]:
    return {
        "party": report.party,
        "exercise": report.exercise,
        "origin": report.origin,
        "index": report.index,
    }


def _place(point: dict[str, Any]) -> list[float]:
    return [point["lat"] / MICRO, point["lon"] / MICRO]
