"""The public paths over HTTP: tlog-tiles with caching, the mirrors, the witness."""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Annotated, Final

from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import RedirectResponse
from starlette.concurrency import run_in_threadpool

from comity.node.control import LOOPBACK
from comity.node.errors import SignInError
from comity.node.public import PublicFiles

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.web.session import Doorkeeper

NOT_MODIFIED: Final = 304
ONWARD: Final = re.compile(r"/enrol/[A-Za-z0-9_-]{20,64}")
"""Where a one-time link may lead besides home; anywhere else would let a link lead people astray."""


def public_routes(node: Node) -> APIRouter:
    """Return the routes between nodes; the door says who may use them, and `request.state.peer` who does."""
    router = APIRouter(include_in_schema=False)
    files = PublicFiles(node)

    def served(request: Request, path: str) -> Response:
        found = files.get(path, getattr(request.state, "peer", LOOPBACK))
        headers = {
            "Cache-Control": found.cache,
            "ETag": found.etag,
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if found.etag in request.headers.get("if-none-match", ""):
            return Response(status_code=NOT_MODIFIED, headers=headers)
        return Response(found.body, media_type=found.media_type, headers=headers)

    @router.api_route("/log/{path:path}", methods=["GET", "HEAD"])
    def log(request: Request, path: str) -> Response:
        return served(request, f"log/{path}")

    @router.api_route("/outbox/{path:path}", methods=["GET", "HEAD"])
    def outbox(request: Request, path: str) -> Response:
        return served(request, f"outbox/{path}")

    @router.api_route("/mirrors/{path:path}", methods=["GET", "HEAD"])
    def mirrors(request: Request, path: str) -> Response:
        return served(request, f"mirrors/{path}")

    @router.post("/witness/add-checkpoint")
    async def add_checkpoint(request: Request) -> Response:
        body = await request.body()
        reply = await run_in_threadpool(node.witness.add_checkpoint, body, int(time.time()))
        return Response(reply.body, reply.status, media_type=reply.content_type)

    return router


def enter_route(keeper: Doorkeeper) -> APIRouter:
    """Return the route of the one-time link: it sets the cookie and leads home."""
    router = APIRouter(include_in_schema=False)

    @router.get("/enter/{secret}")
    def enter(secret: str, onward: Annotated[str, Query(alias="next", max_length=100)] = "") -> Response:
        session = keeper.enter(secret)
        if session is None:
            raise SignInError("this link was used already, or belongs to another run of the node")
        reply = RedirectResponse(onward if ONWARD.fullmatch(onward) else "/", 303)
        # Not `secure`: the console is plain HTTP, and on this machine only.
        reply.set_cookie(keeper.cookie, session, httponly=True, samesite="lax", path="/")
        return reply

    return router
