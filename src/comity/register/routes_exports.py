"""The page on which the register goes out: tables with standing and sources, and what is due."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response

from comity.console.i18n import LANGUAGES
from comity.console.pages.record import not_found
from comity.register import answers, exports_answers
from comity.register.brief_visible import CLEAR
from comity.register.exports import EXPORTED, csv_text, rows_of
from comity.register.exports_files import file_reply

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node


def export_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/register/export")
    def exports(request: Request) -> Response:
        return console.render(request, "register/export.html", kinds_exported=EXPORTED)

    @router.get("/register/export/register.{form}")
    def download(request: Request, form: str, kind: str = "") -> Response:
        if form not in ("csv", "json") or (kind and kind not in EXPORTED):
            return not_found(console, request)
        views = {view["slug"]: view for view in answers.undertakings(node)}
        every = {name: answers.facts(node, name) for name in ([kind] if kind else EXPORTED)}
        rows = rows_of(every, views, CLEAR)
        name = f"register-{kind or 'all'}.{form}"
        if form == "json":
            return file_reply(json.dumps({"rows": rows}, ensure_ascii=False, indent=2) + "\n", name, form)
        return file_reply(csv_text(rows), name, form)

    @router.get("/register/export/due-{language}.ics")
    def due(request: Request, language: str) -> Response:
        from comity.register.brief_answers import catalogues  # noqa: PLC0415 - a node starts without it
        from comity.register.calendar_due import calendar, from_json  # noqa: PLC0415 - the same

        if language not in LANGUAGES:
            return not_found(console, request)
        found = exports_answers.dues(node, "")
        items = [from_json(item) for item in found["due"]]
        made = calendar(items, catalogues()[language], found["names"], datetime.now(UTC))
        return file_reply(made, f"due-{language}.ics", "ics")

    return router
