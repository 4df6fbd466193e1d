"""Claims against the record, from what is recorded: the register's undertakings, and graded claims."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from comity.perspectives import entries, queries
from comity.perspectives.comparison.limits import Limits
from comity.perspectives.comparison.origins import as_one, merged
from comity.perspectives.record_claims import Found, Fulfilment, Graded, Item, assess, fulfilment
from comity.register import queries as register

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date

    from sqlalchemy import Connection

    from comity.node.rows import Report
    from comity.perspectives.coding_grades_standing import BlindGrades
    from comity.perspectives.queries import CodebookView
    from comity.register.queries import UndertakingView

SETTLED = "joint"
FULFILLED = "fulfilled"


@dataclass(frozen=True)
class Kept:
    """Undertakings of one obligor that are due: what both parties settled, and what they did not."""

    party: str
    exercise: bool
    found: Fulfilment
    due: tuple[UndertakingView, ...]


@dataclass(frozen=True)
class ClaimView:
    """A claim with the evidence on record, the blind grades of both, and what they say of it.

    `blind` is None where no open round graded the claim as it reads now. `merged` is what they say with all
    organs of one party-state as one origin; None where no codebook says which they are.
    """

    slug: str
    report: Report
    evidence: tuple[Report, ...]
    found: Found
    blind: BlindGrades | None = None
    merged: Found | None = None

    @property
    def fields(self) -> dict[str, Any]:
        """The fields of the claim."""
        return self.report.fields

    @property
    def exercise(self) -> bool:
        """Whether the claim or any evidence is fictional."""
        return any(report.exercise for report in (self.report, *self.evidence))


def kept(db: Connection, voices: Sequence[str], today: date) -> list[Kept]:
    """Return, for each obligor, its undertakings that are due; fictional ones apart.

    An undertaking is due when its window has ended by `today`; one without a window is never due. It counts
    as reported only when all parties say the same of it.
    """
    due: dict[tuple[str, bool], list[UndertakingView]] = defaultdict(list)
    for view in register.undertakings(db, voices, today):
        if view.fact.fields["modality"] == "agreement" and _ended(view.fact.fields.get("window"), today):
            for party in view.fact.fields["obligors"]:
                due[party, view.exercise].append(view)
    return [
        Kept(party, exercise, _fulfilment(views), tuple(views))
        for (party, exercise), views in sorted(due.items())
    ]


def claims(db: Connection, blind: Mapping[str, BlindGrades]) -> list[ClaimView]:
    """Return every claim with its evidence; fictional evidence counts for a fictional claim only.

    Args:
        db: the views.
        blind: the blind grades by claim (`coding_grades_standing.blind_grades`); no others count.
    """
    book = queries.codebook(db)
    limits = book.limits if book else Limits()
    cluster_of = {slug: report.fields["origin_cluster"] for slug, report in queries.works(db).items()}
    shown: dict[str, list[Report]] = defaultdict(list)
    for found in queries.by_slug(queries.reports(db, entries.Evidence)).values():
        shown[found[0].fields["claim"]].append(found[0])
    views = []
    for slug, found in queries.by_slug(queries.reports(db, entries.Claim)).items():
        report = found[0]
        evidence = tuple(item for item in shown[slug] if item.exercise == report.exercise)
        grades = blind.get(slug)
        claim = _graded(report, grades, book, cluster_of)
        items = [_item(item, grades) for item in evidence]
        judged = assess(claim, items, cluster_of, limits)
        again = _merged(claim, items, cluster_of, book) if book and book.organs else None
        views.append(ClaimView(slug, report, evidence, judged, grades, again))
    return views


def _merged(claim: Graded, items: Sequence[Item], cluster_of: dict[str, str], book: CodebookView) -> Found:
    """Return what is found with all organs of one party-state as one origin."""
    joined = as_one(book.organs)

    def controls(clusters: frozenset[str]) -> frozenset[str]:
        return frozenset(joined.get(cluster, cluster) for cluster in clusters)

    claimed = replace(
        claim,
        claimant_controls=controls(claim.claimant_controls),
        critic_controls=controls(claim.critic_controls),
    )
    return assess(claimed, items, merged(cluster_of, book.organs), book.limits)


def _fulfilment(views: Sequence[UndertakingView]) -> Fulfilment:
    settled = [view for view in views if view.standing.state == SETTLED]
    return fulfilment(sum(view.standing.status == FULFILLED for view in settled), len(settled), len(views))


def _ended(window: str | None, today: date) -> bool:
    """Return whether an EDTF window has ended; an open end has not, a month ends with its last day."""
    if window is None:
        return False
    end = window.rpartition("/")[2].rstrip("?~%")
    if not end.strip(".") or "X" in end:
        return False
    return end + "-99-99"[: 10 - len(end)] < today.isoformat()


def _graded(
    report: Report, blind: BlindGrades | None, book: CodebookView | None, cluster_of: dict[str, str]
) -> Graded:
    fields = report.fields
    return Graded(
        slug=fields["slug"],
        grade=blind.claim.middle if blind else None,
        claimant_controls=_controls(fields["claimant"], book, cluster_of),
        critic_controls=_controls(fields.get("critic", ""), book, cluster_of),
    )


def _controls(holder: str, book: CodebookView | None, cluster_of: dict[str, str]) -> frozenset[str]:
    """Return the origin clusters a holder controls: its own work's, and the organs of its party-state."""
    organs = book.report.fields.get("organs", []) if book else []
    own = {cluster_of[holder]} if holder in cluster_of else set()
    of_state = {
        cluster
        for organ in organs
        if holder in organ.get("holders", []) or own & set(organ["clusters"])
        for cluster in organ["clusters"]
    }
    return frozenset(own | of_state)


def _item(report: Report, blind: BlindGrades | None) -> Item:
    fields = report.fields
    unit = blind.evidence.get(fields["slug"]) if blind else None
    return Item(
        slug=fields["slug"],
        grade=unit.middle if unit else None,
        works=tuple(fields["works"]),
        admiralty=tuple(grade["grade"] for grade in fields.get("admiralty", [])),
    )
