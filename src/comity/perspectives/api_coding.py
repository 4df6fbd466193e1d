"""The JSON API of coding rounds, under /api/v1/perspectives/coding."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any, Literal

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.perspectives import answers_coding as answers

if TYPE_CHECKING:
    from comity.node.node import Node

Author = Annotated[str, Field(min_length=1, max_length=64)]
Key = Annotated[str, Field(min_length=1, max_length=160)]
Time = Annotated[int, Field(ge=0, lt=2**53)]
Whole = Annotated[int, Field(ge=-2, le=2)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_Asked):
    """What a coding round asks."""

    name: str = Field(min_length=1, max_length=96)
    parties: list[str] = Field(min_length=2, max_length=16)
    works: list[str] = Field(default_factory=list, max_length=64)
    claims: list[str] = Field(default_factory=list, max_length=64)
    seal_by: Time
    open_by: Time
    author: Author
    codebook: str = Field("", max_length=96)
    given: bool = False
    marking: str = Field("TLP:CLEAR", max_length=20)
    exercise: bool = False
    title: dict[str, Annotated[str, Field(max_length=200)]] | None = None


class SealBody(_Asked):
    """Which round, and the sheets of this party's coders, CSV; without any, what they handed in is sealed."""

    key: Key
    csv: list[Annotated[str, Field(max_length=400_000)]] = Field(default_factory=list, max_length=16)
    author: Author


class AdjudicateBody(_Asked):
    """What a unit is settled to."""

    key: Key
    unit: str = Field(min_length=1, max_length=300)
    stance: Whole | Literal["mixed", "not_addressed"]
    reason: str = Field(min_length=1, max_length=2000)
    author: Author
    frame: str = Field("", max_length=96)


def coding_routes(node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/coding")

    @router.get("")
    def listing() -> dict[str, Any]:
        """Every coding round held here."""
        return answers.listing(node)

    @router.get("/round")
    def show(key: Annotated[str, Query(max_length=160)]) -> dict[str, Any]:
        """One coding round: agreement, differences, what is settled; nothing of it before all have opened."""
        return answers.show(node, key)

    @router.get("/sheet")
    def sheet(
        key: Annotated[str, Query(max_length=160)], side: Annotated[str, Query(max_length=16)] = ""
    ) -> dict[str, Any]:
        """A sheet to be filled in; in a round on claims by graders of one side, `claims` or `evidence`."""
        return answers.sheet(node, key, side)

    @router.post("/start")
    def start(asked: StartBody) -> dict[str, Any]:
        """Record a task and start the round on it."""
        return answers.start(node, **asked.model_dump())

    @router.post("/seal")
    def seal(asked: SealBody) -> dict[str, Any]:
        """Check, record and seal a sheet."""
        return answers.seal(node, **asked.model_dump())

    @router.post("/adjudicate")
    def adjudicate(asked: AdjudicateBody) -> dict[str, Any]:
        """Say what a difference is settled to."""
        return answers.adjudicate(node, **asked.model_dump())

    return router
