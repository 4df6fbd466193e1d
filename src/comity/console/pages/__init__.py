"""The pages of the shell: picture, record, rounds, approvals, exchange, installation, static files."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter

from comity.console.pages import (
    about,
    approve,
    approve_enrol,
    assets,
    erasure,
    exchange,
    home,
    leave,
    record,
    recovery,
    releases,
    rounds,
    search,
)

if TYPE_CHECKING:
    from comity.console.render import Console


def pages(console: Console) -> APIRouter:
    """Return the routes of every page that belongs to no system."""
    router = APIRouter(include_in_schema=False)
    for part in (
        home,
        record,
        rounds,
        releases,
        approve,
        approve_enrol,
        erasure,
        exchange,
        leave,
        recovery,
        search,
        about,
        assets,
    ):
        router.include_router(part.routes(console))
    return router
