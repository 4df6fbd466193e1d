"""What is answered about joint lines, as plain data; what they are worth to one's own side never is."""

from __future__ import annotations

import time
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Any

from comity.assessment.position import queries
from comity.assessment.position.errors import LineStepError

if TYPE_CHECKING:
    from comity.assessment.position.line import Standing
    from comity.assessment.position.text import ClauseState
    from comity.node.node import Node


def today() -> date:
    """Return the day, UTC."""
    return datetime.fromtimestamp(time.time(), UTC).date()


def day(text: str) -> date:
    """Return a day asked for, today where none is.

    Raises:
        LineStepError: it is no day.
    """
    try:
        return date.fromisoformat(text) if text else today()
    except ValueError as error:
        raise LineStepError(f"{text[:40]!a} is no day such as 2026-03-01") from error


def line_list(node: Node, on: str = "") -> list[dict[str, Any]]:
    """Return every line with the states of its clauses counted, and its newest version."""
    when = day(on)
    with node.views.connect() as db:
        found = [queries.view(node, db, slug, when) for slug in queries.slugs(db)]
    return [to_json(view) for view in found if view is not None]


def line(node: Node, slug: str, on: str = "") -> dict[str, Any]:
    """Return one line.

    Raises:
        LineStepError: nobody recorded it.
    """
    with node.views.connect() as db:
        found = queries.view(node, db, slug, day(on))
    if found is None:
        raise LineStepError(f"no line {slug[:60]!a} is on record here")
    return to_json(found)


def fair(node: Node, slug: str) -> dict[str, Any]:
    """Return what is fair by the values that both sides chose to show; null solutions unless both did.

    Raises:
        LineStepError: nobody recorded the line.
        PackagesError: it has too many packages to look at.
    """
    from comity.assessment.position.shown import solutions  # noqa: PLC0415 - needs numpy

    with node.views.connect() as db:
        found = queries.view(node, db, slug, today())
        shown = queries.shown_values(node, db, slug)
    if found is None:
        raise LineStepError(f"no line {slug[:60]!a} is on record here")
    issues = {
        issue["slug"]: [option["slug"] for option in issue["options"]]
        for issue in found.lines[0].fields.get("issues", [])
    }
    return {"line": slug, "shown_by": [one.party for one in shown], "fair": solutions(shown, issues)}


def to_json(view: queries.LineView) -> dict[str, Any]:
    """Return a line as plain data."""
    return {
        "slug": view.slug,
        "exercise": view.exercise,
        "lines": [
            {**one.fields, "party": one.party, "origin": one.origin, "index": one.index} for one in view.lines
        ],
        "clauses": [_clause(one) for one in view.clauses],
        "versions": [_version(one) for one in view.versions],
    }


def _clause(one: ClauseState) -> dict[str, Any]:
    return {
        "clause": one.clause,
        "state": one.state,
        "agreed": one.agreed or None,
        "texts": [
            {
                "digest": version,
                "text": dict(text),
                "stances": {party: word.step for party, word in one.words.items() if word.version == version},
            }
            for version, text in sorted(one.texts.items())
        ],
        "words": {
            party: {
                "step": word.step,
                "about": word.version or None,
                "origin": word.origin,
                "index": word.index,
            }
            for party, word in one.words.items()
        },
    }


def _version(one: Standing) -> dict[str, Any]:
    return {
        "version": one.number,
        "status": one.status,
        "digests": dict(one.digests),
        "withdrawn": dict(one.withdrawn),
        "written": [
            {
                "party": word.party,
                "origin": word.origin,
                "index": word.index,
                "approved": word.approved,
                "fields": dict(word.fields),
            }
            for word in one.written
        ],
    }
