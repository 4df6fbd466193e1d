"""The pages beside the matrix: claims against the record, the rule, its codebook, what hangs on it."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.node import compacts
from comity.perspectives import (
    coding_grades_standing,
    drawings,
    queries,
    record_claims,
    record_claims_queries,
)
from comity.perspectives.coding_standing import reliance
from comity.perspectives.comparison.sensitivity import flips, moves
from comity.perspectives.entries import Proposition
from comity.perspectives.labels_comparison import (
    CLAIM_REASONS,
    CLAIMS,
    GRADE_SIDES,
    LIES,
    RELIANCE,
    RESULTS,
    RUBRIC,
    RUNGS,
    SILENCES,
    WHY_NO_ALPHA,
)

if TYPE_CHECKING:
    from sqlalchemy import Connection

    from comity.console import Console
    from comity.perspectives.comparison.pairs import Compared
    from comity.perspectives.queries import Comparison

MOST_MOVES: Final = 120
"""Moves that a page tries at once; more are asked for one by one."""


def side_words(found: Comparison) -> dict[str, Any]:
    """Return what the page of a proposition needs besides the labels of the matrix."""
    near = float(found.design.limits.near)

    def difference(pair: Compared) -> drawings.Drawn:
        return drawings.difference(pair, near)

    return {
        "rungs": RUNGS,
        "lies": LIES,
        "silence_words": SILENCES,
        "drawn_side": drawings.side,
        "drawn_difference": difference,
    }


def comparison_pages(console: Console, words: dict[str, Any]) -> APIRouter:
    """Return the pages; they stand before the page of a proposition, whose path would take theirs."""
    node = console.node
    router = APIRouter()

    @router.get("/comparison/claims")
    def claims(request: Request) -> Response:
        blind = coding_grades_standing.blind_grades(node)
        with node.views.connect() as db:
            kept = record_claims_queries.kept(db, compacts.parties(node), datetime.now(UTC).date())
            graded = record_claims_queries.claims(db, blind)
            names, texts, origins = _names(db), _texts(db), queries.origin_names(db)
        return console.render(
            request,
            "perspectives/claims.html",
            kept=kept,
            claims=graded,
            exercise=any(item.exercise for item in kept) or any(view.exercise for view in graded),
            holder_names=names,
            texts=texts,
            origins=origins,
            drawn_share=drawings.share,
            claim_words=CLAIMS,
            claim_reasons=CLAIM_REASONS,
            rubric=RUBRIC,
            grade_sides=GRADE_SIDES,
            why_no_alpha=WHY_NO_ALPHA,
            reliance_words=RELIANCE,
            reliance=reliance,
            method=record_claims.METHOD,
            **words,
        )

    @router.get("/comparison/rule")
    def rule(request: Request, move: str = "") -> Response:
        with node.views.connect() as db:
            found = queries.comparison(db)
            own, origins = queries.groupings(db), queries.origin_names(db)
        every = moves(found.voices, found.design)
        wanted = [one for one in every if move in ("", one.slug)]
        few = len(wanted) <= MOST_MOVES
        return console.render(
            request,
            "perspectives/rule.html",
            comparison=found,
            groupings=own,
            origins=origins,
            movable=sorted({one.slug for one in every}),
            chosen=move,
            flips=flips(found.voices, found.design, wanted) if few else None,
            results=RESULTS,
            texts={row.slug: row.text for row in found.rows},
            **words,
        )

    return router


def _names(db: Connection) -> dict[str, Any]:
    placed = queries.rule(db)
    return dict(placed.holder_names) if placed else {}


def _texts(db: Connection) -> dict[str, Any]:
    found = queries.by_slug(queries.reports(db, Proposition))
    return {slug: reports[0].fields["text"] for slug, reports in found.items()}
