"""The JSON API of joint lines, under /api/v1/assessment. Own values are not served, not even here."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

from fastapi import APIRouter, Body

from comity.assessment.position import answers, writing
from comity.assessment.position.zone import answers as zone_answers

if TYPE_CHECKING:
    from comity.node.system import NodeApp


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = app.node

    @router.get("/lines")
    def lines(on: str = "") -> list[dict[str, Any]]:
        """Every joint line as of a day: clauses with their states, versions with their status."""
        return answers.line_list(node, on)

    @router.get("/lines/{slug}")
    def line(slug: str, on: str = "") -> dict[str, Any]:
        """One line."""
        return answers.line(node, slug, on)

    @router.get("/lines/{slug}/fair")
    def fair(slug: str) -> dict[str, Any]:
        """What is fair by the values that both sides chose to show, in words; null unless both did."""
        return answers.fair(node, slug)

    @router.post("/line-previews/{act}")
    def preview(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """What an act would put on record, and who would read it; nothing is appended."""
        return writing.shown(node, act, body, answers.today())

    @router.post("/line-acts/{act}", status_code=201)
    def acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Line, clause, sign, withdraw or show-values: checked, and appended to the own log."""
        return writing.do(node, act, body, answers.today())

    @router.get("/zones")
    def zones(on: str = "") -> list[dict[str, Any]]:
        """Every blind zone as of a day: mandate, what comes next, what was found."""
        return zone_answers.zone_list(node, on)

    @router.get("/zones/{slug}")
    def zone(slug: str, on: str = "") -> dict[str, Any]:
        """One blind zone."""
        return zone_answers.zone(node, slug, on)

    @router.get("/zone-audits/{slug}")
    def zone_audit(slug: str, on: str = "") -> dict[str, Any]:
        """What opened sets are found to be, held against what was sent."""
        return zone_answers.audit_of(node, slug, on)

    @router.post("/zone-acts/{act}", status_code=201)
    def zone_acts(act: str, body: Annotated[dict[str, Any], Body()]) -> dict[str, Any]:
        """Propose, agree, seal or take the next step of a blind zone."""
        return zone_answers.do(node, act, body)

    return router
