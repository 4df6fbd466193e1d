"""Recording a report from its page: the digests of the files printed here, or of those the other printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.assessment.forms import sent_of
from comity.assessment.report.errors import ReportPrintError
from comity.assessment.report.page import LANGUAGES, UNAVAILABLE, page
from comity.assessment.sessions.labels import session_path
from comity.assessment.sessions.routes_parts import BASE, UNPROCESSABLE, author_of, key_of, with_session
from comity.console.pages.record import not_found
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping
    from threading import Lock

    from comity.assessment.sessions.queries import SessionView
    from comity.console import Console


def routes(console: Console, printing: Lock) -> APIRouter:
    """Return the routes; one report is printed at a time."""
    router = APIRouter()

    @router.post(f"{BASE}/report/{{stage}}/{{act}}")
    async def take(request: Request, party: str, name: str, index: int, stage: str, act: str) -> Response:  # noqa: PLR0917 - the parts of the path
        given = await sent_of(request)

        def done(view: SessionView) -> Response:
            with printing:
                return _take(console, request, view, stage, act, given)

        key = key_of(party, name, index)
        return await run_in_threadpool(with_session, console, request, key, done)

    return router


def _take(  # noqa: PLR0917 - of which session and stage, what, and what was sent
    console: Console, request: Request, view: SessionView, stage: str, act: str, given: Mapping[str, str]
) -> Response:
    from comity.assessment.report import recording  # noqa: PLC0415 - needs arrays

    if act not in ("record", "cosign") or all(one.name != stage for one in view.stages):
        return not_found(console, request)
    try:
        author = author_of(request, given)
        if act == "cosign":
            recording.cosign(console.node, given.get("digest", ""), author)
        else:
            _record(console, view, stage, given.get("languages", ""), author)
    except ComityError as error:
        status = UNAVAILABLE if isinstance(error, ReportPrintError) else UNPROCESSABLE
        return page(console, request, view, stage, f"{error} {error.advice}", status=status)
    return RedirectResponse(f"{session_path(view.key)}/report/{stage}", status_code=303)


def _record(console: Console, view: SessionView, stage: str, languages: str, author: str) -> None:
    """Print both files, which come out the same for whoever takes them along, and record their digests."""
    from comity.assessment.report import recording, sheets  # noqa: PLC0415 - needs arrays
    from comity.assessment.report.docxs import docx  # noqa: PLC0415 - a node starts without it
    from comity.assessment.report.pdfs import pdf  # noqa: PLC0415 - the same

    chosen = languages if languages in LANGUAGES else LANGUAGES[0]
    sheet = sheets.sheet(console.node, view.key, stage, chosen)
    files = [recording.file_of("docx", docx(sheet)), recording.file_of("pdf", pdf(sheet))]
    recording.record(console.node, recording.Printed(view.key, stage, chosen), files, author)
