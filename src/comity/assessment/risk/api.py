"""The JSON API of risks, under /api/v1/assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter

if TYPE_CHECKING:
    from comity.node.system import NodeApp

MOST_DRAWS: Final = 1_000_000
"""Draws that are done for whoever asks over the line."""


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/risks")
    def risks(party: str = "") -> list[dict[str, Any]]:
        """The risks of one party, or of all, each in its newest version."""
        from comity.assessment.risk import answers  # noqa: PLC0415 - needs arrays

        with app.node.views.connect() as db:
            named = [party] if party else answers.parties(db)
            return [listed(report) for one in named for report in answers.held(db, one).risks]

    @router.get("/risk-run")
    def risk_run(
        party: str = "",
        seed: str = "1",
        draws: int = 100_000,
        horizon: int | None = None,
        *,
        treat: bool = False,
    ) -> dict[str, Any]:
        """Run a party's risks: tails, exceedance curves, contributions, and treatments if asked."""
        from comity.assessment.risk import asked  # noqa: PLC0415 - needs arrays

        return asked.run(app.node, party, seed, min(draws, MOST_DRAWS), horizon=horizon, treat=treat)

    return router


def listed(report: Any) -> dict[str, Any]:
    """Return a record of a risk with its place."""
    place = {"origin": report.origin, "index": report.index, "party": report.party}
    return {**report.fields, **place, "exercise": report.exercise, "marking": report.marking}
