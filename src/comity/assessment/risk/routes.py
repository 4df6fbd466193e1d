"""The page of the risk register: bands, exceedance curves, who contributes, what treatments change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.assessment import forms_routes
from comity.assessment.charts.figures import CHARTS
from comity.assessment.charts.table import table
from comity.assessment.risk import METHOD
from comity.assessment.risk import forms as acts
from comity.assessment.risk.errors import RegisterError
from comity.assessment.risk.labels import (
    AGAIN,
    CONTRIBUTIONS,
    CURVE,
    DIMENSIONS,
    FIELDS,
    KINDS,
    PATH,
    TAILS,
    VALUES,
)
from comity.console import Console, Query
from comity.console.i18n import N_

if TYPE_CHECKING:
    from comity.node.system import NodeApp

DRAWS: Final = 20_000
"""Draws for a page; a run for the record is done by `comity risk run`."""
SEED: Final = "1"


def routes(app: NodeApp) -> APIRouter:
    """Return the route of the page, and tell the console of the kinds."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)
    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.add_method(N_("Risk run"), METHOD)

    @router.get(PATH)
    def risks(request: Request) -> Response:
        from comity.assessment.risk import answers, runs  # noqa: PLC0415 - needs arrays

        query = Query.of(request)
        with node.views.connect() as db:
            named = answers.parties(db)
            own = node.origin.partition("/")[0]
            first = own if own in named else next(iter(named), own)
            party = query.get("party", tuple(named)) or first
            held = answers.held(db, party)
            recorded = runs.recorded(db, party)
        return console.render(
            request,
            "assessment/risk/register.html",
            parties=named,
            chosen=party,
            own=own,
            risks={report.fields["slug"]: report for report in held.risks},
            exercise=held.exercise,
            dimensions=DIMENSIONS,
            runs=recorded,
            again=runs.again(held, recorded, query.get("again")),
            again_words=AGAIN,
            **CHARTS,
            **_run(held, query),
        )

    forms_routes.add(console, router, acts.PATH, acts.form, RegisterError)
    return router


def _run(held: Any, query: Query) -> dict[str, Any]:
    """Return a small run, its pictures, or the reason why there is none."""
    from comity.assessment.risk import answers  # noqa: PLC0415 - needs arrays
    from comity.assessment.risk.simulate import Setting  # noqa: PLC0415 - the same
    from comity.record.errors import ComityError  # noqa: PLC0415 - the same

    if not held.risks:
        return {"run": None, "problem": ""}
    risks, groups = held.fields
    try:
        run = answers.answer(risks, groups, Setting(SEED, DRAWS), treat=True)
    except ComityError as error:
        return {"run": None, "problem": str(error)}
    return {"run": run, "problem": "", "pictures": [_picture(*one, query) for one in _by_dimension(run)]}


def _by_dimension(run: dict[str, Any]) -> list[tuple[str, list[dict[str, Any]]]]:
    """Return the outcomes of each dimension: the parties beside each other, nothing summed."""
    found: dict[str, list[dict[str, Any]]] = {}
    for one in run["outcomes"]:
        found.setdefault(one["dimension"], []).append(one)
    return sorted(found.items())


def _picture(dimension: str, outcomes: list[dict[str, Any]], query: Query) -> dict[str, Any]:
    from comity.assessment.charts.exceedance import exceedance  # noqa: PLC0415 - with the run

    def rows(name: str) -> list[dict[str, Any]]:
        return [{"party": one["party"], **row} for one in outcomes for row in one[name]]

    return {
        "dimension": dimension,
        "unit": outcomes[0]["unit"],
        "outcomes": outcomes,
        "drawn": exceedance({one["party"]: one["curve"] for one in outcomes}),
        "curve": table(query, f"curve-{dimension}", CURVE, rows("curve")),
        "tails": table(query, f"tails-{dimension}", TAILS, rows("tails")),
        "contributions": table(query, f"contributions-{dimension}", CONTRIBUTIONS, rows("contributions")),
    }
