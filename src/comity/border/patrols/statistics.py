"""Patrols of each year, from the log and nothing else; what nobody reported is not reported, never zero."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from comity.border.patrols.queries import PlanView
    from comity.node.rows import Report


@dataclass
class _Year:
    planned: int = 0
    accepted: int = 0
    joint: int = 0
    different: int = 0
    one_sided: int = 0
    unreported: int = 0
    visits: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    markers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))


def by_year(views: Iterable[PlanView], visits: Iterable[Report]) -> list[dict[str, Any]]:
    """Return a row for each year of which something is on record, the newest first.

    `joint` is a number once any report of the year is on record, and None before: None reads "not reported".
    Fictional patrols make rows of their own.
    """
    years: dict[tuple[int, bool], _Year] = defaultdict(_Year)
    for view in views:
        row = years[int(view.report.fields["on"][:4]), view.report.exercise]
        row.planned += 1
        row.accepted += view.state == "accepted"
        state = view.report_state
        row.joint += state == "joint"
        row.different += state == "different"
        row.one_sided += state == "awaiting"
        row.unreported += state == "none" and view.state == "accepted"
    for one in visits:
        if one.fields["condition"] == "not_reached":
            continue
        year = datetime.fromtimestamp(one.fields["visited_at"] / 1000, UTC).year
        row = years[year, one.exercise]
        row.visits[one.party] += 1
        row.markers[one.party].add(one.fields["marker"])
    return [_row(*key, years[key]) for key in sorted(years, key=lambda one: (-one[0], one[1]))]


def _row(year: int, exercise: bool, row: _Year) -> dict[str, Any]:
    reported = row.joint + row.different + row.one_sided
    return {
        "year": year,
        "exercise": exercise,
        "planned": row.planned,
        "accepted": row.accepted,
        "joint": row.joint if reported else None,
        "different": row.different if reported else None,
        "one_sided": row.one_sided if reported else None,
        "not_reported": row.unreported,
        "visits": dict(sorted(row.visits.items())),
        "markers": {party: len(found) for party, found in sorted(row.markers.items())},
    }
