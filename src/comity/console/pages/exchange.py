"""How the exchange with each peer stands, and what is quarantined."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, HTTPException, Request, Response
from fastapi.responses import RedirectResponse

if TYPE_CHECKING:
    from comity.console.render import Console

MB: Final = 1024 * 1024


def routes(console: Console) -> APIRouter:
    """Return the routes of the page about the exchange."""
    router = APIRouter()
    node = console.node

    @router.get("/sync")
    def exchange(request: Request) -> Response:
        fingerprints = {origin: charter.fingerprint for origin, charter in node.charters.items()}
        return console.render(
            request,
            "sync.html",
            quarantine=node.quarantined(),
            fingerprints=fingerprints,
            quota=node.config.quota_mb * MB,
        )

    @router.get("/sync/fork")
    def fork_proof(origin: str) -> Response:
        mirror = node.mirrors.get(origin)
        if mirror is None or mirror.fork is None:
            raise HTTPException(404, f"{origin} has signed one history only, as far as this node knows")
        headers = {"Content-Disposition": 'attachment; filename="fork-proof.json"'}
        return Response(mirror.fork.encode(), media_type="application/json", headers=headers)

    @router.post("/sync")
    def exchange_now() -> Response:
        node.sync()
        return RedirectResponse("/sync", status_code=303)

    return router
