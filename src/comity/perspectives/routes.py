"""The pages of the comparison: the matrix, a proposition, a statement, the works."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console import Column, Console, Panel, Query, Source, listing
from comity.console.i18n import N_, speaking
from comity.console.pages.record import not_found
from comity.console.texts import plain
from comity.perspectives import routes_assistance, routes_networks
from comity.perspectives.clusters import METHOD
from comity.perspectives.documents import Texts
from comity.perspectives.labels import (
    FIELDS,
    FINDINGS,
    KINDS,
    MODALITIES,
    REASONS,
    STANCES,
    VALUES,
    VERDICTS,
    WORK_KINDS,
    proposition_path,
    statement_path,
    work_path,
)
from comity.perspectives.labels_documents import LANGUAGES, ORPHANS
from comity.perspectives.queries import (
    codebook,
    comparison,
    documents,
    origin_names,
    rule,
    statements,
    works,
)
from comity.perspectives.record_claims import METHOD as RECORD_METHOD
from comity.perspectives.routes_coding import coding_pages
from comity.perspectives.routes_comparison import comparison_pages, side_words
from comity.perspectives.routes_documents import document_pages
from comity.perspectives.routes_passages import passage_pages
from comity.perspectives.routes_preparing import preparing_pages

if TYPE_CHECKING:
    from collections.abc import Callable

    from comity.console import Listing
    from comity.node.system import NodeApp
    from comity.perspectives.queries import Comparison, Row

WORDS: Final = {
    "findings": FINDINGS,
    "verdicts": VERDICTS,
    "reasons": REASONS,
    "modalities": MODALITIES,
    "stances": STANCES,
    "work_kinds": WORK_KINDS,
    "work_path": work_path,
    "statement_path": statement_path,
    "proposition_path": proposition_path,
}
WORK_COLUMNS: Final = (
    Column("title", N_("Work")),
    Column("authors", N_("Authors")),
    Column("year", N_("Year"), numeric=True),
    Column("kind", N_("Kind")),
    Column("cluster", N_("Origin cluster")),
    Column("statements", N_("Statements"), numeric=True),
)


def routes(app: NodeApp) -> APIRouter:
    """Return the routes of the comparison, and give the console what it shows of it."""
    console = Console.of(app)
    node = app.node
    router = APIRouter(include_in_schema=False)

    def sources() -> dict[str, Source]:
        with node.views.connect() as db:
            return {
                slug: Source(report.fields["title"], report.fields["year"], work_path(slug))
                for slug, report in works(db).items()
            }

    def panel() -> dict[str, Any]:
        with node.views.connect() as db:
            found = comparison(db)
        authors = Counter(row.authors_finding for row in found.rows)
        computed = Counter(row.computed.verdict for row in found.rows)
        exercise = any(view.exercise for row in found.rows for view in row.statements)
        return {"comparison": found, "authors": authors, "computed": computed, "exercise": exercise, **WORDS}

    console.kinds.describe(KINDS, FIELDS, VALUES)
    console.sources = sources
    console.add_panel(Panel("perspectives/panel.html", panel, order=20))
    console.add_method(N_("Computed finding"), METHOD)
    console.add_method(N_("Claims against the record"), RECORD_METHOD)
    console.add_citing(_citing(app))

    router.include_router(routes_assistance.routes(app))
    router.include_router(passage_pages(console))
    router.include_router(document_pages(console))
    router.include_router(routes_networks.routes(app))
    _add_works(router, console)
    _add_statement(router, console)
    router.include_router(preparing_pages(console))
    router.include_router(comparison_pages(console, WORDS))
    router.include_router(coding_pages(console, WORDS))
    _add_matrix(router, console)
    return router


def _add_works(router: APIRouter, console: Console) -> None:
    """Add the pages of works. They stand before the page of a proposition, whose path would take theirs."""
    node = console.node

    @router.get("/comparison/works")
    def work_list(request: Request) -> Response:
        with node.views.connect() as db:
            found = works(db)
            through = Counter(slug for view in statements(db) for slug in view.fields["reported_by"])
            origins = origin_names(db)
        query = Query.of(request)
        page = _works(query, found, through)
        only = query.get("cluster")
        return console.render(
            request, "perspectives/works.html", listing=page, origins=origins, cluster=only, **WORDS
        )

    @router.get("/comparison/works/{slug}")
    def work(request: Request, slug: str) -> Response:
        with node.views.connect() as db:
            report = works(db).get(slug)
            held = [document for document in documents(db) if document.fields["work"] == slug]
            origins = origin_names(db)
        if report is None:
            return not_found(console, request)
        return console.render(
            request,
            "perspectives/work.html",
            work=report,
            documents=held,
            citing=console.citing(slug),
            origins=origins,
            **WORDS,
        )


def _add_statement(router: APIRouter, console: Console) -> None:
    """Add the page of a statement."""
    node = console.node

    @router.get("/comparison/statements/{slug}")
    def statement(request: Request, slug: str) -> Response:
        with node.views.connect() as db:
            view = next((view for view in statements(db) if view.slug == slug), None)
            if view is None:
                return not_found(console, request)
            placed, book = rule(db), codebook(db)
            row = next((row for row in comparison(db).rows if row.slug == view.proposition), None)
            texts = Texts(db, node.contents)
            passages = [_passage(texts, report.fields) for report in view.codings]
        return console.render(
            request,
            "perspectives/statement.html",
            view=view,
            rule=placed,
            row=row,
            passages=passages,
            orphans=ORPHANS,
            language_words=LANGUAGES,
            frames={one["slug"]: one["labels"] for one in book.report.fields.get("frames", [])}
            if book
            else {},
            exercise=view.exercise,
            **WORDS,
        )


def _add_matrix(router: APIRouter, console: Console) -> None:
    """Add the pages of the matrix and of a proposition."""
    node = console.node

    @router.get("/comparison")
    def matrix(request: Request) -> Response:
        with node.views.connect() as db:
            found = comparison(db)
        with speaking(console.language_of(request)):
            page = _matrix(Query.of(request), found)
        return console.render(
            request, "perspectives/comparison.html", listing=page, comparison=found, **WORDS
        )

    @router.get("/comparison/{slug}")
    def proposition(request: Request, slug: str) -> Response:
        with node.views.connect() as db:
            found = comparison(db)
            origins = origin_names(db)
        row = next((row for row in found.rows if row.slug == slug), None)
        if row is None:
            return not_found(console, request)
        return console.render(
            request,
            "perspectives/proposition.html",
            row=row,
            comparison=found,
            origins=origins,
            issue=_issue(found, row),
            language_words=LANGUAGES,
            exercise=any(view.exercise for view in row.statements),
            **side_words(found),
            **WORDS,
        )


def _issue(found: Comparison, row: Row) -> dict[str, str] | str:
    """Return what the issue of a proposition is called, as the codebook has it."""
    known = found.codebook.report.fields.get("issues", []) if found.codebook else []
    named: dict[str, dict[str, str]] = {one["slug"]: one["labels"] for one in known}
    return named.get(row.issue, row.issue.replace("-", " "))


def _citing(app: NodeApp) -> Callable[[str], list[tuple[str, Any, str]]]:
    """Return the question which statements and findings rest on a work."""

    def citing(work: str) -> list[tuple[str, Any, str]]:
        with app.node.views.connect() as db:
            spoken = statements(db)
            rows = comparison(db).rows
        found: list[tuple[str, Any, str]] = [
            (KINDS["perspectives.statement"].label, view.fields["paraphrase"], statement_path(view.slug))
            for view in spoken
            if work in (*view.fields["reported_by"], view.fields["source"], view.fields["cite"]["work"])
        ]
        found += [
            (KINDS["perspectives.finding"].label, report.fields["statement"], proposition_path(row.slug))
            for row in rows
            for report in row.findings
            if work in (*report.fields["evidence"], report.fields["cite"]["work"])
        ]
        return found

    return citing


def _matrix(query: Query, found: Comparison) -> Listing[Row]:
    """Return the matrix as a sortable list: one column a perspective, and the two findings apart."""
    labels = found.rule.labels if found.rule else {}
    columns = (
        Column("proposition", N_("Proposition")),
        *(Column(f"by-{group}", plain(words), numeric=True) for group, words in labels.items()),
        Column("authors", N_("Authors' finding")),
        Column("computed", N_("Computed finding")),
    )
    keys: dict[str, Callable[[Row], Any]] = {
        "proposition": lambda row: plain(row.text).casefold(),
        "authors": lambda row: row.authors_finding,
        "computed": lambda row: row.computed.verdict,
    }
    for group in labels:
        keys[f"by-{group}"] = _mean_of(group)
    text = query.get("text").casefold()
    rows = [row for row in found.rows if not text or text in " ".join(row.text.values()).casefold()]
    return listing(query, columns, rows, keys, default="proposition", unfiltered=len(found.rows))


def _mean_of(group: str) -> Callable[[Row], Any]:
    return lambda row: row.cells[group].mean


def _works(query: Query, found: dict[str, Any], through: Counter[str]) -> Listing[Any]:
    items = [(slug, report.fields, through[slug]) for slug, report in found.items()]
    text, cluster = query.get("text").casefold(), query.get("cluster")
    kept = [
        item
        for item in items
        if (not text or text in f"{item[1]['title']} {item[1]['authors']}".casefold())
        and cluster in {"", item[1]["origin_cluster"]}
    ]
    keys: dict[str, Callable[[Any], Any]] = {
        "title": lambda item: item[1]["title"].casefold(),
        "authors": lambda item: [name.casefold() for name in item[1]["authors"]],
        "year": lambda item: item[1]["year"],
        "kind": lambda item: item[1]["kind"],
        "cluster": lambda item: item[1]["origin_cluster"],
        "statements": lambda item: item[2],
    }
    return listing(query, WORK_COLUMNS, kept, keys, default="title", unfiltered=len(items))


def _passage(texts: Texts, fields: dict[str, Any]) -> dict[str, Any]:
    """Return where a citation's locator leads; the passage itself only where the document is held."""
    cite = fields["cite"]
    if "locator" not in cite:
        return {"state": "none"}
    found, document = texts.resolve(fields)
    if document is None:
        return {"state": "orphan" if texts.documents(cite["work"]) else "not_held", "reason": found.reason}
    text = texts.text(document) or ""
    span = (found.start, found.end)
    return {"state": found.state, "passage": text[slice(*span)], "document": document, "span": span}
