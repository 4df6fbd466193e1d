"""What may be asked of the register as JSON data: for the API and the command line alike."""

from __future__ import annotations

from dataclasses import asdict
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from comity.node.compacts import ground, parties
from comity.record.errors import ComityError
from comity.register import queries

if TYPE_CHECKING:
    from datetime import date

    from comity.node.compacts import Ground
    from comity.node.node import Node
    from comity.register.queries import Fact, UndertakingView


class UnknownFactError(ComityError):
    """The register has no such kind, or nothing under such a slug."""

    code = "register-unknown"
    advice = "List what is there with `comity register list`; a record that was withheld is not shown."


def summary(node: Node) -> dict[str, Any]:
    """Return counts by kind, the digest of everything marked for all, the parties and the compact."""
    found = ground(node)
    with node.views.connect() as db:
        return {
            "counts": queries.counts(db),
            "digest": queries.digest(db),
            "parties": sorted(parties(node)),
            "compact": None if found is None else compact_json(found),
        }


def compact_json(found: Ground) -> dict[str, Any]:
    """Return what the register says of the signed compact as plain JSON data."""
    compact = found.compact
    return {
        "name": compact.name,
        "version": compact.version,
        "title": dict(compact.title),
        "fingerprint": compact.fingerprint,
        "adopted": {word.party: word.digest for word in found.adopted},
        "parties": [member.party for member in compact.parties],
        "observers": [member.party for member in compact.members if member.role == "observer"],
        "in_force": found.binds,
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
        return [fact_json(fact) for fact in queries.facts(db, name, parties(node))]


def undertakings(node: Node, today: date | None = None) -> list[dict[str, Any]]:
    """Return every undertaking with its standing between the parties; the clock may be given."""
    with node.views.connect() as db:
        return [
            undertaking_json(view)
            for view in queries.undertakings(db, parties(node), today or datetime.now(UTC).date())
        ]


def thing(node: Node, slug: str) -> list[dict[str, Any]]:
    """Return every fact under a slug, of whatever kind, and the events of an instrument.

    Raises:
        UnknownFactError: there is none.
    """
    voices = parties(node)
    with node.views.connect() as db:
        found = [
            fact_json(fact)
            for kind in queries.FACTS
            for fact in queries.facts(db, kind, voices)
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
        "overdue": view.overdue,
        "disputed_before": view.disputed_before,
        "evidence": [asdict(report) for report in view.evidence],
        "annotations": [asdict(report) for report in view.annotations],
    }
