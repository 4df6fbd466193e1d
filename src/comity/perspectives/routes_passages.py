"""The page on which a passage of a document becomes a coded statement, beside the text that it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.console.pages.record import not_found
from comity.node.sealing import draft_from_json
from comity.perspectives import queries
from comity.perspectives.documents import text_held
from comity.perspectives.documents_reading import sentence_spans, span_of
from comity.perspectives.entries import Proposition
from comity.perspectives.labels import MODALITIES, STANCES, WORK_KINDS, statement_path
from comity.perspectives.labels_documents import CODING_FAULTS, CODING_FIELDS, LANGUAGES
from comity.perspectives.labels_faults import told
from comity.perspectives.passage_coding import (
    FIELDS,
    FIRST,
    KEEP,
    PARAPHRASES,
    WORK_FIELDS,
    PassageCodingError,
    passage_drafts,
)
from comity.perspectives.quotes import normal
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node
    from comity.node.rows import Report

SHOWN: Final = 4000
"""Code points of a passage that the form shows."""
_NAMES: Final = (*FIELDS, *PARAPHRASES, KEEP, FIRST, *WORK_FIELDS)
LONGEST: Final = 4000
"""Code points that a field of the form may have."""


def passage_pages(console: Console) -> APIRouter:
    """Return the routes."""
    router = APIRouter()
    node = console.node

    @router.get("/documents/{party}/{name}/{index}/code")
    def form(request: Request, party: str, name: str, index: int, at: str = "") -> Response:
        held = _held(node, f"{party}/{name}", index)
        span = span_of(at)
        if held is None or span is None or not 0 <= span[0] < span[1] <= len(held[1]):
            return not_found(console, request)
        return _page(console, request, held, span)

    @router.post("/documents/{party}/{name}/{index}/code")
    async def record(request: Request, party: str, name: str, index: int, at: str = "") -> Response:
        sent = await request.form(max_files=0, max_fields=30)
        given = {key: value[:LONGEST] for key, value in sent.items() if isinstance(value, str)}
        held = _held(node, f"{party}/{name}", index)
        span = span_of(at)
        if held is None or span is None:
            return not_found(console, request)
        try:
            slug = await run_in_threadpool(_record, node, held, span, given)
        except ComityError as error:
            return _page(console, request, held, span, given=given, error=error)
        return RedirectResponse(statement_path(slug), status_code=303)

    return router


def _held(node: Node, origin: str, index: int) -> tuple[Report, str] | None:
    """Return a document with its text; None where there is none, or its text is not held."""
    with node.views.connect() as db:
        for report in queries.documents(db):
            if (report.origin, report.index) == (origin, index):
                text = text_held(node.contents, report)
                return None if text is None else (report, text)
    return None


def _record(node: Node, held: tuple[Report, str], span: tuple[int, int], given: dict[str, str]) -> str:
    """Append what the form says; return the name of the statement."""
    report, text = held
    work = report.fields["work"]
    with node.views.connect() as db:
        book = queries.codebook(db)
        works = {slug: found.fields for slug, found in queries.works(db).items()}
        on = queries.by_slug(queries.reports(db, Proposition)).get(given.get("proposition", "").strip(), [])
    made = passage_drafts(
        given,
        work,
        text,
        span,
        described=works.get(work),
        works=works,
        codebook=book.name if book else None,
        exercise=any(report.exercise for report in on[:1]),
    )
    node.append([draft_from_json(item, node.registry) for item in made])
    return str(made[-1]["fields"]["slug"])


def _page(
    console: Console,
    request: Request,
    held: tuple[Report, str],
    span: tuple[int, int],
    *,
    given: dict[str, str] | None = None,
    error: ComityError | None = None,
) -> Response:
    report, text = held
    with console.node.views.connect() as db:
        found = queries.comparison(db)
        works = {slug: one.fields for slug, one in queries.works(db).items()}
    context: dict[str, Any] = {
        "document": report,
        "path": f"/documents/{report.origin}/{report.index}",
        "span": span,
        "passage": text[span[0] : span[1]][:SHOWN],
        "sentences": sentence_spans(text, span),
        "quotable": normal(text[span[0] : span[1]]),
        "language_words": LANGUAGES,
        "comparison": found,
        "known": report.fields["work"] in works,
        "passed_on": sorted(
            (one["title"], one["year"], slug) for slug, one in works.items() if slug != report.fields["work"]
        ),
        "given": {name: (given or {}).get(name, "") for name in _NAMES},
        "fault": error,
        "told": told(error) if error else None,
        "lacking": _lacking(error),
        "stances": STANCES,
        "modalities": MODALITIES,
        "work_kinds": WORK_KINDS,
    }
    return console.render(request, "perspectives/passage.html", status=422 if error else 200, **context)


def _lacking(error: ComityError | None) -> tuple[str, str] | None:
    """Return what a form lacks and what is wrong with it, for translation; None for another fault."""
    if not isinstance(error, PassageCodingError):
        return None
    return CODING_FIELDS[error.field], CODING_FAULTS[error.fault]
