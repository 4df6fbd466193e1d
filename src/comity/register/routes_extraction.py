"""The pages of extraction: undertakings proposed from a document, and a person who confirms one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool

from comity.console.i18n import gettext, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.node.compacts import parties
from comity.perspectives import queries as perspectives
from comity.register import entries, extraction_work, queries
from comity.register.extraction_labels import MODALITIES, abstained_words
from comity.register.extraction_work import ExtractionError
from comity.register.pages import mechanism_names, title
from comity.register.routes_writing import Form, shown, taken
from comity.register.writing import confirmation_draft

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console import Console
    from comity.node.node import Node

FIELDS: Final = (
    *("action_en", "action_vi", "action_lo", "instrument", "meeting"),
    *("obligors", "window", "slug"),
)


def extraction_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()

    @router.get("/register/extraction")
    def works(request: Request) -> Response:
        with node.views.connect() as db:
            held = list(dict.fromkeys(report.fields["work"] for report in perspectives.documents(db)))
        return console.render(request, "register/extraction.html", works=held)

    @router.get("/register/extraction/{work}")
    async def candidates(request: Request, work: str) -> Response:
        found = await run_in_threadpool(_found, node, work)
        if found is None:
            return not_found(console, request)
        return console.render(
            request,
            "register/extraction_work.html",
            found=found,
            path=_document_path(node, work),
            modalities=MODALITIES,
            why=abstained_words,
        )

    async def form(request: Request, work: str, number: int) -> Form | None:
        found = await run_in_threadpool(_found, node, work)
        known = {item["number"]: item for item in found["candidates"]} if found else {}
        if number not in known or not known[number]["may_be_confirmed"]:
            return None
        with speaking(console.language_of(request)):
            return _form(node, work, known[number])

    @router.get("/register/extraction/{work}/{number}")
    async def candidate(request: Request, work: str, number: int) -> Response:
        made = await form(request, work, number)
        return not_found(console, request) if made is None else shown(console, request, made)

    @router.post("/register/extraction/{work}/{number}")
    async def confirm(request: Request, work: str, number: int) -> Response:
        made = await form(request, work, number)
        return not_found(console, request) if made is None else await taken(console, request, made)

    return router


def _found(node: Node, work: str) -> dict[str, Any] | None:
    try:
        return extraction_work.of_work(node, work)
    except ExtractionError:
        return None


def _document_path(node: Node, work: str) -> str:
    """Return the address of the newest document of a work."""
    with node.views.connect() as db:
        held = [report for report in perspectives.documents(db) if report.fields["work"] == work]
    if not held:
        return "/documents"
    newest = max(held, key=lambda report: (report.claimed, report.index))
    return f"/documents/{newest.origin}/{newest.index}"


def _form(node: Node, work: str, item: Mapping[str, Any]) -> Form:
    voices = parties(node)
    with node.views.connect() as db:
        names = mechanism_names(db, voices)
        options = {
            kind.kind.partition(".")[2]: sorted(
                ((fact.key, plain(title(fact, names))) for fact in queries.facts(db, kind, voices)),
                key=lambda one: one[1].casefold(),
            )
            for kind in (entries.Instrument, entries.Meeting)
        }
    return Form(
        template="register/confirm.html",
        action=f"/register/extraction/{work}/{item['number']}",
        fields=FIELDS,
        drafts=lambda given: [confirmation_draft(item, work, given)],
        done=f"/register/extraction/{work}",
        given={"obligors": ",".join(item["obligors"]), "window": item["window"]},
        context={
            "heading": gettext("Confirm an undertaking"),
            "lead": gettext(
                "The rules propose it; you say what it is, in your own words. The passage is cited."
            ),
            "form_heading": gettext("The undertaking"),
            "crumbs": [
                ("/register", gettext("Register")),
                (f"/register/extraction/{work}", gettext("Proposed undertakings")),
            ],
            "exercise": False,
            "choose_exercise": True,
            "candidate": item,
            "path": _document_path(node, work),
            "modalities": MODALITIES,
            "voices": voices,
            "instrument_options": options["instrument"],
            "meeting_options": options["meeting"],
        },
    )
