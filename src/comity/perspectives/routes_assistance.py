"""The pages of the assistance: what it rests on, and suggestions for a proposition."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Console, Query
from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.perspectives import queries
from comity.perspectives.api_assistance import assistant_of
from comity.perspectives.entries import Proposition
from comity.perspectives.labels import proposition_path, work_path

if TYPE_CHECKING:
    from comity.node.system import NodeApp

PATH: Final = "/assistance"
SIDES: Final = {
    "supports": (N_("supports it, it seems"), "good", "check"),
    "undermines": (N_("undermines it, it seems"), "warn", "differ"),
}
ABSTAINED: Final = {
    "more than one label fits": N_("abstains: more than one stance fits"),
    "no label fits": N_("abstains: no stance fits"),
    "no model": N_("no model: read it yourself"),
    "language not read": N_("the model does not read this language"),
    "drawn for coding": N_("drawn for coding: code it without a hint"),
}
RANKED: Final = {
    "words and meaning": N_("by words and meaning"),
    "words and characters": N_("by words and characters"),
}
READING: Final = {
    "documents": N_("Gathering the passages of the documents"),
    "passages": N_("Reading the passages for their meaning"),
}
SECONDS: Final = "2"
"""Until a page that waits for something to be read is loaded again."""
LEVELS: Final = {"0.05": 0.05, "0.1": 0.1, "0.2": 0.2}


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the pages."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    def words() -> dict[str, Any]:
        with node.views.connect() as db:
            titles = {slug: report.fields["title"] for slug, report in queries.works(db).items()}
        return {
            "titles": titles,
            "sides": SIDES,
            "abstained": ABSTAINED,
            "ranked": RANKED,
            "reading_words": READING,
            "work_path": work_path,
            "proposition_path": proposition_path,
        }

    @router.get(PATH)
    def overview(request: Request) -> Response:
        with node.views.connect() as db:
            found = {one.fields["slug"]: one.fields["text"] for one in queries.reports(db, Proposition)}
        state = assistant_of(node).state(wait=False)
        page = console.render(
            request, "perspectives/assistance.html", state=state, propositions=found, **words()
        )
        return _again(page, state)

    @router.get(f"{PATH}/{{slug}}")
    def suggestions(request: Request, slug: str) -> Response:
        with node.views.connect() as db:
            known = {one.fields["slug"] for one in queries.reports(db, Proposition)}
        if slug not in known:
            return not_found(console, request)
        model, _ = assistant_of(node).model()
        own = model.level if model else None
        levels = {**LEVELS, **({f"{own:g}": own} if own else {})}
        asked = Query.of(request).get("alpha", tuple(levels))
        found = assistant_of(node).suggestions(slug, levels.get(asked), wait=False)
        page = console.render(
            request,
            "perspectives/suggestions.html",
            state=found,
            level=f"{found['alpha']:g}",
            levels=sorted(levels, key=float),
            slug=slug,
            **words(),
        )
        return _again(page, found)

    return router


def _again(page: Response, state: dict[str, Any]) -> Response:
    """Have the browser come back while something is being read."""
    if state["reading"] is not None:
        page.headers["Refresh"] = SECONDS
    return page
