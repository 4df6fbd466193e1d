"""The pages on which a table is handed in: every bad row is named, and nothing is recorded unseen."""

from __future__ import annotations

import csv
import io
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.responses import RedirectResponse
from starlette.formparsers import MultiPartException, MultiPartParser

from comity.console.i18n import N_
from comity.console.pages.record import not_found
from comity.register.exports_files import file_reply
from comity.register.imports_jobs import Handed, Jobs
from comity.register.imports_own import headings
from comity.register.imports_text import MAX_BYTES
from comity.register.routes_record import GROUPS, MODELS
from comity.register.routes_writing import UNPROCESSABLE
from comity.register.writing import MARKINGS, WritingError, header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console import Console
    from comity.node.node import Node

SHOWN: Final = 200
"""Bad rows that a page lists; the file holds all."""
LONGEST_MAPPING: Final = 100_000
BASIS: Final = "table of the desk"
STAGES: Final = {
    "reading": N_("The table is read"),
    "read": N_("Nothing is recorded yet"),
    "recording": N_("The rows are recorded"),
    "done": N_("Recorded"),
}


class _InMemory(MultiPartParser):
    """Keeps a table in memory: what is not encrypted is not written to disk."""

    spool_max_size = MAX_BYTES


def import_routes(console: Console, node: Node) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    jobs = Jobs(node)
    _add_form(router, console, jobs)
    _add_jobs(router, console, jobs)
    return router


def _add_form(router: APIRouter, console: Console, jobs: Jobs) -> None:
    def page(request: Request, given: Mapping[str, str], fault: WritingError | None = None) -> Response:
        return console.render(
            request,
            "register/import.html",
            status=UNPROCESSABLE if fault else 200,
            groups=GROUPS,
            given={name: given.get(name, "") for name in ("kind", "author", "marking", "exercise", "update")},
            markings=MARKINGS,
            fault=fault,
        )

    @router.get("/register/import")
    def hand_in(request: Request) -> Response:
        return page(request, request.query_params)

    @router.post("/register/import")
    async def handed(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return RedirectResponse("/register/import", status_code=303)
        try:
            sent = await _InMemory(request.headers, request.stream(), max_files=2, max_fields=20).parse()
        except MultiPartException:
            return page(request, {}, WritingError(N_("Choose a table: CSV or XLSX.")))
        given = {name: value for name, value in sent.items() if isinstance(value, str)}
        try:
            job = jobs.start(await _handed(given, sent))
        except WritingError as error:
            return page(request, given, error)
        return RedirectResponse(f"/register/import/{job.id}", status_code=303)

    @router.get("/register/import/table/{kind}.csv")
    def empty(request: Request, kind: str) -> Response:
        if kind not in MODELS:
            return not_found(console, request)
        out = io.StringIO(newline="")
        csv.writer(out).writerow(headings(MODELS[kind]))
        return file_reply("\ufeff" + out.getvalue(), f"{kind}.csv", "csv")


def _add_jobs(router: APIRouter, console: Console, jobs: Jobs) -> None:
    @router.get("/register/import/{name}")
    def progress(request: Request, name: str) -> Response:
        job = jobs.get(name)
        if job is None:
            return not_found(console, request)
        shown = console.render(request, "register/import_job.html", job=job, stages=STAGES, most=SHOWN)
        if job.busy:
            shown.headers["Refresh"] = "1"
        return shown

    @router.post("/register/import/{name}")
    def record(request: Request, name: str) -> Response:
        job = jobs.get(name)
        if job is None:
            return not_found(console, request)
        jobs.record(job)
        return RedirectResponse(f"/register/import/{name}", status_code=303)

    @router.get("/register/import/{name}/errors.csv")
    def errors(request: Request, name: str) -> Response:
        job = jobs.get(name)
        if job is None or not job.bad:
            return not_found(console, request)
        return file_reply("\ufeff" + job.bad, "errors.csv", "csv")


async def _handed(given: Mapping[str, str], sent: Mapping[str, Any]) -> Handed:
    head = header(given, BASIS, exercise=bool(given.get("exercise")))
    table, mapping = sent.get("table"), sent.get("mapping")
    data = b"" if table is None or isinstance(table, str) else await table.read(MAX_BYTES + 1)
    if not data:
        raise WritingError(N_("Choose a table: CSV or XLSX."))
    words = b"" if mapping is None or isinstance(mapping, str) else await mapping.read(LONGEST_MAPPING)
    if not words and given.get("kind") not in MODELS:
        raise WritingError(N_("Say what the rows are, or add a mapping file."))
    return Handed(
        data,
        str(table.filename or "table.csv") if table is not None else "table.csv",
        words.decode("utf-8", "replace"),
        MODELS.get(given.get("kind", ""), MODELS["instrument"]),
        head,
        update=bool(given.get("update")),
    )
