"""Grading rounds and blind grades as JSON data: for the API and the command line alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from comity.perspectives import coding_grades, coding_grades_sheet
from comity.perspectives.answers_measured import measured_json
from comity.perspectives.coding_errors import CodingError
from comity.perspectives.coding_grades_standing import standing

if TYPE_CHECKING:
    from comity.node.node import Node
    from comity.perspectives.coding_grades import GradingRound
    from comity.perspectives.coding_grades_standing import (
        BlindGrades,
        GradedUnit,
        GradingStanding,
        Provenance,
    )
    from comity.record.entry_form import Ref


def sheet(node: Node, found: GradingRound, side: str) -> str:
    """Return a sheet of one side to be filled in.

    Raises:
        CodingError: the side is not said.
    """
    if side not in coding_grades.SIDES:
        raise CodingError("which-side")
    coding_grades.check_held(node, found)
    with node.views.connect() as db:
        held = coding_grades.texts(db, found.task)
    return coding_grades_sheet.blank(found.task, held, side)


def shown(node: Node, found: GradingRound) -> dict[str, Any]:
    """Return a grading round as plain JSON data."""
    stood = standing(node, found)
    return {
        **head(found, stood),
        "agreement": agreement_json(found, stood),
        "units": [unit_json(unit) for unit in stood.units],
        "provenance": [provenance_json(one) for one in stood.provenance],
    }


def head(found: GradingRound, stood: GradingStanding) -> dict[str, Any]:
    """Return how a grading round stands, without its items."""
    return {
        "key": found.key,
        "name": found.name,
        "task": found.task.slug,
        "codebook": found.task.codebook,
        "about": "grades",
        "exercise": found.report.exercise,
        "phase": stood.phase,
        "open": stood.open,
        "parties": list(stood.parties),
        "unread": list(stood.unread),
        "given_units": len(found.task.items),
        "differences": len(stood.differences),
        "requests": [
            {"index": one.place.index, "to": one.to, "stage": one.standing.stage}
            for one in found.round.requests()
        ],
    }


def agreement_json(found: GradingRound, stood: GradingStanding) -> dict[str, Any] | None:
    """Return the agreement of graders, None before all have opened."""
    if stood.agreement is None:
        return None
    return {side: measured_json(one, found.codebook) for side, one in stood.agreement.items()}


def unit_json(unit: GradedUnit) -> dict[str, Any]:
    """Return an item with its grades side by side; `grade` is null where two parties did not grade it."""
    middle = unit.middle
    return {
        "claim": unit.item.claim,
        "evidence": unit.item.evidence,
        "differs": unit.differs,
        "grades": dict(sorted(unit.grades.items())),
        "grade": None if middle is None else float(middle.value),
        "by_party": None if middle is None else {party: float(one) for party, one in middle.by_party.items()},
    }


def blind_json(blind: BlindGrades) -> dict[str, Any]:
    """Return the blind grades of a claim and its evidence, with the entries that they come from."""
    return {
        "round": blind.found.key,
        "name": blind.found.name,
        "provenance": [provenance_json(one) for one in blind.standing.provenance],
        "agreement": agreement_json(blind.found, blind.standing),
        "claim": unit_json(blind.claim),
        "evidence": [unit_json(unit) for unit in blind.evidence.values()],
        "earlier_rounds": list(blind.earlier),
    }


def provenance_json(one: Provenance) -> dict[str, Any]:
    """Return where a party's grades come from."""
    return {
        "origin": one.origin,
        "sheet": _place(one.sheet),
        "seal": _place(one.seal),
        "openings": [_place(opening) for opening in one.openings],
    }


def _place(ref: Ref) -> str:
    return f"{ref.origin}/{ref.index}"
