"""The page of what opens without a line, and the script of the browser's that opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import FileResponse

from comity.border.events import offline
from comity.border.events.forms import FORMS
from comity.console import Console
from comity.console.i18n import N_
from comity.console.render import STATIC

if TYPE_CHECKING:
    from comity.node.system import NodeApp

WORKER: Final = "vendor/worker.js"
WORKER_HEADERS: Final = {
    # It may fetch from the node and nothing else. Its place, /border/, is as far as it reaches.
    "Content-Security-Policy": "default-src 'none'; connect-src 'self'",
    "X-Content-Type-Options": "nosniff",
    "Cache-Control": "no-cache",
}
KEPT: Final = (
    *((f"/border/events/new/{form.name}", form.title) for form in FORMS.values()),
    ("/border/patrols/visit", N_("Log a visit")),
)
"""Path and msgid of every form that a phone keeps."""


def routes(app: NodeApp) -> APIRouter:
    """Return the routes."""
    console = Console.of(app)
    router = APIRouter(include_in_schema=False)

    @router.get("/border/phone")
    def phone(request: Request) -> Response:
        kept = offline.asked(request)
        page = console.render(request, "border/events/phone.html", forms=KEPT, kept=kept)
        return offline.may_be_kept(page) if kept else page

    @router.get("/border/worker.js")
    def worker() -> Response:
        path = STATIC / WORKER
        if not path.is_file():
            raise HTTPException(404)
        return FileResponse(path, media_type="text/javascript; charset=utf-8", headers=WORKER_HEADERS)

    return router
