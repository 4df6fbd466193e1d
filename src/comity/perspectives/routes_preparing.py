"""The pages that prepare a comparison: works, propositions, holders, a codebook, claims and evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import RedirectResponse

from comity.console.pages.record import not_found
from comity.node.sealing import draft_from_json
from comity.perspectives import entries, preparing, queries
from comity.perspectives.labels import WORK_KINDS, proposition_path, work_path
from comity.perspectives.labels_faults import told
from comity.perspectives.labels_preparing import FAULTS, FIELDS, LEVELS, PAGES, VOICES
from comity.perspectives.passage_coding import PassageCodingError
from comity.perspectives.preparing import PreparingError
from comity.record.errors import ComityError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from comity.console import Console
    from comity.node.node import Node
    from comity.node.rows import Report
    from comity.perspectives.preparing import Draft
    from comity.perspectives.queries import CodebookView, RuleView

PATH: Final = "/comparison/prepare"
LONGEST: Final = 4000
MOST_FIELDS: Final = 500
UNPROCESSABLE: Final = 422
FRAMES: Final = ("Solidarity", "Pragmatic interest", "Asymmetry")
"""Frames that a first codebook is offered."""


@dataclass(frozen=True)
class Ground:
    """What is on record that a form chooses from or adds to."""

    works: dict[str, Report]
    undescribed: dict[str, str]
    propositions: dict[str, Report]
    rule: RuleView | None
    book: CodebookView | None
    claims: dict[str, Report]
    evidence: dict[str, Report]

    @property
    def holders(self) -> dict[str, dict[str, str]]:
        """Names of the holders by slug."""
        return self.rule.holder_names if self.rule else {}


def preparing_pages(console: Console) -> APIRouter:
    """Return the routes; they stand before the page of a proposition, whose path would take theirs."""
    router = APIRouter()
    node = console.node

    @router.get(PATH)
    def overview(request: Request) -> Response:
        return console.render(
            request, "perspectives/prepare.html", ground=ground(node), pages=PAGES, path=PATH
        )

    @router.get(f"{PATH}/{{what}}")
    def form(request: Request, what: str) -> Response:
        if what not in PAGES:
            return not_found(console, request)
        chosen = {name: value[:LONGEST] for name, value in request.query_params.items()}
        return _page(console, request, what, chosen)

    @router.post(f"{PATH}/{{what}}")
    async def record(request: Request, what: str) -> Response:
        if what not in PAGES:
            return not_found(console, request)
        sent = await request.form(max_files=0, max_fields=MOST_FIELDS)
        given: dict[str, str] = {}
        for name, value in sent.multi_items():
            if isinstance(value, str):
                words = value.replace("\r\n", "\n")[:LONGEST]
                given[name] = f"{given[name]}\n{words}" if name in given else words
        given["author"] = str(getattr(request.state, "person", "") or "") or given.get("author", "")

        def step() -> str:
            drafts = _drafts(what, given, ground(node))
            node.append([draft_from_json(draft, node.registry) for draft in drafts])
            return _done(what, drafts[0])

        try:
            return RedirectResponse(await run_in_threadpool(step), status_code=303)
        except ComityError as error:
            return await run_in_threadpool(_page, console, request, what, given, error)

    return router


def ground(node: Node) -> Ground:
    """Return what is on record that a form chooses from or adds to."""
    with node.views.connect() as db:
        works = queries.works(db)
        held = {report.fields["work"]: report for report in queries.documents(db)}
        first = {
            kind: {slug: found[0] for slug, found in queries.by_slug(queries.reports(db, kind)).items()}
            for kind in (entries.Proposition, entries.Claim, entries.Evidence)
        }
        return Ground(
            works=works,
            undescribed={
                slug: report.fields.get("name") or slug for slug, report in held.items() if slug not in works
            },
            propositions=first[entries.Proposition],
            rule=queries.rule(db),
            book=queries.codebook(db),
            claims=first[entries.Claim],
            evidence=first[entries.Evidence],
        )


# --- inside ---


def _drafts(what: str, given: Mapping[str, str], found: Ground) -> list[Draft]:
    if what == "work":
        return preparing.work(given, found.works)
    if what == "proposition":
        return preparing.proposition(given, found.propositions)
    if what == "holder":
        return preparing.holder(given, found.rule, found.book)
    if what == "codebook":
        return preparing.codebook(given, found.rule, found.book, found.propositions)
    if what == "claim":
        return preparing.claim(
            given,
            found.claims,
            holders=found.holders,
            works=found.works,
            propositions=found.propositions,
        )
    fictional = {slug: report.exercise for slug, report in found.claims.items()}
    return preparing.evidence(given, found.evidence, claims=fictional, works=found.works)


def _done(what: str, draft: Draft) -> str:
    """Return the page that shows what was recorded."""
    fields = draft["fields"]
    if what == "work":
        return work_path(fields["slug"])
    if what == "proposition":
        return proposition_path(fields["slug"])
    if what in ("holder", "codebook"):
        return "/comparison/rule"
    return f"/comparison/claims#{fields['slug'] if what == 'claim' else fields['claim']}"


def _page(
    console: Console,
    request: Request,
    what: str,
    given: Mapping[str, str],
    error: ComityError | None = None,
) -> Response:
    found = ground(console.node)
    return console.render(
        request,
        "perspectives/prepare_form.html",
        status=UNPROCESSABLE if error else 200,
        ground=found,
        what=what,
        page=PAGES[what],
        action=f"{PATH}/{what}",
        path=PATH,
        given=given,
        chosen=given.get("proposition", "").split("\n"),
        person=str(getattr(request.state, "person", "") or ""),
        frames=_frames(found.book),
        fault=error,
        lacking=_lacking(error),
        told=told(error) if error else None,
        work_kinds=WORK_KINDS,
        levels=LEVELS,
        voices=VOICES,
        new=preparing.NEW,
        markings=preparing.MARKINGS,
    )


def _frames(book: CodebookView | None) -> str:
    """Return the frames of a codebook as a form has them, one a line."""
    if book is None:
        return "\n".join(FRAMES)
    lines = []
    for frame in book.report.fields.get("frames", []):
        words = [frame["labels"].get(code, "") for code in ("en", "vi", "lo")]
        lines.append(" | ".join(words).rstrip(" |"))
    return "\n".join(lines)


def _lacking(error: ComityError | None) -> tuple[str, str] | None:
    """Return which field lacks what, for translation; None for another fault."""
    if isinstance(error, PreparingError | PassageCodingError):
        return FIELDS[error.field], FAULTS[error.fault]
    return None
