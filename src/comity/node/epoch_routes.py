"""The JSON API of forks and epochs: /api/v1/epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from fastapi import APIRouter
from pydantic import BaseModel, ConfigDict, Field

from comity.node import epoch_answers as answers

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.web.server import Running

PREFIX = "/api/v1/epoch"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class ProposalBody(_Asked):
    """A proposal: the file in base64."""

    proposal: str = Field(min_length=4, max_length=2 << 20)


class AgreeBody(ProposalBody):
    """The proposal agreed to, by whom, and why."""

    author: str = Field(min_length=1, max_length=200)
    reason: str = Field(min_length=1, max_length=2000)
    exercise: bool = False


class PairBody(_Asked):
    """Where the new log is; at the old one's address when empty."""

    address: str = Field("", max_length=4096)


def epoch_routes(node: Node, running: Running) -> APIRouter:
    """Return the API's routes."""
    router = APIRouter(prefix=PREFIX, tags=["epoch"])

    @router.get("/known")
    def known() -> dict[str, Any]:
        """Return every new epoch that this node knows, and the fork of its own log if there is one."""
        return answers.show(node)

    @router.post("/judge")
    def judge(asked: ProposalBody) -> dict[str, Any]:
        """Check a proposal against the log as held here; a fork proof in it that holds is kept."""
        return answers.judge(node, asked.proposal)

    @router.post("/agree")
    def agree(asked: AgreeBody) -> dict[str, Any]:
        """Say in the own log that this party agrees."""
        return answers.agree(node, asked.proposal, asked.author, asked.reason, exercise=asked.exercise)

    @router.post("/pair")
    def pair(asked: PairBody) -> dict[str, Any]:
        """Pair with the new logs that this party agreed to and that have begun."""
        paired = answers.pair(node, asked.address)
        running.scheduler.refresh()
        return paired

    return router
