"""The JSON API of gates, under /api/v1/assessment."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.assessment.gate import answers, rules, writing
from comity.assessment.gate.errors import GateDateError, UnknownGateError

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/gates")
    def gates(on: str = "") -> list[dict[str, Any]]:
        """Every gate as of a day: state, end, flags, replies."""
        return answers.gate_list(node, on)

    @router.get("/gates/{slug}")
    def gate(slug: str, sponsor: str = "", on: str = "") -> dict[str, Any]:
        """The gates of one name."""
        return answers.gate(node, slug, sponsor, on)

    @router.get("/gate-requests")
    def requests() -> list[dict[str, Any]]:
        """Requests to open a gate, and the answers."""
        return answers.request_list(node)

    @router.get("/gate-usage")
    def usage() -> list[dict[str, Any]]:
        """How often each party opened, asked, answered and replied."""
        return answers.usage_list(node)

    @router.get("/gate-rules")
    def rule_list() -> list[dict[str, Any]]:
        """The rules here, with their digests."""
        return answers.rule_list(node)

    @router.get("/gate-deadline")
    def deadline(rule: str, start: str, extend: str = "", version: int | None = None) -> dict[str, Any]:
        """When a consultation ends; `extend` holds lengths or days, separated by commas."""
        found, _ = rules.find(rule, version, node.folder.root / "rules")
        return answers.deadline(found, start, [part for part in extend.split(",") if part])

    @router.post("/gate-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Open, request, answer, step, commitment or reply: checked, and appended to the own log."""
        if act not in writing.ACTS:
            raise UnknownGateError(f"no act {act[:40]!a}: {', '.join(writing.ACTS)}")
        try:
            return writing.ACTS[act](node, body, answers.today())
        except (KeyError, TypeError) as error:
            raise GateDateError(f"{act}: the field {error} is missing or malformed") from error

    return router
