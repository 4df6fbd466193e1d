"""What is on record of joint lines, put together from all logs held here."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from comity.assessment.entries import position as kinds
from comity.assessment.position.line import Standing, Written, standing
from comity.assessment.position.text import ClauseState, Step, states
from comity.assessment.tables import PROJECTOR
from comity.node import compacts
from comity.node.rows import newest_of
from comity.record.protocol_kinds import Approval, Request

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.node.node import Node
    from comity.node.rows import Report


@dataclass(frozen=True)
class LineView:
    """One line: what each party recorded of it, its clauses, its versions, newest first."""

    slug: str
    lines: tuple[Report, ...]
    clauses: tuple[ClauseState, ...]
    versions: tuple[Standing, ...]
    exercise: bool

    @property
    def fields(self) -> dict[str, object]:
        """The first record's fields, for its name."""
        return self.lines[0].fields


def parties(node: Node) -> list[str]:
    """Return the parties whose word a line needs: those of the compact, else those of the logs held here."""
    if compacts.in_force(node.folder) is not None:
        return sorted(compacts.parties(node))
    return sorted({origin.partition("/")[0] for origin in node.origins})


def slugs(db: Connection) -> list[str]:
    """Return the names of the lines on record."""
    return sorted({report.fields["slug"] for report in PROJECTOR.reports(db, kinds.Line)})


def view(node: Node, db: Connection, slug: str, on: date) -> LineView | None:
    """Return one line, None where nobody recorded it."""
    who = parties(node)
    lines = [report for report in PROJECTOR.reports(db, kinds.Line) if report.fields["slug"] == slug]
    newest = [report for party in who if (report := newest_of(lines, party)) is not None]
    if not newest:
        return None
    said = [report for report in PROJECTOR.reports(db, kinds.Clause) if report.fields["line"] == slug]
    return LineView(
        slug,
        tuple(newest),
        tuple(states((_step(report) for report in said), who)),
        tuple(_versions(node, db, slug, who, on)),
        any(report.exercise for report in (*newest, *said)),
    )


def options(line: LineView) -> dict[str, set[str]]:
    """Return the options of a line by issue, as any party recorded them."""
    found: dict[str, set[str]] = {}
    for report in line.lines:
        for issue in report.fields.get("issues", []):
            found.setdefault(issue["slug"], set()).update(option["slug"] for option in issue["options"])
    return found


def shown_values(node: Node, db: Connection, slug: str) -> list[Report]:
    """Return the newest values that each party chose to show of a line, by party."""
    shown = [one for one in PROJECTOR.reports(db, kinds.ShownValues) if one.fields["line"] == slug]
    return [one for party in parties(node) if (one := newest_of(shown, party)) is not None]


def _step(report: Report) -> Step:
    fields = report.fields
    return Step(
        report.party,
        report.origin,
        report.index,
        report.claimed,
        fields["clause"],
        fields["step"],
        fields.get("text"),
        fields.get("about", ""),
    )


def _versions(node: Node, db: Connection, slug: str, who: Sequence[str], on: date) -> list[Standing]:
    written = [r for r in PROJECTOR.reports(db, kinds.JointLine) if r.fields["line"] == slug]
    ended = [r for r in PROJECTOR.reports(db, kinds.LineWithdrawal) if r.fields["line"] == slug]
    found = []
    for number in sorted({report.fields["version"] for report in written}, reverse=True):
        of_number = [report for report in written if report.fields["version"] == number]
        records = [one for party in who if (one := newest_of(of_number, party)) is not None]
        # A party that withdrew stays withdrawn: the earliest day it named counts.
        days: dict[str, str] = {}
        for report in ended:
            if report.fields["version"] == number:
                day = report.fields["on"]
                days[report.party] = min(day, days.get(report.party, day))
        words = [
            Written(one.party, one.origin, one.index, one.fields, approved(node, one)) for one in records
        ]
        found.append(standing(number, words, days, who, on))
    return found


def approved(node: Node, report: Report) -> bool:
    """Say whether people approved that this record goes to the others, by the rule of releases.

    The approvals themselves are in the party's log; another party sees them with the grant that it received.
    """
    steps = node.control.steps
    for request in steps.about(report.origin, report.index, Request):
        if not isinstance(request.content and request.content.model, Request):
            continue
        approvals = steps.about(request.origin, request.index, Approval)
        known = node.control.people.known(request, approvals)
        if known.approved(request, approvals, steps.trusts()).ok:
            return True
    return False
