"""What others may ask of perspectives.

    with node.views.connect() as db:
        for row in comparison(db).rows:
            print(row.slug, row.authors_finding, "|", row.computed.verdict, row.computed.reasons)

The authors' finding and the computed finding are two columns; nothing here turns one into the other.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from comity.node.rows import Report, newest_of
from comity.perspectives import entries
from comity.perspectives.clusters import METHOD, Cell, Computed, Stance, Voice, cell, compute
from comity.perspectives.tables import PROJECTOR

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sqlalchemy import Connection

    from comity.record.kinds import Kind

SECOND_HAND = ("reports", "quotes")
"""Modalities by which a source passes on what somebody else voiced."""


@dataclass(frozen=True)
class RuleView:
    """The perspective rule in force: the highest version; `differs` when parties recorded it differently."""

    version: int
    labels: dict[str, dict[str, str]]
    group_of: dict[str, str]
    holder_names: dict[str, dict[str, str]]
    report: Report
    differs: bool


@dataclass(frozen=True)
class StatementView:
    """One statement with its codings (one record each), and the perspective its holder is counted in.

    `group` is None where the rule does not place the holder; then it is in no cell. `stance` is the mean of
    the numeric codings.
    """

    slug: str
    proposition: str
    holder: str
    group: str | None
    stance: Stance
    first_hand: bool
    codings: tuple[Report, ...]

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the first coding."""
        return self.codings[0].fields

    @property
    def coded_differently(self) -> bool:
        """Whether two coders gave different stances."""
        return len({report.fields["stance"] for report in self.codings}) > 1

    @property
    def exercise(self) -> bool:
        """Whether any coding is fictional."""
        return any(report.exercise for report in self.codings)


@dataclass(frozen=True)
class Row:
    """A proposition: the stances, the authors' finding and the computed finding, side by side."""

    slug: str
    text: dict[str, str]
    issue: str
    authors_section: str
    report: Report
    cells: dict[str, Cell]
    statements: tuple[StatementView, ...]
    findings: tuple[Report, ...]
    computed: Computed

    @property
    def exercise(self) -> bool:
        """Whether any part of the row is fictional."""
        spoken = any(view.exercise for view in self.statements)
        return spoken or any(report.exercise for report in (self.report, *self.findings))

    @property
    def authors_finding(self) -> str | None:
        """What the authors conclude: converge, diverge, mixed; None where they conclude nothing."""
        words = sorted({report.fields["finding"] for report in self.findings})
        return words[0] if len(words) == 1 else ("recorded differently" if words else None)


@dataclass(frozen=True)
class Comparison:
    """The matrix under one rule; `unplaced` are holders with statements that the rule puts in no group."""

    rule: RuleView | None
    rows: tuple[Row, ...]
    unplaced: tuple[str, ...]
    method: str = METHOD


def reports(db: Connection, kind: type[Kind]) -> list[Report]:
    """Return every record of `kind`, in the order of origin and index."""
    return PROJECTOR.reports(db, kind)


def counts(db: Connection) -> dict[str, int]:
    """Return how many records of each kind are held, by the name of the kind."""
    return PROJECTOR.counts(db)


def digest(db: Connection) -> str:
    """Return a digest of everything marked for all: equal on nodes that show the same."""
    return PROJECTOR.digest(db)


def works(db: Connection) -> dict[str, Report]:
    """Return the works by slug: the newest record, of the first party by name where several have one."""
    return {slug: found[0] for slug, found in _by_slug(reports(db, entries.Work)).items()}


def documents(db: Connection) -> list[Report]:
    """Return the documents whose record is held here."""
    return reports(db, entries.Document)


