"""The pages of coding rounds: which there are, and one side by side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, Request, Response

from comity.console.pages.record import not_found
from comity.perspectives import coding, drawings, queries
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_standing import reliance, standing
from comity.perspectives.documents import Texts
from comity.perspectives.labels_comparison import PHASES, RELIANCE, SETTLED, STAGES, WHY_NO_ALPHA
from comity.record.rounds import RoundUnknownError

if TYPE_CHECKING:
    from comity.console import Console
    from comity.node.node import Node
    from comity.perspectives.agreement.stages import Measured
    from comity.perspectives.agreement.units import Unit
    from comity.perspectives.coding import CodingRound

MOST_ROWS: Final = 400
MOST_SHOWN: Final = 280
"""Code points of a passage that a row shows."""


def coding_pages(console: Console, words: dict[str, Any]) -> APIRouter:
    """Return the pages; they stand before the page of a proposition, whose path would take theirs."""
    node = console.node
    router = APIRouter()

    @router.get("/comparison/coding")
    def rounds(request: Request) -> Response:
        found = [(one, standing(node, one)) for one in coding.rounds(node)]
        return console.render(request, "perspectives/coding.html", rounds=found, phases=PHASES, **words)

    @router.get("/comparison/coding/{origin:path}")
    def one_round(request: Request, origin: str) -> Response:
        try:
            found = coding.find(node, origin)
        except (CodingError, RoundUnknownError):
            return not_found(console, request)
        stood = standing(node, found)
        rows = [unit for unit in stood.units if unit.differs or len(unit.codings) == 1][:MOST_ROWS]
        return console.render(
            request,
            "perspectives/coding_round.html",
            found=found,
            stood=stood,
            rows=rows,
            coders=sorted({coder for unit in stood.units for coder in unit.codings}),
            passages=_passages(node, found, rows),
            frames={frame["slug"]: frame["labels"] for frame in found.codebook.get("frames", [])},
            **_round_words(node),
            **words,
        )

    return router


def _round_words(node: Node) -> dict[str, Any]:
    with node.views.connect() as db:
        placed = queries.rule(db)
        texts = {row.slug: row.text for row in queries.comparison(db).rows}
    return {
        "phases": PHASES,
        "settled_words": SETTLED,
        "stage_words": STAGES,
        "why_no_alpha": WHY_NO_ALPHA,
        "reliance_words": RELIANCE,
        "reliance": reliance,
        "drawn_alpha": _drawn,
        "holder_names": placed.holder_names if placed else {},
        "texts": texts,
    }


def _drawn(one: Measured) -> drawings.Drawn:
    span = one.interval
    return drawings.alpha(one.alpha.value, None if span is None else (span.low, span.high))


def _passages(node: Node, found: CodingRound, rows: list[Unit]) -> dict[str, str]:
    """Return the beginning of each passage whose document is held here."""
    shown: dict[str, str] = {}
    with node.views.connect() as db:
        texts = Texts(db, node.contents)
    for unit in rows:
        document = found.task.documents[unit.span.document]
        for report in texts.documents(document.work):
            text = texts.text(report) if report.fields["sha256"] == document.sha256 else None
            if text is not None:
                passage = text[unit.span.start : unit.span.end]
                cut = passage[:MOST_SHOWN]
                shown[unit.key] = cut if cut == passage else cut + "…"
                break
    return shown
