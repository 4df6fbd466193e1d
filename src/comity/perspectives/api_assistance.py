"""The JSON API of the assistance, under /api/v1/perspectives/assistance."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.perspectives.assistance.assistant import Assistant

_ASSISTANTS: WeakKeyDictionary[Node, Assistant] = WeakKeyDictionary()


class SampleBody(BaseModel):
    """What a draw needs."""

    model_config = ConfigDict(extra="forbid")

    seed: int = Field(ge=0, lt=1 << 53)
    size: int = Field(100, ge=1, le=150)
    author: str = Field(min_length=1, max_length=200)


def assistant_of(node: Node) -> Assistant:
    """Return the assistant of a node: one a process, for its pages and its API."""
    from comity.perspectives.assistance.assistant import Assistant  # noqa: PLC0415 - needs arrays

    if node not in _ASSISTANTS:
        _ASSISTANTS[node] = Assistant(node)
    return _ASSISTANTS[node]


def draw(node: Node, seed: int, size: int, author: str) -> dict[str, Any]:
    """Draw a sample and record it; the record stays with the party, like the documents it points into."""
    from comity.node.sealing import draft_from_json  # noqa: PLC0415 - most answers append nothing
    from comity.perspectives.documents import OWN, RETENTION  # noqa: PLC0415 - the same

    sample = assistant_of(node).draw(seed, size)
    header = {"author": author, "marking": OWN, "basis": "sample for coding", "retention": RETENTION}
    fields = sample.model_dump(mode="json", by_alias=True, exclude_none=True)
    receipt = node.append(
        [draft_from_json({**header, "kind": sample.kind, "fields": fields}, node.registry)]
    )[0]
    return {"origin": node.origin, "index": receipt.index, **fields}


def assistance_api(node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/assistance")

    @router.get("")
    def state(wait: bool = True) -> dict[str, Any]:
        """The stance model, what its levels rest on, the languages of the passages held, what is being read.

        Without `wait` it answers at once, with what is read so far.
        """
        return assistant_of(node).state(wait=wait)

    @router.get("/suggestions")
    def suggestions(
        proposition: Annotated[str, Query(max_length=96)],
        alpha: float | None = None,
        count: int = 20,
        wait: bool = True,
    ) -> dict[str, Any]:
        """Passages that may speak to a proposition, and the stance where exactly one fits.

        Without `wait` it answers at once; `reading` then says what is still being read.
        """
        return assistant_of(node).suggestions(proposition, alpha, count, wait=wait)

    @router.post("/samples", status_code=201)
    def sample(asked: SampleBody) -> dict[str, Any]:
        """Draw a random sample of candidates for coding, and record it."""
        return draw(node, asked.seed, asked.size, asked.author)

    return router
