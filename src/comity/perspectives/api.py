"""The JSON API of perspectives, under /api/v1/perspectives."""

from __future__ import annotations

import re
from dataclasses import asdict
from typing import TYPE_CHECKING, Any, Final

from fastapi import APIRouter, HTTPException, Request
from fastapi.concurrency import run_in_threadpool

from comity.perspectives import queries
from comity.perspectives.documents import Pointing, point_all, take
from comity.perspectives.intake import MAX_BYTES

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.node.system import NodeApp
    from comity.perspectives.queries import Comparison, StatementView

_SLUG: Final = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")


def api(app: NodeApp) -> APIRouter:
    """Return the routes."""
    router = APIRouter(prefix="/api/v1/perspectives", tags=["perspectives"])
    _comparing(router, app.node)
    _documents(router, app.node)
    return router


def _comparing(router: APIRouter, node: Node) -> None:

    @router.get("/summary")
    def summary() -> dict[str, Any]:
        """Counts by kind and the digest of everything marked for all."""
        with node.views.connect() as db:
            return {"counts": queries.counts(db), "digest": queries.digest(db)}

    @router.get("/matrix")
    def matrix() -> list[dict[str, Any]]:
        """The comparison: stances, the authors' finding, the computed finding."""
        with node.views.connect() as db:
            return queries.matrix(db)

    @router.get("/comparison")
    def comparison() -> dict[str, Any]:
        """The comparison with reasons, origins and the rule it rests on."""
        with node.views.connect() as db:
            return comparison_json(queries.comparison(db))

    @router.get("/statements")
    def statements(proposition: str | None = None) -> list[dict[str, Any]]:
        """The coded statements, of one proposition or of all."""
        with node.views.connect() as db:
            return [statement_json(view) for view in queries.statements(db, proposition)]


def _documents(router: APIRouter, node: Node) -> None:
    @router.get("/documents")
    def documents() -> list[dict[str, Any]]:
        """The documents whose record is held here; the text itself is not given."""
        with node.views.connect() as db:
            return [asdict(report) for report in queries.documents(db)]

    @router.get("/locators")
    def locators() -> list[dict[str, Any]]:
        """Where the locator of every statement and finding leads, without the passages."""
        with node.views.connect() as db:
            return [pointing_json(found) for found in point_all(db, node.contents)]

    @router.post("/documents", status_code=201)
    async def take_in(request: Request, work: str, author: str) -> dict[str, Any]:
        """Take in the document in the body, for a work; taken in before, it is named and nothing is added."""
        if not _SLUG.fullmatch(work):
            raise HTTPException(422, f"{work!r} is no slug of a work")
        body = bytearray()
        async for part in request.stream():
            body += part
            if len(body) > MAX_BYTES:
                raise HTTPException(413, f"more than {MAX_BYTES} bytes")
        return await run_in_threadpool(take, node, work, bytes(body), author)


def statement_json(view: StatementView) -> dict[str, Any]:
    """Return a statement as plain JSON data."""
    return {
        "slug": view.slug,
        "proposition": view.proposition,
        "holder": view.holder,
        "group": view.group,
        "stance": view.stance if isinstance(view.stance, str) else float(view.stance),
        "first_hand": view.first_hand,
        "coded_differently": view.coded_differently,
        "exercise": view.exercise,
        "codings": [asdict(report) for report in view.codings],
    }


def comparison_json(comparison: Comparison) -> dict[str, Any]:
    """Return the comparison as plain JSON data."""
    rule = comparison.rule
    return {
        "method": comparison.method,
        "rule": None
        if rule is None
        else {"version": rule.version, "labels": rule.labels, "differs": rule.differs},
        "unplaced": list(comparison.unplaced),
        "rows": [
            {
                "proposition": row.slug,
                "text": row.text,
                "issue": row.issue,
                "authors_section": row.authors_section,
                "exercise": row.exercise,
                "authors_finding": row.authors_finding,
                "computed_finding": row.computed.verdict,
                "reasons": [asdict(reason) | {"words": reason.words} for reason in row.computed.reasons],
                "cells": {
                    group: {
                        "mean": None if cell.mean is None else float(cell.mean),
                        "n": cell.n,
                        "mixed": cell.mixed,
                        "not_addressed": cell.not_addressed,
                        "origins": cell.origins,
                        "first_hand": cell.first_hand,
                        "reported_by_one_work": cell.through,
                    }
                    for group, cell in row.cells.items()
                },
            }
            for row in comparison.rows
        ],
    }


def pointing_json(found: Pointing) -> dict[str, Any]:
    """Return where a locator leads as plain JSON data: the place and the digest, never the passage."""
    return {
        "kind": found.kind,
        "slug": found.slug,
        "origin": found.report.origin,
        "index": found.report.index,
        "work": found.work,
        "state": found.state,
        "reason": found.reason,
        "start": found.start,
        "end": found.end,
        "document": None if found.document is None else found.document.fields["sha256"],
    }
