"""The pages of documents: drop files and see what becomes of each, read one, audit its citations."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse
from starlette.formparsers import MultiPartException, MultiPartParser

from comity.console.pages.record import not_found
from comity.perspectives.citations import audit
from comity.perspectives.documents import text_held, works_on_record
from comity.perspectives.documents_jobs import DroppedFile, IntakeJobs
from comity.perspectives.documents_reading import leaf_of, line_spans, reading
from comity.perspectives.labels_documents import FINDING_KINDS, FINDING_WORDS, LANGUAGES, MEDIA, ORIGINS
from comity.perspectives.labels_faults import told_of
from comity.perspectives.queries import documents

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from comity.console import Console
    from comity.node.rows import Report

MOST_FILES: Final = 200
MOST_BYTES: Final = 128 * 1024 * 1024
"""Bytes that may be dropped at once; they are held in memory, never in a temporary file."""
WORDS: Final = {
    "media": MEDIA,
    "language_words": LANGUAGES,
    "finding_kinds": FINDING_KINDS,
    "finding_words": FINDING_WORDS,
    "origin_words": ORIGINS,
}


class _InMemory(MultiPartParser):
    """Keeps dropped files in memory: what is not encrypted is not written to disk."""

    spool_max_size = MOST_BYTES


def document_path(report: Report) -> str:
    """Return the address of a document's page."""
    return f"/documents/{report.origin}/{report.index}"


def document_pages(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    jobs = IntakeJobs(console.node)
    _add_intake(router, console, jobs)
    _add_document(router, console)
    return router


def _add_intake(router: APIRouter, console: Console, jobs: IntakeJobs) -> None:
    @router.get("/documents")
    def held(request: Request) -> Response:
        with console.node.views.connect() as db:
            found = documents(db)
        return console.render(
            request, "perspectives/documents.html", documents=found, document_path=document_path, **WORDS
        )

    @router.post("/documents")
    async def drop(request: Request) -> Response:
        if not request.headers.get("content-type", "").startswith("multipart/form-data"):
            return RedirectResponse("/documents", status_code=303)
        try:
            form = await _InMemory(request.headers, request.stream(), max_files=MOST_FILES).parse()
        except MultiPartException as error:
            return console.render(
                request,
                "perspectives/documents.html",
                documents=[],
                fault=str(error.message),
                most_files=MOST_FILES,
                most_size=MOST_BYTES >> 20,
                **WORDS,
            )
        dropped = [
            DroppedFile(item.filename or "document", await item.read())
            for item in form.getlist("files")
            if not isinstance(item, str)
        ]
        await form.close()
        dropped = [file for file in dropped if file.data or file.name != "document"]
        if not dropped:
            return RedirectResponse("/documents", status_code=303)
        job = jobs.start(dropped)
        return RedirectResponse(f"/documents/intake/{job.id}", status_code=303)

    @router.get("/documents/intake/{name}")
    def progress(request: Request, name: str) -> Response:
        job = jobs.get(name)
        if job is None:
            return not_found(console, request)
        page = console.render(
            request, "perspectives/documents_intake.html", job=job, told_of=told_of, **WORDS
        )
        if not job.ended:
            page.headers["Refresh"] = "1"
        return page


def _readable(said: Mapping[str, str], keys: Sequence[str], named: Mapping[str, str]) -> dict[str, str]:
    """Return what a finding says with works by their authors and year, not by their keys."""
    known = sorted((key for key in named if key in " ".join((*keys, said.get("works", "")))), key=len)
    values = dict(said)
    for name in {"key", "other", "works"} & values.keys():
        for key in reversed(known):
            values[name] = values[name].replace(key, named[key])
    return values


def _add_document(router: APIRouter, console: Console) -> None:
    node = console.node

    def found(party: str, name: str, index: int) -> tuple[Report, str | None] | None:
        with node.views.connect() as db:
            for report in documents(db):
                if (report.origin, report.index) == (f"{party}/{name}", index):
                    return report, text_held(node.contents, report)
        return None

    @router.get("/documents/{party}/{name}/{index}")
    def document(request: Request, party: str, name: str, index: int) -> Response:
        query = request.query_params
        held = found(party, name, index)
        if held is None:
            return not_found(console, request)
        report, text = held
        pieces = () if text is None else reading(text, report.fields.get("pages", []), query.get("at", ""))
        wanted = query.get("leaf", "1")
        shown, leaf, leaves = leaf_of(pieces, int(wanted) if wanted.isdecimal() and len(wanted) < 7 else 1)  # noqa: PLR2004 - more leaves than a document can have
        return console.render(
            request,
            "perspectives/document.html",
            document=report,
            held=text is not None,
            pieces=shown,
            leaf=leaf,
            leaves=leaves,
            path=document_path(report),
            **WORDS,
        )

    @router.get("/documents/{party}/{name}/{index}/citations")
    async def citations(request: Request, party: str, name: str, index: int) -> Response:
        held = found(party, name, index)
        if held is None or held[1] is None:
            return not_found(console, request)
        report, text = held
        works: list[dict[str, Any]] = works_on_record(node)
        checked = await run_in_threadpool(audit, text or "", works)
        faults = [item for item in checked.findings if item.kind != "origin-share"]
        return console.render(
            request,
            "perspectives/citations.html",
            document=report,
            audit=checked,
            named=(named := {one.key: one.shown for one in reversed(checked.references)}),
            said=[_readable(item.said, item.keys, named) for item in faults],
            faults=faults,
            spans=line_spans(text or "", {line for item in faults for line in item.lines}),
            path=document_path(report),
            **WORDS,
        )
