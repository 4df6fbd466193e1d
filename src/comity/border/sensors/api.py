"""HTTP around the service: `/sta/v1.1`, and what the node says of its sensors under /api/v1/border."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import orjson
from fastapi import APIRouter, Body, Depends, Request, Response

from comity.border.sensors import answers
from comity.border.sensors.keys import Keys
from comity.border.sensors.service import Ask, Service

if TYPE_CHECKING:
    from comity.node.system import NodeApp

ROOT = "/sta/v1.1"
METHODS = ["GET", "HEAD", "POST", "PATCH", "PUT", "DELETE"]


async def _whole(request: Request) -> bytes:
    return await request.body()


def api(app: NodeApp) -> APIRouter:
    """Return the routes under /api/v1/border."""
    router = APIRouter()
    node = app.node

    @router.get("/sensors")
    def sensors() -> dict[str, Any]:
        """Datastreams with their counts, and what was set aside and why."""
        return answers.overview(node)

    @router.get("/sensors/quarantine")
    def quarantine() -> list[dict[str, Any]]:
        """What was set aside, the newest first."""
        return answers.quarantine(node)

    @router.get("/sensors/batches")
    def batches(*, check: bool = False) -> list[dict[str, Any]]:
        """Every batch; with `check`, whether what is kept still makes its root."""
        return answers.batches(node, check=check)

    @router.get("/sensors/batches/{number}")
    def replay(number: int) -> dict[str, Any]:
        """The observations of a batch, in the order of their arrival."""
        return answers.replay(node, number)

    @router.post("/sensors/check")
    def check() -> dict[str, Any]:
        """Flag what was not looked at yet: spikes, steps, flat lines, gaps, places that cannot be."""
        return answers.check(node)

    @router.post("/sensors/seal", status_code=201)
    def seal(body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Seal what no batch holds yet; the body is the header of the entries."""
        return answers.seal(node, body)

    return router


def things(app: NodeApp) -> APIRouter:
    """Return the routes of the SensorThings service."""
    router = APIRouter(include_in_schema=False)
    shelf, keys = answers.shelf_of(app.node), Keys(app.node.folder.root)

    @router.api_route(ROOT, methods=METHODS)
    @router.api_route(ROOT + "/{path:path}", methods=METHODS)
    def answer(request: Request, body: Annotated[bytes, Depends(_whole)], path: str = "") -> Response:
        key = keys.of(request.headers.get("authorization", ""))
        base = f"{request.url.scheme}://{request.headers.get('host', 'localhost')}{ROOT}"
        media_type = request.headers.get("content-type", "")
        # Without a key of its own, the caller passed the door as the operator.
        may_write = key is None or key.may == "write"
        ask = Ask(request.method, path, request.url.query, body, base, media_type, may_write)
        reply = Service(shelf.store()).answer(ask)
        headers = {"content-type": "application/json; charset=utf-8", **reply.headers}
        data = reply.body
        raw = b"" if data is None else data.encode() if isinstance(data, str) else orjson.dumps(data)
        return Response(raw, reply.status, headers)

    return router
