"""The page of the map: everything it needs is on the node, and all it shows is in the table as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlencode

from fastapi import APIRouter, Request, Response

from comity.border.map import METHOD, base, words
from comity.border.sector.queries import sectors
from comity.console import Console
from comity.console.i18n import N_, gettext, language, speaking
from comity.console.texts import plain

if TYPE_CHECKING:
    from comity.border.sector.queries import SectorView
    from comity.node.system import NodeApp

PARTS: Final = {
    "land": N_("land"),
    "country-line": N_("lines between countries"),
    "province-line": N_("lines between provinces"),
    "river": N_("rivers"),
    "lake": N_("lakes"),
}


def routes(app: NodeApp) -> APIRouter:
    """Return the route."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)
    console.add_method(N_("Heat map"), METHOD)

    @router.get("/border/map")
    def page(request: Request) -> Response:
        found = sectors(console.node)
        wanted = request.query_params.get("sector", "")
        sector = next((one for one in found if one.slug == wanted), found[0] if found else None)
        asked = _asked(request, sector)
        with speaking(console.language_of(request)):
            settings = _settings(console, sector)
        return console.render(
            request,
            "border/map/map.html",
            sector=sector,
            sectors=found,
            asked=asked,
            links={view: f"/border/map?{urlencode({**asked, 'view': view})}" for view in words.VIEWS},
            table=f"/border/picture?{urlencode(asked)}",
            settings=settings,
            views=words.VIEWS,
            classes=words.CLASSES,
            paces=words.PACES,
            layers=base.index()["sources"],
            parts=PARTS,
        )

    return router


def _asked(request: Request, sector: SectorView | None) -> dict[str, str]:
    """Return what the address asks for, with nothing in it that the picture does not know."""
    view, at = request.query_params.get("view", ""), request.query_params.get("at", "")
    moment = {"at": at} if at.isascii() and at.isdigit() else {}
    return {
        **({"sector": sector.slug} if sector else {}),
        **moment,
        "view": view if view in words.VIEWS else "joint",
    }


def _settings(console: Console, sector: SectorView | None) -> dict[str, Any]:
    """Return what the script is told, in the language in force."""
    spoken = language()
    return {
        "bounds": base.index()["bounds"],
        "countries": base.countries(console.node.charters),
        "party": console.node.config.party,
        "parties": {one.party: plain(one.names) for one in console.node.charters.values()},
        "sector": sector.slug if sector else "",
        "corners": _corners(sector) if sector else [],
        "reach": {f"{one.party}/{one.slug}": one.reach for one in sector.model.sensors if one.reach}
        if sector
        else {},
        "lang": spoken.code,
        "date": str(spoken.locale.date_formats["medium"].pattern),
        "months": [spoken.locale.months["format"]["abbreviated"][month] for month in range(1, 13)],
        "words": {name: gettext(text) for name, text in words.messages().items()},
    }


def _corners(sector: SectorView) -> list[tuple[float, float]]:
    model, plane = sector.model, sector.plane
    edges = (
        (model.west, model.south),
        (model.east, model.south),
        (model.east, model.north),
        (model.west, model.north),
    )
    return [plane.earth(float(x), float(y)) for x, y in edges]
