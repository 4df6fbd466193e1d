"""The JSON API of sessions, under /api/v1/assessment/sessions.

Whoever used a passkey in the browser's session is the person that asks, whatever was typed
(`comity.node.control.signed_in`): an expert sees and submits their own answers so, the custodian all of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, ConfigDict, Field

from comity.assessment.sessions import answers, writing
from comity.node.control.signed_in import Caller  # noqa: TC001 - FastAPI reads it

if TYPE_CHECKING:
    from comity.node.system import NodeApp

Key = Annotated[str, Field(min_length=1, max_length=160)]
KeyQuery = Annotated[str, Query(min_length=1, max_length=160)]
StageQuery = Annotated[str, Query(max_length=20)]
Author = Annotated[str, Field(min_length=1, max_length=64)]
PersonQuery = Annotated[str, Query(max_length=64)]


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid")


class StartBody(_Asked):
    """The fields of a session, with those of its questions."""

    fields: dict[str, Any]
    author: Author


class PanelBody(_Asked):
    """Whom this party asks, and who keeps their answers."""

    key: Key
    custodian: Author
    experts: list[Author] = Field(max_length=200)
    author: Author


class SaveBody(_Asked):
    """What an expert has typed, by question; null takes a draft out."""

    key: Key
    stage: str = Field(max_length=20)
    expert: str = Field("", max_length=64)
    drafts: dict[str, dict[str, Any] | None]


class SubmitBody(_Asked):
    """Which drafts become answers; all of them where no question is named."""

    key: Key
    stage: str = Field(max_length=20)
    expert: str = Field("", max_length=64)
    questions: list[str] = Field(default=[], max_length=64)


class StepBody(_Asked):
    """A stage that is sealed, or whose joint results are recorded."""

    key: Key
    stage: str = Field(max_length=20)
    author: Author


class OpenBody(StepBody):
    """A question that is opened; the next one where none is named."""

    question: str = Field("", max_length=96)
    anyway: bool = False


class DiscussBody(_Asked):
    """An argument."""

    key: Key
    fields: dict[str, Any]
    author: Author


class ResolveBody(_Asked):
    """How a question came out."""

    fields: dict[str, Any]
    author: Author


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/sessions")
    _reading(app, router)
    _experts(app, router)
    _steps(app, router)
    return router


def _reading(app: NodeApp, router: APIRouter) -> None:
    node = app.node

    @router.get("")
    def listing() -> dict[str, Any]:
        """Every session on record here."""
        return answers.listing(node)

    @router.get("/session")
    def session(key: KeyQuery) -> dict[str, Any]:
        """One session with its questions."""
        return answers.session(node, key)

    @router.get("/board")
    def board(key: KeyQuery) -> dict[str, Any]:
        """Who has sealed, never what; whose turn it is to open, and what came out of turn."""
        return answers.board(node, key)

    @router.get("/joint")
    def joint(key: KeyQuery, stage: StageQuery = "private") -> dict[str, Any]:
        """The joint layer, as this node computes it, beside what each party recorded."""
        return answers.joined(node, key, stage)

    @router.get("/audit")
    def audit(key: KeyQuery) -> dict[str, Any]:
        """Both layers, made anew from what this node was granted."""
        return answers.audit(node, key)

    @router.get("/summary")
    def summary(key: KeyQuery, stage: StageQuery = "private") -> dict[str, Any]:
        """Exactly what would be sealed now; nothing is recorded."""
        return answers.summary(node, key, stage)


def _experts(app: NodeApp, router: APIRouter) -> None:
    node = app.node

    @router.get("/drafts")
    def drafts(
        caller: Caller, key: KeyQuery, stage: StageQuery = "private", expert: PersonQuery = ""
    ) -> dict[str, Any]:
        """What an expert has typed and not submitted."""
        return answers.drafts(node, key, stage, caller or expert)

    @router.get("/answers")
    def given(caller: Caller, key: KeyQuery, person: PersonQuery = "") -> dict[str, Any]:
        """Single answers: to their expert, or to the custodian; never ranked."""
        return answers.given(node, key, caller or person)

    @router.get("/calibration")
    def calibration(
        caller: Caller, key: KeyQuery, stage: StageQuery = "private", person: PersonQuery = ""
    ) -> dict[str, Any]:
        """Scores on seed questions: an expert's own, or all for the custodian; never ranked."""
        return answers.calibration(node, key, stage, caller or person)

    @router.get("/scores")
    def scores(caller: Caller, key: KeyQuery, person: PersonQuery = "") -> dict[str, Any]:
        """Proper scores; single experts' only for the person who asks, or for the custodian."""
        return answers.scores(node, key, (caller or person) if person else "")

    @router.post("/save")
    def save(caller: Caller, asked: SaveBody) -> dict[str, Any]:
        """Keep what was typed; nothing is refused but what is too long."""
        return answers.save(node, asked.key, asked.stage, caller or asked.expert, asked.drafts)

    @router.post("/submit")
    def submit(caller: Caller, asked: SubmitBody) -> dict[str, Any]:
        """Turn drafts into answers; what is refused stays a draft, with its reason."""
        return answers.submit(node, asked.key, asked.stage, caller or asked.expert, asked.questions)


def _steps(app: NodeApp, router: APIRouter) -> None:
    node = app.node

    @router.post("/start", status_code=201)
    def start(caller: Caller, asked: StartBody) -> dict[str, Any]:
        """Record questions and session, and start its rounds."""
        return answers.session(node, writing.start(node, asked.fields, caller or asked.author).key)

    @router.post("/panel", status_code=201)
    def panel(caller: Caller, asked: PanelBody) -> dict[str, Any]:
        """Name whom this party asks, and who keeps their answers."""
        named = writing.panel(node, asked.key, asked.custodian, asked.experts, caller or asked.author)
        return answers.session(node, named.key)

    @router.post("/seal", status_code=201)
    def seal(caller: Caller, asked: StepBody) -> dict[str, Any]:
        """Summarise, record and seal; people are asked to approve the openings."""
        return answers.seal(node, asked.key, asked.stage, caller or asked.author)

    @router.post("/open", status_code=201)
    def open_(caller: Caller, asked: OpenBody) -> dict[str, Any]:
        """Open the next question of this party's summary."""
        who = caller or asked.author
        return answers.open_next(node, asked.key, asked.stage, who, asked.question, anyway=asked.anyway)

    @router.post("/joint", status_code=201)
    def joint(caller: Caller, asked: StepBody) -> dict[str, Any]:
        """Record joint results, and mismatches where another party's differ."""
        return answers.record(node, asked.key, asked.stage, caller or asked.author)

    @router.post("/discuss", status_code=201)
    def discuss(caller: Caller, asked: DiscussBody) -> dict[str, Any]:
        """Append an argument, by question and tail."""
        index = writing.argue(node, asked.key, asked.fields, caller or asked.author)
        return {"origin": node.origin, "index": index}

    @router.post("/resolve", status_code=201)
    def resolve(caller: Caller, asked: ResolveBody) -> dict[str, Any]:
        """Say from a source how a question came out."""
        return {
            "origin": node.origin,
            "index": writing.resolve(node, asked.fields, caller or asked.author),
        }
