"""Patrols on record: plans with the other side's word, visits, reports; and the layers that plans rest on.

with node.views.connect() as db:
    for view in plans(db):
        print(view.slug, view.state, view.report_state)
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final, Literal

from comity.border.entries.patrols import (
    HazardArea,
    PatrolAnswer,
    PatrolPlan,
    PatrolReport,
    PatrolVisit,
    TrackNetwork,
)
from comity.border.tables import PROJECTOR
from comity.node.rows import newest_of
from comity.record import canonical

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.record.kinds import Kind

PlanState = Literal["proposed", "accepted", "declined"]
ReportState = Literal["none", "awaiting", "joint", "different"]
SUBSTANCE: Final = ("plan", "on", "markers", "not_reached", "events", "words")
"""What a report says; equal bytes of it in both logs are a joint report."""


@dataclass(frozen=True)
class PlanView:
    """A plan with the words on it; `aside` holds words on another plan than this, and words on one's own."""

    report: Report
    answers: tuple[Report, ...]
    aside: tuple[Report, ...]
    reports: tuple[Report, ...]
    visits: tuple[Report, ...]

    @property
    def slug(self) -> str:
        """Its natural name; with the party it names the plan."""
        return str(self.report.fields["slug"])

    @property
    def party(self) -> str:
        """Who proposed it."""
        return self.report.party

    @property
    def others(self) -> tuple[str, ...]:
        """The other parties that would walk."""
        sides = {side["party"] for side in self.report.fields["sides"]}
        return tuple(sorted(sides - {self.party}))

    @property
    def state(self) -> PlanState:
        """Accepted once every other side accepts this very plan; declined as soon as one declines."""
        said = {party: newest_of(self.answers, party) for party in self.others}
        words = [one.fields["answer"] if one else None for one in said.values()]
        if "declined" in words:
            return "declined"
        return "accepted" if words and all(word == "accepted" for word in words) else "proposed"

    @property
    def newest_reports(self) -> dict[str, Report]:
        """The newest report of each side that has one."""
        found = {party: newest_of(self.reports, party) for party in (self.party, *self.others)}
        return {party: one for party, one in found.items() if one}

    @property
    def report_state(self) -> ReportState:
        """Joint where every side's log holds the same report; different where they hold others."""
        found = self.newest_reports
        if not found:
            return "none"
        if len({substance(one.fields) for one in found.values()}) > 1:
            return "different"
        return "joint" if len(found) == len(self.others) + 1 and self.others else "awaiting"


def substance(fields: dict[str, Any]) -> str:
    """Return SHA-256 of what a report says, base64."""
    return digest_of({name: fields[name] for name in SUBSTANCE if name in fields})


def digest_of(value: dict[str, Any]) -> str:
    """Return SHA-256 of the canonical JSON of a plan's or report's fields, base64."""
    import hashlib  # noqa: PLC0415 - lazily, as the pages that show none

    return canonical.b64(hashlib.sha256(canonical.encode(value)).digest())


def plans(db: Connection) -> list[PlanView]:
    """Return every plan on record, the latest day first."""
    words = _about(db, PatrolAnswer)
    reports, visits = _about(db, PatrolReport), _about(db, PatrolVisit)
    kept: dict[tuple[str, str], Report] = {}
    for report in PROJECTOR.reports(db, PatrolPlan):
        kept.setdefault((report.party, report.fields["slug"]), report)
    views = []
    for report in kept.values():
        key = (report.origin, report.id)
        said = [one for one in words[key] if one.exercise == report.exercise]
        own = digest_of(report.fields)
        good = [one for one in said if one.fields["digest"] == own and one.party != report.party]
        aside = [one for one in said if one not in good]
        told = [one for one in reports[key] if one.exercise == report.exercise]
        seen = [one for one in visits[key] if one.exercise == report.exercise]
        views.append(PlanView(report, tuple(good), tuple(aside), tuple(told), tuple(seen)))
    return sorted(views, key=lambda one: (one.report.fields["on"], one.party, one.slug), reverse=True)


def visits(db: Connection) -> list[Report]:
    """Return every visit on record, the latest first."""
    found = PROJECTOR.reports(db, PatrolVisit)
    return sorted(found, key=lambda one: (-one.fields["visited_at"], one.origin, one.index))


def last_visits(db: Connection, *, exercise: bool, before: int) -> dict[str, Report]:
    """Return the last visit of each marker that was reached, by any side, before a moment (ms UTC)."""
    found: dict[str, Report] = {}
    for one in reversed(visits(db)):
        reached = one.fields["condition"] != "not_reached" and one.fields["visited_at"] <= before
        if reached and one.exercise <= exercise:
            found[one.fields["marker"]] = one
    return found


def networks(db: Connection) -> list[Report]:
    """Return the newest network of each party and name."""
    return _newest(db, TrackNetwork)


def hazards(db: Connection, on: str, *, exercise: bool) -> list[Report]:
    """Return the areas that stand on a day, by party and name; fictional ones for a fictional plan alone."""
    return [
        one
        for one in _newest(db, HazardArea)
        if not one.fields.get("lifted")
        and (one.fields.get("valid_from") or "") <= on <= (one.fields.get("valid_to") or "9999")
        and one.exercise <= exercise
    ]


def _newest(db: Connection, kind: type[Kind]) -> list[Report]:
    last: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, kind):
        last[report.party, report.fields["slug"]].append(report)
    found = [newest_of(items, party) for (party, _), items in sorted(last.items())]
    return [one for one in found if one]


def _about(db: Connection, kind: type[Kind]) -> dict[tuple[str, str], list[Report]]:
    found: dict[tuple[str, str], list[Report]] = defaultdict(list)
    for report in PROJECTOR.reports(db, kind):
        about = report.fields.get("plan")
        if about:
            found[about["origin"], about["id"]].append(report)
    return found
