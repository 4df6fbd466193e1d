"""Initiatives on record: the reports of each put together, and the background that public sources give."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from comity.assessment.entries.initiatives import Initiative, Observation
from comity.assessment.tables import PROJECTOR

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.rows import Report


@dataclass(frozen=True)
class InitiativeView:
    """An initiative: each party's newest report, the sponsor's first, and what stands beside it.

    `differs` names the fields in which the newest reports of the parties are not the same.
    """

    slug: str
    reports: tuple[Report, ...]
    differs: tuple[str, ...]
    background: tuple[Report, ...]

    @property
    def fields(self) -> dict[str, Any]:
        """The report that is shown first; the others stand beside it."""
        return self.reports[0].fields

    @property
    def exercise(self) -> bool:
        """Whether any report of it is fictional."""
        return any(report.exercise for report in self.reports)


def initiatives(db: Connection) -> list[InitiativeView]:
    """Return every initiative by name."""
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, Initiative):
        groups[report.fields["slug"]].append(report)
    beside: dict[str, list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, Observation):
        if report.fields.get("about"):
            beside[report.fields["about"]].append(report)
    return [_view(slug, groups[slug], tuple(beside[slug])) for slug in sorted(groups)]


def _view(slug: str, reports: list[Report], background: tuple[Report, ...]) -> InitiativeView:
    newest: dict[str, Report] = {}
    for report in sorted(reports, key=lambda one: (one.claimed, one.origin, one.index)):
        newest[report.party] = report
    shown = sorted(newest.values(), key=lambda one: (one.party != one.fields["sponsor"], one.party))
    names = sorted({name for report in shown for name in report.fields} - {"cites", "note"})
    differs = tuple(
        name for name in names if any(one.fields.get(name) != shown[0].fields.get(name) for one in shown[1:])
    )
    return InitiativeView(slug, tuple(shown), differs, background)
