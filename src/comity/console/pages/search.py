"""One box for every text this node may read, whatever its script."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from fastapi import APIRouter, Request, Response
from markupsafe import Markup, escape

from comity.console.listing import Query
from comity.node.errors import SearchError
from comity.node.search import Answer, Found, ask

if TYPE_CHECKING:
    from comity.console.render import Console

SHOWN: Final = 40
AROUND: Final = 160
"""Characters shown before the first find of a long line."""


def marked(line: Found) -> Markup:
    """Return the line with its finds in `<mark>`; a long line begins near the first of them."""
    first = line.spans[0][0] if line.spans else 0
    at = max(0, first - AROUND)
    at = line.text.find(" ", at) + 1 if at else 0
    parts = [Markup("… ")] if at else []
    for start, end in line.spans:
        if start < at:
            continue
        parts += [escape(line.text[at:start]), Markup("<mark>{}</mark>").format(line.text[start:end])]
        at = end
    rest = line.text[at:]
    return Markup("").join([*parts, escape(rest[: 3 * AROUND] + (" …" if len(rest) > 3 * AROUND else ""))])


def routes(console: Console) -> APIRouter:
    """Return the route of the page of search."""
    router = APIRouter()
    node = console.node

    @router.get("/search")
    def search(request: Request) -> Response:
        words = Query.of(request).get("q")
        answer, refused = None, ""
        if words:
            node.read_further()
            try:
                answer = _ask(words)
            except SearchError as error:
                refused = str(error)
        return console.render(
            request, "search.html", words=words, answer=answer, refused=refused, marked=marked
        )

    def _ask(words: str) -> Answer:
        with node.views.connect() as db:
            return ask(db, words, limit=SHOWN)

    return router
