"""The page of the risk register: risks with their bands, exceedance curves with their tables."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Console, Query

if TYPE_CHECKING:
    from comity.node.system import NodeApp

PATH: Final = "/assessment/risks"
DRAWS: Final = 20_000
"""Draws for a page; a run for the record is done by `comity risk run`."""
SEED: Final = "1"


def routes(app: NodeApp) -> APIRouter:
    """Return the route of the page."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def risks(request: Request) -> Response:
        from comity.assessment.risk import answers  # noqa: PLC0415 - needs arrays

        with node.views.connect() as db:
            named = answers.parties(db)
            own = node.origin.partition("/")[0]
            first = own if own in named else next(iter(named), own)
            party = Query.of(request).get("party", tuple(named)) or first
            held = answers.held(db, party)
        return console.render(
            request,
            "assessment/risk/register.html",
            parties=named,
            chosen=party,
            risks={report.fields["slug"]: report for report in held.risks},
            exercise=held.exercise,
            **_run(held),
        )

    return router


def _run(held: Any) -> dict[str, Any]:
    """Return a small run, its pictures, or the reason why there is none."""
    from comity.assessment.risk import answers  # noqa: PLC0415 - needs arrays
    from comity.assessment.risk.drawing import HEIGHT, LEFT, WIDTH, draw  # noqa: PLC0415 - the same
    from comity.assessment.risk.simulate import Setting  # noqa: PLC0415 - the same
    from comity.record.errors import ComityError  # noqa: PLC0415 - the same

    if not held.risks:
        return {"run": None, "problem": ""}
    risks, groups = held.fields
    try:
        run = answers.answer(risks, groups, Setting(SEED, DRAWS), treat=True)
    except ComityError as error:
        return {"run": None, "problem": str(error)}
    pictures = [draw(one["curve"]) for one in run["outcomes"]]
    return {"run": run, "problem": "", "pictures": pictures, "size": (WIDTH, HEIGHT, LEFT)}
