"""The pages of series: what is on record, a gauge with its hydrograph, weekly counts with their limits."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.border.drawing import Point, picture
from comity.border.errors import SeriesUnknownError, StampError
from comity.border.health.counts import WEEK
from comity.border.labels import WORDS
from comity.border.river.stamps import read_day
from comity.border.river.thresholds import Threshold
from comity.console import Console, Query
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from datetime import date

    from comity.node.system import NodeApp

WEEKS_SHOWN: Final = 156
ALERTS_SHOWN: Final = 200


def routes(app: NodeApp) -> APIRouter:
    """Return the routes."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get("/border/series")
    def series(request: Request) -> Response:
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        found = answers.series_list(node)
        exercise = any(one["exercise"] for one in [*found["gauges"], *found["counts"]])
        return console.render(request, "border/series/list.html", found=found, exercise=exercise, **WORDS)

    @router.get("/border/gauges/{party}/{slug}")
    def gauge(request: Request, party: str, slug: str) -> Response:
        from comity.border.river.hydrograph import hydrograph  # noqa: PLC0415 - needs arrays
        from comity.border.series import answers, queries  # noqa: PLC0415 - needs arrays

        name = f"{party}/{slug}"
        try:
            found, report = answers.gauge(node, name), answers.report_of(node, name)
        except SeriesUnknownError:
            return not_found(console, request)
        query = Query.of(request)
        limits = [Threshold.model_validate(one) for one in found["thresholds"]]
        span = timedelta(days=query.number("days", 120))
        drawn = hydrograph(queries.readings_of(report), limits, _day(query.get("until")), span)
        return console.render(
            request,
            "border/series/gauge.html",
            one=found,
            drawn=drawn,
            alerts=_near(found["alerts"], drawn.first, drawn.last),
            days=span.days,
            exercise=found["exercise"],
            **WORDS,
        )

    @router.get("/border/counts/{party}/{slug}")
    def counts(request: Request, party: str, slug: str) -> Response:
        from comity.border.series import answers  # noqa: PLC0415 - needs arrays

        try:
            found = answers.counts(node, f"{party}/{slug}")
        except SeriesUnknownError:
            return not_found(console, request)
        rows = found["series"][-WEEKS_SHOWN:]
        alerted = {one["week_start"] for one in found["alerts"]}
        points = [
            Point(
                read_day(row["week_start"]),
                row["cases"],
                second=row["limit"],
                mark=row["week_start"] in alerted,
            )
            for row in rows
        ]
        drawn = picture(points, WEEK) if any(point.value is not None for point in points) else None
        by_week: dict[str, list[dict[str, Any]]] = {}
        for alert in found["alerts"]:
            by_week.setdefault(alert["week_start"], []).append(alert)
        return console.render(
            request,
            "border/series/counts.html",
            one=found,
            drawn=drawn,
            rows=list(reversed(rows)),
            by_week=by_week,
            exercise=found["exercise"],
            **WORDS,
        )

    return router


def _day(text: str) -> date | None:
    try:
        return read_day(text) if text else None
    except StampError:
        return None


def _near(alerts: list[dict[str, Any]], first: date, last: date) -> list[dict[str, Any]]:
    """Return the occurrences of a stretch: the day of each that exceeds its limit most, the newest first."""
    groups: dict[tuple[str, str, str], list[dict[str, Any]]] = {}
    for one in alerts:
        if first.isoformat() <= one["date"] <= last.isoformat():
            groups.setdefault((one["since"], one["method"], one["authority"]), []).append(one)
    found = []
    for group in groups.values():
        most = max(group, key=lambda one: abs(one["level"] - one["limit"]))
        found.append({**most, "days": len(group), "until": group[-1]["date"]})
    return sorted(found, key=lambda one: (one["until"], one["method"]), reverse=True)[:ALERTS_SHOWN]
