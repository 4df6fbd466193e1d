"""The JSON API of perspectives, under /api/v1/perspectives."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from comity.perspectives import answers
from comity.perspectives.api_assistance import assistance_api
from comity.perspectives.api_coding import coding_routes
from comity.perspectives.api_comparison import comparison_routes
from comity.perspectives.api_networks import network_api
from comity.perspectives.documents import take, works_on_record
from comity.perspectives.intake import MAX_BYTES

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/perspectives", tags=["perspectives"])
    _comparing(router, app.node)
    _documents(router, app.node)
    router.include_router(comparison_routes(app.node))
    router.include_router(coding_routes(app.node))
    router.include_router(assistance_api(app.node))
    router.include_router(network_api(app.node))
    return router


def _comparing(router: APIRouter, node: Node) -> None:

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        """Counts by kind and the digest of everything marked for all."""
        return answers.summary(node)

    @router.get("/matrix")
    def matrix() -> list[dict[str, Any]]:
        """The comparison: stances, the authors' finding, the computed finding."""
        return answers.matrix(node)

    @router.get("/comparison")
    def comparison() -> dict[str, Any]:
        """The comparison with reasons, origins and the rule it rests on."""
        return answers.comparison(node)

    @router.get("/statements")
    def statements(proposition: str | None = None) -> list[dict[str, Any]]:
        """The coded statements, of one proposition or of all."""
        return answers.statements(node, proposition)


def _documents(router: APIRouter, node: Node) -> None:
    @router.get("/documents")
    def documents() -> list[dict[str, Any]]:
        """The documents whose record is held here; the text itself is not given."""
        return answers.documents(node)

    @router.get("/works")
    def works() -> list[dict[str, Any]]:
        """The works on record."""
        return works_on_record(node)

    @router.get("/locators")
    def locators() -> list[dict[str, Any]]:
        """Where the locator of every statement and finding leads, without the passages."""
        return answers.locators(node)

    @router.get("/interchange")
    def export(form: str, with_texts: bool = False) -> dict[str, Any]:
        """Coded statements as a file of another program (`refi`, `annotations`, `csv`), in hexadecimal."""
        from comity.perspectives.interchange import answers as interchange  # noqa: PLC0415 - lazily

        return interchange.exported(node, interchange.format_of("", form), with_texts=with_texts)

    @router.post("/interchange")
    def drafts(asked: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Drafts of statements from coded passages, and why others gave none; nothing is recorded."""
        from comity.perspectives.interchange import answers as interchange  # noqa: PLC0415 - lazily

        return interchange.imported(node, asked)

    @router.post("/documents", status_code=201)
    async def take_in(request: Request, author: str, work: str = "", name: str = "") -> dict[str, Any]:
        """Take in the document in the body, for a work; taken in before, it is named and nothing is added."""
        if not work and not name:
            raise HTTPException(422, "name the work whose text this is, or the file")
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                raise HTTPException(413, f"more than {MAX_BYTES} bytes")
        return await run_in_threadpool(take, node, work, bytes(body), author, name)
