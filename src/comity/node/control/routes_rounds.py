"""The JSON API of rounds: /api/v1/round."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.node.control import answers_rounds as answers
from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it

if TYPE_CHECKING:
    from comity.node.node import Node

PREFIX = "/api/v1/round"

Author = Annotated[str, Field(min_length=1, max_length=64)]
Key = Annotated[str, Field(min_length=1, max_length=160)]
Question = Annotated[str, Field(max_length=1_400_000)]
Time = Annotated[int, Field(ge=0, lt=2**53)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_Asked):
    """What a round asks; `question` is the base64 of its bytes, of which the log has the digest alone."""

    name: str = Field(min_length=1, max_length=96)
    question: Question
    parties: list[str] = Field(min_length=2, max_length=16)
    seal_by: Time
    open_by: Time
    author: Author
    paths: list[str] = Field([], max_length=1024)
    recipients: list[str] = Field([], max_length=32)
    title: dict[str, str] | None = None
    exercise: bool = False


class SealBody(_Asked):
    """Which round, and which record of the own log, by index or id."""

    key: Key
    record: str = Field(min_length=1, max_length=64)
    author: Author
    question: Question | None = None


class StepBody(_Asked):
    """Which round, and who takes the step."""

    key: Key
    author: Author


class FieldsBody(StepBody):
    """And for which fields; all that the round asks for if none is named."""

    paths: list[str] = Field([], max_length=1024)


def round_routes(node: Node) -> APIRouter:
    """Return the API's routes."""
    router = APIRouter(prefix=PREFIX, tags=["round"])

    @router.post("/start")
    def start(asked: StartBody) -> dict[str, Any]:
        """Start a round."""
        return answers.start(node, **asked.model_dump())

    @router.post("/seal")
    def seal(asked: SealBody, who: Caller) -> dict[str, Any]:
        """Seal a record; people are asked to approve its opening now."""
        return answers.seal(node, asked.key, asked.record, who or asked.author, asked.question)

    @router.post("/ask")
    def ask(asked: FieldsBody, who: Caller) -> dict[str, Any]:
        """Ask people to approve the opening of single fields."""
        return answers.ask(node, asked.key, asked.paths, who or asked.author)

    @router.post("/open")
    def open_(asked: FieldsBody, who: Caller) -> dict[str, Any]:
        """Open what was sealed; refused until everybody has sealed."""
        return answers.open_(node, asked.key, who or asked.author, asked.paths)

    @router.post("/acknowledge")
    def acknowledge(asked: StepBody, who: Caller) -> dict[str, Any]:
        """Say in the own log what is held of a round; an exchange does it too."""
        return answers.acknowledge(node, asked.key, who or asked.author)

    @router.get("/status")
    def status(key: Annotated[str, Query(max_length=160)]) -> dict[str, Any]:
        """Return how one round stands: who has sealed, never what."""
        return answers.status(node, key)

    @router.get("/rounds")
    def rounds() -> dict[str, Any]:
        """Return every round held here, and how it stands."""
        return answers.listing(node)

    return router
