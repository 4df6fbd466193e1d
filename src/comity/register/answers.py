"""What may be asked of the register as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.record.errors import ComityError
from comity.register import queries

if TYPE_CHECKING:
    from datetime import date

    from comity.node.node import Node
    from comity.register.queries import Fact, UndertakingView


class UnknownFactError(ComityError):
    """The register has no such kind, or nothing under such a slug."""

    code = "register-unknown"
    advice = "List what is there with `comity register list`; a record that was withheld is not shown."


def summary(node: Node) -> dict[str, Any]:
    """Return counts by kind, the digest of everything marked for all, the parties and the compact."""
    with node.views.connect() as db:
        compact = queries.compact(db)
        return {
            "counts": queries.counts(db),
            "digest": queries.digest(db),
            "parties": list(queries.parties(db)),
            "compact": None
            if compact is None
            else {
                "digests": compact.digests,
                "parties": list(compact.parties),
                "observers": list(compact.observers),
                "in_force": compact.in_force,
            },
        }


def facts(node: Node, kind: str) -> list[dict[str, Any]]:
    """Return every fact of one kind (`instrument`, `event`, …) with all its reports.

    Raises:
        UnknownFactError: there is no such kind.
    """
    name = kind if "." in kind else f"register.{kind}"
    if name not in queries.FACTS:
        raise UnknownFactError(f"no kind {kind[:60]!a} in the register")
    with node.views.connect() as db:
        return [fact_json(fact) for fact in queries.facts(db, name)]


def undertakings(node: Node, today: date | None = None) -> list[dict[str, Any]]:
    """Return every undertaking with its standing between the parties; the clock may be given."""
    with node.views.connect() as db:
        return [
            undertaking_json(view)
            for view in queries.undertakings(db, None, today or datetime.now(UTC).date())
        ]


def thing(node: Node, slug: str) -> list[dict[str, Any]]:
    """Return every fact under a slug, of whatever kind, and the events of an instrument.

    Raises:
        UnknownFactError: there is none.
    """
    with node.views.connect() as db:
        found = [
            fact_json(fact)
            for kind in queries.FACTS
            for fact in queries.facts(db, kind)
            if slug in (fact.key, fact.fields.get("instrument") if kind == "register.event" else None)
        ]
    if not found:
        raise UnknownFactError(f"nothing under {slug[:60]!a} in the register")
    return found


def fact_json(fact: Fact) -> dict[str, Any]:
    """Return a fact as plain JSON data."""
    return {**asdict(fact), "exercise": fact.exercise}


def undertaking_json(view: UndertakingView) -> dict[str, Any]:
    """Return an undertaking as plain JSON data."""
    return {
        "slug": view.slug,
        "standing": asdict(view.standing),
        "advice": view.advice,
        "exercise": view.exercise,
        "fact": fact_json(view.fact),
        "statuses": [asdict(report) for report in view.statuses],
    }
