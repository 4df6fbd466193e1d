"""What may be asked of perspectives as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from comity.perspectives import queries
from comity.perspectives.answers_comparison import comparison_json
from comity.perspectives.documents import Pointing, point_all

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.perspectives.queries import StatementView


def summary(node: Node) -> dict[str, Any]:
    """Return counts by kind and the digest of everything marked for all."""
    with node.views.connect() as db:
        return {"counts": queries.counts(db), "digest": queries.digest(db)}


def matrix(node: Node) -> list[dict[str, Any]]:
    """Return stances, the authors' finding and the computed finding, one object a proposition."""
    with node.views.connect() as db:
        return queries.matrix(db)


def comparison(node: Node) -> dict[str, Any]:
    """Return the comparison with reasons, origins and the rule it rests on."""
    with node.views.connect() as db:
        return comparison_json(queries.comparison(db))


def statements(node: Node, proposition: str | None = None) -> list[dict[str, Any]]:
    """Return the coded statements, of one proposition or of all."""
    with node.views.connect() as db:
        return [statement_json(view) for view in queries.statements(db, proposition)]


def documents(node: Node) -> list[dict[str, Any]]:
    """Return the documents whose record is held here, without their text."""
    with node.views.connect() as db:
        return [asdict(report) for report in queries.documents(db)]


def locators(node: Node) -> list[dict[str, Any]]:
    """Return where the locator of every statement and finding leads, without the passages."""
    with node.views.connect() as db:
        return [pointing_json(found) for found in point_all(db, node.contents)]


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
