"""The register's JSON API, under /api/v1/register."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from fastapi import APIRouter, HTTPException

from comity.register import queries

if TYPE_CHECKING:
    from comity.node.system import NodeApp
    from comity.register.queries import Fact, UndertakingView


def api(app: NodeApp) -> APIRouter:
    """Return the routes; they only read."""
    router = APIRouter(prefix="/api/v1/register", tags=["register"])
    views = app.node.views

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        """Counts by kind, the digest of everything marked for all, and the compact."""
        with views.connect() as db:
            compact = queries.compact(db)
            return {
                "counts": queries.counts(db),
                "digest": queries.digest(db),
                "parties": list(queries.parties(db)),
                "compact": None
                if compact is None
                else {
                    "digests": compact.digests,
                    "parties": list(compact.parties),
                    "observers": list(compact.observers),
                    "in_force": compact.in_force,
                },
            }

    @router.get("/facts/{kind}")
    def facts(kind: str) -> list[dict[str, Any]]:
        """Every fact of one kind (`instrument`, `event`, …) with all its reports."""
        name = kind if "." in kind else f"register.{kind}"
        if name not in queries.FACTS:
            raise HTTPException(404, f"no kind {kind!r} in the register")
        with views.connect() as db:
            return [fact_json(fact) for fact in queries.facts(db, name)]

    @router.get("/undertakings")
    def undertakings() -> list[dict[str, Any]]:
        """Every undertaking with its standing between the parties."""
        today = datetime.now(UTC).date()
        with views.connect() as db:
            return [undertaking_json(view) for view in queries.undertakings(db, None, today)]

    return router


def fact_json(fact: Fact) -> dict[str, Any]:
    """Return a fact as plain JSON data."""
    return {**asdict(fact), "exercise": fact.exercise}


def undertaking_json(view: UndertakingView) -> dict[str, Any]:
    """Return an undertaking as plain JSON data."""
    return {
        "slug": view.slug,
        "standing": asdict(view.standing),
        "advice": view.advice,
        "exercise": view.exercise,
        "fact": fact_json(view.fact),
        "statuses": [asdict(report) for report in view.statuses],
    }
