"""What may be asked of weekly counts as JSON data: for the command line, the API and the pages alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from comity.border.health.counts import WEEK, gaps
from comity.border.health.ears import METHODS as EARS
from comity.border.health.ears import ears_limit
from comity.border.health.limits import METHOD, CannotTell, historical_limit
from comity.border.river.answers import quarantine_json

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from comity.border.health.counts import Counts, Week
    from comity.border.health.limits import Limit

VERSION: Final = "health-detect@1"
ALL: Final = (METHOD, *EARS)
SMALL: Final = 5
"""Counts below this, but for zero, are never shown and never raise an alert."""
WORDS: Final = {
    METHOD: "above mean + 2 SD of the same weeks in the five years before",
    "C1": "above mean + 3 SD of the seven weeks before (EARS C1, weeks for days)",
    "C2": "above mean + 3 SD of the seven weeks before the last two (EARS C2, weeks for days)",
    "C3": "three weeks together above what C2 lets expect (EARS C3, weeks for days)",
}


def judge(
    found: Counts, *, methods: Sequence[str] = ALL, small: int = SMALL, since: date | None = None
) -> dict[str, Any]:
    """Return everything about a series: alerts, what cannot be told, gaps, what was left out or set aside."""
    cases = {one.start: one.cases for one in found.weeks}
    alerts: list[dict[str, Any]] = []
    silent: list[tuple[str, Week, str]] = []
    hidden = 0
    for week in found.weeks:
        if since is not None and week.start < since:
            continue
        for method in methods:
            limit = _limit(method, cases, week.start)
            if isinstance(limit, CannotTell):
                silent.append((method, week, limit.reason))
            elif week.cases > limit.value:
                if suppressed(week.cases, small):
                    hidden += 1
                else:
                    alerts.append(_alert(week, method, limit))
    missing = gaps(found.weeks)
    return {
        "place": found.place,
        "alerts": alerts,
        "cannot_tell": _stretches(silent),
        "weeks": len(found.weeks),
        "from": found.weeks[0].start.isoformat(),
        "to": found.weeks[-1].start.isoformat(),
        "gaps": [
            {"from": one.first.isoformat(), "to": one.last.isoformat(), "weeks": one.weeks} for one in missing
        ],
        "suppressed": {
            "below": small,
            "weeks": sum(suppressed(one.cases, small) for one in found.weeks),
            "alerts": hidden,
        },
        "left_out": found.left_out,
        "merged": found.merged,
        "quarantine": quarantine_json(found.bad),
        "sources": sorted({one.source for one in found.weeks if one.source}),
        "methods": [VERSION, *methods],
    }


def suppressed(cases: int, small: int = SMALL) -> bool:
    """Return whether a count is too small to be shown; zero may be."""
    return 0 < cases < small


def series(found: Counts, small: int = SMALL) -> list[dict[str, Any]]:
    """Return each week with its count (None where too small to show) and its historical limit, for a page."""
    cases = {one.start: one.cases for one in found.weeks}
    rows = []
    for one in found.weeks:
        limit = historical_limit(cases, one.start)
        rows.append(
            {
                "week_start": one.start.isoformat(),
                "cases": None if suppressed(one.cases, small) else one.cases,
                "limit": None if isinstance(limit, CannotTell) else round(limit.value, 1),
                "mean": None if isinstance(limit, CannotTell) else round(limit.mean, 1),
                "reason": limit.reason if isinstance(limit, CannotTell) else "",
            }
        )
    return rows


def _limit(method: str, cases: dict[date, int], week: date) -> Limit | CannotTell:
    if method == METHOD:
        return historical_limit(cases, week)
    return next(
        (ears_limit(name, cases, week) for name in EARS if name == method), CannotTell("no such method")
    )


def _alert(week: Week, method: str, limit: Limit) -> dict[str, Any]:
    baseline = f"baseline {limit.weeks} weeks, mean {limit.mean:.1f}, SD {limit.deviation:.1f}"
    return {
        "week_start": week.start.isoformat(),
        "cases": week.cases,
        "limit": round(limit.value, 4),
        "method": method,
        "reason": f"{WORDS[method]}; {baseline}",
        "mean": round(limit.mean, 4),
        "deviation": round(limit.deviation, 4),
        "baseline_weeks": limit.weeks,
        "row": week.row,
        "source": week.source,
    }


def _stretches(silent: Sequence[tuple[str, Week, str]]) -> list[dict[str, Any]]:
    """Return weeks in a row of one method and reason as one line."""
    rows: list[dict[str, Any]] = []
    last: dict[str, tuple[dict[str, Any], date]] = {}
    for method, week, reason in silent:
        before = last.get(method)
        if before and before[0]["reason"] == reason and week.start - before[1] == WEEK:
            row = before[0]
            row["to"], row["weeks"] = week.start.isoformat(), row["weeks"] + 1
        else:
            first = week.start.isoformat()
            row = {"method": method, "from": first, "to": first, "weeks": 1, "reason": reason}
            rows.append(row)
        last[method] = (row, week.start)
    return rows
