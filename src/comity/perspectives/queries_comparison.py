"""The comparison: the authors' finding and the computed finding, two columns that never mix."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from comity.perspectives import entries
from comity.perspectives.clusters import METHOD
from comity.perspectives.comparison.matrix import Design, Judged, compare
from comity.perspectives.comparison.sensitivity import as_one_origin
from comity.perspectives.comparison.voices import Voice
from comity.perspectives.queries_fixed import late
from comity.perspectives.queries_read import (
    by_slug,
    codebook,
    reports,
    rule,
    statements,
    works,
)
from comity.perspectives.queries_silence import silences

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.perspectives.clusters import Computed
    from comity.perspectives.comparison.pairs import Compared
    from comity.perspectives.comparison.sides import Cell
    from comity.perspectives.comparison.silence import Silence
    from comity.perspectives.queries_read import CodebookView, RuleView, StatementView


@dataclass(frozen=True)
class Row:
    """A proposition: the stances, the authors' finding and the computed finding, side by side.

    `merged` is the computed finding with all organs of one party-state as one origin; None where no codebook
    says which they are. `silences` speak of the holders of groups that were not heard.
    """

    slug: str
    text: dict[str, str]
    issue: str
    authors_section: str
    report: Report
    statements: tuple[StatementView, ...]
    findings: tuple[Report, ...]
    judged: Judged
    merged: Judged | None
    silences: tuple[Silence, ...]

    @property
    def cells(self) -> dict[str, Cell]:
        """What each perspective says, by group."""
        return self.judged.cells

    @property
    def pairs(self) -> tuple[Compared, ...]:
        """The finding on each two perspectives."""
        return self.judged.pairs

    @property
    def computed(self) -> Computed:
        """The computed finding on the proposition."""
        return self.judged.computed

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
    codebook: CodebookView | None
    rows: tuple[Row, ...]
    unplaced: tuple[str, ...]
    design: Design
    voices: dict[str, list[Voice]]
    method: str = METHOD

    @cached_property
    def by_work(self) -> dict[str, int]:
        """How many of the statements came through each work: the imbalance of sources."""
        found: dict[str, int] = defaultdict(int)
        for row in self.rows:
            for view in row.statements:
                for work in set(view.fields["reported_by"]):
                    found[work] += 1
        return dict(sorted(found.items(), key=lambda item: (-item[1], item[0])))


def design(db: Connection) -> Design:
    """Return what is fixed: the rule's groups, the works' origin clusters, and what the codebook says.

    A version that is recorded in two ways fixes no family: nobody can say which was there first. Nor does one
    that names a comparison only after statements on it were on record.
    """
    placed, book = rule(db), codebook(db)
    cluster_of = {slug: report.fields["origin_cluster"] for slug, report in works(db).items()}
    groups = {group: placed.voice_of[group] for group in placed.labels} if placed else {}
    if book is None:
        return Design(groups, cluster_of)
    family = frozenset() if book.differs else book.family
    after = late(db, book) & family
    return Design(groups, cluster_of, family - after, book.limits, book.name, after)


def comparison(db: Connection) -> Comparison:
    """Return the matrix with both columns of findings."""
    placed, book, fixed = rule(db), codebook(db), design(db)
    propositions = by_slug(reports(db, entries.Proposition))
    spoken: dict[str, list[StatementView]] = defaultdict(list)
    for view in statements(db):
        # A fictional statement speaks to a fictional proposition only, and a real one to a real one.
        if view.proposition in propositions and view.exercise == propositions[view.proposition][0].exercise:
            spoken[view.proposition].append(view)
    concluded: dict[str, list[Report]] = defaultdict(list)
    for report in reports(db, entries.Finding):
        concluded[report.fields["proposition"]].append(report)
    voices = {slug: [voice(view) for view in spoken[slug] if view.group] for slug in propositions}
    judged = compare(voices, fixed)
    merged = as_one_origin(voices, fixed, book.organs) if book and book.organs else {}
    spoken_on = {slug: spoken[slug] for slug in propositions}
    unheard = silences(placed, book, works(db), spoken_on)
    rows = [
        Row(
            slug=slug,
            text=found[0].fields["text"],
            issue=found[0].fields["issue"],
            authors_section=found[0].fields["authors_section"],
            report=found[0],
            statements=tuple(spoken[slug]),
            findings=tuple(concluded[slug]),
            judged=judged[slug],
            merged=merged.get(slug),
            silences=unheard.get(slug, ()),
        )
        for slug, found in propositions.items()
    ]
    unplaced = {view.holder for views in spoken.values() for view in views if view.group is None}
    return Comparison(placed, book, tuple(rows), tuple(sorted(unplaced)), fixed, voices)


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


def voice(view: StatementView) -> Voice:
    """Return a statement as the method sees it."""
    return Voice(
        slug=view.slug,
        group=view.group or "",
        stance=view.stance,
        chain=tuple(view.fields["reported_by"]),
        first_hand=view.first_hand,
        holder=view.holder,
        rung=view.rung,
    )
