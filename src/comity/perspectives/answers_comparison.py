"""The comparison as JSON data: cells, pairs, families, silences, reruns, moves, claims and the record."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.node import compacts
from comity.perspectives import coding_grades_standing, queries, record_claims, record_claims_queries
from comity.perspectives.answers_grades import blind_json
from comity.perspectives.comparison.sensitivity import flips, moves

if TYPE_CHECKING:
    from fractions import Fraction

    from comity.node.node import Node
    from comity.perspectives.comparison.pairs import Compared
    from comity.perspectives.comparison.sensitivity import Flip
    from comity.perspectives.comparison.sides import Cell
    from comity.perspectives.queries import Comparison, Row
    from comity.perspectives.record_claims_queries import ClaimView, Kept


def compare(node: Node, proposition: str = "") -> dict[str, Any]:
    """Return the comparison with everything it rests on, of one proposition or of all."""
    with node.views.connect() as db:
        found = queries.comparison(db)
        own = [grouping_json(report.fields) for report in queries.groupings(db)]
    data = comparison_json(found)
    data["rows"] = [row for row in data["rows"] if proposition in ("", row["proposition"])]
    return {**data, "authors_groupings": own}


def moved(node: Node, slug: str = "") -> dict[str, Any]:
    """Return which results become others as one holder or one work is counted elsewhere."""
    with node.views.connect() as db:
        found = queries.comparison(db)
    wanted = [move for move in moves(found.voices, found.design) if slug in ("", move.slug)]
    return {
        "method": found.method,
        "moves": len(wanted),
        "flips": [flip_json(flip) for flip in flips(found.voices, found.design, wanted)],
    }


def claims(node: Node) -> dict[str, Any]:
    """Return claims against the record: undertakings by obligor, and graded claims."""
    blind = coding_grades_standing.blind_grades(node)
    with node.views.connect() as db:
        kept = record_claims_queries.kept(db, compacts.parties(node), datetime.now(UTC).date())
        graded = record_claims_queries.claims(db, blind)
    return {
        "method": record_claims.METHOD,
        "undertakings": [kept_json(item) for item in kept],
        "claims": [claim_json(view) for view in graded],
    }


def comparison_json(found: Comparison) -> dict[str, Any]:
    """Return the comparison as plain JSON data."""
    rule, book = found.rule, found.codebook
    return {
        "method": found.method,
        "rule": None
        if rule is None
        else {"version": rule.version, "labels": rule.labels, "differs": rule.differs},
        "codebook": None
        if book is None
        else {"name": book.name, "differs": book.differs, "family": len(book.family)},
        "unplaced": list(found.unplaced),
        "by_work": found.by_work,
        "rows": [row_json(row) for row in found.rows],
    }


def row_json(row: Row) -> dict[str, Any]:
    """Return a proposition: two columns, and what the second rests on."""
    return {
        "proposition": row.slug,
        "text": row.text,
        "issue": row.issue,
        "authors_section": row.authors_section,
        "exercise": row.exercise,
        "authors_finding": row.authors_finding,
        "authors": [report.fields for report in row.findings],
        "computed_finding": row.computed.verdict,
        "reasons": [asdict(reason) | {"words": reason.words} for reason in row.computed.reasons],
        "organs_as_one_origin": None if row.merged is None else row.merged.computed.verdict,
        "cells": {group: cell_json(cell) for group, cell in row.cells.items()},
        "pairs": [pair_json(pair) for pair in row.pairs],
        "silences": [asdict(said) for said in row.silences],
    }


def cell_json(cell: Cell) -> dict[str, Any]:
    """Return one perspective on one proposition, with the statements it leads to."""
    return {
        "mean": _number(cell.mean),
        "n": cell.n,
        "mixed": cell.mixed,
        "not_addressed": cell.not_addressed,
        "origins": cell.origins,
        "first_hand": cell.first_hand,
        "divided": cell.divided,
        "spread": cell.spread,
        "voice": cell.voice,
        "rung": None if cell.rung is None else cell.rung.name.lower(),
        "position": _number(cell.position),
        "reported_by_one_work": cell.through,
        "clusters": [
            {
                "names": list(cluster.names),
                "mean": float(cluster.mean),
                "statements": [voice.slug for voice in cluster.voices],
            }
            for cluster in cell.clusters
        ],
        "statements": [voice.slug for voice in cell.voices],
    }


def pair_json(pair: Compared) -> dict[str, Any]:
    """Return the finding on two perspectives."""
    found, described, tested = pair.pairing, pair.pairing.described, pair.tested
    return {
        "one": found.one.group,
        "other": found.other.group,
        "verdict": pair.verdict,
        "reasons": [reason.code for reason in pair.reasons],
        "clusters": [len(side) for side in found.clusters],
        "shared_origins": list(found.shared),
        "interval": None if found.interval is None else list(found.interval),
        "described": None
        if described is None
        else {
            "difference": float(described.difference),
            "leaving_one_out": [float(described.low), float(described.high)],
            "lie": described.lie,
            "stable": described.stable,
        },
        "test": None
        if tested is None
        else {
            "p": tested.p,
            "least_p": tested.least,
            "exact": tested.exact,
            "testable": tested.testable,
            "q": tested.q,
            "family": tested.size,
        },
    }


def flip_json(flip: Flip) -> dict[str, Any]:
    """Return one result that becomes another."""
    return asdict(flip)


def grouping_json(fields: dict[str, Any]) -> dict[str, Any]:
    """Return an author's own grouping, as theirs."""
    return {"work": fields["work"], "authors": fields["authors"], "streams": fields["streams"]}


def kept_json(item: Kept) -> dict[str, Any]:
    """Return undertakings fulfilled of due, with the slugs they lead to."""
    return {
        "party": item.party,
        "exercise": item.exercise,
        **asdict(item.found),
        "undertakings": [
            {"slug": view.slug, "state": view.standing.state, "status": view.standing.status}
            for view in item.due
        ],
    }


def claim_json(view: ClaimView) -> dict[str, Any]:
    """Return a claim against the record found."""
    found = view.found
    return {
        "slug": view.slug,
        "claimant": view.fields["claimant"],
        "claims": view.fields["claims"],
        "grades": None if view.blind is None else blind_json(view.blind),
        "grade_not_blind": view.fields.get("grade"),
        "exercise": view.exercise,
        "verdict": found.verdict,
        "reasons": [{"code": code, "words": record_claims.WORDS[code]} for code in found.reasons],
        "single_party_corroboration": found.single_party,
        "origins": [
            {
                "clusters": list(origin.clusters),
                "grade": float(origin.grade),
                "bears": origin.bears,
                "evidence": [item.slug for item in origin.items],
                "controlled_by_claimant": origin.controlled,
                "controlled_by_critic": origin.critics,
            }
            for origin in found.origins
        ],
        "excluded": list(found.excluded),
        "unknown": list(found.unknown),
        "organs_as_one_origin": None if view.merged is None else view.merged.verdict,
        "not_blind": list(found.not_blind),
        "with_unknown": found.unknown_too,
        "by_party": dict(found.by_party),
        "dropping_one": [
            {"clusters": list(origin.clusters), "verdict": verdict} for origin, verdict in found.dropped
        ],
        "stable": found.stable,
    }


def _number(value: Fraction | None) -> float | None:
    return None if value is None else float(value)
