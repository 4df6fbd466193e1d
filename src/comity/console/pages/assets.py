"""Stylesheets, script, fonts and the party's own colours: everything comes from the node itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, HTTPException, Response
from fastapi.responses import FileResponse

from comity.console import colour
from comity.console.render import STATIC

if TYPE_CHECKING:
    from comity.console.render import Console

TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".woff2": "font/woff2",
}
HEADERS: Final = {"X-Content-Type-Options": "nosniff", "Cache-Control": "public, max-age=86400"}
ICON: Final = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 16 16">'
    '<rect width="16" height="16" rx="3" fill="{}"/>'
    '<g fill="none" stroke="#fff" stroke-width="1.6"><circle cx="6" cy="8" r="3.4"/>'
    '<circle cx="10" cy="8" r="3.4"/></g></svg>'
)


def routes(console: Console) -> APIRouter:
    """Return the routes of everything that is not a page."""
    router = APIRouter()

    def colours() -> dict[str, str]:
        return {charter.party: charter.colour for charter in console.node.charters.values()}

    @router.get("/party.css")
    def party_stylesheet() -> Response:
        sheet = colour.stylesheet(console.node.charter.party, colours())
        return Response(sheet, media_type=TYPES[".css"], headers={**HEADERS, "Cache-Control": "no-cache"})

    @router.get("/party.svg")
    def party_icon() -> Response:
        own = colour.css(colour.parse(console.node.charter.colour))
        return Response(ICON.format(own), media_type="image/svg+xml", headers=HEADERS)

    @router.get("/static/{name:path}")
    def static(name: str) -> Response:
        path = (STATIC / name).resolve()
        if not path.is_relative_to(STATIC) or path.suffix not in TYPES or not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type=TYPES[path.suffix], headers=HEADERS)

    return router
