"""The JSON API of erasures, holds and retention: /api/v1/erasure, /api/v1/retention."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.node.control import answers_erasure as answers
from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it

if TYPE_CHECKING:
    from comity.node.node import Node

PREFIX = "/api/v1"


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")

    author: str = Field(min_length=1, max_length=256)


class EraseBody(_Asked):
    """Records of the own log to erase (index or id each), and the legal basis."""

    keys: list[str] = Field(min_length=1, max_length=answers.MOST_RECORDS)
    reason: str = Field(min_length=1, max_length=2000)


class HoldBody(EraseBody):
    """Records of one log to hold; the own log if none is named."""

    origin: str = Field("", max_length=80)
    until: int | None = Field(None, ge=0)


class LiftBody(_Asked):
    """The hold to lift, and why."""

    index: int = Field(ge=0)
    reason: str = Field(min_length=1, max_length=2000)


class StepBody(_Asked):
    """The approved request to carry out."""

    index: int = Field(ge=0)


class ProposeBody(_Asked):
    """The retention class and the month that is over."""

    class_: str = Field(alias="class", max_length=32)
    month: str = Field(pattern=r"^[0-9]{4}-(0[1-9]|1[0-2])$")
    reason: str = Field(min_length=1, max_length=2000)


def erasure_routes(node: Node) -> APIRouter:
    """Return the API's routes."""
    router = APIRouter(prefix=PREFIX)
    _erasure(router, node)
    _retention(router, node)
    return router


def _erasure(router: APIRouter, node: Node) -> None:
    @router.post("/erasure/request", tags=["erasure"])
    def request(asked: EraseBody, who: Caller) -> dict[str, Any]:
        """Ask people to approve that records are erased."""
        return answers.request(node, asked.keys, author=who or asked.author, reason=asked.reason)

    @router.get("/erasure/requests", tags=["erasure"])
    def requests() -> dict[str, Any]:
        """Return every request to erase or to lift a hold, and where it stands."""
        return answers.requests(node)

    @router.get("/erasure/status", tags=["erasure"])
    def status(index: Annotated[int, Query(ge=0)]) -> dict[str, Any]:
        """Return where one request stands."""
        return answers.status(node, index)

    @router.post("/erasure/carry-out", tags=["erasure"])
    def carry_out(asked: StepBody, who: Caller) -> dict[str, Any]:
        """Order an approved erasure, and destroy what is held here."""
        return answers.carry_out(node, asked.index, who or asked.author)

    @router.get("/erasure/ledger", tags=["erasure"])
    def ledger() -> dict[str, Any]:
        """Return every order, what each party says of it, and what cannot be enforced."""
        return answers.ledger(node)

    @router.post("/erasure/hold", tags=["erasure"])
    def hold(asked: HoldBody, who: Caller) -> dict[str, Any]:
        """Place a legal hold."""
        return answers.hold(
            node, asked.origin, asked.keys, author=who or asked.author, reason=asked.reason, until=asked.until
        )

    @router.post("/erasure/lift-request", tags=["erasure"])
    def lift_request(asked: LiftBody, who: Caller) -> dict[str, Any]:
        """Ask people to approve that a hold is lifted."""
        return answers.lift_request(node, asked.index, author=who or asked.author, reason=asked.reason)

    @router.post("/erasure/lift", tags=["erasure"])
    def lift(asked: StepBody, who: Caller) -> dict[str, Any]:
        """Lift the hold that an approved request names."""
        return answers.lift(node, asked.index, who or asked.author)


def _retention(router: APIRouter, node: Node) -> None:
    @router.get("/retention/due", tags=["retention"])
    def due() -> dict[str, Any]:
        """Return the months that are over and still have a key."""
        return answers.due(node)

    @router.post("/retention/propose", tags=["retention"])
    def propose(asked: ProposeBody, who: Caller) -> dict[str, Any]:
        """Ask people to approve that a month lapses."""
        return answers.propose(
            node, asked.class_, asked.month, author=who or asked.author, reason=asked.reason
        )

    @router.post("/retention/lapse", tags=["retention"])
    def lapse(asked: StepBody, who: Caller) -> dict[str, Any]:
        """Let the month lapse that an approved request names."""
        return answers.lapse(node, asked.index, who or asked.author)