def rule(db: Connection) -> RuleView | None:
    """Return the rule in force, or None where nobody recorded one."""
    found = reports(db, entries.Rule)
    if not found:
        return None
    version = max(report.fields["version"] for report in found)
    newest = [report for report in found if report.fields["version"] == version]
    kept = newest[0]
    return RuleView(
        version=version,
        labels={group["name"]: group["labels"] for group in kept.fields["groups"]},
        group_of={holder["holder"]: holder["group"] for holder in kept.fields["holders"]},
        holder_names={holder["holder"]: holder["names"] for holder in kept.fields["holders"]},
        report=kept,
        differs=any(report.fields != kept.fields for report in newest),
    )


def statements(db: Connection, proposition: str | None = None) -> list[StatementView]:
    """Return the statements, by slug, of one proposition or of all."""
    placed = rule(db)
    group_of = placed.group_of if placed else {}
    views = [
        _statement(slug, found, group_of) for slug, found in _by_slug(reports(db, entries.Statement)).items()
    ]
    return [view for view in views if proposition in (None, view.proposition)]


def comparison(db: Connection) -> Comparison:
    """Return the matrix with both columns of findings."""
    placed = rule(db)
    groups = list(placed.labels) if placed else []
    spoken: dict[str, list[StatementView]] = defaultdict(list)
    for view in statements(db):
        spoken[view.proposition].append(view)
    concluded: dict[str, list[Report]] = defaultdict(list)
    for report in reports(db, entries.Finding):
        concluded[report.fields["proposition"]].append(report)
    cluster_of = {slug: report.fields["origin_cluster"] for slug, report in works(db).items()}
    rows = []
    for slug, found in _by_slug(reports(db, entries.Proposition)).items():
        voices = [_voice(view) for view in spoken[slug] if view.group is not None]
        cells = {group: cell(group, voices, cluster_of) for group in groups}
        fields = found[0].fields
        rows.append(
            Row(
                slug=slug,
                text=fields["text"],
                issue=fields["issue"],
                authors_section=fields["authors_section"],
                report=found[0],
                cells=cells,
                statements=tuple(spoken[slug]),
                findings=tuple(concluded[slug]),
                computed=compute(list(cells.values())),
            )
        )
    unplaced = {view.holder for views in spoken.values() for view in views if view.group is None}
    return Comparison(placed, tuple(rows), tuple(sorted(unplaced)))


def matrix(db: Connection) -> list[dict[str, Any]]:
    """Return the comparison as plain JSON data, one object a proposition; no mean stance is null."""
    return [
        {
            "proposition": row.slug,
            "authors_finding": row.authors_finding,
            "computed_finding": row.computed.verdict,
            "stances": {
                group: None if cell.mean is None else float(cell.mean) for group, cell in row.cells.items()
            },
            "n": {group: cell.n for group, cell in row.cells.items()},
        }
        for row in comparison(db).rows
    ]


def _statement(slug: str, codings: list[Report], group_of: dict[str, str]) -> StatementView:
    fields = codings[0].fields
    coded = [report.fields["stance"] for report in codings]
    numbers = [stance for stance in coded if isinstance(stance, int)]
    stance: Stance = "mixed" if "mixed" in coded else "not_addressed"
    if numbers:
        stance = Fraction(sum(numbers), len(numbers))
    return StatementView(
        slug=slug,
        proposition=fields["proposition"],
        holder=fields["holder"],
        group=group_of.get(fields["holder"]),
        stance=stance,
        first_hand=fields["reported_by"] == [fields["source"]] and fields["modality"] not in SECOND_HAND,
        codings=tuple(codings),
    )


def _voice(view: StatementView) -> Voice:
    return Voice(view.slug, view.group or "", view.stance, tuple(view.fields["reported_by"]), view.first_hand)


def _by_slug(found: Iterable[Report]) -> dict[str, list[Report]]:
    """Group records by slug: the newest of each party, in the order of party; slugs in order."""
    groups: dict[str, list[Report]] = defaultdict(list)
    for report in found:
        groups[report.fields["slug"]].append(report)
    newest: dict[str, list[Report]] = {}
    for slug in sorted(groups):
        voices = sorted({report.party for report in groups[slug]})
        newest[slug] = [last for party in voices if (last := newest_of(groups[slug], party))]
    return newest
