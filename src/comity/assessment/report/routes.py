"""The page of a report: take it as PDF or DOCX, and see whose record which file is."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response

from comity.assessment.report import routes_record
from comity.assessment.report.errors import ReportLanguagesError, ReportPrintError
from comity.assessment.report.page import page
from comity.assessment.sessions.routes_parts import BASE, key_of, with_session
from comity.console.pages.record import not_found

if TYPE_CHECKING:
    from comity.assessment.sessions.queries import SessionView
    from comity.console import Console

MEDIA: Final = {
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "pdf": "application/pdf",
}


def routes(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    one_at_a_time = threading.Lock()

    @router.get(f"{BASE}/report/{{stage}}")
    def show(request: Request, party: str, name: str, index: int, stage: str) -> Response:
        return with_session(
            console,
            request,
            key_of(party, name, index),
            lambda view: page(console, request, view, stage),
        )

    @router.get(f"{BASE}/report/{{stage}}/{{languages}}/{{form}}")
    def file(  # noqa: PLR0917 - the parts of the path
        request: Request, party: str, name: str, index: int, stage: str, languages: str, form: str
    ) -> Response:
        def make(view: SessionView) -> Response:
            if form not in MEDIA or all(one.name != stage for one in view.stages):
                return not_found(console, request)
            with one_at_a_time:  # a console cannot be made to print without end
                return _file(console, request, view, (stage, languages, form))

        return with_session(console, request, key_of(party, name, index), make)

    router.include_router(routes_record.routes(console, one_at_a_time))
    return router


def _file(console: Console, request: Request, view: SessionView, asked: tuple[str, str, str]) -> Response:
    from comity.assessment.report import sheets  # noqa: PLC0415 - needs arrays
    from comity.assessment.report.docxs import docx  # noqa: PLC0415 - a node starts without it
    from comity.assessment.report.pdfs import pdf  # noqa: PLC0415 - the same

    stage, languages, form = asked
    try:
        sheet = sheets.sheet(console.node, view.key, stage, languages)
        data = pdf(sheet) if form == "pdf" else docx(sheet)
    except ReportLanguagesError:
        return not_found(console, request)
    except ReportPrintError as error:
        return page(console, request, view, stage, f"{error} {error.advice}")
    name = f"assessment-{view.model.slug}-{stage}-{'-'.join(sheet['languages'])}.{form}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
    return Response(data, media_type=MEDIA[form], headers=headers)
