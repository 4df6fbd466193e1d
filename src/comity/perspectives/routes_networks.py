"""The page of the networks: a picture for every window, and the same as a table."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Console, Query
from comity.console.i18n import N_
from comity.console.texts import plain
from comity.perspectives.labels import proposition_path
from comity.perspectives.labels_faults import told
from comity.perspectives.networks.errors import NetworkError

if TYPE_CHECKING:
    from comity.node.system import NodeApp

PATH: Final = "/networks"
METHODS: Final = {
    "congruence": N_("take the same side"),
    "conflict": N_("take opposite sides"),
    "subtract": N_("same side less opposite sides"),
    "ignore": N_("speak of the same matters"),
}
NORMS: Final = {
    "average": N_("divided by the average of what both said"),
    "jaccard": N_("Jaccard"),
    "cosine": N_("cosine"),
    "dna_cosine": N_("divided by the product of counts"),
    "none": N_("plain counts"),
}
TWO_NORMS: Final = {
    "none": N_("plain counts"),
    "activity": N_("share of what the holder said"),
    "prominence": N_("share of what was said on it"),
}
MODES: Final = {"one": N_("holders with holders"), "two": N_("holders with propositions")}
WINDOWS: Final = {"1y": N_("one year"), "2y": N_("two years"), "5y": N_("five years"), "10y": N_("ten years")}
LEFT_OUT: Final = {
    "holder not placed": N_("the perspective rule names no such holder"),
    "proposition not on record": N_("the proposition is not on record"),
    "coded differently": N_("coded differently"),
    "no side taken": N_("no side taken"),
    "mixed": N_("mixed"),
    "not addressed": N_("not addressed"),
    "in no window": N_("the date is not known well enough"),
}
ROWS: Final = 200
"""Ties that the table of one window shows; the files have all."""


def routes(app: NodeApp) -> APIRouter:
    """Return the route of the page."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    @router.get(PATH)
    def networks(request: Request) -> Response:
        from comity.perspectives.networks import formats  # noqa: PLC0415 - needs arrays
        from comity.perspectives.networks.asked import asked  # noqa: PLC0415 - the same
        from comity.perspectives.networks.drawing import draw  # noqa: PLC0415 - the same

        query = Query.of(request)
        given = _given(query)
        fault = None
        with node.views.connect() as db:
            try:
                found = asked(db, given)
            except NetworkError as error:  # so many windows that the page has no place for them
                fault, found = told(error), asked(db, {**given, "window": ""})
        names = {slug: plain(words) for slug, words in {**found.propositions, **found.holders}.items()}
        return console.render(
            request,
            "perspectives/networks.html",
            asked=found,
            data=formats.to_json(found),
            drawings=draw(found.network, names),
            rows=ROWS,
            fault=fault,
            exercise=found.network.exercise,
            **_words(given["mode"]),
        )

    @router.get(f"{PATH}/ties.{{form}}")
    def file(request: Request, form: str) -> Response:
        from comity.perspectives.networks import formats  # noqa: PLC0415 - needs arrays
        from comity.perspectives.networks.asked import asked  # noqa: PLC0415 - the same

        try:
            with node.views.connect() as db:
                data = formats.to_json(asked(db, _given(Query.of(request))))
        except NetworkError as error:
            return Response(f"{error}. {error.advice}\n", status_code=400, media_type="text/plain")
        if form == "graphml":
            return Response(formats.to_graphml(data), media_type="application/graphml+xml")
        return Response(formats.to_csv(data), media_type="text/csv")

    return router


def _given(query: Query) -> dict[str, str]:
    """Return what the address chooses; a choice that is none is as if it were not there."""
    two = query.get("mode") == "two"
    return {
        "mode": "two" if two else "one",
        "method": query.get("method", ("ignore", "subtract") if two else tuple(METHODS)),
        "norm": query.get("norm", tuple(TWO_NORMS if two else NORMS)),
        "window": query.get("window", tuple(WINDOWS)),
    }


def _words(mode: str) -> dict[str, Any]:
    methods = METHODS if mode == "one" else {name: METHODS[name] for name in ("ignore", "subtract")}
    return {
        "modes": MODES,
        "methods": methods,
        "norms": NORMS if mode == "one" else TWO_NORMS,
        "windows": WINDOWS,
        "left_out_words": LEFT_OUT,
        "proposition_path": proposition_path,
    }
