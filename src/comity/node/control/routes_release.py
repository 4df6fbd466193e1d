"""The JSON API of releases: /api/v1/release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query, Response
from pydantic import BaseModel, ConfigDict, Field

from comity.node import operations
from comity.node.control import answers_release as answers
from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it
from comity.node.web.problems import nothing
from comity.record.protocol_release import Outcome

if TYPE_CHECKING:
    from comity.node.node import Node

PREFIX = "/api/v1/release"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class PreviewBody(_Asked):
    """Which records (`{"key", "paths"}` each), and for which node."""

    records: list[dict[str, Any]] = Field(min_length=1, max_length=answers.MOST_RECORDS)
    to: str = Field(min_length=1, max_length=80)


class RequestBody(PreviewBody):
    """What was previewed, who asks, and why."""

    author: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=2000)
    expires: int | None = Field(None, ge=0, lt=2**53)
    digest: str | None = Field(None, max_length=64)


class GrantBody(_Asked):
    """Which request, and who grants it."""

    index: int = Field(ge=0)
    author: str = Field(min_length=1, max_length=64)


class SettleBody(_Asked):
    """Which receipt, how its disputes were settled, who says so, and why."""

    index: int = Field(ge=0)
    outcome: Outcome
    author: str = Field(min_length=1, max_length=64)
    reason: str = Field(min_length=1, max_length=2000)


class FetchBody(_Asked):
    """Which peers to fetch from; all of them if none is named."""

    origins: list[str] | None = None


def release_routes(node: Node) -> APIRouter:
    """Return the API's routes."""
    router = APIRouter(prefix=PREFIX, tags=["release"])

    @router.post("/preview")
    def preview(asked: PreviewBody) -> dict[str, Any]:
        """Return exactly what the other side would see, field by field; nothing leaves."""
        return answers.preview(node, asked.records, asked.to)

    @router.post("/request")
    def request(asked: RequestBody, who: Caller) -> dict[str, Any]:
        """Ask people to approve a release."""
        return answers.request(
            node,
            asked.records,
            asked.to,
            author=who or asked.author,
            reason=asked.reason,
            expires=asked.expires,
            digest=asked.digest,
        )

    @router.get("/requests")
    def requests() -> dict[str, Any]:
        """Return every release requested here, and where it stands."""
        return answers.requests(node)

    @router.get("/status")
    def status(index: Annotated[int, Query(ge=0)]) -> dict[str, Any]:
        """Return where one request stands."""
        return answers.status(node, index)

    @router.get("/requested")
    def requested(index: Annotated[int, Query(ge=0)]) -> dict[str, Any]:
        """Return what a request releases, field by field."""
        return answers.requested(node, index)

    @router.post("/grant")
    def grant(asked: GrantBody, who: Caller) -> dict[str, Any]:
        """Grant an approved request."""
        return answers.grant(node, asked.index, who or asked.author)

    _receiving(router, node)
    return router


def _receiving(router: APIRouter, node: Node) -> None:
    @router.get("/inbox")
    def inbox() -> dict[str, Any]:
        """Return every grant to this node."""
        return answers.inbox(node)

    @router.post("/settle")
    def settle(asked: SettleBody, who: Caller) -> dict[str, Any]:
        """Say in the own log that the disputes of a receipt are settled."""
        return answers.settle(node, asked.index, asked.outcome, who or asked.author, asked.reason)

    @router.post("/fetch")
    def fetch(asked: FetchBody) -> dict[str, Any]:
        """Exchange with peers now, and fetch what they granted."""
        return operations.sync(node, asked.origins)

    @router.get("/partial", response_model=None)
    def partial(origin: str, key: str) -> dict[str, Any] | Response:
        """Return the single fields held of a record, or the one reply that tells nothing."""
        found = answers.partial(node, origin, key)
        return nothing() if found is None else found
